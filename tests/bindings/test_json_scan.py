"""The explaining scanner agrees with strict readers on what is JSON, and says where it is not."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annostd.bindings.json_mend import deepest, is_flawless, mend
from annostd.bindings.json_scan import scan
from annostd.bindings.json_tree import Unsound, sound

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=10,
)


@given(values, st.sampled_from([None, 0, 2]), st.booleans())
def test_a_sound_text_has_no_flaw_and_ends_where_it_ends(
    value: object, indent: int | None, ascii_only: object
) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=bool(ascii_only)).encode(errors="replace")
    if b"Infinity" in text:
        return
    found = scan(text + b" ,", 0)
    assert (found.flaws, found.end) == ((), len(text))
    assert is_flawless(text)


@given(values, st.data())
def test_a_damaged_text_is_refused_by_all_or_by_none(value: object, data: st.DataObject) -> None:
    raw = bytearray(json.dumps(value).encode())
    raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    text = bytes(raw)
    found = scan(text, 0)
    is_whole = found.end is not None and not text[found.end :].strip(b" \t\r\n")
    if is_flawless(text):
        assert is_whole
        assert found.flaws == ()
    else:
        assert not is_whole or found.flaws
    mended = mend(text)
    assert len(mended.text) == len(text)
    try:
        sound(mended.text)
    except Unsound:
        assert not is_whole or "depth" in {flaw.rule for flaw in found.flaws}
    else:
        assert is_whole


@pytest.mark.parametrize(
    ("text", "offset", "message"),
    [
        (b"[1 2]", 3, "found '2', expected ',' or ']'"),
        (b'{"a" 1}', 5, "found '1', expected ':'"),
        (b"{a:1}", 1, "found 'a', expected a member's name in double quotes"),
        (b"[1,]", 3, "found ']', expected a value"),
        (b"[01]", 1, "found '0', expected a value"),
        (
            b'["a\nb"]',
            3,
            "found the character U+000A, expected an escape for this control character",
        ),
        (b'["\\x"]', 2, "found '\\\\', expected an escape that JSON knows"),
        (b'["\\u12', 6, "the text ends here, expected the string's closing quote"),
        (b"[\xff]", 1, "found the byte 0xff, expected a value"),
        (b"[1,2", 4, "the text ends here, expected ',' or ']'"),
    ],
)
def test_a_fault_of_syntax_says_what_was_found_and_expected(
    text: bytes, offset: int, message: str
) -> None:
    found = scan(text, 0)
    assert (found.flaws[-1].offset, found.flaws[-1].message) == (offset, message)
    assert found.end is None


def test_depth_is_measured_outside_strings() -> None:
    assert deepest(b'[{"a":["[[[","\\"[[", 1]},[]]') == 3
    assert deepest(b"1") == 0
