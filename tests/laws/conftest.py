"""The laws ask for the same few standards thousands of times: each is loaded and compiled once."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import pytest

from annostd import plan as plans
from annostd import standard as standards

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from annostd.plan.model import Plan
    from annostd.standard import Standard

Key = tuple[str, tuple[tuple[str, str], ...]]


def _key(standard: Standard) -> Key:
    return standard.digest, tuple(sorted(standard.chosen.items()))


def _compile_once(compile_plan: Callable[[Standard], Plan]) -> Callable[[Standard], Plan]:
    known: dict[Key, Plan] = {}

    def compiled(standard: Standard) -> Plan:
        key = _key(standard)
        if key not in known:
            known[key] = compile_plan(standard)
        return known[key]

    return compiled


def _choose_once(
    choose: Callable[[Standard, Mapping[str, str]], Standard],
) -> Callable[[Standard, Mapping[str, str]], Standard]:
    known: dict[tuple[Key, tuple[tuple[str, str], ...]], Standard] = {}

    def chosen(standard: Standard, dialects: Mapping[str, str]) -> Standard:
        key = _key(standard), tuple(sorted(dialects.items()))
        if key not in known:
            known[key] = choose(standard, dialects)
        return known[key]

    return chosen


@pytest.fixture(autouse=True, scope="session")
def _standards_are_loaded_once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(standards, "load", lru_cache(standards.load))
        patch.setattr(standards, "with_dialects", _choose_once(standards.with_dialects))
        patch.setattr(plans, "compile_plan", _compile_once(plans.compile_plan))
        yield
