"""The nouns of a plan: a standard compiled to what each stage needs, frozen.

A plan says where rows are found (files, sources, fields), what their columns mean (columns, forms,
references) and what is obliged (rules). Every stage is a function of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

    from annostd.expressions import Need, Type, Typed
    from annostd.findings import Level, Phase
    from annostd.standard.model import Column, Condition, File, Join, Json, Scalar, Standard
    from annostd.tables.geometry.forms import Form
    from annostd.tables.schema import ColumnType
    from annostd.templates import Grammar, Template

Kind: TypeAlias = Literal["integer", "number", "string", "boolean", "value"]


@dataclass(frozen=True, slots=True)
class Items:
    """What a `value` is made of where its column can hold it as it is: lists so deep of a kind.

    Of depth 0 it is one time, an exact decimal.
    """

    kind: Literal["integer", "number", "string", "time"]
    depth: int


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a locator: a named member, each member, each member with its name captured."""

    kind: Literal["member", "each", "capture"]
    name: str = ""
    choices: tuple[str, ...] = ()
    text: bool = False  # `name!json`: the member is text that is JSON


@dataclass(frozen=True, slots=True)
class Field:
    """A native value of a record, and the raw column it becomes.

    `path` are the steps down from the record, () the record itself; for lines it is the one field
    of the template. `kind` is what a typed carrier (json, yaml) hands over: Int64, Float64,
    String, Boolean, or `value`, the JSON text of whatever stands there; text carriers (lines,
    xml) hand over String always. `capture`: the name of a capture of the path or the locator (or
    `order`), not a member. `default` is the JSON text of the native value that absence means: an
    absent member stays absent where that value is to be written back. `absent` are the JSON texts
    of what else says that nothing is there, which stays, too. `items` says of a `value` what a
    carrier whose columns have types writes instead of JSON text (None: JSON text).
    """

    name: str
    path: tuple[str, ...]
    kind: Kind
    capture: str | None = None
    default: str | None = None
    absent: tuple[str, ...] = ()
    items: Items | None = None


@dataclass(frozen=True, slots=True)
class Gather:
    """A value that lists what the rows of `table` that name its row by `by` say in `column`.

    `named` is the reference and the column of the row that it names with the names in whose order
    the items count, each by the `name` of its row; () where they count in the order of the rows.
    """

    table: str
    column: str
    by: str
    named: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ColumnPlan:
    """A column of a source: as declared, with what the canonical table and conventions add.

    `fields` are the raw columns that it is made of, in the order of the form's slots, or of the
    captures in `template`. `refers` is the table and column that a reference names; `made` gives
    the columns of the row that a writer makes for one that names none (None: it makes none);
    `implied` says that nothing is read for it: the enclosing row, the owner of the file, or a
    constant of the variant gives it. `derive` is the expression that a writer uses where the value
    is missing; `gather` says of which rows it is made that name its row. `said` is the form as it
    is written where that says less of each point than is held (None: it is `form`).
    """

    name: str
    type: ColumnType
    column: Column
    fields: tuple[str, ...]
    canonical: bool
    form: Form | None = None
    refers: tuple[str, str] | None = None
    unit: str | None = None
    decimals: int | None = None
    template: Template | None = None
    derive: Typed | None = None
    made: Mapping[str, Typed] | None = None
    implied: bool = False
    gather: Gather | None = None
    said: Form | None = None

    @property
    def written(self) -> Form | None:
        """The form in which the values stand in files."""
        return self.said or self.form


@dataclass(frozen=True, slots=True)
class Variant:
    """One shape of the rows of a source: its tests, its constants, its columns.

    `rank` is its position among the variants of its table, wherever these stand: a writer takes
    the first that fits. `gaps` names the columns of the enclosing row from and to whose times rows
    follow one another without gaps: where others leave one, a writer makes a row of this variant.
    """

    name: str | None
    where: tuple[Condition, ...]
    constants: Mapping[str, Scalar]
    columns: tuple[ColumnPlan, ...]
    rank: int = 0
    gaps: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Marked:
    """Rows that tags mark: runs of rows of `table`, by the tags in its field `tag`.

    `scheme` names the codec of the tags; `text` is the field whose texts the spans count over.
    """

    table: str
    tag: str
    scheme: str
    text: str


@dataclass(frozen=True, slots=True)
class Pieces:
    """Rows that are pieces of the field `field` of a line, which the template `line` tells."""

    field: str
    line: Template


