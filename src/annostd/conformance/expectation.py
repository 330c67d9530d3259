"""What a case expects, as its file says it; a key that no case knows is a fault of the case."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import msgspec

if TYPE_CHECKING:
    from pathlib import Path

FINDINGS = "expected.json"
LOSSES = "losses.json"


class CaseError(Exception):
    """A case is broken: what it expects cannot be read."""


class ExpectedFinding(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A finding that has to be there; what is None is not compared."""

    rule: str
    file: str
    line: int | None = None
    column: int | None = None
    pointer: str | None = None
    xpath: str | None = None
    object: str | None = None
    actual: str | None = None
    expected: str | None = None


class ExpectedFindings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All findings of a dataset: `path` is a file to judge alone, instead of the folder `in`."""

    findings: tuple[ExpectedFinding, ...]
    dialects: str | None = None
    path: str = "in"


class ExpectedLoss(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A loss that has to be counted."""

    kind: str
    what: str
    count: int


class ExpectedConversion(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"source": "from"}
):
    """A conversion with its losses; `refused` are parts of the reasons why nothing is written."""

    source: str
    to: str
    losses: tuple[ExpectedLoss, ...] = ()
    derived: dict[str, int] | None = None
    media: str = "none"
    set: dict[str, str] = {}
    path: str = "in"
    refused: tuple[str, ...] = ()


_Expected = TypeVar("_Expected", ExpectedFindings, ExpectedConversion)


def read_expectation(path: Path, kind: type[_Expected]) -> _Expected:
    """Read what a case expects; raises CaseError where that cannot be done."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except (OSError, msgspec.MsgspecError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise CaseError(f"{path.name} cannot be read: {reason}") from error
