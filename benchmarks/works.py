"""What is timed: the works of works.toml, and the command that does one."""

from __future__ import annotations

import shlex
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks.coco import NAME
from benchmarks.scene import CATEGORIES

if TYPE_CHECKING:
    from collections.abc import Mapping

OURS: Final = "annostd"
OUT: Final = "out"
"""How the names of what a work writes begin, in the folder that it is run in."""

_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Work:
    """A thing to do: with which dataset, by which command of each program.

    `writes` says that something named `out` has to be there at the end; `status` is the exit status
    that annostd has to end with.
    """

    name: str
    data: str
    commands: Mapping[str, str]
    writes: bool
    status: int


def load_works() -> tuple[Work, ...]:
    """Load all works, in the order in which they are run."""
    tables = tomllib.loads((_HERE / "works.toml").read_text("utf-8"))
    return tuple(
        Work(
            name,
            table.pop("data"),
            writes=table.pop("writes", False),
            status=table.pop("status", 0),
            commands=table,
        )
        for name, table in tables.items()
    )


def command_of(work: Work, program: str, data: Path, pictures: Path, tools: Path) -> list[str]:
    """Make the command of a program; the peers' are looked for in the folder of tools."""
    names = ",".join(category.name for category in CATEGORIES)
    places = {"data": data, "pictures": pictures, "peers": _HERE / "peers"}
    first, *words = (
        word.format(json=NAME, names=names, **places)
        for word in shlex.split(work.commands[program])
    )
    if program == OURS:
        return [sys.executable, "-m", first, *words]
    return [str(tools / first), *words]
