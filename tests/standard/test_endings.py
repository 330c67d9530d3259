"""The ends of file names that a standard needs are told from a part of its text, or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from annostd.conformance.cases import Case, case_folders, find_cases
from annostd.standard import Library
from annostd.standard.endings import ending, endings, unfit

if TYPE_CHECKING:
    from pathlib import Path

LIBRARY = Library.of()
CASES = [case for case in find_cases(case_folders()) if case.rule is None]
SHIPPED = {
    "coco-instances": frozenset({".json"}),
    "pascal-voc": frozenset({".xml"}),
    "yolo-detect": frozenset({".yaml", ".yml"}),
    "yolo-segment": frozenset({".yaml", ".yml"}),
}
DIALECT = "files:\n  a: {main}\ndialects: {{layout: {{flat: {{files: {{a: {other}}}}}}}}}\n"


def told(folder: Path, text: str, id_: str = "shapes", **others: str) -> frozenset[str] | None:
    for name, other in {id_: text, **others}.items():
        said = f'annostd: 1\nid: {name}\nversion: "1.0.0"\n{other}'
        (folder / f"{name}.yaml").write_bytes(said.encode())
    library = Library((folder,))
    return endings(library.find(id_), library)


def unmet(folder: Path, text: str, paths: tuple[str, ...]) -> tuple[str, ...] | None:
    (folder / "shapes.yaml").write_text(f'annostd: 1\nid: shapes\nversion: "1.0.0"\n{text}')
    library = Library((folder,))
    return unfit(library.find("shapes"), library, paths)


@pytest.mark.parametrize(
    ("path", "end"),
    [("a/b.json", ".json"), ("a/b.tar.gz", ".gz"), ("a.b/segments", "segments"), ("x", "x")],
)
def test_the_end_of_a_path_is_its_suffix_or_its_name(path: str, end: str) -> None:
    assert ending(path) == end


@pytest.mark.parametrize(("standard", "ends"), SHIPPED.items())
def test_the_ends_of_standards_that_are_shipped(standard: str, ends: frozenset[str]) -> None:
    assert endings(LIBRARY.find(standard), LIBRARY) == ends


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.standard}/{case.name}")
def test_a_dataset_that_conforms_has_a_file_with_such_an_end(case: Case) -> None:
    ends = endings(LIBRARY.find(case.standard), LIBRARY)
    there = {ending(path.as_posix()) for path in case.folder.rglob("*") if path.is_file()}
    assert ends is None or ends & there


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("files: {a: {path: 'x/{stem}.json', carrier: json}}\n", ".json"),
        ("files:\n  a:\n    path: [x.csv, x.tsv]\n    carrier: lines\n", ".csv .tsv"),
        ("files:\r\n  a:\r\n\r\n    path: x.csv\r\n    carrier: lines\r\ntables: {}\r\n", ".csv"),
        ("files:\n  a: {path: '{name}/segments', carrier: lines}\n", "segments"),
        (
            "files:\n  a: {path: a.x, carrier: json}\n# so\n  b: {path: b.y, carrier: xml}\n",
            ".x .y",
        ),
        ("files: {a: {path: a.x, carrier: json}, b: {path: b.y, missing: fine}}\n", ".x"),
        (DIALECT.format(main="{path: a.x, carrier: json}", other="{path: a.y}"), ".x .y"),
        (DIALECT.format(main="{path: a.x, missing: fine}", other="{missing: error}"), ".x"),
        ("files:\n  a: {beside: {role: p, suffix: .txt}, carrier: lines}\n", ".txt"),
        ("'files': {a: {path: a.json, carrier: json}}\n", ".json"),
    ],
)
def test_needed_files_of_every_dialect_count(tmp_path: Path, text: str, ends: str) -> None:
    assert told(tmp_path, text) == frozenset(ends.split())


@pytest.mark.parametrize(
    "text",
    [
        "tables: {}\n",
        "files: {a: {path: '{name}', carrier: json}}\n",
        "files: {a: {path: 'a[.json]', carrier: json}}\n",
        "files: {a: {path: '{name}-words', carrier: lines}}\n",
        "files: {a: {path: [a.json, '{name}.{ext:a|b}'], carrier: json}}\n",
        "files: {a: {path: a.json, carrier: json, missing: fine}}\n",
        "files: {a: {path: a.json, carrier: json}\n",
        "files: {a: {path: a.json,\ncarrier: json}}\n",
        "extends: nothing\nfiles: {a: {path: a.json, carrier: json}}\n",
        "extends: shapes\nfiles: {a: {path: a.json, carrier: json}}\n",
    ],
)
def test_what_the_text_does_not_tell_is_left_open(tmp_path: Path, text: str) -> None:
    assert told(tmp_path, text) is None


def test_what_is_inherited_counts(tmp_path: Path) -> None:
    base = "files: {a: {path: a.json, carrier: json}, b: {path: b.xml, carrier: xml}}\n"
    child = "adapts: base@1\nfiles: {a: {path: a.jsonl}}\n"
    assert told(tmp_path, child, base=base) == frozenset({".jsonl", ".xml"})


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        (("a/x_1.json",), None),
        (("b.json", "boxes/deep.json"), None),
        (("b.json", "a/y_1.json"), ("a/x_{n:[0-9]+}.json", "boxes/{name}.json")),
        (("b/a/x_1.json",), ("a/x_{n:[0-9]+}.json", "boxes/{name}.json")),
    ],
)
def test_paths_are_held_against_those_that_a_standard_needs(
    tmp_path: Path, paths: tuple[str, ...], expected: tuple[str, ...] | None
) -> None:
    text = """\
files: {a: {path: 'a/x_{n:[0-9]+}.json', carrier: json}}
dialects: {layout: {official: {}, boxed: {files: {a: {path: 'boxes/{name}.json'}}}}}
"""
    assert unmet(tmp_path, text, paths) == expected


@pytest.mark.parametrize(
    "text",
    [
        "files: {a: {path: 'a/{media.path}', carrier: image}}\n",
        "files: {a: {path: '{', carrier: json}}\n",
        "files: {a: {path: a.json, carrier: json}\n",
    ],
)
def test_paths_of_which_the_text_does_not_tell_are_left_open(tmp_path: Path, text: str) -> None:
    assert unmet(tmp_path, text, ("b.json",)) is None
