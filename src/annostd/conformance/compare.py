"""Comparing what came out with what was expected: exactly that, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annostd.conformance.expectation import ExpectedFinding

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from annostd.conformance.expectation import ExpectedLoss
    from annostd.findings import Finding, Loss

PACKED = ".parquet"
"""How the names of files end that hold packed tables."""
_KEYS = tuple(key for key in ExpectedFinding.__struct_fields__ if key not in {"rule", "file"})


def compare_findings(
    expected: Sequence[ExpectedFinding], findings: Sequence[Finding]
) -> Iterator[str]:
    """Say which findings are missing, which stand elsewhere, and which were not expected.

    What says most of its finding is paired first, so that a vague one does not take its place.
    """
    left = [_plain(finding) for finding in findings]
    unmet = []
    for wanted in sorted(expected, key=lambda each: -len(_given(each))):
        found = next((each for each in left if not _differences(wanted, each)), None)
        if found is None:
            unmet.append(wanted)
        else:
            left.remove(found)
    for wanted in unmet:
        near = _nearest(wanted, left)
        if near is None:
            yield f"{_shown(wanted)} is not found"
        else:
            left.remove(near)
            yield f"{wanted.rule} in {wanted.file}: {'; '.join(_differences(wanted, near))}"
    for each in left:
        yield f"{_shown(each)} is found, expected no such finding"


def compare_losses(expected: Sequence[ExpectedLoss], losses: Sequence[Loss]) -> Iterator[str]:
    """Say which losses are missing, which were not expected."""
    left = [(str(loss.kind), loss.what, loss.count) for loss in losses]
    for wanted in expected:
        loss = (wanted.kind, wanted.what, wanted.count)
        if loss in left:
            left.remove(loss)
        else:
            yield f"the loss of {_loss(loss)} is not reported"
    for loss in left:
        yield f"the loss of {_loss(loss)} is reported, expected no such loss"


def compare_counts(
    what: str, expected: Mapping[str, int], counts: Mapping[str, int]
) -> Iterator[str]:
    """Say which counts by name are not as expected."""
    for name in sorted({*expected, *counts}):
        if expected.get(name, 0) != counts.get(name, 0):
            yield f"{what} {name}: {counts.get(name, 0)}, expected {expected.get(name, 0)}"


def compare_folders(expected: Path, written: Path) -> Iterator[str]:
    """Say which files are missing, which are not expected, and which differ in a byte.

    Tables that are packed differ where their columns or rows do: packers differ in their bytes.
    """
    wanted, found = _files(expected), _files(written)
    for name in sorted({*wanted, *found}):
        if name not in found:
            yield f"{name} is not written"
        elif name not in wanted:
            yield f"{name} is written, expected no such file"
        elif wanted[name].read_bytes() != found[name].read_bytes():
            is_packed = name.endswith(PACKED)
            differ = _different_tables if is_packed else _first_difference
            if said := differ(wanted[name], found[name]):
                yield f"{name} {said}"


def _files(folder: Path) -> dict[str, Path]:
    return {
        path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()
    }


def _different_tables(expected: Path, written: Path) -> str | None:
    """Say how the tables of two files differ; None where they do not."""
    import polars as pl

    wanted, found = (pl.read_parquet(path, glob=False) for path in (expected, written))
    if wanted.schema != found.schema:
        return f"has the columns {dict(found.schema)}, expected {dict(wanted.schema)}"
    if wanted.equals(found, null_equal=True):
        return None
    pairs = zip(found.rows(), wanted.rows(), strict=False)
    rows = (f"row {n} is {a}, expected {b}" for n, (a, b) in enumerate(pairs) if a != b)
    return next(rows, f"has {found.height} rows, expected {wanted.height}")


def _first_difference(expected: Path, written: Path) -> str:
    lines = (path.read_bytes().split(b"\n") for path in (expected, written))
    wanted, found = (list(each) for each in lines)
    for number, (one, other) in enumerate(zip(wanted, found, strict=False), 1):
        if one != other:
            return f"line {number} is {_text(other)}, expected {_text(one)}"
    return f"has {len(found)} lines, expected {len(wanted)}"


def _text(line: bytes) -> str:
    return repr(line.decode("utf-8", "backslashreplace"))


def _plain(finding: Finding) -> ExpectedFinding:
    place = finding.location
    return ExpectedFinding(
        rule=finding.rule,
        file=place.file,
        line=place.line,
        column=place.column,
        pointer=place.pointer,
        xpath=place.xpath,
        object=finding.object,
        actual=finding.actual,
        expected=finding.expected,
    )


def _given(finding: ExpectedFinding) -> dict[str, str | int]:
    values = {key: getattr(finding, key) for key in _KEYS}
    return {key: value for key, value in values.items() if value is not None}


def _differences(wanted: ExpectedFinding, found: ExpectedFinding) -> list[str]:
    if (wanted.rule, wanted.file) != (found.rule, found.file):
        return ["it is another finding"]
    return [
        f"{key} is {getattr(found, key)}, expected {value}"
        for key, value in _given(wanted).items()
        if getattr(found, key) != value
    ]


def _nearest(
    wanted: ExpectedFinding, findings: Sequence[ExpectedFinding]
) -> ExpectedFinding | None:
    same = [each for each in findings if (each.rule, each.file) == (wanted.rule, wanted.file)]
    return min(same, key=lambda each: len(_differences(wanted, each)), default=None)


def _shown(finding: ExpectedFinding) -> str:
    place = ":".join(str(part) for part in (finding.file, finding.line, finding.column) if part)
    detail = finding.pointer or finding.xpath
    return f"{finding.rule} at {place}" + (f" ({detail})" if detail else "")


def _loss(loss: tuple[str, str, int]) -> str:
    kind, what, count = loss
    return f"{what} ({kind}, {count})"
