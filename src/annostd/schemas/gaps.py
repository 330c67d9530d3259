"""What a schema language cannot say: the short list that each schema prints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from annostd.findings import Phase
from annostd.plan.sources import walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from annostd.plan.model import FilePlan, Plan


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing that a schema cannot say, as a clause, and the rules that judge it instead.

    `refuses`: the schema refuses what the standard allows; else it only lets faults pass.
    """

    what: str
    rules: tuple[str, ...] = ()
    refuses: bool = False

    def __str__(self) -> str:
        return f"{self.what} ({', '.join(self.rules)})" if self.rules else self.what


def beyond_structure(plan: Plan, file: FilePlan) -> Iterator[Gap]:
    """Yield what no schema says of a role's files: their bytes, what rows say of each other."""
    carrier = file.file.carrier
    yield Gap(
        "how the bytes are written", tuple(r for r in plan.rules if r in _WRITTEN.get(carrier, ()))
    )
    tables = {source.table for source in walk(file.sources)}
    own = [rule for rule in plan.rules.values() if rule.table in tables]
    for phase, what in _PHASES.items():
        rules = tuple(rule.id for rule in own if rule.phase is phase)
        if rules:
            yield Gap(what, rules)


_PHASES = {
    Phase.REFERENCE: "that keys are unique and references lead somewhere",
    Phase.SEMANTIC: "what values say of each other",
}
_FAULTS = (
    *("syntax", "encoding", "bom", "duplicate-key", "depth", "empty", "size", "nonfinite"),
    *("key", "tag", "alias", "documents", "doctype"),
)
_WRITTEN = {
    carrier: frozenset(f"{carrier}.{fault}" for fault in _FAULTS)
    for carrier in ("json", "jsonl", "yaml", "xml")
}
