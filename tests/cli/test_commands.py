"""The commands run for real: exit codes, stdout, reports that say nothing of this machine."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import jsonschema
import pytest
from typer.testing import CliRunner

from annostd.bindings.staging import ASIDE
from annostd.cli import app
from annostd.reports import report_schema
from tests.api import deliveries as made

if TYPE_CHECKING:
    from collections.abc import Mapping

    from typer.testing import Result

ROOT = Path(__file__).parents[2]


def run(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def coco_with(root: Path, box: made.Box) -> Path:
    area = {"area": abs(box[2] * box[3])}
    return made.coco(root, [made.image(1, "a.png")], [made.instance(1, 1, 3, box, **area)])


@pytest.mark.parametrize(
    ("box", "options", "code"),
    [
        ((4, 6, 20, 10), (), 0),
        ((50, 6, 20, 10), (), 0),
        ((50, 6, 20, 10), ("--fail-on", "should"), 1),
        ((4, 6, 0, 10), (), 1),
        ((4, 6, 0, 10), ("--ignore", "box-degenerate"), 0),
        ((4, 6, 20, 10), ("--require", "media"), 3),
        ((4, 6, 0, 10), ("--require", "media"), 1),
        ((4, 6, 20, 10), ("--require", "nothing"), 2),
        ((4, 6, 20, 10), ("--select", "nothing"), 2),
        ((4, 6, 20, 10), ("--as", "coco@7"), 2),
    ],
)
def test_validate_ends_as_its_help_says(
    box: made.Box, options: tuple[str, ...], code: int, tmp_path: Path
) -> None:
    assert run("validate", coco_with(tmp_path, box), *options).exit_code == code


@pytest.mark.parametrize("text", ["", "{", "[]", "\xff"])
def test_stdout_holds_one_json_report_also_for_what_cannot_be_read(
    text: str, tmp_path: Path
) -> None:
    made.put(tmp_path / "a.json", text.encode("latin-1"))
    found = run("validate", tmp_path / "a.json", "--as", "coco", "--format", "json")
    assert found.exit_code == 1
    report = json.loads(found.stdout)
    jsonschema.validate(report, report_schema(), cls=jsonschema.Draft202012Validator)
    assert report["verdict"] == "fails"


def test_several_paths_give_a_list_of_reports(tmp_path: Path) -> None:
    paths = [made.two_splits(tmp_path / "a"), made.voc(tmp_path / "b")]
    found = json.loads(run("validate", *paths, "--format", "json").stdout)
    assert [report["standard"]["id"] for report in found] == ["coco-instances", "pascal-voc"]


def test_the_command_that_shows_the_rest_shows_it(tmp_path: Path) -> None:
    folder = made.yolo(tmp_path, lines="0 0.5\n" * 9)
    first = run("validate", folder, "--as", "yolo", "--limit", 2)
    (line,) = [line for line in first.stdout.splitlines() if "more: annostd" in line]
    rest = run(*line.partition("annostd ")[2].split())
    assert rest.exit_code == 1
    assert rest.stdout.count("labels/train/a.txt:") == 9


@pytest.mark.parametrize(
    ("options", "code"),
    [((), 1), (("--allow-loss",), 0), (("--allow-loss", "--set", "media.wide=1"), 2)],
)
def test_convert_ends_as_its_help_says(options: tuple[str, ...], code: int, tmp_path: Path) -> None:
    source = made.two_splits(tmp_path / "in")
    found = run("convert", source, tmp_path / "out", "--to", "voc", *options)
    assert found.exit_code == code
    assert (tmp_path / "out").exists() == (code == 0)


def test_a_report_of_a_refused_conversion_is_written_and_fits_its_schema(tmp_path: Path) -> None:
    source = made.two_splits(tmp_path / "in")
    run("convert", source, tmp_path / "out", "--to", "voc", "--report", tmp_path / "report.json")
    report = json.loads((tmp_path / "report.json").read_bytes())
    jsonschema.validate(report, report_schema(), cls=jsonschema.Draft202012Validator)
    assert report["written"] is False
    assert report["refused"] != []


def in_process(folder: Path, seed: str) -> dict[str, bytes]:
    """Validate and convert in a process of its own, and collect all that comes out."""
    environment: Mapping[str, str] = os.environ | {"PYTHONHASHSEED": seed}
    verbs = (
        ("validate", "in", "--format", "json"),
        ("convert", "in", f"out{seed}", "--to", "voc", "--allow-loss", "--report", f"{seed}.json"),
    )
    texts = {}
    for words in verbs:
        command = [sys.executable, "-m", "annostd", *words]
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=True)
        texts[words[0]] = done.stdout.replace(f"out{seed}".encode(), b"out")
    return (
        texts
        | {"report": (folder / f"{seed}.json").read_bytes()}
        | made.tree(folder / f"out{seed}")
    )


def test_the_same_input_gives_the_same_bytes_and_says_nothing_of_this_machine(
    tmp_path: Path,
) -> None:
    made.two_splits(tmp_path / "in")
    first = in_process(tmp_path, "1")
    assert in_process(tmp_path, "2") == first
    assert all(str(tmp_path).encode() not in data for data in first.values())


def test_hostile_text_reaches_the_terminal_escaped(tmp_path: Path) -> None:
    hostile = "[red]x[/]\x1b[31m\u202e"
    box = [made.instance(1, 1, 3, (50, 6, 20, 10), area=200)]
    twice = [{"id": 3, "name": hostile}, {"id": 4, "name": hostile}]
    folder = made.coco(tmp_path, [made.image(1, f"{hostile}.png")], box, twice)
    found = run("validate", folder, "--limit", 0)
    assert "[red]x[/]\\x1b[31m\\u202e" in found.stdout
    assert "\x1b" not in found.stdout + found.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="signals differ there")
def test_a_conversion_that_is_ended_midway_leaves_nothing(tmp_path: Path) -> None:
    images = [made.image(n, f"{n}.png") for n in range(20_000)]
    source = made.coco(tmp_path / "in", images)
    command = [sys.executable, "-m", "annostd", "convert", str(source), str(tmp_path / "out")]
    with subprocess.Popen([*command, "--as", "coco", "--to", "voc", "--allow-loss"]) as running:
        while running.poll() is None and not list(tmp_path.glob(f".*{ASIDE}*")):
            time.sleep(0.01)
        running.send_signal(signal.SIGTERM)
    assert running.returncode == 128 + signal.SIGTERM
    assert [path.name for path in tmp_path.iterdir()] == ["in"]
