"""Records of a CSV, by the cases that the page is held to as well."""

import pytest

from tests.helpers.cases import load
from training.files.formats import open_table
from training.files.records import parse


@pytest.mark.parametrize("case", load("kept_texts")["lines"], ids=lambda case: case["line"])
def test_a_text_that_stands_as_a_formula_is_the_text(case):
    assert [record.cells for record in parse("table.csv", [f"{case['line']}\n"], ",")] == [case["cells"]]


def test_ids_and_names_of_columns_that_stand_as_formulas_are_read_as_what_they_say(engine, tmp_path):
    path = tmp_path / "t.csv"
    path.write_text('="id",="spend"\n="0012",="1.50"\n"several\nlines",="2"\n', encoding="utf-8")
    source = open_table(engine, str(path))
    assert engine.rows(f'SELECT "id", "spend" FROM {source.sql}') == [("0012", "1.50"), ("several\nlines", "2")]
