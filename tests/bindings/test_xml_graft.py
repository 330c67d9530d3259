"""Writing XML into the documents that rows came from: only what differs changes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annostd.bindings.xml import XML
from annostd.columns.raw import Origin
from tests.bindings.plans import VOC, files, frames, plan, source, whole
from tests.bindings.test_xml_read import SAMPLE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from annostd.plan.model import FilePlan

Rows = dict[str, pl.DataFrame]


def printed(role: FilePlan, given: Mapping[str, pl.DataFrame], origin: Origin | None = None) -> str:
    return b"".join(XML.write(role, given, origin)).decode()


def frame(**columns: Any) -> pl.DataFrame:
    return pl.DataFrame({name.replace("__", "/"): values for name, values in columns.items()})


def regrafted(
    root: Path, data: bytes, change: Callable[[Rows], Rows], role: FilePlan = VOC
) -> bytes:
    made = files(root, {"a.xml": data})
    read = frames(list(XML.read(root, made, role, None, 1000)))
    return b"".join(XML.write(role, change(read), Origin(root, dict(made), 10)))  # type: ignore[arg-type]


def changed(source_name: str, /, **columns: pl.Expr) -> Callable[[Rows], Rows]:
    named = {column.replace("__", "/"): value for column, value in columns.items()}
    return lambda rows: {**rows, source_name: rows[source_name].with_columns(**named)}


def without(name: str, row: int) -> Callable[[Rows], Rows]:
    """Drop a row, and the rows inside it."""

    def drop(rows: Rows) -> Rows:
        kept = rows[name].with_row_index("@row").filter(pl.col("@row") != row)
        made = {**rows, name: kept.drop("@row")}
        places = dict(zip(kept["@row"].to_list(), range(len(kept)), strict=True))
        for inner in ("annotation.part", "attribute"):
            if name == "annotation" and inner in made:
                parents = made[inner]["@parent"].replace_strict(
                    places, default=None, return_dtype=pl.UInt32
                )
                made[inner] = made[inner].with_columns(parents).filter(parents.is_not_null())
        return made

    return drop


ODD = (
    b"\xef\xbb\xbf<?xml version='1.0' encoding='UTF-8' standalone='yes'?>\r\n<!-- top -->\r\n"
    b"<annotation verified='yes'>\r\n\t<owner><x/></owner>\r\n\t<folder> V\t</folder>\r\n"
    b"\t<object><bndbox><ymax>4.50</ymax><xmin>1</xmin></bndbox><!-- c --><name>c&#97;t</name>\r\n"
    b'\t\t<difficult></difficult><truncated>Unspecified</truncated><z q="1"/></object>\r\n'
    b"\t<object><name>dog</name></object>\r\n</annotation>\r\n<!-- end -->\r\n"
)


@pytest.mark.parametrize("data", [ODD, SAMPLE, ODD.replace(b"\r\n\t", b"").strip()])
def test_unchanged_rows_give_the_original_bytes(tmp_path: Path, data: bytes) -> None:
    assert regrafted(tmp_path, data, lambda rows: rows) == data


def test_equal_numbers_and_spellings_of_missing_stay(tmp_path: Path) -> None:
    null = pl.lit(None, pl.String)

    def same(rows: Rows) -> Rows:
        first = pl.int_range(pl.len()) == 0
        return changed(
            "annotation",
            bndbox__ymax=pl.when(first).then(pl.lit("4.5")),
            truncated=null,
            difficult=pl.lit("0"),
        )(rows)

    assert regrafted(tmp_path, ODD, same) == ODD


def test_one_changed_text_changes_nothing_else(tmp_path: Path) -> None:
    made = regrafted(tmp_path, ODD, changed("media", folder=pl.lit("<W>")))
    expected = (
        ODD.replace(b" V\t", b" &lt;W&gt;\t")
        .replace(b"'yes'>", b'"yes">')
        .replace(b"c&#97;t", b"cat")
        .replace(b"<difficult></difficult>", b"<difficult/>")
    )
    assert made == expected


def test_a_value_that_is_gone_takes_its_element_and_emptied_parents_along(tmp_path: Path) -> None:
    null = pl.lit(None, pl.String)
    made = regrafted(
        tmp_path, SAMPLE, changed("media", size__width=null, size__height=null, folder=null)
    )
    assert b"folder" not in made
    assert b"<size><depth/></size>" in made
    data = (
        b"<annotation>\n  <size>\n    <width>1</width>\n  </size>\n"
        b"  <folder>V</folder>\n</annotation>\n"
    )
    made = regrafted(tmp_path, data, changed("media", size__width=null))
    assert made == b"<annotation>\n  <folder>V</folder>\n</annotation>\n"


def test_a_new_value_stands_in_the_plans_order_with_the_documents_indentation(
    tmp_path: Path,
) -> None:
    data = b"<annotation>\n\t<folder>V</folder>\n\t<segmented>0</segmented>\n</annotation>"
    made = regrafted(
        tmp_path, data, changed("media", size__width=pl.lit("5"), filename=pl.lit("f"))
    )
    assert made == (
        b"<annotation>\n\t<folder>V</folder>\n\t<filename>f</filename>\n\t<size>\n\t\t<width>5</width>\n"
        b"\t</size>\n\t<segmented>0</segmented>\n</annotation>"
    )


def test_an_absent_value_stays_absent_where_absence_says_it(tmp_path: Path) -> None:
    data = b"<annotation><folder>V</folder></annotation>"
    assert regrafted(tmp_path, data, changed("media", segmented=pl.lit("0"))) == data
    made = regrafted(tmp_path, data, changed("media", segmented=pl.lit("1")))
    assert made == b"<annotation><folder>V</folder><segmented>1</segmented></annotation>"


def test_a_removed_record_leaves_no_hole(tmp_path: Path) -> None:
    made = regrafted(tmp_path, SAMPLE, without("annotation", 1))
    assert made == SAMPLE.replace(
        b"  <object><name>dog</name><point><x>4</x><y>5</y></point></object>\n", b""
    )
    made = regrafted(tmp_path, SAMPLE, without("annotation", 0))
    assert made == re.sub(rb"  <object>\n.*?</object>\n", b"", SAMPLE, count=1, flags=re.DOTALL)


def test_a_new_record_stands_behind_its_like(tmp_path: Path) -> None:
    def add(rows: Rows) -> Rows:
        objects = rows["annotation"]
        new = objects.tail(1).with_columns(
            pl.lit("new").alias("name"),
            pl.lit(None, pl.UInt32).alias("@file"),
            pl.lit(None, pl.String).alias("@path"),
        )
        actions = (
            rows["attribute"]
            .tail(1)
            .with_columns(
                pl.lit(2, pl.UInt32).alias("@parent"), pl.lit(None, pl.UInt32).alias("@file")
            )
        )
        return {
            **rows,
            "annotation": pl.concat([objects, new]),
            "attribute": pl.concat([rows["attribute"], actions]),
        }

    made = regrafted(tmp_path, SAMPLE, add)
    assert made == SAMPLE.replace(
        b"</annotation>",
        b"  <object>\n    <name>new</name>\n"
        b"    <point>\n      <x>4</x>\n      <y>5</y>\n    </point>\n"
        b"    <actions>\n      <running>0</running>\n    </actions>\n  </object>\n</annotation>",
    )


def test_records_inside_records_are_kept_changed_and_removed(tmp_path: Path) -> None:
    made = regrafted(tmp_path, SAMPLE, changed("annotation.part", name=pl.lit("foot")))
    assert made == SAMPLE.replace(b"head", b"foot").replace(b"hand", b"foot")
    made = regrafted(tmp_path, SAMPLE, without("annotation.part", 0))
    assert made == SAMPLE.replace(b"    <part><name>head</name></part>\n", b"")
    made = regrafted(
        tmp_path, SAMPLE, changed("attribute", **{"{name}": pl.lit("x"), ".": pl.lit("0")})
    )
    assert made == SAMPLE.replace(b"<jumping>1</jumping><running>0</running>", b"<x>0</x><x>0</x>")


def test_a_record_from_another_file_brings_what_is_not_declared(tmp_path: Path) -> None:
    far = b"<object><zz/><name>far</name><part><name>leg</name><q/></part></object>"
    other = b"<annotation>" + far + b"</annotation>"
    made = files(tmp_path, {"a.xml": SAMPLE, "b.xml": other})
    read = frames(list(XML.read(tmp_path, made, VOC, None, 1000)))
    one_root = {**read, "media": read["media"].head(1)}
    for name in ("annotation",):
        one_root[name] = one_root[name].with_columns(pl.lit(0, pl.UInt32).alias("@parent"))
    for number in (10, None):
        text = printed(VOC, one_root, Origin(tmp_path, dict(made), number))  # type: ignore[arg-type]
        assert text.encode() == SAMPLE.replace(
            b"</annotation>",
            b"  " + far + b"\n</annotation>",
        )


def test_a_record_that_moves_to_another_parent_brings_its_own_element(tmp_path: Path) -> None:
    def move(rows: Rows) -> Rows:
        moved = without("annotation.part", 0)(rows)
        return {
            **moved,
            "annotation.part": moved["annotation.part"].with_columns(
                pl.lit(1, pl.UInt32).alias("@parent")
            ),
        }

    made = regrafted(tmp_path, SAMPLE, move)
    root = tmp_path / "moved"
    batches = list(XML.read(root, files(root, {"a.xml": made}), VOC, None, 9))
    parts = whole(batches, "annotation.part")
    assert [(row["name"], row["bndbox/xmin"], row["@path"]) for row in parts] == [
        ("hand", "3", "/annotation/object[2]/part[1]")
    ]


def test_an_end_tag_in_a_comment_behind_the_root_is_none(tmp_path: Path) -> None:
    behind = b"\n<!-- </annotation>" + b" " * 5000 + b"x <y/> -->\n<?z </annotation>?>\n"
    data = b"<annotation><folder>V</folder></annotation>" + behind
    made = regrafted(tmp_path, data, changed("media", folder=pl.lit("W")))
    assert made == data.replace(b">V<", b">W<")


def test_rows_from_nowhere_are_printed_anew_whatever_the_origin(tmp_path: Path) -> None:
    given = {"media": frame(folder=["V"])}
    assert printed(VOC, given, Origin(tmp_path, [], None)) == printed(VOC, given)


@pytest.mark.parametrize("encoding", ["utf-16", "iso-8859-1"])
def test_the_encoding_of_the_original_stays(tmp_path: Path, encoding: str) -> None:
    data = f'<?xml version="1.0" encoding="{encoding}"?><annotation><folder>é</folder></annotation>'
    made = regrafted(
        tmp_path, data.encode(encoding), changed("media", folder=pl.lit("è\U0001d4b3"))
    )
    text = "è\U0001d4b3" if encoding == "utf-16" else "è&#119987;"
    assert made.decode(encoding) == data.replace("é", text)


def test_attributes_are_set_replaced_and_removed(tmp_path: Path) -> None:
    role = plan("xml", source("page", "/r/p", "@a", "@b", "@c"))
    data = b'<r><p b="1.0" z="9" c="3"/></r>'
    given = changed("page", **{"@a": pl.lit("x"), "@b": pl.lit("1"), "@c": pl.lit(None, pl.String)})
    assert regrafted(tmp_path, data, given, role) == b'<r><p b="1.0" z="9" a="x"/></r>'


CELL = st.none() | st.sampled_from(["", "1", "1.0", "a", "<&", "Unspecified", "0"])


@given(cells=st.lists(st.tuples(CELL, CELL, CELL), min_size=2, max_size=2))
def test_grafted_rows_read_back_as_they_were_given(
    tmp_path_factory: pytest.TempPathFactory, cells: list[tuple[str | None, ...]]
) -> None:
    root = tmp_path_factory.mktemp("graft")
    fields = ("name", "pose", "bndbox/ymax")
    columns = [
        pl.Series(name, [row[at] for row in cells], dtype=pl.String)
        for at, name in enumerate(fields)
    ]

    def change(rows: Rows) -> Rows:
        return {**rows, "annotation": rows["annotation"].with_columns(columns)}

    made = regrafted(root, ODD, change)
    back = whole(list(XML.read(root, files(root, {"b.xml": made}), VOC, None, 9)), "annotation")
    got = [tuple(row[name] for name in fields) for row in back]
    same = [
        (a == b)
        or (a is not None and b is not None and a != "" and b != "" and float(a) == float(b))
        if not (isinstance(a, str) and not re.fullmatch(r"[0-9.]*", a))
        else a == b
        for before, after in zip(cells, got, strict=True)
        for a, b in zip(before, after, strict=True)
    ]
    assert all(same), (cells, got)
    assert b"<!-- c -->" in made
    assert b'<z q="1"/>' in made
