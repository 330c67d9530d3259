"""Files and conventions of a standard from its tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annostd.standard import members as m
from annostd.standard.merge import mapping
from annostd.standard.model import Beside, Capture, Convention, File, Listing
from annostd.standard.yaml_tree import MapNode, plain

if TYPE_CHECKING:
    from annostd.standard.model import Missing
    from annostd.standard.yaml_tree import Node, ScalarNode

MISSING: tuple[Missing, ...] = ("error", "empty", "unlabelled", "fine")
_UTF_8 = ("utf-8",)


def conventions(document: MapNode) -> dict[str, Convention]:
    """Make the conventions by space."""
    return {str(key.value): _convention(node) for key, node in m.parts(document, "conventions")}


def _convention(node: MapNode) -> Convention:
    return Convention(
        unit=m.text(node, "unit"),
        origin=m.integer(node, "origin"),
        ends=m.choice(node, "ends", ("exclusive", "inclusive")),
        decimals=m.integer(node, "decimals"),
        axes=m.text(node, "axes"),
        point=m.choice(node, "point", ("centre", "bottom")),
        turn=m.choice(node, "turn", ("clockwise", "anticlockwise")),
    )


def files(document: MapNode) -> dict[str, File]:
    """Make the file roles by name, in order."""
    return {str(key.value): _file(key, node) for key, node in m.parts(document, "files")}


def _file(key: ScalarNode, node: MapNode) -> File:
    return File(
        str(key.value),
        m.texts(node, "path"),
        m.text_or(node, "carrier", ""),
        key.mark,
        of=m.text(node, "of"),
        missing=m.choice(node, "missing", MISSING) or "error",
        captures={
            name: _capture(capture) for name, capture in mapping(node, "captures").members.items()
        },
        listed=_listing(node),
        beside=_beside(node),
        encoding=m.texts(node, "encoding") or _UTF_8,
        blanks="any" if m.text(node, "blanks") == "any" else "exact",
        newline=m.choice(node, "newline", ("lf", "crlf")) or "any",
        comment=m.text(node, "comment"),
        namespace=m.text(node, "namespace"),
        header=_header(node),
        separator=m.text(node, "separator"),
        grammar=plain(node.members["grammar"]) if "grammar" in node.members else None,
        doc=m.text(node, "doc"),
        clause=m.text(node, "clause"),
    )


def _header(node: MapNode) -> bool | tuple[str, ...] | None:
    said = m.flag(node, "header")
    return m.optional_texts(node, "header") if said is None else said


def _capture(node: Node) -> Capture:
    if not isinstance(node, MapNode):
        return Capture()
    return Capture(m.text(node, "default"), m.text_pairs(node, "values"), m.integer(node, "rows"))


def _listing(node: MapNode) -> Listing | None:
    said = node.members.get("listed")
    if not isinstance(said, MapNode):
        return None
    return Listing(
        m.text_or(said, "by", ""),
        m.text_or(said, "at", ""),
        m.text(said, "root"),
        m.text(said, "suffix"),
    )


def _beside(node: MapNode) -> Beside | None:
    said = node.members.get("beside")
    if not isinstance(said, MapNode):
        return None
    return Beside(
        m.text_or(said, "role", ""),
        m.text_or(said, "suffix", ""),
        m.text_pairs(said, "swap"),
        m.texts(said, "optional"),
    )
