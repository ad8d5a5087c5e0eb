"""What counts as missing, and that a look at a column finds whether the rules change any cell of it."""

import pytest

from training.engines.engine import Table, identifier
from training.files.missing import MISSING, filled, is_as_filled, plainest, plainness

CELLS: dict[str | None, str | None] = {
    "c12": "c12",
    " c12": "c12",
    "c12 ": "c12",
    "c12\n": "c12",
    "c12\u00a0": "c12",
    "c 12": "c 12",
    "'=12": "=12",
    "'c12": "'c12",
    "c'12": "c'12",
    "-12": "-12",
    "0": "0",
    "ada@x.org": "ada@x.org",
    "Ada": "Ada",
    "Zoë1": "Zoë1",
    " N/A ": None,
    "Guest": None,
    "": None,
    **dict.fromkeys(MISSING),
    None: None,
}
"""What a cell says, and what is read."""


def column(engine, cells):
    """Return a table of one column."""
    rows = ", ".join("(NULL)" if cell is None else "('" + cell.replace("'", "''") + "')" for cell in cells)
    return engine.keep(f"SELECT * FROM (VALUES {rows}) AS t(id)")._replace(columns={"id": "VARCHAR"})


@pytest.mark.parametrize("also", [("guest",), ("guest", "0")])
def test_cells_are_read_without_spaces_and_words_for_missing(engine, also):
    table = column(engine, CELLS)
    rows = engine.rows(f"SELECT id, {filled(table, 'id', also)}, {is_as_filled('id', also)} FROM {table.sql}")
    expected = {**CELLS, "0": None} if "0" in also else CELLS
    assert {cell: read for cell, read, _ in rows} == expected
    assert {cell: same for cell, _, same in rows} == {
        cell: None if cell is None else cell == read and cell != "'c12" for cell, read in expected.items()
    }


def test_the_plainest_cells_are_ascii_without_spaces_that_no_rule_changes(engine):
    expected = {"c12": 2, "Ada": 2, "0": 2, "c'12": 2, "Zoë1": 1, "c 12": 1, " c12": 0, "'=12": 0, "n/a": 0, None: None}
    table = column(engine, expected)
    assert dict(engine.rows(f"SELECT id, {plainness('id')} FROM {table.sql}")) == expected


def test_a_column_that_no_rule_changes_is_taken_as_it_is(engine):
    table = column(engine, ["c1", "Ada", "-12", None])
    assert plainest(engine, table, "id") == identifier("id")


@pytest.mark.parametrize("cell", ["c1 ", "n/a", "'=1", ""])
def test_a_column_with_one_cell_that_a_rule_changes_follows_the_rules(engine, cell):
    table = column(engine, ["c1", "c2", cell])
    assert plainest(engine, table, "id") == filled(table, "id")


def test_numbers_need_no_look(engine):
    assert plainest(engine, Table("nowhere", {"id": "BIGINT"}), "id") == 'CAST("id" AS STRING)'
