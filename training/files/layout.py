"""How a CSV is laid out: its delimiter, its header, and lines above the header that are no part of the table."""

import contextlib
import itertools
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from .errors import DataError
from .foot import MOST, count_foot, is_aside
from .records import Record, parse, text_lines

HEAD = 256 * 1024
"""Bytes that tell how a file is laid out, unless its first line alone is longer."""

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_OTHERS = "^~¦§\x01\x1e\x1f"
_DATA = re.compile(r"[-+]?[\d.,]*\d[\d.,]*|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}.{0,20}|\S{1,80}@\S{1,80}\.\w{2,9}")
_YEAR = re.compile(r"(19|20)\d\d")


@dataclass(frozen=True)
class Layout:
    """The layout of a CSV.

    delimiter : str, one letter
    names : list of str, the columns', told apart
    first : int, the line that the data start after
    header : whether the last line before the data is the header
    announced : whether a line sep= names the delimiter
    above : int, lines above the header that are no part of the table
    """

    delimiter: str
    names: list[str]
    first: int
    header: bool = True
    above: int = 0
    announced: bool = False

    @property
    def note(self) -> str:
        """A sentence on what was left out; empty if nothing was."""
        lines = f"{self.above} lines" if self.above > 1 else "1 line"
        return f"{lines} above the header left out." if self.above else ""


def find_layout(path: object, head: str, delimiter: str = "", header: bool = True) -> Layout:
    """Find out the layout of a CSV.

    Parameters
    ----------
    path : what messages call the file
    head : str, the file's first lines, whole
    delimiter : what the user says it is; empty to find out
    header : whether there is one

    Returns
    -------
    Layout

    Raises
    ------
    DataError
        Two delimiters part the lines alike, or there is no header.
    """
    lines = list(text_lines(head))
    start, announced = _announced(lines)
    tables = {mark: _Table(path, lines[start:], mark) for mark in [announced or delimiter] if mark}
    tables = tables or {mark: _Table(path, lines[start:], mark) for mark in DELIMITERS}
    table = _choose(path, list(tables.values()))
    if not table.records:
        raise DataError(f"{path}: expected a customer table, found no line with cells")
    if not (delimiter or announced):
        _refuse_other_sign(path, table)
    first = table.records[table.titles]
    cells = [cell.strip() for cell in first.cells]
    if not header:
        names = [f"column_{number}" for number in range(1, len(cells) + 1)]
        return Layout(table.mark, names, start + first.line - 1, False, table.titles, bool(announced))
    if holds_data(cells):
        raise DataError(
            f"{path}: line {start + first.line}: expected the columns' names, found numbers; add a header line, or say "
            "--no-header: the columns are then called column_1, column_2 and so on"
        )
    return Layout(table.mark, tell_apart(cells), start + first.line, True, table.titles, bool(announced))


def tell_apart(header: Sequence[str]) -> list[str]:
    """Give a column without a name, or with another's, one of its own (column_3; Income_2); SQL ignores case."""
    names: list[str] = []
    taken: set[str] = set()
    for number, name in enumerate(header, start=1):
        wanted = name or f"column_{number}"
        candidates = itertools.chain([wanted], (f"{wanted}_{count}" for count in itertools.count(2)))
        names.append(next(candidate for candidate in candidates if candidate.lower() not in taken))
        taken.add(names[-1].lower())
    return names


class _Table:
    """The first lines of a file, parted by one delimiter."""

    def __init__(self, path: object, lines: Sequence[str], mark: str) -> None:
        self.mark = mark
        self.records: list[Record] = []
        with contextlib.suppress(DataError):  # that line is refused when all are read; those before it tell enough
            self.records.extend(parse(path, lines, mark))
        widths = Counter(len(record.cells) for record in self.records)
        self.width = max(widths, key=lambda width: (widths[width], width), default=0)
        foot = count_foot(self.records[-MOST - 1 :], self.width)
        self.records = self.records[: len(self.records) - foot]
        self.titles = self._count_titles()
        self.regular = self.width > 1 and all(len(record.cells) == self.width for record in self.records[self.titles :])

    def _count_titles(self) -> int:
        """Count the records above the header: of one cell, or two as in "Date:,2024-01-01", where others have more."""
        if self.width < 2:
            return 0
        titles = list(itertools.takewhile(lambda record: is_aside(record.cells, self.width), self.records))
        if not titles or len(titles) == len(self.records):
            return 0
        below = [cell.strip() for cell in self.records[len(titles)].cells]
        is_header = len(titles[-1].cells) == self.width and holds_data(below)  # most of its columns have no name
        return len(titles) - is_header


def _choose(path: object, tables: list[_Table]) -> _Table:
    """Return the table whose delimiter parts all lines alike; of several, without titles and in the most columns."""
    regular = [table for table in tables if table.regular]
    if not regular:
        return max(tables, key=lambda table: len(table.records[0].cells) if table.records else 0)
    ranks = {table.mark: (not table.titles, table.width) for table in regular}
    best = [table for table in regular if ranks[table.mark] == max(ranks.values())]
    if len(best) > 1:
        names = " and ".join(DELIMITERS[table.mark] for table in best)
        options = " or ".join(f"--delimiter {DELIMITERS[table.mark]}" for table in best)
        raise DataError(
            f"{path}: expected one delimiter, found that {names} part the lines alike, in {best[0].width} columns; say "
            f"which with {options}"
        )
    return best[0]


def _refuse_other_sign(path: object, table: _Table) -> None:
    """Raise DataError where lines are one cell each, and all have as many of a sign that seldom stands in text."""
    lines = [record.cells[0] for record in table.records if len(record.cells) == 1]
    if len(lines) < max(2, len(table.records)):
        return
    for sign in _OTHERS:
        if {line.count(sign) for line in lines} == {lines[0].count(sign)} and sign in lines[0]:
            name = f"'{sign}'" if sign.isprintable() else f"$'{repr(sign)[1:-1]}'"
            raise DataError(
                f"{path}: expected commas, semicolons, tabs or bars between columns, found none but the same number of "
                f"{name} in every line; if that parts the columns, say --delimiter {name}"
            )


def _announced(lines: list[str]) -> tuple[int, str]:
    """Return how many lines come before the table, and the delimiter that Excel's line sep=; names."""
    for number, line in enumerate(lines):
        if line.strip():
            words = re.fullmatch(r'"?sep=(.)"?[,;\t|]*', line.strip("\r\n"), re.IGNORECASE)
            return (number + 1, words[1]) if words else (0, "")
    return 0, ""


def holds_data(cells: Sequence[str]) -> bool:
    """Return True where a first row holds values; names that are years are names."""
    values = [cell for cell in cells if _DATA.fullmatch(cell)]
    years = all(_YEAR.fullmatch(cell) for cell in values) and len(set(values)) == len(values) < len(cells)
    return bool(values) and not years
