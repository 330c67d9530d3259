"""Hostile and broken XML: a finding with its place, never an exception, nothing opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annostd.bindings.xml import XML
from tests.bindings.plans import VOC, files, found, place, told, whole
from tests.bindings.test_xml_read import SAMPLE, read

if TYPE_CHECKING:
    from pathlib import Path

PLAIN = "<annotation><folder>é</folder></annotation>"
BOMB = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + "".join(
        f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefghi", "bcdefghij", strict=True)
    )
    + "]>\n<annotation><folder>&j;</folder></annotation>"
)


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"<!DOCTYPE annotation><annotation/>", 1),
        (BOMB.encode(), 1),
        (b'<?xml version="1.0"?>\n<!-- c -->\n<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', 3),
        (b'\xef\xbb\xbf<!DOCTYPE a [<!ENTITY e SYSTEM "http://127.0.0.1:9/">]><a>&e;</a>', 1),
        ("<!DOCTYPE a><annotation/>".encode("utf-16"), 1),
        ('<?xml version="1.0" encoding="UTF-16LE"?><!DOCTYPE a><a/>'.encode("utf-16-le"), 1),
        (b'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE a+AD4APA-a/+AD4-', 1),
    ],
)
def test_a_document_type_is_refused_in_every_disguise(
    tmp_path: Path, data: bytes, line: int
) -> None:
    batches = read(tmp_path, data)
    assert [(each[0], each[2]) for each in told(batches)] == [("xml.doctype", line)]
    assert whole(batches, "media") == []


@pytest.mark.parametrize(
    "data", [b"<annotation><!-- <!DOCTYPE a> --></annotation>", b"<!-- <!DOCTYPE --><annotation/>"]
)
def test_a_document_type_in_a_comment_is_none(tmp_path: Path, data: bytes) -> None:
    assert found(read(tmp_path, data)) == []


@pytest.mark.parametrize(
    ("data", "rule", "line", "column"),
    [
        (b"", "xml.empty", None, None),
        (b" \n\t", "xml.empty", None, None),
        (b"<annotation>\n <a></b>", "xml.syntax", 2, 9),
        (b"<annotation/><annotation/>", "xml.syntax", 1, 14),
        (b"<annotation>\n&nbsp;</annotation>", "xml.syntax", 2, 7),
        (b"<annotation a='1' a='2'/>", "xml.syntax", 1, 24),
        (b"<annotation>\0</annotation>", "xml.syntax", 1, 13),
        (b"<annotation>&#0;</annotation>", "xml.syntax", 1, 17),
        (b"<a>" * 5000, "xml.depth", 1, 771),
        (b"no xml", "xml.syntax", 1, 1),
        ("<annotation>\n é".encode() + b"\xe9</annotation>", "xml.encoding", 2, 3),
        (b'<?xml version="1.0" encoding="nope"?><a/>', "xml.encoding", 1, 1),
    ],
)
def test_broken_xml_is_told_with_line_and_column(
    tmp_path: Path, data: bytes, rule: str, line: int | None, column: int | None
) -> None:
    batches = read(tmp_path, data)
    assert told(batches) == [(rule, "a.xml", line, column)]
    assert whole(batches, "media") == []


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf" + PLAIN.encode(),
        PLAIN.encode("utf-16"),
        b'<?xml version="1.0" encoding="ISO-8859-1"?>' + PLAIN.encode("latin-1"),
        b'<?xml version="1.0" encoding="windows-1252"?>\r\n' + PLAIN.encode("cp1252"),
    ],
)
def test_a_mark_and_other_encodings_that_the_prolog_names_are_fine(
    tmp_path: Path, data: bytes
) -> None:
    batches = read(tmp_path, data)
    assert found(batches) == []
    assert whole(batches, "media")[0]["folder"] == "é"


def test_xml_cut_off_anywhere_is_one_finding(tmp_path: Path) -> None:
    data = SAMPLE.rstrip()
    made = files(tmp_path, {f"{cut:04}.xml": data[:cut] for cut in range(len(data))})
    batches = list(XML.read(tmp_path, made, VOC, None, 100_000))
    assert [each.location.file for each in found(batches)] == [file.path for _, file in made]
    assert {each.rule for each in found(batches)} == {"xml.syntax", "xml.empty"}


def test_a_long_prolog_does_not_make_looking_for_a_document_type_slow(tmp_path: Path) -> None:
    for part in (b"<!-- - -->", b"<?a ??>", b" ", b"<!--" + b"-" * 9, b"<?" + b"?" * 9):
        assert len(found(read(tmp_path, part * 100_000))) == 1


def test_many_repeated_elements_are_one_finding_at_once(tmp_path: Path) -> None:
    data = b"<annotation>" + b"<folder/>" * 100_000 + b"<object/>" * 20_000 + b"</annotation>"
    made = files(tmp_path, {"a.xml": data})
    batches = list(XML.read(tmp_path, made, VOC, None, 1000))
    assert [each.location.xpath for each in found(batches)] == ["/annotation/folder[2]"]
    home = VOC.sources[0].children[0]
    for row in whole(batches, "annotation")[::100]:
        XML.locate(tmp_path, made[0][1], home, place(row), ("name",))


@given(data=st.one_of(st.binary(max_size=80), st.text(max_size=80).map(lambda text: text.encode())))
def test_no_bytes_make_reading_fail(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    assert len(found(read(tmp_path_factory.mktemp("any"), data))) == 1


@given(at=st.integers(0, len(SAMPLE) - 1), byte=st.binary(min_size=1, max_size=3))
def test_no_changed_byte_makes_reading_fail(
    tmp_path_factory: pytest.TempPathFactory, at: int, byte: bytes
) -> None:
    batches = read(tmp_path_factory.mktemp("any"), SAMPLE[:at] + byte + SAMPLE[at + 1 :])
    assert len(whole(batches, "media")) == 1 or found(batches)
