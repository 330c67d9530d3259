"""The terminal: results on stdout, notes and progress on stderr, colour where it can be seen."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

from annostd.errors import UsageError
from annostd.reports import Role, line, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from annostd.reports import Line

STYLES = {
    Role.PLAIN: "",
    Role.TITLE: "bold",
    Role.GOOD: "green",
    Role.ERROR: "bold red",
    Role.WARNING: "yellow",
    Role.NOTE: "cyan",
    Role.FAINT: "dim",
    Role.COMMAND: "italic",
}


def show(lines: Iterable[Line]) -> None:
    """Print lines on stdout."""
    paint(lines, sys.stdout)


def note(text: str) -> None:
    """Print a line on stderr, made safe."""
    paint([line(text)], sys.stderr)


def show_path(path: Path) -> None:
    """Print a path that was written on stdout, with `/`."""
    show([line(path.as_posix())])


def save(path: Path, pieces: Iterable[str]) -> None:
    """Write text to a file, whole or not at all; UsageError where that cannot be done."""
    aside = path.with_name(f"{path.name}.part")
    try:
        with aside.open("w", encoding="utf-8", errors="backslashreplace", newline="\n") as stream:
            stream.writelines(pieces)
        aside.replace(path)
    except OSError as error:
        aside.unlink(missing_ok=True)
        raise UsageError(f"{path} cannot be written: {error.strerror}") from error


def emit(pieces: Iterable[str]) -> None:
    """Write text on stdout as it is."""
    sys.stdout.writelines(pieces)
    sys.stdout.flush()


def paint(lines: Iterable[Line], stream: TextIO) -> None:
    """Print lines, coloured where the stream is a terminal and NO_COLOR is not set."""
    if not stream.isatty() or os.environ.get("NO_COLOR"):
        stream.writelines(_encodable(plain(spans), stream) + "\n" for spans in lines)
        stream.flush()
        return
    from rich.console import Console
    from rich.text import Text

    console = Console(file=stream, highlight=False, markup=False, emoji=False)
    for spans in lines:
        text = Text.assemble(*((span.text, STYLES[span.role]) for span in spans))
        console.print(text, soft_wrap=True)


def _encodable(text: str, stream: TextIO) -> str:
    """The text with what the stream's encoding lacks escaped, rather than ending the run."""
    encoding = stream.encoding or "utf-8"
    return text.encode(encoding, "backslashreplace").decode(encoding)


@contextmanager
def progress(verb: str, *, quiet: bool) -> Iterator[Callable[[int], None] | None]:
    """A bar on stderr that counts rows, fed by the function yielded; None where nobody sees it."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn(verb), BarColumn(), TextColumn("{task.completed:,} rows"))
    console = Console(stderr=True)
    with Progress(*columns, TimeElapsedColumn(), console=console, transient=True) as bar:
        task = bar.add_task(verb, total=None)
        yield lambda rows: bar.advance(task, rows)
