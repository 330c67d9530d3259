"""Validate a dataset on a cluster of two workers, and write the report: DATASET REPORT [MARKER].

With a marker, the first worker that judges makes that file and is killed. Where Ray does not start
here it ends with 77. It is run as a process of its own, which takes all that Ray starts with it.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import ray

from annostd import api
from annostd.bindings import shares
from annostd.reports import json_reports
from annostd.validators import parts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from annostd.validators.summary import Judged
    from annostd.validators.work import Work

ABSENT = 77
FILES = 2


def main(dataset: str, output: str, marker: str = "") -> int:
    """Start a cluster, validate, write."""
    try:
        ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False)
    except Exception as fault:  # noqa: BLE001  it has no name for what keeps it from starting
        sys.stderr.write(f"Ray does not start here: {fault}\n")
        return ABSENT
    judge_part = parts.judge_part

    def dying(work: Work, numbers: Sequence[int]) -> Judged:
        if not Path(marker).exists():
            Path(marker).touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return judge_part(work, numbers)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shares, "FILES", FILES)
        if marker:
            patch.setattr(parts, "judge_part", dying)
        reports = api.validate(dataset, standard="pascal-voc", engine="ray")
    Path(output).write_text("".join(json_reports(reports)), "utf-8")
    ray.shutdown()
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
