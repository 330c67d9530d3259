"""What a kind of piece means: learned by asking the reader about a document made of little else."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from annostd.bindings.xml_parse import parse, parser
from annostd.bindings.xml_read import Reading
from annostd.bindings.xml_shape import Record
from annostd.columns.raw import DataFile
from annostd.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from annostd.bindings.xml_pieces import Piece
    from annostd.bindings.xml_shape import Node, Shape
    from annostd.columns.raw import RawBatch, RawRows
    from annostd.plan.model import FilePlan

ORDER: Final = "order"
_OPEN, _SHUT = "\ue000", "\ue001"


@dataclass(frozen=True, slots=True)
class Cell:
    """What a field of a row is: a value of the piece, a capture, the order, or a constant."""

    value: int | None = None
    capture: str | None = None
    constant: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A row that begins in a piece.

    `parent` is the source of the enclosing row with the depth of its element, `unknown` counts
    undeclared members by path.
    """

    cells: Mapping[str, Cell]
    parent: tuple[str, int] | None
    unknown: tuple[tuple[str, int], ...]


@dataclass(slots=True)
class Kind:
    """A kind of piece with what it means: a row at most for each source.

    `wanted` are its values that any row takes, in order. `outer` is the depth of the element of
    rows around it (0: none), `step` its XPath below that, without its position.
    """

    piece: Piece
    rows: dict[str, Row]
    wanted: tuple[int, ...]
    pattern: str
    outer: int
    step: str

    @property
    def depth(self) -> int:
        """The depth of the element that the piece begins with."""
        return len(self.piece.stack) + 1


@dataclass(slots=True)
class Teacher:
    """Asks the reader of one role what pieces mean, and remembers the pieces it was asked about."""

    plan: FilePlan
    shape: Shape
    want: Mapping[str, frozenset[str]] | None
    names: frozenset[str]
    mark: str
    captures: tuple[str, ...]
    known: dict[tuple[str, ...], Kind] = field(default_factory=dict)

    def learn(self, pieces: Sequence[Piece]) -> list[Kind] | None:
        """Learn the kinds of a document's pieces that are new; None where one cannot be learned."""
        found: dict[tuple[str, ...], Kind] = {}
        for piece in pieces:
            key = (*piece.stack, "", *piece.literals)
            if key not in self.known and key not in found:
                kind = self._kind(piece)
                if kind is None:
                    return None
                found[key] = kind
        self.known |= found
        return list(found.values())

    def _kind(self, piece: Piece) -> Kind | None:
        """Ask about a piece: it stands on the second line, in bare elements; a first one alone."""
        line = 2 if piece.stack else 1
        batch = self._read(piece, line)
        if batch is None:
            return None
        places = {name: found.frame["@path"].to_list() for name, found in batch.rows.items()}
        rows: dict[str, Row] = {}
        steps: set[str | None] = set()
        for name, found in batch.rows.items():
            starts = found.frame["@start"].to_list()
            own = [at for at, start in enumerate(starts) if start == line]
            if len(own) > 1 or self._is_split(found, line):
                return None
            for at in own:
                row = self._row(piece, found, at, places)
                if row is None:
                    return None
                rows[name] = row
                steps.add(_step(piece, self.names, places[name][at]))
        if None in steps or len(steps) > 1:
            return None
        taken = {cell.value for row in rows.values() for cell in row.cells.values()}
        wanted = tuple(sorted(value for value in taken if value is not None))
        outer, root = _outer(piece, self.names), "" if piece.stack else f"/{_local(piece.name)}"
        step = next(iter(steps), None) or root
        return Kind(piece, rows, wanted, piece.pattern(wanted, self.mark), outer, step)

    def _is_split(self, found: RawRows, line: int) -> bool:
        """Tell whether rows around a piece take something from it."""
        around = found.frame.filter(found.frame["@start"] != line)
        values = (value for row in around.iter_rows() for value in row if isinstance(value, str))
        strange = any(found.frame["@start"][each.row] != line for each in found.unknown)
        return strange or any(_SHUT in value for value in values)

    def _read(self, piece: Piece, line: int) -> RawBatch | None:
        values = [f"{_OPEN}{number}{_SHUT}" for number in range(len(piece.attributes))]
        before = "".join(f"<{each}>" for each in piece.stack) + "\n" * (line - 1)
        behind = "".join(f"</{each.split()[0]}>" for each in reversed(piece.ends))
        captures = {name: f"{_OPEN}{name}" for name in self.captures}
        file = DataFile(self.plan.role, "", captures)
        root = parse((before + piece.filled(values) + behind).encode(), file, parser())
        if isinstance(root, Finding):
            return None
        reading = Reading(self.plan, self.shape, self.want)
        reading.add(root, 0, file)
        batch = reading.take()
        fine = all(_is_lack(finding) for finding in batch.findings)
        return batch if fine and self.plan.role not in batch.rows else None

    def _row(
        self, piece: Piece, found: RawRows, at: int, places: Mapping[str, Sequence[str]]
    ) -> Row | None:
        record = next(r for r in self.shape.records if r.source.name == found.source)
        given = found.frame.row(at, named=True)
        values = {f"{_OPEN}{number}{_SHUT}": number for number in range(len(piece.attributes))}
        captures = {f"{_OPEN}{name}": name for name in self.captures}
        order = {f.name for f in record.source.fields if f.capture == ORDER}
        cells = {}
        for name, value in given.items():
            if name in _PLACES:
                continue
            if name in order:
                cells[name] = Cell(capture=ORDER)
            elif value in values:
                cells[name] = Cell(value=values[value])
            elif value in captures:
                cells[name] = Cell(capture=captures[value])
            elif value is None or _OPEN not in value:
                cells[name] = Cell(constant=value)
            else:
                return None
        unknown = tuple((each.path, each.count) for each in found.unknown)
        parent = self._parent(record, given["@parent"], places)
        return Row(cells, parent, unknown)

    def _parent(
        self, record: Record, row: int | None, places: Mapping[str, Sequence[str]]
    ) -> tuple[str, int] | None:
        """Give the source of the enclosing row, and how deep its element is."""
        if row is None:
            return None
        own = record.source.name
        above = next(
            each.source.name
            for each in self.shape.records
            if any(child.name == own for child in each.source.children)
        )
        return above, places[above][row].count("/")


