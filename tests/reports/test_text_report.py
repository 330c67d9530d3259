from __future__ import annotations

import pytest

from annostd.findings import Level
from annostd.reports import Report, Role, Verdict, line, plain, shown, text_report, verdict_line
from tests.reports.samples import HOSTILE, finding, report

AGAIN = "annostd validate data"


def text(found: Report, limit: int | None = 5) -> list[str]:
    return [plain(spans) for spans in text_report(found, AGAIN, limit)]


def test_the_verdict_stands_in_the_first_line_with_standard_dialects_and_levels() -> None:
    found = report(finding(), finding(level=Level.MUST, rule="x"), verdict=Verdict.FAILS)
    assert text(found)[0] == "data: fails shapes 1.0.0 (layout official, told); 1 MUST, 1 SHOULD"


def test_a_report_without_findings_says_so() -> None:
    assert text(report())[0].endswith("; no findings")


def test_what_was_not_evaluated_is_named_with_the_reason() -> None:
    assert text(report())[1] == "  classes structure; not evaluated: media (no images found)"


def test_blocked_rules_are_told_even_where_nothing_was_found() -> None:
    assert "  not judged everywhere: 1 rule blocked" in text(report())


def test_a_finding_shows_place_object_and_message() -> None:
    lines = text(report(finding()))
    assert lines[-5:-2] == [
        "SHOULD  box-outside-media  1 finding of 3 judged",
        "    a.json:3:5 /annotations/3/bbox (#3)",
        "      the box ends at 70, expected at most 64",
    ]


def test_actual_and_expected_are_added_where_the_message_lacks_them() -> None:
    assert "      odd (actual 70, expected 64)" in text(report(finding(message="odd")))


def test_places_beyond_the_limit_are_counted_with_the_command_that_shows_them() -> None:
    found = report(*(finding(line=number) for number in range(1, 9)))
    rest = "    and 6 more: annostd validate data --select box-outside-media --limit 0"
    assert rest in text(found, limit=2)
    assert not any("more:" in spans for spans in text(found, limit=None))


def test_stronger_levels_come_first() -> None:
    found = report(
        finding(level=Level.MAY, rule="a"),
        finding(level=Level.SHOULD, rule="b"),
        finding(level=Level.MUST, rule="c"),
    )
    rules = [words[1] for row in text(found) if (words := row.split())[:1] and words[0].isupper()]
    assert rules == ["c", "b", "a"]


def test_the_explanation_of_the_first_rule_is_offered() -> None:
    offer = "why, and what instead: annostd explain shapes/box-outside-media"
    assert text(report(finding()))[-1] == offer


def test_hostile_text_is_shown_and_not_obeyed() -> None:
    found = report(finding(message=HOSTILE, text=HOSTILE), path=HOSTILE)
    joined = "".join(text(found))
    assert joined.isprintable()
    assert r"[red]x[/] \x1b[31m\x07\x9b2J\u202e\n\ud800:smile:" in joined


@pytest.mark.parametrize("harmless", ["plain", "größe 猫 🐈", r"C:\data", "[red]", ""])
def test_what_can_be_seen_is_shown_as_it_is(harmless: str) -> None:
    assert shown(harmless) == harmless


def test_a_line_made_of_text_is_plain() -> None:
    assert [span.role for span in line("a", "b")] == [Role.PLAIN, Role.PLAIN]


def test_the_verdict_line_colours_a_failure_as_an_error() -> None:
    roles = {span.role for span in verdict_line(report(verdict=Verdict.FAILS))}
    assert Role.ERROR in roles
