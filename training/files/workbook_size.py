"""Whether a workbook fits the memory, where all of its cells are held, and whether its formulas' values were saved."""

import contextlib
import re
import zipfile
import zlib
from pathlib import Path
from typing import IO

from .errors import DataError

_MOST_BYTES = 1 << 30
"""Of a workbook's unpacked parts: some ten million cells."""

_MOST_PLACES = 100_000_000
"""Rows times columns up to a sheet's last cell, wherever the others are."""

_PART, _OVERLAP = 1 << 20, 512
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
_COLUMN = re.compile(rb' r="([A-Z]{2,3})\d')
_ROW = re.compile(rb'[ "]r="(\d+)"')


_UNSAVED = re.compile(rb"(?:</f>|<f\b[^>]*/>)\s*(?:<v\s*/>|<v></v>)?\s*</c>")
"""A formula without its value: a program wrote it that does not work formulas out."""


def look_over(path: Path, file: Path) -> int:
    """Return how many formulas of an .xlsx have no value; other kinds of workbooks have none, and are small by nature.

    Parameters
    ----------
    path, file : Path, what the user calls it and where its bytes are

    Raises
    ------
    DataError
        It would not fit the memory.
    """
    formulas = 0
    damaged = (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError)
    with contextlib.suppress(*damaged), zipfile.ZipFile(file) as archive:  # who opens it says so
        size = sum(part.file_size for part in archive.infolist())
        if size > _MOST_BYTES:
            raise DataError(
                f"{path}: expected a workbook of at most {_MOST_BYTES >> 30} GiB when unpacked, found "
                f"{size / 2**30:.1f}; save the sheet as CSV"
            )
        for name in filter(_SHEET.fullmatch, archive.namelist()):
            with archive.open(name) as stream:
                columns, rows, unsaved = _reach(stream)
            formulas += unsaved
            if columns * rows > _MOST_PLACES:
                raise DataError(
                    f"{path}: expected a sheet that ends where its table does, found cells as far as column "
                    f"{columns:,} and row {rows:,}; delete those beyond the table, or save the sheet as CSV"
                )
    return formulas


def _reach(stream: IO[bytes]) -> tuple[int, int, int]:
    """Return how many columns and rows there are up to a sheet's last cell, and formulas without a value.

    Up to Z all columns count as 26.
    """
    letters, rows, unsaved, rest = {b"Z"}, 0, 0, b""
    while part := stream.read(_PART):
        text = rest + part
        letters.update(_COLUMN.findall(text))
        unsaved += sum(formula.end() > len(rest) for formula in _UNSAVED.finditer(text))
        last = text.rfind(b"<row")
        number = _ROW.search(text, last, last + _OVERLAP) if last >= 0 else None
        rows = max(rows, int(number[1])) if number else rows
        rest = text[-_OVERLAP:]
    return max(map(_number, letters)), rows, unsaved


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + letter - ord("A") + 1
    return number
