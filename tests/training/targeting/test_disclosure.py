"""No figure of few customers can be worked out from those that are shown."""

import itertools

import numpy as np
import pytest
from scipy import optimize

from training.targeting.disclosure import FEWEST, hide_counts, hide_means


def possible(counts, hidden, cell):
    """Return the least and the most that a hidden cell may be, by what is shown and by the totals."""
    cells = [tuple(place) for place in np.argwhere(hidden)]
    left = np.where(hidden, counts, 0)
    rows = [[place[0] == row for place in cells] for row in range(counts.shape[0])]
    columns = [[place[1] == column for place in cells] for column in range(counts.shape[1])]
    totals = [*left.sum(axis=1), *left.sum(axis=0)]
    goal = np.array([place == tuple(cell) for place in cells], float)
    ends = [
        optimize.linprog(side * goal, A_eq=np.array(rows + columns, float), b_eq=totals).fun * side for side in (1, -1)
    ]
    return round(ends[0]), round(ends[1])


def tables(rng, number):
    """Return random tables of segments and values, many of their cells small, each value with enough customers."""
    while number:
        shape = rng.integers(2, 7, 2)
        counts = rng.poisson(rng.lognormal(2.5, 1.5, shape))
        if counts.sum(axis=0).min() >= FEWEST and counts.sum(axis=1).min() > 0 and (counts < FEWEST).any():
            number -= 1
            yield counts


def test_what_a_hidden_cell_may_be_spans_ten_customers_or_as_many_as_the_totals_allow():
    for counts in tables(np.random.default_rng(51), 12):
        hidden = hide_counts(counts)
        everything = np.ones_like(hidden)
        for cell in np.argwhere(counts < FEWEST):
            low, high = possible(counts, hidden, cell)
            least, most = possible(counts, everything, cell)
            assert high - low >= min(FEWEST, most - least)


def test_in_small_tables_each_hidden_cell_may_be_two_numbers_at_least():
    for cells in itertools.islice(itertools.product(range(4), repeat=6), 0, None, 7):
        counts = np.reshape(cells, (2, 3))
        if counts.sum(axis=0).min() < 2 or not counts.sum(axis=1).all():
            continue
        hidden = hide_counts(counts, fewest=2)
        known = {
            other
            for other in small_tables(tuple(counts.sum(axis=1)), tuple(counts.sum(axis=0)))
            if np.array_equal(np.reshape(other, (2, 3))[~hidden], counts[~hidden])
        }
        for place in np.flatnonzero(counts < 2):
            assert len({other[place] for other in known}) > 1


def small_tables(rows, columns):
    """Return all tables of two rows and three columns with these totals."""
    firsts = itertools.product(*(range(total + 1) for total in columns))
    return [
        first + tuple(total - cell for total, cell in zip(columns, first, strict=True))
        for first in firsts
        if sum(first) == rows[0]
    ]


@pytest.mark.parametrize(
    ("counts", "hidden"),
    [
        ([[90, 9, 50], [80, 70, 60], [50, 40, 11]], [[0, 1, 1], [0, 0, 0], [0, 1, 1]]),  # which hides the fewest
        ([[90, 80], [70, 60]], [[0, 0], [0, 0]]),
        ([[9, 90, 30], [3, 40, 50], [70, 80, 90]], [[1, 0, 1], [1, 0, 1], [0, 0, 0]]),  # which protect each other
        ([[0, 0], [30, 40]], [[1, 1], [0, 0]]),  # a segment of nobody
        ([[20, 30]], [[0, 0]]),
    ],
)
def test_cells_are_hidden_by_rectangles(counts, hidden):
    assert hide_counts(np.array(counts)).astype(int).tolist() == hidden


@pytest.mark.parametrize(
    ("counts", "hidden"),
    [
        ([50, 60, 70], [0, 0, 0]),
        ([50, 9, 40], [0, 1, 1]),
        ([50, 0, 40], [0, 1, 0]),
        ([9, 9, 40], [1, 1, 0]),
        ([4, 5, 40, 30], [1, 1, 0, 1]),
        ([4, 5], [1, 1]),
    ],
)
def test_means_are_hidden_so_that_those_of_few_do_not_follow(counts, hidden):
    assert hide_means(np.array(counts)).astype(int).tolist() == hidden
