"""Reading XML: rows, places, members, duplicates."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest

from annostd.bindings.xml import XML
from annostd.columns.raw import DataFile, Unknown
from annostd.findings import Level
from annostd.plan.model import Source
from tests.bindings.plans import ROLE, VOC, files, found, place, plan, source, told, whole

if TYPE_CHECKING:
    from pathlib import Path

    from annostd.columns.raw import RawBatch
    from annostd.plan.model import FilePlan

SAMPLE = b"""<annotation>
  <folder>V</folder>
  <filename> a&amp;b.jpg
  </filename>
  <size><width>20</width><height>10</height><depth/></size>
  <object>
    <name>cat</name>
    <bndbox><xmin>1</xmin><ymin>2</ymin><xmax>20</xmax><ymax>10</ymax></bndbox>
    <part><name>head</name></part>
    <part>
      <name>hand</name>
      <bndbox><xmin>3</xmin></bndbox>
    </part>
    <actions><jumping>1</jumping><running>0</running></actions>
  </object>
  <object><name>dog</name><point><x>4</x><y>5</y></point></object>
</annotation>
"""


def read(
    root: Path,
    data: bytes | str,
    role: FilePlan = VOC,
    want: dict[str, frozenset[str]] | None = None,
) -> list[RawBatch]:
    data = data.encode() if isinstance(data, str) else data
    return list(XML.read(root, files(root, {"a.xml": data}), role, want, 1000))


def child(role: FilePlan, name: str) -> Source:
    waiting = list(role.sources)
    while waiting:
        each = waiting.pop()
        if each.name == name:
            return each
        waiting.extend(each.children)
    raise KeyError(name)


def test_a_record_has_its_texts_and_its_place(tmp_path: Path) -> None:
    (row,) = whole(read(tmp_path, SAMPLE), "media")
    assert row == {
        "{stem}": "a", "folder": "V", "filename": "a&b.jpg", "source/database": None,
        "source/image": None, "size/width": "20", "size/height": "10", "size/depth": "",
        "segmented": None, "@file": 10, "@start": 1, "@end": 17, "@index": 0, "@parent": None,
        "@path": "/annotation",
    }  # fmt: skip


def test_records_inside_records_know_their_parent_path_ordinal_and_lines(tmp_path: Path) -> None:
    batches = read(tmp_path, SAMPLE)
    places = {
        name: [
            (row["@parent"], row["@path"], row["@index"], row["@start"], row["@end"])
            for row in whole(batches, name)
        ]
        for name in ("annotation", "annotation.part", "attribute")
    }
    assert places == {
        "annotation": [
            (0, "/annotation/object[1]", 0, 6, 15),
            (0, "/annotation/object[2]", 1, 16, 16),
        ],
        "annotation.part": [
            (0, "/annotation/object[1]/part[1]", 0, 9, 9),
            (0, "/annotation/object[1]/part[2]", 1, 10, 13),
        ],
        "attribute": [
            (0, "/annotation/object[1]/actions/jumping[1]", 0, 14, 14),
            (0, "/annotation/object[1]/actions/running[1]", 1, 14, 14),
        ],
    }


def test_a_step_of_any_name_captures_it_and_the_record_is_its_own_text(tmp_path: Path) -> None:
    rows = whole(read(tmp_path, SAMPLE), "attribute")
    assert [(row["{name}"], row["."]) for row in rows] == [("jumping", "1"), ("running", "0")]


def test_an_element_that_holds_others_is_there_with_an_empty_text(tmp_path: Path) -> None:
    rows = whole(read(tmp_path, SAMPLE), "annotation")
    assert [(row["point"], row["point/x"]) for row in rows] == [(None, None), ("", "4")]


def test_order_is_the_ordinal_in_the_list(tmp_path: Path) -> None:
    role = plan("xml", source("item", "/r/i", "{order}", "."))
    rows = whole(read(tmp_path, "<r><i>a</i><j/><i>b</i></r>", role), "item")
    assert [(row["{order}"], row["."]) for row in rows] == [("0", "a"), ("1", "b")]


@pytest.mark.parametrize(
    "name",
    [
        "<name>c<!-- x -->at</name>", "<name>c<?pi x?>at</name>", "<name><![CDATA[cat]]></name>",
        "<name>c&#97;t</name>", "<name>c<b>bold</b>at</name>", "<name>\r\n cat\t</name>",
    ],
)  # fmt: skip
def test_comments_instructions_cdata_and_blanks_do_no_harm(tmp_path: Path, name: str) -> None:
    data = f"<?x y?><!-- <!DOCTYPE z> --><annotation><!-- c --><object>{name}</object></annotation>"
    batches = read(tmp_path, data)
    assert [row["name"] for row in whole(batches, "annotation")] == ["cat"]
    assert found(batches) == []


def test_the_first_of_repeated_elements_counts_and_the_second_is_told_once(tmp_path: Path) -> None:
    data = """<annotation><size><width>1</width>
