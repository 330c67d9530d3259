"""Converting: read, map the tables, print, judge what is printed, and let it appear."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from annostd.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    import polars as pl

    from annostd.api.choice import Choice
    from annostd.api.tables import Dataset
    from annostd.bindings.staging import Staging
    from annostd.converters.model import Mapped
    from annostd.findings import Finding, Loss
    from annostd.plan.model import FilePlan, Plan
    from annostd.reports import ConversionReport, Report
    from annostd.standard import Standard

_NO_PLACE = "has no place for anything that is there"
_MEDIA = ("none", "copy", "link")
_LINK = "layout.link"
_GONE = frozenset({"missing", "type", "value", "length", "variant", "dangling"})


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
    engine: str = "local",
    progress: Callable[[int], None] | None = None,
) -> ConversionReport:
    """Convert a dataset to another standard; the report says what was lost, derived and refused.

    Nothing is written where anything is refused: a loss without `allow_loss`, a value that the
    target requires and nothing gives, names that clash. Raises UsageError for what cannot be done
    at all.
    """
    from annostd.api.tables import read_opened
    from annostd.api.validate import open_dataset
    from annostd.engines import open_engine
    from annostd.plan.want import want_for_conversion

    order = Order(
        Path(target), to, standards, allow_loss, media, values or {}, dry_run, force, media_root
    )
    _check_order(order, Path(source))
    opened = open_dataset(Path(source), standard, standards, follow_links=follow_links)
    plan = _choice(order, opened.choice.standard).plan
    want = want_for_conversion(opened.document.plan, plan)
    runner = open_engine(engine, busy=True)
    opened = replace(opened, document=replace(opened.document, want=want, engine=runner))
    return write_dataset(read_opened(opened, progress), order, str(source))


def write_dataset(dataset: Dataset, order: Order, source_path: str = "") -> ConversionReport:
    """Write a dataset that was read, by the order given.

    Within one standard and the same dialects rows go back into the files that they came from, so
    that what the standard does not declare returns.
    """
    from annostd.api.losses import placed_losses, unread_losses
    from annostd.converters.losses import IN_HEADER
    from annostd.converters.map import map_tables
    from annostd.converters.outlines import without

    _check_order(order, dataset.opened.path)
    source = dataset.opened.choice.standard
    choice = _choice(order, source)
    _check_values(order, choice.plan)
    again = choice.standard.id == source.id and choice.standard.chosen == source.chosen
    held = [dataset.tables]
    if not again:
        # nobody but the mapping holds the outlines, so that it can let go of them
        dataset = replace(dataset, tables=without(dataset.tables), as_read={})
    mapped = map_tables(
        held.pop(),
        dataset.opened.document.plan,
        choice.plan,
        order.values,
        placed_media=order.media != "none",
    )
    losses = placed_losses(dataset, mapped.losses)
    if order.media != "none":
        losses = tuple(loss for loss in losses if loss.reason != IN_HEADER)
    if not again:
        losses = (*unread_losses(dataset), *losses)
        dataset = _without_rows(dataset)
    return _Writing(dataset, order, choice, mapped, again=again).report(losses, source_path)


def _without_rows(dataset: Dataset) -> Dataset:
    """Let go of the rows that are mapped: media are looked up again, others only counted."""
    slim = {
        table: frame if table == "media" else frame.select(frame.columns[:1])
        for table, frame in dataset.tables.frames.items()
    }
    return replace(dataset, tables=replace(dataset.tables, frames=slim))


def _choice(order: Order, source: Standard) -> Choice:
    """Compile the target; within one standard the dialects are the source's but for those named."""
    from annostd.api.choice import compiled, name_standard
    from annostd.api.once import library, with_dialects

    named, dialects = name_standard(order.to, library(order.standards))
    own = dict(source.chosen) if named.id == source.id else {}
    chosen = own | dialects
    return compiled(with_dialects(named, chosen), chosen)


def _only(files: Iterator[tuple[str, bytes]], target: Path) -> Iterator[tuple[str, bytes]]:
    """Let one file pass; raises UsageError where there are more."""
    written = list(files)
    if len(written) != 1:
        raise UsageError(f"{len(written)} files would be written to {target}", "name a folder")
    return iter([(target.name, written[0][1])])


def _broken(findings: Sequence[Finding]) -> frozenset[str]:
    """Name the files of which a part could not be read at all."""
    from annostd.findings import Level, Phase

    broken = (f for f in findings if f.phase is Phase.IO and f.level is Level.MUST)
    return frozenset(finding.location.file for finding in broken)


