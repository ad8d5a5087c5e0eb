"""Which column is which feature, and which hold contacts."""

import pytest

from tests.page.modules import call

FEATURES = [
    {"name": "annual_income", "label": "Annual income", "unit": "k$"},
    {"name": "spending_score", "label": "Spending score", "unit": "1-100"},
]


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        (["CustomerID", "Gender", "Age", "Annual Income (k$)", "Spending Score (1-100)"], [3, 4]),
        (["spending_score", "annual_income"], [1, 0]),
        (["SpendingScore", "AnnualIncome"], [1, 0]),
        (["ANNUAL INCOME k$", "score of spending"], [0, 1]),
        (["income", "spending"], [-1, -1]),
        (["a", "b"], [-1, -1]),
    ],
)
def test_features_find_their_columns_by_name(blank, header, columns):
    assert call(blank, "customers/table/headers:matchFeatures", header, FEATURES) == columns


def test_personal_columns_are_found_in_several_languages(blank):
    header = ["Kunden-Nr.", "E-Mail", "Telefon", "Vorname", "Nachname", "PLZ", "Ort", "Land"]
    found = call(blank, "customers/table/headers:matchPersonal", header, [])
    assert found == {
        "customer_id": 0,
        "email": 1,
        "phone": 2,
        "first_name": 3,
        "last_name": 4,
        "zip": 5,
        "city": 6,
        "country": 7,
        "state": -1,
    }
