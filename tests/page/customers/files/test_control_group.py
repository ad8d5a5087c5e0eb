"""The control group is drawn as training draws it."""

from tests.helpers.cases import load
from tests.page.helpers.modules import call_each
from training.targeting.plan import place

CASES = load("control_group")


def test_a_customer_has_the_place_of_the_cases(blank):
    calls = [(case["customer"], case["campaign"]) for case in CASES]
    assert call_each(blank, "customers/files/control_group:place", calls) == [case["place"] for case in CASES]


def test_page_and_training_hold_back_the_same_customers(blank):
    customers = [f"customer{number * 7919}@example.com" for number in range(10_000)]
    places = call_each(blank, "customers/files/control_group:place", [(customer, "spring") for customer in customers])
    assert places == [place(customer, "spring") for customer in customers]
