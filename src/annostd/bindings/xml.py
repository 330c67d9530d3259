"""The carrier of XML documents: reads, places and writes them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from annostd.bindings.binding import Binding
from annostd.bindings.bytes import full_path, read_bytes
from annostd.bindings.xml_batches import Asked, read_singly, read_together
from annostd.bindings.xml_graft import graft
from annostd.bindings.xml_locate import Children, follow, value_place
from annostd.bindings.xml_parse import parse, parser
from annostd.bindings.xml_write import print_files, unfit
from annostd.columns.raw import DataFile
from annostd.findings import Finding, Location

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    import polars as pl
    from lxml import etree

    from annostd.columns.raw import Origin, Place, RawBatch
    from annostd.plan.model import FilePlan, Source

__all__ = ["XML", "Xml", "unfit"]


@dataclass(frozen=True, slots=True)
class Xml(Binding):
    """XML documents, without document types, entities or the network (architecture §8).

    Reading gives the text of an element or attribute without the white space around it; where the
    element holds others, the text that stands directly in it, so that a field whose element is only
    looked for (`point`) is "" where it is there and null where it is not. From `many` documents on
    those that are alike are read together.
    """

    many: int = 100

    def read(
        self,
        root: Path,
        files: Sequence[tuple[int, DataFile]],
        plan: FilePlan,
        want: Mapping[str, frozenset[str]] | None,
        rows: int,
    ) -> Iterator[RawBatch]:
        """Read documents in batches of about `rows` rows, or of many small ones at once.

        A document is never split over batches.
        """
        if not plan.sources:
            return
        asked = Asked(plan, want, rows)
        together = len(files) >= self.many
        yield from (read_together if together else read_singly)(root, files, asked)

    def locate(
        self,
        root: Path,
        file: DataFile,
        source: Source,
        place: Place,
        path: tuple[str, ...] | None,
    ) -> Location:
        """Give the XPath with positions and the line of a record, or of a value in it."""
        record = Location(file.path, line=place.start, xpath=place.path)
        is_document = not source.variants  # its members have places of their own
        if not path or path == (".",) or place.path is None or is_document:
            return record
        found = _again(full_path(root, file))
        element = None if found is None else follow(*found, place.path)
        return record if element is None else value_place(element, record, path)

    def write(
        self, plan: FilePlan, rows: Mapping[str, pl.DataFrame], origin: Origin | None
    ) -> Iterator[bytes]:
        """Print one document.

        With an origin it is the one that the rows came from, with what differs replaced.
        """
        if origin is None:
            yield from (data for _, data in print_files(plan, rows, single=True))
        else:
            yield graft(plan, rows, origin)

    def write_files(
        self, plan: FilePlan, rows: Mapping[str, pl.DataFrame]
    ) -> Iterator[tuple[int, bytes]]:
        """Print many documents at once.

        They are those that `@file` names in the rows of the outermost sources.
        """
        yield from print_files(plan, rows, single=False)


def _again(path: str) -> tuple[etree._Element, Children] | None:
    """Read a document in which findings are placed; None where it can no longer be read."""
    try:
        stat = os.stat(path)  # noqa: PTH116
        return _document(path, stat.st_mtime_ns, stat.st_size)
    except OSError:
        return None


@lru_cache(maxsize=4)
def _document(path: str, changed: int, size: int) -> tuple[etree._Element, Children] | None:
    """Parse a document once for all its findings.

    `changed` and `size` tell one that became another.
    """
    del changed, size
    found = parse(read_bytes(path), DataFile("", path, {}), parser())
    return None if isinstance(found, Finding) else (found, Children())


XML = Xml()
