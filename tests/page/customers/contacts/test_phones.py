"""The page reads phone numbers as training does."""

import random

from tests.helpers.cases import load
from tests.page.helpers.modules import call_each
from tests.training.contacts.test_phones import written_numbers
from training.contacts.phones import phone

PHONE = "customers/contacts/phones:phone"


def test_a_phone_number_becomes_e164_or_nothing(blank):
    cases = load("phones")["cases"]
    answers = call_each(blank, PHONE, [(cell, country) for cell, country, _ in cases])
    assert answers == [number for _, _, number in cases]


def test_numbers_of_every_country_are_read_as_training_reads_them(blank):
    calls = [(cell, country) for cell, country, _ in written_numbers(random.Random(18))]
    assert call_each(blank, PHONE, calls) == [phone(*call) for call in calls]
