"""Whatever a file holds, lint tells faults: it never raises, and never hangs."""

from __future__ import annotations

import copy
import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annostd.errors import Fault, StandardError
from annostd.standard import Library, load
from annostd.standard.lint import lint
from annostd.standard.model import Json
from annostd.standard.read import parse, read
from annostd.standard.yaml_tree import plain

if TYPE_CHECKING:
    from collections.abc import Iterator


ROOT = Path(__file__).parents[2]
SHIPPED = sorted((ROOT / "standards").rglob("*/1.0.0.yaml"))
VALUES: tuple[Json, ...] = (
    None, True, 0, -1.5, "", "remove", "{", "{a}", "a.b", "[x]", [], [None], [[{}]], {}, {"a": {}},
    {"in": "a"}, {"a": "remove"},
)  # fmt: skip


@cache
def library() -> Library:
    return Library.of()


def places(value: Json) -> Iterator[tuple[dict[str, Json], str]]:
    """Every member of every mapping, however deep."""
    if isinstance(value, dict):
        for key, member in value.items():
            yield value, key
            yield from places(member)
    elif isinstance(value, list):
        for item in value:
            yield from places(item)


@st.composite
def vandalised(draw: st.DrawFn) -> Json:
    """A shipped document in which members anywhere are replaced by something else."""
    node, _ = read(draw(st.sampled_from(SHIPPED)))
    assert node is not None
    value = copy.deepcopy(plain(node))
    for _ in range(draw(st.integers(1, 4))):
        holder, key = draw(st.sampled_from(list(places(value))))
        holder[key] = copy.deepcopy(draw(st.sampled_from(VALUES)))
    return value


def refused(path: Path) -> tuple[Fault, ...]:
    """The faults for which a file cannot be loaded."""
    try:
        load(path, library())
    except StandardError as error:
        return error.faults
    return ()


@given(value=vandalised())
def test_a_vandalised_standard_is_linted_and_what_loading_refuses_is_told(
    value: Json, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("lint") / "x.yaml"
    path.write_text(json.dumps(value), "utf-8")
    assert set(refused(path)) <= set(lint(path, library(), shipped=True))


@given(
    st.binary(max_size=200)
    | st.text("[]{}:,-?&*!|>'\"%@`#~\n \tab01.", max_size=60).map(str.encode)
)
def test_arbitrary_bytes_are_a_tree_or_faults(data: bytes) -> None:
    node, faults = parse(data, "x.yaml")
    assert node is not None or faults
