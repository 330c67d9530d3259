"""Writing XML: whole documents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annostd.bindings.xml import XML, unfit
from annostd.errors import UsageError
from tests.bindings.plans import VOC, files, found, plan, source, whole

if TYPE_CHECKING:
    from collections.abc import Mapping

    from annostd.columns.raw import Origin
    from annostd.plan.model import FilePlan

Rows = dict[str, pl.DataFrame]


def printed(role: FilePlan, given: Mapping[str, pl.DataFrame], origin: Origin | None = None) -> str:
    return b"".join(XML.write(role, given, origin)).decode()


def frame(**columns: Any) -> pl.DataFrame:
    return pl.DataFrame({name.replace("__", "/"): values for name, values in columns.items()})


def test_elements_stand_in_the_order_of_the_plan_under_the_parents_they_share() -> None:
    given = {
        "media": frame(folder=["V"], size__height=["1"], size__width=["2"], segmented=[None]),
        "annotation": frame(name=["cat", "dog"], bndbox__xmin=["1", None], **{"@parent": [0, 0]}),
        "annotation.part": frame(name=["head"], **{"@parent": [1]}),
        "attribute": pl.DataFrame({"{name}": ["run"], ".": ["1"], "@parent": [1]}),
    }
    assert (
        printed(VOC, given)
        == """<annotation>
  <folder>V</folder>
  <size>
    <width>2</width>
    <height>1</height>
  </size>
  <object>
    <name>cat</name>
    <bndbox>
      <xmin>1</xmin>
    </bndbox>
  </object>
  <object>
    <name>dog</name>
    <actions>
      <run>1</run>
    </actions>
    <part>
      <name>head</name>
    </part>
  </object>
</annotation>
"""
    )


def test_missing_is_left_out_and_empty_is_written() -> None:
    given = {"media": frame(folder=[""], filename=[None])}
    assert printed(VOC, given) == "<annotation>\n  <folder/>\n</annotation>\n"


def test_text_and_attributes_are_escaped_and_a_namespace_is_declared() -> None:
    role = plan("xml", source("page", "/p", "@a", "t", "."), namespace="urn:p")
    given = {"page": pl.DataFrame({"@a": ['<&"\n\t>'], "t": ["<&>\"'\r"], ".": [None]})}
    assert printed(role, given) == (
        '<p xmlns="urn:p" a="&lt;&amp;&quot;&#10;&#9;&gt;">\n  <t>&lt;&amp;&gt;"\'&#13;</t>\n</p>\n'
    )


def test_a_document_without_rows_is_its_root() -> None:
    role = plan("xml", source("image", "/images/image", "@id"), namespace="urn:p")
    assert printed(role, {}) == '<images xmlns="urn:p"/>\n'


def test_rows_below_a_root_that_is_no_row_stand_in_it() -> None:
    role = plan("xml", source("image", "/r/set/image", "@id"), source("head", "/r", "version"))
    given = {"image": pl.DataFrame({"@id": ["1", "2"]}), "head": pl.DataFrame({"version": ["1"]})}
    assert printed(role, given) == (
        "<r>\n  <version>1</version>\n"
        '  <set>\n    <image id="1"/>\n    <image id="2"/>\n  </set>\n</r>\n'
    )


def test_two_roots_are_refused_not_dropped() -> None:
    with pytest.raises(UsageError, match="several root elements"):
        printed(VOC, {"media": frame(folder=["a", "b"])})


def test_a_row_that_stands_in_no_row_is_refused_not_dropped() -> None:
    given = {"media": frame(folder=["a"]), "annotation": frame(name=["x"], **{"@parent": [None]})}
    with pytest.raises(UsageError, match="stand in no row"):
        printed(VOC, given)


def test_many_documents_are_printed_at_once_as_each_is_alone() -> None:
    given = {
        "media": frame(folder=["a", "b", "c"], **{"@file": [5, 3, 9]}),
        "annotation": frame(name=["x", "y", "z"], **{"@parent": [2, 0, 2], "@file": [9, 5, 9]}),
    }
    made = dict(XML.write_files(VOC, given))
    assert list(made) == [3, 5, 9]
    alone = {
        "media": frame(folder=["c"]),
        "annotation": frame(name=["x", "z"], **{"@parent": [0, 0]}),
    }
    assert made[9].decode() == printed(VOC, alone)
    assert made[3] == b"<annotation>\n  <folder>b</folder>\n</annotation>\n"


def test_what_xml_cannot_give_back_is_unfit() -> None:
    texts = ["é\t\U0001d4b3\n.", "\x00", "a\x1f", "\ufffe", " a", "a\n", "", None]
    assert unfit(pl.Series(texts)).to_list() == [
        False, True, True, True, True, True, False, False,
    ]  # fmt: skip


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8).filter(
    lambda text: not unfit(pl.Series([text]))[0]
)


@given(
    names=st.lists(st.tuples(TEXT, st.none() | TEXT, st.none() | TEXT), max_size=4),
    folder=st.none() | TEXT,
)
def test_what_is_written_reads_back(
    tmp_path_factory: pytest.TempPathFactory,
    names: list[tuple[str, str | None, str | None]],
    folder: str | None,
) -> None:
    root = tmp_path_factory.mktemp("back")
    columns = list(zip(*names, strict=True)) or [(), (), ()]
    fields = ("name", "pose", "bndbox/xmin")
    objects = pl.DataFrame(
        [
            pl.Series(name, values, dtype=pl.String)
            for name, values in zip(fields, columns, strict=True)
        ]
    ).with_columns(pl.lit(0, pl.UInt32).alias("@parent"))
    media = pl.DataFrame({"folder": pl.Series([folder], dtype=pl.String)})
    text = printed(VOC, {"media": media, "annotation": objects})
    batches = list(XML.read(root, files(root, {"a.xml": text.encode()}), VOC, None, 9))
    assert found(batches) == []
    assert [row["folder"] for row in whole(batches, "media")] == [folder]
    rows = whole(batches, "annotation")
    assert [(row["name"], row["pose"], row["bndbox/xmin"]) for row in rows] == names