_PLACES = frozenset({"@file", "@start", "@end", "@index", "@parent", "@path"})


def owners(shape: Shape) -> dict[str, str | None] | None:
    """Name for each source the one in whose rows its own are numbered, None: in the document.

    None where rows are numbered in several, or where an element of rows is a member, too.
    """
    found: dict[str, str | None] = {}
    waiting: list[tuple[Node, str | None]] = [(shape.document, None)]
    waiting += [(record.node, record.source.name) for record in shape.records]
    while waiting:
        node, owner = waiting.pop()
        if any(tag in node.members for tag in node.records):
            return None
        inner = [record for records in node.records.values() for record in records]
        for record in inner:
            if found.setdefault(record.source.name, owner) != owner:
                return None
        waiting += [(member, owner) for member in node.members.values()]
        for _, target in node.wild:
            if isinstance(target, Record):
                found.setdefault(target.source.name, owner)
            else:
                waiting.append((target, owner))
    return found


def _outer(piece: Piece, names: frozenset[str]) -> int:
    """Tell how deep the element of rows around a piece is, or the root."""
    stack = [each.split()[0] for each in piece.stack]
    return next((d for d in range(len(stack), 1, -1) if stack[d - 1] in names), min(len(stack), 1))


def _step(piece: Piece, names: frozenset[str], path: str) -> str | None:
    """Give the end of the XPath of a piece's row, from the element of rows around it.

    Without its position; None where the row is not the element that the piece begins with.
    """
    stack = [each.split()[0] for each in piece.stack]
    steps = path.split("/")[1:]
    expected = [
        f"{_local(name)}[1]" if depth and name in names else _local(name)
        for depth, name in enumerate([*stack, piece.name])
    ]
    bare = [step.partition("[")[0] for step in steps]
    if bare != [step.partition("[")[0] for step in expected]:
        return None
    if any(e.endswith("]") and e != s for e, s in zip(expected, steps, strict=True)):
        return None
    outer = _outer(piece, names)
    return "/" + "/".join([*steps[outer:-1], bare[-1]])


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _is_lack(finding: Finding) -> bool:
    """Tell whether a finding is of what a document of one piece lacks."""
    return finding.rule.endswith(".missing")
