"""The control group is drawn as training draws it."""

import json

from tests.helpers.service import ROOT
from tests.page.modules import call_each
from training.targeting.plan import place

CASES = json.loads((ROOT / "tests/cases/control_group.json").read_text())


def test_a_customer_has_the_place_of_the_cases(blank):
    calls = [(case["customer"], case["campaign"]) for case in CASES]
    assert call_each(blank, "customers/files/control_group:place", calls) == [case["place"] for case in CASES]


def test_page_and_training_hold_back_the_same_customers(blank):
    customers = [f"customer{number * 7919}@example.com" for number in range(10_000)]
    places = call_each(blank, "customers/files/control_group:place", [(customer, "spring") for customer in customers])
    assert places == [place(customer, "spring") for customer in customers]
