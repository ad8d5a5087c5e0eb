"""How a CSV is laid out: its delimiter, its header, and lines above the header that are no part of the table."""

import contextlib
import itertools
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..errors import DataError
from ..records import Record, parse, text_lines, without_outer_quotes
from .foot import MOST, count_foot, is_aside
from .header_rows import holds_units, is_rule, lacks_name_of_rows

HEAD = 256 * 1024
"""Bytes that tell how a file is laid out, unless its first line alone is longer."""

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_OTHERS = "^~¦§\x01\x1e\x1f"
_ONE_COLUMN = ", or say --delimiter comma if it has one column"
_DATA = re.compile(r"[-+]?[\d.,]*\d[\d.,]*|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}.{0,20}|\S{1,80}@\S{1,80}\.\w{2,9}")
_YEAR = re.compile(r"(19|20)\d\d")
_NUMBER = re.compile(r"(?:^|\s)[-+]?[\d.,]*\d(?:\s|$)")


@dataclass(frozen=True)
class Layout:
    """The layout of a CSV.

    delimiter : str, one letter
    names : list of str, the columns', told apart
    first : int, the line that the data start after
    header : whether the last line before the data is the header
    announced : whether a line sep= names the delimiter
    above : int, lines above the header that are no part of the table
    units : the line below the header that says units; 0 if there is none
    has_rules : whether lines of dashes are drawn between rows
    skip_spaces : whether spaces behind a delimiter are no part of the cell, as quotes follow them
    names_rows : whether rows begin with a name that the header has none for
    in_quotes : whether lines are in quotes as a whole, which is so only where the delimiter was said
    ends_rows : whether rows end with a delimiter that the header does not end with
    """

    delimiter: str
    names: list[str]
    first: int
    header: bool = True
    above: int = 0
    announced: bool = False
    units: int = 0
    has_rules: bool = False
    skip_spaces: bool = False
    names_rows: bool = False
    in_quotes: bool = False
    ends_rows: bool = False

    @property
    def notes(self) -> list[str]:
        """Sentences on what was left out, or is read in a way of its own."""
        lines = f"{self.above} lines" if self.above > 1 else "1 line"
        sentences = {
            f"{lines} above the header left out.": self.above,
            f"Line {self.units} left out: it says units or types.": self.units,
            "Spaces before cells left out, as quotes follow them.": self.skip_spaces,
            "Quotes around whole lines left out.": self.in_quotes,
            "Delimiters at the end of rows left out, as the header has none there.": self.ends_rows,
            f"The header is one name short: each row begins with a name of its own, called {self.names[0]}.": (
                self.names_rows
            ),
        }
        return [sentence for sentence, is_so in sentences.items() if is_so]


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
    table = _find_table(path, lines[start:], announced, delimiter)
    line, cells = table.header
    layout = Layout(
        table.mark,
        [f"column_{number}" for number in range(1, len(cells) + 1)],
        start + line - 1,
        header=False,
        above=table.above,
        announced=bool(announced),
        has_rules=table.has_rules,
        skip_spaces=table.skip,
        in_quotes=table.in_quotes,
        ends_rows=table.ends_rows,
    )
    if not header:
        return layout
    _refuse_other_than_names(f"{path}: line {start + line}", cells)
    return replace(
        layout,
        names=tell_apart([""] * table.names_rows + cells),
        first=start + (table.units or line),
        header=True,
        units=start + table.units if table.units else 0,
        names_rows=table.names_rows,
    )


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


def _find_table(path: object, lines: Sequence[str], announced: str, delimiter: str) -> "_Table":
    """Part the lines by the delimiter that is announced or said; else by the one that parts them best."""
    told = announced or delimiter
    tables = [_Table(path, lines, told, said=True)] if told else [_Table(path, lines, mark) for mark in DELIMITERS]
    table = _choose(path, tables)
    if not table.records:
        raise DataError(f"{path}: expected a customer table, found no line with cells")
    if not told:
        _refuse_other_sign(path, table)
    return table


def _refuse_other_than_names(where: str, cells: Sequence[str]) -> None:
    """Raise DataError where a header is none."""
    if len(cells) > 1 and all(re.fullmatch("'.*'", cell) for cell in cells):
        raise DataError(
            f"{where}: expected double quotes around cells, found single ones; export the table with double quotes, or "
            "with none"
        )
    if holds_data(cells):
        raise DataError(
            f"{where}: expected the columns' names, found numbers; add a header line, or say --no-header: the columns "
            "are then called column_1, column_2 and so on"
        )


