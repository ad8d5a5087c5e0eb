"""Intervals and tests, against hand-worked figures, SciPy, statsmodels and simulated campaigns."""

import dataclasses
import math

import numpy as np
import pytest
from scipy import stats

from training.targeting.intervals import (
    Difference,
    Moments,
    adjusted,
    difference_of_means,
    difference_of_proportions,
    heterogeneity,
    sample_ratio,
    wilson,
)


def moments(values, before=None):
    """Return the moments of a list, by numpy."""
    values = np.asarray(values, dtype=float)
    figures = len(values), float(np.mean(values)), float(np.var(values, ddof=1))
    cubes = float(np.mean(values**3))
    if before is None:
        return Moments(*figures, cubes=cubes)
    both = np.cov(values, before, ddof=1)
    return Moments(*figures, float(np.mean(before)), float(both[1, 1]), float(both[0, 1]), cubes)


@pytest.mark.parametrize(
    ("successes", "n", "limits"),
    [
        (450, 9000, (0.045686, 0.054698)),
        (38, 1000, (0.027809, 0.051727)),
        (3, 20, (0.052369, 0.360419)),
        (0, 10, (0.0, 0.277533)),
    ],
)
def test_wilson_by_hand(successes, n, limits):
    assert wilson(successes, n) == pytest.approx(limits, abs=1e-6)


@pytest.mark.parametrize("n", [3, 7, 10, 11])
def test_of_nobody_and_of_everybody_one_bound_is_exact(n):
    assert (wilson(0, n)[0], wilson(n, n)[1]) == (0, 1)


def test_newcombe_by_hand():
    difference = difference_of_proportions((450, 38), (9000, 1000))
    assert difference.estimate == pytest.approx(0.012)
    assert (difference.low, difference.high) == pytest.approx((-0.002389, 0.023222), abs=1e-6)
    assert difference.p_value == pytest.approx(0.0947, abs=5e-5)
    assert difference.times(9000) == pytest.approx((108, -21.5, 209.0), abs=0.05)
    assert not difference.significant


def test_newcombe_of_small_groups_by_hand():
    difference = difference_of_proportions((3, 0), (20, 10))
    assert (difference.estimate, difference.low, difference.high) == pytest.approx(
        (0.15, -0.144205, 0.360419), abs=1e-6
    )


@pytest.mark.parametrize(
    ("successes", "n", "p_value"),
    [
        ((10, 0), (11, 1), 2 / 12),  # two customers bought nothing: the one held back is one of them
        ((3, 0), (20, 10), (1140 + 900 + 120) / 4060),  # of the 4,060 ways to draw 3 of 30: 0, 2 or 3 of the 10
        ((0, 3), (10, 20), (1140 + 900 + 120) / 4060),
        ((17, 10), (20, 10), (1140 + 900 + 120) / 4060),
        ((0, 0), (10, 20), 1),
        ((10, 20), (10, 20), 1),
    ],
)
def test_the_p_value_of_small_groups_is_exact(successes, n, p_value):
    assert difference_of_proportions(successes, n).p_value == pytest.approx(p_value)


def test_from_five_expected_the_p_value_is_that_of_the_pooled_z():
    error = math.sqrt(0.1 * 0.9 * 2 / 50)
    assert difference_of_proportions((9, 1), (50, 50)).p_value == pytest.approx(2 * stats.norm.sf(0.16 / error))


@pytest.mark.parametrize(
    ("successes", "n", "limits"),
    [  # Newcombe's examples and four more, by confint_proportions_2indep(method="newcomb") of statsmodels 0.15.0
        ((56, 48), (70, 80), (0.05243147240236498, 0.33387265403690614)),
        ((9, 3), (10, 10), (0.1705227239345029, 0.809017973535488)),
        ((6, 2), (7, 7), (0.05822792748231209, 0.8062496375242278)),
        ((5, 0), (56, 29), (-0.038137147903536936, 0.19256001385511165)),
        ((0, 0), (10, 20), (-0.1611251580528194, 0.27753279986288926)),
        ((0, 0), (10, 10), (-0.27753279986288926, 0.27753279986288926)),
        ((10, 0), (10, 20), (0.6790860371419145, 1.0)),
        ((10, 0), (10, 10), (0.6075093504305241, 1.0)),
        ((1, 4999), (5, 5000), (-0.9635759741763944, -0.3753336063704322)),
        ((1234, 17), (4321, 23), (-0.5895808600440489, -0.24926112547338472)),
        ((450, 38), (9000, 1000), (-0.0023888018341959028, 0.023221674867552694)),
        ((4_500_300, 500_100), (9_000_000, 1_000_000), (-0.001099656200690791, 0.0009663235872217166)),
    ],
)
def test_newcombe_equals_statsmodels(successes, n, limits):
    difference = difference_of_proportions(successes, n)
    assert (difference.low, difference.high) == pytest.approx(limits, abs=1e-9)


