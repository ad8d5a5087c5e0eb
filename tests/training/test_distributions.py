"""The distributions are SciPy's, near zero and far out, of few customers and of ten million."""

import math

import pytest
from scipy import special, stats

from training.distributions import (
    chi_squared_above,
    coins_at_most,
    f_above,
    normal_outside,
    normal_quantile,
    student_bound,
    student_outside,
)

NEAR = 1e-7
"""How far off a chance is at most, as a part of it; with ten million customers its logarithm has eight digits less."""


def test_the_normal_distribution_is_scipys():
    for z in (0.0, 1e-9, 0.5, 1.96, 8.0, 37.0):
        assert normal_outside(-z) == normal_outside(z) == pytest.approx(2 * stats.norm.sf(z), rel=1e-9)
    for share in (0.001, 0.5, 0.8, 0.975):
        assert normal_quantile(share) == pytest.approx(stats.norm.ppf(share), rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("freedom", [1, 2, 3, 4, 10, 45, 2450])
def test_chi_squared_is_scipys(freedom):
    for value in (0.0, 1e-9, 0.3, 1.0, freedom, 3.0 * freedom, 700.0, 1e6):
        assert chi_squared_above(value, freedom) == pytest.approx(stats.chi2.sf(value, freedom), rel=NEAR, abs=1e-300)


@pytest.mark.parametrize("freedom", [1, 1.01, 2, 3.7, 30, 999.5, 1e7])
def test_students_t_is_scipys(freedom):
    for t in (0.0, 1e-9, 0.7, 1.96, 5.0, 30.0):
        assert student_outside(-t, freedom) == pytest.approx(2 * stats.t.sf(t, freedom), rel=NEAR)
    for share in (0.5, 0.05, 0.001):
        assert student_bound(share, freedom) == pytest.approx(stats.t.isf(share / 2, freedom), rel=NEAR)


@pytest.mark.parametrize(("between", "within"), [(1, 1), (2, 3), (4, 195), (49, 950), (5, 1e7)])
def test_f_is_scipys(between, within):
    for value in (0.0, 1e-9, 0.5, 1.0, 2.5, 40.0, math.inf):
        assert f_above(value, between, within) == pytest.approx(
            stats.f.sf(value, between, within), rel=NEAR, abs=1e-300
        )


@pytest.mark.parametrize(("heads", "tails"), [(0, 1), (1, 1), (0, 30), (3, 4), (480, 520), (4_998_000, 5_002_000)])
def test_tosses_of_a_coin_are_scipys(heads, tails):
    assert coins_at_most(heads, tails) == pytest.approx(special.bdtr(heads, heads + tails, 0.5), rel=NEAR)


def test_what_is_not_a_number_stays_none():
    assert math.isnan(student_outside(math.nan, 3))