@dataclass(frozen=True, slots=True)
class Source:
    """A place where rows of one table stand.

    A place of its own (file and locator, or locator inside another source), with the variants
    that share it. `name` is `table`, or `table.variant` where a variant has a place of its own,
    or `table.join`. `template` is for carriers of lines, `grammar` for those of tokens; `enclosing`
    names the reference column that the enclosing row fills, `within` the variants of the
    enclosing row that have such rows (none: all do). `children` are the sources inside it; `nests`
    says that its own rows stand in one another, too, to any depth. `create` gives the columns of an
    enclosing row that a writer makes for a row without one (None: it makes none); `rising` rows are
    written in the order of their times, `sorted` ones in that of a column's text. In lines,
    `division` says that a row is a whole file, a block of lines or a section of blocks, `marked`
    that it is a run of rows that tags mark, and `composed` names fields that are made of a field of
    the rows inside: field, table, field there; `pieces` says that a row is a piece of the enclosing
    line, and `heads` are the lines below one of which the rows stand (none: anywhere).
    """

    name: str
    table: str
    file: str
    locator: tuple[Step, ...]
    fields: tuple[Field, ...]
    variants: tuple[Variant, ...]
    children: tuple[Source, ...] = ()
    template: Template | None = None
    enclosing: str | None = None
    within: tuple[str, ...] = ()
    required: Level | None = None
    shared: bool = False
    empty: Literal["write", "omit"] = "omit"
    order: tuple[str, ...] = ()
    rising: bool = False
    sorted: str | None = None
    unknown: Literal["keep", "refuse"] = "keep"
    join: Join | None = None
    create: Mapping[str, Typed] | None = None
    nests: bool = False
    division: Literal["file", "section", "block"] | None = None
    marked: Marked | None = None
    composed: tuple[tuple[str, str, str], ...] = ()
    grammar: Grammar | None = None
    pieces: Pieces | None = None
    heads: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FilePlan:
    """A role with its compiled paths and the sources that stand in its files."""

    file: File
    paths: tuple[Template, ...]
    sources: tuple[Source, ...]

    @property
    def role(self) -> str:
        """The role's name."""
        return self.file.role


@dataclass(frozen=True, slots=True)
class TablePlan:
    """A table as all its sources make it: columns by name, and what identifies its rows.

    `columns` holds for each name the plan of the first source that binds it; `created` says that
    rows exist because they are named, by the column `created` (`category.name`); `fixed` rows are
    there whatever the files say, and no others.
    """

    name: str
    columns: Mapping[str, ColumnPlan]
    sources: tuple[str, ...]
    created: str | None = None
    fixed: tuple[Mapping[str, Scalar], ...] = ()

    @property
    def teller(self) -> str | None:
        """The column that tells rows apart which no file holds (None: files hold all rows)."""
        return next(iter(self.fixed[0])) if self.fixed else self.created


@dataclass(frozen=True, slots=True)
class RulePlan:
    """A rule, generated from a declaration or written.

    Generated rules have `check` (table, column, fault) and no expression. `needs` are the columns
    of the rule's table (references followed) that it reads. `message` is the text's pieces: str
    or Typed.
    """

    id: str
    level: Level
    class_name: str
    phase: Phase
    table: str | None
    message: tuple[str | Typed, ...]
    check: tuple[str, str | None, str] | None = None
    per: tuple[Need, ...] | None = None
    pairs: tuple[Need, ...] | None = None
    is_adjacent: bool = False
    when: Typed | None = None
    require: Typed | None = None
    parameters: Mapping[str, float] = field(default_factory=dict)
    needs: frozenset[Need] = frozenset()
    why: str | None = None
    clause: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """A compiled standard. `files` stand in reading order: what others refer to comes first."""

    standard: Standard
    files: tuple[FilePlan, ...]
    tables: Mapping[str, TablePlan]
    rules: Mapping[str, RulePlan]
    types: Mapping[str, Mapping[str, Type]]
    neutral: Mapping[str, Mapping[str, Json]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Want:
    """A projection: table → column → what of it is needed.

    The set holds `""` for the values and a measure's name (`area`, `bounds`, …) for what is made of
    them; an empty set asks only whether a value is there. A table or column not named is not read.
    `everything` asks for all values.
    """

    columns: Mapping[str, Mapping[str, frozenset[str]]] = field(default_factory=dict)
    everything: bool = False
