"""Finds out what a table file is: Parquet or CSV, its delimiter, encoding and columns."""

import contextlib
import csv
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from ..engines.engine import Csv, Engine, EngineError, Url, identifier

DELIMITERS = ",;\t|"
_HEAD = 64 * 1024
_FOREIGN = {
    b"PK\x03\x04": "an Excel workbook or zip archive",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"%PDF": "a PDF",
    b"\x1f\x8b": "a gzip archive",
    b"<!DO": "a web page",
    b"<htm": "a web page",
}


class DataError(Exception):
    """A table that training cannot use; the message says where, what was expected, what was found and what to do."""


@dataclass(frozen=True)
class Source:
    """A table file that can be queried.

    sql, columns, row : as `Table` has them
    csv : how it is read; None for Parquet
    """

    path: Path | Url
    sql: str
    columns: dict[str, str]
    row: str
    csv: Csv | None = None

    @property
    def delimiter(self) -> str:
        """The delimiter of a CSV; empty for Parquet."""
        return self.csv.delimiter if self.csv else ""

    def where(self, row: int) -> str:
        """Say where the row is (1 for the first data row), as a person would look for it."""
        if isinstance(self.path, Url):
            return self.path  # many files, whose rows have no numbers that a person could count to
        if not self.csv:
            return f"{self.path}: row {row}"
        record = next(itertools.islice(_records(self.path, self.csv), row - 1, None), None)
        return f"{self.path}: line {record[0]}" if record else f"{self.path}: row {row}"


def find_rows(engine: Engine, source: Source, column: str, condition: str) -> tuple[int, int]:
    """Return the first row where a condition on a quoted column holds, and how many do; if 0, there is no first."""
    numbered = f'(SELECT {source.row} AS "#row", {column} FROM {source.sql})'
    row, count = engine.rows(f'SELECT min("#row"), count(*) FROM {numbered} WHERE {condition}')[0]
    return row, count


def open_table(engine: Engine, table: str) -> Source:
    """Recognise a table.

    Parameters
    ----------
    engine : Engine
    table : str, path of a CSV (comma, semicolon, tab or bar; UTF-8, UTF-16 or Latin-1) or Parquet file; with Spark
        also of a folder of such files, in a bucket or not, or the name of a table

    Returns
    -------
    Source

    Raises
    ------
    DataError
        There is no such file, it is empty, or it is no table.
    """
    path = engine.location(table)
    try:
        head = engine.head(table, _HEAD)
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {(error.strerror or 'unknown reason').lower()}") from error
    if not head.strip():
        raise DataError(f"{path}: expected a customer table, found an empty file")
    if head.startswith(b"PAR1"):
        return _open_parquet(engine, table)
    kind = next((name for magic, name in _FOREIGN.items() if head.startswith(magic)), None)
    if kind:
        raise DataError(f"{path}: expected a CSV or Parquet table, found {kind}; export it as CSV")
    return _open_csv(engine, table, head)


def check_rows(engine: Engine, source: Source) -> tuple[Source, int]:
    """Read the whole table once.

    Returns
    -------
    source : Source, in a form that can be read: another where a CSV's line ends differ or its letters are not UTF-8
    rows : int, how many there are

    Raises
    ------
    DataError
        A line is no row of the table.
    """
    try:
        return source, _count_rows(engine, source)
    except EngineError as error:
        reason = _why_unreadable(source)
        if reason or not source.csv:
            raise DataError(reason) from error
    for csv_ in _other_readings(source.csv):
        other = _read(engine, source.path, csv_)
        with contextlib.suppress(EngineError):
            rows = _count_rows(engine, other)
            if rows == sum(1 for _ in _records(source.path, csv_)):
                return other, rows
    raise DataError(
        f"{source.path}: cannot be read as CSV: its letters are neither UTF-8, UTF-16 nor Latin-1 (Windows-1252 with a "
        "sign such as € is not); save the table again as UTF-8 CSV"
    )


