"""Spark as the engine: tables that outgrow one machine, in files of any number, in buckets, or in a catalogue.

PySpark is optional (requirements-spark.txt). On this machine Spark uses all cores; submitted to a cluster, that.
"""

import codecs
import errno
import hashlib
import itertools
import logging
import os
import re
import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from py4j.protocol import Py4JError, Py4JJavaError
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from .cells import as_cells, names_as_cells
from .engine import UTC, Csv, EngineError, Table, Url, literal
from .hadoop import Files
from .unfinished import partial_name, unfinished

_SETTINGS = {
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.ansi.doubleQuotedIdentifiers": "true",
    "spark.sql.csv.parser.columnPruning.enabled": "false",  # or a ragged line may pass
}
_FUNCTIONS = (
    "days_between(first DATE, last DATE) RETURNS BIGINT RETURN CAST(datediff(last, first) AS BIGINT)",
    "number_of(text STRING) RETURNS BIGINT RETURN CAST(conv(substr(md5(text), 1, 7), 16, 10) AS BIGINT)",
    "place_of(text STRING, start BIGINT) RETURNS BIGINT RETURN aggregate("
    "array(named_struct('by', 16, 'factor', 2246822507), named_struct('by', 13, 'factor', 3266489909), "
    "named_struct('by', 16, 'factor', 1L)), "
    "aggregate(transform(split(text, ''), sign -> CAST(ascii(sign) AS BIGINT)), start, "
    "(h, sign) -> (h ^ sign) * 16777619 % 4294967296 * 16777619 % 4294967296), "
    "(h, round) -> CAST(CAST(h ^ shiftright(h, round.by) AS DECIMAL(20, 0)) * round.factor % 4294967296 AS BIGINT))",
)
_TYPES = {"string": "VARCHAR", "timestamp": "TIMESTAMP WITH TIME ZONE", "timestamp_ntz": "TIMESTAMP"}
_DATE_PARTS = {
    "%Y": "yyyy", "%y": "yy", "%m": "M", "%d": "d", "%b": "MMM", "%B": "MMMM", "%j": "DDD", "%a": "E", "%A": "EEEE",
    "%H": "H", "%I": "h", "%M": "m", "%S": "s", "%f": "SSSSSS", "%p": "a", "%z": "xx", "%%": "'%'",
}  # fmt: skip


class Spark:
    """A Spark session; a context manager that frees what it kept, and leaves Spark itself to the process."""

    name = "Spark"
    library = "pyspark"

    def __init__(self, time_zone: str = UTC) -> None:
        self.time_zone = time_zone
        self._session = _start()
        for setting, value in _SETTINGS.items():
            if setting.startswith("spark.sql."):
                self._session.conf.set(setting, value)
        self._session.conf.set("spark.sql.session.timeZone", time_zone)
        self._session.sparkContext.setLogLevel("OFF")  # its messages quote the table; what failed is in our errors
        for function in _FUNCTIONS:
            self._sql(f"CREATE TEMPORARY FUNCTION {function}")
        self._files = Files(self._session)
        self._kept: list[Any] = []
        self._names = map("table_{}".format, itertools.count(1))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for frame in self._kept:
            frame.unpersist()

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with _without_values():
            return [tuple(row) for row in self._sql(sql).collect()]

    def aggregate(self, sql: str) -> dict[str, Any]:
        with _without_values():
            frame = self._sql(sql)
            return dict(zip(frame.columns, frame.first(), strict=True))

    def matrix(self, sql: str) -> np.ndarray:
        return np.array(self.rows(sql), dtype=float)

    def keep(self, select: str, *, alone: bool = False) -> Table:  # noqa: ARG002 - DuckDB asks
        with _without_values():
            frame = self._sql(select).persist()
            self._kept.append(frame)
            return self._name(frame)

    def define(self, select: str) -> Table:
        with _without_values():
            return self._name(self._sql(select))

    def shrink(self) -> None:
        """Leave Java its memory: the driver holds none of the table."""

    def check_place(self, out: str) -> None:
        self._files.check_place(out)

    def write(self, select: str, out: str, *, keep_formulas: bool = False) -> None:
        """Write a folder of files, as Spark does."""
        out = out.rstrip("/")
        folder, slash, name = out.rpartition("/")
        files, partial = self._files.system(out), f"{folder}{slash}{partial_name()}"
        old, new = self._files.path(out), self._files.path(partial)
        self._session.sparkContext.setJobGroup(partial, f"write {name}")
        with unfinished(partial, lambda: self._remove(files, partial)), _without_values():
            if name.lower().endswith(".parquet"):
                self._sql(select).write.parquet(partial, compression="zstd")
            else:
                columns = _kinds(self._sql(select))
                names = self.rows(names_as_cells(columns, keep_formulas=keep_formulas))[0]
                cells = self._sql(as_cells(select, columns, names, keep_formulas=keep_formulas))
                cells.write.csv(partial, header=True, escape='"')
            files.delete(old, True)
            if not files.rename(new, old):
                raise OSError(errno.EIO, "Spark's output could not be moved there", out)

    def location(self, table: str) -> Url:
        return Url(table)

    def head(self, table: str, size: int) -> bytes:
        if self._catalogued(table):
            return b"PAR1"
        files, path = self._files.system(table), self._files.path(table)
        with _without_values():
            if not files.exists(path):
                raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), table)
            if files.getFileStatus(path).isDirectory():
                inside = [status.getPath() for status in files.listStatus(path) if status.isFile()]
                data = [file for file in inside if not file.getName().startswith(("_", "."))]
                if not data:
                    raise FileNotFoundError(errno.ENOENT, "a folder without files", table)
                path = data[0]
            stream = files.open(path)
            try:
                return bytes(stream.readNBytes(size))
            finally:
                stream.close()

    def parquet(self, table: str) -> Table:
        with _without_values():
            if self._catalogued(table):
                frame, row = self._session.table(table), "monotonically_increasing_id()"
            else:
                frame, row = self._session.read.parquet(table), "_metadata.row_index"
            return self._number(frame, row)

    def csv(self, table: str, csv: Csv) -> Table:
        """Describe a CSV; no cell of it may span lines, and blank lines before the header are skipped anyway."""
        if csv.encoding == "utf-16":
            raise EngineError(f"{table}: expected UTF-8 or one byte a letter for Spark, found UTF-16: save it as UTF-8")
        with _without_values():
            schema = ", ".join(f"`{name.replace('`', '``')}` STRING" for name in csv.columns)
            frame = self._session.read.csv(
                table,
                schema=schema,
                sep=csv.delimiter,
                header=True,
                escape='"',
                mode="FAILFAST",
                encoding=_java_charset(csv.encoding),
            )
            return self._number(frame, "monotonically_increasing_id()")

    def scratch(self) -> Path:
        raise EngineError("Spark reads no copies: leave out --engine spark")

    def digest(self, table: str) -> str:
        if Path(table).is_file():
            with Path(table).open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest()
        with _without_values():
            paths = self._session.table(table).inputFiles() if self._catalogued(table) else [table]
            files = self._session.read.format("binaryFile").load(paths).select("path", "length", "modificationTime")
            listing = sorted(map(str, files.collect()))
        return hashlib.sha256("\n".join(listing).encode()).hexdigest()

    def function(self, name: str, function: Callable[..., str], n_arguments: int) -> None:  # noqa: ARG002 - DuckDB asks
        with _without_values():
            self._session.udf.register(name, function)

    def count_different(self, column: str, low: int, high: int) -> str:  # noqa: ARG002 - DuckDB asks
        return f"count(DISTINCT {column})"

    def date(self, text: str, format_: str) -> str:
        pattern = literal(_java_pattern(format_))
        moment = f"try_to_timestamp({text}, {pattern})"
        if "%y" not in format_:
            return moment
        return f"CASE WHEN year({moment}) >= 2069 THEN {moment} - INTERVAL '100' YEAR ELSE {moment} END"

    def _remove(self, files: Any, partial: str) -> None:
        """Remove an output; if it is still being written, stop that first."""
        self._session.sparkContext.cancelJobGroup(partial)
        files.delete(self._files.path(partial), True)

    def _number(self, frame: Any, row: str) -> Table:
        """Make a table of a frame and the numbers of its rows, from 0, given as SQL."""
        named = self._name(frame.selectExpr("*", f"{row} + 1 AS file_row_number"))
        *columns, _ = named.columns.items()
        return Table(named.sql, dict(columns), "file_row_number")

    def _name(self, frame: Any) -> Table:
        name = next(self._names)
        frame.createTempView(name)
        return Table(name, _kinds(frame))

    def _sql(self, sql: str) -> Any:
        return self._session.sql(sql.replace("\\", "\\\\"))  # Spark reads a backslash in a literal as an escape

    def _catalogued(self, table: str) -> bool:
        return "/" not in table and not Path(table).exists() and bool(self._session.catalog.tableExists(table))


