"""For who writes standards: what follows from one, what is wrong with it, a new one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from annostd.errors import Fault, StandardError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from annostd.plan import FilePlan, Plan
    from annostd.standard import Library, Standard

_INHERITS = re.compile(rb"^(?:extends|adapts|use)[ ]*:", re.MULTILINE)
FIRST_VERSION = "0.1.0"


def generate(standard: str, into: Path, standards: Sequence[Path] = ()) -> tuple[Path, ...]:
    """Write what follows from a standard into a folder: its schemas and its page.

    `<id>.schema.json` (with the role in the name where several have one), `<id>.<role>.rng` and
    `<id>.<role>.xsd`, `<id>.md`. Gives the paths written; files of these names are replaced. Raises
    UsageError, StandardError.
    """
    from annostd.api.choice import name_standard
    from annostd.api.once import compile_plan, library

    named, _ = name_standard(standard, library(standards))
    written = []
    for name, text in texts(compile_plan(named)):
        path = into / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8", newline="\n")
        except OSError as error:
            raise UsageError(f"{path} cannot be written: {error.strerror}") from error
        written.append(path)
    return tuple(written)


def texts(plan: Plan) -> Iterator[tuple[str, str]]:
    """Yield the files that follow from a plan: their names and what stands in them."""
    from annostd.generators import docs_page
    from annostd.schemas import generate_relax_ng, generate_xsd

    name = plan.standard.id
    trees = [file for file in plan.files if file.file.carrier in _TREES and file.sources]
    for file in trees:
        role = f".{file.role}" if len(trees) > 1 else ""
        yield f"{name}{role}.schema.json", _json_text(plan, file)
    for file in plan.files:
        if file.file.carrier == "xml" and file.sources:
            yield f"{name}.{file.role}.rng", generate_relax_ng(plan, file)
            yield f"{name}.{file.role}.xsd", generate_xsd(plan, file)
    yield f"{name}.md", docs_page(plan)


_TREES = frozenset({"json", "jsonl", "yaml"})


def _json_text(plan: Plan, file: FilePlan) -> str:
    import json

    from annostd.schemas import generate_json_schema

    return json.dumps(generate_json_schema(plan, file), ensure_ascii=False, indent=2) + "\n"


def lint(files: Sequence[Path]) -> tuple[Fault, ...]:
    """Find all that is wrong with standards: text, plans in each dialect, examples.

    Gives the faults in order, none where all is well. Raises UsageError for an unreadable file.
    """
    faults: list[Fault] = []
    for path in files:
        faults.extend(_lint(path))
    return tuple(faults)


def _lint(path: Path) -> tuple[Fault, ...]:
    from annostd.api.examples import dialects_tried
    from annostd.api.once import load, with_dialects
    from annostd.standard.lint import lint as find_faults
    from annostd.standard.locate import head

    known = min(_libraries(path), key=lambda known: len(find_faults(path, known)))
    faults = find_faults(path, known)
    entry = head(path)
    if faults or entry is None or entry.fragment:
        return faults
    standard = load(path, known)
    each = (with_dialects(standard, chosen) for chosen in dialects_tried(standard))
    return tuple(sorted({fault for chosen in each for fault in _compile_faults(chosen)}))


def _libraries(path: Path) -> list[Library]:
    """Know the shipped standards; where a file inherits, also those in the folder beside it."""
    from annostd.api.once import library
    from annostd.standard.locate import head

    try:
        inherits = _INHERITS.search(path.read_bytes()) is not None
    except OSError:
        inherits = False
    if not inherits:
        return [library([])]
    entry = head(path)
    has_own_folder = entry is not None and path.absolute().parent.name == entry.id
    folder = path.absolute().parent
    return [library([]), library([folder.parent if has_own_folder else folder])]


def _compile_faults(standard: Standard) -> Iterator[Fault]:
    from annostd.api.once import compile_plan
    from annostd.generators import apply

    try:
        compile_plan(standard)
    except StandardError as error:
        yield from error.faults
    for rule in standard.rules.values():
        for example in (*rule.passing, *rule.failing):
            try:
                apply(standard.base, example)
            except UsageError as error:
                mark = rule.mark
                yield Fault(mark.file, mark.line, mark.column, f"an example of {rule.id}: {error}")


def new(id_: str, into: Path, like: str | None = None) -> Path:
    """Write a new standard to start from, `ID/0.1.0.yaml` in a folder; `like`: one that it adapts.

    Gives the path written. Raises UsageError where the id is no id, is taken, or the file is there.
    """
    from annostd.api.once import library, load
    from annostd.generators import skeleton

    taken = {word for entry in library([]).standards for word in (entry.id, *entry.aliases)}
    if id_ in taken:
        raise UsageError(f"'{id_}' is the name of a standard that is known, expected a new one")
    known = library([into] if into.is_dir() and like is not None else [])
    text = skeleton(id_, load(like, known) if like is not None else None)
    path = into / id_ / f"{FIRST_VERSION}.yaml"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError as error:
        raise UsageError(f"{path} is there already, expected a new file") from error
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}") from error
    return path
