"""Trying one case through the public API: what came out other than expected."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from annostd.conformance.compare import (
    compare_counts,
    compare_findings,
    compare_folders,
    compare_losses,
)
from annostd.conformance.expectation import (
    FINDINGS,
    LOSSES,
    CaseError,
    ExpectedConversion,
    ExpectedFindings,
    read_expectation,
)
from annostd.reports import Trial

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from annostd.conformance.cases import Case, ConversionCase
    from annostd.reports import ConversionReport


def try_case(case: Case, standards: Sequence[Path] = ()) -> Trial:
    """Judge the dataset of a case, and compare the findings."""
    return Trial(case.standard, case.name, _told(lambda: _findings(case, standards)))


def try_conversion(case: ConversionCase, standards: Sequence[Path] = ()) -> Trial:
    """Convert the dataset of a case, and compare what is written, lost and derived."""
    return Trial(case.source, case.name, _told(lambda: _conversion(case, standards)))


def _told(attempt: Callable[[], Iterator[str]]) -> tuple[str, ...]:
    """List the problems of an attempt; whatever is raised is one, and stops no other case."""
    try:
        return tuple(attempt())
    except CaseError as error:
        return (f"the case is broken: {error}",)
    except Exception as error:  # noqa: BLE001 - it fails the run, as a problem of this case
        return (f"{type(error).__name__} is raised: {error}",)


def _findings(case: Case, standards: Sequence[Path]) -> Iterator[str]:
    from annostd.api import validate

    expected = read_expectation(case.folder / FINDINGS, ExpectedFindings)
    if case.rule is not None and all(each.rule != case.rule for each in expected.findings):
        raise CaseError(f"it stands under {case.rule}, which it does not expect")
    name = case.standard if expected.dialects is None else f"{case.standard}:{expected.dialects}"
    (report,) = validate(_given(case.folder, expected.path), standard=name, standards=standards)
    yield from compare_findings(expected.findings, report.findings)


def _conversion(case: ConversionCase, standards: Sequence[Path]) -> Iterator[str]:
    from annostd.api import convert

    expected = read_expectation(case.folder / LOSSES, ExpectedConversion)
    if not {case.source, case.target} <= {expected.source, expected.to, *_ids(expected)}:
        raise CaseError(f"it stands under {case.source}--{case.target}, which it does not convert")
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "out"
        report = convert(
            _given(case.folder, expected.path),
            target,
            to=expected.to,
            standard=expected.source,
            standards=standards,
            allow_loss=not expected.refused,
            media=expected.media,
            values=expected.set,
        )
        yield from _outcome(expected, report)
        yield from compare_folders(case.folder / "out", target)


def _outcome(expected: ExpectedConversion, report: ConversionReport) -> Iterator[str]:
    for part in expected.refused:
        if not any(part in reason for reason in report.refused):
            yield f"nothing is refused for {part!r}, but for {report.refused}"
    if not expected.refused and report.refused:
        yield f"it is refused: {'; '.join(report.refused)}"
    yield from compare_losses(expected.losses, report.losses)
    if expected.derived is not None:
        yield from compare_counts("derived", expected.derived, report.derived)


def _ids(expected: ExpectedConversion) -> set[str]:
    """Give the ids of both standards, without their versions and dialects."""
    return {name.partition(":")[0].partition("@")[0] for name in (expected.source, expected.to)}


def _given(folder: Path, path: str) -> Path:
    given = folder / path
    if not given.exists():
        raise CaseError(f"{path} does not exist")
    return given
