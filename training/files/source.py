"""A table that can be queried, and that knows where each of its rows is in its file."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ..engines.engine import Engine, Table, Url
from .errors import DataError

__all__ = ["UNSAID", "DataError", "FileOptions", "Source", "find_rows", "list_names"]

_LISTED = 20


@dataclass(frozen=True)
class FileOptions:
    """What the user says about the file; empty where the file is to tell.

    delimiter : of a CSV, one letter
    encoding : Python's name of it
    header : whether the first row holds the columns' names
    sheet : of a workbook
    """

    delimiter: str = ""
    encoding: str = ""
    header: bool = True
    sheet: str = ""

    @property
    def words(self) -> list[str]:
        """The same as options of the command line, for a command that is suggested."""
        said = {"--delimiter": self.delimiter, "--encoding": self.encoding, "--sheet": self.sheet}
        words = [word for option, value in said.items() if value for word in (option, value)]
        return words if self.header else [*words, "--no-header"]


UNSAID = FileOptions()
"""Nothing said: the file is to tell all."""


@dataclass(frozen=True)
class Source:
    """A table file that can be queried.

    path : what the user calls it
    table : Table, of the engine
    rows : int, how many there are
    place : row (1 for the first data row) -> where it is, as a person would look for it; empty if nobody could
    file : what holds the bytes: the path, or a copy of what can be read only once
    delimiter : of a CSV; empty where cells have types of their own
    is_text : whether the engine reads text, which costs more than Parquet
    notes : sentences on how the file was read and what was left out
    options : FileOptions, what the user said
    """

    path: Path | Url
    table: Table
    rows: int
    place: Callable[[int], str]
    file: Path | Url
    delimiter: str = ""
    is_text: bool = True
    notes: tuple[str, ...] = ()
    options: FileOptions = UNSAID

    @property
    def sql(self) -> str:
        """What to put after FROM."""
        return self.table.sql

    @property
    def name(self) -> str:
        """The file's name, with a mark for each sign that is none or is not seen."""
        return "".join(sign if sign.isprintable() else "\ufffd" for sign in self.path.name)

    @property
    def columns(self) -> dict[str, str]:
        """Header -> type as DuckDB calls it, in the table's order."""
        return self.table.columns

    @property
    def row(self) -> str:
        """SQL of a row's number, from 1, the same each time."""
        return self.table.row

    def where(self, row: int) -> str:
        """Say where the row is (1 for the first data row), as a person would look for it."""
        place = self.place(row)
        return f"{self.path}: {place}" if place else str(self.path)


def find_rows(engine: Engine, source: Source, column: str, condition: str) -> tuple[int, int]:
    """Return the first row where a condition on a quoted column holds, and how many do; if 0, there is no first."""
    numbered = f'(SELECT {source.row} AS "#row", {column} FROM {source.sql})'
    row, count = engine.rows(f'SELECT min("#row"), count(*) FROM {numbered} WHERE {condition}')[0]
    return row, count


def count(number: int, noun: str) -> str:
    """Return "1 row", "2 rows"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def list_names(names: list[str]) -> str:
    """Return names for a message: the first of many, and how many more there are."""
    short = [name if len(name) <= 100 else f"{name[:100]}…" for name in names[:_LISTED]]
    return ", ".join(short) + (f" and {len(names) - _LISTED:,} more" if len(names) > _LISTED else "")
