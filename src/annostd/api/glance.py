"""A glance at a dataset: what tells that a standard cannot fit, before any dialect is told."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from annostd.api.beginnings import Beginnings
    from annostd.bindings.document import Document
    from annostd.bindings.files import Walked
    from annostd.plan import Plan, Source
    from annostd.standard import Standard

_SPELLED: Final = {"json": (rb'"%b"', "member"), "xml": (rb"[<:]%b[\s/>]", "element")}
"""How a carrier writes the name of what stands in it, and what it calls that."""

_ELSEWISE: Final = re.compile(rb"\\u|\0")
"""Bytes of texts that may spell a name in another way: escapes, encodings of two bytes."""


def refusal(walked: Walked, standard: Standard, beginnings: Beginnings) -> str | None:
    """Tell why a dataset fits no alternative of a standard; None where a glance does not tell.

    Under each, files are not there that must be, or one lacks a name that all alternatives need.
    """
    from annostd.api.choice import open_plan

    plans = list(_plans(standard))
    names = [_names(plan) for plan in plans]
    needed = {
        role: frozenset.intersection(*(found.get(role, frozenset()) for found in names))
        for role in names[0]
    }
    moving = sum(any(o.files for o in options) for options in standard.dialects.values())
    reasons = []
    for plan in plans:
        document = open_plan(walked, plan)
        reason = absent(document) if moving <= 1 else None
        if reason is None and any(needed.values()):
            reason = _lacking(beginnings.take(document), needed, beginnings)
        if reason is None:
            return None
        reasons.append(reason)
    return reasons[0]


def absent(document: Document) -> str | None:
    """Tell which file of the layout is not there."""
    from annostd.bindings.walk import ROOT_NAME

    for finding in document.findings:
        if finding.rule == "layout.missing" and finding.location.file == ROOT_NAME:
            return finding.message
    owned = {file.role for file in document.files}
    needed = needed_roles(document)
    if owned.isdisjoint(needed):
        return "no file of the layout is there"
    lacking = [role for role in needed if role not in owned]
    return f"no file of role {lacking[0]} is there" if lacking and not document.single else None


def needed_roles(document: Document) -> list[str]:
    """Name the roles of which a file has to be there."""
    files = document.plan.files
    return [plan.role for plan in files if plan.sources and plan.file.missing == "error"]


def _plans(standard: Standard) -> Iterator[Plan]:
    """Compile where files are, under each alternative of each axis that says so, or of rows."""
    from annostd.api.once import compile_placing, with_dialects

    yield compile_placing(standard)
    for axis, options in standard.dialects.items():
        for option in (each for each in options if each.files or each.rows):
            yield compile_placing(with_dialects(standard, {axis: option.name}))


def _names(plan: Plan) -> dict[str, frozenset[str]]:
    """Name for each needed role what must stand in each of its files."""
    return {
        file.role: frozenset(_obliged(file.sources))
        for file in plan.files
        if file.file.missing == "error" and file.file.carrier in _SPELLED
    }


def _obliged(sources: Sequence[Source]) -> Iterator[str]:
    """Name what each file must hold: the places of rows that must be there, from its top down."""
    from annostd.findings import Level

    for source in sources:
        is_top = not source.locator
        if not is_top and source.required is not Level.MUST:
            continue
        yield from (step.name for step in source.locator[:1] if step.kind == "member")
        if is_top:
            yield from _obliged([child for child in source.children if not child.within])


def _lacking(
    sample: Document, needed: Mapping[str, frozenset[str]], beginnings: Beginnings
) -> str | None:
    for number in sorted(sample.only or ()):
        file = sample.files[number]
        if not needed.get(file.role) or file.path in beginnings.cut:
            continue
        data = (sample.root / file.path).read_bytes()
        spelled, kind = _SPELLED[sample.plan.standard.files[file.role].carrier]
        for name in sorted(needed[file.role]):
            pattern = spelled % re.escape(name.encode())
            if not re.search(pattern, data) and not _ELSEWISE.search(data):
                return f"{file.path}: the {kind} {name!r} is nowhere in it"
    return None
