"""What is said of an effect, by groups of a few figures."""

import math

import numpy as np
import pytest

from training.targeting.effects import Group, adjust_for_number, effect_of, revenue_sentence, sentence
from training.targeting.intervals import Moments, difference_of_proportions, heterogeneity

CHANCE = ": not told apart from chance."


def effect(treated, control, name="", revenue=((1.0, 4.0), (1.0, 4.0))):
    """Return the effect on groups of (buyers, customers), with mean and variance of their revenue."""
    groups = [
        Group(n, buyers, mean, Moments(n, mean, variance))
        for (buyers, n), (mean, variance) in zip((treated, control), revenue, strict=True)
    ]
    return effect_of(name.lower(), name, *groups)


@pytest.mark.parametrize(
    ("treated", "control", "said"),
    [
        (
            (450, 9000),
            (38, 1000),
            "The campaign brought 108 more buyers (95%: -21 to 209)" + CHANCE,
        ),
        ((450, 9000), (20, 1000), "The campaign brought 270 more buyers (95%: 166 to 346)."),
        ((20, 1000), (450, 9000), "The campaign brought 30 fewer buyers (95%: -38 to -18)."),
        ((0, 100), (0, 100), "The campaign brought 0 more buyers (95%: -4 to 4)" + CHANCE),
        ((10, 11), (0, 1), "The campaign brought 10 more buyers (95%: 1 to 11)" + CHANCE),
    ],
)
def test_a_sentence_says_how_many_more_bought_and_whether_chance_explains_it(treated, control, said):
    assert sentence(effect(treated, control)) == said


@pytest.mark.parametrize(("treated", "control"), [((16, 40), (3, 20)), ((24, 40), (17, 20)), ((15, 100), (2, 50))])
def test_a_p_value_alone_tells_nothing_apart_where_the_interval_holds_zero(treated, control):
    doubtful = effect(treated, control)
    assert doubtful.p_conversion < 0.05
    assert not doubtful.told_apart
    assert sentence(doubtful).endswith("): not told apart from chance.")


def test_what_would_be_told_apart_alone_is_not_among_many_segments():
    segments = adjust_for_number([effect((60, 1000), (40, 1000), name, ((1.4, 9.0), (1.1, 9.0))) for name in "ABC"])
    for segment in segments:
        assert segment.conversion.significant
        assert not segment.told_apart
        assert sentence(segment).endswith(": not told apart from chance among so many segments.")
        assert revenue_sentence(segment).endswith(": not told apart from chance among so many segments.")


@pytest.mark.parametrize(
    ("buyers", "revenue", "said"),
    [
        (19, (1.4, 1.1), "Too few buyers to say anything about revenue."),
        (20, (1.4, 1.1), "Revenue: roughly 300.00 more (95%: 36.88 to 563.12)."),
        (99, (1.4, 1.1), "Revenue: roughly 300.00 more (95%: 36.88 to 563.12)."),
        (100, (1.4, 1.1), "Revenue: 300.00 more (95%: 36.88 to 563.12)."),
        (100, (1.1, 1.4), "Revenue: 300.00 less (95%: -563.12 to -36.88)."),
        (100, (1.1, 1.1 + 0.263118), "Revenue: 263.12 less (95%: -526.23 to 0.00)."),
        (100, (1.1, 1.1 + 1e-9), "Revenue: 0.00 more (95%: -263.12 to 263.12)" + CHANCE),
        (100, (1.1, 1.1), "Revenue: 0.00 more (95%: -263.12 to 263.12)" + CHANCE),
    ],
)
def test_revenue_is_spoken_of_from_twenty_buyers_a_group_and_without_reserve_from_a_hundred(buyers, revenue, said):
    figures = tuple((mean, 9.0) for mean in revenue)
    assert revenue_sentence(effect((200, 1000), (buyers, 1000), revenue=figures)) == said


def test_where_all_spend_the_same_the_time_before_saves_no_variance():
    same = Group(100, 50, 2.0, Moments(100, 2.0, 0.0, before=1.0, variance_before=4.0, covariance=0.0))
    assert math.isnan(effect_of("a", "A", same, same).variance_saved)


def test_of_like_segments_one_in_twenty_campaigns_at_most_finds_a_difference_also_in_small_groups():
    rng = np.random.default_rng(16)
    alarms = 0
    for treated, control in zip(rng.binomial(90, 0.13, (400, 8)), rng.binomial(10, 0.13, (400, 8)), strict=True):
        pairs = zip(treated.tolist(), control.tolist(), strict=True)
        alarms += heterogeneity([difference_of_proportions(pair, (90, 10)) for pair in pairs]) < 0.05
    assert alarms <= 0.05 * 400
    assert math.isnan(heterogeneity([]))
