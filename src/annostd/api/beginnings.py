"""The beginnings of a dataset's files, copied aside: what detection looks at."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from annostd.bindings.document import Document
    from annostd.columns.raw import DataFile

FILES = 20
BYTES = 65_536


@dataclass(slots=True)
class Beginnings:
    """At most 20 files of each role, 64 KiB of each, below `folder`.

    `cut` are the files that go on, `refused` says what could not be read; `is_whole` tells whether
    nothing was left out so far.
    """

    folder: Path
    cut: set[str] = field(default_factory=set)
    refused: dict[str, str] = field(default_factory=dict)
    is_whole: bool = True

    def take(self, document: Document) -> Document:
        """Give a document of the beginnings alone; what was wrong with its names is left out."""
        taken: dict[str, int] = {}
        numbers = []
        for number, file in enumerate(document.files):
            taken[file.role] = taken.get(file.role, 0) + 1
            if taken[file.role] > FILES:
                self.is_whole = False
            elif file.exists and self._copy(document, file):
                numbers.append(number)
        return replace(document, root=self.folder, findings=(), only=frozenset(numbers))

    def _copy(self, document: Document, file: DataFile) -> bool:
        """Copy a file's beginning once; False where it cannot be read."""
        path, origin = file.path, document.root / file.path
        place = self.folder / path
        if path in self.refused or place.exists():
            return path not in self.refused
        try:
            with origin.open("rb") as stream:
                data = stream.read(BYTES + 1)
            if len(data) > BYTES:
                self.cut.add(path)
                self.is_whole = False
                carrier = document.plan.standard.files[file.role].carrier
                data = document.bindings[carrier].beginning(origin, BYTES)
        except OSError as error:
            reason = (error.strerror or "unknown").lower()
            self.refused[path] = f"{path} cannot be read: {reason}"
            return False
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
        return True
