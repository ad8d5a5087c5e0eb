import re

import pytest

from tests.helpers.cases import load
from tests.helpers.models import feature, model, segment
from tests.helpers.service import ROOT
from training.reports.colours import COLOURS, colours_of
from training.reports.plots import draw_map

CASES = load("colours")


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["ids"]))
def test_segments_have_the_colours_of_the_cases_that_the_page_runs_too(case):
    assert list(colours_of(case["ids"]).items()) == list(zip(case["ids"], case["colours"], strict=True))


def test_the_colours_are_those_of_the_page():
    style = (ROOT / "static" / "style.css").read_text()
    declared = re.findall(r'\[data-colour="(\d+)"\] \{ --colour: light-dark\((#\w+), (#\w+)\)', style)
    assert [(int(number), (light, dark)) for number, light, dark in declared] == list(enumerate(COLOURS))


def test_the_map_draws_a_segment_in_the_colour_of_its_id():
    drawn = draw_map(model([feature("x"), feature("y")], [segment(7, [2.0, 2.0]), segment(16, [8.0, 8.0])]))
    assert [mark.colour for mark in drawn.marks] == ["light-dark({}, {})".format(*COLOURS[place]) for place in (7, 4)]