def _unreadable(findings: Sequence[Finding], *, is_same: bool) -> Iterator[str]:
    """Tell what of an output would not read back as it was meant: broken text, values lost.

    What the same standard misses in the output was missing before.
    """
    from annostd.findings import Level, Phase

    gone = _GONE - {"missing"} if is_same else _GONE
    firsts = {f.rule: f for f in reversed(findings) if f.level is Level.MUST}
    for rule, first in sorted(firsts.items()):
        if first.phase is Phase.IO or rule.rpartition(".")[2] in gone:
            count = sum(finding.rule == rule for finding in findings)
            place = first.location.file
            yield f"what is written would not read back ({rule}, {count}): {place}: {first.message}"


def _check_order(order: Order, source: Path) -> None:
    from annostd.bindings.staging import check_target

    if order.media not in _MEDIA:
        raise UsageError(f"media is {order.media!r}, expected one of {', '.join(_MEDIA)}")
    check_target(order.target, (source,), force=order.force)


def _check_values(order: Order, plan: Plan) -> None:
    from annostd.tables.schema import GEOMETRIES

    for name in order.values:
        table, _, column = name.partition(".")
        known = plan.tables.get(table)
        if known is None or column not in known.columns:
            raise UsageError(f"{plan.standard.id} has no column {name} to set")
        if known.columns[column].type in GEOMETRIES:
            raise UsageError(f"{name} is a geometry, which is not the same for all rows")


class _Unwanted(Exception):
    """What was written aside is not to appear."""