class _Table:
    """The first lines of a file, parted by one delimiter."""

    def __init__(self, path: object, lines: Sequence[str], mark: str, *, said: bool = False) -> None:
        self.mark = mark
        self.skip, wrapped = _parse(path, lines, mark)
        records = list(without_outer_quotes(wrapped, mark)) if said else wrapped
        self.in_quotes = records != wrapped
        self.records = [record for record in records if not is_rule(record.cells)]
        rules = [record.line for record in records if is_rule(record.cells)]
        widths = Counter(len(record.cells) for record in self.records)
        self.width = max(widths, key=lambda width: (widths[width], width), default=0)
        foot = count_foot(self.records[-MOST - 1 :], self.width)
        self.records = self.records[: len(self.records) - foot]
        self.titles = self._count_titles()
        self._trim_header()
        self.ends_rows = self._trim_rows()
        header = self.records[self.titles].line if self.records else 0
        self.above = self.titles + sum(line < header for line in rules)
        self.has_rules = any(line > header for line in rules)
        self.names_rows = self._names_rows(lines)
        self.units = self._find_units()
        table = self.records[self.titles + self.names_rows :]
        self.regular = self.width > 1 and all(len(record.cells) == self.width for record in table)

    @property
    def header(self) -> tuple[int, list[str]]:
        """The line and the cells of the header, or of the first row where there is none."""
        record = self.records[self.titles]
        return record.line, [cell.strip() for cell in record.cells]

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

    def _trim_header(self) -> None:
        """Leave out delimiters at the end of the header that no row has."""
        header, *rows = self.records[self.titles :] or [Record(0, [])]
        is_longer = len(header.cells) > self.width and not any(map(str.strip, header.cells[self.width :]))
        if is_longer and all(len(row.cells) == self.width for row in rows):
            self.records[self.titles] = Record(header.line, header.cells[: self.width])

    def _trim_rows(self) -> bool:
        """Leave out delimiters at the end of all rows that the header has not; return whether there are any."""
        header, *rows = self.records[self.titles :] or [Record(0, [])]
        width = len(header.cells)
        if width < 2 or not rows or any(len(row.cells) != width + 1 or row.cells[width].strip() for row in rows):
            return False
        self.records[self.titles + 1 :] = [Record(row.line, row.cells[:width]) for row in rows]
        self.width = width
        return True

    def _names_rows(self, lines: Sequence[str]) -> bool:
        """Return True where the header has one name less than the rows have cells, as R writes it."""
        header, *rows = self.records[self.titles :] or [Record(0, [])]
        starts = [lines[record.line - 1].startswith('"') for record in (header, *rows[:1]) if record.line]
        return lacks_name_of_rows(header.cells, [row.cells for row in rows], quoted=all(starts))

    def _find_units(self) -> int:
        """Return the line of the row of units below the header; 0 if there is none."""
        first, *below = self.records[self.titles + 1 :] or [Record(0, [])]
        return first.line if holds_units(first.cells, [record.cells for record in below]) else 0


def _parse(path: object, lines: Sequence[str], mark: str) -> tuple[bool, list[Record]]:
    """Return the records as far as they can be read, and whether spaces before quotes are left out for them.

    The line that cannot be read is refused when all are read; those before it tell enough.
    """
    readings: dict[bool, list[Record]] = {}
    has_spaces = any(re.search(rf'{re.escape(mark)} +"', line) for line in lines)
    for skip in (False, True) if has_spaces else (False,):
        readings[skip] = []
        with contextlib.suppress(DataError):
            readings[skip].extend(parse(path, lines, mark, skip))
    widths = {len(record.cells) for record in readings.get(True, [])}
    kept = any(re.match(' +"', cell) for record in readings[False] for cell in record.cells)
    skip = kept and len(widths) == 1 and max(widths) > 1
    return skip, readings[skip]


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
    for sign, name in DELIMITERS.items():
        widths = {len(record.cells) for record in without_outer_quotes(table.records, sign)}
        if len(widths) == 1 and max(widths) > 1:
            other = "bar" if name == "tab" else "tab"
            raise DataError(
                f"{path}: expected quotes around cells, found them around whole lines, each with as many cells "
                f"between {name}s; if these are columns, say --delimiter {name}, else --delimiter {other}"
            )
    widths = {len(line.split()) for line in lines}
    if len(widths) == 1 and max(widths) > 1 and all(map(_NUMBER.search, lines[1:])) and not _NUMBER.search(lines[0]):
        by_one = all(" ".join(line.split()) == line for line in lines)
        advice = "if these part the columns, " + ("say --delimiter ' '" if by_one else "save the table as CSV")
        raise DataError(
            f"{path}: expected commas, semicolons, tabs or bars between columns, found none but {max(widths)} words "
            f"with spaces between them in every line; {advice}{_ONE_COLUMN}"
        )
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
