"""Which columns hold contacts, by what is in them: by the cases that the page has too."""

import csv

import pytest

from tests.helpers.cases import load
from training.files.formats import open_table
from training.tables.contacts import find_filled_contacts, find_filled_id
from training.tables.orders.columns import Choice
from training.tables.orders.rfm import summarise_orders

_MANY = 2000


@pytest.mark.parametrize("case", load("contact_columns")["cases"], ids=lambda case: case["name"])
def test_a_column_without_values_gives_way_to_the_next_of_its_kind(engine, tmp_path, case):
    rows = [*case["rows"] * _MANY, case["last"]] if "last" in case else case["rows"]
    with (tmp_path / "shop.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([case["headers"], *rows])
    source = open_table(engine, str(tmp_path / "shop.csv"))
    headers = list(source.columns)
    contacts = find_filled_contacts(engine, source, headers)
    contacts |= {"customer_id": header} if (header := find_filled_id(engine, source, headers)) else {}
    assert {kind: headers.index(header) for kind, header in contacts.items()} == case["columns"]


def test_customers_of_orders_get_the_contact_that_has_values(engine, tmp_path):
    text = "Email,Date,Total,Phone,Billing Phone\na@x.org,2024-01-01,5,,0221 1\nb@x.org,2024-01-02,6,,0221 2\n"
    (tmp_path / "orders.csv").write_text(text)
    summary = summarise_orders(engine, open_table(engine, str(tmp_path / "orders.csv")), Choice())
    assert engine.rows(f"SELECT phone FROM {summary.table.sql} ORDER BY phone") == [("0221 1",), ("0221 2",)]
