"""Paths that data name: which file is meant, and how they should not have been written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annostd.bindings.bytes import shorten
from annostd.bindings.paths import UNNAMEABLE, WRONG, Inside, PathFault, tails
from annostd.bindings.walk import ROOT_NAME, Tree, layout_finding
from annostd.findings import Finding, Level, Location

if TYPE_CHECKING:
    from collections.abc import Sequence


def existing(tree: Tree, found: Inside) -> str | None:
    """Choose the path that is there: the one found, or of an absolute one the longest tail."""
    if found.path is None:
        return None
    candidates: Sequence[str] = (found.path,)
    if found.fault in ("absolute", "drive", "home"):
        candidates = [path for path in (found.path, *tails(found.path)) if path]
    return next((path for path in candidates if _is_there(tree, path)), None)


def _is_there(tree: Tree, path: str) -> bool:
    return not path or path in tree.names or f"{path}/" in tree.folders


def writing_finding(text: str, fault: PathFault, used: str | None, place: Location) -> Finding:
    """Tell how a path should not have been written, and what is read instead.

    What cannot be a name on every system is `layout.name`, what leads out `layout.outside-root`.
    """
    text = shorten(text) if fault == "long" else text
    message = f"{text} {WRONG[fault]}, expected a path inside the dataset, separated by /"
    if used is not None:
        message += f"; {used or ROOT_NAME} is looked up"
    rule = "layout.name" if fault in UNNAMEABLE else "layout.outside-root"
    return layout_finding(rule, Level.SHOULD, place, message, (text, used))


def absence_finding(text: str, found: Inside, place: Location) -> Finding:
    """Tell that what a listing names is not there (`layout.missing`)."""
    expected = "a folder or a file of the dataset"
    message = f"{text or 'the empty path'} is not there, expected {expected}"
    sides = (text, found.path or expected)
    return layout_finding("layout.missing", Level.MUST, place, message, sides)
