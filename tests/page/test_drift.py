"""Drift: the population stability index and what chance explains of it."""

import math

import pytest

from tests.page.modules import call


def test_the_stability_index_is_the_textbook_sum(blank):
    found = call(blank, "customers/drift:stabilityIndex", [0.2, 0.8], [0.5, 0.5])
    assert found == pytest.approx(-0.3 * math.log(0.4) + 0.3 * math.log(1.6))
    assert call(blank, "customers/drift:stabilityIndex", [0.5, 0.5], [0.5, 0.5]) == 0


@pytest.mark.parametrize(
    ("index", "scored", "drift"),
    [(0.05, 10_000, "none"), (0.15, 10_000, "moderate"), (0.3, 10_000, "large"), (0.3, 20, "none"), (1.0, 20, "large")],
)
def test_drift_is_judged_by_the_usual_limits_and_not_by_chance(blank, index, scored, drift):
    assert call(blank, "customers/drift:judge", index, 5, scored, 200) == drift
