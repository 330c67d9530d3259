"""What is written is the same to the byte, however many files are encoded at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from annostd import api
from annostd.converters import placing
from benchmarks.coco import write_coco
from benchmarks.scene import Scene

if TYPE_CHECKING:
    from pathlib import Path


def contents(folder: Path) -> dict[str, bytes]:
    """Give the bytes of all files below a folder, by path."""
    found = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


@pytest.mark.parametrize("to", ["yolo-detect", "yolo-segment", "pascal-voc", "coco-instances"])
@pytest.mark.parametrize("together", [1, 7])
def test_files_are_the_same_in_slices_of_any_length(
    to: str, together: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_coco(Scene(20), tmp_path / "in")
    api.convert(tmp_path / "in", tmp_path / "whole", to=to, allow_loss=True)
    monkeypatch.setattr(placing, "TOGETHER", together)
    api.convert(tmp_path / "in", tmp_path / "sliced", to=to, allow_loss=True)
    whole = contents(tmp_path / "whole")
    assert whole == contents(tmp_path / "sliced")
    assert len(whole) >= (1 if to == "coco-instances" else 20)