def _kinds(frame: Any) -> dict[str, str]:
    """Return the types of a frame's columns as DuckDB calls them."""
    return {column: _TYPES.get(kind, kind.upper()) for column, kind in frame.dtypes}


def _start() -> Any:
    submitted = "PYSPARK_GATEWAY_PORT" in os.environ  # by spark-submit: a Java runs already
    if not (submitted or os.environ.get("JAVA_HOME") or shutil.which("java")):
        raise EngineError("Spark needs Java 17 or newer: install it (Debian: apt-get install default-jre-headless)")
    logging.getLogger("SQLQueryContextLogger").setLevel(logging.CRITICAL)  # its messages quote the table
    name_host()
    builder = SparkSession.builder.appName("customer segments")
    for setting, value in _SETTINGS.items():
        builder = builder.config(setting, value)
    with _without_values():
        return builder.getOrCreate().newSession()


def name_host() -> None:
    """Have Spark take this machine by its local address where nobody knows its name, as on bare systems."""
    try:
        socket.getaddrinfo(socket.gethostname(), None)
    except OSError:
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")


def _java_pattern(format_: str) -> str:
    """Return the pattern of Java's DateTimeFormatter for one of `strptime`."""
    if format_ == "%Y%m%d":
        return "yyyyMMdd"  # nothing between them tells how many digits each has
    parts = re.findall("%.|[A-Za-z]+|[^%A-Za-z]+", format_)
    return "".join(_DATE_PARTS.get(part, f"'{part}'" if part.isalpha() else part) for part in parts)


def _java_charset(encoding: str) -> str:
    """Return Java's name of an encoding of Python's."""
    name = codecs.lookup(encoding).name
    return {"utf-8-sig": "utf-8", "iso8859-1": "iso-8859-1"}.get(name, name.replace("cp125", "windows-125")).upper()


@contextmanager
def _without_values() -> Iterator[None]:
    """Give Spark's errors, which may quote a customer's values, a message that does not."""
    try:
        yield
    except PySparkException as error:
        condition = error.getCondition() or type(error).__name__
        path = (error.getMessageParameters() or {}).get("path", "")
        raise EngineError(f"Spark gave up: {condition} {path}".rstrip()) from error
    except Py4JJavaError as error:
        raise EngineError(f"Spark gave up: {error.java_exception.getClass().getSimpleName()}") from error
    except (Py4JError, ConnectionError) as error:
        raise EngineError("Spark gave up: its Java process does not answer") from error
