"""The control group: a share of the customers, always the same ones."""

import math
import random

from tests.page.modules import call, call_each


def test_the_control_group_takes_its_share_and_only_grows(blank):
    chance = random.Random(3)
    people = [f"customer{chance.randint(0, 10**9)}@example.com" for _ in range(20_000)]
    places = call_each(blank, "customers/files/control_group:place", [(person,) for person in people])
    assert all(0 <= place < 1 for place in places)
    for share in (0.05, 0.1, 0.5):
        held = sum(place < share for place in places) / len(places)
        assert math.isclose(held, share, abs_tol=4 * math.sqrt(share * (1 - share) / len(places)))


def test_a_customers_place_never_changes(blank):
    # Worked by hand once with Python's integers; a change would mix the groups of campaigns that run.
    assert call(blank, "customers/files/control_group:place", "test@example.com") == place("test@example.com")
    assert call(blank, "customers/files/control_group:place", "zoë 정") == place("zoë 정")


def place(customer):
    """Compute the place on the scale, slowly."""
    number = 0x811C9DC5
    for byte in customer.encode("utf-16-le"):
        number = ((number ^ byte) * 0x01000193) % 2**32
    number = ((number ^ number >> 16) * 0x85EBCA6B) % 2**32
    number = ((number ^ number >> 13) * 0xC2B2AE35) % 2**32
    return (number ^ number >> 16) / 2**32
