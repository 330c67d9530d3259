from __future__ import annotations

from annostd.findings import Level
from annostd.reports import (
    Candidate,
    Detection,
    Entry,
    Explanation,
    Trial,
    detection_text,
    explanation_text,
    plain,
    standards_text,
    trials_text,
)

SEEN = Candidate("shapes", "1.0.0", ("a.json has a list of shapes",), fits=True)
NOT = Candidate("dots", "2.0.0", ("no dots.txt",), fits=False)


def test_the_list_names_id_version_status_title_and_aliases() -> None:
    (found,) = standards_text([Entry("shapes", "1.0.0", "draft", "Shapes", "vision", ("sh",))])
    assert plain(found) == "shapes  1.0.0   draft     vision  Shapes (also sh)"


def test_the_standard_found_stands_first_and_then_the_evidence() -> None:
    assert [plain(spans) for spans in detection_text(Detection((SEEN, NOT), "shapes"))] == [
        "shapes",
        "  shapes 1.0.0: fits",
        "    a.json has a list of shapes",
        "  dots 2.0.0: does not fit",
        "    no dots.txt",
    ]


def test_several_that_fit_are_named() -> None:
    both = Detection((SEEN, Candidate("rings", "1.0.0", (), fits=True)))
    assert plain(next(detection_text(both))) == "several standards fit: shapes, rings"


def test_none_that_fits_is_said() -> None:
    assert plain(next(detection_text(Detection((NOT,))))) == "no known standard fits"


def test_an_explanation_has_the_five_headings_in_order_and_no_empty_one() -> None:
    whole = Explanation(
        "box-degenerate", "shapes", "1.0.0", Level.MUST, "geometry", "box.width > 0",
        "A box without area marks nothing.", ("box: [0, 0, 0, 1]",), ("box: [0, 0, 1, 1]",), ("s",),
    )  # fmt: skip
    bare = Explanation("a", "shapes", "1.0.0", Level.MAY, "geometry", "x\ny")
    lines = [plain(spans) for spans in explanation_text(whole)]
    assert lines[0] == "shapes/box-degenerate  MUST  class geometry, 1.0.0"
    headings = [row for row in lines[1:] if row and not row.startswith(" ")]
    assert headings == ["what", "why", "example", "instead", "source"]
    assert [plain(spans) for spans in explanation_text(bare)][2:] == ["what", "  x", "  y"]


def test_only_cases_that_came_out_otherwise_are_listed_and_all_are_counted() -> None:
    trials = [Trial("shapes", "valid/a"), Trial("shapes", "invalid/b", ("found nothing",))]
    assert [plain(spans) for spans in trials_text(trials)] == [
        "failed  shapes invalid/b",
        "    found nothing",
        "1 of 2 cases came out as expected",
    ]
