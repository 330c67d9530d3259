"""The README cannot lie: its Python runs, its commands exist."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from annostd.cli import app

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.DOTALL | re.MULTILINE)


def commands() -> list[str]:
    """Every command line of annostd that the README shows."""
    lines = [line for block in blocks("sh") for line in block.splitlines()]
    parts = [part.strip() for line in lines for part in line.split("&&")]
    found = [re.sub(r"^(\.venv/bin/)?annostd ", "", part) for part in parts if "annostd " in part]
    return sorted({command.split(" #")[0].strip() for command in found})


def test_the_python_of_the_readme_runs(tmp_path: Path) -> None:
    (code,) = blocks("python")
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_the_python_of_the_readme_has_about_ten_lines() -> None:
    (code,) = blocks("python")
    assert len([line for line in code.splitlines() if line.strip()]) <= 12


@pytest.mark.parametrize("command", commands())
def test_a_command_of_the_readme_exists_with_its_options(command: str) -> None:
    verb, *words = shlex.split(command)
    shown = CliRunner().invoke(app, [verb, "--help"])
    assert shown.exit_code == 0
    for option in (word for word in words if word.startswith("--")):
        assert option.split("=")[0] in shown.stdout


def test_each_of_the_two_commands_is_one_line_that_makes_its_own_environment() -> None:
    own = [line for block in blocks("sh") for line in block.splitlines() if "-m venv" in line]
    assert len(own) == 2
    assert all(line.startswith("python3 -m venv .venv && .venv/bin/pip install") for line in own)


def test_every_verb_is_told_in_the_readme() -> None:
    verbs = {command.name for command in app.registered_commands}
    assert {f"annostd {verb}" for verb in verbs} <= set(re.findall(r"annostd [a-z]+", README))
