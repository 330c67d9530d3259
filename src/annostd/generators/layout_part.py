"""The part of a standard's page that says which files make a dataset."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annostd.generators.markdown import code, codes, sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from annostd.plan.model import FilePlan, Plan
    from annostd.standard.model import File, Json

_MISSING = {
    "error": "must be there",
    "empty": "where it is not there, there are no rows",
    "unlabelled": "where it is not there, nothing is known",
    "fine": "need not be there",
}
_CARRIERS = {
    "json": "JSON",
    "jsonl": "JSON, a record a line",
    "yaml": "YAML",
    "xml": "XML",
    "lines": "text, a row a line",
    "csv": "comma-separated text",
    "image": "a picture",
    "text": "plain text",
    "tokens": "text, a sequence of tokens",
    "audio": "a sound",
    "parquet": "Parquet, a record a row",
}


def lines(plan: Plan) -> Iterator[str]:
    """Write the part: each role with its paths, its carrier and what its absence means."""
    yield "## Files"
    yield ""
    for role in plan.standard.files:
        file = next(each for each in plan.files if each.role == role)
        yield from _role(plan, file)


def _role(plan: Plan, plan_of: FilePlan) -> Iterator[str]:
    file = plan_of.file
    yield f"### {code(file.role)}"
    yield ""
    carrier = _CARRIERS.get(file.carrier, file.carrier)
    of = f", one for each row of {code(file.of)}" if file.of else ""
    yield f"{carrier[0].upper()}{carrier[1:]}{of}; {_MISSING[file.missing]}."
    yield ""
    if file.doc:
        yield from (sentence(file.doc), "")
    yield from (f"- {line}" for line in _whereabouts(file))
    yield from (f"- {line}" for line in _captures(file))
    if file.encoding != ("utf-8",):
        yield f"- encoding: {codes(file.encoding)}"
    if file.clause is not None:
        yield f"- clause: {code(file.clause)}"
    tables = [*dict.fromkeys(s.table for s in plan_of.sources if s.table in plan.tables)]
    if tables:
        yield f"- holds {codes(tables)}"
    yield ""
    if file.grammar is not None:
        yield "Its tokens, as they are written; read with any words and line breaks between:"
        yield ""
        yield "```text"
        yield from _grammar(file.grammar)
        yield "```"
        yield ""


def _grammar(said: Json) -> Iterator[str]:
    """Write a grammar down; what stands in a list, or instead of something else, is said before."""
    for item in said if isinstance(said, list) else [said]:
        if isinstance(item, dict) and "each" in item:
            yield f"-- each of {item['each']}:"
            yield from _grammar(item.get("lines"))
            yield f"-- end of {item['each']}"
        elif isinstance(item, dict) and isinstance(options := item.get("either"), list):
            for number, option in enumerate(options):
                yield "-- or:" if number else "-- either:"
                yield from _grammar(option)
            yield "-- end of either"
        else:
            yield str(item).rstrip()


def _whereabouts(file: File) -> Iterator[str]:
    if file.path:
        first, *others = file.path
        yield f"path: {code(first)}"
        yield from (f"also read at: {code(path)}" for path in others)
    if file.listed is not None:
        root = f", relative to {code(file.listed.root)} there" if file.listed.root else ""
        suffix = f"; an entry that ends in {code(file.listed.suffix)} is a list, a path a line"
        tail = suffix if file.listed.suffix else ""
        yield f"named by {code(file.listed.by)} at {code(file.listed.at)}{root}{tail}"
    if file.beside is not None:
        swaps = ", ".join(f"{code(old)} becomes {code(new)}" for old, new in file.beside.swap)
        folder = f"; the last folder {swaps}" if swaps else ""
        optional = codes(file.beside.optional)
        free = f"; of those in {optional} some may have none" if optional else ""
        suffix = code(file.beside.suffix)
        yield f"beside {code(file.beside.role)}, with the suffix {suffix}{folder}{free}"


def _captures(file: File) -> Iterator[str]:
    for name, capture in file.captures.items():
        default = f", {code(capture.default)} where nothing says it" if capture.default else ""
        pairs = [
            f"{code(native)} means {code(said)}"
            for native, said in capture.values
            if native != said
        ]
        legal = (
            f", one of {codes(native for native, _ in capture.values)}" if capture.values else ""
        )
        meaning = f" ({', '.join(pairs)})" if pairs else ""
        yield f"{code('{' + name + '}')}: read from the path{legal}{meaning}{default}"
