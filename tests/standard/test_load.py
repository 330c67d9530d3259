"""Typed standards: what the YAML says, laid together, dialect by dialect."""

from __future__ import annotations

from pathlib import Path

import pytest

from annostd.errors import StandardError, UsageError
from annostd.findings import Level
from annostd.standard import Library, Standard, load, with_dialects
from annostd.standard.model import Beside, Capture, Condition, Convention, Example, Listing

ROOT = Path(__file__).parents[2]
LIBRARY = Library.of((ROOT / "conformance" / "standards" / "inherited",))
SHIPPED = sorted({entry.id for entry in Library.of().standards})
HEAD = """annostd: 1
id: {id}
version: "1.0.0"
status: draft
title: A standard for a test
publisher: annostd
domain: vision
licence: CC0-1.0
"""


def made(folder: Path, body: str, id_: str = "made") -> Standard:
    (folder / f"{id_}.yaml").write_text(HEAD.format(id=id_) + body, "utf-8")
    return load(id_, Library((folder, *LIBRARY.folders)))


def coco() -> Standard:
    return load("coco-instances", LIBRARY)


def test_a_column_holds_what_its_mapping_says() -> None:
    table = coco().tables["annotation"]
    box = table.rows.columns["box"]
    assert (box.at, box.form, box.required, box.derive) == (
        ("bbox",),
        "x y w h",
        Level.MUST,
        "bounds(shape)",
    )
    assert box.agrees is not None
    assert (box.agrees.level, box.agrees.absolute, box.agrees.relative) == (Level.SHOULD, 2.0, 0.0)
    assert table.rows.columns["area"].required is Level.SHOULD
    assert table.rows.columns["id"].at == ("id",)
    assert table.rows.columns["id"].key == "file"


def test_native_values_keep_their_type() -> None:
    assert coco().tables["annotation"].rows.columns["crowd"].values == ((0, False), (1, True))
    voc = load("pascal-voc", LIBRARY).tables["annotation"].rows.columns
    assert voc["difficult"].values == (("0", False), ("1", True))
    assert voc["pose"].values[0] == ("Unspecified", "Unspecified")


def test_a_variant_repeats_what_its_table_says() -> None:
    variants = coco().tables["annotation"].variants
    assert list(variants) == ["mask", "polygon", "box"]
    polygon = variants["polygon"]
    assert (polygon.file, polygon.rows, polygon.required) == (
        "instances",
        "/annotations/*",
        Level.MUST,
    )
    assert polygon.constants == {"shape": "polygon"}
    assert {"id", "box", "polygons"} <= set(polygon.columns)
    assert "polygons" not in variants["box"].columns


def test_a_variant_with_a_place_of_its_own_has_only_that() -> None:
    part = load("pascal-voc", LIBRARY).tables["annotation"].variants["part"]
    assert (part.file, part.inside, part.enclosing) == (None, ("annotation.object",), "parent")


def test_tests_of_native_values_are_constants_or_kinds() -> None:
    variants = coco().tables["annotation"].variants
    assert variants["box"].where == (Condition("segmentation", (None, [])),)
    assert variants["polygon"].where == (
        Condition("segmentation", types=("array",), length=(1, None)),
    )


def test_files_say_where_they_are_found() -> None:
    files = load("yolo", LIBRARY).files
    assert files["picture"].listed == Listing("dataset", "{split:train|val|test}", "path", ".txt")
    assert files["label"].beside == Beside("picture", ".txt", (("images", "labels"),))
    assert files["dataset"].captures == {"name": Capture("data")}
    assert files["dataset"].path == ("{name}.yaml", "{name}.yml")


def test_joins_and_fixed_rows_stand_beside_the_rows(tmp_path: Path) -> None:
    join = load("pascal-voc", LIBRARY).tables["media"].joins["sets"]
    assert (join.by, join.missing, join.rows.file) == ((("name", "name"),), "fine", "sets")
    body = "files: {}\ntables: {category: {fixed: [{name: Car}, {name: DontCare, ignore: true}]}}\n"
    assert made(tmp_path, body).tables["category"].fixed == (
        {"name": "Car"},
        {"name": "DontCare", "ignore": True},
    )


