"""Every way of reading JSON (typed pieces, walked pieces, one tree) gives the same."""

from __future__ import annotations

import json
import random
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annostd.bindings.json import JsonBinding
from tests.bindings.tree_plans import FLAT, file, read, together

if TYPE_CHECKING:
    from annostd.columns.raw import RawRows
    from annostd.findings import Finding

KEYS = [
    '"id"', '"image_id"', '"bbox"', '"area"', '"segmentation"', '"iscrowd"', '"ok"',
    '"\\u0069d"', '"extra"', '"a:b"', '"\\u003a"', '"},{"', '"é"',
]  # fmt: skip
VALUES = [
    "1", "2", "-3", "1.0", "2.5", "1e2", "1e400", "9223372036854775808", "10.5",
    "null", "true", "false", '"x"', '"},{"', '"a:b"', '"\\u003a"', '"\\ud83d\\ude00"',
    '"\\ud800"', '"{"', '"]"', '"\\\\"', '"\\""', "[]", "{}", "[1, 2.0]", "[[1,2],[3]]",
    '{"counts":[1,2],"size":[3,4]}',
    '{"a":[{"b":1},{"b":2}]}', '{"c":"},{"}', "NaN", "-Infinity", '"é"', "[" * 70 + "]" * 70,
    '{"a":1,"a":2}', '[{"a":1,"a":2}]', '{"a":{"b":1,"b":2}}', "[NaN]",
]  # fmt: skip
ODD = ["5", "null", '"},{"', "[]"]
SPACES = ["", "", " ", "\n", "\r\n  "]


@st.composite
def records(draw: st.DrawFn) -> str:
    """Make a record as text: members declared and not, fitting and not, some twice."""
    simple = st.sampled_from(VALUES[:5] if draw(st.booleans()) else VALUES)
    pairs = draw(st.lists(st.tuples(st.sampled_from(KEYS), simple), max_size=5))
    space = draw(st.sampled_from(SPACES))
    return "{" + f",{space}".join(f"{k}:{space}{v}" for k, v in pairs) + space + "}"


@st.composite
def documents(draw: st.DrawFn) -> str:
    """Make a document with lists of records in any order, and other things between them."""
    space = draw(st.sampled_from(SPACES))
    items = st.one_of(records(), records(), records(), st.sampled_from(ODD))
    parts = []
    for name in draw(st.permutations(["images", "annotations", "info", "other"])):
        if name in {"images", "annotations"}:
            listed = draw(st.lists(items, max_size=8))
            body = f"{space},{space}".join(listed)
            parts.append(f'"{name}":{space}[{space}{body}{space}]')
        elif name == "info":
            parts.append(f'"info":{draw(records())}')
        else:
            parts.append(f'"other":{draw(st.sampled_from(VALUES))}')
    return space + "{" + f"{space},{space}".join(parts) + space + "}" + space


def outcome(found: tuple[dict[str, RawRows], list[Finding]]) -> Any:
    """Give all that reading tells, in a form that compares."""
    rows, findings = found
    return (
        {
            name: (
                part.frame.schema,
                part.frame.rows(),
                sorted(map(repr, part.misfits)),
                sorted(map(repr, part.unknown)),
            )
            for name, part in rows.items()
        },
        sorted(map(repr, findings)),
    )


def ways(text: bytes | str) -> list[Any]:
    """Read a text in every way."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        found = [outcome(read(JsonBinding(step), root, text, FLAT)) for step in (1 << 22, 1, 90)]
        with patch("annostd.bindings.json_array.is_flat", return_value=False):
            found.append(outcome(read(JsonBinding(60), root, text, FLAT)))
    return found


def all_same(text: bytes | str) -> Any:
    """Check that every way of reading tells the same; give what it is."""
    first, *others = ways(text)
    for other in others:
        assert other == first, text
    return first


@given(documents())
def test_every_way_of_reading_gives_the_same_rows_and_findings(text: str) -> None:
    all_same(text)


@given(documents(), st.data())
def test_every_way_of_reading_agrees_on_damaged_texts(text: str, data: st.DataObject) -> None:
    raw = bytearray(text.encode())
    at = data.draw(st.integers(0, len(raw) - 1))
    raw[at] = data.draw(st.integers(0, 255))
    all_same(bytes(raw))


@pytest.mark.parametrize(
    "text",
    [
        '{"annotations":[{"id":1,"x":"},{\\"id\\":2"},{"id":3}],"images":[]}',
        '{"annotations":[{"id":1,"x":[{"a":1},{"a":2},{"a":3}]},{"id":3}],"images":[]}',
        '{"annotations":[{"id":1,"x":"\\\\"},{"id":3,"x":"\\"},{"}],"images":[]}',
        '{"annotations":[{"x":"{"},{"x":"}{"},{"x":"}"}],"images":[]}',
        '{"annotations":[{"x":"}"},{"x":"{"},{"y":{"z":1}}],"images":[]}',
        '{"annotations":[{"segmentation":{"a":"}"}},{"segmentation":{"a":"{"}}],"images":[]}',
        '{"x":"],[},{","annotations":[{"id":1}],"images":[{"id":1},{"id":2}]}',
    ],
)
def test_text_that_looks_like_the_gap_between_records_confuses_no_way_of_reading(text: str) -> None:
    frames, findings = all_same(text)
    assert len(frames["annotation"][1]) == len(json.loads(text)["annotations"])
    assert not findings


@pytest.mark.parametrize("seed", range(4))
def test_random_damage_never_raises_and_every_way_agrees(seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311
    text = (
        '{"info":{"year":1},"images":[{"id":1,"file_name":"é"}],"annotations":'
        '[{"id":1,"bbox":[1,2],"area":1.5},{"id":2,"segmentation":{"a":"},{"}}]}'
    ).encode()
    for _ in range(60):
        raw = bytearray(text)
        for _ in range(rng.randint(1, 3)):
            raw[rng.randrange(len(raw))] = rng.choice(b'{}[]",:\\0aN\x00\xff \n-')
        all_same(bytes(raw))


def test_batches_are_cut_without_changing_the_rows(tmp_path: Path) -> None:
    text = json.dumps(
        {
            "images": [{"id": i} for i in range(50)],
            "annotations": [{"id": i, "z": 1} for i in range(99)],
        }
    )
    whole = read(JsonBinding(), tmp_path, text, FLAT)
    batches = list(JsonBinding(64).read(tmp_path, [(0, file("a.json", name="a"))], FLAT, None, 10))
    assert len(batches) > 5
    assert outcome(together(batches)) == outcome(whole)
