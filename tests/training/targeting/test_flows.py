"""Movement between segments, against a matrix worked out by hand, SciPy, statsmodels and simulated steady customers."""

import itertools
import math

import numpy as np
import pytest
from scipy import stats

from training.targeting.flows import Worths, decompose, expected_changes, expected_interval

MATRIX = np.array([[80, 12, 3], [8, 140, 12], [1, 6, 90]])


def test_movement_by_hand():
    parts = decompose(MATRIX)
    assert (parts.in_both, parts.moved, parts.exchange, parts.net) == (352, 42, 30, 12)
    assert parts.kept == pytest.approx([80 / 95, 140 / 160, 90 / 97])
    assert (parts.statistic, parts.df) == (pytest.approx(3.8), 3)
    assert parts.p_value == pytest.approx(0.2839, abs=5e-5)


def test_flows_by_hand():
    flows = {(flow.source, flow.target): flow for flow in decompose(MATRIX).flows}
    assert {pair: (flow.there, flow.back) for pair, flow in flows.items()} == {
        (0, 1): (12, 8),
        (0, 2): (3, 1),
        (1, 2): (12, 6),
    }
    assert flows[1, 2].p_value == pytest.approx(0.7137, abs=5e-5)
    assert flows[0, 1].p_value == flows[0, 2].p_value == 1
    assert not any(flow.significant for flow in flows.values())


def test_the_largest_net_flow_comes_first_and_runs_from_where_more_left():
    parts = decompose(np.array([[5, 1, 0], [40, 5, 9], [0, 2, 5]]))
    assert [(flow.source, flow.target, flow.net) for flow in parts.flows] == [(1, 0, 39), (1, 2, 7)]
    assert [flow.significant for flow in parts.flows] == [True, False]


def test_flows_alike_come_in_the_order_of_the_segments_and_run_that_way():
    parts = decompose(np.array([[5, 3, 2], [3, 5, 4], [2, 4, 5]]))
    assert [(flow.source, flow.target, flow.net) for flow in parts.flows] == [(0, 1, 0), (0, 2, 0), (1, 2, 0)]


@pytest.mark.parametrize(
    ("matrix", "statistic", "df", "p_value"),
    [  # SquareTable(matrix, shift_zeros=False).symmetry() of statsmodels 0.15.0
        ([[20, 31], [14, 25]], 6.4222222222222225, 1, 0.011270104849283227),
        (MATRIX, 3.8, 3, 0.2838861307598272),
        ([[10, 4, 9, 1], [16, 12, 2, 8], [5, 7, 30, 11], [3, 6, 21, 18]], 15.531349206349207, 6, 0.016503146343244606),
    ],
)
def test_the_test_of_symmetry_equals_statsmodels(matrix, statistic, df, p_value):
    parts = decompose(np.array(matrix))
    assert (parts.statistic, parts.df, parts.p_value) == pytest.approx((statistic, df, p_value))


def test_the_test_of_symmetry_adds_up_scipy_s_of_each_pair():
    rng = np.random.default_rng(21)
    for size in (2, 3, 6):
        matrix = rng.poisson(20, (size, size)) + 1
        pairs = [(matrix[i, j], matrix[j, i]) for i, j in itertools.combinations(range(size), 2)]
        statistic = sum(stats.chisquare(pair).statistic for pair in pairs)
        ours, df = decompose(matrix), len(pairs)
        assert (ours.statistic, ours.df, ours.p_value) == pytest.approx((statistic, df, stats.chi2.sf(statistic, df)))


@pytest.mark.parametrize(
    ("there", "back"),
    [(1, 0), (3, 3), (12, 8), (40, 1), (500, 410), (1_000_400, 999_000), (3_831, 0), (2_000_000, 1_990_000)],
)
def test_a_flow_that_is_not_as_large_as_its_way_back_is_tested_as_scipy_does(there, back):
    flow = decompose(np.array([[1, there], [back, 1]])).flows[0]
    assert flow.p_value == pytest.approx(stats.binomtest(there, there + back).pvalue, rel=1e-9)


def test_tables_swapped_turn_every_flow_round():
    there, back = decompose(MATRIX), decompose(MATRIX.T)
    assert (there.moved, there.exchange, there.net) == (back.moved, back.exchange, back.net)
    assert [(f.source, f.target, f.net) for f in there.flows] == [(f.target, f.source, f.net) for f in back.flows]


