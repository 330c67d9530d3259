"""RELAX NG, XML Schema and the engine hold each other to what a standard says of structure."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from annostd.plan.sources import walk
from annostd.schemas import generate_relax_ng, generate_xsd, relax_ng, xsd
from tests.schemas.judges import beyond, engine, plan_of, role_of
from tests.schemas.xml_documents import changed, documents

if TYPE_CHECKING:
    from annostd.plan import FilePlan, Plan

PATH = "Annotations/a.xml"


@cache
def plan() -> tuple[Plan, FilePlan]:
    made = plan_of("pascal-voc")
    return made, role_of(made, "label")


@cache
def relax() -> etree.RelaxNG:
    return etree.RelaxNG(etree.fromstring(generate_relax_ng(*plan()).encode()))


@cache
def schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.fromstring(generate_xsd(*plan()).encode()))


def said(judge: etree.RelaxNG | etree.XMLSchema, root: etree._Element) -> list[str]:
    document = etree.fromstring(etree.tostring(root))
    return [] if judge.validate(document) else str(judge.error_log).splitlines() or ["?"]


def test_rows_of_any_name_are_of_the_namespace_and_others_are_undeclared() -> None:
    text = "<annotation><filename>a.png</filename><size><width>1</width><height>1</height></size>{}"
    text += "</annotation>"
    actions = (
        "<object><name>a</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>1</xmax><ymax>1</ymax>"
    )
    actions += "</bndbox><actions>{}</actions></object>"
    for element, is_sound in (
        ("<jump>1</jump>", True),
        ("<jump>2</jump>", False),
        ('<o:jump xmlns:o="urn:o">2</o:jump>', True),
        ('<o:jump xmlns:o="urn:o"><x/></o:jump>', True),
    ):
        document = text.format(actions.format(element))
        assert (said(relax(), etree.fromstring(document)) == []) is is_sound
        assert engine(plan()[0], {PATH: document.encode()}).is_accepted is is_sound


@given(data=st.data())
def test_relax_ng_accepts_every_sound_document(data: st.DataObject) -> None:
    assert said(relax(), data.draw(documents(plan()[1]))) == []


@given(data=st.data())
def test_relax_ng_and_engine_agree_on_a_changed_document(data: st.DataObject) -> None:
    root = data.draw(changed(plan()[1]))
    verdict = engine(plan()[0], {PATH: etree.tostring(root)})
    errors = said(relax(), root)
    if verdict.is_accepted:
        assert errors == [], "the schema refuses what the engine accepts"
    if verdict.broken - beyond(relax_ng.unsayable(*plan())) and not holds_elements(root):
        assert errors, f"the schema lets {verdict.broken} pass"


@given(data=st.data())
def test_xsd_accepts_every_sound_document_without_undeclared_elements(data: st.DataObject) -> None:
    assert said(schema(), data.draw(documents(plan()[1], strange=False))) == []


@given(data=st.data())
def test_xsd_and_engine_agree_on_a_changed_document(data: st.DataObject) -> None:
    root = data.draw(changed(plan()[1], strange=False))
    judged, file = plan()
    verdict = engine(judged, {PATH: etree.tostring(root)})
    errors = said(schema(), root)
    if verdict.is_accepted and not verdict.has_undeclared:
        assert errors == [], "the schema refuses what the engine accepts"
    if verdict.broken - beyond(xsd.unsayable(judged, file)):
        assert errors, f"the schema lets {verdict.broken} pass"


def holds_elements(root: etree._Element) -> bool:
    """Tell whether an element that is to hold a text holds others, which is a gap."""
    texts = {
        item.path[-1] for source in walk(plan()[1].sources) for item in source.fields if item.path
    }
    return any(each.tag in texts - {"point"} and len(each) for each in root.iter("*")) or any(
        len(each) for way in root.iter("actions") for each in way
    )
