"""The files of a dataset with the carrier of the role that each plays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annostd.api.choice import open_plan

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from annostd.plan.model import Plan


def carriers_of(folder: Path, plan: Plan) -> Iterator[tuple[Path, str]]:
    """Yield the files that play a role, with their carrier, in the order of their names."""
    document = open_plan(folder, plan)
    files = {file.path: file.role for file in document.files if file.exists}
    carriers = {file.role: file.file.carrier for file in plan.files}
    for path, role in sorted(files.items()):
        yield folder / path, carriers[role]
