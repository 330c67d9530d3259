"""Which version is meant: drafts only in full, or where nothing of the line is published."""

from __future__ import annotations

import pytest

from annostd.standard.versions import choose, precedence

LINE = [
    ("1.0.0", "published"),
    ("1.2.0", "published"),
    ("1.10.0", "deprecated"),
    ("1.11.0", "draft"),
    ("2.0.0-rc.1", "published"),
    ("2.0.0", "withdrawn"),
]


@pytest.mark.parametrize(
    ("wanted", "version"),
    [
        (None, "1.10.0"),
        ("1", "1.10.0"),
        ("1.2", "1.2.0"),
        ("1.2.0", "1.2.0"),
        ("1.11.0", "1.11.0"),
        ("1.11", "1.11.0"),
        ("2", "2.0.0-rc.1"),
        ("2.0.0", "2.0.0"),
        ("3", None),
        ("1.1", None),
    ],
)
def test_the_highest_released_version_in_the_range_is_chosen(
    wanted: str | None, version: str | None
) -> None:
    assert choose(LINE, wanted) == version


def test_the_highest_draft_is_chosen_where_nothing_is_published() -> None:
    assert choose([("0.9.0", "draft"), ("0.10.0", "candidate")], None) == "0.10.0"


def test_versions_are_ordered_as_semver_says() -> None:
    rising = [
        "1.0.0-alpha",
        "1.0.0-alpha.1",
        "1.0.0-alpha.beta",
        "1.0.0-beta.2",
        "1.0.0-beta.11",
        "1.0.0-rc.1",
        "1.0.0",
        "1.0.1",
        "1.2.0",
        "1.10.0",
    ]
    assert sorted([*rising[5:], *rising[:5]], key=precedence) == rising


def test_an_ill_formed_version_comes_first() -> None:
    assert sorted(["1.0.0", "one"], key=precedence) == ["one", "1.0.0"]
