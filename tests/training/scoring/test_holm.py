"""Holm's procedure, by hand and by what it is made of."""

import itertools

import numpy as np
import pytest

from training.scoring.holm import holm


@pytest.mark.parametrize(
    ("p_values", "expected"),
    [
        ([0.010, 0.020, 0.040], [0.030, 0.040, 0.040]),
        ([0.04, 0.001, 0.03, 0.2], [0.09, 0.004, 0.09, 0.2]),
        ([0.9, 0.8], [1.0, 1.0]),
        ([], []),
    ],
)
def test_holm_by_hand(p_values, expected):
    assert holm(p_values) == pytest.approx(expected)


@pytest.mark.parametrize("size", [1, 2, 5, 9])
def test_holm_is_the_closure_of_bonferroni(size):
    p_values = np.random.default_rng(13).uniform(0, 0.2, size).tolist()
    subsets = [set(subset) for n in range(1, size + 1) for subset in itertools.combinations(range(size), n)]
    bounds = [(subset, min(1.0, len(subset) * min(p_values[index] for index in subset))) for subset in subsets]
    expected = [max(bound for subset, bound in bounds if index in subset) for index in range(size)]
    assert holm(p_values) == pytest.approx(expected)
