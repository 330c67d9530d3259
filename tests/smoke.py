"""What an installed wheel must do by itself: run by its own Python, which has no test tools.

`python smoke.py CHECKOUT` checks the annostd that this Python has installed, far from the checkout.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from importlib.metadata import distribution, files
from pathlib import Path

LICENCES = {"Apache-2.0.txt", "CC-BY-4.0.txt", "CC0-1.0.txt"}
DEVELOPMENT = ("pytest", "hypothesis", "mypy", "nox")


def annostd(*words: str, cwd: str) -> str:
    """What the command prints, run in an empty folder; it must end well."""
    script = Path(sys.executable).with_name("annostd")
    done = subprocess.run([script, *words], cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{words} ended with {done.returncode}: {done.stderr}"
    return done.stdout


def check_contents(checkout: Path) -> None:
    """The wheel carries data, types and licences, and runs without the checkout."""
    import annostd as package

    assert checkout not in Path(package.__file__ or "").parents, "the checkout is on the path"
    carried = {str(path) for path in files("annostd") or ()}
    assert "annostd/py.typed" in carried
    assert any(path.startswith("annostd/_data/standards/") for path in carried)
    assert any(path.startswith("annostd/_data/conformance/") for path in carried)
    assert {Path(path).name for path in carried} >= LICENCES
    assert distribution("annostd").metadata["License-Expression"]
    for name in DEVELOPMENT:
        assert not any(Path(folder, name).is_dir() for folder in sys.path), f"{name} is installed"


def check_commands(checkout: Path) -> None:
    """The main job works on the bundled example."""
    orchard = str(checkout / "examples" / "orchard")
    with tempfile.TemporaryDirectory() as cwd:
        assert annostd("--version", cwd=cwd).startswith("annostd ")
        assert "coco-instances" in annostd("list", cwd=cwd)
        assert "conforms" in annostd("validate", orchard, cwd=cwd)
        annostd("convert", orchard, "out", "--to", "yolo-detect", "--allow-loss", cwd=cwd)
        assert "conforms" in annostd("validate", "out", "--as", "yolo-detect", cwd=cwd)


if __name__ == "__main__":
    check_contents(Path(sys.argv[1]).resolve())
    check_commands(Path(sys.argv[1]).resolve())
