"""The nouns of a standard, as its YAML says them, with the place of every node."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

    from annostd.findings import Level
    from annostd.standard.yaml_tree import MapNode

Scalar: TypeAlias = str | int | float | bool | None
Json: TypeAlias = Scalar | list["Json"] | dict[str, "Json"]
Path: TypeAlias = tuple[str | int, ...]
Missing: TypeAlias = Literal["error", "empty", "unlabelled", "fine"]


@dataclass(frozen=True, slots=True)
class Mark:
    """A 1-based place in a standard's file.

    `inset` is how far behind it a text begins that stands there letter by letter; None: it does
    not (a block, escapes, several lines).
    """

    file: str
    line: int
    column: int
    inset: int | None = field(default=0, compare=False)

    def inside(self, offset: int) -> Mark:
        """Give the place of a character of the text; of the whole where that cannot be told."""
        if self.inset is None:
            return self
        return Mark(self.file, self.line, self.column + self.inset + offset)


@dataclass(frozen=True, slots=True)
class Convention:
    """How numbers of one space (image, text, time, world, angle) are meant."""

    unit: str | None = None
    origin: int | None = None
    ends: Literal["exclusive", "inclusive"] | None = None
    decimals: int | None = None
    axes: str | None = None
    point: Literal["centre", "bottom"] | None = None
    turn: Literal["clockwise", "anticlockwise"] | None = None


@dataclass(frozen=True, slots=True)
class Capture:
    """A capture of a path: what it may hold, what it is where nothing gives it.

    `values` pairs the native text with the canonical one. `rows` is how many rows of the table
    whose column holds it a writer gives the same one, a number from 0, where nothing gives it.
    """

    default: str | None = None
    values: tuple[tuple[str, str], ...] = ()
    rows: int | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """Files of a role that another file names.

    `at` is a locator in the file of role `by`, whose value is a folder, a file, a list file, or a
    list of these; `root` is the place in the same file of the folder that they are relative to; an
    entry that ends in `suffix` is a list file, one path a line.
    """

    by: str
    at: str
    root: str | None = None
    suffix: str | None = None


@dataclass(frozen=True, slots=True)
class Beside:
    """A file that stands beside a file of role `role`.

    The last folder named by a key of `swap` becomes its value, and the suffix `suffix`. What is in
    a folder named in `optional` needs no file beside it.
    """

    role: str
    suffix: str
    swap: tuple[tuple[str, str], ...] = ()
    optional: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class File:
    """A role that files play in a dataset.

    `path` lists templates: the first is written, all are read.
    """

    role: str
    path: tuple[str, ...]
    carrier: str
    mark: Mark
    of: str | None = None
    missing: Missing = "error"
    captures: Mapping[str, Capture] = field(default_factory=dict)
    listed: Listing | None = None
    beside: Beside | None = None
    encoding: tuple[str, ...] = ("utf-8",)
    blanks: Literal["any", "exact"] = "exact"
    newline: Literal["lf", "crlf", "any"] = "any"
    comment: str | None = None
    namespace: str | None = None
    header: bool | tuple[str, ...] | None = None
    separator: str | None = None
    grammar: Json = None
    doc: str | None = None
    clause: str | None = None


@dataclass(frozen=True, slots=True)
class Agreement:
    """How closely a value agrees with the one derived: |a-b| <= max(absolute, relative*|b|)."""

    level: Level
    absolute: float = 0.0
    relative: float = 0.0


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table, and where it stands in the record.

    `at` holds one place, or the slots' places of a form. `values` pairs native with canonical
    values. `create`: the row named exists because it is named; `made` gives the columns of a row
    that is made for a row that names none, each with its expression (None: none is made).
    `type`, `form` and the conventions are None where the canonical table or `conventions` decide.
    """

    name: str
    at: tuple[str, ...]
    mark: Mark
    text: str | None = None
    type: str | None = None
    items: str | None = None
    form: str | None = None
    parts: Literal["one", "many"] | None = None
    holes: Literal["none", "rings", "even-odd"] | None = None
    closed: bool | None = None
    pivot: Literal["centre", "corner"] | None = None
    separators: tuple[str, ...] = ()
    length: tuple[int | None, int | None] | None = None
    unit: str | None = None
    origin: int | None = None
    ends: Literal["exclusive", "inclusive"] | None = None
    decimals: int | None = None
    space: str | None = None
    refers: str | None = None
    create: bool = False
    made: Mapping[str, str] | None = None
    through: str | None = None
    key: bool | str = False
    required: Level | None = None
    default: Json = None
    absent: tuple[Scalar, ...] = ()
    values: tuple[tuple[Scalar, Scalar], ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    pattern: str | None = None
    generate: str | None = None
    derive: str | None = None
    agrees: Agreement | None = None
    gathers: str | None = None
    named: str | None = None
    file: str | None = None
    pack: tuple[tuple[str, int], ...] = ()
    doc: str | None = None
    clause: str | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """What a native field must be for a row to be of a variant.

    `constants` lists native values (None: absent or null); the others are tests of the native
    value: `types` are JSON type names and `present`; `negated` types are those it must not have.
    """

    at: str
    constants: tuple[Json, ...] | None = None
    types: tuple[str, ...] = ()
    negated: tuple[str, ...] = ()
    pattern: str | None = None
    length: tuple[int | None, int | None] | None = None


@dataclass(frozen=True, slots=True)
class Rows:
    """A source of rows: a table, one of its variants (already merged with its table), or a join.

    Exactly one of `file` (`from:`) and `inside` (`in:`, a table or `table.variant`) is given,
    unless the rows are `fixed` or made by references alone. `enclosing` is the column that the
    enclosing row fills where it is not the one of its name (`as:`), `enclosing_target` the second
    of two that list the same row at both ends. `create` gives the key columns of an enclosing row
    that is made for a row without one, each with its expression (None: such a row is not made).
    `order` names members in the order in which they are written; `rising` rows are written in the
    order of their times, `sorted` ones stand in that of a column's text. `gaps` names two columns
    of the enclosing row: rows fill what others leave free between them. `head` are lines below
    one of which the rows stand.
    """

    mark: Mark
    file: str | None = None
    inside: tuple[str, ...] = ()
    rows: str | None = None
    enclosing: str | None = None
    enclosing_target: str | None = None
    text: str | None = None
    head: tuple[str, ...] = ()
    comment: str | None = None
    where: tuple[Condition, ...] = ()
    constants: Mapping[str, Scalar] = field(default_factory=dict)
    columns: Mapping[str, Column] = field(default_factory=dict)
    required: Level | None = None
    shared: bool = False
    create: Mapping[str, str] | None = None
    empty: Literal["write", "omit"] = "omit"
    order: tuple[str, ...] = ()
    rising: bool = False
    sorted: str | None = None
    gaps: tuple[str, str] | None = None
    unknown: Literal["keep", "refuse"] = "keep"
    doc: str | None = None
    clause: str | None = None


@dataclass(frozen=True, slots=True)
class Join:
    """More columns of the same rows from another file.

    `by` pairs a column of the table with a place there.
    """

    name: str
    rows: Rows
    by: tuple[tuple[str, str], ...]
    missing: Missing


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its own rows, or those of its variants (which repeat what the table says)."""

    name: str
    rows: Rows
    variants: Mapping[str, Rows]
    joins: Mapping[str, Join]
    fixed: tuple[Mapping[str, Scalar], ...] = ()


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number that a rule leaves open; `values` by unit, under None where it has none."""

    name: str
    values: Mapping[str | None, float]


@dataclass(frozen=True, slots=True)
class Example:
    """A patch on `examples.base`: assignments, rows added (table, row) and removed (`table[i]`)."""

    set: Mapping[str, Json] = field(default_factory=dict)
    add: tuple[tuple[str, Mapping[str, Json]], ...] = ()
    remove: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """An obligation.

    `table` None: the dataset; `per` None: each row; `pairs`: pairs of rows with these equal,
    `is_adjacent`: only those of which one follows the other.
    """

    id: str
    level: Level
    class_name: str
    require: str
    mark: Mark
    table: str | None = None
    per: tuple[str, ...] | None = None
    pairs: tuple[str, ...] | None = None
    is_adjacent: bool = False
    when: str | None = None
    parameters: tuple[Parameter, ...] = ()
    message: str | None = None
    why: str | None = None
    clause: str | None = None
    passing: tuple[Example, ...] = ()
    failing: tuple[Example, ...] = ()
    doc: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """A document that clauses cite."""

    title: str
    url: str
    retrieved: str | None = None


@dataclass(frozen=True, slots=True)
class Alternative:
    """One dialect on its axis.

    `tell` gives per table the expression over its rows that says the data speak for it;
    `files`: it says something of the files, too; `rows`: of where rows stand.
    """

    name: str
    doc: str | None = None
    tell: Mapping[str, str] = field(default_factory=dict)
    files: bool = False
    rows: bool = False


@dataclass(frozen=True, slots=True)
class Standard:
    """A standard with its dialects applied, frozen.

    `document` is the resolved YAML as plain values, `marks` the place of every node in it by path,
    `dialects` every axis with its alternatives in order, `chosen` the alternative applied per axis,
    `digest` the sha256 of the resolved canonical JSON (RFC 8785; without status and `x-` keys, and
    before dialects are applied). `tree` is the document before dialects, with places: what
    `with_dialects` starts from.
    """

    id: str
    version: str
    status: str
    title: str
    publisher: str
    domain: str
    licence: str
    digest: str
    document: Mapping[str, Json]
    marks: Mapping[Path, Mark]
    aliases: tuple[str, ...] = ()
    doc: str | None = None
    sources: Mapping[str, Source] = field(default_factory=dict)
    extends: str | None = None
    adapts: str | None = None
    conventions: Mapping[str, Convention] = field(default_factory=dict)
    files: Mapping[str, File] = field(default_factory=dict)
    tables: Mapping[str, Table] = field(default_factory=dict)
    rules: Mapping[str, Rule] = field(default_factory=dict)
    classes: Mapping[str, str] = field(default_factory=dict)
    dialects: Mapping[str, tuple[Alternative, ...]] = field(default_factory=dict)
    chosen: Mapping[str, str] = field(default_factory=dict)
    base: Mapping[str, Json] = field(default_factory=dict)
    changes: tuple[Mapping[str, Json], ...] = ()
    tree: MapNode | None = field(default=None, repr=False, compare=False)
