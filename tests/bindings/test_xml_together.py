"""XML read together is what it is read one by one: on all cases, and on what is made to differ."""

from __future__ import annotations

import random
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from annostd import api
from annostd.api.choice import name_standard
from annostd.api.once import compile_plan, library, with_dialects
from annostd.bindings import xml_batches, xml_parse, xml_quick
from annostd.bindings.xml import Xml
from annostd.columns.raw import DataFile, RawBatch
from tests.bindings.plans import VOC, plan, source

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from annostd.plan.model import FilePlan

CASES = Path(__file__).parents[2] / "conformance"
TOGETHER, SINGLY = Xml(many=1), Xml(many=1_000_000)

OBJECT = (
    "<object>\n<name>{0}</name>\n<bndbox><xmin>1</xmin><ymin>2</ymin>"
    "<xmax>20</xmax><ymax>10</ymax></bndbox>\n</object>\n"
)
HEAD = (
    "<annotation>\n<filename>{0}.jpg</filename>\n<size><width>6</width><height>5</height></size>\n"
)
TAIL = "</annotation>\n"


def regular(name: str, *objects: str) -> str:
    """Write a document as one program would."""
    return HEAD.format(name) + "".join(OBJECT.format(each) for each in objects) + TAIL


REGULAR = regular("r", "cat", "dog", "cat")
CAT = OBJECT.format("cat")
END = "</object>"
BETWEEN = "</object>\n<object>"
PART = "<part><name>head</name></part>"
LATIN = '<?xml version="1.0" encoding="ISO-8859-1"?>\n'
PREFIXED = REGULAR.replace("<annotation>", '<annotation xmlns:a="urn:x">')
STRANGE_ROWS = REGULAR.replace(END, '<color a="1">red</color>' + PART + END).replace(
    "<bndbox>", '<point/>\n<bndbox b="x">', 1
)
"""Rows of several kinds, with what is declared and what is not."""
STRANGE: dict[str, str | bytes] = {
    "comment": REGULAR.replace("<name>cat", "<!-- <object> --><name>cat", 1),
    "comment in a value": REGULAR.replace("cat", "c<!-- x -->at", 1),
    "comment before": "<!-- <object> -->" + REGULAR,
    "cdata": REGULAR.replace("cat", "<![CDATA[cat]]>", 1),
    "cdata of tags": REGULAR.replace("dog", "<![CDATA[</name></object><object>]]>"),
    "instruction": REGULAR.replace("<size>", "<?x y?><size>"),
    "document type": "<!DOCTYPE annotation>\n" + REGULAR,
    "entity": REGULAR.replace("dog", "d&amp;g"),
    "character": REGULAR.replace("dog", "d&#111;g"),
    "unknown entity": REGULAR.replace("dog", "d&o;g"),
    "latin-1": (LATIN + REGULAR.replace("dog", "dög")).encode("latin-1"),
    "latin-1 by name only": LATIN + REGULAR.replace("dog", "dög"),
    "utf-16": REGULAR.encode("utf-16"),
    "no utf-8": REGULAR.encode().replace(b"dog", b"d\xffg"),
    "mark of utf-8": b"\xef\xbb\xbf" + REGULAR.encode(),
    "declared": '<?xml version="1.0" encoding="utf-8"?>\n' + REGULAR,
    "declared, not at the beginning": '\n<?xml version="1.0"?>\n' + REGULAR,
    "version 1.1": '<?xml version="1.1"?>\n' + REGULAR,
    "another order": re.sub(r"(<name>.*\n)(<bndbox>.*\n)", r"\2\1", REGULAR),
    "another order once": re.sub(r"(<name>.*\n)(<bndbox>.*\n)", r"\2\1", REGULAR, count=1),
    "elements after the rows": REGULAR.replace(TAIL, "<segmented>1</segmented>" + TAIL),
    "elements between rows": REGULAR.replace(BETWEEN, f"{END}<segmented>1</segmented><object>", 1),
    "twice the same": REGULAR.replace("<size>", "<filename>b.jpg</filename><size>"),
    "twice in a row": REGULAR.replace("<name>dog</name>", "<name>dog</name><name>cow</name>"),
    "two sizes": REGULAR.replace("<size>", "<size><width>1</width></size><size>"),
    "attribute": REGULAR.replace("<object>", '<object id="7">', 1),
    "attributes of all": REGULAR.replace("<object>", '<object id="7">'),
    "attribute in single quotes": REGULAR.replace("<object>", "<object id='7'>", 1),
    "attribute twice": REGULAR.replace("<object>", '<object id="7" id="8">', 1),
    "attribute over lines": REGULAR.replace("<object>", '<object\nid="7">', 1),
    "attribute with an angle": REGULAR.replace("<object>", '<object id="7>">', 1),
    "attribute with an entity": REGULAR.replace("<object>", '<object id="&lt;">', 1),
    "namespace": REGULAR.replace("<annotation>", '<annotation xmlns="urn:x">'),
    "namespace of a row": REGULAR.replace("<object>", '<object xmlns="urn:x">', 1),
    "prefix": PREFIXED.replace("name>", "a:name>"),
    "prefix of a row": PREFIXED.replace("object>", "a:object>"),
    "prefix that is not declared": REGULAR.replace("name>", "a:name>"),
    "text beside elements": REGULAR.replace("<size>", "lone<size>"),
    "text between rows": REGULAR.replace("</object>\n<object>", "</object>lone<object>", 1),
    "text in a row": REGULAR.replace("<bndbox>", "lone<bndbox>", 1),
    "text behind": REGULAR + "lone",
    "text before": "lone" + REGULAR,
    "second root": REGULAR + REGULAR,
    "rows behind": REGULAR + CAT,
    "rows alone": CAT,
    "row in a row": REGULAR.replace("</object>", CAT + "</object>", 1),
    "row in a value": REGULAR.replace("<name>dog</name>", f"<name>{CAT}</name>"),
    "rows elsewhere": REGULAR.replace("<size>", f"<size>{CAT}"),
    "cut off": REGULAR[:-20],
    "cut off behind a row": HEAD.format("x") + CAT,
    "another end": REGULAR.replace("</name>", "</nom>", 1),
    "ends crossed": REGULAR.replace("</bndbox>\n</object>", "</object></bndbox>", 1),
    "blank in an end": REGULAR.replace("</name>", "</name >", 1),
    "line end in an end": REGULAR.replace("</object>", "</object\n>", 1),
    "blank in a tag": REGULAR.replace("<object>", "<object >", 1),
    "empty row": REGULAR.replace("<object>", "<object/><object>", 1),
    "empty row with a blank": REGULAR.replace("<object>", "<object /><object>", 1),
    "empty value": REGULAR.replace("<name>dog</name>", "<name/>"),
    "value of nothing": REGULAR.replace("dog", ""),
    "blank value": REGULAR.replace("dog", "   "),
    "value over lines": REGULAR.replace("dog", "dog\n  "),
    "value between blanks": REGULAR.replace("dog", "\t dog  "),
    "value in another script": REGULAR.replace("dog", "собака 犬"),
    "value with an angle": REGULAR.replace("dog", "d>g"),
    "value with the end of CDATA": REGULAR.replace("dog", "d]]>g"),
    "value with a NUL": REGULAR.replace("dog", "d\0g"),
    "NUL before a row": REGULAR.replace("<object>", "\0<object>", 1),
    "NUL for a row": REGULAR.replace("<object>", "\0", 1),
    "control character": REGULAR.replace("dog", "d\x01g"),
    "delete character": REGULAR.replace("dog", "d\x7f\x85g"),
    "no character": REGULAR.replace("dog", "d\ufffeg"),
    "no-break blank": REGULAR.replace("dog", "\xa0dog\xa0"),
    "windows line ends": REGULAR.replace("\n", "\r\n"),
    "old line ends": REGULAR.replace("\n", "\r"),
    "value with a return": REGULAR.replace("dog", "d\rg"),
    "one line": REGULAR.replace("\n", ""),
    "indented": REGULAR.replace("<", "  <"),
    "unknown members": REGULAR.replace(END, "<color>red</color><color>blue</color>" + END),
    "unknown members in one": REGULAR.replace("</object>", "<color><r>1</r></color></object>", 1),
    "unknown members of the document": REGULAR.replace("<size>", "<path>/a</path><size>"),
    "unknown elements between rows": REGULAR.replace(BETWEEN, "</object><x/><object>", 1),
    "parts": REGULAR.replace(END, PART + PART.replace("head", "hand") + END),
    "part alone": REGULAR.replace("</object>", "<part><name>head</name></part></object>", 1),
    "part then members": REGULAR.replace("<bndbox>", "<part><name>head</name></part><bndbox>", 1),
    "part in the document": REGULAR.replace("<size>", "<part><name>head</name></part><size>"),
    "actions": REGULAR.replace("</object>", "<actions><jumping>1</jumping></actions></object>", 1),
    "point": REGULAR.replace("</object>", "<point><x>1</x><y>2</y></point></object>", 1),
    "another root": REGULAR.replace("annotation>", "annotations>"),
    "root of a row": "<object><name>cat</name></object>",
    "no rows": regular("n"),
    "empty": "",
    "blanks": " \n ",
    "many lines": REGULAR.replace("dog", "dog") + "\n" * 70_000,
    "two kinds in turn": regular("t", "cat") .replace("</object>", "<pose>Left</pose></object>") ,
}  # fmt: skip


