"""Offsets that mean something else over a whole file: named where the repeated text shows it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annostd.api import validate

if TYPE_CHECKING:
    from pathlib import Path

ENDS = "the ends look included"
FROM_1 = "the offsets look counted from 1"
BOTH = "the offsets look counted from 1, with the end included"
UTF_16 = "the offsets look like UTF-16 units"
UTF_8 = "the offsets look like bytes of UTF-8"
LINES = "a line end of two characters looks counted once"

Words = list[tuple[int, int, str]]


def messages(folder: Path, text: str, words: Words, name: str = "a") -> list[str]:
    """Validate one text with spans, each with the text that it is said to cover."""
    folder.mkdir(exist_ok=True)
    lines = [f"T{n}\tWord {a} {b}\t{q}\n" for n, (a, b, q) in enumerate(words, start=1)]
    (folder / f"{name}.txt").write_bytes(text.encode())
    (folder / f"{name}.ann").write_bytes("".join(lines).encode())
    (report,) = validate(folder, standard="brat")
    rule = "annotation.quote.differs"
    return [f.message for f in report.findings if f.rule == rule]


def habits(folder: Path, text: str, words: Words) -> set[str]:
    """Give what is said of the whole file behind each finding."""
    return {message.partition("; over the file ")[2] for message in messages(folder, text, words)}


@pytest.mark.parametrize(
    ("text", "words", "habit"),
    [
        ("Aspirin hurts", [(0, 6, "Aspirin"), (8, 12, "hurts")], ENDS),
        ("Aspirin hurts", [(1, 8, "Aspirin"), (9, 14, "hurts")], FROM_1),
        ("Aspirin hurts.", [(1, 8, "Aspirin"), (9, 14, "hurts")], FROM_1),
        ("Aspirin hurts", [(1, 7, "Aspirin"), (9, 13, "hurts")], BOTH),
        ("😊 good day now", [(0, 2, "😊"), (3, 7, "good"), (8, 11, "day")], UTF_16),
        ("😊 good day now", [(3, 7, "good"), (8, 11, "day")], f"{UTF_16} or {FROM_1}"),
        ("👨‍👩‍👧 good day now", [(9, 13, "good"), (14, 17, "day")], UTF_16),
        ("𠮷野家 は 美味しい .", [(0, 4, "𠮷野家"), (5, 6, "は"), (7, 11, "美味しい")], UTF_16),
        ("café au lait noir", [(0, 5, "café"), (6, 8, "au")], UTF_8),
        ("cafe\u0301 au lait noir", [(0, 6, "cafe\u0301"), (7, 9, "au")], UTF_8),
        ("שלום עולם טוב טוב", [(0, 8, "שלום"), (9, 17, "עולם")], UTF_8),
        ("a\r\nbc\r\nde", [(2, 4, "bc"), (5, 7, "de")], LINES),
    ],
)
def test_the_one_way_by_which_all_agree_is_named(
    tmp_path: Path, text: str, words: Words, habit: str
) -> None:
    assert habits(tmp_path, text, words) == {habit}


@pytest.mark.parametrize(
    "words",
    [
        [(0, 7, "Aspirin"), (8, 12, "hurts")],
        [(0, 6, "Aspirin"), (9, 14, "hurts")],
        [(0, 6, "Aspirin"), (8, 12, "hurts"), (0, 7, "Aspirin")],
        [(0, 7, "Iburpofen"), (8, 13, "helps")],
    ],
)
def test_what_is_not_constant_over_the_file_is_not_named(tmp_path: Path, words: Words) -> None:
    assert habits(tmp_path, "Aspirin hurts the head", words) == {""}


def test_a_habit_is_that_of_a_file(tmp_path: Path) -> None:
    wrong = [(0, 6, "Aspirin"), (8, 12, "hurts")]
    messages(tmp_path, "Aspirin hurts", wrong, "a")
    found = messages(tmp_path, "Aspirin hurts", [(0, 7, "Aspirin"), (8, 13, "hurt")], "b")
    assert found == [
        f"quote is Aspirin, expected Aspiri; over the file {ENDS}",
        f"quote is hurts, expected hurt; over the file {ENDS}",
        "quote is hurt, expected hurts",
    ]


def test_ends_that_a_standard_includes_look_excluded(tmp_path: Path) -> None:
    standard = tmp_path / "own.yaml"
    standard.write_text(
        """annostd: 1
id: own
version: "1.0.0"
status: draft
title: Ends that belong
publisher: us
domain: text
licence: CC0-1.0
adapts: brat@1.0.0
conventions: {text: {ends: inclusive, origin: 1}}
""",
        "utf-8",
    )
    data = tmp_path / "data"
    data.mkdir()
    (data / "a.txt").write_text("Aspirin hurts it", "utf-8")
    (data / "a.ann").write_text("T1\tWord 1 8\tAspirin\nT2\tWord 9 14\thurts\n", "utf-8")
    (report,) = validate(data, standard=str(standard))
    said = [f.message for f in report.findings]
    assert [message.partition("; ")[2] for message in said] == [
        "over the file the ends look excluded"
    ] * 2


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def size(text: str) -> int:
    return len(text.encode())


@settings(max_examples=10)
@given(
    words=st.lists(st.text("ab😊é𠮷", min_size=2, max_size=4), min_size=4, max_size=6, unique=True),
    count=st.sampled_from([units, size]),
)
def test_other_units_are_told_or_the_text_cannot_tell(
    tmp_path_factory: pytest.TempPathFactory, words: list[str], count: Callable[[str], int]
) -> None:
    text = " ".join(words)
    expected = UTF_16 if count is units else UTF_8
    spans: Words = []
    at = 0
    for word in words:
        spans.append((count(text[:at]), count(text[: at + len(word)]), word))
        at += len(word) + 1
    found = messages(tmp_path_factory.mktemp("units"), text, spans)
    named = {message.partition("; over the file ")[2] for message in found}
    assert all(not words or expected in words.split(" or ") for words in named)
