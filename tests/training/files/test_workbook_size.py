"""Workbooks that would not fit the memory are refused before they are read, and said to be."""

import zipfile
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


@pytest.mark.parametrize(
    ("cell", "found"),
    [("XFD1048576", "column 16,384 and row 1,048,576"), ("XFD9999", "column 16,384 and row 9,999"),
     ("CZ1048576", "column 104 and row 1,048,576"), ("Z1048576", ""), ("XFD99", ""), ("B9", "")],
)  # fmt: skip
def test_a_cell_far_from_the_table_is_refused_where_the_places_up_to_it_are_too_many(tmp_path, cell, found):
    path = write_workbook(tmp_path / "far.xlsx", {"a": ROWS})
    row = cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    far = f'<row spans="1:2" r="{row}"><c s="0" r="{cell}"><v>1</v></c></row></sheetData>'
    parts["xl/worksheets/sheet1.xml"] = parts["xl/worksheets/sheet1.xml"].replace("</sheetData>", far)
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    if found:
        with pytest.raises(DataError, match=f"found cells as far as {found}; delete those beyond the table"):
            look_over(path, path)
    else:
        look_over(path, path)
