"""Opens a CSV: the engine reads it as it is where that is proved to be right, else a copy that Python's csv wrote."""

import codecs
import itertools
import string
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ..engines.engine import Csv, Engine, EngineError, Table, identifier, literal
from .encodings.encoding import explain, find_encoding
from .errors import DataError
from .layout.foot import MOST, before_blanks, count_foot, describe_foot, is_blank, may_be_foot
from .layout.header_rows import is_rule
from .layout.layout import HEAD, Layout, find_layout
from .layout.totals import holds_totals, is_called_total, may_hold_totals
from .records import (
    END_OF_FILE,
    MARK,
    Record,
    copy_cells,
    of_width,
    parse,
    read_records,
    without_last_delimiter,
    without_outer_quotes,
)
from .source import UNSAID, FileOptions, Source
from .survey import Survey, survey

_TAIL = 64 * 1024
_COMPARED = 8  # columns that tell a line which repeats the header; the copy compares all
_LONGEST_HEADER = 8 * 1024 * 1024


@dataclass(frozen=True)
class _LeftOut:
    """Lines of rows that are none: they repeat the header, have no cell with anything in it, or are drawn."""

    repeats: list[int] = field(default_factory=list)
    blanks: list[int] = field(default_factory=list)
    rules: list[int] = field(default_factory=list)

    def describe(self) -> list[str]:
        """Return a sentence on each kind."""
        reasons = {
            ("it repeats the header", "they repeat the header"): self.repeats,
            ("it is blank", "they are blank"): self.blanks,
            ("it is drawn with dashes", "they are drawn with dashes"): self.rules,
        }
        return [
            f"{len(lines):,} lines left out, the first of them line {lines[0]}: {of_several}."
            if len(lines) > 1
            else f"Line {lines[0]} left out: {of_one}."
            for (of_one, of_several), lines in reasons.items()
            if lines
        ]


@dataclass(frozen=True)
class _File:
    """A CSV and how its bytes become rows.

    end : int, the line of the first record below the data, such as their totals; 0 if there is none
    """

    path: Path
    file: Path
    encoding: str
    layout: Layout
    end: int = 0

    def all_records(self) -> Iterator[Record]:
        """Yield the records below the header."""
        skip_spaces = self.layout.skip_spaces
        records = read_records(self.path, self.file, self.encoding, self.layout.delimiter, skip_spaces=skip_spaces)
        records = without_outer_quotes(records, self.layout.delimiter) if self.layout.in_quotes else records
        records = without_last_delimiter(records, len(self.layout.names)) if self.layout.ends_rows else records
        return itertools.dropwhile(lambda record: record.line <= self.layout.first, records)

    def records(self, left_out: _LeftOut | None = None) -> Iterator[Record]:
        """Yield the records of customers or orders, and note the lines of the others."""
        names, first = self.layout.names, self.layout.names[0]
        may_repeat = self.layout.header and len(names) > 1
        left_out = left_out or _LeftOut()
        for record in itertools.takewhile(lambda record: not self.end or record.line < self.end, self.all_records()):
            start = record.cells[0].strip()
            if may_repeat and start == first and [cell.strip() for cell in record.cells] == names:
                left_out.repeats.append(record.line)
            elif not start and all(map(is_blank, record.cells)):
                left_out.blanks.append(record.line)
            elif self.layout.has_rules and is_rule(record.cells):
                left_out.rules.append(record.line)
            else:
                yield record

    def place(self, row: int) -> str:
        """Say which line a row starts on."""
        record = next(itertools.islice(self.records(), row - 1, None), None)
        return f"line {record.line}" if record else f"row {row}"


def open_csv(engine: Engine, path: Path, file: Path, options: FileOptions = UNSAID) -> Source:
    """Open a CSV.

    Parameters
    ----------
    engine : Engine
    path, file : Path, what the user calls it and where its bytes are
    options : FileOptions

    Returns
    -------
    Source

    Raises
    ------
    DataError
        The file is not a table of text, its letters or its layout can be read in several ways, or a line is not a row.
    """
    surveyed = survey(file)
    encoding = find_encoding(path, file, surveyed, options.encoding)
    try:
        layout = find_layout(path, _head(path, file, encoding.name), options.delimiter, options.header)
        read = _File(path, file, encoding.name, layout)
        end, below = _find_end(read, surveyed)
        read = _File(path, file, encoding.name, layout, end)
        proved = None if end or layout.has_rules else _prove(engine, read, surveyed)
        left_out = _LeftOut()
        table, rows = proved or _copy(engine, read, left_out)
    except UnicodeError as error:  # not only of bytes: codecs of host names have their own
        raise explain(path, file, encoding.name) from error
    notes = tuple(note for note in (encoding.note, *layout.notes, *left_out.describe(), *below) if note)
    return Source(path, table, rows, read.place, file, layout.delimiter, notes=notes)


