"""Reads the text of an order table."""

import pytest

from training.files.formats import open_table
from training.tables.orders.columns import Choice
from training.tables.orders.rfm import summarise_orders


@pytest.fixture
def read(engine, tmp_path):
    """Return what turns the text of an order table into customer -> (frequency, monetary), and the notes."""

    def read(text, **choice):
        path = tmp_path / "orders.csv"
        path.write_text(text, encoding="utf-8")
        summary = summarise_orders(engine, open_table(engine, str(path)), Choice(**choice))
        rows = engine.rows(f"SELECT customer_id, frequency, monetary FROM {summary.table.sql}")
        return {customer: (frequency, monetary) for customer, frequency, monetary in rows}, summary

    return read
