from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from annostd.bindings.files import discover
from annostd.bindings.listed import Contents, Entry
from annostd.columns.raw import DataFile
from tests.bindings.roles import (
    LISTING,
    NOTHING,
    PICTURES,
    PLAN,
    SET,
    SPLIT,
    Reader,
    fill,
    paths_of,
    role,
    rules_of,
)

if TYPE_CHECKING:
    from pathlib import Path

    from annostd.bindings.files import Found
    from annostd.findings import Finding

TWO = (SET, PICTURES)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A dataset of two pictures in two splits."""
    return fill(tmp_path / "set", "data.yaml", "images/train/x/a.b.jpg", "images/val/c.png")


def pictures(found: Found) -> list[DataFile]:
    return [file for file in found.files if file.role == "picture"]


def place_of(finding: Finding) -> tuple[str, int | None, int | None, str | None]:
    place = finding.location
    return place.file, place.line, place.column, place.pointer


def test_a_folder_is_searched_at_any_depth(root: Path) -> None:
    fill(root, "images/train/notes.md", "images/train/x/.hidden.jpg")
    found = discover(root, TWO, Reader([("train", "images/train"), ("val", "images/val/")]))
    assert pictures(found) == [
        DataFile(
            "picture",
            "images/train/x/a.b.jpg",
            {"folder": "x/", "stem": "a.b", "ext": "jpg", "split": "train"},
            owner=0,
            splits=("train",),
        ),
        DataFile(
            "picture",
            "images/val/c.png",
            {"folder": "", "stem": "c", "ext": "png", "split": "val"},
            owner=0,
            splits=("val",),
        ),
    ]
    assert found.findings == ()


@pytest.mark.parametrize("entry", ["./images/val", "images//val/", "images/x/../val"])
def test_a_folder_may_be_spelled_in_any_normal_way(root: Path, entry: str) -> None:
    fill(root, "images/x/")
    found = discover(root, TWO, Reader([("val", entry)]))
    assert paths_of(found, "picture") == ["images/val/c.png"]


def test_the_whole_dataset_may_be_the_folder(root: Path) -> None:
    found = discover(root, TWO, Reader([("train", ".")]))
    assert [file.captures["folder"] for file in pictures(found)] == [
        "images/train/x/",
        "images/val/",
    ]
    assert found.findings == ()


def test_a_template_without_folders_is_sought_by_its_last_name(tmp_path: Path) -> None:
    plan = (SET, role("picture", "p/{split}/{stem}.jpg", captures=SPLIT, listed=LISTING))
    fill(tmp_path, "data.yaml", "x/deep/a.jpg")
    found = discover(tmp_path, plan, Reader([("train", "x")]))
    assert [file.captures for file in pictures(found)] == [{"stem": "a", "split": "train"}]


def test_several_entries_make_one_split(root: Path) -> None:
    found = discover(root, TWO, Reader([("train", "images/train"), ("train", "images/val")]))
    assert [file.splits for file in pictures(found)] == [("train",), ("train",)]
    assert found.findings == ()


def test_a_file_of_several_splits_is_one_file(root: Path) -> None:
    found = discover(root, TWO, Reader([("train", "images"), ("val", "images/val")]))
    assert [(file.path, file.splits) for file in pictures(found)] == [
        ("images/train/x/a.b.jpg", ("train",)),
        ("images/val/c.png", ("train", "val")),
    ]
    assert pictures(found)[1].captures["split"] == "train"


def test_an_entry_may_be_a_picture(root: Path) -> None:
    found = discover(root, TWO, Reader([("val", "images/val/c.png")]))
    assert [(file.path, file.captures["folder"]) for file in pictures(found)] == [
        ("images/val/c.png", "")
    ]


def test_splits_are_canonical(tmp_path: Path) -> None:
    captures = {"split": SPLIT["split"].__class__("train", (("valid", "val"),))}
    plan = (SET, role("picture", "{split}/{stem}.jpg", captures=captures, listed=LISTING))
    fill(tmp_path, "data.yaml", "valid/a.jpg")
    (file,) = pictures(discover(tmp_path, plan, Reader([("valid", "valid")])))
    assert (file.captures, file.splits) == ({"split": "val", "stem": "a"}, ("val",))


def test_a_list_names_one_path_a_line(root: Path) -> None:
    lines = ["./images/train/x/a.b.jpg", "", "  images/val/c.png\r", "images/train/none.jpg"]
    (root / "train.txt").write_text("\n".join(lines), "utf-8")
    found = discover(root, TWO, Reader([("train", "train.txt")]))
    assert [(file.path, file.exists, file.captures["folder"]) for file in pictures(found)] == [
        ("images/train/x/a.b.jpg", True, "x/"),
        ("images/val/c.png", True, ""),
        ("images/train/none.jpg", False, ""),
    ]
    assert found.findings == ()


def test_lines_are_relative_to_the_list_or_to_the_root_whichever_holds_the_file(root: Path) -> None:
    fill(root, "lists/images/val/d.png")
    lines = ["images/val/d.png", "images/val/c.png", "./images/val/c.png", "images/none.png"]
    (root / "lists" / "val.txt").write_text("\n".join(lines), "utf-8")
    found = discover(root, TWO, Reader([("val", "lists/val.txt")]))
    assert [(file.path, file.exists) for file in pictures(found)] == [
        ("lists/images/val/d.png", True),
        ("images/val/c.png", True),
        ("lists/images/val/c.png", False),
        ("images/none.png", False),
    ]


def test_a_picture_outside_the_usual_folders_keeps_its_folder(root: Path) -> None:
    fill(root, "images/d.jpg")
    (root / "train.txt").write_text("./images/d.jpg\n", "utf-8")
    (file,) = pictures(discover(root, TWO, Reader([("train", "train.txt")])))
    assert file.captures == {"folder": "images/", "stem": "d", "ext": "jpg", "split": "train"}


def test_the_same_line_twice_is_a_finding_at_the_second(root: Path) -> None:
    text = "images/val/c.png\n\n ./images/val/c.png\n"
    (root / "val.txt").write_text(text, "utf-8")
    found = discover(root, TWO, Reader([("val", "val.txt")]))
    (finding,) = (f for f in found.findings if f.rule != "layout.unlisted")
    assert (finding.rule, finding.level) == ("layout.listed-twice", "SHOULD")
    assert place_of(finding) == ("val.txt", 3, 2, None)
    assert paths_of(found, "picture") == ["images/val/c.png"]


def test_the_same_entry_twice_is_a_finding(root: Path) -> None:
    found = discover(root, TWO, Reader([("train", "images"), ("train", "./images")]))
    assert [(f.rule, place_of(f)) for f in found.findings] == [
        ("layout.listed-twice", ("data.yaml", 3, 8, "/train"))
    ]


def test_an_entry_that_is_not_there_is_a_finding_at_its_place(root: Path) -> None:
    found = discover(root, TWO, Reader([("train", "images"), ("val", "images/valid")]))
    (finding,) = found.findings
    assert (finding.rule, finding.level) == ("layout.missing", "MUST")
    assert place_of(finding) == ("data.yaml", 3, 8, "/val")
    assert (finding.actual, finding.expected) == ("images/valid", "images/valid")


def test_an_entry_that_leaves_the_dataset_is_read_by_its_tail(root: Path) -> None:
    fill(root.parent, "images/val/outside.png")
    found = discover(root, TWO, Reader([("train", "images/train"), ("val", "../images/val")]))
    assert paths_of(found, "picture") == ["images/train/x/a.b.jpg", "images/val/c.png"]
    (finding,) = found.findings
    assert (finding.rule, finding.level) == ("layout.outside-root", "SHOULD")
    assert place_of(finding) == ("data.yaml", 3, 8, "/val")


def test_an_entry_whose_tail_is_not_there_either_is_missing(root: Path) -> None:
    fill(root.parent, "pictures/outside.png")
    found = discover(root, TWO, Reader([("train", "images"), ("val", "../pictures")]))
    assert rules_of(found.findings) == [
        ("layout.missing", "data.yaml"),
        ("layout.outside-root", "data.yaml"),
    ]


def test_an_absolute_entry_is_read_by_the_longest_tail_that_is_there(root: Path) -> None:
    found = discover(root, TWO, Reader([("train", "images/train"), ("val", "/x/y/images/val")]))
    assert paths_of(found, "picture") == ["images/train/x/a.b.jpg", "images/val/c.png"]
    assert rules_of(found.findings) == [("layout.outside-root", "data.yaml")]


@pytest.mark.parametrize("entry", ["/x/images", "https://example.org/images", "", "/"])
def test_what_names_nothing_inside_is_never_opened(root: Path, entry: str) -> None:
    found = discover(root, TWO, Reader([("train", "images"), ("val", entry)]))
    assert all(file.splits == ("train",) for file in pictures(found))
    assert "layout.missing" in [finding.rule for finding in found.findings]


def test_backslashes_are_read_and_told(root: Path) -> None:
    found = discover(root, TWO, Reader([("train", "images/train"), ("val", "images\\val")]))
    assert paths_of(found, "picture") == ["images/train/x/a.b.jpg", "images/val/c.png"]
    assert [(f.rule, f.level) for f in found.findings] == [("layout.name", "SHOULD")]


def test_lines_that_leave_the_dataset_are_read_by_their_tail(root: Path) -> None:
    lines = ["../images/val/c.png", "/data/images/train/x/a.b.jpg", "/data/none.jpg"]
    (root / "val.txt").write_text("\n".join(lines), "utf-8")
    found = discover(root, TWO, Reader([("val", "val.txt")]))
    assert paths_of(found, "picture") == ["images/val/c.png", "images/train/x/a.b.jpg"]
    assert [(f.rule, f.location.line) for f in found.findings] == [
        ("layout.outside-root", 1),
        ("layout.outside-root", 2),
        ("layout.missing", 3),
        ("layout.outside-root", 3),
    ]


def test_a_listed_file_with_another_kind_of_name_is_a_finding(root: Path) -> None:
    (root / "val.txt").write_text("images/val/c.png\nimages/val/c.doc\n", "utf-8")
    found = discover(root, TWO, Reader([("val", "val.txt"), ("train", "images/train")]))
    assert [(f.rule, f.location.file, f.location.line) for f in found.findings] == [
        ("layout.unfit", "val.txt", 2)
    ]


def test_a_list_that_is_not_utf8_is_one_finding(root: Path) -> None:
    (root / "val.txt").write_bytes(b"images/val/c.png\nimages/val/\xff.png\n")
    found = discover(root, TWO, Reader([("val", "val.txt"), ("train", "images/train")]))
    assert rules_of(found.findings) == [("layout.encoding", "val.txt")]
    assert "images/val/c.png" in paths_of(found, "picture")


def test_a_byte_order_mark_is_no_part_of_the_first_path(root: Path) -> None:
    (root / "val.txt").write_text("images/val/c.png\n", "utf-8-sig")
    found = discover(root, TWO, Reader([("val", "val.txt"), ("train", "images/train")]))
    assert [file.exists for file in pictures(found)] == [True, True]


def test_a_list_that_is_a_link_out_of_the_dataset_is_not_opened(root: Path) -> None:
    (root.parent / "val.txt").write_text("images/val/c.png\n", "utf-8")
    (root / "val.txt").symlink_to("../val.txt")
    found = discover(root, TWO, Reader([("val", "val.txt"), ("train", "images/train")]))
    assert paths_of(found, "picture") == ["images/train/x/a.b.jpg"]
    assert "layout.missing" in [finding.rule for finding in found.findings]


def test_a_listing_file_that_is_a_link_out_of_the_dataset_is_not_opened(root: Path) -> None:
    (root / "data.yaml").rename(root.parent / "data.yaml")
    (root / "data.yaml").symlink_to("../data.yaml")

    def read(*_: object) -> Contents:
        raise AssertionError

    found = discover(root, TWO, read)
    assert [(f.rule, f.level, f.location.file) for f in found.findings] == [
        ("layout.link", "MUST", "data.yaml")
    ]


@pytest.mark.parametrize("base", [".", "./", "images/.."])
def test_a_root_of_ones_own_is_no_finding(root: Path, base: str) -> None:
    found = discover(root, TWO, Reader([("train", "images")], base))
    assert (len(pictures(found)), found.findings) == (2, ())


def test_entries_are_relative_to_the_root_that_is_named(root: Path) -> None:
    found = discover(root, TWO, Reader([("train", "train"), ("val", "val")], "images"))
    assert paths_of(found, "picture") == ["images/train/x/a.b.jpg", "images/val/c.png"]


@pytest.mark.parametrize("base", ["/datasets/x", "../x", "x", "https://x.org", "~/x", "data.yaml"])
def test_a_root_that_is_not_here_falls_back_to_the_listing_files_folder(
    root: Path, base: str
) -> None:
    found = discover(root, TWO, Reader([("train", "images")], base))
    assert len(pictures(found)) == 2
    (finding,) = found.findings
    assert (finding.rule, finding.level) == ("layout.root", "SHOULD")
    assert place_of(finding) == ("data.yaml", 1, 7, "/path")


def test_without_a_listing_file_the_usual_places_are_read(root: Path) -> None:
    (root / "data.yaml").unlink()
    found = discover(root, (PICTURES,), NOTHING)
    assert [(f.path, f.captures["split"], f.splits) for f in found.files] == [
        ("images/train/x/a.b.jpg", "train", ()),
        ("images/val/c.png", "val", ()),
    ]


def test_where_nothing_is_listed_the_usual_places_are_read(root: Path) -> None:
    found = discover(root, TWO, NOTHING)
    assert paths_of(found, "picture") == ["images/train/x/a.b.jpg", "images/val/c.png"]
    assert found.findings == ()


def test_files_in_the_usual_places_that_nothing_lists_are_counted_once(root: Path) -> None:
    fill(root, "images/val/d.png", "elsewhere/e.jpg", "labels/val/d.txt", "labels/train/x/a.b.txt")
    found = discover(root, PLAN, Reader([("train", "images/train")]))
    assert paths_of(found, "picture") == ["images/train/x/a.b.jpg"]
    (finding,) = found.findings
    assert (finding.rule, finding.level, finding.actual) == ("layout.unlisted", "MAY", "2")
    assert finding.message.endswith(f"expected {finding.expected}")
    assert finding.location.file == "images/val/c.png"


def test_texts_that_are_no_split_of_the_locator_make_files_without_splits(root: Path) -> None:
    def read(*_: object) -> Contents:
        return Contents((Entry("images/val"),))

    found = discover(root, TWO, read)
    assert [(file.path, file.splits) for file in pictures(found)] == [("images/val/c.png", ())]