def _other_readings(reading: Csv) -> list[Csv]:
    """Return ways to read a CSV whose records are well formed: line ends that differ, letters that are not UTF-8."""
    mixed = replace(reading, mixed_line_ends=True)
    latin = [replace(reading, encoding="latin-1"), replace(mixed, encoding="latin-1")]
    return [*latin, mixed] if reading.encoding == "utf-8-sig" else [mixed]


def _read(engine: Engine, path: Path | Url, reading: Csv) -> Source:
    return Source(path, *engine.csv(str(path), reading), reading)


def _count_rows(engine: Engine, source: Source) -> int:
    checked = source.columns if source.delimiter else ()  # a column that is not asked for is not checked
    counts = "".join(f", count({identifier(header)})" for header in checked)
    return int(engine.rows(f"SELECT count(*){counts} FROM {source.sql}")[0][0])


def _open_parquet(engine: Engine, table: str) -> Source:
    path = engine.location(table)
    try:
        return Source(path, *engine.parquet(table))
    except EngineError as error:
        raise DataError(f"{path}: starts like a Parquet file but cannot be read; is it complete?") from error


def _open_csv(engine: Engine, table: str, head: bytes) -> Source:
    path = engine.location(table)
    encoding = _encoding(head)
    text = head.decode(encoding, errors="ignore")
    if "\0" in text:
        raise DataError(f"{path}: expected a CSV or Parquet table, found a binary file")
    lines = text.splitlines()
    first = next(number for number, line in enumerate(lines) if line.strip())
    announced = re.fullmatch(r"sep=(.)", lines[first].strip(), re.IGNORECASE)  # Excel's first line
    if announced and isinstance(path, Url):
        raise DataError(f"{path}: expected the columns' names, found sep=; remove that line of every file for Spark")
    first += bool(announced)
    counted = max(DELIMITERS, key=lambda mark: len(next(csv.reader(lines[first:], delimiter=mark))))
    delimiter = announced[1] if announced else counted
    header = [name.strip() for name in next(csv.reader(lines[first:], delimiter=delimiter))]
    if any(re.fullmatch(r"[-+]?[\d.,]+", name) for name in header):
        raise DataError(f"{path}: line {first + 1}: expected the columns' names, found numbers; add a header line")
    names = _distinct(header)
    return _read(engine, path, Csv(names, delimiter, encoding, first))


def _encoding(head: bytes) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        head[: head.rfind(b"\n") + 1 or None].decode("utf-8")
    except UnicodeDecodeError:
        return "latin-1"
    return "utf-8-sig"


def _distinct(header: list[str]) -> list[str]:
    """Give a column without a name, or with another's, one of its own (column_3; Income_2); SQL ignores case."""
    names: list[str] = []
    for number, name in enumerate(header, start=1):
        wanted = name or f"column_{number}"
        taken = {other.lower() for other in names}
        candidates = itertools.chain([wanted], (f"{wanted}_{count}" for count in itertools.count(2)))
        names.append(next(candidate for candidate in candidates if candidate.lower() not in taken))
    return names


def _records(path: Path | Url, reading: Csv) -> Iterator[tuple[int, list[str]]]:
    """Yield each data record of a CSV with the line it starts on; slow and sure, for error messages only."""
    with Path(path).open(encoding=reading.encoding, errors="replace", newline="") as file:
        reader = csv.reader(file, delimiter=reading.delimiter)
        line = 1
        for record in reader:
            if record and line > reading.skip + 1:
                yield line, record
            line = reader.line_num + 1


def _why_unreadable(source: Source) -> str:
    """Return the reason; empty if a CSV's records are well formed, so that its line ends or letters are at fault."""
    if not source.csv:
        return f"{source.path}: the Parquet file is damaged; write it again"
    wanted = len(source.columns)
    if isinstance(source.path, Url):
        return f"{source.path}: expected {wanted} fields in each line, as in the header, found others"
    for line, record in _records(source.path, source.csv):
        if len(record) != wanted:
            return (
                f"{source.path}: line {line}: expected {wanted} fields as in the header, found {len(record)}; "
                "look for a missing or unquoted delimiter, or a quote that is not closed"
            )
    return ""
