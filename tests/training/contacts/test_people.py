"""Addresses, names, postal codes and countries are written as the networks hash them; who a customer is."""

import hashlib

import pytest

from tests.helpers import country_table
from tests.helpers.cases import load
from tests.helpers.service import ROOT
from training.contacts import people
from training.contacts.consent import consent
from training.contacts.countries import country_code
from training.contacts.person import all_marks, customer_key, is_findable, marks

CASES = load("contacts")


@pytest.mark.parametrize(("cell", "for_meta", "for_google"), CASES["emails"])
def test_an_address_is_written_as_the_networks_hash_it(cell, for_meta, for_google):
    assert (people.email(cell), people.google_email(cell)) == (for_meta, for_google)


@pytest.mark.parametrize(
    ("function", "kind"),
    [
        (people.customer_of, "customers_by_address"),
        (people.google_first_name, "google_first_names"),
        (people.google_last_name, "google_last_names"),
        (people.meta_name, "meta_names"),
        (people.zip_code, "zips"),
        (country_code, "countries"),
    ],
)
def test_customers_names_and_places_are_written_alike(function, kind):
    assert [(*cells, function(*cells)) for *cells, _ in CASES[kind]] == [tuple(case) for case in CASES[kind]]


@pytest.mark.parametrize(("cell", "said"), load("consent")["cases"])
def test_consent_is_read_in_the_words_of_shops(cell, said):
    assert consent(cell) == said


def test_the_names_of_countries_are_those_of_the_standards():
    for path, text in country_table.texts().items():
        assert (ROOT / path).read_text(encoding="utf-8") == text


def test_no_name_means_two_countries():
    names = [name for _, words in country_table.names().values() for name in words.split("|")]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("cells", "key"),
    [
        ({"email": "Jane.Doe+x@GMail.com", "phone": "+12125650000", "customer_id": "7"}, "janedoe@gmail.com"),
        ({"email": "none", "phone": "020 7031 3000", "country": "UK", "customer_id": "7"}, "+442070313000"),
        ({"phone": "020 7031 3000", "customer_id": " 7 "}, "7"),
        ({"first_name": "Zoë", "last_name": "O'Brien", "zip": "M1 1AE"}, "zoë obrien m1 1ae"),
        ({}, ""),
    ],
)
def test_a_customer_is_the_first_that_the_row_has(cells, key):
    assert customer_key(*_person(cells)) == key


@pytest.mark.parametrize(
    ("cells", "findable"),
    [
        ({"email": "ada@example.com"}, True),
        ({"phone": "+12125650000"}, True),
        ({"first_name": "Ada", "last_name": "King", "zip": "M1 1AE", "country": "England"}, True),
        ({"first_name": "Ada", "last_name": "King", "zip": "M1 1AE"}, False),
        ({"email": "ada", "phone": "12", "customer_id": "7"}, False),
    ],
)
def test_who_can_be_found(cells, findable):
    assert is_findable(*_person(cells)) is findable


@pytest.mark.parametrize(
    "entry",
    [
        "JANE.DOE@gmail.com",
        hashlib.sha256(b"janedoe@gmail.com").hexdigest(),
        hashlib.sha256(b"jane.doe@gmail.com").hexdigest().upper(),
        "+1 (212) 565-0000",
        hashlib.sha256(b"+12125650000").hexdigest(),
        hashlib.sha256(b"12125650000").hexdigest(),
    ],
)
def test_a_list_of_people_to_leave_out_names_them_in_the_clear_or_hashed(entry):
    cells = _person({"email": "jane.doe@gmail.com", "phone": "212 565 0000", "country": "US"})
    assert marks(entry) & all_marks(*cells)


def test_who_is_not_on_the_list_has_no_mark_of_it():
    assert marks("nobody") == set()
    assert not marks("ada@example.com") & all_marks(*_person({"email": "eva@example.com"}))


def _person(cells: dict[str, str]) -> list[str]:
    kinds = ("email", "phone", "customer_id", "first_name", "last_name", "zip", "country")
    return [cells.get(kind, "") for kind in kinds]
