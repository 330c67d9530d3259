"""Templates made at random, and values for their fields."""

from __future__ import annotations

from hypothesis import strategies as st

from annostd.templates import Blanks, Mode, Template, fields, parse
from annostd.templates.reading import Reading
from annostd.templates.render import _stands

LETTERS = "ab01-_.:/, \t\né"
_TEXTS = st.text(alphabet="ab:- /{[", min_size=1, max_size=3)
_SUFFIXES = st.sampled_from(
    ["", "", "", "*", "**", "+", "/", ":[0-9]+", ":[^ ]+", ":ab|a", ":03", ":(a|b:)+", ":b*a"],
)
_POOL = ("a", "b", "ab", "0", "007", "1234", "a/", "a b", " a", "a.path", "b:a", "a\tb:", "é", "")
_READINGS: list[tuple[Mode, Blanks]] = [("line", "any"), ("line", "exact"), ("path", "exact")]
READINGS = st.sampled_from(_READINGS)


@st.composite
def templates(draw: st.DrawFn) -> Template:
    """Make templates of text, fields and optional parts in any order."""
    count = draw(st.integers(1, 5))
    parts: list[str] = []
    for index in range(count):
        text = draw(_TEXTS) if draw(st.integers(0, 4)) else ""
        text = text.replace("{", "{{").replace("[", "[[")
        field = f"{{x{index}{draw(_SUFFIXES)}}}"
        parts.append(draw(st.sampled_from([text + field, text + field, f"[ {text}{field}]"])))
    return parse("".join(parts) + draw(st.sampled_from(["", "", ".a", ";"])))


@st.composite
def rows(draw: st.DrawFn, template: Template) -> dict[str, str | None]:
    """Make values, some missing, most of them unfit, for the fields of a template."""
    value = st.one_of(st.none(), st.text(alphabet=LETTERS, max_size=5), st.sampled_from(_POOL))
    return {name: draw(value) for name in fields(template)}


@st.composite
def fit_rows(
    draw: st.DrawFn,
    template: Template,
    mode: Mode,
    blanks: Blanks,
) -> dict[str, str | None]:
    """Make values that can stand in their fields; some are missing."""
    values: dict[str, str | None] = {}
    reading = Reading(mode, blanks)
    for name in fields(template):
        pool = [*draw(st.lists(st.text(alphabet=LETTERS, max_size=5), max_size=3)), *_POOL]
        fit = [text for text in pool if _stands(template, name, text, reading)]
        values[name] = draw(st.sampled_from([*fit, None]))
    return values
