"""The verbs of who writes a standard."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from lxml import etree

from annostd import api
from annostd.errors import UsageError

ROOT = Path(__file__).parents[2]


def test_generate_writes_schemas_and_page_of_a_json_standard(tmp_path: Path) -> None:
    written = api.generate("coco-instances", tmp_path)
    assert [path.name for path in written] == ["coco-instances.schema.json", "coco-instances.md"]
    Draft202012Validator.check_schema(json.loads(written[0].read_text("utf-8")))


def test_generate_writes_both_schemas_of_an_xml_standard(tmp_path: Path) -> None:
    relax, schema, page = api.generate("pascal-voc", tmp_path / "made")
    assert (relax.name, schema.name) == ("pascal-voc.label.rng", "pascal-voc.label.xsd")
    etree.RelaxNG(etree.parse(relax))
    etree.XMLSchema(etree.parse(schema))
    assert page.read_text("utf-8").count("\n# ") == 1


def test_generate_follows_the_dialect_named(tmp_path: Path) -> None:
    schema, _ = api.generate("yolo-detect:list", tmp_path)
    names = json.loads(schema.read_text("utf-8"))["properties"]["names"]
    assert names["type"] == "array"


def test_generated_files_are_the_same_bytes_each_time(tmp_path: Path) -> None:
    first = [path.read_bytes() for path in api.generate("pascal-voc", tmp_path / "a")]
    second = [path.read_bytes() for path in api.generate("pascal-voc", tmp_path / "b")]
    assert first == second


@pytest.mark.parametrize("path", sorted((ROOT / "standards").rglob("*.yaml")), ids=lambda p: p.stem)
def test_shipped_standards_and_fragments_are_without_a_fault(path: Path) -> None:
    assert api.lint([path]) == ()


def test_lint_lists_the_faults_of_a_broken_standard_in_order() -> None:
    path = ROOT / "conformance/standards/invalid/schema-unknown-key.yaml"
    faults = api.lint([path])
    assert faults
    assert list(faults) == sorted(faults)


def test_lint_finds_what_only_the_plan_shows(tmp_path: Path) -> None:
    path = api.new("our-boxes", tmp_path)
    path.write_text(path.read_text("utf-8").replace("length(name) > 0", "length(nam) > 0"), "utf-8")
    (fault,) = api.lint([path])
    assert "nam" in fault.message
    assert path.read_text("utf-8").splitlines()[fault.line - 1].strip().startswith("require:")


def test_lint_finds_what_only_another_dialect_shows(tmp_path: Path) -> None:
    path = api.new("our-boxes", tmp_path)
    rule = "{rules: {class-blank: {require: length(nam) > 0}}}"
    path.write_text(
        path.read_text("utf-8") + f"dialects: {{names: {{good: {{}}, bad: {rule}}}}}\n", "utf-8"
    )
    assert len(api.lint([path])) == 1


def test_new_standards_are_without_a_fault_also_in_a_chain(tmp_path: Path) -> None:
    first = api.new("our-boxes", tmp_path)
    second = api.new("our-rings", tmp_path, like="our-boxes")
    assert first == tmp_path / "our-boxes/0.1.0.yaml"
    assert api.lint([first, second]) == ()


def test_lint_of_a_copy_of_a_shipped_standard_is_not_confused_by_its_siblings(
    tmp_path: Path,
) -> None:
    copy = tmp_path / "standards"
    shutil.copytree(ROOT / "standards", copy)
    assert api.lint([copy / "vision/yolo-segment/1.0.0.yaml"]) == ()


def test_new_refuses_an_id_that_is_taken_and_a_file_that_is_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="name of a standard that is known"):
        api.new("coco", tmp_path)
    api.new("our-boxes", tmp_path)
    with pytest.raises(UsageError, match="is there already"):
        api.new("our-boxes", tmp_path)
