"""DuckDB inside this process: the engine that is always there."""

import errno
import hashlib
import inspect
import itertools
import re
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import duckdb

from .cells import as_cells, names_as_cells
from .engine import UTC, Csv, EngineError, Table, identifier, literal
from .output import check_folder
from .unfinished import scratch_folder, whole
from .watchdog import watched

if TYPE_CHECKING:
    import numpy as np

MEMORY = 256 * 2**20
"""Bytes that DuckDB may hold before it spills to disk; where a query needs more, it gets twice as much and so on, up to
four fifths of the machine's memory (or of the container's)."""

_LITTLE = 96 * 2**20  # bytes: enough for passes that group by segments
_FEW = 2  # threads for a query that needs more memory
_VECTOR, _ROW_GROUP = 2048, 122_880  # rows: the least that DuckDB writes as a Parquet row group, and what it writes
_BITS = 2**27  # of a string that marks which whole numbers there are: 16 MiB for each thread
_BUFFER = 8 * 1024 * 1024  # of readers; of DuckDB's CSV reader for each thread


_NO_SPACE = re.compile("No space left|max_temp_directory_size|temporary directory", re.IGNORECASE)
_FUNCTIONS = (
    r"regexp_replace(text, pattern, new) AS system.main.regexp_replace(text, pattern, replace(new, '$', '\'), 'g')",
    "regexp_like(text, pattern) AS regexp_matches(text, pattern)",
    "days_between(first, last) AS last - first",
    # DuckDB's own is false where Parquet counts no NaN; a branch that no row takes costs nothing
    "isnan(value) AS CASE WHEN isfinite(value) THEN false ELSE NOT isinf(value) END",
    "number_of(text) AS CAST('0x' || substr(md5(text), 1, 7) AS BIGINT)",
    "place_of(text, start) AS list_reduce([68719476736 + 2246822507, 55834574848 + 3266489909, 68719476736 + 1]"
    "::UBIGINT[], lambda h, round: xor(h, h >> (round >> 32)) * (round & 4294967295) % 4294967296, "
    "list_reduce(list_transform(string_split(text, ''), lambda sign: unicode(sign)::UBIGINT), "
    "lambda h, sign: xor(h, sign) * 637696617 & 4294967295, start::UBIGINT))",  # for two bytes: 16777619 squared
)


