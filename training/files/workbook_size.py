"""Whether a workbook fits the memory, where all of its cells are held, and whether its formulas' values were saved."""

import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from .errors import DataError

_MOST_BYTES = 1 << 30
"""Of a workbook's unpacked parts: some ten million cells."""

_MOST_PLACES = 100_000_000
"""Rows times columns up to a sheet's last cell, wherever the others are."""

_PART, _OVERLAP = 1 << 20, 512
_LAST_ROW = 1_048_576
"""Of a sheet, as Excel has it."""

_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
_COLUMN = re.compile(rb"""[\s"']r\s*=\s*["']([A-Za-z]{2,3})\d""")
_ROW = re.compile(rb"""[\s"']r\s*=\s*["'][A-Za-z]{0,3}(\d{1,7})["']""")
"""What cells and rows say of their places; up to Z all columns count as 26."""

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
    if not zipfile.is_zipfile(file):
        return 0
    unsaved = 0
    try:
        with zipfile.ZipFile(file) as archive:
            _check_size(path, archive)
            for part in archive.infolist():
                if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                    raise damaged(path)
                columns, formulas = _count(archive, part)
                unsaved += formulas if _SHEET.fullmatch(part.filename) else 0
                if columns * _LAST_ROW > _MOST_PLACES:
                    _check_reach(path, columns, _last_row(archive, part))
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError) as error:
        raise damaged(path) from error
    return unsaved


def damaged(path: Path) -> DataError:
    """Return what is said of a workbook that cannot be read."""
    return DataError(
        f"{path}: expected a CSV, Parquet, JSON or Excel table, found a zip archive or a damaged workbook; unpack "
        "it, or save the table again"
    )


def _check_size(path: Path, archive: zipfile.ZipFile) -> None:
    size = sum(part.file_size for part in archive.infolist())
    if size > _MOST_BYTES:
        raise DataError(
            f"{path}: expected a workbook of at most {_MOST_BYTES >> 30} GiB when unpacked, found "
            f"{size / 2**30:.1f}; save the sheet as CSV"
        )


def _check_reach(path: Path, columns: int, rows: int) -> None:
    if columns * rows > _MOST_PLACES:
        raise DataError(
            f"{path}: expected a sheet that ends where its table does, found cells as far as column "
            f"{columns:,} and row {rows:,}; delete those beyond the table, or save the sheet as CSV"
        )


def _count(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> tuple[int, int]:
    """Return how many columns there are up to the last cell of a part, and formulas without a value."""
    letters, unsaved = {b"Z"}, 0
    for text, read in _windows(archive, part):
        letters.update(_COLUMN.findall(text))
        unsaved += sum(formula.end() > read for formula in _UNSAVED.finditer(text))
    return max(map(_number, letters)), unsaved


def _last_row(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> int:
    return max((max(map(int, _ROW.findall(text)), default=0) for text, _ in _windows(archive, part)), default=0)


def _windows(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[tuple[bytes, int]]:
    """Yield a part's text in pieces that overlap, each with how much of it the one before had."""
    rest = b""
    with archive.open(part) as stream:
        while piece := stream.read(_PART):
            text = rest + piece
            yield text, len(rest)
            rest = text[-_OVERLAP:]


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = 26 * number + letter - ord("A") + 1
    return number
