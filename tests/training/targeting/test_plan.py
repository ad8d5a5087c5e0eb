"""Who is held back, and what can then be seen."""

import math

import numpy as np
import pytest

from tests.helpers.cases import load
from training.targeting.intervals import difference_of_proportions
from training.targeting.plan import advise, place, sentence, smallest_visible

CASES = load("control_group")


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['campaign']}|{case['customer']}")
def test_a_customer_has_the_place_of_the_cases(case):
    assert place(case["customer"], case["campaign"]) == case["place"]


def test_the_control_group_takes_its_share_and_only_grows():
    places = np.array([place(f"customer{number}@shop.example", "spring") for number in range(20_000)])
    for share in (0.05, 0.2, 0.5):
        assert (places < share).mean() == pytest.approx(share, abs=4 * math.sqrt(share * (1 - share) / 20_000))


def test_two_campaigns_hold_back_different_customers():
    spring, summer = (
        np.array([place(f"customer{number}", name) for number in range(20_000)]) < 0.2 for name in ("spring", "summer")
    )
    assert (spring & summer).mean() == pytest.approx(0.04, abs=3 * math.sqrt(0.04 * 0.96 / 20_000))


@pytest.mark.parametrize(
    ("customers", "held_back", "visible"), [(10_000, 1000, 0.01830), (10_000, 2000, 0.01372), (300, 30, 0.10565)]
)
def test_what_can_be_seen_by_hand(customers, held_back, visible):
    assert advise(customers, held_back, 0.04).visible == pytest.approx(visible, abs=5e-6)


def test_the_share_that_halves_it_does():
    advice = advise(10_000, 300, 0.1)
    assert 0.03 < advice.halving_share < 0.5
    held_back = round(10_000 * advice.halving_share)
    assert advise(10_000, held_back, 0.1).visible == pytest.approx(advice.visible / 2, rel=1e-3)
    assert math.isnan(advise(10_000, 2000, 0.1).halving_share)


def test_too_few_customers_are_told_apart_from_enough():
    assert advise(300, 30, 0.04).hopeless
    assert not advise(100_000, 10_000, 0.04).hopeless


@pytest.mark.parametrize(("base_rate", "who"), [(0.0, "nobody"), (1.0, "everybody")])
def test_days_in_which_nobody_or_everybody_bought_do_not_tell_what_will_be_seen(base_rate, who):
    advice = advise(900, 180, base_rate)
    assert (math.isnan(advice.visible), advice.hopeless) == (True, False)
    assert sentence(advice).endswith(
        f"what you will see cannot be said, as {who} bought in the days that were measured."
    )


@pytest.mark.parametrize(("customers", "held_back", "base_rate", "said", "hopeless"), load("advice")["cases"])
def test_it_is_said_in_a_line(customers, held_back, base_rate, said, hopeless):
    advice = advise(customers, held_back, base_rate)
    assert (sentence(advice), advice.hopeless) == (said, hopeless)


@pytest.mark.parametrize(
    ("customers", "share", "visible"),
    [
        (10_000, 0.1, 0.01830),
        (10_000, 0.2, 0.01372),
        (10_000, 0.5, 0.01098),
        (100_000, 0.1, 0.00579),
        (300, 0.1, 0.10565),
    ],
)
def test_the_smallest_visible_effect_by_hand(customers, share, visible):
    control = round(customers * share)
    deviation = math.sqrt(0.04 * 0.96)
    assert smallest_visible(deviation, customers - control, control) == pytest.approx(visible, abs=5e-6)


def test_the_smallest_visible_revenue_by_hand():
    assert smallest_visible(25, 9000, 1000) == pytest.approx(2.3347, abs=5e-5)
    assert smallest_visible(25, 9000, 0) == math.inf


def test_the_smallest_visible_effect_is_seen_in_four_of_five_campaigns():
    rng = np.random.default_rng(14)
    effect = smallest_visible(math.sqrt(0.1 * 0.9), 360_000, 40_000)
    treated, control = rng.binomial(360_000, 0.1 + effect, 1000), rng.binomial(40_000, 0.1, 1000)
    seen = [
        difference_of_proportions((int(x), int(y)), (360_000, 40_000)).p_value < 0.05
        for x, y in zip(treated, control, strict=True)
    ]
    assert np.mean(seen) == pytest.approx(0.8, abs=0.04)
