"""Time annostd and its peers: `python -m benchmarks.run --size small`; README.md says more."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks.datasets import PICTURES, prepare
from benchmarks.environment import facts, peers, tools_of
from benchmarks.measure import Limits, Run, measure
from benchmarks.scene import FULL_IMAGES, Scene
from benchmarks.table import Result, as_json, table
from benchmarks.works import OURS, OUT, Work, command_of, load_works

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SIZES: Final = {"small": 1_000, "full": FULL_IMAGES}
ROOT: Final = Path(__file__).parents[1]
_MEMORY = Path("/dev/shm")  # noqa: S108 - where files cost no disk; what is made there is removed


@dataclass(frozen=True, slots=True)
class Bench:
    """Where and how often the works are done."""

    scene: Scene
    folder: Path
    tools: Path
    rounds: int
    limits: Limits

    def results(self, work: Work, programs: Sequence[str]) -> list[Result]:
        """Run the programs in turn, round by round; one that failed is not tried again."""
        data = prepare(work.data, self.scene, self.folder)
        runs: dict[str, list[Run]] = {name: [] for name in programs if name in work.commands}
        for number in range(self.rounds):
            shift = number % len(runs)
            for program in [*runs][shift:] + [*runs][:shift]:
                if all(run.failure is None for run in runs[program]):
                    runs[program].append(self._run(work, program, data))
        return [Result(work.name, program, found) for program, found in runs.items()]

    def _run(self, work: Work, program: str, data: Path) -> Run:
        """Run once in a fresh folder, which is deleted when the clock has stopped."""
        command = command_of(work, program, data, self.folder / "yolo" / PICTURES, self.tools)
        statuses = (work.status,) if program == OURS else (0,)
        with tempfile.TemporaryDirectory(dir=self.folder, prefix="run-") as room:
            run = measure(command, Path(room), statuses, self.limits)
            wrote = any(Path(room).glob(f"{OUT}*"))
        failure = run.failure
        if failure is None and work.writes and not wrote:
            failure = "nothing was written"
        if failure is not None:
            failure = failure.replace(f"{self.folder}/", "")
        return replace(run, failure=failure)


def main(words: Sequence[str] | None = None) -> int:
    """Run the works that are asked for; print the table, and keep the figures."""
    every = load_works()
    asked = _parser([work.name for work in every]).parse_args(words)
    scene = Scene(SIZES[asked.size] if asked.size in SIZES else int(asked.size))
    works = [work for work in every if not asked.only or work.name in asked.only]
    programs = [OURS] if asked.no_peers else [OURS, *(asked.peer or peers())]
    with ExitStack() as stack:
        tools = tools_of(asked.peers) if not asked.no_peers else asked.peers
        folder = asked.into or Path(stack.enter_context(_fresh()))
        folder = folder.resolve() / f"{scene.images}-{scene.seed}"
        folder.mkdir(parents=True, exist_ok=True)
        if "supervision" in programs:
            prepare("yolo", scene, folder)
        limits = Limits(asked.seconds, asked.megabytes)
        bench = Bench(scene, folder, tools, asked.rounds, limits)
        results = [result for work in works for result in _told(bench, work, programs)]
    for line in table(results):
        sys.stdout.write(f"{line}\n")
    if asked.json is not None:
        size = {"images": scene.images, "annotations": scene.annotations, "rounds": asked.rounds}
        asked.json.write_text(json.dumps(as_json(results, facts() | size), indent=1) + "\n")
    return 0


def _told(bench: Bench, work: Work, programs: Sequence[str]) -> Iterator[Result]:
    """Do a work, and say so meanwhile."""
    sys.stderr.write(f"{work.name} …\n")
    yield from bench.results(work, programs)


def _fresh() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(dir=_MEMORY if _MEMORY.is_dir() else None, prefix="bench-")


def _parser(works: Sequence[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description=__doc__)
    add = parser.add_argument
    add("--size", default="small", metavar="small|full|N", help="images of the dataset")
    add("--rounds", type=int, default=3, metavar="N", help="how often each is run (3)")
    add("--only", action="append", choices=works, metavar="WORK", help=", ".join(works))
    add("--into", type=Path, metavar="DIR", help="keep the datasets here, and use those there")
    add("--peer", action="append", choices=[*peers()], metavar="NAME", help="only beside these")
    add("--no-peers", action="store_true", help="time annostd alone")
    add("--peers", type=Path, default=ROOT / "build" / "peers", metavar="DIR", help="their place")
    add("--seconds", type=float, default=1_800, metavar="S", help="stop a run after this long")
    add("--megabytes", type=float, default=12_000, metavar="MB", help="stop a run at this much")
    add("--json", type=Path, metavar="FILE", help="write all figures here")
    return parser


if __name__ == "__main__":
    sys.exit(main())
