"""The rules of the house, for what no linter asks: sizes, names, exports, whose names stay out."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
SOURCES = sorted((ROOT / "src").rglob("*.py"))
MODULES = [*SOURCES, *sorted((ROOT / "tests").rglob("*.py")), ROOT / "noxfile.py"]
PACKAGES = [path for path in SOURCES if path.name == "__init__.py"]

FILE_LINES = 400
FUNCTION_LINES = 60
PARAMETERS = 5
BANNED = {
    "utils", "util", "helpers", "helper", "common", "misc", "base", "core", "manager", "shared",
    "process", "handle",
}  # fmt: skip

LONG_FILES: tuple[str, ...] = ()
"""Only pure tables."""

MANY_PARAMETERS = (
    "src/annostd/api/convert.py:convert",
    "src/annostd/api/validate.py:validate",
    "src/annostd/cli/convert.py:convert",
    "src/annostd/cli/validate.py:validate",
    "tests/bindings/tree_plans.py:read",
)
"""A command's options are its parameters, and what the command line takes the API takes."""

ANY = {
    "src/annostd/bindings/yaml_parse.py": 7,
    "src/annostd/bindings/yaml_write.py": 3,
    "src/annostd/standard/meta_schema.py": 2,
    "src/annostd/validators/places.py": 1,
}
"""Where untyped input enters: module and how often it says `Any`."""

CODECS = ("coco-rle",)
"""Codecs bear the name of what they code; no other name of a format may stand in the code."""


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    tree = ast.parse(path.read_text("utf-8"))
    return [
        node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def parameters(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    every = function.args.posonlyargs + function.args.args + function.args.kwonlyargs
    return [argument.arg for argument in every if argument.arg not in {"self", "cls"}]


def standard_names() -> set[str]:
    names: set[str] = set()
    for path in (ROOT / "standards").rglob("*.yaml"):
        document = yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader)
        if not document.get("fragment"):
            names |= {document["id"], *document.get("aliases", ())}
    return names


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_file_fits_in_the_head(path: Path) -> None:
    lines = len(path.read_text("utf-8").splitlines())
    assert lines <= FILE_LINES or name_of(path) in LONG_FILES, f"{lines} lines"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_function_fits_on_a_page(path: Path) -> None:
    long = {
        function.name: length
        for function in functions(path)
        if (length := (function.end_lineno or 0) - function.lineno + 1) > FUNCTION_LINES
    }
    assert long == {}


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_function_takes_five_parameters_at_most_unless_listed(path: Path) -> None:
    many = {
        f"{name_of(path)}:{function.name}"
        for function in functions(path)
        if len(parameters(function)) > PARAMETERS
    }
    listed = {entry for entry in MANY_PARAMETERS if entry.startswith(f"{name_of(path)}:")}
    assert many == listed


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_a_module_says_what_it_is(path: Path) -> None:
    assert not {part.removesuffix(".py") for part in path.parts} & BANNED


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_any_stands_only_where_it_is_counted(path: Path) -> None:
    found = sum(
        isinstance(node, ast.Name) and node.id == "Any"
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
    )
    assert found == ANY.get(name_of(path), 0)


@pytest.mark.parametrize("path", PACKAGES, ids=name_of)
def test_a_package_only_re_exports_and_lists_exactly_that(path: Path) -> None:
    docstring, *rest = ast.parse(path.read_text("utf-8")).body
    assert isinstance(docstring, ast.Expr)
    imported: list[str] = []
    listed: list[str] = []
    for statement in rest:
        if isinstance(statement, ast.ImportFrom):
            names = [alias.asname or alias.name for alias in statement.names]
            imported += names if statement.module != "__future__" else []
        else:
            assert isinstance(statement, ast.Assign), "only re-exports and `__all__`"
            assert [ast.unparse(target) for target in statement.targets] == ["__all__"]
            listed = ast.literal_eval(statement.value)
    assert sorted(listed) == sorted(imported)


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_no_standard_is_known_by_name(path: Path) -> None:
    text = path.read_text("utf-8")
    for codec in CODECS:
        text = text.replace(codec, "")
    words = "|".join(re.escape(name) for name in sorted(standard_names()))
    assert re.findall(rf"\b(?:{words})\b", text, re.IGNORECASE) == []


def test_there_are_standards_whose_names_are_looked_for() -> None:
    assert standard_names()


def test_every_package_of_the_source_has_its_init_file() -> None:
    folders = {path.parent for path in SOURCES}
    assert {path.parent for path in PACKAGES} == folders
