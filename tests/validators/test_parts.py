"""A dataset judged part by part, each file a part, is found to be what it is found as a whole."""

from __future__ import annotations

import pickle
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

import pytest

from annostd.api.validate import open_dataset, report_of
from annostd.bindings import shares
from annostd.conformance.cases import case_folders, find_cases
from annostd.engines import Engine
from annostd.reports import json_reports

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path


Common = TypeVar("Common")
Item = TypeVar("Item")
Result = TypeVar("Result")
CASES = find_cases(case_folders())


class Aside(Engine):
    """An engine that does what it is given here, through pickles; `seen` counts the items."""

    def __init__(self) -> None:
        self.seen = 0

    def map(
        self, function: Callable[[Common, Item], Result], common: Common, items: Sequence[Item]
    ) -> Iterator[Result]:
        """Yield the results in order."""
        packed = pickle.dumps(common)
        for item in items:
            self.seen += 1
            result: Result = pickle.loads(pickle.dumps(function(pickle.loads(packed), item)))  # noqa: S301
            yield result


def report(folder: Path, standard: str, engine: Engine | None) -> str:
    """Judge a dataset by all rules of a standard."""
    opened = open_dataset(folder, standard, ())
    opened = replace(opened, document=replace(opened.document, engine=engine))
    return "".join(json_reports([report_of("data", opened, opened.choice.plan.rules)]))


def has_parts(folder: Path) -> bool:
    """Tell whether a dataset may have two files of one role."""
    kinds = [path.suffix for path in folder.rglob("*") if path.is_file()]
    return len(kinds) > len(set(kinds))


@pytest.fixture(autouse=True)
def a_file_is_a_part(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every file be a part."""
    monkeypatch.setattr(shares, "FILES", 1)


@pytest.mark.parametrize("standard", sorted({case.standard for case in CASES}))
def test_a_case_is_found_to_be_the_same_in_parts(standard: str) -> None:
    for case in CASES:
        if case.standard == standard and has_parts(case.folder / "in"):
            folder = case.folder / "in"
            assert report(folder, standard, Aside()) == report(folder, standard, None), case.name


@pytest.mark.parametrize("standard", ["brat", "labelme", "openlabel", "page-xml", "textgrid"])
def test_all_cases_as_one_dataset_are_found_to_be_the_same_in_parts(
    standard: str, tmp_path: Path
) -> None:
    for number, case in enumerate(case for case in CASES if case.standard == standard):
        for path in (case.folder / "in").iterdir():
            if path.is_file():
                shutil.copy(path, tmp_path / f"{number:03}-{path.name}")
    aside = Aside()
    assert report(tmp_path, standard, aside) == report(tmp_path, standard, None)
    assert aside.seen > 1


def test_a_role_of_which_a_file_is_broken_is_found_to_be_the_same(tmp_path: Path) -> None:
    shutil.copytree(
        next(c.folder for c in CASES if c.name == "valid/two-files-with-the-same-ids") / "in",
        tmp_path,
        dirs_exist_ok=True,
    )
    some = min(tmp_path.rglob("*.json"))
    some.write_bytes(some.read_bytes()[:-20])
    assert report(tmp_path, "openlabel", Aside()) == report(tmp_path, "openlabel", None)
