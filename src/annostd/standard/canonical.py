"""Canonical JSON (RFC 8785) of a standard's document, and its digest."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from annostd.standard.yaml_tree import ListNode, MapNode, ScalarNode

if TYPE_CHECKING:
    from annostd.standard.model import Scalar
    from annostd.standard.yaml_tree import Node

_EXACT = 2**53
_PLAIN_EXPONENTS = range(-6, 21)


def digest(document: MapNode) -> str:
    """Give the sha256 of a resolved document's canonical JSON, without `status` and `x-` keys."""
    members = {name: node for name, node in document.members.items() if name != "status"}
    text = canonical(MapNode(members, document.keys, document.mark))
    return hashlib.sha256(text.encode()).hexdigest()


def canonical(node: Node) -> str:
    """Print a tree as RFC 8785 says; `x-` keys are left out.

    A mapping with a key that is no text (`values: {0: false}`) is the list of its pairs, sorted, so
    that 0 and "0" stay apart.
    """
    if isinstance(node, ScalarNode):
        return _scalar(node.value)
    if isinstance(node, ListNode):
        return f"[{','.join(canonical(item) for item in node.items)}]"
    own = {name: member for name, member in node.members.items() if not name.startswith("x-")}
    if all(isinstance(node.keys[name].value, str) for name in own):
        names = sorted(own, key=lambda name: name.encode("utf-16-be"))
        return f"{{{','.join(f'{_scalar(name)}:{canonical(own[name])}' for name in names)}}}"
    pairs = sorted(
        f"[{_scalar(node.keys[name].value)},{canonical(member)}]" for name, member in own.items()
    )
    return f"[{','.join(pairs)}]"


def _scalar(value: Scalar) -> str:
    if isinstance(value, float) or (isinstance(value, int) and abs(value) > _EXACT):
        return _number(float(value))
    return json.dumps(value, ensure_ascii=False)


def _number(value: float) -> str:
    """Print a float as ECMAScript does: shortest digits, exponents below 1e-6 and from 1e21."""
    if value == 0:
        return "0"
    digits, _, exponent = repr(abs(value)).partition("e")
    whole, _, fraction = digits.partition(".")
    significant = (whole + fraction).lstrip("0")
    leading = len(whole) + int(exponent or 0) - (len(whole + fraction) - len(significant))
    significant = significant.rstrip("0")
    sign = "-" if value < 0 else ""
    return sign + _placed(significant, leading)


def _placed(digits: str, point: int) -> str:
    if point - 1 not in _PLAIN_EXPONENTS:
        rest = f".{digits[1:]}" if digits[1:] else ""
        return f"{digits[0]}{rest}e{point - 1:+d}"
    if point <= 0:
        return f"0.{'0' * -point}{digits}"
    if point >= len(digits):
        return digits + "0" * (point - len(digits))
    return f"{digits[:point]}.{digits[point:]}"
