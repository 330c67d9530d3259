"""Converting: read, map the tables, print, judge what is printed, and let it appear."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from annostd.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    import polars as pl

    from annostd.api.choice import Choice
    from annostd.api.tables import Dataset
    from annostd.converters.model import Mapped
    from annostd.findings import Finding, Loss
    from annostd.plan.model import FilePlan, Plan
    from annostd.reports import ConversionReport


@dataclass(frozen=True, slots=True)
class Order:
    """What a conversion is asked to do; the fields are the options of `annostd convert`."""

    target: Path
    to: str
    standards: Sequence[Path] = ()
    allow_loss: bool = False
    media: str = "none"
    values: Mapping[str, str] = field(default_factory=dict)
    dry_run: bool = False
    force: bool = False
    media_root: Path | None = None


def convert(
    source: Path | str,
    target: Path | str,
    *,
    to: str,
    standard: str | None = None,
    standards: Sequence[Path] = (),
    allow_loss: bool = False,
    media: str = "none",
    values: Mapping[str, str] | None = None,
    dry_run: bool = False,
    force: bool = False,
    media_root: Path | None = None,
    follow_links: bool = False,
    progress: Callable[[int], None] | None = None,
) -> ConversionReport:
    """Convert a dataset to another standard; the report says what was lost, derived and refused.

    Nothing is written where anything is refused: a loss without `allow_loss`, a value that the target
    requires and nothing gives, names that clash. Raises UsageError for what cannot be done at all.
    """
    from annostd.api.tables import read_opened
    from annostd.api.validate import open_dataset

    order = Order(
        Path(target), to, standards, allow_loss, media, values or {}, dry_run, force, media_root
    )
    opened = open_dataset(Path(source), standard, standards, follow_links=follow_links)
    return write_dataset(read_opened(opened, progress), order, str(source))


def write_dataset(dataset: Dataset, order: Order, source_path: str = "") -> ConversionReport:
    """Write a dataset that was read by the order given."""
    from annostd.api.choice import compiled, library, name_standard
    from annostd.converters.map import map_tables

    named, dialects = name_standard(order.to, library(order.standards))
    source = dataset.opened
    if named.id == source.choice.standard.id:
        return _write_again(
            dataset, order, compiled_like(source.choice, named, dialects), source_path
        )
    choice = compiled(named, dialects)
    mapped = map_tables(dataset.tables, source.document.plan, choice.plan, order.values)
    losses = (*_unread(dataset), *mapped.losses)
    return _Writing(dataset, order, choice, mapped, losses, source_path).report()


def compiled_like(choice: Choice, named: object, dialects: Mapping[str, str]) -> Choice:
    """Compile the target of a conversion within one standard: its dialects are the source's but for those named."""
    from annostd.api.choice import compiled
    from annostd.standard import Standard, with_dialects

    standard = named if isinstance(named, Standard) else choice.standard
    chosen = {**choice.standard.chosen, **dialects}
    return compiled(with_dialects(standard, chosen) if chosen else standard, chosen)


def _write_again(
    dataset: Dataset, order: Order, choice: Choice, source_path: str
) -> ConversionReport:
    """Write rows of the same standard: what it does not declare returns, nothing is derived."""
    from annostd.converters.map import map_tables

    source = dataset.opened
    mapped = map_tables(dataset.tables, source.document.plan, choice.plan, order.values)
    same = choice.standard.chosen == source.choice.standard.chosen
    losses = mapped.losses if same else (*_unread(dataset), *mapped.losses)
    writing = _Writing(dataset, order, choice, mapped, losses, source_path)
    writing.again = same
    return writing.report()


