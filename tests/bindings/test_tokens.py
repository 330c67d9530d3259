"""What the tokens carrier reads, prints, and says of bad input."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annostd.bindings.placed_tree import PlacedTree
from annostd.bindings.tokens import TOKENS
from annostd.bindings.tokens_read import parse_tokens
from annostd.bindings.tokens_tree import parse_bytes
from annostd.bindings.tokens_write import print_tokens
from annostd.columns.raw import Origin, Place
from annostd.errors import UsageError
from annostd.templates import parse_grammar
from tests.bindings.tree_plans import cells, file, plan, read, source

if TYPE_CHECKING:
    from pathlib import Path

    from annostd.templates.tokens import Json

ROW: list[Json] = [
    '  row [{#}]: "{name}" from {at}',
    "{#marks}",
    {"each": "marks", "lines": ["    {mark}"]},
]
GRAMMAR = parse_grammar(
    [
        'kind "{kind:a|b}" of {size}',
        {"either": [["<some> {#rows}", {"each": "rows", "lines": ROW}], ["<none>"]]},
    ],
    ("utf-8", "utf-16"),
)
TREE = PlacedTree()
TEXT = (
    'kind "a" of 1.50\n<some> 2\n  row [1]: "x" from 0\n2\n    1\n    2\n  row [2]: "y" from 1\n0\n'
)
VALUE = {
    "kind": "a",
    "size": 1.5,
    "rows": [{"name": "x", "at": 0, "marks": [{"mark": 1}, {"mark": 2}]},
             {"name": "y", "at": 1, "marks": []}],
}  # fmt: skip
PLAN = plan(
    source(
        "media",
        "",
        "size:v",
        "kind:s",
        grammar=GRAMMAR,
        children=(
            source(
                "layer",
                "rows/*",
                "name:s",
                "at:v",
                empty="write",
                grammar=GRAMMAR,
                children=(source("note", "marks/*", "mark:v", grammar=GRAMMAR, empty="write"),),
            ),
        ),
    ),
    carrier="tokens",
)


def tree(text: str) -> object:
    """Read a text, in which nothing may be wrong."""
    parsed = parse_tokens(text, GRAMMAR)
    assert parsed.flaws == ()
    assert parsed.root is not None
    return json.loads(TREE.text(parsed.root))


def told(text: str) -> list[tuple[str, int, int]]:
    return [(flaw.rule, flaw.line, flaw.column) for flaw in parse_tokens(text, GRAMMAR).flaws]


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        '"a" 1.50 <some> 2 "x" 0 2 1 2 "y" 1 0',
        '"a" ! 7 "b" <none>\r1.50\r<some>\r2\r"x"\r0 2 1 2\r"y" 1 0\r',
        'this "a" 1.50\r\n<some>2 "x" 0 2 1 2\tand "y" 1 .5 0',
    ],
)
def test_only_tokens_that_stand_free_count(text: str) -> None:
    assert tree(text) == VALUE


def test_quotes_are_doubled_and_texts_may_have_lines_and_remarks() -> None:
    assert tree('"a" 1 <some> 1 "say ""! <x> 3""\r\nand" 0 0') == {
        "kind": "a",
        "size": 1,
        "rows": [{"name": 'say "! <x> 3"\nand', "at": 0, "marks": []}],
    }


@pytest.mark.parametrize(
    ("text", "flaws"),
    [
        ('"c" 1 <none>', [("syntax", 1, 1)]),
        ('"a" "1" <none>', [("syntax", 1, 5)]),
        ('"a" 1', [("syntax", 1, 6)]),
        ('"a" 1\n<other>', [("syntax", 2, 1)]),
        ('"a" 1 <none', [("syntax", 1, 7)]),
        ('"a" 1 <some> 1 "x', [("syntax", 1, 16)]),
        ('"a" 1 <some> 1 "x"y 0 0', [("syntax", 1, 19)]),
        ('"a" 1 <some> 1e0 "x" 0 0', [("syntax", 1, 14)]),
        ('"a" 1 <some> 1 "x" 0', [("syntax", 1, 21)]),
        ('"a" 1 <none> 1', [("rest", 1, 14)]),
        ('"a" 1 <some> 2 "x" 0 0', [("count", 1, 14)]),
        ('"a" 1 <some> 0 "x" 0 0', [("count", 1, 14)]),
        ('"a" 1 <some> 2 "x" 0 3 1 2 "y" 0 1', [("count", 1, 22), ("count", 1, 34)]),
        ('"a" 1 <some> 1 "x" 0 1 1 2 <none>', [("count", 1, 22), ("rest", 1, 28)]),
        ("", [("syntax", 1, 1)]),
    ],
)
def test_what_is_wrong_is_told_at_its_token(text: str, flaws: list[tuple[str, int, int]]) -> None:
    assert told(text) == flaws


def test_a_list_of_another_length_than_is_said_has_the_items_that_are_there() -> None:
    parsed = parse_tokens('"a" 1 <some> 3 "x" 0 1 1 2', GRAMMAR)
    assert parsed.root is not None
    assert json.loads(TREE.text(parsed.root))["rows"] == [
        {"name": "x", "at": 0, "marks": [{"mark": 1}, {"mark": 2}]}
    ]


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (TEXT.encode("utf-16"), None),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), None),
        (TEXT.encode("utf-16-le"), "encoding"),
        (TEXT.replace("x", "é").encode("latin-1"), "encoding"),
        (TEXT.encode("utf-8-sig"), "bom"),
        (b" \r\n", "empty"),
    ],
)
def test_encodings_are_those_of_the_grammar(data: bytes, rule: str | None) -> None:
    flaws = parse_bytes(data, GRAMMAR).flaws
    assert [flaw.rule for flaw in flaws] == ([] if rule is None else [rule])


def test_rows_have_places_and_exact_numbers(tmp_path: Path) -> None:
    rows, findings = read(TOKENS, tmp_path, TEXT, PLAN)
    assert not findings
    assert cells(rows["media"], "size", "kind", "@path") == [("1.50", "a", "")]
    assert cells(rows["layer"], "name", "at", "@start", "@path") == [
        ("x", "0", 3, "/rows/0"),
        ("y", "1", 7, "/rows/1"),
    ]
    assert cells(rows["note"], "mark", "@parent") == [("1", 0), ("2", 0)]
    inner = PLAN.sources[0].children[0]
    place = TOKENS.locate(tmp_path, file(), inner, Place(0, 7, 8, 1, "/rows/1"), ("at",))
    assert (place.line, place.column, place.pointer) == (7, 21, "/rows/1/at")


def test_a_text_is_printed_as_its_grammar_is_written() -> None:
    said = json.dumps(VALUE).replace("1.5", "1.50")
    assert print_tokens(GRAMMAR, said) == TEXT
    assert print_tokens(GRAMMAR, '{"kind": "b", "size": 1}') == 'kind "b" of 1\n<none>\n'


def test_a_field_without_a_value_is_not_made_up() -> None:
    assert print_tokens(GRAMMAR, '{"size": 1}').startswith('kind "a" of 1')
    with pytest.raises(UsageError, match="the field size has no number"):
        print_tokens(GRAMMAR, '{"kind": "a"}')


@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "name": st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r")),
                "at": st.integers(),
                "marks": st.lists(st.fixed_dictionaries({"mark": st.integers()}), max_size=2),
            }
        ),
        max_size=3,
    )
)
def test_what_is_printed_is_what_is_read(rows: list[dict[str, object]]) -> None:
    value = {"kind": "b", "size": 0, "rows": rows}
    assert tree(print_tokens(GRAMMAR, json.dumps(value))) == value


def written(tmp_path: Path, data: bytes, size: str) -> bytes:
    """Read a file, change one number, and write it again."""
    (tmp_path / "a.json").write_bytes(data)
    rows, _ = read(TOKENS, tmp_path, data, PLAN)
    frames = {name: raw.frame for name, raw in rows.items()}
    frames["media"] = frames["media"].with_columns(pl.lit(size).alias("size"))
    origin = Origin(tmp_path, (file(),), 0)
    return b"".join(TOKENS.write(PLAN, frames, origin))


def test_what_has_not_changed_returns_to_the_byte(tmp_path: Path) -> None:
    data = b'\xef\xbb\xbf"a" +1.5 ! kept\r\n<some> 1 "x" 00 0'
    assert written(tmp_path, data, "1.5") == data


def test_what_has_changed_keeps_encoding_and_spelling(tmp_path: Path) -> None:
    data = b"\xff\xfe" + '"a" 1.5 <some> 1 "x" 0.50 0'.encode("utf-16-le")
    text = 'kind "a" of 2\n<some> 1\n  row [1]: "x" from 0.50\n0\n'
    assert written(tmp_path, data, "2") == b"\xff\xfe" + text.encode("utf-16-le")


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    (batch,) = TOKENS.read(tmp_path, [(0, file("b.json"))], PLAN, None, 10)
    assert [(f.rule, f.location.file) for f in batch.findings] == [("tokens.unreadable", "b.json")]
