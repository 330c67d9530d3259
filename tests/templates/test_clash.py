"""Two templates clash where one text fits both; where none does it is proven."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annostd.templates import (
    Blanks,
    Mode,
    TemplateFault,
    ambiguous,
    clash,
    is_unambiguous,
    match,
    parse,
    render,
)
from tests.templates.strategies import LETTERS, READINGS, fit_rows, templates


@pytest.mark.parametrize(
    ("left", "right", "blanks"),
    [
        ("{c} {x} {y} {w} {h}", "{c} {x} {y}", "any"),
        ("SPEAKER {a} {b}", "{kind:LEXEME|NON-LEX} {a} {b}", "any"),
        ("{id:T[0-9]+}\t{c} {f*}\t{q*}", "{id:R[0-9]+}\t{c} {a}:{b}", "exact"),
        ("*\t{c} {m+}", "{id:[AM][0-9]+}\t{n} {t}[ {v}]", "exact"),
        ("{a} {b}[ {c}]", "{a} {b} {c} {d}", "any"),
        ("{a}.txt", "{a}.TXT", "exact"),
        ("{a:[0-9]+}", "{a:[a-z]+}", "exact"),
        ("{a:[0-9]{2,3}}", "{a:[0-9]{4,}}", "exact"),
    ],
)
def test_templates_that_share_no_text_are_proven_disjoint(
    left: str,
    right: str,
    blanks: Blanks,
) -> None:
    assert clash(parse(left), parse(right), blanks=blanks) is None


@pytest.mark.parametrize(
    ("left", "right", "mode", "text"),
    [
        ("{a} {b}", "{a} {b} {c}", "line", "a a a"),
        ("SPEAKER {a}", "{kind} x", "line", "SPEAKER x"),
        ("{a}[ {b}]", "{a} {b}", "line", "a a"),
        ("{name}.json", "{media.path}", "path", "a.json"),
        ("{split}/{stem}.xml", "Annotations/{stem}.xml", "path", "Annotations/a.xml"),
        ("images/{a/}{b}.jpg", "{s}/t/{b}", "path", "images/t/a.jpg"),
    ],
)
def test_templates_that_share_a_text_clash_with_the_shortest(
    left: str,
    right: str,
    mode: Mode,
    text: str,
) -> None:
    found = clash(parse(left), parse(right), mode=mode)
    assert found is not None
    assert len(found) == len(text)
    for template in (left, right):
        assert match(parse(template), found, mode=mode) is not None
        assert match(parse(template), text, mode=mode) is not None


@given(st.data())
def test_a_clash_fits_both_and_without_one_no_text_does(data: st.DataObject) -> None:
    left, right = data.draw(templates()), data.draw(templates())
    mode, blanks = data.draw(READINGS)
    found = clash(left, right, mode=mode, blanks=blanks)
    if found is not None:
        assert match(left, found, mode=mode, blanks=blanks) is not None
        assert match(right, found, mode=mode, blanks=blanks) is not None
        return
    printed = render(left, data.draw(fit_rows(left, mode, blanks)), mode=mode, blanks=blanks)
    text = printed if isinstance(printed, str) else data.draw(st.text(alphabet=LETTERS))
    both = [match(made, text, mode=mode, blanks=blanks) for made in (left, right)]
    assert None in both


def test_every_template_that_fits_something_clashes_with_itself() -> None:
    for text in ("{a} {b}", "x", "{a:[0-9]+}[{b:[a-z]{2}}]", "{f/}{a}.{b}"):
        assert clash(parse(text), parse(text), mode="path") is not None


def test_templates_too_large_to_be_compared_are_a_fault() -> None:
    many = "".join(f"{{x{i}:[ab]{{1,199}}}}" for i in range(5))
    with pytest.raises(TemplateFault, match="too large"):
        clash(parse(many + "!"), parse(many + "?"))


@pytest.mark.parametrize(
    ("template", "offset"),
    [
        ("{a}{b}", 3),
        ("x{a*}{b}", 5),
        ("{a}[{b}]/c", 4),
        ("[{a}]{b}", 5),
        ("{a}[ {c}]{b}", 9),
        ("{a+}{b**}", 4),
    ],
)
def test_fields_that_touch_without_patterns_are_found(template: str, offset: int) -> None:
    found = ambiguous(parse(template))
    assert found is not None
    assert found[0] == offset
    assert "need a literal or patterns between them" in found[1]


@pytest.mark.parametrize(
    "template",
    ["{a} {b}", "{a}[ {b}]", "{a:[a-z]+}{b:[0-9]+}", "{f/}{a}", "{a:[a-z]+}[{b:[0-9]+}].x", "x"],
)
def test_fields_apart_are_fine(template: str) -> None:
    assert ambiguous(parse(template)) is None
    assert is_unambiguous(parse(template), mode="path")


@pytest.mark.parametrize("template", ["{a}{b}", "{a:[^ ]+}{b*}", "{a:[0-9]+}{b:[0-9]+}"])
def test_what_can_be_taken_apart_in_two_ways_is_not_unambiguous(template: str) -> None:
    assert not is_unambiguous(parse(template))
