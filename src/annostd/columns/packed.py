"""Many files as columns: quick to hand over to another process, each made when it is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from typing import TYPE_CHECKING, overload

from annostd.columns.raw import DataFile

if TYPE_CHECKING:
    from collections.abc import Iterable

_FIELDS = ("role", "path", "captures", "owner", "exists", "splits")


class PackedFiles(Sequence[DataFile]):
    """The files of a dataset, in order."""

    def __init__(self, files: Iterable[DataFile]) -> None:
        known = list(files)
        self._columns = [list(map(attrgetter(name), known)) for name in _FIELDS]

    def __len__(self) -> int:
        """Count the files."""
        return len(self._columns[0])

    @overload
    def __getitem__(self, at: int) -> DataFile: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[DataFile, ...]: ...
    def __getitem__(self, at: int | slice) -> DataFile | tuple[DataFile, ...]:
        """Make a file, or some."""
        if isinstance(at, slice):
            return tuple(self[number] for number in range(*at.indices(len(self))))
        return DataFile(*(column[at] for column in self._columns))
