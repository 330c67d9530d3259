"""What is the same in two files of one carrier, whatever the spelling."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl
import yaml
from lxml import etree

if TYPE_CHECKING:
    from pathlib import Path

    from lxml.etree import _Element


_TOKEN = re.compile(r'"(?:[^"]|"")*"|<[^>]*>|(?<!\S)[-+0-9]\S*|(?<!\S)!.*')
"""What counts in a text of tokens, and the remarks."""


def content(path: Path, carrier: str) -> object:
    """Say what a file holds: values in order, elements in order, tokens in order, or its bytes."""
    data = path.read_bytes()
    if carrier == "json":
        return json.loads(data, object_pairs_hook=_members, parse_float=_number, parse_int=_number)
    if carrier == "jsonl":
        lines = data.splitlines()
        return [
            json.loads(line, object_pairs_hook=_members, parse_float=_number, parse_int=_number)
            for line in lines
        ]
    if carrier in {"lines", "tokens"}:
        return _tokens(data, carrier)
    if carrier == "parquet":
        frame = pl.read_parquet(data)
        return frame.schema, frame.rows()
    if carrier == "xml":
        return _element(etree.fromstring(data))
    return _node(yaml.compose(data)) if carrier == "yaml" else data


def _tokens(data: bytes, carrier: str) -> object:
    is_wide = data[:2] in {b"\xff\xfe", b"\xfe\xff"}
    text = data.decode("utf-16" if is_wide else "utf-8-sig")
    if carrier == "tokens":
        return _TOKEN.findall(text)
    return [line.split() for line in text.splitlines()]


def _members(pairs: list[tuple[str, object]]) -> tuple[str, list[tuple[str, object]]]:
    return "members", pairs


def _number(text: str) -> tuple[str, Decimal]:
    return "number", Decimal(text)


def _element(element: _Element) -> object:
    if isinstance(element, etree._Comment | etree._ProcessingInstruction):
        return type(element).__name__, element.text, element.tail
    attributes = sorted((str(name), str(value)) for name, value in element.attrib.items())
    children = [_element(child) for child in element]
    return element.tag, attributes, element.text, element.tail, children


def _node(node: yaml.Node | None) -> object:
    if isinstance(node, yaml.MappingNode):
        return [(_node(key), _node(value)) for key, value in node.value]
    if isinstance(node, yaml.SequenceNode):
        return [_node(each) for each in node.value]
    return (node.tag, node.value) if isinstance(node, yaml.ScalarNode) else None