class _Writing:
    """One conversion from the mapped tables on."""

    def __init__(
        self, dataset: Dataset, order: Order, choice: Choice, mapped: Mapped, *, again: bool
    ) -> None:
        self.dataset = dataset
        self.order = order
        self.choice = choice
        self.mapped = mapped
        self.again = again
        self.media: Mapping[str, Path] = {}

    def report(self, losses: tuple[Loss, ...], source_path: str) -> ConversionReport:
        """Print, judge, and let the output appear if nothing forbids it."""
        from annostd.reports import ConversionReport

        refused = list(self.mapped.refused)
        files: Iterator[tuple[str, bytes]] = iter(())
        if not refused:
            files, more = self._files()
            refused.extend(more)
        refused.extend(self._forbidden(losses))
        count, judged = (0, None) if refused else self._write(files, refused)
        written = not refused and not self.order.dry_run
        notes = list(self.mapped.notes)
        if self.order.media == "none" and written and self._has_media():
            notes.append("media are not copied; --media copy or link puts them beside")
        return ConversionReport(
            source_path=source_path,
            target_path=str(self.order.target),
            source=self.dataset.opened.choice.identity(),
            target=self.choice.identity(),
            written=written,
            refused=tuple(refused),
            files=count,
            counts=self._counts() if judged is None else judged.counts,
            derived=self.mapped.derived,
            losses=losses,
            ids=self.mapped.ids,
            findings=() if judged is None else judged.findings,
            notes=tuple(notes),
        )

    def _write(
        self, files: Iterator[tuple[str, bytes]], refused: list[str]
    ) -> tuple[int, Report | None]:
        """Write aside and judge by the target's rules before it takes its place.

        The tables are let go before, so that those of the output are alone in memory. What would
        not read back as it was meant is added to `refused`, and nothing appears.
        """
        import tempfile

        from annostd.tables.dataset import Tables

        judged: Report | None = None
        count = 0
        with tempfile.TemporaryDirectory() as aside, suppress(_Unwanted):
            dry = Path(aside) / "out" if self.order.dry_run else None
            with self._staging(dry) as staging:
                count = self._stage(staging, files)
                if not count:
                    refused.append(self._empty())
                    raise _Unwanted
                self.mapped = replace(self.mapped, tables=Tables())
                judged = self._judge(staging.folder)
                if not self.again:
                    refused.extend(_unreadable(judged.findings, is_same=self._is_same()))
                if refused:
                    raise _Unwanted
        return count, judged

    def _empty(self) -> str:
        """Say that the target has no file for what has no rows."""
        name = self.choice.standard.id
        return f"no file would be written: each file of {name} is for rows that are not there"

    def _counts(self) -> dict[str, int]:
        """Count the rows that would be written."""
        frames = self.mapped.tables.frames.items()
        return {name: f.height for name, f in frames if name in self.choice.plan.tables}

    def _staging(self, dry: Path | None) -> Staging:
        """Open the target, or for a dry run a folder that nobody keeps."""
        from annostd.bindings.staging import Staging

        sources = (self.dataset.opened.path,)
        if dry is not None:
            return Staging(dry)
        target, single = self.order.target, self._is_single()
        return Staging(target, force=self.order.force, single=single, sources=sources)

    def _has_media(self) -> bool:
        """Tell whether the target has media that are files of their own."""
        files = self.choice.plan.files
        return any(file.file.of == "media" or file.file.carrier == "image" for file in files)

    def _is_same(self) -> bool:
        return self.choice.standard.id == self.dataset.opened.choice.standard.id

    def _is_single(self) -> bool:
        """Tell whether the target names a file of the kind that the standard writes."""
        suffix = self.order.target.suffix
        paths = [f.file.path[0] for f in self.choice.plan.files if f.sources and f.file.path]
        is_file = suffix != "" and any(path.endswith(suffix) for path in paths)
        return is_file and not self.order.target.is_dir()

    def _stage(self, staging: Staging, files: Iterator[tuple[str, bytes]]) -> int:
        if self._is_single():
            files = _only(files, self.order.target)
        count = 0
        for path, data in files:
            staging.write(path, data)
            count += 1
        place = staging.copy if self.order.media == "copy" else staging.link
        for path, origin in self.media.items():
            place(path, origin)
        return count

    def _files(self) -> tuple[Iterator[tuple[str, bytes]], Sequence[str]]:
        """Print what is to be written; what forbids it is told."""
        from annostd.api.edits import edits_of_broken
        from annostd.bindings import BINDINGS
        from annostd.bindings.patterns import with_shared_captures
        from annostd.converters.again import print_again
        from annostd.converters.outlines import without
        from annostd.converters.write import print_files

        plan, tables = self.choice.plan, self.mapped.tables
        placed = self.order.media != "none"
        if self.again:
            document = self.dataset.opened.document
            self.media = self._own_media() if placed else {}
            broken = _broken(self.dataset.findings)
            files = print_again(plan, tables, document, broken, placed_media=placed)
            return files, tuple(edits_of_broken(self.dataset, broken))
        roles = with_shared_captures(plan.files)
        self.mapped = replace(self.mapped, tables=without(tables))  # what waits has its outlines
        written = print_files(plan, tables, roles, BINDINGS, placed_media=placed)
        if placed and not written.refused:
            self.media = self._new_media(written.media, roles)
        frames = self.dataset.tables.frames.items()
        if not written.has_any and any(f.height for name, f in frames if name != "dataset"):
            return iter(()), (*written.refused, f"{plan.standard.id} {_NO_PLACE}")
        return written.files, written.refused

    def _found(self) -> list[str | None]:
        """Give the path of each medium of the source below its root, None where it is not there."""
        from annostd.validators.media import locate_media

        document, override = self.dataset.opened.document, self.order.media_root
        return locate_media(document, self.dataset.tables, override)

    def _own_media(self) -> dict[str, Path]:
        """Keep media where they are below the root; those from elsewhere go where they belong."""
        document = self.dataset.opened.document
        images = {file.role for file in document.plan.files if file.file.carrier == "image"}
        own = {file.path for file in document.files if file.role in images and file.exists}
        if self.order.media_root is None:
            own.update(path for path in self._found() if path is not None)
        placed = {path: document.root / path for path in sorted(own)}
        if self.order.media_root is not None:
            placed.update(self._new_media(None, document.plan.files))
        return placed

    def _new_media(self, targets: pl.Series | None, roles: Sequence[FilePlan]) -> dict[str, Path]:
        """Pair the path of each medium in the output with its file."""
        from annostd.converters.media import media_targets

        root = self.order.media_root or self.dataset.opened.document.root
        found = self._found()
        rows = self.mapped.tables.frames["media"]["@from"]
        paths = media_targets(self.mapped.tables, roles, targets)
        return {
            target: root / origin
            for row, target in zip(rows, paths, strict=True)
            if row is not None and target is not None and (origin := found[row]) is not None
        }

    def _forbidden(self, losses: Sequence[Loss]) -> list[str]:
        from annostd.findings import LossKind

        if self.order.allow_loss:
            return []
        return [
            f"{loss.what} would be lost ({loss.count}): {loss.reason}"
            for loss in losses
            if loss.kind is LossKind.LOST
        ]

    def _judge(self, folder: Path) -> Report:
        """Judge what was written; links to media lead to them only from their final place."""
        from annostd.api.choice import Opened, open_plan
        from annostd.api.validate import report_of

        plan = self.choice.plan
        dropped = {_LINK} if self.order.media == "link" else set()
        rules = {name: rule for name, rule in plan.rules.items() if name not in dropped}
        document = replace(open_plan(folder, plan), engine=self.dataset.opened.document.engine)
        return report_of("", Opened(self.choice, document, folder), rules)
