"""What converting writes, refuses and tells: media, targets, supplied values, what reads back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from annostd import api
from annostd.bindings.staging import ASIDE
from annostd.errors import UsageError
from annostd.reports import Verdict
from tests.api import deliveries as made

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from annostd.reports import ConversionReport

TARGETS = (
    "coco-instances",
    "coco-instances:roboflow",
    "pascal-voc",
    "pascal-voc:zero-based,flat",
    "pascal-voc:roboflow",
    "yolo-detect:list",
    "yolo-detect:roboflow",
    "yolo-segment",
)
SOURCES: dict[str, Callable[[Path], Path]] = {
    "coco-instances": made.two_splits,
    "pascal-voc": lambda root: made.voc(root, {"train": "ab", "val": "c", "trainval": "abc"}),
    "yolo-detect": made.yolo,
    "yolo-segment": lambda root: made.yolo(root, lines="1 0.1 0.1 0.5 0.1 0.5 0.5\n"),
}


def run(source: Path, target: Path, to: str, **more: object) -> ConversionReport:
    options = {"allow_loss": True} | more
    return api.convert(source, target, to=to, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("media", ["none", "copy", "link"])
@pytest.mark.parametrize("to", TARGETS)
@pytest.mark.parametrize("standard", SOURCES)
def test_what_is_written_reads_back_with_all_rows_and_no_finding(
    standard: str, to: str, media: str, tmp_path: Path
) -> None:
    source = SOURCES[standard](tmp_path / "in")
    out = tmp_path / "out"
    report = run(source, out, to, standard=standard, media=media)
    assert report.written
    assert report.refused == ()
    assert made.rules(report) == []
    (again,) = api.validate(out, standard=to, follow_links=media == "link")
    assert made.rules(again) == []
    assert again.verdict is Verdict.CONFORMS
    for table in ("media", "category", "annotation"):
        assert again.counts[table] == report.counts[table]
    if media != "none":
        assert again.classes.get("media", "evaluated") == "evaluated"
        assert sum(name.endswith(".png") for name in made.tree(out)) == report.counts["media"]


@pytest.mark.parametrize("standard", SOURCES)
def test_the_same_standard_gets_the_same_files_back(standard: str, tmp_path: Path) -> None:
    source = SOURCES[standard](tmp_path / "in")
    report = run(source, tmp_path / "out", standard, standard=standard, media="copy")
    assert made.lost(report) == {}
    old, new = made.tree(source), made.tree(tmp_path / "out")
    assert list(old) == list(new)
    for name, data in old.items():
        if name.endswith(".json"):
            assert json.loads(new[name]) == json.loads(data)
        else:
            assert new[name] == data


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("labels/train/a.txt", b"0 0.5 0.5 0.1\n7 0.5 0.5 0.1 0.1\n0.0 .5 nan 0.1 0.1\n"),
        ("labels/train/a.txt", b"\xff\xfe0 0.5"),
        ("data.yaml", b""),
        ("data.yaml", b"names: [pear, plum"),
        ("data.yaml", b"train: images/train\nnames: {0: pear, 0: plum, b: fig}\n"),
    ],
)
def test_faults_stay_as_they_stand_within_one_standard(
    name: str, data: bytes, tmp_path: Path
) -> None:
    source = made.yolo(tmp_path / "in")
    made.put(source / name, data)
    report = run(source, tmp_path / "out", "yolo", standard="yolo", media="copy", allow_loss=False)
    assert report.written
    assert made.tree(tmp_path / "out")[name] == data


def test_faulty_members_stay_as_they_stand_within_one_standard(tmp_path: Path) -> None:
    bad = made.instance(1, 9, 99, (4, 6, 20, 10), iscrowd=5, area="large")
    rest = [made.instance(2, 1, 3, (4, 6, 20, 10), bbox="x"), made.instance(3, 1, 3, (1, 1, 2, 2))]
    source = made.coco(tmp_path / "in", [made.image(1, "a.png")], [bad, *rest])
    run(source, tmp_path / "out", "coco", standard="coco", allow_loss=False)
    name = "annotations/instances_train.json"
    old, new = (json.loads(made.tree(root)[name]) for root in (source, tmp_path / "out"))
    assert new == old


@pytest.mark.parametrize(
    ("first", "second", "to"),
    [
        ("a/1.jpg", "b/1.jpg", "voc"),
        ("a.jpg", "a.png", "voc"),
        ("a.jpg", "A.jpg", "yolo"),
        ("a.jpg", "a.png", "yolo"),
    ],
)
def test_names_that_clash_are_refused_before_anything_is_written(
    first: str, second: str, to: str, tmp_path: Path
) -> None:
    source = made.coco(tmp_path / "in", [made.image(1, first), made.image(2, second)])
    report = run(source, tmp_path / "out", to, standard="coco")
    assert not report.written
    assert "cannot both be written" in report.refused[0]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in"]


@pytest.mark.parametrize(
    ("path", "to", "reason"),
    [
        ("noext", "yolo", "media noext has no place: stem is missing"),
        ("x/../a.png", "yolo", "no folder '.' or '..'"),
        (".hidden.png", "voc", "names a hidden file"),
        ("a b.png", "voc", "would not read back (lines.template, 1)"),
        ("a\nb.png", "voc", "would not read back (media.sets.dangling, 2)"),
    ],
)
def test_a_name_that_the_target_cannot_hold_is_refused_with_its_row(
    path: str, to: str, reason: str, tmp_path: Path
) -> None:
    source = made.coco(tmp_path / "in", [made.image(1, path)])
    report = run(source, tmp_path / "out", to, standard="coco")
    assert reason in report.refused[0]
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", ["../x", "[red]x[/]", "a b", '"q"', "<&>", "a: b", "- a", "é"])
@pytest.mark.parametrize("to", ["voc", "yolo", "coco:roboflow"])
def test_a_class_of_any_name_survives(name: str, to: str, tmp_path: Path) -> None:
    one = [made.instance(1, 1, 3, (4, 6, 20, 10))]
    categories = [{"id": 3, "name": name}]
    source = made.coco(tmp_path / "in", [made.image(1, "a.png")], one, categories)
    assert run(source, tmp_path / "out", to, standard="coco").written
    (found,) = api.read(tmp_path / "out", standard=to).tables.frames["category"]["name"]
    assert found == name
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in", "out"]


@pytest.mark.parametrize("name", ["\x1b[31m", "\x00", ""])
def test_a_class_that_the_carrier_cannot_hold_is_refused(name: str, tmp_path: Path) -> None:
    one = [made.instance(1, 1, 3, (4, 6, 20, 10))]
    source = made.coco(tmp_path / "in", [made.image(1, "a.png")], one, [{"id": 3, "name": name}])
    report = run(source, tmp_path / "out", "voc", standard="coco")
    assert "would not read back" in report.refused[-1]
    assert not (tmp_path / "out").exists()


def test_a_loss_is_refused_and_nothing_written_unless_it_is_allowed(tmp_path: Path) -> None:
    source = made.two_splits(tmp_path / "in")
    report = run(source, tmp_path / "out", "voc", standard="coco", allow_loss=False)
    assert not report.written
    polygons = "annotation.polygons would be lost (1): pascal-voc does not hold it"
    assert polygons in report.refused
    assert not (tmp_path / "out").exists()


def test_a_dry_run_tells_all_and_writes_nothing(tmp_path: Path) -> None:
    source = made.yolo(tmp_path / "in")
    report = run(source, tmp_path / "deep" / "out", "coco", standard="yolo", dry_run=True)
    assert not report.written
    assert report.refused == ()
    assert report.files == 2
    assert report.derived == {"annotation.area by area(shape)": 1}
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


def test_a_target_that_exists_stays_unless_it_may_be_replaced(tmp_path: Path) -> None:
    source = made.yolo(tmp_path / "in")
    made.put(tmp_path / "out" / "old", "old")
    with pytest.raises(UsageError, match="exists already; replace it with --force"):
        run(source, tmp_path / "out", "coco", standard="yolo")
    assert list(made.tree(tmp_path / "out")) == ["old"]
    run(source, tmp_path / "out", "coco", standard="yolo", force=True)
    assert "old" not in made.tree(tmp_path / "out")


@pytest.mark.parametrize("dry_run", [False, True])
@pytest.mark.parametrize(("source", "target"), [("in", "in/out"), ("in/data.yaml", "in")])
def test_a_target_in_the_source_or_around_it_is_refused(
    source: str, target: str, *, dry_run: bool, tmp_path: Path
) -> None:
    before = made.tree(made.yolo(tmp_path / "in"))
    options = {"standard": "yolo", "force": True, "dry_run": dry_run}
    with pytest.raises(UsageError, match="which is read"):
        run(tmp_path / source, tmp_path / target, "coco", **options)
    assert made.tree(tmp_path / "in") == before


def test_a_dry_run_refuses_a_target_that_exists(tmp_path: Path) -> None:
    source = made.yolo(tmp_path / "in")
    (tmp_path / "out").symlink_to("nowhere")
    options = {"standard": "yolo", "dry_run": True}
    with pytest.raises(UsageError, match="exists already; replace it with --force"):
        run(source, tmp_path / "out", "coco", **options)
    assert run(source, tmp_path / "out", "coco", force=True, **options).refused == ()
    assert (tmp_path / "out").is_symlink()


def test_a_single_file_is_written_where_the_layout_is_one(tmp_path: Path) -> None:
    source = made.yolo(tmp_path / "in")
    report = run(source, tmp_path / "all.json", "coco:single-file", standard="yolo")
    assert report.files == 1
    assert len(json.loads((tmp_path / "all.json").read_bytes())["images"]) == 3
    with pytest.raises(UsageError, match="2 files would be written to"):
        run(source, tmp_path / "two.json", "coco", standard="yolo")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["all.json", "in"]


def test_nothing_is_left_where_a_medium_cannot_be_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("annostd.bindings.staging.shutil.copyfile", full)
    with pytest.raises(UsageError, match="no space left on device"):
        run(made.yolo(tmp_path / "in"), tmp_path / "out", "coco", standard="yolo", media="copy")
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


def test_links_are_relative(tmp_path: Path) -> None:
    run(made.yolo(tmp_path / "in"), tmp_path / "out", "voc", standard="yolo", media="link")
    link = tmp_path / "out" / "JPEGImages" / "a.png"
    assert str(link.readlink()) == "../../in/images/train/a.png"


def test_media_from_elsewhere_are_put_where_the_target_wants_them(tmp_path: Path) -> None:
    source = made.coco(tmp_path / "in", [made.image(1, "a.png")])
    made.picture(tmp_path / "store" / "a.png")
    options = {"standard": "coco", "media": "copy", "media_root": tmp_path / "store"}
    run(source, tmp_path / "out", "coco", **options)
    assert "train/a.png" in made.tree(tmp_path / "out")


def test_media_that_are_not_copied_are_told_of(tmp_path: Path) -> None:
    report = run(made.yolo(tmp_path / "in"), tmp_path / "out", "coco", standard="yolo")
    assert "media are not copied; --media copy or link puts them beside" in report.notes


def test_a_value_that_the_source_lacks_can_be_supplied(tmp_path: Path) -> None:
    unsized = {"id": 1, "file_name": "a.png"}
    one = [made.instance(1, 1, 3, (4, 6, 20, 10))]
    source = made.coco(tmp_path / "in", [unsized, made.image(2, "b.png")], one)
    refused = run(source, tmp_path / "out", "yolo", standard="coco").refused
    assert "1 rows of annotation have no box that can be computed" in refused[0]
    sizes = {"media.width": "64", "media.height": "48"}
    run(source, tmp_path / "out", "yolo", standard="coco", values=sizes)
    text = (tmp_path / "out" / "labels" / "train" / "a.txt").read_text()
    assert text == "0 0.21875 0.229167 0.3125 0.208333\n"


def test_a_reference_is_supplied_as_the_key_of_the_row(tmp_path: Path) -> None:
    one = made.instance(1, 1, 3, (4, 6, 20, 10))
    del one["category_id"]
    source = made.coco(tmp_path / "in", [made.image(1, "a.png")], [one])
    loss = made.loss_of(run(source, tmp_path / "no", "voc", standard="coco"), "annotation")
    assert loss.reason == (
        "their category could not be read; --set annotation.category=VALUE supplies one"
    )
    values = {"annotation.category": "plum", "annotation.truncated": "1"}
    run(source, tmp_path / "out", "voc", standard="coco", values=values)
    text = (tmp_path / "out" / "Annotations" / "a.xml").read_text()
    assert "<name>plum</name>" in text
    assert "<truncated>1</truncated>" in text


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("media.width", "wide", "media.width is 'wide', expected a value of the type integer"),
        ("annotation.difficult", "perhaps", "expected a value of the type boolean"),
        ("annotation.category", "kiwi", "'kiwi', expected the name of a category"),
        ("annotation.box", "1", "annotation.box is a geometry"),
        ("annotation.colour", "red", "pascal-voc has no column annotation.colour to set"),
    ],
)
def test_a_value_that_fits_no_column_is_misuse(
    name: str, value: str, message: str, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match=message):
        run(
            made.two_splits(tmp_path / "in"),
            tmp_path / "out",
            "voc",
            standard="coco",
            values={name: value},
        )
    assert not (tmp_path / "out").exists()


def test_media_can_only_be_left_copied_or_linked(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="media is 'move', expected one of none, copy, link"):
        run(made.yolo(tmp_path / "in"), tmp_path / "out", "coco", media="move")


@pytest.mark.parametrize("to", ["coco", "yolo", "yolo-segment", "coco:roboflow"])
def test_a_dataset_without_any_row_is_written(to: str, tmp_path: Path) -> None:
    report = run(made.coco(tmp_path / "in", [], [], []), tmp_path / "out", to, standard="coco")
    assert report.written
    assert set(made.lost(report)) == set()


@pytest.mark.parametrize("dry_run", [False, True])
@pytest.mark.parametrize("to", ["voc", "voc:flat", "voc:roboflow"])
def test_a_dataset_without_media_is_refused_where_every_file_is_of_a_medium(
    to: str, *, dry_run: bool, tmp_path: Path
) -> None:
    source = made.coco(tmp_path / "in", [], [], [])
    report = run(source, tmp_path / "out", to, standard="coco", dry_run=dry_run)
    (reason,) = report.refused
    assert reason.startswith("no file would be written: each file of pascal-voc is for rows")
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


@pytest.mark.parametrize("to", ["coco:roboflow", "voc", "yolo", "yolo-segment"])
def test_a_dataset_without_annotations_or_categories_is_written(to: str, tmp_path: Path) -> None:
    source = made.coco(tmp_path / "in", [made.image(1, "a.png")], [], [])
    assert run(source, tmp_path / "out", to, standard="coco").written


def test_what_was_read_can_be_written_later(tmp_path: Path) -> None:
    dataset = api.read(made.yolo(tmp_path / "in"), standard="yolo")
    report = api.write(dataset, tmp_path / "out", to="coco", allow_loss=True)
    assert report.counts["annotation"] == 1
    assert not [path for path in tmp_path.iterdir() if ASIDE in path.name]


@pytest.mark.parametrize("to", ["coco", "yolo-detect"])
def test_objects_of_which_none_has_a_box_are_told_of_and_left_out(to: str, tmp_path: Path) -> None:
    folder = tmp_path / "in" / "Annotations"
    folder.mkdir(parents=True)
    (folder / "a.xml").write_text(
        "<annotation><filename>a.png</filename>"
        "<size><width>64</width><height>48</height><depth>3</depth></size>"
        "<object><name>cat</name><point><x>5</x><y>7</y></point></object></annotation>"
    )
    report = run(tmp_path / "in", tmp_path / "out", to, standard="voc")
    assert report.written
    (lost,) = [loss for loss in report.losses if loss.what == "annotation"]
    assert lost.count == 1
