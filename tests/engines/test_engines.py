"""Engines give the same, in the same order, whoever runs and whatever dies on the way."""

from __future__ import annotations

import importlib
import os
import shutil
import signal
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from annostd import api
from annostd.bindings import shares
from annostd.engines import ENGINES, open_engine
from annostd.engines.local import Local
from annostd.errors import UsageError
from annostd.reports import json_reports
from annostd.validators import parts
from benchmarks.datasets import prepare
from benchmarks.scene import Scene

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from annostd.validators.summary import Judged
    from annostd.validators.work import Work

ABSENT = 77
IMAGES = 9
BROKEN = "<annotation><size></annotation>"


@pytest.fixture(scope="module")
def voc(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a dataset of some files, one of them without its end."""
    folder = prepare("voc", Scene(IMAGES), tmp_path_factory.mktemp("made"))
    some = sorted((folder / "Annotations").iterdir())[4]
    some.write_text(BROKEN)
    return folder


def report(folder: Path, engine: str) -> str:
    """Validate, and print the report as JSON."""
    return "".join(json_reports(api.validate(folder, standard="pascal-voc", engine=engine)))


def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a part be of two files at most."""
    monkeypatch.setattr(shares, "FILES", 2)


def dying_once(marker: Path) -> Callable[[Work, Sequence[int]], Judged]:
    """Judge as a task does, but kill the first process that tries."""

    def judge(work: Work, numbers: Sequence[int]) -> Judged:
        if not marker.exists():
            marker.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return parts.judge_part(work, numbers)

    return judge


def test_there_is_no_other_engine() -> None:
    with pytest.raises(UsageError, match="the engine is 'cluster', expected one of local, ray"):
        open_engine("cluster")


def test_an_engine_that_is_not_installed_says_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "annostd.engines.ray", None)
    with pytest.raises(UsageError, match="the engine ray is not installed") as caught:
        open_engine("ray")
    assert caught.value.hint == "pip install 'annostd[ray]'"


@pytest.mark.parametrize("count", [0, 1, 2, 11])
def test_results_come_in_the_order_of_the_items(count: int) -> None:
    assert list(Local(2).map(max, 0, range(count))) == list(range(count))
    assert list(Local(2).map_light(max, 0, range(count))) == list(range(count))


def test_what_a_function_raises_is_raised() -> None:
    with pytest.raises(ZeroDivisionError):
        list(Local(2).map(lambda one, n: one // n, 1, [1, 1, 0, 1]))


def test_a_killed_process_costs_no_result(tmp_path: Path) -> None:
    marker = tmp_path / "died"

    def work(power: int, number: int) -> int:
        if number == 3 and not marker.exists():
            marker.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return int(number**power)

    assert list(Local(2).map(work, 2, range(8))) == [n * n for n in range(8)]
    assert marker.exists()


@pytest.mark.parametrize(("count", "workers"), [(1, 1), (2, 1), (3, 2), (8, 7)])
def test_who_is_busy_keeps_a_processor(
    count: int, workers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("annostd.engines.local.processors", lambda: count)
    engine = open_engine("local", busy=True)
    assert isinstance(engine, Local)
    assert (engine.workers, Local().workers, Local(2).workers) == (workers, count, 2)


def test_processes_report_as_one_does(voc: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = report(voc, "local")
    assert "xml.syntax" in whole
    few(monkeypatch)
    monkeypatch.setattr("annostd.engines.local.processors", lambda: 3)
    assert report(voc, "local") == whole


def test_a_process_killed_while_it_judges_costs_no_finding(
    voc: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = report(voc, "local")
    few(monkeypatch)
    marker = tmp_path / "died"
    monkeypatch.setattr("annostd.engines.local.processors", lambda: 2)
    monkeypatch.setattr("annostd.validators.parts.judge_part", dying_once(marker))
    assert report(voc, "local") == whole
    assert marker.exists()


def on_ray(folder: Path, aside: Path, *marker: Path) -> str:
    """Validate on a cluster of two workers; skips where Ray is not installed or does not start."""
    pytest.importorskip("ray", reason="Ray is not installed")
    script, output = Path(__file__).with_name("on_ray.py"), aside / "report.json"
    words = [sys.executable, "-W", "ignore", script, folder, output, *marker]
    done = subprocess.run(list(map(str, words)), capture_output=True, check=False)
    if done.returncode == ABSENT:
        pytest.skip(done.stderr.decode().strip().splitlines()[-1])
    assert done.returncode == 0, done.stderr.decode()
    return output.read_text("utf-8")


def test_ray_reports_as_one_process_does(voc: Path, tmp_path: Path) -> None:
    assert on_ray(voc, tmp_path) == report(voc, "local")


def test_a_worker_of_ray_killed_while_it_judges_costs_no_finding(voc: Path, tmp_path: Path) -> None:
    marker = tmp_path / "died"
    assert on_ray(voc, tmp_path, marker) == report(voc, "local")
    assert marker.exists()


@pytest.mark.skipif(find_spec("pyspark") is None, reason="Spark is not installed")
@pytest.mark.skipif(shutil.which("java") is None, reason="Spark needs Java, which is not here")
def test_spark_reports_as_one_process_does(voc: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = report(voc, "local")
    few(monkeypatch)
    try:
        assert report(voc, "spark") == whole
    finally:
        importlib.import_module("pyspark.sql").SparkSession.builder.getOrCreate().stop()


def test_no_report_names_an_engine(voc: Path) -> None:
    said: Any = report(voc, "local").lower()
    assert not any(f'"{engine}"' in said for engine in ENGINES)


def test_a_conversion_reads_and_judges_by_an_engine(
    voc: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    options: dict[str, Any] = {"to": "yolo-detect", "standard": "pascal-voc", "allow_loss": True}
    one = api.convert(voc, tmp_path / "one", **options)
    few(monkeypatch)
    monkeypatch.setattr("annostd.engines.local.processors", lambda: 3)
    two = api.convert(voc, tmp_path / "two", **options)
    assert (one.counts, one.losses, one.findings) == (two.counts, two.losses, two.findings)