def test_rules_come_from_fragments_and_the_standard_patches_them() -> None:
    rule = coco().rules["box-degenerate"]
    assert rule.require == "box.width > 0 and box.height > 0"
    assert rule.clause == "format-data"
    assert rule.passing == (
        Example({"annotation[2].box": [4, 6, 0.5, 0.5], "annotation[2].area": 0.25}),
    )
    slack = {p.name: p.values for p in coco().rules["polygon-outside-media"].parameters}
    assert slack == {"slack": {"pixel": 1.0, "fraction": 0.000001}}


def test_added_rows_of_an_example_are_pairs_of_table_and_row() -> None:
    (failing,) = coco().rules["category-name-twice"].failing
    assert failing.add == (("category", {"id": 2, "name": "pear"}),)


def test_adapting_copies_and_patches_and_keeps_what_is_ones_own() -> None:
    standard = load("yolo-segment", LIBRARY)
    assert (standard.id, standard.adapts, standard.aliases) == ("yolo-segment", "yolo-detect@1", ())
    assert "box" not in standard.tables["annotation"].rows.columns
    assert "box-degenerate" not in standard.rules
    assert {"detect", "segment"} <= set(standard.sources)
    assert list(standard.base["annotation"][0]) == ["media", "category", "shape", "polygons"]  # type: ignore[index, arg-type]


def test_an_adapting_standard_keeps_the_bases_patches_of_a_fragment_both_use() -> None:
    assert load("yolo-segment", LIBRARY).rules["category-name-twice"].failing


def test_every_node_keeps_the_place_in_the_file_it_came_from() -> None:
    standard = load("yolo-segment", LIBRARY)
    files = {
        path: Path(standard.marks[path].file).parent.name
        for path in [
            ("tables", "annotation", "text"),
            ("tables", "category", "rows"),
            ("rules", "polygon-too-few-points"),
            ("rules", "polygon-too-few-points", "require"),
        ]
    }
    assert list(files.values()) == ["yolo-segment", "yolo-detect", "yolo-segment", "fragments"]
    lines = (
        Path(standard.marks["tables", "annotation", "text"].file).read_text("utf-8").splitlines()
    )
    mark = standard.marks["tables", "annotation", "text"]
    assert lines[mark.line - 1][mark.column - 1 :] == '"{category} {points+}"'


@pytest.mark.parametrize("name", SHIPPED)
def test_every_mark_points_at_what_is_there(name: str) -> None:
    standard = load(name, LIBRARY)
    texts = {
        mark.file: Path(mark.file).read_text("utf-8").splitlines()
        for mark in standard.marks.values()
    }
    for path, mark in standard.marks.items():
        rest = texts[mark.file][mark.line - 1][mark.column - 1 :]
        value: object = standard.document
        for step in path:
            value = value[step]  # type: ignore[index]
        if path and isinstance(path[-1], str) and isinstance(value, (dict, list)):
            assert rest.lstrip("\"'").startswith(path[-1]), path
        elif isinstance(value, str):
            assert rest.startswith((value.split(" ")[0][:1], '"', "'", ">", "|")), path


def test_the_first_dialect_of_each_axis_is_applied_when_none_is_named() -> None:
    standard = load("pascal-voc", LIBRARY)
    assert standard.chosen == {"boxes": "one-based", "layout": "devkit"}
    assert standard.conventions["image"] == Convention("pixel", 1, "inclusive", 0)


def test_another_dialect_patches_files_tables_conventions_and_rules() -> None:
    standard = load("pascal-voc", LIBRARY, {"boxes": "zero-based", "layout": "flat"})
    assert standard.conventions["image"] == Convention("pixel", 0, "exclusive", None)
    assert list(standard.files) == ["label", "picture"]
    assert standard.tables["media"].joins == {}
    assert "class_set" not in standard.tables
    assert standard.rules["box-outside-media"].level is Level.MUST
    assert standard.rules["box-outside-media"].passing == (
        Example({"annotation[0].box": [0, 0, 64, 48]}),
    )


@pytest.mark.parametrize("name", SHIPPED)
def test_changing_dialects_gives_what_loading_with_them_gives(name: str) -> None:
    standard = load(name, LIBRARY)
    for axis, alternatives in standard.dialects.items():
        for alternative in alternatives:
            chosen = {axis: alternative.name}
            assert with_dialects(standard, chosen) == load(name, LIBRARY, chosen)
            assert with_dialects(with_dialects(standard, chosen), standard.chosen) == standard


