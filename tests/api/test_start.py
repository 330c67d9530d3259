"""A small run does little: one walk, the rules of one dialect, the libraries that it needs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from annostd import api, plan
from annostd.api import once
from annostd.bindings import BINDINGS, files

if TYPE_CHECKING:
    from collections.abc import Callable

CASES = Path(__file__).parents[2] / "conformance"
BY_FILES = CASES / "pascal-voc" / "valid" / "layout-roboflow" / "in"
ROBOFLOW = CASES / "coco-instances" / "valid" / "layout-roboflow" / "in"
ZERO_BASED = CASES / "pascal-voc" / "valid" / "boxes-zero-based-told-by-a-zero" / "in"
RUN = """
import sys
from annostd.cli import main
sys.argv = {words}
try:
    main()
except SystemExit:
    pass
print(sorted({unneeded} & set(sys.modules)))
"""


@pytest.fixture(name="counted")
def _counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Name whatever is called of what costs."""
    calls: list[str] = []

    def count(module: object, name: str) -> None:
        function: Callable[..., object] = getattr(module, name)

        def counting(*args: object, **options: object) -> object:
            calls.append(name)
            return function(*args, **options)

        monkeypatch.setattr(module, name, counting)

    for kept in (once._compile, once._compile_reading):
        kept.cache_clear()
    count(files, "walk")
    count(plan, "with_written")
    return calls


@pytest.mark.parametrize("data", [BY_FILES, ZERO_BASED], ids=["told by files", "told by data"])
def test_detecting_walks_once_and_compiles_the_rules_of_what_fits(
    data: Path, counted: list[str]
) -> None:
    (report,) = api.validate(data)
    assert report.verdict == "conforms"
    assert sorted(counted) == ["walk", "with_written"]


def test_standards_without_a_file_of_theirs_are_not_even_loaded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    loaded: list[str] = []
    load = once.load

    def loading(path: Path, known: object) -> object:
        loaded.append(Path(path).parent.name)
        return load(path, known)  # type: ignore[arg-type]

    monkeypatch.setattr(once, "load", loading)
    assert api.detect(ZERO_BASED).chosen == "pascal-voc"
    assert "pascal-voc" in loaded
    assert not {"coco-instances", "chat-messages", "yolo-detect"} & {*loaded}


@pytest.mark.parametrize(
    ("words", "unneeded"),
    [
        (["annostd", "--help"], {"polars", "numpy", "yaml", "lxml", "PIL"}),
        (["annostd", "validate", str(ROBOFLOW)], {"lxml", "PIL.Image", "jsonschema"}),
        (["annostd", "validate", str(ZERO_BASED)], {"annostd.bindings.json", "jsonschema"}),
    ],
    ids=["help", "json", "xml"],
)
def test_a_run_imports_only_what_it_needs(words: list[str], unneeded: set[str]) -> None:
    code = RUN.format(words=words, unneeded=unneeded)
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines()[-1] == "[]"


def test_a_carrier_is_the_same_binding_whenever_it_is_asked_for() -> None:
    assert all(BINDINGS[name] is BINDINGS[name] for name in BINDINGS)
    assert "no-carrier" not in BINDINGS
