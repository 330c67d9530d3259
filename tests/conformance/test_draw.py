"""The pictures of the cases are what their script draws."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).parents[2] / "conformance"
SUFFIXES = {".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp"}
BROKEN = ("image.empty", "image.syntax")


def test_the_pictures_of_the_cases_are_what_the_script_draws(tmp_path: Path) -> None:
    subprocess.run([sys.executable, ROOT / "draw.py", tmp_path], check=True)
    drawn = {path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file()}
    committed = {
        path.relative_to(ROOT)
        for path in ROOT.rglob("*")
        if path.suffix.lower() in SUFFIXES and not any(name in path.parts for name in BROKEN)
    }
    assert drawn == committed
    for name in sorted(drawn):
        # compression differs from one zlib to the next; the pixels do not
        with Image.open(tmp_path / name) as new, Image.open(ROOT / name) as old:
            assert (new.format, new.getexif()) == (old.format, old.getexif()), name
            assert new.size == old.size, name
            if new.format not in {"JPEG", "WEBP"}:
                assert new.tobytes() == old.tobytes(), name
