"""Patterns: XML Schema reads the portable form alike, Rust compiles the largest."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from annostd.expressions import ExpressionFault, pattern

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "conformance/expressions.yaml").read_text("utf-8")
CASES: list[dict[str, Any]] = [
    case for case in yaml.load(TEXT, Loader=yaml.CSafeLoader)["patterns"] if "matches" in case
]
SCHEMA = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="t">
<xs:simpleType><xs:restriction base="xs:string"><xs:pattern/></xs:restriction></xs:simpleType>
</xs:element></xs:schema>"""

PATTERNS = st.recursive(
    st.sampled_from(["a", "b", ".", "[ab]", "[^a]", "\\.", "é", "[a-c]"]),
    lambda inner: (
        st.builds("{}{}".format, inner, inner)
        | st.builds("({}|{})".format, inner, inner)
        | st.builds("({}){}".format, inner, st.sampled_from(["*", "+", "?", "{2}", "{1,2}"]))
    ),
    max_leaves=8,
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: repr(case["pattern"]))
def test_xml_schema_reads_the_portable_form_alike(case: dict[str, Any]) -> None:
    tree = etree.fromstring(SCHEMA)
    facet = next(tree.iter("{*}pattern"))
    facet.set("value", pattern(case["pattern"]).portable)
    schema = etree.XMLSchema(tree)
    for text in (text for text in (*case["matches"], *case["not"]) if "\r" not in text):
        element = etree.Element("t")
        element.text = text
        assert schema.validate(element) == (text in case["matches"]), text


@given(PATTERNS, st.lists(st.text("abc.é\n", max_size=6), min_size=1, max_size=5))
def test_python_and_rust_match_the_same_texts(text: str, samples: list[str]) -> None:
    try:
        compiled = pattern(text)
    except ExpressionFault as fault:
        assert "in many ways" in fault.message  # noqa: PT017 - both outcomes are legal
        return
    matched = pl.Series(samples).str.contains(compiled.anchored).to_list()
    assert matched == [compiled.matches(sample) for sample in samples]


@given(PATTERNS)
def test_a_portable_form_is_a_pattern_that_stays_as_it_is(text: str) -> None:
    try:
        portable = pattern(text).portable
    except ExpressionFault:
        return
    assert pattern(portable).portable == portable


@pytest.mark.parametrize("text", ["[^a]{1000}", "([^a]{10}){100}", "(.{1,10}){100}"])
def test_the_largest_patterns_compile_everywhere(text: str) -> None:
    compiled = pattern(text)
    assert pl.Series(["b" * 1000]).str.contains(compiled.anchored).to_list() == [True]
    assert compiled.matches("b" * 1000)


@given(st.text())
def test_any_text_is_a_pattern_or_a_fault_inside_it(text: str) -> None:
    try:
        pattern(text)
    except ExpressionFault as fault:
        assert 0 <= fault.offset <= len(text)  # noqa: PT017 - both outcomes are legal