@pytest.mark.parametrize(
    ("chosen", "message"),
    [
        ({"boxs": "x"}, "there is no dialect axis 'boxs', expected one of boxes, layout"),
        ({"boxes": "x"}, "'boxes' has no alternative 'x', expected one of one-based, zero-based"),
    ],
)
def test_an_unknown_dialect_is_misuse(chosen: dict[str, str], message: str) -> None:
    with pytest.raises(UsageError) as error:
        load("pascal-voc", LIBRARY, chosen)
    assert str(error.value) == message


def test_what_speaks_for_a_dialect_is_an_expression_for_each_table() -> None:
    axis = load("pascal-voc", LIBRARY).dialects["boxes"]
    assert [alternative.name for alternative in axis] == ["one-based", "zero-based"]
    assert list(axis[1].tell) == ["annotation"]


def test_the_digest_is_of_the_document_before_dialects() -> None:
    one = load("pascal-voc", LIBRARY)
    assert len(one.digest) == 64
    assert one.digest == load("pascal-voc", LIBRARY, {"boxes": "zero-based"}).digest
    assert len({load(name, LIBRARY).digest for name in SHIPPED}) == len(SHIPPED)


def test_a_path_to_a_file_is_loaded_as_an_id_is() -> None:
    path = ROOT / "standards" / "vision" / "yolo-detect" / "1.0.0.yaml"
    assert load(path, LIBRARY) == load(str(path), LIBRARY)
    assert load(path, LIBRARY).digest == load("yolo-detect", LIBRARY).digest


def test_a_path_that_is_not_there_is_misuse(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"cannot read .*none\.yaml: no such file or directory"):
        load(tmp_path / "none.yaml", LIBRARY)


def test_a_broken_standard_lists_its_faults_in_order(tmp_path: Path) -> None:
    with pytest.raises(StandardError) as error:
        made(tmp_path, "tables: {media: {colums: {}}}\nrules: {a: {level: MST}}\n")
    assert [(fault.line, fault.column) for fault in error.value.faults] == [(9, 18), (10, 20)]


def test_what_is_left_out_after_merging_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(StandardError, match="the rule 'a' has no 'require'"):
        made(tmp_path, "tables: {media: {}}\nrules: {a: {level: MUST, class: b}}\n")


def test_standards_that_inherit_from_each_other_are_refused(tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text(HEAD.format(id="one") + "adapts: two\n", "utf-8")
    with pytest.raises(StandardError) as error:
        made(tmp_path, "extends: one@1\n", "two")
    (fault,) = [fault for fault in error.value.faults if "cycle" in fault.message]
    assert (Path(fault.file).name, fault.line, fault.column) == ("one.yaml", 9, 9)
    assert fault.message == "the standard inherits from itself by 'two', expected no cycle"


def test_extending_inherits_everything_that_is_not_the_standards_own(tmp_path: Path) -> None:
    standard = made(tmp_path, "extends: plain-boxes@1\nrules: {box-flat: {level: MUST}}\n")
    assert standard.extends == "plain-boxes@1"
    assert standard.rules["box-flat"].level is Level.MUST
    assert standard.rules["box-flat"].require == "box.width > box.height"
    assert (standard.status, standard.title, standard.aliases) == (
        "draft",
        "A standard for a test",
        (),
    )


def test_what_a_variant_takes_out_of_its_table_is_not_in_it(tmp_path: Path) -> None:
    body = """files: {data: {path: data.json, carrier: json}}
tables:
  annotation:
    from: data
    rows: objects/*
    columns: {id: {key: true}, score: {}}
    variants: {a: {set: {shape: none}, columns: {id: remove}}}
"""
    assert set(made(tmp_path, body).tables["annotation"].variants["a"].columns) == {"score"}


def test_an_inherited_variants_column_can_be_taken_out(tmp_path: Path) -> None:
    body = (
        "adapts: plain-boxes@1\ntables: {annotation: {variants: {box: {columns: {box: remove}}}}}\n"
    )
    assert "box" not in made(tmp_path, body).tables["annotation"].variants["box"].columns
