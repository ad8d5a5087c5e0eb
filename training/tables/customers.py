"""Turns the chosen columns of a table into clean rows of numbers, and says what had to be repaired or left out."""

from dataclasses import dataclass, field

from ..engines.engine import KEY, Engine, identifier
from .columns import Column, find_id
from .numbers import LARGEST, Reading, read_columns, refuse_text
from .source import DataError, Source, check_rows

_ID, _NTH = '"#id"', '"#nth"'

PART = 25_000_000
"""Customers whose identifiers are told apart at a time: four times as many no longer fit the memory that DuckDB has."""

VIEW = "customers"
"""Name of the clean table inside the engine: one double a feature, named as the feature, no nulls; and `KEY`."""


@dataclass(frozen=True)
class Customers:
    """Clean rows, one a customer, in the engine under the name `VIEW`.

    columns : the features' columns
    rows : how many
    source, sha256 : the file's name and digest
    notes : sentences on what was repaired, left out or computed
    left_out : share of the table's rows that could not be used, 0 to 1
    """

    columns: list[Column]
    rows: int
    source: str
    sha256: str
    notes: list[str] = field(default_factory=list)
    left_out: float = 0.0


def clean(engine: Engine, source: Source, columns: list[Column], decimal: str = "") -> Customers:
    """Read, check and repair the columns of a customer table.

    Parameters
    ----------
    engine : Engine, which then holds the clean rows under the name `VIEW`
    source : Source
    columns : list of Column, the features
    decimal : "point" or "comma" where the table leaves it open

    Returns
    -------
    Customers

    Raises
    ------
    DataError
        A cell holds text, a column is constant, a customer is there twice with different values, or no row is left.
    """
    source, total = check_rows(engine, source)
    readings = read_columns(engine, source, [column.header for column in columns], decimal)
    for column in columns:
        refuse_text(engine, source, column.header, readings[column.header])
    id_header = find_id(list(source.columns), columns)
    _store(engine, source, columns, readings, id_header)
    notes = [f"{column.label}: {words} read." for column in columns for words in readings[column.header].repairs]
    usable, left_out = _usable(engine, columns)
    repeated = _define(engine, source, columns, id_header, usable)
    rows, notes = usable - repeated, notes + left_out
    if repeated:
        notes.append(f"{_rows(repeated)} left out: the same customer with the same values once more.")
    if not rows:
        why = " ".join(["", *left_out])
        raise DataError(f"{source.path}: expected customers, found no row with all of {_names(columns)}.{why}")
    return Customers(columns, rows, source.path.name, engine.digest(str(source.path)), notes, 1 - rows / total)


def _store(
    engine: Engine, source: Source, columns: list[Column], readings: dict[str, Reading], id_header: str | None
) -> None:
    """Put the rows' numbers into the engine: Parquet is read from its file again at each use, CSV is kept."""
    select = [f"{readings[column.header].value} AS {identifier(column.name)}" for column in columns]
    select += [f"CAST({identifier(id_header)} AS STRING) AS {_ID}"] if id_header else []
    store = engine.keep if source.delimiter else engine.define
    store("numbers", f"SELECT {', '.join(select)}, {source.row} AS {KEY} FROM {source.sql}")


def _usable(engine: Engine, columns: list[Column]) -> tuple[int, list[str]]:
    """Count the rows with a usable value in each column, and say how many have none."""
    names = [identifier(column.name) for column in columns]
    conditions = [f"{name} IS NULL OR isnan({name})" for name in names]
    conditions += [f"abs({name}) > {LARGEST} AND NOT isnan({name})" for name in names]
    conditions.append(_all_usable(columns))
    counts = ", ".join(f"count(CASE WHEN {condition} THEN 1 END)" for condition in conditions)
    *found, usable = engine.rows(f"SELECT {counts} FROM numbers")[0]
    reasons = [f"{column.label.lower()} is missing" for column in columns]
    reasons += [f"{column.label.lower()} is infinite or beyond 1e15" for column in columns]
    sentences = [f"{_rows(count)} left out: {why}." for count, why in zip(found, reasons, strict=True) if count]
    return usable, sentences


def _all_usable(columns: list[Column]) -> str:
    return " AND ".join(f"abs({identifier(column.name)}) <= {LARGEST}" for column in columns)


def _define(engine: Engine, source: Source, columns: list[Column], id_header: str | None, usable: int) -> int:
    """Name the clean rows `VIEW`, each customer once, and return how many of the usable rows repeated one."""
    names = ", ".join(identifier(column.name) for column in columns)
    engine.define("readable", f"SELECT * FROM numbers WHERE {_all_usable(columns)}")
    repeated = _repeated(engine, source, names, id_header) if id_header and not _all_differ(engine, usable) else 0
    if not repeated:
        engine.define(VIEW, f"SELECT {names}, {KEY} FROM readable")
        return 0
    nth = f"row_number() OVER (PARTITION BY {_ID} ORDER BY {KEY}) AS {_NTH}"
    numbered = f"(SELECT {names}, {KEY}, {_ID}, {nth} FROM readable) AS numbered"
    engine.keep(VIEW, f"SELECT {names}, {KEY} FROM {numbered} WHERE {_ID} IS NULL OR {_NTH} = 1")
    return repeated


def _all_differ(engine: Engine, rows: int) -> bool:
    """Return True where no two customers have one hash, thus one identifier: numbers are counted faster than texts."""
    parts = 1 + rows // PART
    hashes = f"(SELECT hash({_ID}) AS h FROM readable WHERE {_ID} IS NOT NULL) AS hashes"
    differ = f"SELECT count(*) = count(DISTINCT h) FROM {hashes} WHERE abs(h % {parts}) ="
    return all(engine.rows(f"{differ} {part}")[0][0] for part in range(parts))


def _repeated(engine: Engine, source: Source, names: str, id_header: str) -> int:
    """Count the rows that repeat a customer; a customer with two different sets of values is refused."""
    ids = f"FROM readable WHERE {_ID} IS NOT NULL"
    repeated, distinct = engine.rows(f"SELECT count(*) - count(DISTINCT {_ID}), count(DISTINCT {_ID}) {ids}")[0]
    versions = engine.rows(f"SELECT count(*) FROM (SELECT DISTINCT {_ID}, {names} {ids})")[0][0]
    if versions == distinct:
        return int(repeated)
    header = identifier(id_header)
    row = engine.rows(
        f"SELECT min(row) FROM (SELECT row, count(*) OVER (PARTITION BY key ORDER BY row) AS nth FROM "
        f"(SELECT {source.row} AS row, {header} AS key FROM {source.sql})) WHERE nth = 2"
    )[0][0]
    raise DataError(
        f"{source.where(row)}: column {header}: expected each customer once, found one again with other values "
        f"({_rows(versions - distinct)} like it); keep one row a customer, or use --orders if each row is an order"
    )


def _names(columns: list[Column]) -> str:
    return " and ".join(identifier(column.header) for column in columns)


def _rows(count: int) -> str:
    return f"{count:,} {'row' if count == 1 else 'rows'}"
