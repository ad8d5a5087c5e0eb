"""Rows of a CSV as Python's csv module reads them, each with its line: what the other readings are held against."""

import contextlib
import csv
import io
import itertools
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from .errors import DataError

LONGEST = 1 << 20
"""Letters of the longest cell; where more come without a delimiter, a quote was not closed."""

END_OF_FILE, MARK = "\x1a", "\ufeff"
"""What programs of DOS put behind the last line, and others of Windows before the first, also of files put together."""

csv.field_size_limit(LONGEST)

_KEPT_TEXT = re.compile(r'="([^"]*)"')
"""A text as a formula, by which a program kept a spreadsheet from taking it for a number: ="0012" is 0012."""

_END = "end of the lines"  # a record of its own, unless an open quote takes it in


class Record(NamedTuple):
    """A row of cells and the line that it starts on, 1 for the file's first."""

    line: int
    cells: list[str]


def read_records(
    path: object, file: Path, encoding: str, delimiter: str, *, skip_spaces: bool = False
) -> Iterator[Record]:
    """Read the records of a file.

    Parameters
    ----------
    path : what messages call the file
    file : Path
    encoding : str, as Python has it
    delimiter : str, one letter
    skip_spaces : whether spaces behind a delimiter are no part of the cell

    Yields
    ------
    Record

    Raises
    ------
    DataError
        A quote is not closed, or a cell is endless; the message names the line.
    UnicodeDecodeError
        The file has another encoding.
    """
    with file.open(encoding=encoding, newline="") as lines:
        yield from parse(path, (line.lstrip(MARK).rstrip(END_OF_FILE) for line in lines), delimiter, skip_spaces)


def parse(path: object, lines: Iterable[str], delimiter: str, skip_spaces: bool = False) -> Iterator[Record]:
    """Parse lines of a CSV; blank ones are left out.

    Text after a closing quote belongs to the cell, as far as that line alone makes sense: `"12"34` is 1234. The formula
    ="0012" is the text 0012, as on the page (static/customers/table/csv.js).
    """
    numbered = _Lines(lines)
    options: dict[str, Any] = {"delimiter": delimiter, "skipinitialspace": skip_spaces}
    reader = csv.reader(numbered, strict=True, **options)
    line = 1
    while True:
        try:
            for cells in reader:
                if len(cells) > 1 or (cells and not cells[0].isspace() and cells[0]):
                    yield Record(line, _without_formulas(cells) if numbered.may_keep_text else cells)
                numbered.may_keep_text = False
                line = numbered.count + 1
        except csv.Error as error:
            yield Record(line, _parse_leniently(path, line, numbered, str(error), options))
            line = numbered.count + 1
        else:
            return


def without_outer_quotes(records: Iterable[Record], delimiter: str) -> Iterator[Record]:
    """Yield records, those that are a whole line in quotes as the cells of that line."""
    for record in records:
        if len(record.cells) == 1 and delimiter in record.cells[0]:
            with contextlib.suppress(csv.Error):
                lines = list(csv.reader([record.cells[0]], delimiter=delimiter, strict=True))
                yield Record(record.line, lines[0]) if len(lines) == 1 else record
                continue
        yield record


def without_last_delimiter(records: Iterable[Record], width: int) -> Iterator[Record]:
    """Yield records, those that are one blank cell too wide without it."""
    for record in records:
        is_longer = len(record.cells) == width + 1 and not record.cells[width].strip()
        yield Record(record.line, record.cells[:width]) if is_longer else record


def text_lines(text: str) -> Iterator[str]:
    """Return an iterator over a text's lines, parted only where a CSV's are."""
    return iter(io.StringIO(text, newline=""))


def _without_formulas(cells: list[str]) -> list[str]:
    return [match[1] if (match := _KEPT_TEXT.fullmatch(cell)) else cell for cell in cells]


class _Lines:
    """Lines, of which the last and its number are kept, and whether some may hold a formula that is a text."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self.count = 0
        self.last = ""
        self.may_keep_text = False

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        self.last = next(self._lines)
        self.count += 1
        self.may_keep_text = self.may_keep_text or '="' in self.last
        return self.last


def _parse_leniently(path: object, line: int, numbered: _Lines, reason: str, options: dict[str, Any]) -> list[str]:
    """Return the cells of a line that a strict reader refuses; raise the error if its quotes do not close there."""
    if "field larger" in reason:
        raise DataError(
            f"{path}: line {line}: expected quotes that close, found one that does not within {LONGEST:,} letters; "
            "correct that line"
        )
    if '\\"' in numbered.last:
        raise DataError(
            f"{path}: line {line}: expected quotes within cells written twice, found one behind a backslash; export "
            "the table with quotes doubled"
        )
    if line == numbered.count:
        lines = [numbered.last.rstrip("\r\n") + "\n", _END]
        records = list(csv.reader(lines, **options))
        if len(records) == 2 and records[1] == next(csv.reader([_END], **options)):
            return records[0]
    raise DataError(f"{path}: line {line}: expected quotes that close, found one that does not; correct that line")


def of_width(path: object, records: Iterable[Record], width: int, where: str = "as in the header") -> Iterator[Record]:
    """Yield records as they come, each of so many cells.

    Raises
    ------
    DataError
        A record has more or fewer cells; the message names its line.
    """
    for number, record in enumerate(records):
        if len(record.cells) != width:
            advice = "look for a missing or unquoted delimiter, or a quote that is not closed"
            if not number and len(record.cells) == width + 1:
                last = "remove the delimiter at the end of the rows"
                advice = (
                    last if not record.cells[-1] else "if rows begin with a name or number, give that column a name"
                )
            elif len(record.cells) == 1 < width and _holds_cells(record.cells[0], width):
                advice = "the whole line is in quotes; if so, say --delimiter comma, which reads lines in quotes too"
            elif any(re.match(' +"', cell) for cell in record.cells):
                advice = "remove the space before the quote, which keeps it from holding the cell together"
            raise DataError(
                f"{path}: line {record.line}: expected {width} fields {where}, found {len(record.cells)}; {advice}"
            )
        yield record


def _holds_cells(cell: str, width: int) -> bool:
    """Return True where a cell is a whole line of so many."""
    with contextlib.suppress(csv.Error):
        return any(len(cells) == width for cells in csv.reader([cell]))
    return False


def copy_cells(records: Iterable[Record], out: Path) -> int:
    """Write records in the one way that every reader of CSV reads alike, and return how many there are.

    All cells are quoted, lines end in LF, letters are UTF-8, and there is no header.
    """
    counter = itertools.count()
    try:
        with out.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n")
            writer.writerows(record.cells for record, _ in zip(records, counter, strict=False))
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(out)) from error
    return next(counter)
