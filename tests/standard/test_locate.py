"""Where standards are found and which file a name means."""

from __future__ import annotations

from pathlib import Path

import pytest

from annostd.errors import UsageError
from annostd.standard import Library
from annostd.standard.locate import first_folder, head, shipped_standards
from annostd.standard.read import read
from annostd.standard.yaml_tree import plain

ROOT = Path(__file__).parents[2]
STANDARDS = sorted((ROOT / "standards").rglob("*.yaml"))


def written(folder: Path, name: str, **said: str) -> Path:
    path = folder / f"{name}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        "".join(f"{key}: {value}\n" for key, value in {"annostd": "1", **said}.items()), "utf-8"
    )
    return path


def test_the_checkout_is_searched_where_the_package_holds_no_standards() -> None:
    assert shipped_standards() == ROOT / "standards"


def test_the_package_comes_before_the_checkout(tmp_path: Path) -> None:
    inside, beside = tmp_path / "inside", tmp_path / "beside"
    beside.mkdir()
    assert first_folder((inside, beside)) == beside
    inside.mkdir()
    assert first_folder((inside, beside)) == inside


def test_no_folder_at_all_says_where_was_looked(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no standards are found in .*one nor in .*two"):
        first_folder((tmp_path / "one", tmp_path / "two"))


@pytest.mark.parametrize("path", STANDARDS, ids=lambda path: path.parent.name)
def test_the_quick_look_at_a_head_says_what_the_whole_file_says(path: Path) -> None:
    node, _ = read(path)
    assert node is not None
    whole = plain(node)
    assert isinstance(whole, dict)
    entry = head(path)
    assert entry is not None
    assert entry.id == whole["id"]
    assert entry.version == whole.get("version", "")
    assert entry.status == whole.get("status", "draft")
    assert entry.title == whole["title"]
    assert list(entry.aliases) == whole.get("aliases", [])
    assert entry.fragment == whole.get("fragment", False)


@pytest.mark.parametrize(
    ("line", "aliases"),
    [
        ("[a, b]", ("a", "b")),
        ("[]", ()),
        ("['a', \"b\"]", ("a", "b")),
        ("\n  - a\n  - b", ("a", "b")),
        ("[a] # one", ("a",)),
    ],
)
def test_aliases_are_found_however_they_are_spelled(
    tmp_path: Path, line: str, aliases: tuple[str, ...]
) -> None:
    entry = head(written(tmp_path, "x", id="x", aliases=line))
    assert entry is not None
    assert entry.aliases == aliases


def test_a_file_without_id_or_that_cannot_be_read_is_no_entry(tmp_path: Path) -> None:
    written(tmp_path, "other", title="no standard")
    (tmp_path / "bytes.yaml").write_bytes(b"id: \xff\n")
    (tmp_path / "broken.yaml").write_text("id: {\n", "utf-8")
    (tmp_path / "note.txt").write_text("id: note\n", "utf-8")
    assert Library((tmp_path,)).entries == ()


def test_ids_aliases_and_ranges_name_a_file(tmp_path: Path) -> None:
    one = written(
        tmp_path / "a", "1", id="boxes-x", version='"1.0.0"', status="published", aliases="[bx]"
    )
    two = written(
        tmp_path / "b", "2", id="boxes-x", version='"2.0.0"', status="draft", aliases="[bx]"
    )
    library = Library((tmp_path,))
    assert library.find("boxes-x").path == one
    assert library.find("bx@1").path == one
    assert library.find("bx@2").path == two
    assert library.find("bx@2.0.0").path == two


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        (
            "boxs-x",
            (
                "there is no standard 'boxs-x', expected an id or alias of one;"
                " did you mean 'boxes-x'?"
            ),
        ),
        ("zzz", "there is no standard 'zzz', expected an id or alias of one"),
        ("boxes-x@2", "boxes-x has no version 2, expected one of 1.0.0"),
        ("boxes-x@", "'' is no version, expected one such as 1, 1.2 or 1.2.3"),
        ("boxes-x@latest", "'latest' is no version, expected one such as 1, 1.2 or 1.2.3"),
        ("both", "'both' is an alias of boxes-x and of masks-x, expected an id"),
    ],
)
def test_a_name_that_names_nothing_says_what_would(
    tmp_path: Path, reference: str, message: str
) -> None:
    written(tmp_path, "1", id="boxes-x", version='"1.0.0"', aliases="[both]")
    written(tmp_path, "2", id="masks-x", version='"1.0.0"', aliases="[both]")
    with pytest.raises(UsageError) as error:
        Library((tmp_path,)).find(reference)
    assert str(error.value) == message


def test_two_files_for_one_version_are_refused_only_when_it_is_asked_for(tmp_path: Path) -> None:
    written(tmp_path / "a", "1", id="x", version='"1.0.0"')
    written(tmp_path / "b", "1", id="x", version='"1.0.0"')
    written(tmp_path, "2", id="x", version='"1.1.0"')
    library = Library((tmp_path,))
    assert library.find("x").version == "1.1.0"
    with pytest.raises(UsageError, match=r"x 1\.0\.0 stands in .* and in .*, expected one file"):
        library.find("x@1.0.0")


def test_a_folder_that_is_given_twice_counts_once(tmp_path: Path) -> None:
    written(tmp_path, "1", id="x", version='"1.0.0"')
    assert len(Library((tmp_path, tmp_path / ".." / tmp_path.name)).entries) == 1


def test_the_callers_folders_join_the_shipped_ones(tmp_path: Path) -> None:
    written(tmp_path, "1", id="own", version='"1.0.0"')
    ids = {entry.id for entry in Library.of((tmp_path,)).standards}
    assert "own" in ids
    assert {entry.id for entry in Library.of().standards} == ids - {"own"}


def test_a_folder_that_is_not_there_is_misuse(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is no folder, expected one with standards"):
        Library.of((tmp_path / "missing",))


@pytest.mark.parametrize("path", STANDARDS, ids=lambda path: path.parent.name)
def test_a_shipped_file_stands_where_its_head_says(path: Path) -> None:
    entry = head(path)
    assert entry is not None
    below = path.relative_to(ROOT / "standards").as_posix()
    expected = (
        f"fragments/{entry.id}.yaml"
        if entry.fragment
        else f"{entry.domain}/{entry.id}/{entry.version}.yaml"
    )
    assert below == expected