def test_newcombe_s_interval_is_made_of_scipy_s_of_wilson():
    rng = np.random.default_rng(11)
    for _ in range(200):
        n = tuple(int(count) for count in rng.integers(5, 5000, 2))
        successes = tuple(int(rng.integers(0, count + 1)) for count in n)
        one, other = (stats.binomtest(*pair).proportion_ci(method="wilson") for pair in zip(successes, n, strict=True))
        (p, q), difference = np.divide(successes, n), difference_of_proportions(successes, n)
        assert [wilson(*pair) for pair in zip(successes, n, strict=True)] == [
            pytest.approx((interval.low, interval.high), abs=1e-9) for interval in (one, other)
        ]
        assert difference.low == pytest.approx(p - q - math.sqrt((p - one.low) ** 2 + (other.high - q) ** 2), abs=1e-9)
        assert difference.high == pytest.approx(p - q + math.sqrt((one.high - p) ** 2 + (q - other.low) ** 2), abs=1e-9)


@pytest.mark.parametrize(("successes", "n"), [(0, 1), (1, 1), (7, 7), (1, 10**7), (4_999_999, 10**7), (10**7, 10**7)])
def test_wilson_equals_scipy(successes, n):
    theirs = stats.binomtest(successes, n).proportion_ci(0.95, method="wilson")
    assert wilson(successes, n) == pytest.approx((theirs.low, theirs.high), rel=1e-12)


@pytest.mark.parametrize(
    ("treated", "control", "share"), [(9060, 940, 0.1), (900, 100, 0.1), (8 * 10**6, 2 * 10**6, 0.2)]
)
def test_the_sample_ratio_equals_scipy(treated, control, share):
    total = treated + control
    theirs = stats.chisquare([treated, control], [total * (1 - share), total * share]).pvalue
    assert sample_ratio(treated, control, share) == pytest.approx(theirs, rel=1e-12)


@pytest.mark.parametrize(
    ("treated", "control", "share"), [(1, 30, 0.5), (20, 0, 0.01), (18, 2, 0.01), (0, 3, 0.99), (903, 96, 0.1)]
)
def test_the_ratio_of_small_groups_is_twice_the_smaller_tail_of_the_binomial(treated, control, share):
    tails = (stats.binomtest(control, treated + control, share, side).pvalue for side in ("less", "greater"))
    assert sample_ratio(treated, control, share) == pytest.approx(min(1.0, 2 * min(tails)), rel=1e-9)


@pytest.mark.parametrize(("total", "share"), [(20, 0.01), (50, 0.1), (100, 0.01), (500, 0.01), (2000, 0.02)])
def test_a_true_draw_of_few_is_refused_in_at_most_one_of_a_thousand(total, share):
    refused = [control for control in range(total + 1) if sample_ratio(total - control, control, share) < 0.001]
    assert stats.binom.pmf(refused, total, share).sum() <= 0.001


def test_groups_without_customers_are_refused():
    with pytest.raises(ValueError, match="an empty one"):
        difference_of_proportions((0, 0), (5, 0))
    with pytest.raises(ValueError, match="at least two"):
        difference_of_means(Moments(1, 5.0, math.nan), Moments(9, 5.0, 1.0))


def test_welch_by_hand():
    difference = difference_of_means(moments([0, 0, 10, 20, 30]), moments([0, 0, 0, 8]))
    assert difference.standard_error == pytest.approx(math.sqrt(38))
    assert (difference.estimate, difference.low, difference.high) == pytest.approx((10, -5.937886, 25.937886), abs=1e-6)
    assert difference.p_value == pytest.approx(0.166801, abs=1e-6)


@pytest.mark.parametrize(("n", "m"), [(400, 90), (2, 3), (5000, 2)])
def test_welch_equals_scipy(n, m):
    rng = np.random.default_rng(12)
    first, second = rng.lognormal(3, 1, n), rng.lognormal(3.1, 1.4, m)
    test = stats.ttest_ind(first, second, equal_var=False)
    difference = difference_of_means(moments(first), moments(second))
    assert difference.p_value == pytest.approx(test.pvalue, rel=1e-9)
    assert (difference.low, difference.high) == pytest.approx(tuple(test.confidence_interval()), rel=1e-9)


def test_groups_that_do_not_vary_differ_for_sure_or_not_at_all():
    assert difference_of_means(Moments(5, 3.0, 0.0), Moments(5, 3.0, 0.0)) == Difference(0, 0, 0, 1.0, 0.0)
    assert difference_of_means(Moments(5, 4.0, 0.0), Moments(5, 3.0, 0.0)).significant


