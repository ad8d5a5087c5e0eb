"""A feature as an axis: moves end where they should, in the feature's unit."""

import math

import pytest

from function.model.axis import Axis
from tests.helpers import models


@pytest.fixture
def spend() -> Axis:
    return Axis(0, models.feature("spend", min=1.0, max=1000.0, offset=0.0, mean=0.0, scale=1.0))


def test_a_move_says_what_is_added_and_what_is_reached(spend):
    move = spend.move(10.0, math.log(100.0))
    assert (move.feature, move.by, move.to) == ("spend", pytest.approx(90.0), pytest.approx(100.0))


@pytest.mark.parametrize("rounding", [-1e-14, 0.0, 1e-14])
def test_a_move_to_an_edge_ends_on_it_whatever_the_last_digits_are(spend, rounding):
    assert spend.move(10.0, spend.high + rounding).to == 1000.0
    assert spend.move(10.0, spend.low + rounding).to == 1.0


def test_a_move_of_a_customer_out_of_range_may_end_there_but_not_farther_out(spend):
    assert spend.move(5000.0, math.log(2000.0)).to == pytest.approx(2000.0)
    assert spend.move(5000.0, math.log(6000.0)).to == 5000.0


def test_a_move_towards_the_range_that_ends_before_it_may_go_on_to_its_edge(spend):
    assert spend.edge(spend.high + 2.0, spend.high + 1.0) == spend.high
    assert spend.edge(spend.low - 2.0, spend.low - 1.0) == spend.low


def test_a_move_away_from_the_range_has_no_edge_to_go_on_to(spend):
    assert spend.edge(0.0, spend.high + 1.0) is None
    assert spend.edge(0.0, spend.low - 1.0) is None
