"""Detection tells every standard from all the others, by what the valid cases of each hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from annostd.api.detect import detect

CASES = Path(__file__).parents[2] / "conformance"
A_STANDARD = 8
"""How many cases of a standard are looked at, spread over all of them."""

LABELME_XML = """\
<annotation><filename>a.jpg</filename><folder>street</folder>
<source><sourceImage>street</sourceImage><sourceAnnotation>by hand</sourceAnnotation></source>
<imagesize><nrows>480</nrows><ncols>640</ncols></imagesize>
<object><name>car</name><deleted>0</deleted><verified>0</verified><id>0</id>
<polygon><username>anon</username><pt><x>10</x><y>20</y></pt><pt><x>40</x><y>20</y></pt>
<pt><x>40</x><y>60</y></pt></polygon></object></annotation>
"""


def spread(standard: str) -> list[Path]:
    """Choose cases of a standard."""
    every = sorted((CASES / standard / "valid").iterdir())
    return every[:: max(1, len(every) // A_STANDARD)]


@pytest.mark.parametrize("standard", sorted(p.parent.name for p in CASES.glob("*/valid")))
def test_valid_data_is_never_taken_for_another_standard(standard: str) -> None:
    found = [detect(case / "in") for case in spread(standard)]
    assert {each.chosen for each in found} <= {standard, None}
    assert sum(each.chosen == standard for each in found) > len(found) / 2


def test_what_two_standards_can_hold_is_said_of_both() -> None:
    found = detect(CASES / "yolo-segment" / "valid" / "data-file-alone" / "in")
    assert found.chosen is None
    assert {c.id for c in found.candidates if c.fits} == {"yolo-detect", "yolo-segment"}


def test_outlines_in_the_same_elements_are_not_taken_for_boxes(tmp_path: Path) -> None:
    path = tmp_path / "Annotations" / "a.xml"
    path.parent.mkdir()
    path.write_text(LABELME_XML)
    found = detect(tmp_path)
    assert found.chosen is None
    voc = next(c for c in found.candidates if c.id == "pascal-voc")
    assert any("box is missing" in text for text in voc.evidence)
