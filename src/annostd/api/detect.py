"""Detecting the standard of a dataset, from names and a small sample of its files."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from annostd.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from annostd.bindings.document import Document
    from annostd.findings import Finding
    from annostd.reports import Candidate, Detection
    from annostd.standard import Entry, Library

FILES = 20
BYTES = 65_536
SHOWN = 3


def detect(path: Path | str, *, standards: Sequence[Path] = ()) -> Detection:
    """Tell the one standard that a dataset's files fit, by content, with the evidence for each.

    At most 20 files a candidate and 64 KiB of each are read. `chosen` is None where no standard
    fits, or several. Raises UsageError where nothing is there.
    """
    from annostd.api.once import library
    from annostd.reports import Detection

    path = Path(path)
    if not path.exists():
        raise UsageError(f"{path} does not exist, expected a folder or a file")
    known = library(standards)
    there = _endings_below(path)
    looked = [(_look(path, entry, known, there), entry) for entry in _newest(known)]
    fitting = [entry for candidate, entry in looked if candidate.fits]
    parents = {_id(entry.extends) for entry in fitting if entry.extends is not None}
    left = [entry.id for entry in fitting if entry.id not in parents]
    candidates = tuple(candidate for candidate, _ in looked)
    return Detection(candidates, left[0] if len(left) == 1 else None)


def _newest(known: Library) -> Iterator[Entry]:
    """Yield every standard in the version that its id means."""
    for name in dict.fromkeys(entry.id for entry in known.standards):
        yield known.find(name)


def _id(reference: str | None) -> str | None:
    return reference.partition("@")[0] if reference is not None else None


def _endings_below(path: Path) -> frozenset[str]:
    from annostd.bindings.walk import walk
    from annostd.standard.endings import ending

    names = [path.name] if path.is_file() else walk(path).paths
    return frozenset(map(ending, names))


def _look(path: Path, entry: Entry, known: Library, there: frozenset[str]) -> Candidate:
    """Hold a dataset against a standard; by the names of its files alone where these say no."""
    from annostd.api.choice import open_with
    from annostd.api.once import load
    from annostd.reports import Candidate
    from annostd.standard.endings import endings

    needed = endings(entry, known)
    if needed is not None and needed.isdisjoint(there):
        evidence = [f"no file is there whose name ends in {' or '.join(sorted(needed))}"]
        return Candidate(entry.id, entry.version, tuple(evidence), fits=False)
    with tempfile.TemporaryDirectory() as folder:
        opened = open_with(path, load(entry.path, known), {})
        evidence, fits = _judged(opened.document, Path(folder))
    return Candidate(entry.id, entry.version, tuple(evidence), fits)


def _judged(document: Document, folder: Path) -> tuple[list[str], bool]:
    from annostd.bindings.walk import ROOT_NAME
    from annostd.findings import Level, Phase
    from annostd.plan.want import want_for_rules
    from annostd.validators.run import validate

    missing = [
        f for f in document.findings if f.rule == "layout.missing" and f.location.file == ROOT_NAME
    ]
    needed = [
        plan.role for plan in document.plan.files if plan.sources and plan.file.missing == "error"
    ]
    owned = {file.role for file in document.files}
    if missing or not owned.intersection(needed):
        return [missing[0].message if missing else "no file of the layout is there"], False
    sample, cut, refused = _sample(document, folder)
    rules = {
        name: rule
        for name, rule in document.plan.rules.items()
        if rule.level is Level.MUST
        and (rule.phase in {Phase.IO, Phase.STRUCTURE} or rule.class_name == "structure")
    }
    sample = replace(sample, want=want_for_rules(document.plan, rules))
    outcome = validate(document.plan, sample, rules)
    faults = [f for f in outcome.findings if _counts(f, cut)]
    names = [file.path for file in document.files if file.role in needed]
    shown = ", ".join(names[:SHOWN]) + (", …" if len(names) > SHOWN else "")
    evidence = [f"found {shown}"]
    evidence.extend(refused[:SHOWN])
    evidence.extend(f"{f.location.file}: {f.message}" for f in faults[:SHOWN])
    rows = sum(outcome.rows.values())
    return evidence, not faults and rows > 0


def _counts(finding: Finding, cut: frozenset[str]) -> bool:
    """Tell whether a fault of the sample counts: not where the file was cut off."""
    from annostd.findings import Phase

    if finding.rule.startswith("layout."):
        return False
    if finding.location.file in cut:
        return finding.phase is not Phase.IO and not finding.rule.endswith(".missing")
    return True


def _sample(document: Document, folder: Path) -> tuple[Document, frozenset[str], list[str]]:
    """Copy the beginnings of the first files; tell which were cut, and which cannot be read."""
    taken: dict[str, int] = {}
    numbers, cut, refused = [], set(), []
    for number, file in enumerate(document.files):
        taken[file.role] = taken.get(file.role, 0) + 1
        if taken[file.role] > FILES or not file.exists:
            continue
        try:
            data = _beginning(document.root / file.path)
        except OSError as error:
            refused.append(f"{file.path} cannot be read: {(error.strerror or 'unknown').lower()}")
            continue
        if len(data) > BYTES:
            cut.add(file.path)
        place = folder / file.path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data[:BYTES])
        numbers.append(number)
    sample = replace(document, root=folder, findings=(), only=frozenset(numbers))
    return sample, frozenset(cut), refused


def _beginning(path: Path) -> bytes:
    """Read one byte more than what is looked at, so that a longer file shows."""
    with path.open("rb") as stream:
        return stream.read(BYTES + 1)
