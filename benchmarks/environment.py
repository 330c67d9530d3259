"""The environment of the peers, made once, and what everything was measured on."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Final

PINS: Final = Path(__file__).with_name("peers.txt")
_STAMP = "peers.txt"
_PARTS = ("polars", "numpy", "msgspec", "lxml")


def peers() -> dict[str, str]:
    """Tell the version of each peer that is pinned."""
    lines = (line.strip() for line in PINS.read_text("utf-8").splitlines())
    pins = (line.split("==") for line in lines if line and not line.startswith("#"))
    return {name.partition("[")[0]: pinned for name, pinned in pins}


def tools_of(folder: Path) -> Path:
    """Give the folder of the peers' commands, in an environment made below a folder if needed."""
    tools = folder / "bin"
    stamp = folder / _STAMP
    if not stamp.exists() or stamp.read_bytes() != PINS.read_bytes():
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        pip = (str(tools / "python"), "-m", "pip", "install", "--quiet", "-r", str(PINS))
        subprocess.run(pip, check=True)
        stamp.write_bytes(PINS.read_bytes())
    return tools


def facts() -> dict[str, object]:
    """Tell what the figures depend on besides the programs."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "annostd": version("annostd"),
        "python": platform.python_version(),
        "parts": {name: version(name) for name in _PARTS},
        "peers": peers(),
        "processors": len(os.sched_getaffinity(0)),
        "memory_gb": round(memory / 2**30),
    }
