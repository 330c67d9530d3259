"""Detecting the standard of a dataset, from names and a small sample of its files."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from annostd.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from annostd.api.beginnings import Beginnings
    from annostd.api.choice import Opened
    from annostd.bindings.document import Document
    from annostd.bindings.files import Walked
    from annostd.findings import Finding
    from annostd.plan import Plan, RulePlan
    from annostd.reports import Candidate, Detection
    from annostd.standard import Entry, Library

SHOWN = 3
FEW = 100
"""Of how many files it is cheaper to try all paths than to load a standard."""


def detect(path: Path | str, *, standards: Sequence[Path] = ()) -> Detection:
    """Tell the one standard that a dataset's files fit, by content, with the evidence for each.

    At most 20 files a candidate and 64 KiB of each are read. `chosen` is None where no standard
    fits, or several. Raises UsageError where nothing is there.
    """
    return detect_and_open(Path(path), standards)[0]


def detect_and_open(path: Path, standards: Sequence[Path]) -> tuple[Detection, Opened | None]:
    """Detect as `detect` does; also give the dataset opened under the standard that was chosen."""
    from annostd.api.once import library
    from annostd.bindings.files import walk_once
    from annostd.reports import Detection

    if not path.exists():
        raise UsageError(f"{path} does not exist, expected a folder or a file")
    known = library(standards)
    walked = walk_once(path)
    there = _endings(walked)
    looked = [(*_look(walked, entry, known, there), entry) for entry in _newest(known)]
    fitting = [(opened, entry) for _, opened, entry in looked if opened is not None]
    parents = {_id(entry.extends) for _, entry in fitting if entry.extends is not None}
    left = [(opened, entry.id) for opened, entry in fitting if entry.id not in parents]
    opened, chosen = left[0] if len(left) == 1 else (None, None)
    return Detection(tuple(candidate for candidate, _, _ in looked), chosen), opened


def _newest(known: Library) -> Iterator[Entry]:
    """Yield every standard in the version that its id means."""
    for name in dict.fromkeys(entry.id for entry in known.standards):
        yield known.find(name)


def _id(reference: str | None) -> str | None:
    return reference.partition("@")[0] if reference is not None else None


def _endings(walked: Walked) -> frozenset[str]:
    from annostd.standard.endings import ending

    names = [walked.path.name] if walked.tree is None else walked.tree.paths
    return frozenset(map(ending, names))


def _look(
    walked: Walked, entry: Entry, known: Library, there: frozenset[str]
) -> tuple[Candidate, Opened | None]:
    """Hold a dataset against a standard, as far as it takes to say no; opened where it fits."""
    import tempfile

    from annostd.api.beginnings import Beginnings
    from annostd.api.choice import choose, open_chosen, open_plan
    from annostd.api.glance import absent, refusal
    from annostd.api.once import compile_reading, load
    from annostd.standard.endings import endings, unfit

    needed = endings(entry, known)
    if needed is not None and needed.isdisjoint(there):
        return _candidate(
            entry, f"no file is there whose name ends in {' or '.join(sorted(needed))}"
        )
    few = walked.tree.paths if walked.tree is not None else ()
    unmet = unfit(entry, known, few) if 0 < len(few) <= FEW else None
    if unmet is not None:
        expected = " or ".join(unmet)
        return _candidate(entry, f"no file is there whose path fits, expected {expected}")
    standard = load(entry.path, known)
    with tempfile.TemporaryDirectory() as folder:
        beginnings = Beginnings(Path(folder))
        reason = refusal(walked, standard, beginnings)
        if reason is not None:
            return _candidate(entry, reason)
        chosen, how = choose(walked, standard, {}, beginnings.take)
        read = open_plan(walked, compile_reading(chosen))
        reason = absent(read)
        if reason is not None:
            return _candidate(entry, reason)
        evidence, fits = _judged(read, beginnings)
        if not fits:
            return _candidate(entry, *evidence)
        if not beginnings.is_whole:
            # only a standard that fits is worth reading what tells its dialects
            chosen, how = choose(walked, standard, {})
        opened = open_chosen(walked, chosen, how)
        if _obliged(opened.document.plan).keys() != _obliged(read.plan).keys():
            evidence, fits = _judged(opened.document, beginnings)
    return _candidate(entry, *evidence, opened=opened if fits else None)


def _candidate(
    entry: Entry, *evidence: str, opened: Opened | None = None
) -> tuple[Candidate, Opened | None]:
    from annostd.reports import Candidate

    return Candidate(entry.id, entry.version, evidence, opened is not None), opened


def _judged(document: Document, beginnings: Beginnings) -> tuple[list[str], bool]:
    """Judge the form of a sample, by what is obliged in any case."""
    from annostd.api.glance import needed_roles
    from annostd.plan.want import want_for_rules
    from annostd.validators.run import validate

    needed = needed_roles(document)
    sample = beginnings.take(document)
    rules = _obliged(document.plan)
    sample = replace(sample, want=want_for_rules(document.plan, rules))
    outcome = validate(sample, rules)
    faults = [f for f in outcome.findings if _counts(f, beginnings.cut)]
    names = [file.path for file in document.files if file.role in needed]
    shown = ", ".join(names[:SHOWN]) + (", …" if len(names) > SHOWN else "")
    evidence = [f"found {shown}"]
    evidence.extend([*beginnings.refused.values()][:SHOWN])
    evidence.extend(f"{f.location.file}: {f.message}" for f in faults[:SHOWN])
    has_rows = any(outcome.rows.values())
    if not faults and not has_rows:
        evidence.append("nothing that the standard declares stands in what was looked at")
    return evidence, not faults and has_rows


def _obliged(plan: Plan) -> dict[str, RulePlan]:
    from annostd.findings import Level, Phase

    return {
        name: rule
        for name, rule in plan.rules.items()
        if rule.level is Level.MUST
        and (rule.phase in {Phase.IO, Phase.STRUCTURE} or rule.class_name == "structure")
    }


def _counts(finding: Finding, cut: set[str]) -> bool:
    """Tell whether a fault of the sample counts: not where the file was cut off."""
    from annostd.findings import Phase

    if finding.rule.startswith("layout."):
        return False
    if finding.location.file in cut:
        is_cut = finding.rule.endswith((".missing", ".sequence"))
        return finding.phase is not Phase.IO and not is_cut
    return True