def test_cuped_by_hand():
    treated = moments([14, 22, 36, 48], before=[10, 20, 30, 40])
    control = moments([9, 20, 31], before=[10, 20, 30])
    raw = difference_of_means(treated, control)
    assert (raw.estimate, raw.low, raw.high) == pytest.approx((10, -15.325225, 35.325225), abs=1e-6)
    difference = difference_of_means(*adjusted(treated, control))
    assert difference.standard_error == pytest.approx(0.820652, abs=1e-6)
    assert (difference.estimate, difference.low, difference.high) == pytest.approx(
        (4.285714, 1.896723, 6.674705), abs=1e-6
    )
    assert difference.p_value == pytest.approx(0.008685, abs=1e-6)


@pytest.mark.parametrize("values", [[], [7.0], [7.0, 9.5, 0.0, 40.0]])
@pytest.mark.parametrize("zeros", [2, 1000])
def test_customers_who_bought_nothing_are_counted_as_if_they_were_in_the_table(values, zeros):
    before = [3.0 * place for place, _ in enumerate(values)]
    few = Moments(len(values), sum(values), 0.0, 0.0, 0.0, 0.0, sum(values) ** 3)
    shoppers = moments(values, before) if len(values) > 1 else few
    everyone = moments([*values, *[0.0] * zeros], [*before, *[0.0] * zeros])
    assert dataclasses.astuple(shoppers.with_zeros(zeros)) == pytest.approx(dataclasses.astuple(everyone), rel=1e-12)


@pytest.mark.parametrize("factor", [0.1, 1 / 3, 7.3])
def test_a_time_before_that_explains_everything_leaves_no_variance(factor):
    before = np.random.default_rng(29).lognormal(2, 1, (2, 50))
    first, second = (moments((factor * group).tolist(), group.tolist()) for group in before)
    for group in adjusted(first, second):
        assert 0 <= group.variance == pytest.approx(0, abs=1e-9)
        assert group.mean == pytest.approx(factor * before.mean())


def test_a_time_before_that_explains_nothing_changes_nothing():
    same = Moments(5, 3.0, 2.0, before=1.0, variance_before=0.0, covariance=0.0)
    assert adjusted(same, same) == (same, same)
    without = Moments(5, 3.0, 2.0)
    assert adjusted(without, without) == (without, without)


@pytest.mark.parametrize(("control", "p_value"), [(940, 0.0455), (880, 6.33e-5)])
def test_sample_ratio_by_hand(control, p_value):
    assert sample_ratio(10_000 - control, control, 0.1) == pytest.approx(p_value, rel=2e-3)


def test_swapping_the_groups_mirrors_the_difference():
    there, back = difference_of_proportions((45, 38), (900, 1000)), difference_of_proportions((38, 45), (1000, 900))
    assert (there.estimate, there.low, there.high) == pytest.approx((-back.estimate, -back.high, -back.low))
    first, second = moments([1.0, 5.0, 2.0]), moments([4.0, 4.5, 9.0, 1.0])
    there, back = difference_of_means(first, second), difference_of_means(second, first)
    assert (there.estimate, there.low, there.high) == pytest.approx((-back.estimate, -back.high, -back.low))


def test_another_currency_multiplies_the_difference_and_its_interval():
    first, second = np.array([1.0, 5.0, 2.0, 8.0]), np.array([4.0, 4.5, 9.0])
    euros = difference_of_means(moments(first), moments(second))
    cents = difference_of_means(moments(first * 100), moments(second * 100))
    assert cents.times(0.01) == pytest.approx(euros.times(1))


def test_effects_alike_are_not_told_apart_and_unlike_ones_are():
    alike = [Difference(0.010, 0, 0, 0, 0.005), Difference(0.012, 0, 0, 0, 0.004), Difference(0.008, 0, 0, 0, 0.006)]
    assert heterogeneity(alike) > 0.5
    unlike = [Difference(0.10, 0, 0, 0, 0.01), Difference(0.0, 0, 0, 0, 0.01)]
    assert heterogeneity(unlike) == pytest.approx(stats.chi2.sf(50, 1))
    assert math.isnan(heterogeneity(alike[:1]))


@pytest.mark.slow
def test_intervals_hold_the_truth_in_nineteen_of_twenty_campaigns():
    rng = np.random.default_rng(15)
    treated, control = rng.binomial(9000, 0.055, 2000), rng.binomial(1000, 0.05, 2000)
    held = 0
    for x, y in zip(treated, control, strict=True):
        difference = difference_of_proportions((int(x), int(y)), (9000, 1000))
        held += difference.low <= 0.005 <= difference.high
    assert 0.935 <= held / 2000 <= 0.965