def test_where_nothing_moved_there_is_nothing_to_test():
    parts = decompose(np.diag([5, 7, 0]))
    assert (parts.moved, parts.exchange, parts.net, parts.flows) == (0, 0, 0, [])
    assert math.isnan(parts.p_value)
    assert math.isnan(parts.kept[2])


def test_expected_changes_by_hand():
    changes = expected_changes(MATRIX, [1000, 400, 100])
    assert changes.tolist() == [[0, -7200, -2700], [4800, 0, -3600], [900, 1800, 0]]
    assert changes.sum() == -6000


def shop(rng, n=600):
    """Return segments then and now of customers, gone where they are 3, and what they were worth: half move up."""
    then = rng.choice(3, n, p=[0.2, 0.3, 0.5])
    value = rng.lognormal(np.log([400, 100, 30])[then], 1.0)
    moves = rng.random(n) < 0.2 + 0.1 * (value > 60)  # who is worth more moves more
    now = np.where(moves, np.where(rng.random(n) < 0.5, np.maximum(then - 1, 0), rng.integers(0, 4, n)), then)
    return then, now, value


def grouped(then, now, value):
    """Return the matrix of customers and what they were worth, as tables of them are summed up."""
    matrix = np.zeros((3, 3), int)
    counts, means, variances = np.zeros((3, 4)), np.zeros((3, 4)), np.zeros((3, 4))
    for place in np.ndindex(3, 4):
        cell = value[(then == place[0]) & (now == place[1])]
        counts[place] = len(cell)
        means[place] = cell.mean() if len(cell) else 0.0
        variances[place] = cell.var(ddof=1) if len(cell) > 1 else 0.0
    matrix[:] = counts[:, :3]
    return matrix, Worths(len(then), counts, means, variances)


def test_the_interval_of_the_expected_change_is_that_of_the_bootstrap_over_customers():
    customers = shop(np.random.default_rng(24))

    def total(then, now, value):
        matrix, worths = grouped(then, now, value)
        return expected_changes(matrix, worths.of_segments).sum()

    drawn = stats.bootstrap(
        customers, total, n_resamples=500, paired=True, vectorized=False, confidence_level=0.9, method="basic", rng=25
    )
    low, high = expected_interval(*grouped(*customers))
    assert (low + high) / 2 == pytest.approx(total(*customers))
    assert high - low == pytest.approx(2 * 1.645 * drawn.standard_error, rel=0.1)


def test_the_interval_holds_the_change_of_customers_at_large_as_often_as_it_says():
    rng = np.random.default_rng(26)
    matrix, worths = grouped(*shop(rng, 400_000))
    truth = expected_changes(matrix, worths.of_segments).sum() / 400_000 * 600
    intervals = (expected_interval(*grouped(*shop(rng))) for _ in range(300))
    assert 0.85 <= np.mean([low <= truth <= high for low, high in intervals]) <= 0.95


def test_without_moves_or_values_the_interval_is_nothing():
    counts = np.diag([5.0, 7.0])
    assert expected_interval(np.diag([5, 7]), Worths(12, counts, 3 * counts, counts)) == (0.0, 0.0)
    none = Worths(12, np.zeros((2, 2)), np.zeros((2, 2)), np.zeros((2, 2)))
    assert np.isnan(none.of_segments).all()
    assert expected_interval(np.array([[3, 2], [1, 6]]), none) == (0.0, 0.0)


def test_steady_customers_near_borders_make_no_story():
    rng = np.random.default_rng(22)
    centres = np.array([[0.0, 0], [3, 0], [0, 3], [3, 3]])
    told = 0
    for _ in range(200):
        customers = centres[rng.integers(0, 4, 1000)] + rng.normal(0, 1, (1000, 2))
        then, now = (
            ((customers + rng.normal(0, 0.5, customers.shape))[:, None] - centres).__pow__(2).sum(axis=2).argmin(axis=1)
            for _ in range(2)
        )
        matrix = np.zeros((4, 4), int)
        np.add.at(matrix, (then, now), 1)
        told += any(flow.significant for flow in decompose(matrix).flows)
    assert told / 200 <= 0.07


def test_a_real_flow_is_found():
    matrix = np.diag([2500, 2500, 2500, 2500]) + np.array(
        [[0, 60, 0, 50], [62, 0, 45, 0], [0, 47, 0, 55], [50, 0, 58, 0]]
    )
    matrix[0, 1] += 125
    assert [(flow.source, flow.target) for flow in decompose(matrix).flows if flow.significant] == [(0, 1)]
