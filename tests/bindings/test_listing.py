from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annostd.bindings.beside import beside_paths
from annostd.bindings.files import discover
from annostd.bindings.listing import Outline, Shelf, outline
from annostd.standard.model import Capture, Listing
from tests.bindings.roles import LABELS, LISTING, PICTURES, PLAN, Reader, fill, paths_of, role

if TYPE_CHECKING:
    from pathlib import Path

SPLITS = {"train": ("train",), "val": ("val",), "both": ("train", "val"), "none": ()}


def shelf(files: dict[str, str], *, placed: bool = True, by: str = "data.yaml") -> Shelf:
    """Put files on a shelf, each with the splits of a name in SPLITS."""
    return Shelf(list(files), [SPLITS[name] for name in files.values()], by, placed)


def test_pictures_in_place_are_named_by_the_folder_of_each_split() -> None:
    files = {"images/val/b.jpg": "val", "images/train/x/a.jpg": "train"}
    assert outline(PICTURES, shelf(files)) == Outline(
        {"train": ("images/train",), "val": ("images/val",)}, {}
    )


def test_pictures_elsewhere_are_named_by_lists() -> None:
    files = {"images/val/b.jpg": "val", "images/train/a.jpg": "train", "images/train/c.jpg": "none"}
    assert outline(PICTURES, shelf(files, placed=False)) == Outline(
        {"train": ("train.txt",), "val": ("val.txt",)},
        {
            "train.txt": "./images/train/a.jpg\n./images/train/c.jpg\n",
            "val.txt": "./images/val/b.jpg\n",
        },
    )


def test_a_folder_that_holds_other_splits_is_not_named() -> None:
    files = {"images/train/a.jpg": "train", "images/train/b.jpg": "both"}
    assert outline(PICTURES, shelf(files)) == Outline(
        {"train": ("images/train",), "val": ("val.txt",)}, {"val.txt": "./images/train/b.jpg\n"}
    )
    files["images/train/c.jpg"] = "val"
    assert outline(PICTURES, shelf(files)).entries["train"] == ("train.txt",)


def test_a_folder_and_a_list_may_name_one_split() -> None:
    files = {"images/val/a.jpg": "val", "images/train/b.jpg": "both"}
    found = outline(PICTURES, shelf(files))
    assert found.entries["val"] == ("images/val", "val.txt")
    assert found.lists == {"val.txt": "./images/train/b.jpg\n"}


def test_splits_are_written_natively_and_those_without_a_name_are_told() -> None:
    captures = {"split": Capture("train", (("train", "train"), ("valid", "val")))}
    listing = Listing("set", "{split:train|valid}", None, ".txt")
    plan = role("picture", "{split}/images/{stem}.jpg", captures=captures, listed=listing)
    files = Shelf(
        ["valid/images/a.jpg", "mini/images/b.jpg"], [("val",), ("mini",)], "data.yaml", placed=True
    )
    found = outline(plan, files)
    assert found.entries == {"valid": ("valid/images",)}
    assert found.unheld == ("mini",)


def test_entries_are_relative_to_the_listing_file() -> None:
    files = {"images/train/a.jpg": "train", "images/val/a.jpg": "val"}
    assert outline(PICTURES, shelf(files, by="x/data.yaml")).entries["val"] == ("../images/val",)
    found = outline(PICTURES, shelf(files, by="x/data.yaml", placed=False))
    assert found.lists["x/val.txt"] == "./../images/val/a.jpg\n"


def test_a_path_that_is_no_line_is_told_and_left_out_of_the_list() -> None:
    files = {"images/train/a\nb.jpg": "train", "images/train/c.jpg": "train"}
    found = outline(PICTURES, shelf(files, placed=False))
    assert found.lists == {"train.txt": "./images/train/c.jpg\n"}
    assert found.unlisted == (0,)


def test_a_role_that_is_not_listed_needs_no_entries() -> None:
    assert outline(role("x", "a.json"), shelf({"a.json": "train"})) == Outline({}, {})


NAMES = st.sampled_from(["a.jpg", "b.c.png", "x/d.jpg", "x/y/e.jpg", "é f.jpg"])
FILES = st.dictionaries(
    st.builds("images/{}/{}".format, st.sampled_from(["train", "val"]), NAMES),
    st.sampled_from(["train", "val", "both"]),
    min_size=1,
)


@given(FILES, st.booleans())
def test_what_is_written_is_found_again_with_nothing_alone(
    tmp_path_factory: pytest.TempPathFactory,
    files: dict[str, str],
    placed: bool,  # noqa: FBT001
) -> None:
    root: Path = tmp_path_factory.mktemp("set")
    found = outline(PICTURES, shelf(files, placed=placed))
    assert LABELS.file.beside is not None
    fill(root, "data.yaml", *beside_paths(LABELS.file.beside, files), *(files if placed else ()))
    for path, text in found.lists.items():
        (root / path).write_text(text, "utf-8")
    entries = [(split, text) for split, texts in found.entries.items() for text in texts]
    again = discover(root, PLAN, Reader(entries))
    assert again.findings == ()
    assert {f.path: set(f.splits) for f in again.files if f.role == "picture"} == {
        path: set(SPLITS[name]) for path, name in files.items()
    }
    assert len(paths_of(again, "label")) == len(files)
    assert LISTING.suffix == ".txt"
