"""How the process ends when the world around it does not wait."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STUBBED = """
import sys, time, types
import annostd
api = annostd.api = sys.modules["annostd.api"] = types.ModuleType("annostd.api")
from tests.reports.samples import finding, report
sys.argv = ["annostd", "validate", "data", "--limit", "0"]

def validate(*_, **__):
    {body}

api.validate = validate
from annostd.cli import main
main()
"""
MANY = "return (report(*(finding(line=number) for number in range(1, 20000))),)"
SLOW = """
    try:
        print("begun", flush=True)
        time.sleep(60)
    finally:
        print("tidied", flush=True)
"""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals differ there")


def start(body: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", STUBBED.format(body=body)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def test_a_reader_that_leaves_ends_the_run_quietly() -> None:
    with start(MANY) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.read(10)
        running.stdout.close()
        assert running.stderr.read() == b""
    assert running.returncode == 141


@pytest.mark.parametrize(("name", "code"), [("terminate", 143), ("interrupt", 130)])
def test_a_signal_leaves_time_to_tidy_and_ends_as_the_shell_expects(name: str, code: int) -> None:
    with start(SLOW) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        assert running.stdout.readline() == b"begun\n"
        running.send_signal(2 if name == "interrupt" else 15)
        assert running.stdout.read() == b"tidied\n"
        assert running.stderr.read() == b""
    assert running.returncode == code


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; from annostd.cli import app; "
        "heavy = {'polars', 'numpy', 'lxml', 'yaml', 'jsonschema', 'msgspec', 'PIL'}; "
        "print(sorted(heavy & set(sys.modules)))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout == "[]\n"
