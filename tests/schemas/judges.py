"""Two judges of one document: the engine, and a schema as its own language reads it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from annostd.bindings import BINDINGS
from annostd.bindings.document import open_document
from annostd.findings import Level, Phase
from annostd.plan import compile_plan
from annostd.standard import Library, load
from annostd.validators.run import validate

if TYPE_CHECKING:
    from collections.abc import Collection

    from annostd.plan import FilePlan, Plan
    from annostd.schemas.gaps import Gap


@dataclass(frozen=True)
class Verdict:
    """What the engine says: if it takes the document, the rules of structure broken."""

    is_accepted: bool
    broken: frozenset[str]
    has_undeclared: bool


def plan_of(name: str, **dialects: str) -> Plan:
    return compile_plan(load(name, Library.of(), dialects))


def role_of(plan: Plan, role: str) -> FilePlan:
    return next(file for file in plan.files if file.role == role)


def engine(plan: Plan, files: dict[str, bytes]) -> Verdict:
    """Judge a dataset of some files; only reading and structure count."""
    with TemporaryDirectory() as folder:
        for name, data in files.items():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        document = open_document(Path(folder), plan, BINDINGS)
        outcome = validate(document, document.plan.rules)
    must = [f for f in outcome.findings if f.level is Level.MUST]
    early = [f for f in must if f.phase in {Phase.IO, Phase.STRUCTURE}]
    structure = frozenset(f.rule for f in early if f.phase is Phase.STRUCTURE)
    undeclared = any(f.rule.endswith(".unknown-key") for f in outcome.findings)
    return Verdict(not early, structure, undeclared)


def beyond(gaps: Collection[Gap]) -> frozenset[str]:
    """Collect the rules that a schema does not claim to judge."""
    return frozenset(rule for gap in gaps for rule in gap.rules)
