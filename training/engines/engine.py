"""Where the SQL runs: what training needs of an engine, and what all engines share.

What training asks of a table is to aggregate it, to sample it, and to write what a query finds; no more than the sample
ever leaves the engine. The SQL is common to all engines; what they have no common words for are methods of theirs.
"""

import datetime
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, Self

if TYPE_CHECKING:
    import numpy as np  # no command waits for it that does not use it

KEY = '"#key"'
"""Name of the column of whole numbers that tell a table's rows apart, the same each time; samples are drawn by it."""

WHOLE_NUMBERS = re.compile(r"U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?")
"""Types of columns, as DuckDB calls them."""

UTC = "UTC"
"""The time zone in which instants have their day unless another is asked for."""


class EngineError(Exception):
    """An engine gave up; the message holds no value of the table."""


class Table(NamedTuple):
    """A table that an engine can read: a file, or what a query made of one.

    sql : what to put after FROM
    columns : header -> type as DuckDB calls it, in the table's order
    row : of a file, SQL of a row's number, from 1, the same each time
    """

    sql: str
    columns: dict[str, str]
    row: str = ""


@dataclass(frozen=True)
class Csv:
    """How the bytes of a CSV become rows.

    columns : header -> type as DuckDB calls it, in order
    delimiter : one letter
    encoding : Python's name of it; UTF-8 but with Spark
    skip : lines before the data
    is_copy : whether the file was written by training: all cells quoted, lines that end in LF
    """

    columns: Mapping[str, str]
    delimiter: str
    encoding: str = "utf-8-sig"
    skip: int = 0
    is_copy: bool = False


class Engine(Protocol):
    r"""What training needs of an engine; a context manager that leaves nothing behind.

    Its SQL has the functions `regexp_like` and `regexp_replace` as `matches` and `replaced` call them,
    `days_between(first, last)`, `number_of(text)`, a whole number made of a text's MD5, and `place_of(text, start)`,
    where a text of ASCII is in the draw of groups (FNV-1a from a start, then the finishing steps of MurmurHash3). All
    methods raise `EngineError` where the engine gives up.
    """

    name: str
    library: str
    time_zone: str  # in which an instant has its day

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query with a small result."""
        ...

    def aggregate(self, sql: str) -> dict[str, Any]:
        """Return the one row of a query as a dict from column to value."""
        ...

    def matrix(self, sql: str) -> "np.ndarray":
        """Return the result of a query of numbers, as an array of shape (n_rows, n_columns)."""
        ...

    def keep(self, select: str, *, alone: bool = False) -> Table:
        """Store the result of a query as a table in the engine; `alone` where it groups few rows for two threads."""
        ...

    def define(self, select: str) -> Table:
        """Make a table of a query, which is run from its file again at each use."""
        ...

    def shrink(self) -> None:
        """Give back memory that only the queries so far needed; a later one that needs more than is left gets more."""
        ...

    def check_place(self, out: str) -> None:
        """Find out whether `out` is where something can be written, before the work for it; raises OSError."""
        ...

    def write(self, select: str, out: str, *, keep_formulas: bool = False) -> None:
        """Write a query's result as CSV or Parquet, as the name ends, whole or not at all; raises OSError.

        In a CSV, texts that a spreadsheet would run are defused, unless `keep_formulas`.
        """
        ...

    def location(self, table: str) -> "Path | Url":
        """Return where a table is."""
        ...

    def head(self, table: str, size: int) -> bytes:
        """Return a table's first bytes; none of a table in the engine's catalogue. Raises OSError."""
        ...

    def parquet(self, table: str) -> Table:
        """Find out about a Parquet table or one of the catalogue."""
        ...

    def csv(self, table: str, csv: Csv) -> Table:
        """Describe a CSV."""
        ...

    def scratch(self) -> Path:
        """Return the path of a new file that goes when the engine does."""
        ...

    def digest(self, table: str) -> str:
        """Return the SHA-256 of a file in hexadecimal; of a table of many files, that of their names, sizes, times."""
        ...

    def function(self, name: str, function: Callable[..., str], n_arguments: int) -> None:
        """Make a function of Python one of SQL: texts in, none of them null, a text out."""
        ...

    def count_different(self, column: str, low: int, high: int) -> str:
        """Return SQL of how many different values a column of whole numbers has, all of them from low to high."""
        ...

    def date(self, text: str, format_: str) -> str:
        """Return SQL of the moment that a text means, written as `strptime` has it; null if it is written otherwise."""
        ...


class Url(str):
    """Where a table is that is not a file of this machine; used like a path."""

    @property
    def name(self) -> str:
        """The last part."""
        return self.rstrip("/").rpartition("/")[2]


def matches(text: str, pattern: str) -> str:
    """Return SQL of whether a pattern matches the whole of a text."""
    whole = rf"^(?:{pattern})\z"
    return f"regexp_like({text}, {literal(whole)})"


def one_of(text: str, words: Iterable[str]) -> str:
    """Return SQL of whether a text is one of some words.

    A pattern: a list after IN becomes a join in DuckDB, which is made for every row and column, asked for or not.
    """
    return matches(text, "|".join(map(re.escape, words)))


def replaced(text: str, pattern: str, new: str = "") -> str:
    """Return SQL of a text, new wherever a pattern matches; in what is new, $1 is what the first group matches."""
    return f"regexp_replace({text}, {literal(pattern)}, {literal(new)})"


def identifier(name: str) -> str:
    """Quote a column's name for SQL."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Quote a text for SQL."""
    return "'" + text.replace("'", "''") + "'"


def day_literal(day: datetime.date) -> str:
    """Write a day for SQL."""
    return f"CAST({literal(day.isoformat())} AS DATE)"
