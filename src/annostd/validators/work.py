"""What parts of a role are judged with, wherever that is done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from annostd.bindings.document import Document
    from annostd.columns.assemble import Assembler
    from annostd.plan.model import FilePlan, RulePlan


@dataclass(frozen=True, slots=True)
class Work:
    """What every part of a role is judged with; the assembler knows what was read before."""

    document: Document
    file: FilePlan
    rules: Mapping[str, RulePlan]
    assembler: Assembler
