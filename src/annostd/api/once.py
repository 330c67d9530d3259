"""Standards loaded, their dialects chosen and compiled: each once, as long as its files stay.

What is kept is frozen, and there is a bound on it. A standard's file that changes is another one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from annostd.standard import Library
from annostd.standard import load as load_anew
from annostd.standard import with_dialects as choose_anew
from annostd.standard.load import find
from annostd.standard.locate import state_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from annostd.plan import Plan
    from annostd.standard import Standard

KEPT = 256
"""How many standards, and how many plans, are kept."""


@dataclass(frozen=True, slots=True)
class _Key:
    """A standard's document, told by its identity, with dialects.

    Loading gives the same document as long as no file changes; the digest would not tell places.
    """

    document: int
    chosen: tuple[tuple[str, str], ...]
    standard: Standard = field(compare=False)


def library(folders: Sequence[Path] = ()) -> Library:
    """Make the library of shipped standards and the caller's folders.

    Raises UsageError where one of them is no folder.
    """
    return _kept_library(Library.of(tuple(folders)))


def load(id_or_path: str | Path, known: Library) -> Standard:
    """Load a standard, or give it as it was loaded; as `annostd.standard.load`."""
    path = find(id_or_path, known)
    return _load(path, Path.cwd(), known, state_of([path]))


def with_dialects(standard: Standard, chosen: Mapping[str, str]) -> Standard:
    """Give the same standard with these alternatives; as `annostd.standard.with_dialects`."""
    if not chosen:
        return standard
    if standard.tree is None:
        return choose_anew(standard, chosen)
    return _choose(_key(standard, {**standard.chosen, **chosen}))


def compile_plan(standard: Standard) -> Plan:
    """Compile a standard, or give its plan; as `annostd.plan.compile_plan`."""
    from annostd.plan import compile_plan as compile_anew

    return compile_anew(standard) if standard.tree is None else _compile(_key(standard))


def compile_reading(standard: Standard) -> Plan:
    """Compile what reading needs, or give it; as `annostd.plan.compile_reading`."""
    from annostd.plan import compile_reading as compile_anew

    return compile_anew(standard) if standard.tree is None else _compile_reading(_key(standard))


def compile_placing(standard: Standard) -> Plan:
    """Compile what finding files needs, or give it; as `annostd.plan.compile_placing`."""
    from annostd.plan import compile_placing as compile_anew

    return compile_anew(standard) if standard.tree is None else _compile_placing(_key(standard))


def _key(standard: Standard, chosen: Mapping[str, str] | None = None) -> _Key:
    pairs = (standard.chosen if chosen is None else chosen).items()
    return _Key(id(standard.tree), tuple(sorted(pairs)), standard)


@lru_cache(maxsize=8)
def _kept_library(known: Library) -> Library:
    return known


@lru_cache(maxsize=KEPT)
def _load(path: Path, _folder: Path, known: Library, _state: object) -> Standard:
    return load_anew(path, known)


@lru_cache(maxsize=KEPT)
def _choose(key: _Key) -> Standard:
    return choose_anew(key.standard, dict(key.chosen))


@lru_cache(maxsize=KEPT)
def _compile(key: _Key) -> Plan:
    from annostd.plan import with_written

    return with_written(_compile_reading(key))


@lru_cache(maxsize=KEPT)
def _compile_reading(key: _Key) -> Plan:
    from annostd.plan import compile_reading as compile_anew

    return compile_anew(key.standard)


@lru_cache(maxsize=KEPT)
def _compile_placing(key: _Key) -> Plan:
    from annostd.plan import compile_placing as compile_anew

    return compile_anew(key.standard)
