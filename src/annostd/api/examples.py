"""Trying the examples of rules: written by the standard's writer, read back, and judged."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from annostd.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import polars as pl

    from annostd.api.choice import Choice
    from annostd.findings import Finding
    from annostd.reports import Trial
    from annostd.standard import Standard
    from annostd.standard.model import Example, Json, Rule


def try_examples(standard: Standard) -> tuple[Trial, ...]:
    """Try the examples of every rule of a standard, under each of its dialects in turn.

    A passing example has no finding at all, a failing one findings of its rule alone.
    """
    trials = [t for chosen in dialects_tried(standard) for t in try_dialect(standard, chosen)]
    return tuple(dict.fromkeys(trials))


def dialects_tried(standard: Standard) -> Iterator[dict[str, str]]:
    """Yield the default dialects, then each other alternative by itself."""
    yield {}
    for axis, options in standard.dialects.items():
        for option in options[1:]:
            yield {axis: option.name}


def try_dialect(standard: Standard, chosen: Mapping[str, str]) -> tuple[Trial, ...]:
    """Try the examples of every rule of a standard under these dialects."""
    from annostd.api.choice import compiled
    from annostd.api.once import with_dialects

    return tuple(_try(compiled(with_dialects(standard, chosen), chosen)))


def written_example(
    choice: Choice, rows: Mapping[str, Sequence[Mapping[str, Json]]], folder: Path
) -> None:
    """Write rows by the writer of a standard into a folder; UsageError where that fails.

    Where rows are read from pictures that nothing lists, blank ones are put there.
    """
    from annostd.bindings import BINDINGS
    from annostd.bindings.patterns import with_shared_captures
    from annostd.converters.examples import example_tables
    from annostd.converters.map import map_tables
    from annostd.converters.media import are_rows
    from annostd.converters.write import print_files

    plan = choice.plan
    roles = with_shared_captures(plan.files)
    drawn = are_rows(roles)
    mapped = map_tables(example_tables(plan, rows), plan, plan, {}, placed_media=drawn)
    written = print_files(plan, mapped.tables, roles, BINDINGS, placed_media=drawn)
    refused = (*mapped.refused, *written.refused)
    if refused:
        raise UsageError("; ".join(refused))
    for path, data in written.files:
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    if drawn and written.media is not None:
        _draw(folder, written.media, mapped.tables.frames["media"])


def _draw(folder: Path, paths: pl.Series, media: pl.DataFrame) -> None:
    """Draw a blank picture for each medium that says how large it is."""
    from PIL import Image

    for path, row in zip(paths, media.iter_rows(named=True), strict=True):
        width, height = row.get("width"), row.get("height")
        if path is not None and width and height:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            Image.new("L", (width, height)).save(folder / path)


def judged_example(
    choice: Choice, rows: Mapping[str, Sequence[Mapping[str, Json]]]
) -> tuple[Finding, ...]:
    """Write rows, read them back and judge them."""
    from annostd.api.choice import Opened, open_plan
    from annostd.api.validate import report_of

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        written_example(choice, rows, folder)
        document = open_plan(folder, choice.plan)
        return report_of("", Opened(choice, document, folder), choice.plan.rules).findings


def _try(choice: Choice) -> Iterator[Trial]:
    from annostd.reports import Trial

    standard = choice.standard
    name = ",".join(f"{axis}={option}" for axis, option in standard.chosen.items())
    for rule in standard.rules.values():
        examples = [("pass", e) for e in rule.passing] + [("fail", e) for e in rule.failing]
        for number, (kind, example) in enumerate(examples):
            case = f"{rule.id} {kind} {number} ({name})"
            yield Trial(standard.id, case, tuple(_problems(choice, rule, kind, example)))


def _problems(choice: Choice, rule: Rule, kind: str, example: Example) -> Iterator[str]:
    from annostd.generators.cases import apply

    try:
        findings = judged_example(choice, apply(choice.standard.base, example))
    except (ValueError, UsageError) as error:
        yield str(error)
        return
    found = {finding.rule for finding in findings}
    if kind == "fail" and rule.id not in found:
        yield f"expected a finding of {rule.id}, found {', '.join(sorted(found)) or 'none'}"
    for finding in findings:
        if kind == "pass" or finding.rule != rule.id:
            yield f"expected no finding of {finding.rule}: {finding.message}"