class _Writing:
    """One conversion from the mapped tables on."""

    def __init__(
        self,
        dataset: Dataset,
        order: Order,
        choice: Choice,
        mapped: Mapped,
        losses: Sequence[Loss],
        source_path: str,
    ) -> None:
        self.dataset = dataset
        self.order = order
        self.choice = choice
        self.mapped = mapped
        self.losses = tuple(losses)
        self.source_path = source_path
        self.again = False
        self.media: Mapping[str, Path] = {}

    def report(self) -> ConversionReport:
        """Print, judge, and let the output appear if nothing forbids it."""
        from annostd.bindings.staging import Staging

        self._check_target()
        refused = list(self.mapped.refused)
        files, more = self._files()
        refused.extend(more)
        refused.extend(self._losses())
        if refused:
            return self._report(refused=tuple(refused))
        if self.order.dry_run:
            return self._dry(files)
        sources = (self.dataset.opened.document.root,)
        with Staging(self.order.target, force=self.order.force, sources=sources) as staging:
            count = 0
            for path, data in files:
                staging.write(path, data)
                count += 1
            for path, origin in self.media.items():
                (staging.copy if self.order.media == "copy" else staging.link)(path, origin)
            findings = self._judge(staging.folder)
        return self._report(files=count, written=True, findings=findings)

    def _check_target(self) -> None:
        if self.order.media not in {"none", "copy", "link"}:
            raise UsageError(f"media is {self.order.media!r}, expected none, copy or link")
        if self.order.target.exists() and not self.order.force and not self.order.dry_run:
            raise UsageError(f"{self.order.target} exists already", "replace it with --force")
        for name in self.order.values:
            table, _, column = name.partition(".")
            known = self.choice.plan.tables.get(table)
            if known is None or column not in known.columns:
                raise UsageError(f"{self.choice.standard.id} has no {name} to set")

    def _files(self) -> tuple[Iterator[tuple[str, bytes]], Sequence[str]]:
        from annostd.bindings import BINDINGS
        from annostd.bindings.patterns import with_shared_captures
        from annostd.converters.write import print_again, print_files

        document = self.dataset.opened.document
        roles = with_shared_captures(self.choice.plan.files)
        placed = self.order.media != "none"
        if self.again:
            if placed:
                self.media = self._own_media()
            files = print_again(
                self.choice.plan, self.mapped.tables, document, BINDINGS, placed_media=placed
            )
            return files, ()
        if self.mapped.refused:
            return iter(()), ()
        written = print_files(
            self.choice.plan, self.mapped.tables, roles, BINDINGS, placed_media=placed
        )
        if placed and not written.refused:
            self.media = self._media(written.media, roles)
        return written.files, written.refused

    def _own_media(self) -> dict[str, Path]:
        document = self.dataset.opened.document
        found = self._found()
        own = {file.path for file in document.files if file.role in _image_roles(document.plan)}
        paths = own | {path for path in found if path is not None}
        return {
            path: document.root / path for path in sorted(paths) if (document.root / path).exists()
        }

    def _found(self) -> list[str | None]:
        """Give the path of each medium of the source below its root, None where it is not there."""
        from annostd.validators.media import locate_media

        return locate_media(
            self.dataset.opened.document, self.dataset.tables, self.order.media_root
        )

    def _media(self, targets: pl.Series | None, roles: Sequence[FilePlan]) -> dict[str, Path]:
        """Pair the path of each medium in the output with its file."""
        from annostd.converters.media import media_targets

        document = self.dataset.opened.document
        root = self.order.media_root or document.root
        found = self._found()
        rows = self.mapped.tables.frames["media"]
        paths = media_targets(self.mapped.tables, roles, targets)
        pairs = zip(rows["@from"], paths, strict=True)
        return {
            target: root / origin
            for row, target in pairs
            if row is not None and target is not None and (origin := found[row]) is not None
        }

    def _losses(self) -> list[str]:
        lost = [loss for loss in self.losses if str(loss.kind) == "lost"]
        if not lost or self.order.allow_loss:
            return []
        return [f"{loss.what} would be lost ({loss.count}): {loss.reason}" for loss in lost]

    def _judge(self, folder: Path) -> tuple[Finding, ...]:
        """Judge the output by the target's rules before it appears."""
        from annostd.api.choice import Opened, open_plan
        from annostd.api.validate import report_of

        document = open_plan(folder, self.choice.plan)
        return report_of("", Opened(self.choice, document), self.choice.plan.rules).findings

    def _dry(self, files: Iterator[tuple[str, bytes]]) -> ConversionReport:
        with tempfile.TemporaryDirectory() as folder:
            count = 0
            for path, data in files:
                place = Path(folder) / path
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(data)
                count += 1
            findings = self._judge(Path(folder))
            shutil.rmtree(folder, ignore_errors=True)
        return self._report(files=count, findings=findings)

    def _report(
        self,
        *,
        refused: tuple[str, ...] = (),
        files: int = 0,
        written: bool = False,
        findings: tuple[Finding, ...] = (),
    ) -> ConversionReport:
        from annostd.reports import ConversionReport

        counts = {
            table: frame.height
            for table, frame in self.mapped.tables.frames.items()
            if table in self.choice.plan.tables
        }
        notes = list(self.mapped.notes)
        if self.order.media == "none" and written:
            notes.append("media are not copied; --media copy or link puts them beside")
        return ConversionReport(
            source_path=self.source_path,
            target_path=str(self.order.target),
            source=self.dataset.opened.choice.identity(),
            target=self.choice.identity(),
            written=written,
            refused=refused,
            files=files,
            counts=counts,
            derived=self.mapped.derived,
            losses=self.losses,
            ids=self.mapped.ids,
            findings=findings,
            notes=tuple(notes),
        )


def _image_roles(plan: Plan) -> set[str]:
    return {file.role for file in plan.files if file.file.carrier == "image"}


def _unread(dataset: Dataset) -> Iterator[Loss]:
    """Count what could not be read, and what the source's standard does not declare."""
    from annostd.findings import Loss, LossKind

    counts: dict[str, int] = {}
    for fault in dataset.faults:
        *place, kind = fault.rule.split(".")
        if kind in {"type", "value", "length", "variant", "dangling"}:
            name = ".".join(place)
            counts[name] = counts.get(name, 0) + len(fault.rows)
    for what, count in counts.items():
        yield Loss(LossKind.LOST, what, "could not be read", count)
    unread = [
        f for f in dataset.findings if f.rule in {"lines.template", "xml.syntax", "json.syntax"}
    ]
    if unread:
        places = tuple(finding.location for finding in unread[:10])
        yield Loss(LossKind.LOST, "records", "could not be read", len(unread), places)
    for (table, member), count in dataset.unknown.items():
        yield Loss(
            LossKind.LOST, f"{table}.{member}", "the source's standard does not declare it", count
        )


__all__ = ["Order", "convert", "replace", "write_dataset"]
