import numpy as np
import pytest

from training.clustering.features import make_feature, restore, round_step, skewness, standardise, statistics, wants_log
from training.tables.columns import find_columns


@pytest.mark.parametrize(
    ("span", "whole", "step"),
    [
        (122, True, 1),
        (98, True, 1),
        (122_000, True, 1000),
        (12.2, False, 0.1),
        (0.5, False, 0.005),
        (300, True, 2),
        (1e-6, False, 1e-8),
    ],
)
def test_a_step_is_a_round_hundredth_of_the_span_and_whole_for_whole_numbers(span, whole, step):
    assert round_step(span, whole) == step


def test_standardising_takes_logarithms_where_the_feature_does_and_is_undone_by_restoring():
    values = np.array([[1.0, 10.0], [3.0, 1000.0]])
    columns = find_columns(["a", "b"], ["a", "b"])
    features = [
        make_feature(columns[0], statistics(values[:, 0], log=False)),
        make_feature(columns[1], statistics(values[:, 1], log=True), log=True),
    ]
    Z = standardise(features, values)
    np.testing.assert_allclose(Z, [[-1, -1], [1, 1]])  # two values are one deviation either side of their mean
    np.testing.assert_allclose(restore(features, np.array([[0.0, 0.0]])), [[2, 100]])  # 100: the geometric mean
    np.testing.assert_allclose(restore(features, Z), values)


def test_a_skewed_positive_feature_wants_logarithms():
    assert wants_log(np.exp(np.random.default_rng(0).normal(size=500)))


@pytest.mark.parametrize(
    "values",
    [
        np.arange(1.0, 100.0),  # symmetric
        np.append(np.exp(np.random.default_rng(0).normal(size=500)), 0.0),  # holds a zero
        -np.exp(np.random.default_rng(0).normal(size=500)),  # negative
        np.array([1.0] * 99 + [2.0]),  # two values: a logarithm changes nothing
    ],
)
def test_other_features_do_not(values):
    assert not wants_log(values)


def test_skewness_is_the_third_standardised_moment():
    assert skewness(np.array([0.0, 0.0, 3.0])) == pytest.approx(2**-0.5)  # deviations -1 -1 2, scale sqrt 2
    assert skewness(np.array([1.0, 1.0])) == 0
