"""Colours of segments: the report has the page's."""

import pytest

from tests.helpers.cases import load

CASES = load("colours")

_CALL = """async (ids) => {
  const { coloursOf } = await import('/customers/segments.js');
  return [...coloursOf(ids.map((id) => ({ id })))];
}"""


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["ids"]))
def test_segments_have_the_colours_of_the_cases_that_the_report_runs_too(blank, case):
    assert blank.evaluate(_CALL, case["ids"]) == [list(pair) for pair in zip(case["ids"], case["colours"], strict=True)]
