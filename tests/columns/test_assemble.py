"""Batches to tables: row numbers, enclosure, owners, references, created and shared rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annostd.columns import Assembler
from annostd.columns.raw import DataFile, RawBatch, RawRows, Unknown
from annostd.findings import Finding, Level, Location, Phase
from annostd.plan import Want
from tests.columns.made import files, raw_rows, taken, told
from tests.plan.made import plan_of, shipped

if TYPE_CHECKING:
    from annostd.plan import Plan
    from tests.columns.made import Batches, Columns

COCO = shipped("coco")
VOC = shipped("voc")
YOLO = shipped("yolo")
MEDIA: Columns = {"id": [7, 8], "file_name": ["a.png", "b.png"]}
CATEGORIES: Columns = {"id": [1], "name": ["cat"]}


def coco(*paths: str) -> Assembler:
    return Assembler(COCO, files(*(paths or ("a.json",)), role="instances"))


def broken(path: str) -> Finding:
    return Finding("xml.syntax", Level.MUST, "structure", Phase.IO, Location(path), "broken")


def test_rows_are_numbered_through_all_batches() -> None:
    assembler = coco()
    taken(COCO, assembler, "instances", {"media": MEDIA})
    batch = taken(COCO, assembler, "instances", {"media": MEDIA})
    assert batch.frames["media"]["@row"].to_list() == [2, 3]
    whole = assembler.table("media")
    assert whole is not None
    assert whole["@row"].to_list() == [0, 1, 2, 3]


def test_tables_that_nothing_refers_to_are_not_kept() -> None:
    assembler = coco()
    taken(COCO, assembler, "instances", {"annotation": {"id": [1]}})
    assert assembler.table("annotation") is None
    assert set(assembler.kept) == set()


def test_every_row_says_which_source_it_is_of() -> None:
    assembler = coco()
    batch = taken(COCO, assembler, "instances", {"media": MEDIA, "annotation": {"id": [1]}})
    names = list(assembler.sources)
    for table in ("media", "annotation"):
        (number,) = set(batch.frames[table]["@source"])
        assert assembler.sources[names[number]][1].table == table


def test_references_are_row_numbers_of_this_batch_and_earlier_ones() -> None:
    assembler = coco()
    taken(COCO, assembler, "instances", {"media": MEDIA, "category": CATEGORIES})
    annotations: Columns = {"id": [1, 2, 3], "image_id": [8, None, 7], "category_id": [1, 1, 1]}
    batch = taken(COCO, assembler, "instances", {"annotation": annotations})
    assert batch.frames["annotation"]["media"].to_list() == [1, None, 0]
    assert [fault.rule for fault in batch.faults if "dangling" in fault.rule] == []


def test_a_key_without_a_row_dangles() -> None:
    assembler = coco()
    raw: Batches = {
        "media": MEDIA,
        "category": CATEGORIES,
        "annotation": {"id": [1, 2], "image_id": [9, 7], "category_id": [1, 1]},
    }
    batch = taken(COCO, assembler, "instances", raw)
    dangling = [fault for fault in batch.faults if fault.rule.endswith("dangling")]
    assert told(dangling) == [("annotation.media.dangling", [0], ["9"], "the id of a media")]
    assert dangling[0].path == ("image_id",)
    assert batch.frames["annotation"]["media@bad"].to_list() == [True, False]


def test_a_dangling_cell_adds_to_the_faulty_ones() -> None:
    plan = plan_of(
        """files: {data: {path: d.json, carrier: json}}
