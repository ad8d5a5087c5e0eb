"""Long ids that were rounded before they got here tell no customers apart, and are not taken to."""

import duckdb
import pytest

from tests.helpers.workbooks import write_workbook
from training.files.formats import open_table
from training.files.source import DataError
from training.tables.customers import clean
from training.tables.feature_choice import choose_columns
from training.tables.orders.columns import Choice
from training.tables.orders.rfm import summarise_orders

TWO = (12345678901234567, 12345678901234568)  # one number in 64 bits
HEADER = ("customer", "date", "amount")


def workbook(path, *ids):
    rows = [(id_, f"2024-03-0{day}", 10.0) for day, id_ in enumerate(ids, 1)]
    return write_workbook(path.with_suffix(".xlsx"), {"orders": [HEADER, *rows]})


def parquet(path, kind, *ids):
    rows = " UNION ALL ".join(
        f"SELECT CAST({id_} AS {kind}) AS customer, DATE '2024-03-0{day}' AS date, 10 AS amount"
        for day, id_ in enumerate(ids, 1)
    )
    duckdb.sql(rows).write_parquet(str(path))
    return path


def text(path, *ids):
    path.write_text(";".join(HEADER) + "\n" + "".join(f"{id_};2024-03-0{day};10\n" for day, id_ in enumerate(ids, 1)))
    return path


def customers_of(engine, path):
    return summarise_orders(engine, open_table(engine, str(path)), Choice()).rows


def test_orders_of_customers_whose_ids_were_rounded_are_refused_with_their_place(engine, tmp_path):
    cases = [
        ("row 2", workbook(tmp_path / "of a library", *TWO)),
        ("row 3", workbook(tmp_path / "of Excel", 5, 1234567890123450)),
        ("row 4", workbook(tmp_path / "beside text", "a-1", 7, 1234567890123450)),
        ("row 1", parquet(tmp_path / "doubles.parquet", "DOUBLE", *TWO)),
        ("row 2", parquet(tmp_path / "floats.parquet", "FLOAT", 16777215, 16777217)),
        ("line 2", text(tmp_path / "from Excel.csv", "1.23457E+16", "1.23457E+16")),
        ("line 3", text(tmp_path / "from German Excel.csv", "17", "1,23457E+16")),
        ("line 4", text(tmp_path / "from pandas.csv", "17", "18", "1e+16")),
    ]
    for place, path in cases:
        with pytest.raises(DataError, match=rf"{place}: column \"customer\": .*all their digits"):
            customers_of(engine, path)


def test_ids_with_all_their_digits_are_read(engine, tmp_path):
    assert customers_of(engine, parquet(tmp_path / "whole.parquet", "BIGINT", *TWO)) == 2
    assert (
        customers_of(engine, parquet(tmp_path / "sixteen.parquet", "DOUBLE", 9007199254740990, 9007199254740991)) == 2
    )
    assert customers_of(engine, workbook(tmp_path / "text", *map(str, TWO))) == 2
    assert customers_of(engine, workbook(tmp_path / "fifteen digits", 123456789012345, 123456789012346)) == 2
    assert customers_of(engine, text(tmp_path / "codes.csv", "12E45678", "a+1@example.com", "1E5", *TWO)) == 5


def test_an_order_id_that_was_rounded_is_refused(engine, tmp_path):
    path = tmp_path / "orders.csv"
    path.write_text("order_id,customer,date,amount\n1.2E+15,a,2024-03-05,1\n1.2E+15,a,2024-03-05,1\n")
    with pytest.raises(DataError, match=r'line 2: column "order_id": .*name another column with --order'):
        customers_of(engine, path)


def test_an_id_that_is_there_with_noughts_behind_a_point_and_without_is_refused(engine, tmp_path):
    for ids in [("12", "12.0", "13"), ("7", "8", " 8.00 ")]:
        with pytest.raises(DataError, match=r'line [23]: column "customer": expected each id written in one way'):
            customers_of(engine, text(tmp_path / "orders.csv", *ids))


def test_ids_that_all_have_noughts_behind_a_point_and_other_ids_are_left_as_they_are(engine, tmp_path):
    assert customers_of(engine, text(tmp_path / "orders.csv", "12.0", "13.0")) == 2
    assert customers_of(engine, text(tmp_path / "orders.csv", "1.1", "1.0", "11", "a", "a.0")) == 5


@pytest.mark.parametrize("cell", ["[{'id': 7}]", "[7, 8]", "MAP {'id': 7}"])
def test_a_column_of_several_values_a_cell_is_no_column_of_ids(engine, tmp_path, cell):
    path = tmp_path / "orders.parquet"
    duckdb.sql(f"SELECT {cell} AS customer, DATE '2024-03-05' AS date, 10 AS amount").write_parquet(str(path))
    with pytest.raises(DataError, match=r'column "customer": expected ids, found .*; give each of its values a column'):
        customers_of(engine, path)


@pytest.mark.parametrize("kind", ["text", "doubles"])
def test_a_table_of_customers_is_fitted_by_its_rows_and_says_so(engine, tmp_path, kind):
    path = tmp_path / "customers.csv"
    path.write_text("customer_id,a,b\n1.2E+16,1,2\n1.2E+16,3,5\n17,5,9\n")
    if kind == "doubles":
        path = write_workbook(
            tmp_path / "customers.xlsx", {"a": [("customer_id", "a", "b"), (TWO[0], 1, 2), (TWO[1], 3, 5), (17, 5, 9)]}
        )
    source = open_table(engine, str(path))
    customers = clean(engine, source, choose_columns(engine, source, "a,b"))
    assert customers.rows == 3
    assert "customer_id: 2 ids have lost their last digits" in " ".join(customers.notes)
