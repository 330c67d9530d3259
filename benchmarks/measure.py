"""One run of a program as a whole process: seconds, and the memory of it and its children.

Memory is sampled from /proc. Anonymous memory and the pages of mapped files are told apart, since
the kernel can drop the latter at any time; files on a memory file system count with the latter.
"""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

PAUSE: Final = 0.05
"""Seconds between two samples."""

ENVIRONMENT: Final = {
    name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"
}
"""What programs are run with: as they would be elsewhere, with their modules compiled once."""

_TAIL = 4096


@dataclass(frozen=True, slots=True)
class Limits:
    """What a run may take before it is stopped: seconds, and megabytes of anonymous memory."""

    seconds: float
    megabytes: float


@dataclass(frozen=True, slots=True)
class Run:
    """What a run took: seconds of wall and of all processors, peaks in megabytes.

    `failure` is why it does not count: the last line that it printed, or the limit that it hit.
    """

    wall: float
    cpu: float
    anonymous: float
    mapped: float
    failure: str | None = None


def measure(command: Sequence[str], folder: Path, statuses: Sequence[int], limits: Limits) -> Run:
    """Run a command in a folder; another exit status than those given is a failure."""
    with tempfile.TemporaryFile() as output:
        before = _processor_seconds()
        start = time.perf_counter()
        process = subprocess.Popen(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=ENVIRONMENT,
            start_new_session=True,
        )
        watch = _Watch(process.pid, limits)
        watch.start()
        status = process.wait()
        wall = time.perf_counter() - start
        watch.end()
        failure = watch.hit
        if failure is None and status not in statuses:
            failure = _last_line(output.fileno()) or f"exit status {status}"
    return Run(wall, _processor_seconds() - before, watch.anonymous, watch.mapped, failure)


class _Watch(threading.Thread):
    """Samples the memory of a process and its children, and stops them at the limits."""

    def __init__(self, process: int, limits: Limits) -> None:
        super().__init__(daemon=True)
        self.process = process
        self.limits = limits
        self.anonymous = 0.0
        self.mapped = 0.0
        self.hit: str | None = None
        self._ended = threading.Event()

    def run(self) -> None:
        deadline = time.monotonic() + self.limits.seconds
        while not self._ended.wait(PAUSE):
            figures = [_memory(process) for process in _tree(self.process)]
            self.anonymous = max(self.anonymous, sum(each["RssAnon"] for each in figures))
            mapped = sum(each["RssFile"] + each["RssShmem"] for each in figures)
            self.mapped = max(self.mapped, mapped)
            if self.anonymous > self.limits.megabytes:
                self._kill(f"stopped at {self.limits.megabytes:,.0f} MB")
            elif time.monotonic() > deadline:
                self._kill(f"stopped after {self.limits.seconds:,.0f} s")

    def end(self) -> None:
        """Take no more samples."""
        self._ended.set()
        self.join()

    def _kill(self, why: str) -> None:
        self.hit = why
        with suppress(ProcessLookupError):
            os.killpg(self.process, signal.SIGKILL)


def _tree(process: int) -> Iterator[int]:
    """Yield a process and all that it started."""
    yield process
    for children in Path(f"/proc/{process}/task").glob("*/children"):
        with suppress(OSError):
            for child in children.read_text().split():
                yield from _tree(int(child))


def _memory(process: int) -> Mapping[str, float]:
    """Tell the resident megabytes of a process by kind; none where it is gone."""
    figures = {"RssAnon": 0.0, "RssFile": 0.0, "RssShmem": 0.0}
    with suppress(OSError):
        for line in Path(f"/proc/{process}/status").read_text().splitlines():
            name, _, value = line.partition(":")
            if name in figures:
                figures[name] = int(value.split()[0]) / 1024
    return figures


def _processor_seconds() -> float:
    """Tell what all children so far have used."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _last_line(output: int) -> str:
    size = os.fstat(output).st_size
    tail = os.pread(output, _TAIL, max(0, size - _TAIL)).decode(errors="replace")
    lines = [line.strip() for line in tail.replace("\r", "\n").splitlines() if line.strip()]
    return lines[-1] if lines else ""
