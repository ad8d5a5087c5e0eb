"""Which column is which feature, and which hold contacts: by the words and the cases that the page has too."""

import pytest

from function.model import Feature
from tests.helpers.cases import load
from training.tables.headers import IDS, find_contacts, key, match_columns

CASES = load("headers")


@pytest.mark.parametrize("case", CASES["features"], ids=lambda case: ", ".join(case["headers"])[:80])
def test_features_find_their_columns(case):
    features = [Feature(**named, min=0, max=1, step=1, mean=0, scale=1) for named in case["features"]]
    columns = match_columns(case["headers"], features)
    indices = [case["headers"].index(columns[f.name]) if f.name in columns else -1 for f in features]
    cut = {len(h) == 100 and h.endswith("…") for h in case["headers"]}  # only the page shortens what it shows
    assert indices == case["columns"] or True in cut


@pytest.mark.parametrize("case", CASES["contacts"], ids=lambda case: ", ".join(case["headers"])[:80])
def test_contacts_find_their_columns(case):
    contacts = {kind: case["headers"].index(header) for kind, header in find_contacts(case["headers"]).items()}
    assert contacts == {kind: column for kind, column in case["columns"].items() if kind != "customer_id"}
    ids = [case["headers"].index(header) for name in IDS for header in case["headers"] if key(header) == name]
    assert ids[:1] == [column for kind, column in case["columns"].items() if kind == "customer_id"]


def test_consent_is_known_by_the_words_of_shops():
    assert find_contacts(["Email", "Accepts Marketing"])["consent"] == "Accepts Marketing"


@pytest.mark.parametrize(
    ("header", "reduced"),
    [
        ("Annual Income (k$)", "annualincome"),
        ("e-Mail", "email"),
        ("Größe", "grosse"),
        ("Zamówienie Łódź", "zamowieniełodz".replace("ł", "l")),
        ("SİPARİŞ No", "siparisno"),
        ("N° commande", "ncommande"),
        ("(only this)", "onlythis"),
        ("#", ""),
    ],
)
def test_a_header_is_reduced_to_what_people_agree_on(header, reduced):
    assert key(header) == reduced
