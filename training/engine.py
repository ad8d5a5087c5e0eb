"""Where the SQL runs: DuckDB inside this process, on files that may be larger than memory.

What training asks of a table is to aggregate it, to sample it, and to write what a query finds; no more than the sample
ever leaves the engine.
"""

import errno
import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import duckdb
import numpy as np

MEMORY_LIMIT = "160MB"
"""What DuckDB may hold before it spills to disk."""

_SHARES = 1_000_000

Error = duckdb.Error


class Engine:
    """DuckDB with a scratch folder of its own; a context manager that removes the folder."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="segments-")
        self._connection = duckdb.connect(
            str(Path(self._folder.name) / "scratch.duckdb"),
            config={"memory_limit": MEMORY_LIMIT, "temp_directory": self._folder.name},
        )
        self._connection.execute("SET enable_progress_bar = false")

    def __enter__(self) -> "Engine":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()
        self._folder.cleanup()

    def aggregate(self, sql: str) -> dict[str, Any]:
        """Return the one row of a query as a dict from column to value."""
        cursor = self._connection.execute(sql)
        names = [column[0] for column in cursor.description or []]
        return dict(zip(names, cursor.fetchone() or [], strict=True))

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query with a small result."""
        return self._connection.execute(sql).fetchall()

    def matrix(self, sql: str) -> np.ndarray:
        """Return the result of a query of numbers, as an array of shape (n_rows, n_columns)."""
        columns = self._connection.execute(sql).fetchnumpy()
        return np.column_stack([np.asarray(values, dtype=float) for values in columns.values()])

    def sample(self, columns: Sequence[str], table: str, key: str, share: float, random_state: int) -> np.ndarray:
        """Return some columns of about a share of a table's rows, the same rows each time.

        Parameters
        ----------
        columns : sequence of str, of numbers
        table : str
        key : str, column that tells rows apart
        share : float, 0 to 1
        random_state : int

        Returns
        -------
        ndarray of shape (n_rows, n_columns)
        """
        chosen = f"hash({identifier(key)}, {random_state}) % {_SHARES} < {int(share * _SHARES)}"
        where = "" if share >= 1 else f" WHERE {chosen}"
        return self.matrix(f"SELECT {', '.join(map(identifier, columns))} FROM {table}{where}")

    def keep(self, name: str, select: str) -> None:
        """Store the result of a query as a table in the scratch folder."""
        self._connection.execute(f"CREATE TABLE {name} AS {select}")

    def write(self, select: str, path: Path) -> None:
        """Write a query's result to a CSV or Parquet file, as the path ends, whole or not at all; raises OSError."""
        partial = path.with_name(f".{path.name}.partial")
        form = "FORMAT parquet, COMPRESSION zstd" if path.suffix.lower() == ".parquet" else "FORMAT csv, HEADER"
        try:
            self._connection.execute(f"COPY ({select}) TO {literal(str(partial))} ({form})")
            partial.replace(path)
        except duckdb.IOException as error:
            raise OSError(errno.EIO, str(error).rsplit(": ", 1)[-1], str(path)) from error
        finally:
            partial.unlink(missing_ok=True)

    def define(self, name: str, select: str) -> None:
        """Name a query, to be run from the file again at each use."""
        self._connection.execute(f"CREATE VIEW {name} AS {select}")


def identifier(name: str) -> str:
    """Quote a column's name for SQL."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Quote a text for SQL."""
    return "'" + text.replace("'", "''") + "'"
