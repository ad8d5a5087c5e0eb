"""Workbooks: numbers and days as such, formulas' values, a sheet that is named where there are several."""

import datetime

import pytest

from tests.helpers.workbooks import Formula, write_workbook
from training.files.formats import open_table
from training.files.source import DataError, FileOptions

DAY = datetime.date(2024, 3, 5)
ROWS = [["id", "age", "spend", "since", "note"], [12347, 20, 1.234, DAY, "a, b"], [12348, 30.5, Formula(7), DAY, None]]


@pytest.fixture
def opened(engine, tmp_path):
    return lambda sheets, **options: open_table(
        engine, str(write_workbook(tmp_path / "table.xlsx", sheets)), FileOptions(**options)
    )


def test_cells_keep_their_types_and_formulas_have_their_values(opened, engine):
    source = opened({"Customers": ROWS})
    assert list(source.columns.values()) == ["BIGINT", "DOUBLE", "DOUBLE", "DATE", "VARCHAR"]
    assert engine.rows(f"SELECT * FROM {source.sql}") == [
        (12347, 20, 1.234, DAY, "a, b"),
        (12348, 30.5, 7, DAY, None),
    ]
    assert source.where(2).endswith("table.xlsx: sheet 'Customers', row 3")


def test_formulas_whose_values_were_not_saved_are_told(opened, engine):
    source = opened({"S": [["id", "spend"], ["a", Formula("nan")], ["b", Formula(2)], ["c", Formula("nan")]]})
    assert engine.rows(f"SELECT spend FROM {source.sql}") == [(None,), (2,), (None,)]
    assert source.notes == (
        "2 formulas without a saved value, read as empty: open the workbook in a spreadsheet and save it there.",
    )


def test_cells_of_several_rows_merged_into_one_are_refused_and_a_title_may_be_one(engine, tmp_path):
    rows: list[list[object]] = [["Customers", None], ["id", "spend"], ["a", 1], [None, 2]]
    path = str(write_workbook(tmp_path / "title.xlsx", {"S": rows}, merged="A1:B1"))
    assert open_table(engine, path).rows == 2
    path = str(write_workbook(tmp_path / "rows.xlsx", {"S": rows}, merged="A3:A4"))
    with pytest.raises(DataError, match="sheet 'S': rows 3 to 4: expected a cell in each row, found several merged"):
        open_table(engine, path)


def test_a_word_for_a_missing_value_leaves_a_column_of_numbers_one(opened, engine):
    source = opened({"S": [["id", "age"], ["a", 1.5], ["b", "N/A"], ["c", 2]]})
    assert engine.rows(f"SELECT age FROM {source.sql}") == [(1.5,), (None,), (2,)]


def test_a_column_of_numbers_and_text_is_text(opened, engine):
    source = opened({"S": [["id", "code"], [1, 7], [2, "x"], [True, 1.5]]})
    assert engine.rows(f"SELECT * FROM {source.sql}") == [("1", "7"), ("2", "x"), ("true", "1.5")]


def test_titles_blank_rows_and_totals_are_left_out_and_said(opened, engine):
    rows = [["Customers 2024"], [], ["id", "spend"], ["a", 1], [], ["b", 2.5], ["Total", Formula(3.5)]]
    source = opened({"S": rows})
    assert engine.rows(f"SELECT * FROM {source.sql}") == [("a", 1), ("b", 2.5)]
    assert source.notes == (
        "1 row above the header left out.",
        "Row 7 left out: it holds the totals of the rows above.",
    )
    assert source.where(2).endswith("row 6")


def test_notes_below_totals_are_left_out_and_said(opened, engine):
    rows = [["id", "spend"], ["a", 1], ["b", 2.5], ["Total", 3.5], [], ["Generated on 2024-03-05"], ["Finance"]]
    source = opened({"S": rows})
    assert engine.rows(f"SELECT * FROM {source.sql}") == [("a", 1), ("b", 2.5)]
    assert source.notes == (
        "Row 4 left out: it holds the totals of the rows above.",
        "Rows 6 to 7 left out: below the data, and no part of them.",
    )


@pytest.mark.parametrize("last", [["c"], [12348], ["Anna"]])
def test_a_last_row_of_one_cell_may_be_a_customer(opened, last):
    source = opened({"S": [["id", "spend", "age"], ["a", 1, 2], ["b", 2, 3], [], last]})
    assert (source.rows, source.notes) == (3, ())


def test_a_row_of_units_is_left_out_and_said(opened):
    source = opened({"a": [["id", "age", "spend"], [None, "(years)", "EUR"], ["C0", 20, 100], ["C1", 41, 503]]})
    assert source.columns["spend"] == "BIGINT"
    assert (source.rows, list(source.notes)) == (2, ["Row 2 left out: it says units or types."])
    assert source.where(1).endswith("row 3")


def test_a_hidden_sheet_is_read_only_where_it_is_named(engine, tmp_path):
    path = str(write_workbook(tmp_path / "t.xlsx", {"Customers": [["id"], ["a"]], "Lists": [["x"], [1]]}, "Lists"))
    assert list(open_table(engine, path).columns) == ["id"]
    assert list(open_table(engine, path, FileOptions(sheet="Lists")).columns) == ["x"]


def test_of_several_sheets_one_is_named(opened):
    sheets = {"Notes": [["read me"]], "Customers": ROWS, "Empty": []}
    with pytest.raises(DataError, match="expected one sheet, found Notes, Customers; say which with --sheet"):
        opened(sheets)
    assert opened(sheets, sheet="Customers").rows == 2
    with pytest.raises(DataError, match="expected a sheet 'Orders', found Notes, Customers"):
        opened(sheets, sheet="Orders")
    assert opened({"Customers": ROWS, "Empty": []}).rows == 2


def test_a_sheet_without_a_header_can_be_used(opened):
    with pytest.raises(
        DataError, match="row 1: expected the columns' names, found values; write names as text, or say --no"
    ):
        opened({"S": ROWS[1:]})
    assert list(opened({"S": ROWS[1:]}, header=False).columns)[:2] == ["column_1", "column_2"]


def test_a_cell_longer_than_people_write_is_refused_with_its_row(opened, engine, tmp_path):
    with pytest.raises(DataError, match="row 2: expected cells of at most 1,048,576 letters"):
        opened({"a": [["id", "note"], ["C0", "x" * (1 << 21)]]})
    (tmp_path / "a.jsonl").write_text('{"id": 1}\n{"id": "%s"}\n' % ("x" * (1 << 21)))
    with pytest.raises(DataError, match="line 2: expected cells of at most"):
        open_table(engine, str(tmp_path / "a.jsonl"))


def test_a_damaged_or_empty_workbook_is_refused(opened, engine, tmp_path):
    with pytest.raises(DataError, match="found an empty workbook"):
        opened({"S": []})
    path = tmp_path / "table.xlsx"
    path.write_bytes(path.read_bytes()[:300])
    with pytest.raises(DataError, match="found a zip archive or a damaged workbook"):
        open_table(engine, str(path))
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    with pytest.raises(DataError, match="found a zip archive or a damaged workbook"):
        open_table(engine, str(path))
