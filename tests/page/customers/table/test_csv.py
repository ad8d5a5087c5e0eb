"""The page's CSV parser and writer, in the browser, against Python's csv module."""

import csv
import io
import random

import pytest

from tests.helpers.cases import load
from tests.page.helpers.modules import call, call_each

ALPHABET = ["a", "Ünï", "7", " ", '"', '"', '""', ",", ",", ";", "\t", "\n", "\r", "\r\n", "=1", "𝄞", ""]

PARSE = """async ([cases]) => {
  const { CsvParser, CsvError } = await import('/customers/table/csv.js');
  return cases.map(([text, delimiter, sizes]) => {
    const parser = new CsvParser(delimiter);
    const rows = [];
    let at = 0;
    try {
      for (let turn = 0; at < text.length; turn += 1) {
        const size = sizes[turn % sizes.length];
        rows.push(...parser.push(text.slice(at, at + size)));
        at += size;
      }
      rows.push(...parser.end());
      return rows;
    } catch (error) {
      if (error instanceof CsvError) return error.message;
      throw error;
    }
  });
}"""


def parse(blank, *cases):
    """Parse texts; a case is (text, delimiter, sizes of the pieces)."""
    return blank.evaluate(PARSE, [cases])


def python_rows(text, delimiter):
    """Return the rows Python's csv module finds."""
    return [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if row]


def quote_is_open(text, delimiter):
    """Tell whether the text ends inside a quoted cell, where one more line would go on."""
    return python_rows(text + "\nend", delimiter)[-1] != ["end"]


def test_a_text_that_stands_as_a_formula_is_the_text(blank):
    cases = load("kept_texts")["lines"]
    parsed = parse(blank, *((f"{case['line']}\n", ",", [3]) for case in cases))
    assert [[row["cells"] for row in rows] for rows in parsed] == [[case["cells"]] for case in cases]


def test_hostile_texts_are_read_as_python_reads_them_however_they_are_cut(blank):
    chance = random.Random(7)
    cases = [
        ("".join(chance.choices(ALPHABET, k=chance.randint(1, 30))), chance.choice(",;\t"), [chance.randint(1, 9)] * 2)
        for _ in range(4000)
    ]
    opened = 0
    for (text, delimiter, _), parsed in zip(cases, parse(blank, *cases), strict=True):
        if quote_is_open(text, delimiter):
            opened += 1
            assert isinstance(parsed, str), repr(text)
            assert "expected a closing quote, found the end of the file" in parsed
        else:
            assert [row["cells"] for row in parsed] == python_rows(text, delimiter), repr(text)
    assert 200 < opened < 3000


def test_a_large_table_written_by_python_is_read_back(blank):
    chance = random.Random(8)
    rows = [["".join(chance.choices(ALPHABET, k=chance.randint(1, 6))) for _ in range(5)] for _ in range(3000)]
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";").writerows(rows)
    [parsed] = parse(blank, (text.getvalue(), ";", [4096]))
    assert [row["cells"] for row in parsed] == rows


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("a\nb\nc", [1, 2, 3]),
        ("a\r\nb\r\nc\r\n", [1, 2, 3]),
        ("a\rb\rc", [1, 2, 3]),
        ("a\n\n\nb", [1, 4]),
        ('"a\nb\r\nc"\nd', [1, 4]),
        ('"a\r\rb",x\rc', [1, 4]),
        ('x\n"a""\n"\ny', [1, 2, 4]),
    ],
)
def test_rows_know_the_line_they_begin_on(blank, text, lines):
    for size in (1, 2, 100):
        [parsed] = parse(blank, (text, ",", [size]))
        assert [row["line"] for row in parsed] == lines


def test_a_quote_left_open_is_reported_with_its_line(blank):
    [parsed] = parse(blank, ('a,b\n1,"two\nlines"\n2,"open\n3,c\n', ",", [5]))
    assert parsed == "line 4: expected a closing quote, found the end of the file"


def test_a_huge_cell_is_read_but_a_row_without_end_is_not(blank):
    huge = "x" * 1_500_000
    fits, endless = parse(blank, (f'a\n"{huge}"\n', ",", [100_000]), (f'a\n"{huge}{huge}', ",", [100_000]))
    assert fits[1]["cells"] == [huge]
    assert endless == "line 2: expected a row of at most 2097152 characters; is a quote left open?"


@pytest.mark.parametrize(
    ("sample", "delimiter"),
    [
        ("a,b,c\n1,2,3\n", ","),
        ("a;b;c\n1,5;2,5;3,5\n", ";"),
        ("a\tb\n1,2\t3\n", "\t"),
        ('"a;b","c"\n"1;2","3"\n"4;5","6"\n', ","),
        ("name;note\nAda;one, two, three\nBen;four\n", ";"),
        ("a|b\n1,5|2,5\n", "|"),
        ("only\none\ncolumn\n", ","),
    ],
)
def test_the_delimiter_is_found(blank, sample, delimiter):
    assert call(blank, "customers/table/csv:sniffDelimiter", sample) == delimiter


def test_what_is_written_is_read_back_by_python(blank):
    chance = random.Random(9)
    rows = [["x" + "".join(chance.choices(ALPHABET, k=chance.randint(0, 6))) for _ in range(3)] for _ in range(500)]
    for delimiter in ",;\t|":
        lines = call_each(blank, "customers/table/csv:formatRow", [(row, delimiter) for row in rows])
        parsed = list(csv.reader(io.StringIO("\n".join(lines), newline=""), delimiter=delimiter))
        assert parsed == rows


def test_formulas_are_defused_and_numbers_are_not(blank):
    cases = load("formulas")
    lines = call_each(blank, "customers/table/csv:formatRow", [([case["cell"]], ",") for case in cases])
    cells = [cell for line in lines for (cell,) in csv.reader(io.StringIO(line, newline=""))]
    assert cells == [case["written"] for case in cases]


def test_what_was_defused_is_read_as_it_was(blank):
    cases = load("formulas")
    texts = call_each(blank, "customers/table/csv:undefused", [(case["written"],) for case in cases])
    assert texts == [case.get("read", case["cell"]) for case in cases]


@pytest.mark.parametrize(("cell", "written"), [("one;two", '"one;two"'), (" padded ", '" padded "'), ('a"b', '"a""b"')])
def test_cells_that_a_program_might_split_are_quoted(blank, cell, written):
    assert call(blank, "customers/table/csv:formatCell", cell) == written
