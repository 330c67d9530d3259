from __future__ import annotations

import json
import os
import re
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import pytest
from polars.exceptions import PanicException
from typer.testing import CliRunner

import annostd
from annostd.cli import app
from annostd.errors import Fault, StandardError, UsageError
from annostd.findings import Level
from annostd.reports import Candidate, Detection, Entry, Explanation, Report, Trial, Verdict
from tests.reports.samples import HOSTILE, LOST, conversion, finding, report

if TYPE_CHECKING:
    from collections.abc import Callable

    from typer.testing import Result

VERBS = ("validate", "convert", "detect", "list", "explain", "lint", "generate", "test", "new")


class Stub:
    """Stands for a module: answers are given per verb, calls are kept."""

    def __init__(self) -> None:
        self.calls: list[tuple[tuple[object, ...], dict[str, object]]] = []

    def answer(self, module: ModuleType, name: str, value: object) -> None:
        def verb(*args: object, **options: object) -> object:
            self.calls.append((args, options))
            if isinstance(value, BaseException):
                raise value
            return value

        setattr(module, name, verb)


@pytest.fixture
def stub(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Stub]:
    made = Stub()

    def put(name: str, value: object, module: str = "api") -> Stub:
        stand_in = ModuleType(f"annostd.{module}")
        monkeypatch.setitem(sys.modules, stand_in.__name__, stand_in)
        monkeypatch.setattr(annostd, module, stand_in, raising=False)
        made.answer(stand_in, name, value)
        return made

    return put


def run(*words: str) -> Result:
    return CliRunner().invoke(app, words)


@pytest.mark.parametrize(
    ("found", "options", "code"),
    [
        (report(), (), 0),
        (report(finding()), (), 0),
        (report(finding()), ("--fail-on", "should"), 1),
        (report(finding(level=Level.MAY)), ("--fail-on", "should"), 0),
        (report(finding(level=Level.MAY)), ("--fail-on", "may"), 1),
        (report(finding(level=Level.MUST), verdict=Verdict.FAILS), (), 1),
        (report(verdict=Verdict.INCOMPLETE), (), 3),
        (report(finding(), verdict=Verdict.INCOMPLETE), ("--fail-on", "should"), 1),
    ],
)
def test_validate_ends_as_promised(
    stub: Callable[..., Stub], found: Report, options: tuple[str, ...], code: int
) -> None:
    stub("validate", (found,))
    assert run("validate", "data", *options).exit_code == code


def test_validate_hands_every_option_to_the_api(stub: Callable[..., Stub]) -> None:
    calls = stub("validate", (report(),)).calls
    run(
        "validate", "a", "b", "--as", "shapes@1:official", "--media-root", "m", "--require",
        "media", "--select", "x", "--select", "y", "--ignore", "z", "--follow-links",
        "--standards", "s", "--cache", "c",
    )  # fmt: skip
    assert calls == [
        (
            ([Path("a"), Path("b")],),
            {
                "standard": "shapes@1:official",
                "standards": [Path("s")],
                "media_root": Path("m"),
                "require": ["media"],
                "select": ["x", "y"],
                "ignore": ["z"],
                "follow_links": True,
                "engine": "local",
                "cache": Path("c"),
                "progress": None,
            },
        )
    ]


