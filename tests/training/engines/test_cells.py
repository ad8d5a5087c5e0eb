"""What is written into a CSV can be opened in a spreadsheet, by the page's rule, and is what it was."""

import csv

import pytest

from tests.helpers.cases import load
from training.engines import duckdb
from training.engines.cells import as_read
from training.engines.duckdb import DuckDB
from training.engines.engine import literal

CASES = load("formulas")


def written(tmp_path, select, **options):
    """Write a query's result as CSV and return its cells, the header's first."""
    out = tmp_path / "out.csv"
    with DuckDB() as engine:
        engine.write(select, str(out), **options)
    with out.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def of_texts(texts):
    """Return SQL of a column of texts."""
    return f"SELECT unnest([{', '.join(map(literal, texts))}]) AS note"


def test_formulas_are_defused_and_numbers_are_not(tmp_path):
    rows = written(tmp_path, of_texts([case["cell"] for case in CASES]))
    assert rows == [["note"], *([case["written"]] for case in CASES)]


def test_what_was_defused_is_read_as_it_was(tmp_path):
    path = tmp_path / "ids.parquet"
    with DuckDB() as engine:
        engine.write(of_texts([case["written"] for case in CASES]), str(path))
        texts = engine.rows(f"SELECT {as_read('note')} FROM '{path}'")
    assert [text for (text,) in texts] == [case.get("read", case["cell"]) for case in CASES]


def test_formulas_stay_where_that_is_asked_for(tmp_path):
    texts = [case["cell"] for case in CASES]
    assert written(tmp_path, of_texts(texts), keep_formulas=True) == [["note"], *([text] for text in texts)]


def test_the_header_is_defused_too(tmp_path):
    select = 'SELECT 1 AS "=cmd()", 2 AS "@b""c", 3 AS "-5"'
    assert written(tmp_path, select) == [["'=cmd()", "'@b\"c", "-5"], ["1", "2", "3"]]
    assert written(tmp_path, select, keep_formulas=True)[0] == ["=cmd()", '@b"c', "-5"]


@pytest.mark.parametrize("kind", ["ENUM ('=1', 'a')", "VARCHAR", "BLOB", "UNION (text VARCHAR, number INT)"])
def test_texts_of_any_type_are_defused(tmp_path, kind):
    assert written(tmp_path, f"SELECT CAST('=1' AS {kind}) AS note")[1] == ["'=1"]


def test_whole_numbers_of_a_column_that_is_stored_as_double_have_no_point(tmp_path):
    values = "12347.0, NULL, 99.5, -3.0, 1e14, 1e300, 'nan'"
    rows = written(tmp_path, f"SELECT unnest(CAST([{values}] AS DOUBLE[])) AS id")
    assert ["".join(row) for row in rows] == [
        "id", "12347", "", "99.5", "-3", "100000000000000", "1e+300", "nan",
    ]  # fmt: skip


def test_other_types_and_parquet_are_as_they_were(tmp_path):
    select = "SELECT DATE '2024-01-02' AS day, -5 AS number, true AS flag, 1.50 AS price, TIME '10:00:00' AS clock"
    assert written(tmp_path, select)[1] == ["2024-01-02", "-5", "true", "1.50", "10:00:00"]
    out = tmp_path / "out.parquet"
    with DuckDB() as engine:
        engine.write("SELECT '=1' AS note, 5.0::DOUBLE AS id", str(out))
        assert engine.rows(f"SELECT note, id FROM '{out}'") == [("=1", 5.0)]


def test_the_order_of_the_rows_stays(tmp_path):
    rows = written(tmp_path, "SELECT i, '-' || i AS text FROM range(300000) AS t(i) ORDER BY i DESC")
    assert [int(number) for number, _ in rows[1:]] == list(range(299_999, -1, -1))


@pytest.mark.slow
def test_two_thousand_columns_of_text_take_little_memory(tmp_path):
    texts = ", ".join(f"'-text ' || i AS t{number}" for number in range(2000))
    with DuckDB() as engine:
        engine.write(f"SELECT {texts} FROM range(6) AS t(i)", str(tmp_path / "out.csv"))
        assert engine._limit <= 2 * duckdb.MEMORY
