"""Reading order: what others refer to comes first, otherwise as the standard says it."""

from __future__ import annotations

from tests.plan.made import plan_of, shipped, source_of

FILES = """files:
  z: {path: z.json, carrier: json}
  a: {path: a.json, carrier: json}
"""


def test_files_that_refer_to_nothing_stay_in_the_order_of_the_standard() -> None:
    plan = plan_of(
        FILES
        + """tables:
  one: {from: a, rows: /x/*, columns: {n: {}}}
  two: {from: z, rows: /x/*, columns: {n: {}}}
"""
    )
    assert [file.role for file in plan.files] == ["z", "a"]


def test_a_file_stands_behind_the_one_that_holds_what_it_refers_to() -> None:
    plan = plan_of(
        FILES
        + """tables:
  one: {from: a, rows: /x/*, columns: {n: {key: true}}}
  two: {from: z, rows: /x/*, columns: {n: {refers: one.n}}}
"""
    )
    assert [file.role for file in plan.files] == ["a", "z"]


def test_a_file_stands_behind_those_that_list_it_and_that_it_stands_beside() -> None:
    assert [file.role for file in shipped("yolo").files] == ["dataset", "picture", "label"]


def test_a_join_is_read_before_the_rows_that_it_completes() -> None:
    roles = [file.role for file in shipped("voc").files]
    assert roles.index("sets") < roles.index("label") < roles.index("class-sets")


def test_sources_of_a_file_stand_behind_those_that_they_refer_to() -> None:
    plan = plan_of(
        """files: {a: {path: a.json, carrier: json}}
tables:
  annotation: {from: a, rows: /x/*, columns: {media: {refers: media.id}}}
  category: {from: a, rows: /c/*, columns: {id: {}}}
  media: {from: a, rows: /m/*, columns: {id: {key: true}}}
"""
    )
    (file,) = plan.files
    assert [source.name for source in file.sources] == ["media", "annotation", "category"]


def test_the_place_of_a_listing_is_a_source_without_variants() -> None:
    listing = source_of(shipped("yolo"), "@listing.picture")
    assert (listing.file, listing.variants) == ("dataset", ())
    assert [(field.name, field.capture) for field in listing.fields] == [
        (".", None),
        ("{split}", "split"),
    ]
    assert listing.locator[0].choices == ("train", "val", "test")
