"""Judging where files are read: each part of a role by itself, against what was read before it.

What is found is the same whoever judges: a part numbers its rows on from those known before the
role, and they are moved to their place in the whole when its turn comes.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

from annostd.bindings.collector import without_collector
from annostd.columns.assemble import Batch
from annostd.columns.gain import absorb, common_tables, gained, numbered
from annostd.columns.moves import moved
from annostd.columns.packed import PackedFiles
from annostd.columns.retained import references
from annostd.plan.sources import walk
from annostd.validators.groups import rows_needs
from annostd.validators.judge import Judge
from annostd.validators.summary import Judged, Judgement, Summary, merge
from annostd.validators.work import Work

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from annostd.bindings.document import Document
    from annostd.columns.assemble import Assembler
    from annostd.engines import Engine
    from annostd.expressions import Need
    from annostd.findings import Finding
    from annostd.plan.model import FilePlan, Plan
    from annostd.validators.memory import Memory


def judge_part(work: Work, numbers: Sequence[int]) -> Judged:
    """Judge some files of a role: what a task does, wherever it runs.

    Rows that other parts may have too are left to who knows whether they were there before.
    """
    assembler = work.assembler.branch(work.document.files)
    judge = Judge(work.document.plan, work.document, work.rules, assembler)
    findings: list[Finding] = []
    summaries: list[Summary] = []
    with without_collector():
        for raw in work.document.read_some(work.file, numbers):
            batch = assembler.take(work.file, raw)
            apart = common_tables(assembler.known)
            frames = {table: rows for table, rows in batch.frames.items() if table not in apart}
            judged = judge.judge(replace(batch, frames=frames))
            findings.extend(judged.findings)
            summaries.append(judged.summary)
    gain = gained(assembler.known, work.assembler.known.retained.heights)
    return Judged(Judgement(tuple(findings), merge(summaries)), gain)


def judge_role(
    judge: Judge,
    document: Document,
    file: FilePlan,
    memory: Memory | None,
    as_one: Callable[[], Iterator[Judgement]],
) -> Iterator[Judgement]:
    """Judge a role part by part, by the document's engine, or `as_one` where it has to be.

    So it has where rows name others of the role and a file of it is broken: what cannot be found
    may be there. With a memory, what it knows is not judged again, and one part is enough.
    """
    assembler, engine = judge.assembler, document.engine
    if engine is None or not is_parted(assembler, file):
        return as_one()
    if memory is not None and not document.bindings[file.file.carrier].reads_whole:
        memory = None
    parts = document.parts(file)
    if not parts or (len(parts) == 1 and memory is None):
        return as_one()
    begun = judge.judge(assembler.begin())
    packed = PackedFiles(document.files)
    bare = replace(document, engine=None, files=packed)
    work = Work(bare, file, judge.rules, assembler.branch(packed))
    results = _results(work, parts, engine, memory)
    references = assembler.known.references
    if references.names_own(file):
        results = iter(whole := list(results))
        if any(judged.gain.unmet.broken - references.unmet().broken for judged in whole):
            return chain([begun], as_one())
    return chain([begun], (part for judged in results for part in _placed(judge, work, judged)))


def _results(
    work: Work, parts: Sequence[tuple[int, ...]], engine: Engine, memory: Memory | None
) -> Iterator[Judged]:
    """Give what each part is found to be, in order."""
    if memory is None:
        yield from engine.map(judge_part, work, parts)
        return
    known = [(part, memory.recall(part)) for part in memory.parts(work, parts, engine)]
    anew = engine.map(judge_part, work, [part.numbers for part, old in known if old is None])
    for part, old in known:
        if old is not None:
            yield old
            continue
        found = next(anew)
        memory.remember(work, part, found)
        yield found


def is_parted(assembler: Assembler, file: FilePlan) -> bool:
    """Tell whether files of a role can be judged each by itself."""
    sources = list(walk(file.sources))
    return (
        bool(sources)
        and not any(source.join is not None for source in sources)
        and not any(source.shared and references(source) for source in sources)
        and not assembler.needs_whole(file)
    )


def _placed(judge: Judge, work: Work, judged: Judged) -> Iterator[Judgement]:
    """Add a part to the whole: the rows that it is the first to have, then what it found."""
    before = work.assembler.known.retained.heights
    moves, first = absorb(judge.assembler.known, work.file, judged.gain, before)
    yield judge.judge(Batch(first))
    summary = judged.judgement.summary
    groups = {
        name: tuple(moved(frame, _numbered(judge, name), moves) for frame in frames)
        for name, frames in summary.groups.items()
    }
    yield replace(judged.judgement, summary=replace(summary, groups=groups))


def _numbered(judge: Judge, name: str) -> dict[str, str]:
    """Name the columns of gathered rows that hold row numbers, with the table that each numbers.

    `name` is that of the rule that they are for, or of the column of a table that rules look at.
    """
    rule = judge.rules.get(name)
    if rule is None:
        every = (need for rule in judge.rules.values() for need in rule.needs)
        table, column = next(need.path for need in every if need.key == name)
        return {name: into for name, into in numbered(judge.plan, table).items() if name == column}
    table = rule.table or ""
    needs = {need for need in rows_needs(rule) if need.measure is None and need.part is None}
    named = {need.key: _target(judge.plan, table, need) for need in needs}
    return numbered(judge.plan, table) | {k: into for k, into in named.items() if into is not None}


def _target(plan: Plan, table: str, need: Need) -> str | None:
    """Name the table whose rows a need numbers, if it does."""
    kind = None
    for step in need.path:
        kind = plan.types.get(table, {}).get(step)
        table = (kind.table if kind is not None else None) or ""
    return kind.table if kind is not None and kind.kind == "reference" else None