def files_of(
    root: Path, texts: Sequence[str | bytes], captures: Mapping[str, str] | None = None
) -> list[tuple[int, DataFile]]:
    """Write documents; their numbers are not those of a list."""
    found = []
    for number, text in enumerate(texts):
        data = text if isinstance(text, bytes) else text.encode()
        (root / f"{number}.xml").write_bytes(data)
        found.append(
            (
                3 * number + 2,
                DataFile("label", f"{number}.xml", {"stem": f"s{number}"} | dict(captures or {})),
            )
        )
    return found


def one(batches: Sequence[RawBatch]) -> RawBatch:
    (batch,) = batches
    return batch


def assert_alike(
    root: Path,
    files: Sequence[tuple[int, DataFile]],
    role: FilePlan,
    want: Mapping[str, frozenset[str]] | None = None,
) -> None:
    """Read documents in both ways, and compare all there is."""
    many = one(list(TOGETHER.read(root, files, role, want, 1_000_000)))
    single = one(list(SINGLY.read(root, files, role, want, 1_000_000)))
    assert [*many.rows] == [*single.rows]
    assert many.findings == single.findings
    for name, rows in single.rows.items():
        assert many.rows[name].frame.to_dicts() == rows.frame.to_dicts(), name
        assert many.rows[name].frame.schema == rows.frame.schema
        assert many.rows[name].unknown == rows.unknown, name


