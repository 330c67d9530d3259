"""The pages in `docs/`: fresh, complete, and their links lead somewhere."""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from annostd import codecs
from annostd.bindings import BINDINGS
from annostd.expressions.functions import CALLABLE

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"


def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate_docs", DOCS / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_generated_pages_are_fresh() -> None:
    pages: dict[str, str] = script().generate_docs()
    stale = [name for name, text in pages.items() if (DOCS / name).read_text("utf-8") != text]
    assert stale == [], "run docs/generate.py"


def test_the_page_of_code_names_every_carrier_and_codec() -> None:
    text = (DOCS / "code.md").read_text("utf-8")
    assert [name for name in (*BINDINGS, *codecs.__all__) if f"| `{name}` |" not in text] == []


def test_every_codec_is_listed() -> None:
    folder = ROOT / "src/annostd/codecs"
    assert {path.stem for path in folder.glob("[!_]*.py")} == set(codecs.__all__)


def test_no_page_of_a_standard_is_left_over() -> None:
    pages = script().generate_docs()
    found = {f"standards/{path.name}" for path in (DOCS / "standards").iterdir()}
    assert found == {name for name in pages if name.startswith("standards/")}


@pytest.mark.parametrize("page", sorted(DOCS.rglob("*.md")), ids=lambda path: path.name)
def test_links_between_pages_lead_to_pages(page: Path) -> None:
    links = re.findall(r"\]\(([^)<>#:]+)\)", page.read_text("utf-8"))
    assert [link for link in links if not (page.parent / link).is_file()] == []


def test_the_page_of_the_language_names_every_key() -> None:
    text = (DOCS / "language.md").read_text("utf-8")
    schema = json.loads((ROOT / "src/annostd/standard/standard.schema.json").read_text("utf-8"))
    keys = {key for part in schema["$defs"].values() for key in part.get("properties", {})}
    assert [key for key in sorted(keys) if f"`{key}`" not in text] == []


def test_the_page_of_the_language_names_every_function() -> None:
    text = (DOCS / "language.md").read_text("utf-8")
    assert [name for name in CALLABLE if not re.search(rf"\b{name}\b", text)] == []
