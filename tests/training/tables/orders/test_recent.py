"""The last days of an order table are read as they would be with all the others."""

import datetime

import pytest

from training.files.formats import open_table
from training.files.source import DataError
from training.tables.orders.columns import Choice
from training.tables.orders.recent import read_recent

COLUMNS = "customer_id, order_id, order_date, amount, currency, status"
OLD = "('a', 1, DATE '2020-01-01', 5, 'USD', 'paid')"
RECENT = "('b', 2, DATE '2026-04-20', 5, 'EUR', 'paid'), ('c', 3, DATE '2026-04-30', 5, 'EUR', 'paid')"
CANCELLED = "('d', 4, DATE '2026-06-30', 5, 'EUR', 'cancelled')"


def last_days(engine, folder, rows, ending=".parquet"):
    """Return who ordered in the last 30 days before July."""
    path = folder / f"orders{ending}"
    engine.write(f"SELECT * FROM (VALUES {rows}) AS rows({COLUMNS})", str(path))
    recent = read_recent(engine, open_table(engine, str(path)), Choice(), datetime.date(2026, 7, 1), 30)
    return engine.rows(f"SELECT customer FROM {recent.sql} WHERE day >= DATE '2026-04-01' ORDER BY customer")


def test_what_is_wrong_with_older_rows_does_not_matter_where_dates_have_a_type(engine, tmp_path):
    assert last_days(engine, tmp_path, f"{OLD}, {RECENT}") == [("b",), ("c",)]


def test_the_first_of_so_many_days_counts_and_what_is_wrong_on_it_does_matter(engine, tmp_path):
    for day, customers in (("2026-03-31", ["b", "c"]), ("2026-04-01", ["a", "b", "c"])):
        first = OLD.replace("2020-01-01", day).replace("USD", "EUR")
        assert last_days(engine, tmp_path, f"{first}, {RECENT}") == [(name,) for name in customers]
    with pytest.raises(DataError, match="expected one currency"):
        last_days(engine, tmp_path, f"{OLD.replace('2020-01-01', '2026-04-01')}, {RECENT}")


def test_days_from_the_given_one_on_do_not_matter_either(engine, tmp_path):
    later = OLD.replace("2020-01-01", "2026-07-01")
    assert last_days(engine, tmp_path, f"{later}, {RECENT}") == [("b",), ("c",)]


def test_where_the_newest_row_does_not_count_the_days_end_with_the_newest_that_does(engine, tmp_path):
    older = OLD.replace("USD", "EUR")
    assert last_days(engine, tmp_path, f"{older}, {RECENT}, {CANCELLED}") == [("b",), ("c",)]


@pytest.mark.parametrize(
    ("rows", "ending"), [(f"{OLD}, {RECENT}", ".csv"), (f"{OLD}, {RECENT}, {CANCELLED}", ".parquet")]
)
def test_where_all_rows_are_read_all_have_to_be_right(engine, tmp_path, rows, ending):
    with pytest.raises(DataError, match="expected one currency"):
        last_days(engine, tmp_path, rows, ending)


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
def test_orders_of_days_to_come_do_not_move_the_last_days_of_a_draw_that_is_to_come(engine, tmp_path, ending):
    path = tmp_path / f"orders{ending}"
    rows = f"{RECENT}, {OLD.replace('2020-01-01', '2026-06-20').replace('USD', 'EUR')}"
    engine.write(f"SELECT * FROM (VALUES {rows}) AS rows({COLUMNS})", str(path))
    choice = Choice(latest=datetime.date(2026, 5, 1))
    recent = read_recent(engine, open_table(engine, str(path)), choice, datetime.date(2026, 7, 1), 30)
    assert engine.rows(f"SELECT max(day) FROM {recent.sql}") == [(datetime.date(2026, 4, 30),)]