def _head(path: Path, file: Path, encoding: str) -> str:
    """Return the first lines as text; of a header of many letters as many as it takes."""
    size = HEAD
    with file.open("rb") as stream:
        while True:
            stream.seek(0)
            head = stream.read(size)
            text = codecs.getincrementaldecoder(encoding)().decode(head, final=len(head) < size)
            text = text.lstrip(MARK)
            if "\0" in text:
                raise DataError(
                    f"{path}: expected a CSV, Parquet, JSON or Excel table, found a binary file (or UTF-16 without its "
                    "mark: then say --encoding utf-16-le)"
                )
            end = max(text.rfind("\n"), text.rfind("\r")) + 1
            if len(head) < size:
                return text.rstrip(END_OF_FILE)
            if end:
                return text[:end]
            if size > _LONGEST_HEADER:
                raise DataError(f"{path}: line 1: expected the columns' names, found no end of the line")
            size *= 2


def _find_end(read: _File, surveyed: Survey) -> tuple[int, list[str]]:
    """Return the line of the first record below the data, 0 if there is none, and sentences on what is there."""
    width = len(read.layout.names)
    cells = _last_cells(read, surveyed)
    if not (may_be_foot(cells, width) or may_hold_totals(cells)):
        return 0, []
    tail = list(deque(read.all_records(), maxlen=MOST + 1))
    end = len(tail) - count_foot(tail, width)
    sentences = [describe_foot([f"line {record.line}" for record in tail[end:]])] if end < len(tail) else []
    last = tail[before_blanks(tail, end) - 1] if tail else Record(0, [])
    if not may_hold_totals(last.cells):
        return (tail[end].line if sentences else 0), sentences
    above = (record.cells for record in itertools.takewhile(lambda record: record.line < last.line, read.all_records()))
    if holds_totals(above, last.cells):
        return last.line, [f"Line {last.line} left out: it holds the totals of the rows above.", *sentences]
    if is_called_total(last.cells):
        sentences.append(
            "The last row is called a total but does not hold the sums of the rows above: read as any other."
        )
    return (tail[end].line if end < len(tail) else 0), sentences


def _last_cells(read: _File, surveyed: Survey) -> list[str]:
    """Return the cells of the file's last record, if it is one line."""
    if read.encoding.replace("_", "-").startswith(("utf-16", "utf-32")):
        return next(iter(deque(read.all_records(), maxlen=1)), Record(0, [])).cells
    with read.file.open("rb") as stream:
        stream.seek(max(0, surveyed.size - _TAIL))
        lines = stream.read().rstrip(string.whitespace.encode() + END_OF_FILE.encode()).splitlines()
    if not lines:
        return []
    text = lines[-1].decode(read.encoding, errors="ignore")
    try:
        return next(parse(read.path, [text], read.layout.delimiter, read.layout.skip_spaces), Record(0, [])).cells
    except DataError:
        return []


def _prove(engine: Engine, read: _File, surveyed: Survey) -> tuple[Table, int] | None:
    """Return the table as the engine reads it from the file itself, and its rows; None if that is not proved right.

    Without quotes, and with line ends that are all alike, the numbers of delimiters and of bytes tell how many rows and
    how many bytes of cells there are. An engine that finds both has lost nothing.
    """
    layout, counts = read.layout, surveyed.counts
    delimiter, width = layout.delimiter.encode(), len(layout.names)
    if not surveyed.is_plain or surveyed.mark not in ("", "utf-8-sig") or delimiter not in counts or width == 1:
        return None
    if read.encoding not in ("utf-8", "utf-8-sig"):
        return None
    with read.file.open("rb") as stream:
        above = b"".join(itertools.islice(stream, layout.first))
    signs = {sign: counts[sign] - above.count(sign) for sign in (delimiter, b"\r", b"\n")}
    rows, rest = divmod(signs[delimiter], width - 1)
    size = surveyed.size - len(above) - sum(signs.values()) - (0 if above or not surveyed.mark else 3)
    table = engine.csv(str(read.file), Csv(dict.fromkeys(layout.names, "VARCHAR"), layout.delimiter, skip=layout.first))
    header = " AND ".join(f"{identifier(name)} = {literal(name)}" for name in layout.names[:_COMPARED])
    filled = ", ".join(f"nullif(trim({identifier(name)}), '')" for name in layout.names)
    other = f"coalesce({filled}) IS NULL" + (f" OR {header}" if layout.header else "")
    lengths = " + ".join(f"coalesce(sum(strlen({identifier(name)})), 0)" for name in layout.names)
    try:
        counted = (
            engine.rows(f"SELECT count(*), {lengths}, count(CASE WHEN {other} THEN 1 END) FROM {table.sql}")
            if not rest
            else []
        )
    except EngineError:
        return None  # the copy finds the line
    return (table, rows) if counted == [(rows, size, 0)] else None


def _copy(engine: Engine, read: _File, left_out: _LeftOut) -> tuple[Table, int]:
    """Copy the rows into the engine's scratch folder, in the one way that leaves nothing open."""
    width, out = len(read.layout.names), engine.scratch()
    where = "as in the header" if read.layout.header else "as in the first row"
    rows = copy_cells(of_width(read.path, read.records(left_out), width, where), out)
    table = engine.csv(str(out), Csv(dict.fromkeys(read.layout.names, "VARCHAR"), ",", is_copy=True))
    counted = engine.rows(f"SELECT count(*) FROM {table.sql}")[0][0]
    if counted != rows:
        raise DataError(
            f"{read.path}: expected {rows:,} rows, as Python reads, found that {engine.name} reads {counted:,}"
        )
    return table, rows
