"""Published standards never change: the lock names the digest of each."""

from __future__ import annotations

from pathlib import Path

import pytest

from annostd.standard import Library, Standard, load

ROOT = Path(__file__).parents[2]
LOCK = ROOT / "standards" / "published.lock"


def locked(text: str) -> dict[tuple[str, str], str]:
    """Read a lock: (id, version) to digest."""
    lines = [line.split() for line in text.splitlines() if line and not line.startswith("#")]
    return {(name, version): digest for name, version, digest in lines}


def faults(standards: list[Standard], lock: dict[tuple[str, str], str]) -> list[str]:
    """Say what is wrong with a lock."""
    published = {(s.id, s.version): s.digest for s in standards if s.status == "published"}
    missing = [f"{name} is published and not locked" for name in published.keys() - lock.keys()]
    gone = [f"{name} is locked and not published" for name in lock.keys() - published.keys()]
    changed = [
        f"{name} has changed"
        for name in published.keys() & lock.keys()
        if published[name] != lock[name]
    ]
    return missing + gone + changed


def test_every_published_standard_is_the_one_that_was_locked() -> None:
    library = Library.of()
    standards = [load(f"{entry.id}@{entry.version}", library) for entry in library.standards]
    assert standards
    assert faults(standards, locked(LOCK.read_text("utf-8"))) == []


@pytest.mark.parametrize(
    ("lock", "fault"),
    [("", "not locked"), ("shapes 1.0.0 0", "has changed"), ("dots 1.0.0 0", "not published")],
)
def test_a_lock_that_does_not_fit_is_told(tmp_path: Path, lock: str, fault: str) -> None:
    path = tmp_path / "shapes.yaml"
    source = (ROOT / "standards/vision/yolo-detect/1.0.0.yaml").read_text("utf-8")
    text = source.replace("id: yolo-detect", "id: shapes").replace("aliases: [yolo]", "aliases: []")
    path.write_text(text.replace("status: draft", "status: published"), "utf-8")
    standard = load(path, Library.of())
    assert standard.status == "published"
    assert any(fault in said for said in faults([standard], locked(lock)))
