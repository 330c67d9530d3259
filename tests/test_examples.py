"""The bundled example is what its script draws."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).parents[1]
ORCHARD = ROOT / "examples" / "orchard"


def names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.*"))


def test_the_bundled_example_is_what_its_script_draws(tmp_path: Path) -> None:
    subprocess.run([sys.executable, ROOT / "examples" / "draw.py", tmp_path], check=True)
    drawn = tmp_path / "orchard"
    assert names(drawn) == names(ORCHARD)
    for name in names(ORCHARD):
        if name.endswith(".json"):
            assert (drawn / name).read_bytes() == (ORCHARD / name).read_bytes()
        else:
            # compression differs from one zlib to the next; the pixels do not
            with Image.open(drawn / name) as new, Image.open(ORCHARD / name) as old:
                assert new.tobytes() == old.tobytes()
