"""What was measured, as a table to read and as JSON to keep."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.works import OURS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from benchmarks.measure import Run

_HEAD = (
    "| work | program | wall s | least to most | ÷ annostd | cpu s | anonymous MB | mapped MB |",
    "|---|---|--:|--:|--:|--:|--:|--:|",
)


@dataclass(frozen=True, slots=True)
class Result:
    """All runs of one program at one work, round by round."""

    work: str
    program: str
    runs: Sequence[Run]

    @property
    def failure(self) -> str | None:
        """Why the runs do not count, if they do not."""
        return next((run.failure for run in self.runs if run.failure is not None), None)

    def middle(self, figure: Callable[[Run], float]) -> float:
        """The median of a figure."""
        return median(figure(run) for run in self.runs)


def table(results: Sequence[Result]) -> Iterator[str]:
    """Yield the lines of the table."""
    yield from _HEAD
    ours = {result.work: result for result in results if result.program == OURS}
    for result in results:
        name = result.work if result.program == OURS else ""
        yield f"| {name} | {result.program} | {' | '.join(_cells(result, ours[result.work]))} |"


def as_json(results: Sequence[Result], facts: Mapping[str, object]) -> dict[str, object]:
    """Give all figures, with what they were measured on."""
    return {
        **facts,
        "results": [
            {
                "work": result.work,
                "program": result.program,
                "failure": result.failure,
                "runs": [asdict(run) for run in result.runs],
            }
            for result in results
        ],
    }


def _cells(result: Result, ours: Result) -> list[str]:
    if result.failure is not None:
        said = result.failure.replace("|", "\\|")
        return [f"failed: {said[:160]}", "", "", "", "", ""]
    walls = [run.wall for run in result.runs]
    return [
        _seconds(median(walls)),
        f"{_seconds(min(walls))} to {_seconds(max(walls))}",
        _ratio(result, ours),
        _seconds(result.middle(lambda run: run.cpu)),
        f"{result.middle(lambda run: run.anonymous):,.0f}",
        f"{result.middle(lambda run: run.mapped):,.0f}",
    ]


def _ratio(result: Result, ours: Result) -> str:
    """Compare round by round, since the machine's speed may drift from one to the next."""
    if ours.failure is not None:
        return ""
    pairs = zip(result.runs, ours.runs, strict=True)
    return f"{median(theirs.wall / own.wall for theirs, own in pairs):.2f}"


def _seconds(seconds: float) -> str:
    return f"{seconds:.2f}" if seconds >= 1 else f"{seconds:.3f}"
