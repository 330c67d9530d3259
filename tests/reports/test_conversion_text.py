from __future__ import annotations

from annostd.reports import ConversionReport, conversion_text, plain
from tests.reports.samples import HOSTILE, LOST, ROUNDED, conversion, finding


def text(found: ConversionReport) -> list[str]:
    return [plain(spans) for spans in conversion_text(found)]


def test_what_was_written_stands_first() -> None:
    first = "written: in -> out (shapes 1.0.0 (layout official, told) to dots 2.1.0), 2 files"
    assert text(conversion(files=2))[0] == first


def test_a_refusal_says_that_nothing_was_written_and_why() -> None:
    found = text(conversion(LOST, written=False, refused=("1 loss needs --allow-loss",)))
    assert found[0].startswith("refused, nothing written: in -> out")
    assert found[1] == "  1 loss needs --allow-loss"


def test_a_dry_run_says_what_would_be() -> None:
    assert text(conversion(written=False))[0].startswith("would be written: ")


def test_losses_are_told_with_count_reason_and_places_the_worst_first() -> None:
    assert text(conversion(ROUNDED, LOST))[1:] == [
        "  lost     annotation.mask, 7 places: dots has no masks",
        "      a.json:9:2",
        "  rounded  annotation.box, 40 places, at most by 0.00123457 pixel: 6 decimals",
    ]


def test_derived_values_new_ids_findings_and_notes_are_told() -> None:
    found = conversion(
        derived={"annotation.box from polygons": 1},
        ids={"category": {"3": "0", "17": "1", "90": "2", "91": "3"}},
        findings=(finding(), finding(line=4)),
        notes=("media are not copied",),
    )
    assert text(found)[1:] == [
        "  derived  annotation.box from polygons, 1 value",
        "  ids      category, 4 new: 3 -> 0, 17 -> 1, 90 -> 2, …",
        "  output   SHOULD box-outside-media, 2 findings: the box ends at 70, expected at most 64",
        "  note  media are not copied",
    ]


def test_hostile_text_is_shown_and_not_obeyed() -> None:
    found = conversion(refused=(HOSTILE,), notes=(HOSTILE,), derived={HOSTILE: 1})
    assert "".join(text(found)).isprintable()
