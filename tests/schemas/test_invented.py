"""Schemas of invented standards, for what the shipped ones do not use."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator
from lxml import etree

from annostd.plan import compile_plan
from annostd.schemas import generate_json_schema, generate_relax_ng, generate_xsd
from annostd.standard import Library, load
from tests.schemas.judges import engine

if TYPE_CHECKING:
    from annostd.plan import Plan

HEAD = """
annostd: 1
id: invented
version: "1.0.0"
status: draft
title: Invented
publisher: annostd
domain: vision
licence: CC0-1.0
conventions: {image: {unit: pixel}}
"""
JSON = """
files: {label: {path: "all.json", carrier: json}}
tables:
  media:
    from: label
    rows: /pictures/*
    required: true
    unknown: refuse
    columns:
      id:     {at: head/number, key: true, required: true, minimum: 1}
      path:   {at: head/file, pattern: "[a-z]+[.]png", required: true}
      note:   {type: string, length: [2, 4]}
      state:  {type: string, absent: ["-"], values: [open, closed]}
      weight: {type: number, minimum: 0, maximum: 1}
      sure:   {type: boolean}
      free:   {type: any}
  mark:
    in: media
    rows: "marks/{side:left|right}"
    columns:
      side: {at: "{side}", type: string}
      size: {type: integer, required: true}
  shape:
    from: label
    rows: /shapes/*
    columns:
      name: {type: string, required: true}
    variants:
      round:  {where: {kind: circle}, columns: {radius: {type: number, required: true}}}
      square: {where: {kind: [square, box]}, columns: {side: {type: number, required: true}}}
      bare:   {where: {kind: null}}
"""
GOOD: dict[str, Any] = {
    "pictures": [{"head": {"number": 1, "file": "a.png"}, "marks": {"left": {"size": 3}}}],
    "shapes": [{"name": "x", "kind": "circle", "radius": 1}, {"name": "y"}],
}
XML = """
files: {label: {path: "all.xml", carrier: xml, namespace: "urn:invented"}}
tables:
  media:
    from: label
    rows: /page/pictures/picture
    required: true
    columns:
      path:  {at: "@file", required: true, pattern: "[a-z]+[.]png"}
      width: {at: size/@w, minimum: 1}
      sure:  {type: boolean, at: "@sure"}
      note:  {type: string, at: note}
  mark:
    in: media
    rows: "{side:left|right}"
    unknown: refuse
    columns:
      side: {at: "{side}", type: string}
      size: {at: ., type: integer, required: true}
"""
PAGE = '<page xmlns="urn:invented"><pictures>{}</pictures></page>'


@cache
def plan(text: str) -> Plan:
    with TemporaryDirectory() as folder:
        path = Path(folder, "invented.yaml")
        path.write_text(HEAD + text, "utf-8")
        return compile_plan(load(path, Library.of()))


@cache
def json_judge() -> Draft202012Validator:
    made = plan(JSON)
    schema = generate_json_schema(made, made.files[0])
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def with_picture(**more: Any) -> dict[str, Any]:
    return {**GOOD, "pictures": [{**GOOD["pictures"][0], **more}]}


def with_shape(**shape: Any) -> dict[str, Any]:
    return {**GOOD, "shapes": [shape]}


@pytest.mark.parametrize(
    "document",
    [
        GOOD,
        {**GOOD, "shapes": None},
        {"pictures": []},
        with_picture(note="abc", state="-", weight=1, sure=True, free=[{}]),
        with_picture(note=None, state=None, marks=None),
        with_picture(marks={"left": {"size": 1.0}, "right": {"size": 2}}),
        with_shape(name="x", kind="box", side=0.5),
        with_shape(name="x", kind=None, radius="any"),
    ],
)
def test_sound_json_is_accepted_by_schema_and_engine(document: Any) -> None:
    assert [error.message for error in json_judge().iter_errors(document)] == []
    assert engine(plan(JSON), {"all.json": json.dumps(document).encode()}).is_accepted


@pytest.mark.parametrize(
    ("document", "rule"),
    [
        ({}, "media.missing"),
        ({"pictures": {}}, "media.type"),
        ({"pictures": [None]}, "media.type"),
        (with_picture(head={"file": "a.png"}), "media.id.missing"),
        (with_picture(head={"number": 0, "file": "a.png"}), "media.id.range"),
        (with_picture(head=1), "media.id.type"),
        (with_picture(head={"number": 1, "file": "A.png"}), "media.path.pattern"),
        (with_picture(note="a"), "media.note.length"),
        (with_picture(note="abcde"), "media.note.length"),
        (with_picture(state="ajar"), "media.state.value"),
        (with_picture(weight=1.5), "media.weight.range"),
        (with_picture(weight="1"), "media.weight.type"),
        (with_picture(sure=1), "media.sure.type"),
        (with_picture(other=1), "media.unknown-key"),
        (with_picture(head={"number": 1, "file": "a.png", "b": 1}), "media.unknown-key"),
        (with_picture(marks={"left": {}}), "mark.size.missing"),
        (with_picture(marks={"left": {"size": 1.5}}), "mark.size.type"),
        (with_picture(marks=[]), "mark.type"),
        (with_shape(name="x", kind="circle"), "shape.radius.missing"),
        (with_shape(name="x", kind="box", radius=1), "shape.side.missing"),
        (with_shape(name="x", kind="star"), "shape.variant"),
        ({**GOOD, "shapes": {}}, "shape.type"),
    ],
)
def test_broken_json_is_refused_by_schema_and_engine(document: Any, rule: str) -> None:
    assert not json_judge().is_valid(document)
    assert rule in engine(plan(JSON), {"all.json": json.dumps(document).encode()}).broken


@cache
def xml_judges() -> tuple[etree.RelaxNG, etree.XMLSchema]:
    made = plan(XML)
    relax = etree.RelaxNG(etree.fromstring(generate_relax_ng(made, made.files[0]).encode()))
    return relax, etree.XMLSchema(etree.fromstring(generate_xsd(made, made.files[0]).encode()))


@pytest.mark.parametrize(
    "inside",
    [
        "",
        '<picture file="a.png"/>',
        '<picture file=" a.png " sure="true" own="1"><size w="3"/><note>x</note></picture>',
        '<picture file="a.png"><right>2</right><left> 1 </left><right>3</right></picture>',
    ],
)
def test_sound_xml_is_accepted_by_schemas_and_engine(inside: str) -> None:
    text = PAGE.format(inside)
    document = etree.fromstring(text)
    for judge in xml_judges():
        assert judge.validate(document), str(judge.error_log)
    assert engine(plan(XML), {"all.xml": text.encode()}).is_accepted


@pytest.mark.parametrize(
    ("inside", "rule"),
    [
        ("<picture/>", "media.path.missing"),
        ('<picture file="A.png"/>', "media.path.pattern"),
        ('<picture file="a.png" sure="1"/>', "media.sure.type"),
        ('<picture file="a.png"><size w="x"/></picture>', "media.width.type"),
        ('<picture file="a.png"><size w="0"/></picture>', "media.width.range"),
        ('<picture file="a.png"><left>1.0</left></picture>', "mark.size.type"),
        ('<picture file="a.png"><left/></picture>', "mark.size.type"),
        ('<picture file="a.png"><left own="1">1</left></picture>', "mark.unknown-key"),
        ('<picture file="a.png"><left>1<x/></left></picture>', "mark.unknown-key"),
    ],
)
def test_broken_xml_is_refused_by_schemas_and_engine(inside: str, rule: str) -> None:
    text = PAGE.format(inside)
    document = etree.fromstring(text)
    assert [judge.validate(document) for judge in xml_judges()] == [False, False]
    assert rule in engine(plan(XML), {"all.xml": text.encode()}).broken


def test_undeclared_elements_are_accepted_by_relax_ng_and_engine() -> None:
    text = PAGE.format('<picture file="a.png"><x><left>y</left></x><size w="1"/></picture><x/>')
    relax, _ = xml_judges()
    assert relax.validate(etree.fromstring(text))
    assert engine(plan(XML), {"all.xml": text.encode()}).is_accepted


@pytest.mark.parametrize(
    "element", ['<size xmlns="urn:other" w="x"/>', '<left xmlns="urn:o">x</left>']
)
def test_elements_of_another_namespace_are_undeclared(element: str) -> None:
    text = PAGE.format(f'<picture file="a.png">{element}</picture>')
    relax, _ = xml_judges()
    assert relax.validate(etree.fromstring(text))
    assert engine(plan(XML), {"all.xml": text.encode()}).is_accepted


@pytest.mark.parametrize("text", ["<page/>", '<other xmlns="urn:invented"/>'])
def test_another_root_is_refused(text: str) -> None:
    assert [judge.validate(etree.fromstring(text)) for judge in xml_judges()] == [False, False]
    assert not engine(plan(XML), {"all.xml": text.encode()}).is_accepted
