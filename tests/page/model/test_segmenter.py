"""A customer placed by the page: as the function answers, on borders, out of range and with gaps too."""

import msgspec
import pytest

from function.model import Segmenter
from tests.helpers import models
from tests.helpers.customers import customers, segmenter_with_offsets

_PLACE = """async ([model, rows]) => {
  const { Segmenter } = await import('/model/segmenter.js');
  const segmenter = new Segmenter(model);
  return rows.map((row) => {
    const place = segmenter.place(row.map((value) => value ?? NaN));
    return [place.segment.id, place.runnerUp.id, place.confidence, place.probability,
      place.borderline, place.typical, place.outOfRange];
  });
}"""
SQUARE = Segmenter(models.square(), "0" * 64)
ALIKE_IN_X = Segmenter(
    models.model([models.feature("x"), models.feature("y")], [models.segment(0, [2, 2]), models.segment(1, [2, 8])]),
    "0" * 64,
)


@pytest.mark.parametrize(
    ("segmenter", "rows"),
    [
        (SQUARE, [[5.0, 5.0], [5.0, 2.0], [2.0, 5.0], [8.0, 5.0], [12.0, -3.0], [2.0, 5.0000001], [None, 7.0]]),
        (ALIKE_IN_X, [[2.0, None], [9.0, None], [2.0, 5.0]]),
        (segmenter_with_offsets(), customers(segmenter_with_offsets(), 60)),
    ],
    ids=["borders", "nothing known tells them apart", "offsets and gaps"],
)
def test_the_page_places_a_customer_as_the_function_does(blank, segmenter, rows):
    expected = []
    for answer in map(segmenter.assign, rows):
        figures = pytest.approx(answer.confidence), pytest.approx(answer.probability)
        words = answer.borderline, answer.typical, answer.out_of_range
        expected.append([answer.segment.id, answer.runner_up.id, *figures, *words])
    assert blank.evaluate(_PLACE, [msgspec.to_builtins(segmenter.model), [list(row) for row in rows]]) == expected
