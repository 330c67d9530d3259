"""What came out is compared with what was expected: exactly that, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annostd.conformance.compare import (
    compare_counts,
    compare_findings,
    compare_folders,
    compare_losses,
)
from annostd.conformance.expectation import ExpectedFinding, ExpectedLoss
from annostd.findings import Finding, Level, Location, Loss, LossKind, Phase

if TYPE_CHECKING:
    from pathlib import Path


def finding(rule: str = "box-degenerate", line: int = 4, **more: str) -> Finding:
    place = Location("a.json", line, 7, more.get("pointer", "/annotations/0"))
    return Finding(
        rule, Level.MUST, "geometry", Phase.SEMANTIC, place, "wrong", more.get("object", "1")
    )


def expected(rule: str = "box-degenerate", **more: str | int) -> ExpectedFinding:
    return ExpectedFinding(rule, "a.json", **more)  # type: ignore[arg-type]


def problems(wanted: list[ExpectedFinding], found: list[Finding]) -> list[str]:
    return list(compare_findings(wanted, found))


def test_only_the_keys_given_are_compared() -> None:
    assert problems([expected()], [finding()]) == []
    assert problems([expected(line=4, column=7, object="1")], [finding()]) == []


def test_a_finding_at_another_place_is_told_with_both_places() -> None:
    assert problems([expected(line=5, object="2")], [finding()]) == [
        "box-degenerate in a.json: line is 4, expected 5; object is 1, expected 2"
    ]


def test_a_missing_and_another_finding_are_told() -> None:
    assert problems([expected("mask-size", line=4)], [finding()]) == [
        "mask-size at a.json:4 is not found",
        "box-degenerate at a.json:4:7 (/annotations/0) is found, expected no such finding",
    ]


def test_a_finding_counts_once() -> None:
    assert len(problems([expected(), expected()], [finding()])) == 1
    assert len(problems([expected()], [finding(), finding()])) == 1


def test_a_vague_expectation_does_not_take_the_place_of_an_exact_one() -> None:
    assert problems([expected(), expected(line=4)], [finding(), finding(line=5)]) == []


def test_losses_are_compared_with_their_kind_and_count() -> None:
    loss = Loss(LossKind.LOST, "annotation.polygons", "no place", 2)
    assert list(compare_losses([ExpectedLoss("lost", "annotation.polygons", 2)], [loss])) == []
    assert list(compare_losses([ExpectedLoss("lost", "annotation.polygons", 1)], [loss])) == [
        "the loss of annotation.polygons (lost, 1) is not reported",
        "the loss of annotation.polygons (lost, 2) is reported, expected no such loss",
    ]


def test_counts_are_compared_both_ways() -> None:
    assert list(compare_counts("derived", {"area": 1}, {"box": 2})) == [
        "derived area: 0, expected 1",
        "derived box: 2, expected 0",
    ]


def test_folders_are_compared_to_the_byte(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    for folder, texts in ((one, {"a": "x\ny\n", "b": ""}), (other, {"a": "x\nz\n", "c": ""})):
        folder.mkdir()
        for name, text in texts.items():
            (folder / name).write_text(text, newline="")
    assert list(compare_folders(one, other)) == [
        "a line 2 is 'z', expected 'y'",
        "b is not written",
        "c is written, expected no such file",
    ]