tables:
  media: {from: data, rows: /m/*, columns: {id: {key: true}}}
  note: {from: data, rows: /n/*, columns: {m: {refers: media.id, required: true}}}
"""
    )
    raw: Batches = {"media": {"id": [1]}, "note": {"m": [None, 5, 1]}}
    batch = taken(plan, Assembler(plan, files("d.json")), "data", raw)
    assert batch.frames["note"]["m@bad"].to_list() == [True, True, False]


def test_a_key_that_is_unique_in_its_file_resolves_in_its_file() -> None:
    assembler = coco("a.json", "b.json")
    raw: Batches = {
        "media": {"id": [1, 1], "file_name": ["a", "b"], "@file": [0, 1]},
        "annotation": {"id": [1, 1], "image_id": [1, 1], "@file": [1, 0]},
    }
    batch = taken(COCO, assembler, "instances", raw)
    assert batch.frames["annotation"]["media"].to_list() == [1, 0]


def test_a_key_that_is_unique_within_another_row_resolves_there() -> None:
    plan = plan_of(
        """files: {data: {path: d.json, carrier: json}}
tables:
  media: {from: data, rows: /m/*, columns: {id: {key: true}}}
  track: {from: data, rows: /t/*, columns: {name: {key: media}, media: {refers: media.id}}}
  note:
    from: data
    rows: /n/*
    columns: {media: {refers: media.id}, track: {refers: track.name}}
"""
    )
    raw: Batches = {
        "media": {"id": [1, 2]},
        "track": {"name": ["x", "x"], "media": [1, 2]},
        "note": {"media": [2, 1, 1], "track": ["x", "x", "y"]},
    }
    batch = taken(plan, Assembler(plan, files("d.json")), "data", raw)
    assert batch.frames["note"]["track"].to_list() == [1, 0, None]


def test_enclosing_rows_are_handed_on_through_every_level() -> None:
    assembler = Assembler(VOC, files("a.xml", "b.xml", role="label"))
    raw: Batches = {
        "media": {"{stem}": ["a", "b"], "@file": [0, 1]},
        "annotation.point": {
            "name": ["cat", "dog", "cow"], "@parent": [0, 1, 1], "@file": [0, 1, 1],
        },
        "annotation.part": {"name": ["head", "tail"], "@parent": [1, 2], "@file": [1, 1]},
    }  # fmt: skip
    taken(VOC, assembler, "label", {"media": {"{stem}": ["z"]}})
    frames = taken(VOC, assembler, "label", raw).frames
    annotation = frames["annotation"]
    assert annotation["media"].to_list() == [1, 2, 2, 2, 2]
    assert annotation["parent"].to_list() == [None, None, 1, None, 3]
    assert annotation["@row"].to_list() == [0, 1, 2, 3, 4]


def owned(owner: int | None) -> DataFile:
    return DataFile("label", "labels/x.txt", {}, owner=owner)


def test_rows_of_a_file_beside_another_belong_to_the_row_of_that() -> None:
    pictures = files("images/a.png", "images/b.png", role="picture")
    assembler = Assembler(YOLO, [*pictures, owned(1), owned(0), owned(None)])
    picture: Columns = {
        "{folder}": ["", ""],
        "{stem}": ["a", "b"],
        "{ext}": ["png", "png"],
        "@file": [0, 1],
    }
    taken(YOLO, assembler, "picture", {"media": picture})
    lines: Columns = {"category": ["0", "0", "0"], "@file": [2, 3, 4]}
    batch = taken(YOLO, assembler, "label", {"annotation": lines})
    assert batch.frames["annotation"]["media"].to_list() == [1, 0, None]


def test_rows_of_a_file_whose_owner_was_not_read_belong_to_none() -> None:
    pictures = files("images/a.png", role="picture")
    assembler = Assembler(YOLO, [*pictures, owned(0)])
    batch = taken(YOLO, assembler, "label", {"annotation": {"category": ["0"], "@file": [1]}})
    assert batch.frames["annotation"]["media"].to_list() == [None]


def test_a_medium_that_several_lists_name_is_in_all_their_splits() -> None:
    both = DataFile("picture", "a.png", {}, splits=("train", "val"))
    one = DataFile("picture", "b.png", {}, splits=("val",))
    assembler = Assembler(YOLO, [both, one])
    raw = {"{folder}": ["", ""], "{stem}": ["b", "a"], "{ext}": ["png", "png"],
           "{split}": ["val", "train"], "@file": [1, 0]}  # fmt: skip
    batch = taken(YOLO, assembler, "picture", {"media": raw})
    assert batch.frames["media"]["split"].to_list() == [["val"], ["train", "val"]]


def test_rows_made_by_being_named_are_numbered_in_the_order_of_the_files() -> None:
    assembler = Assembler(VOC, files("a.xml", role="label"))
    raw: Batches = {
        "media": {"{stem}": ["a"]},
        "annotation.point": {"name": ["cow", "ant"], "@parent": [0, 0], "@start": [5, 20]},
        "annotation.part": {"name": ["head", "cow"], "@parent": [0, 0], "@start": [7, 8]},
    }
    batch = taken(VOC, assembler, "label", raw)
    assert batch.frames["category"]["name"].to_list() == ["cow", "head", "ant"]
    assert batch.frames["annotation"]["category"].to_list() == [0, 1, 0, 2]


@given(st.lists(st.sampled_from("abcd"), min_size=1, max_size=8), st.data())
def test_created_rows_do_not_depend_on_the_size_of_batches(
    names: list[str], data: st.DataObject
) -> None:
    cuts = sorted(data.draw(st.sets(st.integers(1, len(names)))))
    listed = files(*(f"{number}.xml" for number in range(len(names))), role="label")
    assembler = Assembler(VOC, listed)
    found: list[str] = []
    rows: list[int] = []
    for start, end in zip([0, *cuts], [*cuts, len(names)], strict=True):
        numbers = list(range(start, end))
        if numbers:
            raw: Batches = {
                "media": {"{stem}": [str(n) for n in numbers], "@file": numbers},
                "annotation.point": {
                    "name": names[start:end],
                    "@parent": list(range(len(numbers))),
                    "@file": numbers,
                },
            }
            batch = taken(VOC, assembler, "label", raw)
            found.extend(batch.frames.get("category", {"name": []})["name"])
            rows.extend(batch.frames["annotation"]["category"])
    assert found == list(dict.fromkeys(names))
    assert [found[row] for row in rows] == names


def test_a_shared_row_stands_once_in_its_table_and_counts_in_each_of_its_files() -> None:
    assembler = coco("a.json", "b.json")
    categories: Columns = {
        "id": [1, 2, 1, 2],
        "name": ["cat", "dog", "cat", "dog"],
        "@file": [0, 0, 1, 1],
    }
    raw: Batches = {
        "category": categories,
        "media": {"id": [5, 5], "file_name": ["a", "b"], "@file": [0, 1]},
        "annotation": {"id": [1, 2], "image_id": [5, 5], "category_id": [2, 2], "@file": [0, 1]},
    }
    batch = taken(COCO, assembler, "instances", raw)
    assert batch.frames["category"]["name"].to_list() == ["cat", "dog"]
    assert batch.frames["annotation"]["category"].to_list() == [1, 1]
    assert assembler.finish().faults == ()
    assert assembler.standing()["category"]["@row"].to_list() == [0, 1, 0, 1]


def test_a_shared_row_that_one_file_lacks_is_told_at_the_end() -> None:
    assembler = coco("a.json", "b.json")
    categories: Columns = {
        "id": [1, 2, 1, 3],
        "name": ["cat", "dog", "cat", "dog"],
        "@file": [0, 0, 1, 1],
    }
    taken(COCO, assembler, "instances", {"category": categories})
    end = assembler.finish()
    assert told(end.faults) == [
        ("category.differs", [1, 3], ["2", "3"], "the same rows in every file")
    ]
    assert end.sources["category"]["id"].to_list() == [1, 2, 1, 3]


def test_equal_rows_in_one_file_are_several_rows() -> None:
    assembler = coco()
    batch = taken(COCO, assembler, "instances", {"category": {"id": [1, 1], "name": ["a", "a"]}})
    assert batch.frames["category"]["@row"].to_list() == [0, 1]


JOINED = """files: {{data: {{path: d.json, carrier: json}}, more: {{path: m.json, carrier: json}}}}
tables:
  media:
    from: data
    rows: /m/*
    columns: {{id: {{key: true}}, note: {{}}}}
    join:
      more: {{from: more, rows: /x/*, by: {{id: of}}, missing: {0}, columns: {{note: {{}}}}}}
"""
MORE = [DataFile("data", "d.json", {}), DataFile("more", "m.json", {})]


def joined(missing: str) -> tuple[Plan, Assembler]:
    plan = plan_of(JOINED.format(missing))
    return plan, Assembler(plan, MORE)


def test_a_join_adds_its_columns_to_the_rows_that_it_names() -> None:
    plan, assembler = joined("fine")
    taken(plan, assembler, "more", {"media.more": {"of": [2, 1, 1], "note": ["b", "a", "z"]}})
    batch = taken(plan, assembler, "data", {"media": {"id": [1, 2, 3, None]}})
    assert batch.frames["media"]["note"].to_list() == ["a", "b", None, None]
    assert batch.faults == ()
    assert [fault.rule for fault in assembler.finish().faults] == ["media.more.duplicate"]


def test_a_row_that_its_join_has_nothing_for_is_a_fault_where_that_is_an_error() -> None:
    plan, assembler = joined("error")
    taken(plan, assembler, "more", {"media.more": {"of": [1], "note": ["a"]}})
    batch = taken(plan, assembler, "data", {"media": {"id": [3, 1]}})
    assert told(batch.faults) == [("media.more.missing", [0], None, "a row in the more")]


def test_a_row_of_a_join_that_names_none_is_told_at_the_end() -> None:
    plan, assembler = joined("fine")
    taken(plan, assembler, "more", {"media.more": {"of": [1, 9, None], "note": ["a", "b", "c"]}})
    taken(plan, assembler, "data", {"media": {"id": [1]}})
    end = assembler.finish()
    assert told(end.faults) == [("media.more.dangling", [1], ["9"], "the id of a media")]
    assert end.sources["media.more"]["note"].to_list() == ["a", "b", "c"]


def test_a_join_whose_rows_were_never_read_dangles_whole() -> None:
    plan, assembler = joined("fine")
    taken(plan, assembler, "more", {"media.more": {"of": [1], "note": ["a"]}})
    assert [fault.rows.to_list() for fault in assembler.finish().faults] == [[0]]


def test_lists_that_name_a_row_several_times_add_up() -> None:
    lists = [DataFile("sets", "train.txt", {}), DataFile("sets", "val.txt", {})]
    assembler = Assembler(VOC, [*lists, *files("a.xml", role="label")])
    named: Columns = {"name": ["a", "a"], "{split}": ["train", "val"], "@file": [0, 1]}
    taken(VOC, assembler, "sets", {"media.sets": named})
    batch = taken(VOC, assembler, "label", {"media": {"{stem}": ["a"], "@file": [2]}})
    assert batch.frames["media"]["split"].to_list() == [["train", "val"]]


def test_a_name_of_a_file_that_could_not_be_read_neither_dangles_nor_is_lost() -> None:
    label = DataFile("label", "Annotations/a.xml", {"stem": "a"})
    assembler = Assembler(VOC, [*files("t.txt", role="sets"), label])
    taken(VOC, assembler, "sets", {"media.sets": {"name": ["a", "b"], "{split}": ["train"] * 2}})
    role = next(file for file in VOC.files if file.role == "label")
    assembler.take(role, RawBatch({}, (broken("Annotations/a.xml"),)))
    assert told(assembler.finish().faults) == [
        ("media.sets.dangling", [1], ["b"], "the name of a media")
    ]


def test_a_file_judged_alone_has_references_that_are_not_evaluated() -> None:
    assembler = Assembler(YOLO, [owned(None)], alone=True)
    batch = taken(YOLO, assembler, "label", {"annotation": {"category": ["5"]}})
    assert [fault.rule for fault in batch.faults if "dangling" in fault.rule] == []
    assert assembler.unresolved() == {
        "reference": "the file is judged alone, without what holds the category"
    }


def test_references_into_a_file_that_cannot_be_read_are_not_evaluated() -> None:
    dataset = DataFile("dataset", "data.yaml", {})
    assembler = Assembler(YOLO, [dataset, owned(None)])
    role = next(file for file in YOLO.files if file.role == "dataset")
    assembler.take(role, RawBatch({}, (broken("data.yaml"),)))
    taken(YOLO, assembler, "label", {"annotation": {"category": ["5"], "@file": [1]}})
    assert assembler.unresolved() == {"reference": "what holds the category could not be read"}


@pytest.mark.parametrize("alone", [True, False])
def test_a_broken_file_leaves_open_only_what_rows_refer_to(*, alone: bool) -> None:
    assembler = Assembler(COCO, files("a.json", role="instances"), alone=alone)
    role = next(file for file in COCO.files if file.role == "instances")
    assembler.take(role, RawBatch({}, (broken("a.json"),)))
    taken(COCO, assembler, "instances", {"media": MEDIA})
    assert assembler.unresolved() == {}
    taken(COCO, assembler, "instances", {"media": {**MEDIA, "license": [None, 1]}})
    assert assembler.unresolved() == {"reference": "what holds the licence could not be read"}


def test_references_dangle_where_the_table_was_read_and_is_empty() -> None:
    dataset = DataFile("dataset", "data.yaml", {})
    assembler = Assembler(YOLO, [dataset, owned(None)])
    batch = taken(YOLO, assembler, "label", {"annotation": {"category": ["5"], "@file": [1]}})
    assert "annotation.category.dangling" in {fault.rule for fault in batch.faults}
    assert assembler.unresolved() == {}


def test_a_table_that_is_not_wanted_is_numbered_and_has_no_columns() -> None:
    assembler = Assembler(COCO, files("a.json", role="instances"), Want({}))
    batch = taken(COCO, assembler, "instances", {"media": MEDIA})
    assert batch.frames["media"]["@row"].to_list() == [0, 1]
    assert "path" not in batch.frames["media"].columns


@pytest.mark.parametrize("want", [None, Want(everything=True)])
def test_without_a_projection_everything_is_read(want: Want | None) -> None:
    assembler = Assembler(COCO, files("a.json", role="instances"), want)
    batch = taken(COCO, assembler, "instances", {"media": MEDIA})
    assert batch.frames["media"]["path"].to_list() == ["a.png", "b.png"]


def test_undeclared_members_are_handed_on_with_the_places_of_the_document() -> None:
    assembler = coco()
    role = next(file for file in COCO.files if file.role == "instances")
    rows = raw_rows(COCO, "media", MEDIA)
    media = RawRows("media", rows.frame, unknown=(Unknown("extra", 2, 1),))
    place = rows.frame.select("@file", "@start", "@end", "@index", "@parent", "@path").head(1)
    document = RawRows("instances", place, unknown=(Unknown("version", 1, 0),))
    batch = assembler.take(role, RawBatch({"media": media, "instances": document}))
    assert batch.unknown == (("media", "extra", 2, 1), ("instances", "version", 1, 0))
    assert "@source" in batch.sources["instances"].columns
    assert "instances" not in batch.frames


def test_findings_of_the_reader_are_handed_on() -> None:
    assembler = coco()
    role = next(file for file in COCO.files if file.role == "instances")
    finding = broken("a.json")
    assert assembler.take(role, RawBatch({}, (finding,))).findings == (finding,)
