"""DuckDB inside this process: the engine that is always there."""

import errno
import hashlib
import itertools
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import duckdb
import numpy as np

from .engine import Csv, EngineError, Table, identifier, literal

MEMORY_LIMIT = "96MB"
"""What DuckDB may hold before it spills to disk."""


_BUFFER = 8 * 1024 * 1024  # of readers; of DuckDB's CSV reader for each thread


_FUNCTIONS = (
    "replace_all(text, pattern, new) AS regexp_replace(text, pattern, new, 'g')",
    "days_between(first, last) AS last - first",
    "number_of(text) AS CAST('0x' || substr(md5(text), 1, 7) AS BIGINT)",
)


class DuckDB:
    """DuckDB with a scratch folder of its own; a context manager that removes the folder."""

    name = "DuckDB"
    library = "duckdb"

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="segments-")
        self._connection = duckdb.connect(
            str(Path(self._folder.name) / "scratch.duckdb"),
            config={"memory_limit": MEMORY_LIMIT, "temp_directory": self._folder.name},
        )
        for statement in ("SET enable_progress_bar = false", *(f"CREATE MACRO {function}" for function in _FUNCTIONS)):
            self._connection.execute(statement)
        self._names = map("table_{}".format, itertools.count(1))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()
        self._folder.cleanup()

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with _without_values():
            return self._connection.execute(sql).fetchall()

    def aggregate(self, sql: str) -> dict[str, Any]:
        with _without_values():
            cursor = self._connection.execute(sql)
            names = [column[0] for column in cursor.description or []]
            return dict(zip(names, cursor.fetchone() or [], strict=True))

    def matrix(self, sql: str) -> np.ndarray:
        with _without_values():
            columns = self._connection.execute(sql).fetchnumpy()
        return np.column_stack([np.asarray(values, dtype=float) for values in columns.values()])

    def keep(self, select: str) -> Table:
        return self._create("TABLE", select)

    def define(self, select: str) -> Table:
        return self._create("VIEW", select)

    def write(self, select: str, out: str) -> None:
        path = Path(out)
        partial = path.with_name(f".{path.name}.partial")
        form = "FORMAT parquet, COMPRESSION zstd" if path.suffix.lower() == ".parquet" else "FORMAT csv, HEADER"
        try:
            with _without_values():
                self._connection.execute(f"COPY ({select}) TO {literal(str(partial))} ({form})")
            partial.replace(path)
        except EngineError as error:
            if not isinstance(error.__cause__, duckdb.IOException):
                raise
            raise OSError(errno.EIO, str(error.__cause__).rsplit(": ", 1)[-1], str(path)) from error
        finally:
            partial.unlink(missing_ok=True)

    def location(self, table: str) -> Path:
        return Path(table)

    def head(self, table: str, size: int) -> bytes:
        with Path(table).open("rb") as file:
            return file.read(size)

    def parquet(self, table: str) -> Table:
        sql = f"read_parquet({_verbatim(table)}, file_row_number=true, hive_partitioning=false)"
        return Table(sql, self._columns(f"SELECT * EXCLUDE file_row_number FROM {sql}"), "file_row_number + 1")

    def csv(self, table: str, csv: Csv) -> Table:
        typed = ", ".join(f"{literal(name)}: {literal(kind)}" for name, kind in csv.columns.items())
        line_ends = "new_line='\\n', " if csv.is_copy else ""
        sql = (
            f"read_csv({_verbatim(table)}, delim={literal(csv.delimiter)}, quote='\"', escape='\"', comment='', "
            f"header=false, skip={csv.skip}, strict_mode=true, {line_ends}buffer_size={_BUFFER}, auto_detect=false, "
            f"compression='none', hive_partitioning=false, columns={{{typed}}})"
        )
        return Table(sql, dict(csv.columns), "row_number() OVER ()")

    def count(self, table: Table) -> int:
        counts = "".join(f", count({identifier(header)})" for header in table.columns)
        return int(self.rows(f"SELECT count(*){counts} FROM {table.sql}")[0][0])

    def scratch(self) -> Path:
        return Path(self._folder.name) / next(self._names)

    def digest(self, table: str) -> str:
        digest = hashlib.sha256()
        with Path(table).open("rb") as file:
            while part := file.read(_BUFFER):  # much at once: between two parts other threads may take their time
                digest.update(part)
        return digest.hexdigest()

    def date(self, text: str, format_: str) -> str:
        return f"try_strptime({text}, {literal(format_)})"

    def _create(self, kind: str, select: str) -> Table:
        name = next(self._names)
        with _without_values():
            self._connection.execute(f"CREATE {kind} {name} AS {select}")
        return Table(name, self._columns(f"SELECT * FROM {name}"))

    def _columns(self, select: str) -> dict[str, str]:
        return {name: kind for name, kind, *_ in self.rows(f"DESCRIBE {select}")}


def _verbatim(path: str) -> str:
    """Quote a path for SQL; DuckDB would read a pattern, a protocol or a home folder out of some names."""
    return literal(re.sub(r"[*?\[]", r"[\g<0>]", str(Path(path).absolute())))


@contextmanager
def _without_values() -> Iterator[None]:
    """Give DuckDB's errors, which may quote a customer's values, a message that does not."""
    try:
        yield
    except duckdb.Error as error:
        kind = type(error).__name__.removesuffix("Exception")
        raise EngineError(f"DuckDB gave up ({kind}): is there enough space in {tempfile.gettempdir()}?") from error
