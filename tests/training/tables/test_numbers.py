"""Numbers as people type them: the cases that the page reads too, and what only a whole column tells."""

import math
from dataclasses import replace

import pytest

from tests.helpers.cases import load
from training.engines.duckdb import DuckDB
from training.engines.engine import Table
from training.files.formats import open_table
from training.files.missing import MISSING
from training.files.source import DataError
from training.tables.number_cells import NO, YES
from training.tables.numbers import is_numeric, read_columns, refuse_text

CASES = load("numbers")
PROOF = {"point": "0.5", "comma": "0,5", "open": "5"}


def write(path, header, *rows, delimiter=";"):
    """Write a CSV with every cell quoted."""
    lines = [delimiter.join(f'"{cell}"' for cell in row) for row in (header, *rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def outcome(engine, source, header, unit):
    """Return what the first cell of a column is: a number, missing, infinite, text, or open."""
    try:
        reading = read_columns(engine, source, [header], units={header: unit})[header]
        refuse_text(engine, source, header, reading)
    except DataError as error:
        return "open" if "could mean a thousand" in str(error) or "mixes numbers" in str(error) else "text"
    value = engine.rows(f"SELECT {reading.value} FROM {source.sql} LIMIT 1")[0][0]
    if value is None or math.isnan(value):
        return "missing"
    return "infinite" if math.isinf(value) else value


def in_memory(engine, source):
    """Return a table that is asked for often and is not read from its file each time."""
    kept = engine.keep(f'SELECT *, {source.row} AS "#row" FROM {source.sql}')
    return replace(source, table=Table(kept.sql, source.columns, '"#row"'))


@pytest.fixture(scope="module")
def plain_engine():
    """Yield a DuckDB that runs a query as it is written: to improve and to divide it takes longer than two rows."""
    with DuckDB() as engine:
        engine.rows("PRAGMA disable_optimizer")
        engine._threads = 1
        yield engine


@pytest.mark.slow
@pytest.mark.parametrize("decimal", ["point", "comma", "open"])
def test_a_cell_means_what_the_cases_say(plain_engine, tmp_path, decimal):
    """The second row of each column shows its decimal sign."""
    engine = plain_engine
    cells = CASES["cells"]
    names = [f"c{number}" for number in range(len(cells))]
    path = write(tmp_path / "t.csv", names, [case["cell"] for case in cells], [PROOF[decimal]] * len(cells))
    source = in_memory(engine, open_table(engine, str(path)))
    for name, case in zip(names, cells, strict=True):
        if "%" in case["cell"] and case[decimal] != "text":
            continue  # the other row has no percent sign: below
        assert outcome(engine, source, name, case["unit"]) == case[decimal], case


def test_a_column_of_percent_is_a_column_of_numbers(engine, tmp_path):
    cases = [case for case in CASES["cells"] if "%" in case["cell"] and case["point"] != "text"]
    names = [f"c{number}" for number in range(len(cases))]
    path = write(tmp_path / "t.csv", names, [case["cell"] for case in cases], ["0.5%"] * len(cases), delimiter=",")
    source = open_table(engine, str(path))
    for name, case in zip(names, cases, strict=True):
        assert outcome(engine, source, name, case["unit"]) == case["point"], case
        assert read_columns(engine, source, [name])[name].unit == "%"


@pytest.mark.parametrize("case", CASES["columns"], ids=lambda case: case["delimiter"].join(case["cells"]))
def test_a_column_settles_its_decimal_sign(engine, tmp_path, case):
    path = write(tmp_path / "t.csv", ["a", "b"], *([cell, "1"] for cell in case["cells"]), delimiter=case["delimiter"])
    source = open_table(engine, str(path))
    if case["decimal"] is None or "refused" in case:
        with pytest.raises(DataError, match=case.get("refused", "could mean a thousand|mixes numbers|one way of")):
            read_columns(engine, source, ["a"])
        return
    assert read_columns(engine, source, ["a"])["a"].decimal == {".": "point", ",": "comma"}[case["decimal"]]


def test_commas_that_only_the_delimiter_calls_thousands_are_said(engine, tmp_path):
    rows = [["1,234", "1,234"], ["12", "12.5"]]
    source = open_table(engine, str(write(tmp_path / "t.csv", ["a", "b"], *rows, delimiter=",")))
    readings = read_columns(engine, source, ["a", "b"])
    assert readings["a"].repairs == ["1 number with a comma for thousands"]
    assert readings["b"].repairs == []


@pytest.mark.parametrize("answer", ["yes", "no"])
def test_a_column_of_answers_is_ones_and_zeros_and_says_so(engine, tmp_path, answer):
    words = CASES["answers"][answer]
    source = open_table(engine, str(write(tmp_path / "t.csv", ["a", "b"], *([word, "1"] for word in [*words, "NA"]))))
    reading = read_columns(engine, source, ["a"])["a"]
    refuse_text(engine, source, "a", reading)
    values = [row[0] for row in engine.rows(f"SELECT {reading.value} FROM {source.sql}")]
    assert values == [float(answer == "yes")] * len(words) + [None]
    assert reading.repairs == [f"{len(words)} answers (yes is 1, no is 0)"]


@pytest.mark.parametrize("other", ["maybe", "m", "2"])
def test_a_column_of_answers_and_other_words_is_refused(engine, tmp_path, other):
    source = open_table(engine, str(write(tmp_path / "t.csv", ["a", "b"], ["yes", 1], ["no", 1], [other, 1])))
    with pytest.raises(DataError, match="expected numbers, found words"):
        refuse_text(engine, source, "a", read_columns(engine, source, ["a"])["a"])


def test_a_column_of_words_is_told_from_a_column_with_a_wrong_cell(engine, tmp_path):
    path = write(tmp_path / "t.csv", ["a", "b"], ["red", 1], ["blue", "x"], ["", 3], ["green", 4])
    source = open_table(engine, str(path))
    readings = read_columns(engine, source, ["a", "b"])
    with pytest.raises(
        DataError, match=r't.csv: column "a": expected numbers, found words \(3 of 3 cells\); leave the'
    ):
        refuse_text(engine, source, "a", readings["a"])
    with pytest.raises(DataError, match=r'line 3: column "b": expected a number, found text \(1 of 4 cells\); correct'):
        refuse_text(engine, source, "b", readings["b"])


def test_text_in_the_first_row_alone_may_be_more_of_the_header(engine, tmp_path):
    path = write(tmp_path / "t.csv", ["a", "b"], ["How old are you?", 1], [20, 1], [30, 1])
    source = open_table(engine, str(path))
    with pytest.raises(DataError, match=r'line 2: column "a": .*; if that row says more of the columns'):
        refuse_text(engine, source, "a", read_columns(engine, source, ["a"])["a"])


def test_numbers_with_and_without_percent_are_refused(engine, tmp_path):
    source = open_table(engine, str(write(tmp_path / "t.csv", ["a", "b"], ["12%", 1], ["0", 1], ["0.5", 1])))
    with pytest.raises(DataError, match="expected one unit, found 1 numbers with % and 1 without; make them alike"):
        read_columns(engine, source, ["a"])


def test_columns_of_any_name_are_read(engine, tmp_path):
    path = write(tmp_path / "t.csv", ["point", "comma"], ["1,5", "$2"], ["3", "4"])
    source = open_table(engine, str(path))
    readings = read_columns(engine, source, ["point", "comma"])
    values = ", ".join(readings[header].value for header in ("point", "comma"))
    assert engine.rows(f"SELECT {values} FROM {source.sql}") == [(1.5, 2), (3, 4)]


@pytest.mark.parametrize(
    ("cell", "numeric"), [("1,5", True), ("NA", False), ("x", False), ("12 34", False), ("5%", True)]
)
def test_whether_a_column_is_numeric_is_seen_by_its_beginning(engine, tmp_path, cell, numeric):
    source = open_table(engine, str(write(tmp_path / "t.csv", ["a", "b"], [cell, 1], ["", 1])))
    assert is_numeric(engine, source, "a") is numeric


def test_no_word_has_two_meanings():
    assert not set(YES) & set(NO)
    assert not (set(YES) | set(NO)) & set(MISSING)
