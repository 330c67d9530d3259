# ruff: noqa: INP001 - a script, no package
"""Write the pages of `docs/` that follow from code and standards.

`--check` only says which are stale.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from annostd.generators import code_page, conversions_page, docs_page, faults_page, tables_page
from annostd.generators.markdown import code, sentence, table
from annostd.plan import compile_plan
from annostd.standard import Library, load

if TYPE_CHECKING:
    from collections.abc import Iterator

DOCS = Path(__file__).resolve().parent
SCHEMA = DOCS.parent / "src/annostd/standard/standard.schema.json"
_BLOCK = re.compile(r"(<!-- keys of (\S+) -->\n).*?(<!-- end -->)", re.DOTALL)


def generate_docs() -> dict[str, str]:
    """Make all generated pages: path below `docs/` to text."""
    library = Library.of()
    newest = {entry.id: entry for entry in library.standards}
    plans = {name: compile_plan(load(entry.path, library)) for name, entry in newest.items()}
    pages = {f"standards/{name}.md": docs_page(plan) for name, plan in plans.items()}
    pages["conversions.md"] = conversions_page(list(plans.values()))
    pages["tables.md"] = tables_page()
    pages["rules.md"] = faults_page()
    pages["code.md"] = code_page()
    for name in ("index.md", "language.md"):
        pages[name] = _with_blocks((DOCS / name).read_text("utf-8"), library)
    return pages


def _with_blocks(page: str, library: Library) -> str:
    """Fill the marked blocks of a page: keys of the language, the list of standards."""
    definitions = json.loads(SCHEMA.read_text("utf-8"))["$defs"]

    def block(found: re.Match[str]) -> str:
        name = found[2]
        rows = _standards(library) if name == "standards" else _keys(definitions, name)
        return "\n".join([found[1], *rows, found[3]])

    return _BLOCK.sub(block, page)


def _standards(library: Library) -> Iterator[str]:
    rows = (
        (f"[{code(entry.id)}](standards/{entry.id}.md)", entry.version, sentence(entry.title))
        for entry in {entry.id: entry for entry in library.standards}.values()
    )
    return table(("standard", "version", "what it describes"), rows)


def _keys(definitions: dict[str, Any], name: str) -> Iterator[str]:
    properties = definitions[name]["properties"]
    rows = (
        (code(key), sentence(said.get("description", "")), _values(said, definitions))
        for key, said in properties.items()
    )
    return table(("key", "means", "value"), rows)


def _values(said: dict[str, Any], definitions: dict[str, Any]) -> str:
    """Say in a few words what a value may be."""
    if "$ref" in said:
        return _values(definitions[said["$ref"].removeprefix("#/$defs/")], definitions)
    if said.get("title"):
        return str(said["title"]).replace("|", "or")
    if "enum" in said:
        return ", ".join(code(_plain(value)) for value in said["enum"] if value != "remove")
    if "const" in said:
        return code(_plain(said["const"])) if said["const"] != "remove" else ""
    if "anyOf" in said:
        found = [_values(each, definitions) for each in said["anyOf"]]
        return " or ".join(dict.fromkeys(f for f in found if f not in {"", "'remove'"}))
    words = {"object": "mapping", "array": "list", "string": "text", "boolean": "true or false"}
    kinds = said.get("type", "any value")
    listed: list[str] = kinds if isinstance(kinds, list) else [kinds]
    return " or ".join(words.get(kind, kind) for kind in listed)


def _plain(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def main() -> int:
    """Write the pages, or say which are stale."""
    stale = [
        name
        for name, text in generate_docs().items()
        if not (DOCS / name).is_file() or (DOCS / name).read_text("utf-8") != text
    ]
    if "--check" in sys.argv:
        for name in stale:
            sys.stdout.write(f"docs/{name} is stale, run docs/generate.py\n")
        return 1 if stale else 0
    for name in stale:
        path = DOCS / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(generate_docs()[name], "utf-8", newline="\n")
        sys.stdout.write(f"docs/{name}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
