"""Hundreds of damaged files: each is read as Python's csv reads it, or refused in one line that names the place."""

import csv
import io
import random
import re

import pytest
from hypothesis import settings

from training.engines.duckdb import DuckDB
from training.files.formats import open_table
from training.files.layout.header_rows import is_rule
from training.files.source import DataError

ROUNDS = 5 * settings.default.max_examples

SHOP = "CustomerID,Gender,Age,Annual Income (k$),Spending Score\n" + "".join(
    f"{number:04},{'Female' if number % 3 else 'Male'},{20 + number % 50},{15 + number},{number * 7 % 100}\n"
    for number in range(1, 31)
)
FILES = [
    SHOP,
    SHOP.replace(",", ";").replace("\n", "\r\n"),
    SHOP.replace(",", "\t"),
    "\ufeffName;Umsatz;Ort\r\n" + 'Müller;1.234,50;"Köln; Altstadt"\r\nJosé;12,00;"5"" Rohr"\r\n' * 8,
    'id,note,spend\n1,"first\nsecond, third",5\n2,"he said ""no""",7\n3,,9\n' * 4,
    "sep=;\r\nid;age;visits\r\n" + "".join(f"{number};{20 + number};{number % 7}\r\n" for number in range(20)),
    "Customer report 2024\n\nid,age,visits\n"
    + "".join(f"c{number},{20 + number},2\n" for number in range(9))
    + "Total,216,18\n",
    "id,age,visits\n"
    + "".join(f"c{number},{20 + number},2\n" for number in range(9))
    + "Total,216,18\n\nGenerated on 2024-03-05\nPage 1 of 1\n",
    "order_id|customer|date|amount\n"
    + "".join(f"{number}|c{number % 5}|2024-01-{number + 1:02}|{number}.50\n" for number in range(25)),
    '"age","note"\n' + "".join(f'"{number}",{20 + number % 9},"n {number}"\n' for number in range(1, 25)),
    "id, note, spend\n" + "".join(f'c{number}, "a, {number}", {number}.5\n' for number in range(25)),
    "id;age;spend\n;(years);EUR\n" + "".join(f"c{number};{20 + number};{number},5\n" for number in range(25)),
    "| id | age |\n|----|----:|\n" + "".join(f"| c{number} | {20 + number} |\n" for number in range(25)),
]
SIGNS = [
    '"',
    '""',
    ",",
    ";",
    "\t",
    "|",
    "\n",
    "\r",
    "\r\n",
    "\0",
    "\x85",
    "\u2028",
    " ",
    "é",
    "€",
    "=",
    "\\",
    "'",
    "\ufeff",
    ', "',
    ' "',
    "---",
    "\n---,---\n",
    "\u200f",
    "\u0663",
    "1e308",
    "\x1a",
    "%",
    "(EUR)",
]


def mutated(rng, text):
    """Return a file with a few of the damages that files have: signs added, lost or doubled, parts cut or moved."""
    data = text
    for _ in range(rng.randint(1, 3)):
        place, length = rng.randrange(len(data) + 1), rng.randint(1, 30)
        part = data[place : place + length]
        data = rng.choice(
            [
                data[:place] + rng.choice(SIGNS) + data[place:],
                data[:place] + data[place + length :],
                data[:place] + part + data[place:],
                data[:place] + part[::-1] + data[place + length :],
                data[:place],
                data.replace("\n", "\r\n", rng.randint(1, 5)),
                data.replace("\r\n", "\n", rng.randint(1, 5)),
                data[place:] + data[:place],
            ]
        )
    return data.encode(rng.choice(["utf-8"] * 6 + ["utf-16", "utf-8-sig", "cp1252", "cp1251"]), errors="replace")


def as_python_reads(data, delimiter, notes):
    """Return all records but the blank ones, and drawn lines if that is said; None where the letters are not UTF."""
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return None
    text = re.sub("(^|(?<=[\r\n]))\ufeff+", "", text)  # marks of files that were put together are part of no cell
    spaces = any("Spaces before cells" in note for note in notes)
    records = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=spaces))
    records = [record for record in records if any(cell.strip() for cell in record) or len(record) > 1]
    drawn = any("drawn with dashes" in note for note in notes)
    return [record for record in records if not (drawn and is_rule(record))]


def stripped(record):
    return [cell.strip() for cell in record]


@pytest.mark.slow
@pytest.mark.parametrize("part", range(4))
def test_a_damaged_file_is_read_as_python_reads_it_or_refused_in_one_line(tmp_path, part):
    rng = random.Random(part)
    path = tmp_path / "table.csv"
    outcomes = {"read": 0, "refused": 0}
    with DuckDB() as engine:
        for _ in range(ROUNDS // 4):
            data = mutated(rng, rng.choice(FILES))
            path.write_bytes(data)
            try:
                source = open_table(engine, str(path))
            except DataError as error:
                message = str(error)
                assert message.startswith(f"{path}: ")
                assert message.isprintable(), data
                outcomes["refused"] += 1
                continue
            outcomes["read"] += 1
            rows = [[cell or "" for cell in row] for row in engine.rows(f"SELECT * FROM {source.sql}")]
            assert len(rows) == source.rows, data
            records = as_python_reads(data, source.delimiter, source.notes)
            if records is None:
                continue
            announced = "".join(records[0]).lower().startswith(("sep=", '"sep='))
            announced = announced and not any(name.lower().startswith("sep=") for name in source.columns)
            above = sum(int(note.split()[0]) for note in source.notes if "above the header" in note)
            first = announced + above + 1
            first += any("it says units" in note for note in source.notes)
            if any("one name short" in note for note in source.notes):
                assert len(source.columns) == len(records[first - 1]) + 1
            if any(note.endswith(("it is blank.", "they are blank.")) for note in source.notes):
                records[first:] = [record for record in records[first:] if any(stripped(record))]
            if any("the header." in note and "repeat" in note for note in source.notes):
                records[first:] = [
                    record for record in records[first:] if stripped(record) != stripped(records[first - 1])
                ]
            assert rows == records[first : first + len(rows)], data
            below = records[first + len(rows) :]
            below = [cells for cells in below if any(map(str.strip, cells))]
            below = below[sum("totals of the rows" in note for note in source.notes) :]
            assert bool(below) == any("below the data" in note for note in source.notes), data
            assert all(sum(map(bool, map(str.strip, cells))) <= 2 for cells in below), data
    assert min(outcomes.values()) > ROUNDS / 40
