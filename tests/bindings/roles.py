"""Roles and datasets for the tests of which files make a dataset, made by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from annostd.bindings.listed import Contents, Entry
from annostd.plan.model import FilePlan
from annostd.standard.model import Beside, Capture, File, Listing, Mark
from annostd.templates import parse

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from annostd.bindings.files import Found
    from annostd.columns.raw import DataFile
    from annostd.findings import Finding

LISTING = Listing("set", "{split:train|val|test}", "path", ".txt")
SPLIT = {"split": Capture("train")}
PICTURE = "images/{split}/{folder/}{stem}.{ext:jpg|png}"


def role(name: str, *paths: str, **keys: object) -> FilePlan:
    """Make a role; `keys` are those of `File`."""
    file = File(name, paths, "text", Mark("a.yaml", 1, 1))
    return FilePlan(replace(file, **keys), tuple(map(parse, paths)), ())  # type: ignore[arg-type]


SET = role("set", "{name}.yaml", "{name}.yml", captures={"name": Capture("data")})
PICTURES = role("picture", PICTURE, captures=SPLIT, missing="fine", listed=LISTING)
LABELS = role(
    "label", beside=Beside("picture", ".txt", (("images", "labels"),)), missing="empty", of="media"
)
PLAN = (SET, PICTURES, LABELS)


def fill(root: Path, *paths: str) -> Path:
    """Make empty files below a folder; a path that ends in `/` is a folder."""
    for path in paths:
        place = root / path
        if path.endswith("/"):
            place.mkdir(parents=True, exist_ok=True)
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        place.touch()
    return root


class Reader:
    """Stands for the reading of a listing file: texts by split, as `file.yaml` would say them."""

    def __init__(self, entries: Iterable[tuple[str, str]] = (), root: str | None = None) -> None:
        self.contents = Contents(
            tuple(
                Entry(text, {"split": split}, line, 8, f"/{split}")
                for line, (split, text) in enumerate(entries, 2)
            ),
            None if root is None else Entry(root, {}, 1, 7, "/path"),
        )

    def __call__(self, plan: FilePlan, file: DataFile) -> Contents:
        return self.contents


NOTHING = Reader()


def paths_of(found: Found, name: str) -> list[str]:
    """List the paths of a role's files."""
    return [file.path for file in found.files if file.role == name]


def rules_of(findings: Iterable[Finding]) -> list[tuple[str, str]]:
    """List rule and file of each finding."""
    return [(finding.rule, finding.location.file) for finding in findings]