def test_folders_of_standards_come_from_the_environment_too(
    stub: Callable[..., Stub], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANNOSTD_STANDARDS", os.pathsep.join(["one", "two"]))
    calls = stub("list_standards", ()).calls
    assert run("list").exit_code == 0
    assert calls[0][1] == {"standards": [Path("one"), Path("two")]}


def test_json_is_all_that_stands_on_stdout(stub: Callable[..., Stub]) -> None:
    stub("validate", (replace(report(finding()), notes=("media were not found",)),))
    result = run("validate", "data", "--format", "json")
    assert json.loads(result.stdout)["verdict"] == "conforms"
    assert result.stderr == "note: media were not found\n"


def test_json_stands_on_stdout_even_where_nothing_could_be_judged(
    stub: Callable[..., Stub],
) -> None:
    stub("validate", UsageError("no such path: data", hint="name a folder"))
    result = run("validate", "data", "--format", "json")
    assert result.exit_code == 2
    assert json.loads(result.stdout)["error"]["message"] == "no such path: data"


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_report_goes_to_a_file_if_asked(
    stub: Callable[..., Stub], tmp_path: Path, form: str
) -> None:
    stub("validate", (report(finding()),))
    result = run("validate", "d", "--format", form, "--output", str(tmp_path / "report"))
    assert result.stdout == ""
    assert "conforms" in (tmp_path / "report").read_text("utf-8")
    assert [path.name for path in tmp_path.iterdir()] == ["report"]


def test_a_report_that_cannot_be_written_is_an_error(
    stub: Callable[..., Stub], tmp_path: Path
) -> None:
    stub("validate", (report(),))
    result = run("validate", "d", "--output", str(tmp_path / "absent" / "report"))
    assert result.exit_code == 2
    assert "cannot be written" in result.stderr


def test_the_command_that_shows_the_rest_works_as_printed(stub: Callable[..., Stub]) -> None:
    found = report(*(finding(line=i) for i in range(1, 5)), path="my data")
    stub("validate", (found,))
    result = run("validate", "my data", "--as", "shapes", "--limit", "1")
    again = "annostd validate 'my data' --as shapes --select box-outside-media --limit 0"
    assert f"and 3 more: {again}\n" in result.stdout


def test_quiet_is_one_line(stub: Callable[..., Stub]) -> None:
    stub("validate", (replace(report(finding()), notes=("a note",)),))
    result = run("validate", "data", "--quiet")
    assert result.stdout.count("\n") == 1
    assert result.stderr == ""


def test_hostile_text_reaches_the_terminal_only_as_text(stub: Callable[..., Stub]) -> None:
    stub("validate", (report(finding(message=HOSTILE, text=HOSTILE)),))
    output = run("validate", "data").stdout
    assert output.replace("\n", "").isprintable()
    assert "[red]x[/]" in output
    assert ":smile:" in output


@pytest.mark.parametrize("text", ["[red]x[/]", "\x1b[31m"])
def test_hostile_words_on_the_command_line_are_shown_as_text(
    stub: Callable[..., Stub], text: str
) -> None:
    stub("validate", UsageError(f"no such path: {text}"))
    for words in (("validate", text), ("validate", "d", "--fail-on", text), (text,)):
        result = run(*words)
        assert result.exit_code == 2
        assert "\x1b" not in result.stderr


def test_convert_hands_every_option_to_the_api(stub: Callable[..., Stub], tmp_path: Path) -> None:
    calls = stub("convert", conversion()).calls
    result = run(
        "convert", "a", "b", "--to", "dots", "--as", "shapes", "--allow-loss", "--media", "copy",
        "--set", "media.width=64", "--set", "category.name=a=b", "--dry-run", "--force",
        "--engine", "ray", "--report", str(tmp_path / "r.json"),
    )  # fmt: skip
    assert result.exit_code == 0
    ((paths, options),) = calls
    assert paths == (Path("a"), Path("b"))
    assert options == {
        "to": "dots",
        "standard": "shapes",
        "allow_loss": True,
        "media": "copy",
        "values": {"media.width": "64", "category.name": "a=b"},
        "dry_run": True,
        "force": True,
        "media_root": None,
        "follow_links": False,
        "engine": "ray",
        "standards": (),
        "progress": None,
    }
    assert json.loads((tmp_path / "r.json").read_text("utf-8"))["target"]["id"] == "dots"


def test_a_refused_conversion_ends_with_1(stub: Callable[..., Stub]) -> None:
    stub("convert", conversion(LOST, written=False, refused=("1 loss needs --allow-loss",)))
    result = run("convert", "a", "b", "--to", "dots")
    assert result.exit_code == 1
    assert result.stdout.startswith("refused, nothing written")


@pytest.mark.parametrize("text", ["media.width", "width=3", ".x=1", "media.=1"])
def test_a_value_that_names_no_column_is_refused(stub: Callable[..., Stub], text: str) -> None:
    stub("convert", conversion())
    result = run("convert", "a", "b", "--to", "dots", "--set", text)
    assert result.exit_code == 2
    assert "expected TABLE.COLUMN=VALUE" in result.stderr


def test_a_value_given_twice_is_refused(stub: Callable[..., Stub]) -> None:
    stub("convert", conversion())
    result = run("convert", "a", "b", "--to", "dots", "--set", "a.b=1", "--set", "a.b=2")
    assert result.exit_code == 2


@pytest.mark.parametrize(("chosen", "code"), [("shapes", 0), (None, 2)])
def test_detect_ends_with_2_unless_one_is_left(
    stub: Callable[..., Stub], chosen: str | None, code: int
) -> None:
    stub("detect", Detection((Candidate("shapes", "1.0.0", ("why",), fits=True),), chosen))
    result = run("detect", "data")
    assert result.exit_code == code
    assert "why" in result.stdout


def test_list_shows_what_is_known(stub: Callable[..., Stub]) -> None:
    stub("list_standards", (Entry("shapes", "1.0.0", "draft", "Shapes", "vision"),))
    assert run("list").stdout.startswith("shapes  1.0.0")


def test_explain_shows_what_and_why(stub: Callable[..., Stub]) -> None:
    stub("explain", Explanation("r", "shapes", "1.0.0", Level.MUST, "geometry", "x > 0", "so"))
    result = run("explain", "shapes/r")
    assert result.exit_code == 0
    assert "x > 0" in result.stdout


def test_lint_prints_faults_and_ends_with_1(stub: Callable[..., Stub]) -> None:
    stub("lint", (Fault("a.yaml", 3, 7, "unknown key rowz, expected rows"),))
    result = run("lint", "a.yaml")
    assert result.exit_code == 1
    assert result.stdout == "a.yaml:3:7: unknown key rowz, expected rows\n"


def test_lint_without_a_fault_is_silent(stub: Callable[..., Stub]) -> None:
    stub("lint", ())
    result = run("lint", "a.yaml")
    assert (result.exit_code, result.output) == (0, "")


def test_generate_and_new_print_what_they_wrote(stub: Callable[..., Stub]) -> None:
    stub("generate", (Path("out/a.json"), Path("out/a.md")))
    assert run("generate", "shapes", "--into", "out").stdout == "out/a.json\nout/a.md\n"
    stub("new", Path("s/x/1.0.0.yaml"))
    assert run("new", "x", "--into", "s").stdout == "s/x/1.0.0.yaml\n"


@pytest.mark.parametrize(("problems", "code"), [((), 0), (("found nothing",), 1)])
def test_cases_that_come_out_otherwise_end_with_1(
    stub: Callable[..., Stub], problems: tuple[str, ...], code: int
) -> None:
    stub("test", (Trial("shapes", "valid/a", problems),), module="conformance")
    assert run("test").exit_code == code


def test_a_broken_standard_is_told_fault_by_fault(stub: Callable[..., Stub]) -> None:
    faults = [Fault("a.yaml", 2, 1, "second"), Fault("a.yaml", 1, 1, "first")]
    stub("validate", StandardError(faults))
    result = run("validate", "data")
    assert result.exit_code == 2
    assert result.stderr == "a.yaml:1:1: first\na.yaml:2:1: second\n"


def test_an_internal_error_is_one_line_that_says_how_to_report_it(
    stub: Callable[..., Stub],
) -> None:
    stub("validate", KeyError("\x1b[31mbox"))
    result = run("validate", "data")
    assert result.exit_code == 2
    assert re.fullmatch(r"internal error: KeyError: .*annostd --debug .*\n", result.stderr)


def test_a_panic_of_a_compiled_library_is_an_internal_error_of_one_line(
    stub: Callable[..., Stub],
) -> None:
    stub("validate", PanicException("index out of bounds"))
    result = run("validate", "data")
    assert result.exit_code == 2
    assert re.fullmatch(
        r"internal error: PanicException: index .*annostd --debug .*\n", result.stderr
    )


def test_what_the_system_refuses_is_no_internal_error(stub: Callable[..., Stub]) -> None:
    stub("validate", OSError(28, "No space left on device", "out/a.json"))
    result = run("validate", "data")
    assert (result.exit_code, result.stderr) == (2, "error: out/a.json: No space left on device\n")


def test_debug_shows_the_trace(stub: Callable[..., Stub]) -> None:
    stub("validate", KeyError("box"))
    result = run("--debug", "validate", "data")
    assert isinstance(result.exception, KeyError)


def test_an_interrupt_ends_as_the_shell_expects(stub: Callable[..., Stub]) -> None:
    stub("validate", KeyboardInterrupt())
    assert run("validate", "data").exit_code == 130


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_help_with_an_example(verb: str) -> None:
    result = run(verb, "--help")
    assert result.exit_code == 0
    assert f"annostd {verb}" in result.stdout


def test_the_help_names_every_verb_in_order() -> None:
    shown = re.findall(rf"^│ ({'|'.join(VERBS)}) ", run("--help").stdout, re.MULTILINE)
    assert tuple(shown) == VERBS


def test_the_version_is_shown() -> None:
    assert run("--version").stdout.startswith("annostd ")