class DuckDB:
    """DuckDB with a scratch folder of its own; a context manager that removes the folder.

    Parameters
    ----------
    within : Path of a folder; if given, nothing outside of it is opened but the scratch folder
    """

    name = "DuckDB"
    library = "duckdb"

    def __init__(self, time_zone: str = UTC, within: Path | None = None) -> None:
        self.time_zone, self._within, self._limit = time_zone, within, MEMORY
        with ExitStack() as stack:
            self._folder = stack.enter_context(scratch_folder())
            self._connection = duckdb.connect(config={"temp_directory": str(self._folder)})
            stack.callback(self._connection.close)
            self._set_up()
            self._confine()
            self._stack = stack.pop_all()
        self._names = map("table_{}".format, itertools.count(1))
        self._functions: list[str] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for name in self._functions:  # or the process complains of them at its end
            self._connection.remove_function(name)
        self._stack.close()

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        rows: list[tuple[Any, ...]] = self._run(sql, duckdb.DuckDBPyConnection.fetchall)
        return rows

    def aggregate(self, sql: str) -> dict[str, Any]:
        row = self._run(sql, duckdb.DuckDBPyConnection.fetchone)
        names = [column[0] for column in self._connection.description or []]
        return dict(zip(names, row or [], strict=True))

    def matrix(self, sql: str) -> "np.ndarray":
        import numpy as np  # noqa: PLC0415 - most commands read no matrix

        columns = self._run(sql, duckdb.DuckDBPyConnection.fetchnumpy)
        return np.column_stack([np.asarray(values, dtype=float) for values in columns.values()])

    def keep(self, select: str, *, alone: bool = False) -> Table:
        """Store a query's result.

        Of two threads each makes a table of all groups, so one alone takes half the memory and half the processor
        time, and hardly longer; from three on DuckDB divides the rows instead.
        """
        return self._create("TABLE", select, 1 if alone and self._threads <= _FEW else None)

    def define(self, select: str) -> Table:
        return self._create("VIEW", select)

    def shrink(self) -> None:
        """Lay tables that are kept aside but for what fits into a little memory; passes over them need no more."""
        if self._limit <= _LITTLE:
            return
        with suppress(duckdb.OutOfMemoryException):  # what cannot be laid aside stays
            self._connection.execute(f"SET memory_limit = '{_LITTLE}B'")
            self._limit = _LITTLE

    def check_place(self, out: str) -> None:
        check_folder(Path(out))

    def write(self, select: str, out: str, *, keep_formulas: bool = False) -> None:
        path = Path(out)
        if path.suffix.lower() == ".parquet":
            form = f"FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {self._row_group(select)}"
        else:
            form = "FORMAT csv, HEADER"
            columns = self._columns(select)
            names = self.rows(names_as_cells(columns, keep_formulas=keep_formulas))[0]
            select = as_cells(select, columns, names, keep_formulas=keep_formulas)
        with whole(path) as partial:
            copy = f"COPY ({select}) TO {literal(str(partial.absolute()))} ({form}, USE_TMP_FILE false)"
            try:
                self._run(copy, threads=1)
            except EngineError as error:
                if not isinstance(error.__cause__, duckdb.IOException):
                    raise
                raise OSError(errno.EIO, str(error.__cause__).rsplit(": ", 1)[-1]) from error

    def location(self, table: str) -> Path:
        if self._within and not Path(table).resolve().is_relative_to(self._within.resolve()):
            raise EngineError(f"{table}: expected a file in the folder of --within, found one elsewhere")
        return Path(table)

    def head(self, table: str, size: int) -> bytes:
        with Path(table).open("rb") as file:
            return file.read(size)

    def parquet(self, table: str) -> Table:
        sql = f"read_parquet({_verbatim(table)}, hive_partitioning=false)"
        columns = self._columns(f"SELECT * FROM {sql}")
        row = "row_number() OVER ()"
        if "file_row_number" not in map(str.lower, columns):  # DuckDB has no other name for its own
            sql, row = f"{sql[:-1]}, file_row_number=true)", "file_row_number + 1"
        cells = self._cells(sql, columns)
        if cells == [(name, kind, identifier(name)) for name, kind in columns.items()]:
            return Table(sql, columns, row)
        select = ", ".join(f"{value} AS {identifier(name)}" for name, _, value in cells)
        number = ", file_row_number" if row.startswith("file_row_number") else ""
        return Table(f"(SELECT {select}{number} FROM {sql})", {name: kind for name, kind, _ in cells}, row)

    def _cells(self, sql: str, columns: Mapping[str, str]) -> list[tuple[str, str, str]]:
        """Return name, type and SQL of each column: bytes that are text are, and objects are taken apart as in JSON."""
        texts = self._texts_as_bytes(sql, columns)
        cells = [
            (name, "VARCHAR", f"decode({identifier(name)})") if name in texts else (name, kind, identifier(name))
            for name, kind in columns.items()
        ]
        while any(map(_is_object, cells)):
            cells = [part for cell in cells for part in (self._parts(sql, cell) if _is_object(cell) else [cell])]
        names = [name.lower() for name, *_ in cells]
        alone = [names.count(name) == 1 for name in names]
        return cells if all(alone) else [(name, kind, identifier(name)) for name, kind in columns.items()]

    def _parts(self, sql: str, cell: tuple[str, str, str]) -> list[tuple[str, str, str]]:
        name, _, value = cell
        fields = self._columns(f"SELECT unnest({value}) FROM {sql}")
        return [
            (f"{name}.{field}", kind, f"struct_extract({value}, {literal(field)})") for field, kind in fields.items()
        ]

    def _texts_as_bytes(self, sql: str, columns: Mapping[str, str]) -> list[str]:
        """Return the columns of bytes that are text, which some programs do not say of theirs."""
        blobs = [name for name, kind in columns.items() if kind == "BLOB"]
        looks = ", ".join(f"count(TRY(decode({name}))) = count({name})" for name in map(identifier, blobs))
        are = self.rows(f"SELECT {looks} FROM {sql}")[0] if blobs else ()
        return [name for name, is_text in zip(blobs, are, strict=True) if is_text]

    def csv(self, table: str, csv: Csv) -> Table:
        typed = ", ".join(f"{literal(name)}: {literal(kind)}" for name, kind in csv.columns.items())
        line_ends = "new_line='\\n', " if csv.is_copy else ""
        sql = (
            f"read_csv({_verbatim(table)}, delim={literal(csv.delimiter)}, quote='\"', escape='\"', comment='', "
            f"header=false, skip={csv.skip}, strict_mode=true, {line_ends}buffer_size={_BUFFER}, auto_detect=false, "
            f"compression='none', hive_partitioning=false, columns={{{typed}}})"
        )
        return Table(sql, dict(csv.columns), "row_number() OVER ()")

    def scratch(self) -> Path:
        return self._folder / next(self._names)

    def digest(self, table: str) -> str:
        digest = hashlib.sha256()
        with Path(table).open("rb") as file:
            while part := file.read(_BUFFER):  # much at once: between two parts other threads may take their time
                digest.update(part)
        return digest.hexdigest()

    def function(self, name: str, function: Callable[..., str], n_arguments: int) -> None:
        def called(*cells: str) -> str:
            return function(*cells)

        places = [inspect.Parameter(f"cell_{place}", inspect.Parameter.POSITIONAL_ONLY) for place in range(n_arguments)]
        called.__signature__ = inspect.Signature(places)  # type: ignore[attr-defined]  # DuckDB counts them
        if name in self._functions:
            self._connection.remove_function(name)
        else:
            self._functions.append(name)
        self._connection.create_function(name, called, ["VARCHAR"] * n_arguments, "VARCHAR")

    def count_different(self, column: str, low: int, high: int) -> str:
        """Mark each value in a string of bits where that is short: a seventh of the time of a table of all values."""
        if high - low >= _BITS:
            return f"count(DISTINCT {column})"
        return f"coalesce(bit_count(bitstring_agg({column}, {low}, {high})), 0)"

    def date(self, text: str, format_: str) -> str:
        return f"try_strptime({text}, {literal(format_)})"

    def _set_up(self) -> None:
        memory = "SELECT parse_formatted_bytes(current_setting('memory_limit')), current_setting('threads')"
        self._most, self._threads = self._connection.execute(memory).fetchone() or (MEMORY, 1)
        self._most = min(self._most, _share_of_limit())
        self._limit = min(MEMORY, self._most)
        for statement in (
            "SET enable_progress_bar = false",
            f"SET TimeZone = {literal(self.time_zone)}",
            f"SET memory_limit = '{self._limit}B'",
            *(f"CREATE MACRO {function}" for function in _FUNCTIONS),
        ):
            self._connection.execute(statement)

    def _confine(self) -> None:
        if self._within:
            folders = ", ".join(literal(str(folder)) for folder in (self._within.absolute(), self._folder))
            self._connection.execute(f"SET allowed_directories = [{folders}]")
            self._connection.execute("SET enable_external_access = false")  # it cannot be switched on again

    def _create(self, kind: str, select: str, threads: int | None = None) -> Table:
        name = next(self._names)
        self._run(f"CREATE {kind} {name} AS {select}", threads=threads)
        return Table(name, self._columns(f"SELECT * FROM {name}"))

    def _run(
        self, sql: str, fetch: Callable[[duckdb.DuckDBPyConnection], Any] = lambda _: None, threads: int | None = None
    ) -> Any:
        """Run a statement; where memory runs out, or all threads wait for each other's, again with more for few.

        One only where they wait, else two: with one thread DuckDB divides groups into fewer parts, and the figures of
        10 million customers, for which two need 256 MiB, ended in want of memory at 768.

        Raises
        ------
        EngineError
            The machine's memory, the disk or DuckDB itself is at its end.
        """
        self._connection.execute(f"SET threads = {threads or self._threads}")
        try:
            with _without_values(), watched(self._connection.interrupt) as stuck:
                return fetch(self._connection.execute(sql))
        except EngineError as error:
            wants_more = isinstance(error.__cause__, duckdb.OutOfMemoryException) or stuck()
            if not wants_more or self._limit >= self._most:
                raise
        self._limit = self._most if stuck() else min(2 * self._limit, self._most)
        self._connection.execute(f"SET memory_limit = '{self._limit}B'")
        return self._run(sql, fetch, threads=1 if stuck() else min(threads or self._threads, _FEW))

    def _row_group(self, select: str) -> int:
        """Return so many rows that a row group, which is held in memory, has about two million cells."""
        columns = len(self._columns(select))
        return max(_VECTOR, min(_ROW_GROUP, 2_000_000 // columns // _VECTOR * _VECTOR))

    def _columns(self, select: str) -> dict[str, str]:
        return {name: kind for name, kind, *_ in self.rows(f"DESCRIBE {select}")}


def _is_object(cell: tuple[str, str, str]) -> bool:
    return cell[1].startswith("STRUCT(") and not cell[1].endswith("]")


def _share_of_limit() -> int:
    """Return the bytes that DuckDB may have of what this process may have: the other half is for all else."""
    try:
        import resource  # noqa: PLC0415 - Windows has none
    except ImportError:
        return sys.maxsize
    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    return sys.maxsize if limit == resource.RLIM_INFINITY else limit // 2


def _verbatim(path: str) -> str:
    """Quote a path for SQL; DuckDB would read a pattern, a protocol or a home folder out of some names."""
    return literal(re.sub(r"[*?\[]", r"[\g<0>]", str(Path(path).absolute())))


@contextmanager
def _without_values() -> Iterator[None]:
    """Give DuckDB's errors, which may quote a customer's values, a message that does not."""
    try:
        yield
    except duckdb.Error as error:
        raise EngineError(_reason(error)) from error


def _reason(error: duckdb.Error) -> str:
    """Say what DuckDB lacks and what to do, without what it read."""
    folder = tempfile.gettempdir()
    if _NO_SPACE.search(str(error)):
        return f"no space left in {folder}: free some, or name a folder on a larger disk by TMPDIR"
    if isinstance(error, duckdb.OutOfMemoryException):
        return "the machine's memory is not enough: choose fewer columns, or a machine with more memory"
    if isinstance(error, duckdb.InterruptException):
        return "DuckDB stopped working on a query and was ended: run the command again, and report it if it recurs"
    kind = type(error).__name__.removesuffix("Exception")
    return f"DuckDB gave up ({kind}): is a file that it reads damaged? Write it again, and report this if it recurs"
