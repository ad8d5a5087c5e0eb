"""Turns the chosen columns of a table into clean rows of numbers, and says what had to be repaired or left out."""

from dataclasses import dataclass, field

from .cells import LARGEST, Reading, read_columns, refuse_text
from .engine import KEY, Engine, identifier
from .features import Column, find_id
from .tables import DataError, Source, check_rows

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
    notes = [f"{column.label}: {words} read." for column in columns for words in readings[column.header].repairs]
    notes += _left_out(engine, source, columns, readings)
    rows, duplicates = _store(engine, source, columns, readings)
    notes += duplicates
    if not rows:
        raise DataError(f"{source.path}: expected customers, found no row with all of {_names(columns)}")
    return Customers(columns, rows, source.path.name, engine.digest(str(source.path)), notes, 1 - rows / total)


def _left_out(engine: Engine, source: Source, columns: list[Column], readings: dict[str, Reading]) -> list[str]:
    """Count the rows without a usable value, column by column."""
    select = []
    for number, column in enumerate(columns):
        value = readings[column.header].value
        select.append(f"count(*) FILTER (WHERE ({value}) IS NULL) AS missing_{number}")
        select.append(f"count(*) FILTER (WHERE abs({value}) > {LARGEST}) AS infinite_{number}")
    counts = engine.aggregate(f"SELECT {', '.join(select)} FROM {source.sql}")
    sentences = []
    for number, column in enumerate(columns):
        for kind, why in (("missing", "is missing"), ("infinite", "is infinite or beyond 1e15")):
            count = counts[f"{kind}_{number}"]
            if count:
                sentences.append(f"{_rows(count)} left out: {column.label.lower()} {why}.")
    return sentences


def _store(
    engine: Engine, source: Source, columns: list[Column], readings: dict[str, Reading]
) -> tuple[int, list[str]]:
    """Put the clean rows into the engine: Parquet is read from its file again at each use, CSV is kept as numbers."""
    id_header = find_id(list(source.columns), columns)
    select = [f"{readings[column.header].value} AS {identifier(column.name)}" for column in columns]
    usable = " AND ".join(f"abs({identifier(column.name)}) <= {LARGEST}" for column in columns)
    id_column = [f"CAST({identifier(id_header)} AS STRING) AS customer_key"] if id_header else []
    store = engine.keep if source.delimiter else engine.define
    row = f"{source.row} AS {KEY}"
    store(
        "readable", f"SELECT * FROM (SELECT {', '.join([*select, *id_column, row])} FROM {source.sql}) WHERE {usable}"
    )
    names = ", ".join(identifier(column.name) for column in columns)
    count = int(engine.rows("SELECT count(*) FROM readable")[0][0])
    repeated = _repeated(engine, source, names, id_header) if id_header else 0
    if not repeated:
        engine.define(VIEW, f"SELECT {names}, {KEY} FROM readable")
        return count, []
    nth = f"row_number() OVER (PARTITION BY customer_key ORDER BY {KEY}) AS nth"
    numbered = f"(SELECT {names}, {KEY}, customer_key, {nth} FROM readable) AS numbered"
    engine.keep(VIEW, f"SELECT {names}, {KEY} FROM {numbered} WHERE customer_key IS NULL OR nth = 1")
    return count - repeated, [f"{_rows(repeated)} left out: the same customer with the same values once more."]


def _repeated(engine: Engine, source: Source, names: str, id_header: str) -> int:
    """Count the rows that repeat a customer; a customer with two different sets of values is refused."""
    ids = "FROM readable WHERE customer_key IS NOT NULL"
    if engine.rows(f"SELECT count(*) = count(DISTINCT hash(customer_key)) {ids}")[0][0]:
        return 0  # no two hashes alike, no two customers alike; and numbers are counted faster than texts
    repeated, distinct = engine.rows(
        f"SELECT count(*) - count(DISTINCT customer_key), count(DISTINCT customer_key) {ids}"
    )[0]
    versions = engine.rows(f"SELECT count(*) FROM (SELECT DISTINCT customer_key, {names} {ids})")[0][0]
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
