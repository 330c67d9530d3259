"""The catalogue of rules in words."""

from __future__ import annotations

import pytest

from annostd.generators import RuleWords, catalogue, fault_words
from annostd.plan import compile_plan
from annostd.standard import Library, load

STANDARDS = [entry.id for entry in Library.of().standards]


def words(standard: str) -> dict[str, RuleWords]:
    found = catalogue(compile_plan(load(standard, Library.of())))
    return {rule.id: rule for rule in found}


@pytest.mark.parametrize("standard", STANDARDS)
def test_every_rule_says_what_why_what_breaks_it_and_what_instead(standard: str) -> None:
    for rule in words(standard).values():
        assert rule.what, rule.id
        assert rule.example, rule.id
        assert rule.instead, rule.id
        assert not any("{" in text and "}" in text and "`" not in text for text in (rule.what,))


@pytest.mark.parametrize("standard", STANDARDS)
def test_every_kind_of_fault_has_words_of_its_own(standard: str) -> None:
    unsaid = [rule.id for rule in words(standard).values() if rule.what == fault_words.UNSAID.what]
    assert unsaid == []


def test_a_generated_rule_names_the_place_as_its_files_spell_it() -> None:
    rule = words("coco-instances")["annotation.box.length"]
    assert rule.what.startswith("`bbox` holds as many numbers")
    assert rule.source[0].startswith("COCO data format")


def test_a_box_of_several_places_is_spoken_of_in_the_plural() -> None:
    rule = words("yolo-detect")["annotation.box.range"]
    assert rule.what == "`cx`, `cy`, `w` and `h` are from 0 to 1"


def test_a_written_rule_shows_its_examples_as_changes_to_the_example_data() -> None:
    rule = words("yolo-detect")["names-gap"]
    assert rule.what == "all rows of `category`, taken together: `most(number) == count() - 1`"
    assert rule.example == ('added to category: {"number": 3, "name": "bus"}',)
    assert rule.source[0].endswith("/ultralytics/data/utils.py")
