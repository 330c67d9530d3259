"""The one list of checks: `nox` runs all, `nox -s lint` one, `nox -s mend` repairs what it can.

All run in the environment that nox itself runs in (README says how to make it); only the wheel is
tried in one of its own, which has runtime dependencies and nothing else. Tests come last, so that
their summary ends the output.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import nox

nox.options.default_venv_backend = "none"
nox.options.sessions = ["format", "lint", "types", "floors", "wheel", "tests"]

ROOT = Path(__file__).parent


def python(session: nox.Session, *words: str | Path) -> None:
    """Run this environment's Python."""
    session.run(sys.executable, *map(str, words), external=True)


@nox.session(name="format")
def formatted(session: nox.Session) -> None:
    """All code is formatted."""
    python(session, "-m", "ruff", "format", "--check")


@nox.session
def lint(session: nox.Session) -> None:
    """Ruff finds nothing."""
    python(session, "-m", "ruff", "check")


@nox.session
def types(session: nox.Session) -> None:
    """Mypy finds nothing, in source and tests."""
    python(session, "-m", "mypy")


@nox.session
def floors(session: nox.Session) -> None:
    """Every module imports only from the floors below its own."""
    python(
        session, "-c", "from importlinter.cli import lint_imports_command as c; c()", "--no-logo"
    )


@nox.session
def wheel(session: nox.Session) -> None:
    """The wheel, made from the sdist, works alone: without tools, far from `src/`."""
    with tempfile.TemporaryDirectory() as folder:
        room = Path(folder)
        python(session, "-m", "build", "--no-isolation", "--outdir", room, ROOT)
        (built,) = room.glob("*.whl")
        python(session, "-m", "venv", room / "venv")
        own = room / "venv" / ("Scripts" if sys.platform == "win32" else "bin") / "python"
        session.run(str(own), "-m", "pip", "install", "--quiet", str(built), external=True)
        smoke = Path(__file__).with_name("tests") / "smoke.py"
        with session.chdir(room):
            session.run(str(own), "-I", str(smoke), str(ROOT), external=True)


@nox.session
def tests(session: nox.Session) -> None:
    """All tests, every case and example of every standard among them, with coverage.

    Two processes share them, and one that is done takes over from the other. Arguments after `--`
    are pytest's: `-n 0` for one process, `-n 8` for eight.
    """
    coverage = ("--cov", "--cov-report=term:skip-covered")
    shared = ("-n", "2", "--dist", "worksteal")
    python(session, "-m", "pytest", "-q", *coverage, *shared, *session.posargs)


@nox.session
def mend(session: nox.Session) -> None:
    """Format the code and repair what ruff can."""
    python(session, "-m", "ruff", "check", "--fix")
    python(session, "-m", "ruff", "format")