@pytest.fixture(name="parsed")
def _parsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Name the files that are read by themselves."""
    names: list[str] = []
    parse = xml_parse.parse

    def parsing(data: bytes, file: DataFile, using: object) -> object:
        names.append(file.path)
        return parse(data, file, using)  # type: ignore[arg-type]

    monkeypatch.setattr(xml_batches, "parse", parsing)
    return names


@pytest.mark.parametrize("name", STRANGE)
def test_a_document_unlike_the_others_reads_as_by_itself(name: str, tmp_path: Path) -> None:
    texts = [REGULAR, STRANGE[name], regular("b", "dog"), STRANGE[name], REGULAR]
    assert_alike(tmp_path, files_of(tmp_path, texts), VOC)


def test_all_kinds_of_documents_at_once_read_as_by_themselves(tmp_path: Path) -> None:
    texts = [text for each in STRANGE.values() for text in (REGULAR, each, each)]
    assert_alike(tmp_path, files_of(tmp_path, texts), VOC)


def test_strange_documents_come_first_and_still_others_are_learned(
    tmp_path: Path, parsed: list[str]
) -> None:
    texts = [STRANGE["comment"], STRANGE["cdata"], *[REGULAR] * 3]
    assert_alike(tmp_path, files_of(tmp_path, texts), VOC)
    assert parsed == [f"{number}.xml" for number in (0, 1, *range(5))]


@pytest.mark.parametrize(
    "name",
    ["declared", "windows line ends", "one line", "indented", "no rows", "value of nothing",
     "empty value", "value between blanks", "value in another script", "unknown members",
     "unknown members of the document", "parts", "part alone", "point", "attributes of all",
     "another order", "blank value", "two kinds in turn", "delete character"],
)  # fmt: skip
def test_what_is_plain_is_read_together(name: str, tmp_path: Path, parsed: list[str]) -> None:
    files = files_of(tmp_path, [REGULAR, *[STRANGE[name]] * 3])
    list(TOGETHER.read(tmp_path, files, VOC, None, 1000))
    assert parsed == []


@pytest.mark.parametrize("fields", [set(), {"name"}, {"name", "bndbox/xmin", "{order}"}])
def test_only_what_is_asked_for_is_there(fields: set[str], tmp_path: Path) -> None:
    want = {"media": frozenset({"filename"}), "annotation": frozenset(fields)}
    texts = [text for each in STRANGE.values() for text in (REGULAR, each)]
    assert_alike(tmp_path, files_of(tmp_path, texts), VOC, want)
    assert_alike(tmp_path, files_of(tmp_path, texts), VOC, {"annotation": frozenset(fields)})


def test_rows_in_attributes_within_rows_are_numbered_and_placed(tmp_path: Path) -> None:
    box = source("box", "box", "@label", "@x", "{order}", enclosing="image")
    role = plan("xml", source("image", "/set/image", "@id", "{stem}", children=(box,)))
    text = (
        '<set>\n<image id="{0}">\n<box label="a" x="1.5"/>\n<box label="b" x="2"/>\n</image>\n'
        '<image id="z"/>\n<image id="y">\n<box x="3" label="c">\n</box></image>\n</set>'
    )
    files = files_of(tmp_path, [text.format(number) for number in range(6)])
    assert_alike(tmp_path, files, role)


def test_what_is_required_of_a_row_is_told_of_each_that_lacks_it(tmp_path: Path) -> None:
    from annostd.findings import Level

    box = source("box", "box", "x", enclosing="image", required=Level.MUST)
    role = plan("xml", source("image", "/set/image", "id", children=(box,)))
    row = "<image><id>1</id><box><x>1</x></box></image>"
    full = f"<set>{row}{row}</set>"
    texts = [full, full, full.replace("<box><x>1</x></box>", "", 1), full, "<set></set>"]
    assert_alike(tmp_path, files_of(tmp_path, texts), role)


def test_no_more_is_learned_than_the_bound(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, parsed: list[str]
) -> None:
    monkeypatch.setattr(xml_quick, "KINDS", 3)
    texts = [REGULAR.replace("<size>", " " * number + "<size>") for number in range(12)]
    assert_alike(tmp_path, files_of(tmp_path, texts), VOC)
    assert len(parsed) > 12


@pytest.mark.parametrize("standard", ["pascal-voc"])
def test_every_case_reads_the_same_in_both_ways(standard: str, tmp_path: Path) -> None:
    found = sorted((CASES / standard).rglob("in/**/*.xml"))
    assert len(found) > 100
    known, _ = name_standard(standard, library())
    texts = [path.read_bytes() for path in found for _ in range(2)]
    for axis, options in known.dialects.items():
        for option in options:
            made = compile_plan(with_dialects(known, {axis: option.name}))
            for role in (each for each in made.files if each.file.carrier == "xml"):
                assert_alike(tmp_path, files_of(tmp_path, texts, {"split": "train"}), role)


def test_many_files_give_the_same_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "Annotations"
    folder.mkdir()
    texts = [text for each in STRANGE.values() for text in (REGULAR, each)]
    for number, text in enumerate(texts):
        data = text if isinstance(text, bytes) else text.encode()
        (folder / f"{number:04}.xml").write_bytes(data)
    (together,) = api.validate(tmp_path, standard="pascal-voc")
    monkeypatch.setattr(Xml, "many", 1_000_000)
    (singly,) = api.validate(tmp_path, standard="pascal-voc")
    assert together.findings == singly.findings
    assert together == singly


def test_a_capture_that_the_first_files_lack_is_taken_from_those_that_have_it(
    tmp_path: Path,
) -> None:
    role = plan("xml", source("media", "/annotation", "{stem}", "{split}", "filename"))
    files = files_of(tmp_path, [REGULAR] * 4)
    given = DataFile("label", "3.xml", {"stem": "s3", "split": "train"})
    files = [(n, DataFile("label", f.path, {"stem": "x"})) for n, f in files[:3]] + [(11, given)]
    assert_alike(tmp_path, files, role)
    assert one(list(TOGETHER.read(tmp_path, files, role, None, 9))).rows["media"].frame[
        "{split}"
    ].to_list() == [None, None, None, "train"]


@pytest.mark.parametrize("seed", range(6))
def test_documents_changed_at_random_read_as_by_themselves(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)  # noqa: S311 - not for secrets
    words = [
        *re.findall(r"<[^<>]*>|[^<>]+", STRANGE_ROWS),
        "<!--",
        "-->",
        "&",
        "\x00",
        '"',
        " ",
        "\n",
    ]
    texts = []
    for _ in range(120):
        tokens = re.findall(r"<[^<>]*>|[^<>]+", STRANGE_ROWS)
        for _ in range(chance.choice([0, 1, 1, 2])):
            at = chance.randrange(len(tokens))
            tokens[at : at + chance.randint(0, 2)] = chance.choices(words, k=chance.randint(0, 2))
        texts.append("".join(tokens))
    assert_alike(tmp_path, files_of(tmp_path, texts), VOC)
