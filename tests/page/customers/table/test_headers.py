"""Which column is which feature, and which hold contacts: by the words and the cases that training has too."""

import pytest

from tests.helpers.cases import load
from tests.page.helpers.modules import call
from training.tables import headers

CASES = load("headers")


@pytest.mark.parametrize("case", CASES["features"], ids=lambda case: ", ".join(case["headers"])[:80])
def test_features_find_their_columns(blank, case):
    columns = call(blank, "customers/table/headers:matchFeatures", case["headers"], case["features"])
    assert columns == case["columns"]


@pytest.mark.parametrize("case", CASES["contacts"], ids=lambda case: ", ".join(case["headers"])[:80])
def test_contacts_find_their_columns(blank, case):
    columns = call(blank, "customers/table/headers:matchPersonal", case["headers"], [])
    assert {kind: column for kind, column in columns.items() if column >= 0} == case["columns"]


def test_a_column_that_is_a_feature_is_no_contact(blank):
    assert call(blank, "customers/table/headers:matchPersonal", ["email", "mail"], [0])["email"] == 1


def test_the_words_are_those_of_training(blank):
    lists = blank.evaluate(
        "import('/customers/table/headers.js').then((words) => [words.ALIASES, words.CONTACTS, words.PREFIXES,"
        " words.UNITS])"
    )
    contacts = {kind: list(names) for kind, names in headers.CONTACTS.items()}
    assert lists == [
        {name: list(aliases) for name, aliases in headers.ALIASES.items()},
        {**contacts, "customer_id": list(headers.IDS)},
        list(headers.PREFIXES),
        list(headers.UNITS),
    ]
