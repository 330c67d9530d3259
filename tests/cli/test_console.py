from __future__ import annotations

import io
import sys

import pytest

from annostd.cli.console import paint, progress
from annostd.reports import Role, Span, line
from tests.reports.samples import HOSTILE


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def colourful(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")


def painted(stream: io.StringIO, text: str = "bad") -> str:
    paint([line(Span(text, Role.ERROR), " thing")], stream)
    return stream.getvalue()


def test_a_terminal_gets_colour() -> None:
    assert painted(Terminal()) == "\x1b[1;31mbad\x1b[0m thing\n"


def test_what_is_no_terminal_gets_plain_text() -> None:
    assert painted(io.StringIO()) == "bad thing\n"


def test_a_terminal_gets_plain_text_if_no_colour_is_wanted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert painted(Terminal()) == "bad thing\n"


def test_markup_and_escapes_in_data_colour_nothing() -> None:
    text = painted(Terminal(), HOSTILE)
    assert text.count("\x1b") == 2
    assert r"[red]x[/] \x1b[31m\x07\x9b2J\u202e\n\ud800:smile:" in text


def test_a_long_line_is_not_broken() -> None:
    assert painted(Terminal(), "x" * 500).count("\n") == 1


def test_a_name_that_the_encoding_lacks_is_shown_escaped() -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="latin-1")
    paint([line("größe 猫")], stream)
    assert raw.getvalue() == "größe \\u732b\n".encode("latin-1")


def test_progress_is_shown_only_on_a_terminal_and_unless_quiet(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for stream, quiet in ((io.StringIO(), False), (Terminal(), True)):
        monkeypatch.setattr(sys, "stderr", stream)
        with progress("validate", quiet=quiet) as advance:
            assert advance is None
        assert stream.getvalue() == ""


def test_progress_counts_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with progress("validate", quiet=False) as advance:
        assert advance is not None
        advance(1200)
        advance(34)
    assert "1,234 rows" in terminal.getvalue()
