"""Which standard and dialects are taken: named, told or assumed; one detected, none or several."""

from __future__ import annotations

from pathlib import Path as PathOnDisk
from typing import TYPE_CHECKING

import pytest

from annostd import api
from annostd.errors import UsageError
from tests.api import deliveries as made

if TYPE_CHECKING:
    from pathlib import Path


def how(path: Path, standard: str) -> dict[str, tuple[str, str]]:
    (report,) = api.validate(path, standard=standard)
    return {
        axis: (dialect.alternative, dialect.how)
        for axis, dialect in report.standard.dialects.items()
    }


def test_a_dialect_that_is_named_is_taken_and_said_to_be_named(tmp_path: Path) -> None:
    found = how(made.voc(tmp_path), "voc:zero-based")
    assert found["boxes"] == ("zero-based", "named")


def test_a_dialect_is_told_where_the_data_speak_for_it(tmp_path: Path) -> None:
    made.put(tmp_path / "Annotations" / "a.xml", made.voc_text("a.png", [("p", (0, 7, 9, 9), "")]))
    assert how(tmp_path, "voc")["boxes"] == ("zero-based", "told")


def test_the_first_dialect_is_assumed_where_the_data_speak_for_none(tmp_path: Path) -> None:
    assert how(made.voc(tmp_path), "voc")["boxes"] == ("one-based", "assumed")


def test_names_as_a_list_are_told(tmp_path: Path) -> None:
    assert how(made.yolo(tmp_path, names="[pear, plum]"), "yolo")["names"] == ("list", "told")


def test_a_dialect_that_the_data_contradict_is_a_finding(tmp_path: Path) -> None:
    made.put(tmp_path / "Annotations" / "a.xml", made.voc_text("a.png", [("p", (0, 7, 9, 9), "")]))
    (report,) = api.validate(tmp_path, standard="voc:one-based")
    assert "layout.dialect" in made.rules(report)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("voc:nonsense", "has no dialect 'nonsense', expected one of one-based, zero-based"),
        ("voc@2", "has no version 2"),
        ("nothing", "nothing"),
    ],
)
def test_a_name_that_means_nothing_is_misuse(name: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=message):
        api.validate(made.voc(tmp_path), standard=name)


def test_a_version_is_meant_by_any_beginning_of_it(tmp_path: Path) -> None:
    for name in ("voc@1", "voc@1.0", "voc@1.0.0"):
        (report,) = api.validate(made.voc(tmp_path), standard=name)
        assert report.standard.version == "1.0.0"


def test_each_standard_is_detected_by_what_its_files_hold(tmp_path: Path) -> None:
    outline = made.yolo(tmp_path / "outline", lines="0 0.1 0.1 0.5 0.1 0.5 0.5\n")
    assert api.detect(outline).chosen == "yolo-segment"
    assert api.detect(made.yolo(tmp_path / "yolo")).chosen == "yolo-detect"
    assert api.detect(made.voc(tmp_path / "voc")).chosen == "pascal-voc"
    assert api.detect(made.two_splits(tmp_path / "coco")).chosen == "coco-instances"


def test_a_split_that_is_not_there_does_not_hide_the_standard(tmp_path: Path) -> None:
    assert api.detect(made.yolo(tmp_path, val="images/nothing")).chosen == "yolo-detect"


def test_a_folder_that_fits_no_standard_is_misuse_with_the_way_out(tmp_path: Path) -> None:
    made.put(tmp_path / "notes.txt", "hello\n")
    assert api.detect(tmp_path).chosen is None
    with pytest.raises(UsageError, match="fits no standard that is known; name the standard with"):
        api.validate(tmp_path)


def test_labels_that_fit_two_standards_are_left_to_the_caller(tmp_path: Path) -> None:
    folder = made.yolo(tmp_path, lines="")
    with pytest.raises(UsageError, match="fits several standards: yolo-detect, yolo-segment"):
        api.validate(folder)


def test_a_large_file_is_detected_by_its_beginning(tmp_path: Path) -> None:
    images = [made.image(n, f"{n}.png") for n in range(2000)]
    assert api.detect(made.coco(tmp_path, images)).chosen == "coco-instances"


def test_nothing_is_detected_where_nothing_is(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="does not exist"):
        api.detect(tmp_path / "nothing")


def test_a_file_that_is_not_permitted_is_evidence_and_stops_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made.put(tmp_path / "Annotations" / "b.xml", made.voc_text("b.png", [("p", (2, 7, 9, 9), "")]))
    made.voc(tmp_path)
    refuse(monkeypatch, "b.xml")
    found = api.detect(tmp_path)
    assert found.chosen == "pascal-voc"
    (looked,) = [each for each in found.candidates if each.id == "pascal-voc"]
    assert "Annotations/b.xml cannot be read: permission denied" in looked.evidence


def refuse(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Refuse to open a file of a name, as permissions do for all but the superuser."""
    opened = PathOnDisk.open

    def guarded(path: PathOnDisk, *args: str, **named: str) -> object:
        if path.name == name:
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path, *args, **named)  # type: ignore[call-overload]

    monkeypatch.setattr(PathOnDisk, "open", guarded)


def test_a_role_that_has_to_be_there_tells_standards_apart(tmp_path: Path) -> None:
    made.put(tmp_path / "train.txt", "EU NNP I-NP I-ORG\n")
    assert api.detect(tmp_path).chosen == "conll-2003"
    texts = tmp_path / "texts"
    made.put(texts / "a.txt", "EU says no\n")
    made.put(texts / "a.ann", "T1\tOrg 0 2\tEU\n")
    assert api.detect(texts).chosen == "brat"
