"""Workbooks that would not fit the memory are refused before they are read, and said to be."""

import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.workbooks import write_workbook
from training.engines.duckdb import DuckDB
from training.files.formats import open_table
from training.files.source import DataError
from training.files.workbook_size import look_over

ROWS: list[list[Any]] = [["id", "age"], ["C0", 20], ["C1", 41]]


@pytest.fixture(scope="module")
def engine():
    with DuckDB() as engine:
        yield engine


def test_a_workbook_that_unpacks_to_more_than_memory_holds_is_refused(engine, tmp_path):
    path = write_workbook(tmp_path / "bomb.xlsx", {"a": [["id", "age"], ["C0", 20]]})
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/image1.png", bytes(1000))
    data = bytearray(path.read_bytes())
    entry = data.rindex(b"PK\x01\x02")
    data[entry + 24 : entry + 28] = (3 << 30).to_bytes(4, "little")  # how large the part says it is
    path.write_bytes(data)
    with pytest.raises(DataError, match=r"expected a workbook of at most 1 GiB when unpacked, found 3\.0; save"):
        open_table(engine, str(path))


def write_with(folder: Path, rows: str, part: str = "xl/worksheets/sheet1.xml") -> Path:
    """Write a workbook with more rows at the end of its sheet, which is that part of the archive."""
    path = write_workbook(folder / "far.xlsx", {"a": ROWS})
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    sheet = parts.pop("xl/worksheets/sheet1.xml").replace("</sheetData>", f"{rows}</sheetData>")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in {**parts, part: sheet}.items():
            archive.writestr(name, text)
    return path


@pytest.mark.parametrize(
    "rows",
    [
        '<row><c r="XFD1048576"><v>1</v></c></row>',
        "<row\nr = '1048576'><c\tr = 'xfd1048576'><v>1</v></c></row>",
        '<row spans="1:2"r="1048576"><c s="0"r="A1048576"/></row><row r="4"><c r="XFD4"/></row><row r="5"/>',
    ],
)
@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "media/image.png"])
def test_a_far_cell_is_seen_however_its_place_is_written_and_the_sheet_is_called(tmp_path, rows, part):
    path = write_with(tmp_path, rows, part)
    with pytest.raises(DataError, match=r"cells as far as column 16,384 and row 1,048,576; delete"):
        look_over(path, path)


def test_a_part_that_is_larger_than_it_says_is_damaged(tmp_path):
    path = write_with(tmp_path, "<row/>" * 1000)
    data = bytearray(path.read_bytes())
    entry = data.rindex(b"PK\x01\x02")
    data[entry + 24 : entry + 28] = (500).to_bytes(4, "little")
    path.write_bytes(data)
    with pytest.raises(DataError, match=r"far\.xlsx: .* found a zip archive or a damaged workbook; unpack"):
        look_over(path, path)


@pytest.mark.parametrize(
    ("cell", "found"),
    [("XFD1048576", "column 16,384 and row 1,048,576"), ("XFD9999", "column 16,384 and row 9,999"),
     ("CZ1048576", "column 104 and row 1,048,576"), ("Z1048576", ""), ("XFD99", ""), ("B9", "")],
)  # fmt: skip
def test_a_cell_far_from_the_table_is_refused_where_the_places_up_to_it_are_too_many(tmp_path, cell, found):
    row = cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    path = write_with(tmp_path, f'<row spans="1:2" r="{row}"><c s="0" r="{cell}"><v>1</v></c></row>')
    if found:
        with pytest.raises(DataError, match=f"found cells as far as {found}; delete those beyond the table"):
            look_over(path, path)
    else:
        look_over(path, path)
