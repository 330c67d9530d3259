"""Reading order: what others refer to comes first, within a file and among files."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from annostd.plan.model import Field, FilePlan, Source
from annostd.plan.sources import parse_locator, walk
from annostd.templates import parse as parse_template

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from annostd.standard.model import Listing, Standard

T = TypeVar("T")


def order_files(
    standard: Standard, sources: Mapping[str, tuple[Source, ...]]
) -> tuple[FilePlan, ...]:
    """Put file roles and the sources in them into reading order.

    A role stands behind those that list it, that it stands beside, and that hold what it refers to;
    joins stand before the rows that they complete.
    """
    homes = _homes(sources)

    def before(role: str) -> set[str]:
        file = standard.files[role]
        wanted = {
            role_of for table in _tables_before(sources[role]) for role_of in homes.get(table, ())
        }
        wanted |= {file.listed.by} if file.listed else set()
        wanted |= {file.beside.role} if file.beside else set()
        return wanted - {role}

    roles = put_behind(list(standard.files), before)
    return tuple(
        FilePlan(
            standard.files[role],
            tuple(parse_template(path) for path in standard.files[role].path),
            _with_listings(standard, role, _order_sources(sources[role])),
        )
        for role in roles
    )


def _with_listings(
    standard: Standard, role: str, sources: tuple[Source, ...]
) -> tuple[Source, ...]:
    """Declare the places where files of this role list those of others."""
    listings = [
        listing_source(name, file.listed)
        for name, file in standard.files.items()
        if file.listed is not None and file.listed.by == role
    ]
    return (*sources[:1], *listings, *sources[1:])


def listing_source(role: str, listing: Listing) -> Source:
    """Make the source of a listing: a field `.`, one for each capture, and no variants."""
    steps = parse_locator(listing.at)
    captures = [
        Field(f"{{{step.name}}}", (), "string", step.name)
        for step in steps
        if step.kind == "capture"
    ]
    name = f"@listing.{role}"
    return Source(name, name, listing.by, steps, (Field(".", (), "value"), *captures), ())


def _order_sources(sources: tuple[Source, ...]) -> tuple[Source, ...]:
    def before(index: int) -> set[int]:
        wanted = _references([sources[index]])
        return {
            other
            for other, source in enumerate(sources)
            if other != index and any(inner.table in wanted for inner in walk([source]))
        }

    return tuple(sources[index] for index in put_behind(list(range(len(sources))), before))


def _homes(sources: Mapping[str, tuple[Source, ...]]) -> dict[str, set[str]]:
    homes: dict[str, set[str]] = {}
    for role, members in sources.items():
        for source in walk(members):
            homes.setdefault(f"{source.table}+join" if source.join else source.table, set()).add(
                role
            )
    return homes


def _tables_before(sources: tuple[Source, ...]) -> set[str]:
    tables = _references(sources)
    return tables | {f"{source.table}+join" for source in walk(sources) if source.join is None}


def _references(sources: Iterable[Source]) -> set[str]:
    """Name the tables that `sources` refer to, save their own and those made by naming."""
    inner = list(walk(sources))
    own = {source.table for source in inner if source.join is None}
    wanted = {
        plan.refers[0]
        for source in inner
        if source.join is None
        for variant in source.variants
        for plan in variant.columns
        if plan.refers is not None and not plan.column.create
    }
    return wanted - own


def put_behind(items: list[T], before: Callable[[T], set[T]]) -> list[T]:
    """Sort stably so that each item stands behind those of `before`; cycles keep their order."""
    done: list[T] = []
    pending: set[T] = set()

    def visit(item: T) -> None:
        if item in done or item in pending:
            return
        pending.add(item)
        wanted = before(item)
        for other in items:
            if other in wanted:
                visit(other)
        pending.discard(item)
        done.append(item)

    for item in items:
        visit(item)
    return done
