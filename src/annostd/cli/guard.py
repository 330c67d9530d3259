"""How a command ends: exit codes, and every failure as one line that says what to do next."""

from __future__ import annotations

import functools
import os
import shlex
import signal
import sys
from contextvars import ContextVar
from enum import IntEnum
from typing import TYPE_CHECKING, NoReturn, ParamSpec

import typer

from annostd.cli.console import emit, note
from annostd.errors import AnnostdError, StandardError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

P = ParamSpec("P")

debugging: ContextVar[bool] = ContextVar("debugging", default=False)
"""Whether an internal error shows its trace (`annostd --debug …`)."""


class Exit(IntEnum):
    """The exit codes; findings win over incomplete."""

    FINE = 0
    FINDINGS = 1
    UNUSABLE = 2
    INCOMPLETE = 3
    INTERRUPTED = 128 + signal.SIGINT
    CLOSED = 141  # 128 + SIGPIPE, which not every platform has
    TERMINATED = 128 + signal.SIGTERM


def verb(function: Callable[P, Exit]) -> Callable[P, None]:
    """Make a command of a function: its answer is the exit code, what it raises one line."""

    @functools.wraps(function)
    def guarded(*args: P.args, **options: P.kwargs) -> None:
        try:
            code = function(*args, **options)
            sys.stdout.flush()
        except (typer.Exit, typer.BadParameter, SystemExit):
            raise
        except BrokenPipeError:
            code = _closed()
        except KeyboardInterrupt:
            code = Exit.INTERRUPTED
        except AnnostdError as error:
            code = _unusable(error, json=options.get("form") == "json")
        except OSError as error:  # a full disk or a file not permitted is nobody's bug here
            code = _unusable(_refusal(error), json=options.get("form") == "json")
        except BaseException as error:  # a panic of a compiled library is no Exception
            if debugging.get():
                raise
            code = _internal(error)
        raise typer.Exit(code)

    return guarded


def end_on_termination() -> None:
    """Let SIGTERM end the run as an exception does, so that nothing half-written stays."""
    signal.signal(signal.SIGTERM, _terminated)


def _terminated(_signal: int, _frame: FrameType | None) -> NoReturn:
    sys.exit(Exit.TERMINATED)


def _closed() -> Exit:
    """Nobody reads on: point stdout elsewhere, or Python complains when it flushes at the end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return Exit.CLOSED


def _unusable(error: AnnostdError, *, json: bool) -> Exit:
    if json:
        from annostd.reports import json_error

        emit([json_error(error)])
    if isinstance(error, StandardError):
        for fault in error.faults:
            note(str(fault))
    else:
        note(f"error: {error}")
    return Exit.UNUSABLE


def _refusal(error: OSError) -> UsageError:
    where = "" if error.filename is None else f"{error.filename}: "
    return UsageError(f"{where}{error.strerror or error}")


def _internal(error: BaseException) -> Exit:
    """Tell a bug of ours in one line, never as a bare trace."""
    words = shlex.join(sys.argv[1:])
    note(
        f"internal error: {type(error).__name__}: {error}; please report it with the output of "
        f"`annostd --debug {words}`"
    )
    return Exit.UNUSABLE