<width>2</width><width>3</width></size>
<object><bndbox><xmin>1</xmin></bndbox>
<bndbox><xmin>2</xmin><zz/></bndbox></object><object><name>a</name><name>b</name></object>
</annotation>"""
    batches = read(tmp_path, data)
    assert whole(batches, "media")[0]["size/width"] == "1"
    assert [row["bndbox/xmin"] for row in whole(batches, "annotation")] == ["1", None]
    assert [(each.rule, each.location.line, each.location.xpath) for each in found(batches)] == [
        ("xml.duplicate", 2, "/annotation/size/width[2]"),
        ("xml.duplicate", 4, "/annotation/object[1]/bndbox[2]"),
        ("xml.duplicate", 4, "/annotation/object[2]/name[2]"),
    ]
    assert found(batches)[0].message == "the element size/width stands here again, expected it once"


def test_unknown_members_are_counted_by_path_and_not_gone_into(tmp_path: Path) -> None:
    data = """<annotation v="1" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="x">
<owner><name>x</name></owner><size unit="px"><width u="a">1</width><zz/></size>
<object><zz/></object><object><zz/><zz><zz/></zz><name><b/></name></object></annotation>"""
    (batch,) = read(tmp_path, data)
    assert set(batch.rows["media"].unknown) == {
        Unknown("@v", 1, 0), Unknown("owner", 1, 0), Unknown("size/@unit", 1, 0),
        Unknown("size/width/@u", 1, 0), Unknown("size/zz", 1, 0),
    }  # fmt: skip
    assert set(batch.rows["annotation"].unknown) == {Unknown("zz", 3, 0), Unknown("name/b", 1, 1)}


def test_unknown_members_of_the_document_are_those_of_its_role(tmp_path: Path) -> None:
    role = plan("xml", source("image", "/r/images/image", "@id"))
    data = "<r a='1'>\n<meta/>\n<images><image id='1'/>\n<x/>\n<x/></images></r>"
    (batch,) = read(tmp_path, data, role)
    assert batch.rows[ROLE].unknown == (
        Unknown("r/@a", 1, 0), Unknown("r/meta", 1, 1), Unknown("r/images/x", 2, 2),
    )  # fmt: skip
    document = Source(ROLE, ROLE, ROLE, (), (), ())
    found_at = [
        XML.locate(tmp_path, DataFile(ROLE, "a.xml", {}), document, place(row), ("r", "any"))
        for row in batch.rows[ROLE].frame.to_dicts()
    ]
    assert [(at.line, at.xpath) for at in found_at] == [
        (1, "/r/@a"),
        (2, "/r/meta"),
        (4, "/r/images/x[1]"),
    ]
    assert [row["@id"] for row in whole([batch], "image")] == ["1"]


def test_attributes_are_fields_of_the_record_and_of_elements_in_it(tmp_path: Path) -> None:
    role = plan("xml", source("page", "/PcGts/Page", "@w", "Coords/@points", "Coords"))
    rows = whole(
        read(tmp_path, "<PcGts><Page w=' 5 '><Coords points='1,2'/></Page></PcGts>", role), "page"
    )
    assert [(r["@w"], r["Coords/@points"], r["Coords"], r["@path"]) for r in rows] == [
        ("5", "1,2", "", "/PcGts/Page[1]")
    ]


def test_elements_are_those_of_the_roles_namespace(tmp_path: Path) -> None:
    role = plan("xml", source("page", "/P/Page", "name"), namespace="urn:p")
    data = (
        '<p:P xmlns:p="urn:p" xmlns:o="urn:o"><o:Page/>'
        "<p:Page><o:name>x</o:name><p:name>y</p:name></p:Page></p:P>"
    )
    (batch,) = read(tmp_path, data, role)
    assert [(row["name"], row["@path"]) for row in whole([batch], "page")] == [("y", "/P/Page[1]")]
    assert batch.rows["page"].unknown == (Unknown("name", 1, 0),)


@pytest.mark.parametrize("locator", ["/P/{kind}", "/P/{kind:box|tag}", "/P/*"])
@pytest.mark.parametrize("namespace", [None, "urn:p"])
def test_elements_of_any_or_several_names_are_those_of_the_roles_namespace(
    tmp_path: Path, locator: str, namespace: str | None
) -> None:
    role = plan("xml", source("mark", locator, "."), namespace=namespace)
    here = f'xmlns="{namespace}"' if namespace else ""
    data = f'<P {here} xmlns:o="urn:o"><o:box>x</o:box><box>y</box><o:tag/></P>'
    (batch,) = read(tmp_path, data, role)
    assert [(r["."], r["@path"]) for r in whole([batch], "mark")] == [("y", "/P/box[1]")]
    assert set(batch.rows[ROLE].unknown) == {Unknown("P/box", 1, 0), Unknown("P/tag", 1, 1)}


def test_a_list_of_another_namespace_does_not_stand_for_one_that_is_required(
    tmp_path: Path,
) -> None:
    role = plan("xml", source("a", "/P/list/item", ".", required=Level.MUST), namespace="urn:p")
    data = '<P xmlns="urn:p"><list xmlns="urn:o"/></P>'
    assert [each.rule for each in found(read(tmp_path, data, role))] == ["a.missing"]


def test_a_place_is_not_that_of_a_like_named_element_of_another_namespace(tmp_path: Path) -> None:
    role = plan("xml", source("page", "/P/Page", "name"), namespace="urn:p")
    data = (
        '<P xmlns="urn:p" xmlns:o="urn:o">\n<o:Page/>\n<Page>\n<o:name/>\n<name>y</name></Page></P>'
    )
    (row,) = whole(read(tmp_path, data, role), "page")
    data_file = DataFile(ROLE, "a.xml", {})
    where = XML.locate(tmp_path, data_file, role.sources[0], place(row), ("name",))
    assert (where.line, where.xpath) == (5, "/P/Page[1]/name")


def test_a_root_of_another_namespace_is_told_in_full(tmp_path: Path) -> None:
    role = plan("xml", source("page", "/P", "name"), namespace="urn:p")
    (finding,) = found(read(tmp_path, "<P/>", role))
    assert finding.message == "the root element is P, expected {urn:p}P"


def test_a_document_of_another_root_is_of_another_kind(tmp_path: Path) -> None:
    batches = read(tmp_path, "\n<annotations/>")
    (finding,) = found(batches)
    assert (finding.rule, finding.level, finding.location.line) == ("xml.root", Level.MUST, 2)
    assert (finding.actual, finding.expected) == ("annotations", "annotation")
    assert batches[0].rows == {}


def test_a_required_source_without_an_element_is_missing_where_it_should_stand(
    tmp_path: Path,
) -> None:
    role = plan(
        "xml",
        source(
            "media",
            "/r",
            children=(
                source("a", "object", ".", required=Level.SHOULD),
                source("b", "list/item", ".", required=Level.MUST),
            ),
        ),
    )
    assert [
        (each.rule, each.level, each.location.xpath) for each in found(read(tmp_path, "<r/>", role))
    ] == [("a.missing", Level.SHOULD, "/r"), ("b.missing", Level.MUST, "/r")]
    assert told(read(tmp_path, "<r><object/><list/></r>", role)) == []


def test_several_sources_of_a_document_stand_side_by_side(tmp_path: Path) -> None:
    role = plan(
        "xml",
        source("image", "/r/set/image", "@id"),
        source("label", "/r/set/{kind:tag|box}", "{kind}"),
        source("head", "/r", "version"),
    )
    data = (
        "<r><version>1</version><set><image id='1'/></set>"
        "<set><image id='2'/><box/><tag/></set></r>"
    )
    batches = read(tmp_path, data, role)
    assert [(r["@id"], r["@path"], r["@index"], r["@parent"]) for r in whole(batches, "image")] == [
        ("1", "/r/set[1]/image[1]", 0, None),
        ("2", "/r/set[2]/image[1]", 1, None),
    ]
    assert [row["{kind}"] for row in whole(batches, "label")] == ["box", "tag"]
    assert [row["version"] for row in whole(batches, "head")] == ["1"]
    assert all(not rows.unknown for rows in batches[0].rows.values())


def test_each_takes_elements_of_any_name(tmp_path: Path) -> None:
    role = plan("xml", source("item", "/r/*", "."))
    rows = whole(read(tmp_path, "<r><a>1</a><b>2</b><a>3</a></r>", role), "item")
    assert [(row["."], row["@path"]) for row in rows] == [
        ("1", "/r/a[1]"),
        ("2", "/r/b[1]"),
        ("3", "/r/a[2]"),
    ]


def test_a_source_without_locator_is_the_root_whatever_its_name(tmp_path: Path) -> None:
    rows = whole(
        read(tmp_path, "<any><w>1</w></any>", plan("xml", source("media", "", "w"))), "media"
    )
    assert [(row["w"], row["@path"]) for row in rows] == [("1", "/any")]


def test_a_root_of_any_name_is_of_the_roles_namespace(tmp_path: Path) -> None:
    role = plan("xml", source("media", "", "w"), namespace="urn:p")
    (finding,) = found(read(tmp_path, "<any><w>1</w></any>", role))
    assert (finding.rule, finding.expected) == ("xml.root", "{urn:p}*")


def test_only_wanted_sources_and_fields_are_handed_over(tmp_path: Path) -> None:
    (batch,) = read(tmp_path, SAMPLE, want={"annotation.part": frozenset({"name"})})
    assert list(batch.rows) == ["media", "annotation", "annotation.part"]
    assert batch.rows["annotation"].frame.columns[0] == "@file"
    assert [(row["name"], row["@parent"]) for row in whole([batch], "annotation.part")] == [
        ("head", 0),
        ("hand", 0),
    ]


def test_columns_have_the_types_of_the_seam(tmp_path: Path) -> None:
    frame = read(tmp_path, SAMPLE)[0].rows["media"].frame
    assert frame.schema["size/depth"] == frame.schema["source/image"] == pl.String
    assert [frame.schema[name] for name in ("@file", "@start", "@index", "@parent", "@path")] == [
        pl.UInt32, pl.Int64, pl.UInt32, pl.UInt32, pl.String,
    ]  # fmt: skip


@pytest.mark.parametrize("rows", [1, 2, 1000])
def test_a_document_is_never_split_over_batches(tmp_path: Path, rows: int) -> None:
    made = files(tmp_path, {"a.xml": SAMPLE, "b.xml": b"", "c.xml": SAMPLE})
    batches = list(XML.read(tmp_path, made, VOC, None, rows))
    for batch in batches:
        if batch.rows:
            parents = batch.rows["annotation.part"].frame["@parent"]
            assert parents.max() < batch.rows["annotation"].frame.height  # type: ignore[operator]
    assert [row["@file"] for row in whole(batches, "annotation")] == [10, 10, 12, 12]
    assert told(batches) == [("xml.empty", "b.xml", None, None)]


def test_locate_gives_the_xpath_and_line_of_a_value_or_else_of_the_record(tmp_path: Path) -> None:
    made = files(tmp_path, {"a.xml": SAMPLE})
    part = whole(list(XML.read(tmp_path, made, VOC, None, 9)), "annotation.part")[1]
    home = child(VOC, "annotation.part")
    where = [
        XML.locate(tmp_path, made[0][1], home, place(part), path)
        for path in (None, ("name",), ("bndbox", "xmin"), ("bndbox", "xmax"), ("@x",))
    ]
    record = "/annotation/object[1]/part[2]"
    assert [(each.line, each.xpath) for each in where] == [
        (10, record),
        (11, record + "/name"),
        (12, record + "/bndbox/xmin"),
        (10, record),
        (10, record),
    ]


def test_locate_finds_attributes_and_survives_a_file_that_is_gone(tmp_path: Path) -> None:
    role = plan("xml", source("page", "/r/p", "@w"))
    made = files(tmp_path, {"a.xml": b"<r>\n<p/>\n<p w='1'/></r>"})
    row = whole(list(XML.read(tmp_path, made, role, None, 9)), "page")[1]
    file = made[0][1]
    first = XML.locate(tmp_path, file, role.sources[0], place(row), ("@w",))
    assert (first.line, first.xpath) == (3, "/r/p[2]/@w")
    (tmp_path / "a.xml").unlink()
    assert XML.locate(tmp_path, file, role.sources[0], place(row), ("@w",)).xpath == "/r/p[2]"


def test_a_file_that_is_only_named_is_passed_over_and_one_that_is_gone_is_told(
    tmp_path: Path,
) -> None:
    made = [(0, DataFile(ROLE, "a.xml", {}, exists=False)), (1, DataFile(ROLE, "b.xml", {}))]
    assert told(list(XML.read(tmp_path, made, VOC, None, 9))) == [
        ("xml.unreadable", "b.xml", None, None)
    ]
