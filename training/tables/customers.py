"""Turns the chosen columns of a table into clean rows of numbers, and says what had to be repaired or left out."""

from dataclasses import dataclass, field

from function.model import LARGEST, most_gaps

from ..engines.engine import KEY, WHOLE_NUMBERS, Engine, Table, identifier
from ..files.missing import filled
from ..files.source import DataError, Source, count
from .columns import Column, renamed
from .headers import find_id
from .ids import is_rounded
from .readings import AS_THE_TABLE_SAYS, Manner, read_features, read_value

_ID, _NTH, _GAPS, _CLEAN = '"#id"', '"#nth"', '"#gaps"', '"#clean"'
_VALUE = "#value"

PART = 25_000_000
"""Customers whose identifiers are told apart at a time: four times as many no longer fit the memory that DuckDB has."""


@dataclass(frozen=True)
class Customers:
    """Clean rows, one per customer.

    table : where they are in the engine: one double per feature, named as the feature, no nulls; `KEY`; and `value`
    columns : the features' columns
    rows : how many
    source, sha256 : the file's name and digest
    notes : sentences on what was repaired, left out or computed
    left_out : share of the table's rows that are not among the clean ones, 0 to 1
    value : column of what a customer is worth, null where that is not known; empty if there is none
    value_label : what it is called
    incomplete : rows with gaps, each of a customer who has no clean row: as `table`, but null where a value is missing,
        which at most half of the values are; None if there is none
    costliest : label of the column without which the fewest rows would have been left out, and what share that is;
        None if every column costs as much
    """

    table: Table
    columns: list[Column]
    rows: int
    source: str
    sha256: str
    notes: list[str] = field(default_factory=list)
    left_out: float = 0.0
    value: str = ""
    value_label: str = ""
    incomplete: Table | None = None
    costliest: tuple[str, float] | None = None


def clean(engine: Engine, source: Source, columns: list[Column], manner: Manner = AS_THE_TABLE_SAYS) -> Customers:
    """Read, check and repair the columns of a customer table.

    Parameters
    ----------
    engine : Engine, which then holds the clean rows
    source : Source
    columns : list of Column, the features
    manner : Manner, how cells are written where the table leaves it open, and what a customer is worth

    Returns
    -------
    Customers

    Raises
    ------
    DataError
        A cell holds text, a column is constant, a customer is there twice with different values, or no row is left.
    """
    columns, readings = read_features(engine, source, columns, manner)
    id_header = find_id(list(source.columns), [column.header for column in columns])
    worth = read_value(engine, source, manner)
    values = {column.name: readings[column.header].value for column in columns}
    numbers = _store(engine, source, values, id_header, worth)
    rounded = _rounded(engine, source, numbers, id_header)
    id_header = None if rounded else id_header
    usable, left_out = _usable(engine, numbers, columns)
    only, incomplete = _gaps(engine, numbers, columns) if left_out else ([], None)
    # Where all can be used the passes need not look at each value again.
    readable = engine.define(f"SELECT * FROM {numbers.sql} WHERE {_all_usable(columns)}") if left_out else numbers
    if not usable:
        why = " ".join(["", *left_out])
        raise DataError(f"{source.path}: expected customers, found no row with all of {_names(columns)}.{why}")
    kept = _list(columns, worth)
    unique = id_header is None or _all_differ(engine, readable, usable)
    repeated = 0 if unique else _repeated(engine, source, readable, kept, id_header or "")
    table = _each_once(engine, readable, kept, repeated=repeated > 0)
    rows = usable - repeated
    repairs = [f"{column.label}: {words} read." for column in columns for words in readings[column.header].repairs]
    once_more = [f"{count(repeated, 'row')} left out: the same customer with the same values once more."] * (
        repeated > 0
    )
    worthless = _worthless(engine, table, manner.value)
    return Customers(
        table,
        columns,
        rows,
        source.name,
        engine.digest(str(source.file)),
        [*source.notes, *renamed(columns), *rounded, *repairs, *left_out, *once_more, *worthless],
        left_out=1 - rows / source.rows,
        incomplete=_without_clean(engine, incomplete, readable, kept, has_id=id_header is not None),
        value=worth and _VALUE,
        value_label=manner.value,
        costliest=_costliest(columns, only, source.rows - rows, source.rows),
    )


def _rounded(engine: Engine, source: Source, numbers: Table, header: str | None) -> list[str]:
    """Say that ids do not tell customers apart, as they were rounded; nothing where they do."""
    is_text = header is not None and source.columns[header] == "VARCHAR"
    condition = is_rounded(source, header, _ID if is_text else "") if header else ""
    if not condition:
        return []
    table = numbers if is_text else source
    count = engine.rows(f"SELECT count(CASE WHEN {condition} THEN 1 END) FROM {table.sql}")[0][0]
    what = f"{count:,} ids have lost their last digits" if count > 1 else "1 id has lost its last digits"
    return [f"{header}: {what}, as numbers do in spreadsheets: each row counts as a customer."] if count else []


def _worthless(engine: Engine, table: Table, value: str) -> list[str]:
    """Say of how many customers it is not known what they are worth."""
    if not value:
        return []
    unknown = engine.rows(f"SELECT count(*) - count({identifier(_VALUE)}) FROM {table.sql}")[0][0]
    return [f"{value}: missing in {count(unknown, 'row')}, which count as 0 of the segments' value."] if unknown else []


def _store(engine: Engine, source: Source, values: dict[str, str], id_header: str | None, worth: str) -> Table:
    """Make a table of the rows' numbers: Parquet is read from its file again at each use, CSV is kept."""
    select = [f"{value} AS {identifier(name)}" for name, value in values.items()]
    select += [f"{_id(source, id_header)} AS {_ID}"] if id_header else []
    select += [f"{worth} AS {identifier(_VALUE)}"] if worth else []
    store = engine.keep if source.is_text else engine.define
    return store(f"SELECT {', '.join(select)}, {source.row} AS {KEY} FROM {source.sql}")


def _usable(engine: Engine, numbers: Table, columns: list[Column]) -> tuple[int, list[str]]:
    """Count the rows with a usable value in each column, and say how many have none."""
    rows, usable = engine.rows(
        f"SELECT count(*), count(CASE WHEN {_all_usable(columns)} THEN 1 END) FROM {numbers.sql}"
    )[0]
    if usable == rows:
        return usable, []
    names = [identifier(column.name) for column in columns]
    conditions = [f"{name} IS NULL OR isnan({name})" for name in names]
    conditions += [f"abs({name}) > {LARGEST} AND NOT isnan({name})" for name in names]
    counts = ", ".join(f"count(CASE WHEN {condition} THEN 1 END)" for condition in conditions)
    missing = engine.rows(f"SELECT {counts} FROM {numbers.sql}")[0]
    reasons = [f"{column.label.lower()} is missing" for column in columns]
    reasons += [f"{column.label.lower()} is infinite or beyond 1e15" for column in columns]
    gaps = zip(missing, reasons, strict=True)
    sentences = [f"{count(number, 'row')} left out: {why}." for number, why in gaps if number]
    return usable, sentences


def _gaps(engine: Engine, numbers: Table, columns: list[Column]) -> tuple[list[int], Table | None]:
    """Count for each column the rows that only it keeps from being usable, and find the rows that lack little."""
    names = [identifier(column.name) for column in columns]
    missing = [f"({name} IS NULL OR isnan({name}))" for name in names]
    bad = [
        f"CASE WHEN {gap} OR abs({name}) > {LARGEST} THEN 1 ELSE 0 END"
        for gap, name in zip(missing, names, strict=True)
    ]
    gaps = " + ".join(f"CASE WHEN {gap} THEN 1 ELSE 0 END" for gap in missing)
    lacking = f"{' + '.join(bad)} = {gaps} AND {gaps} BETWEEN 1 AND {most_gaps(len(columns))}"
    only = [f"count(CASE WHEN {own} = 1 AND {' + '.join(bad)} = 1 THEN 1 END)" for own in bad]
    *counts, incomplete = engine.rows(
        f"SELECT {', '.join(only)}, count(CASE WHEN {lacking} THEN 1 END) FROM {numbers.sql}"
    )[0]
    if not incomplete:
        return counts, None
    values = [f"CASE WHEN NOT {gap} THEN {name} END AS {name}" for gap, name in zip(missing, names, strict=True)]
    others = [name for name in numbers.columns if name not in {column.name for column in columns}]
    select = ", ".join([*values, *map(identifier, others), f"{gaps} AS {_GAPS}"])
    return counts, engine.define(f"SELECT {select} FROM {numbers.sql} WHERE {lacking}")


def _without_clean(
    engine: Engine, incomplete: Table | None, readable: Table, names: str, *, has_id: bool
) -> Table | None:
    """Return the rows with gaps of customers without a clean row, of each the one with the fewest gaps."""
    if incomplete is None or not has_id:
        return incomplete
    among = f"{_ID} IN (SELECT {_ID} FROM {incomplete.sql})"
    clean_ones = f"(SELECT DISTINCT {_ID} AS {_CLEAN} FROM {readable.sql} WHERE {among}) AS clean_ones"
    nth = f"row_number() OVER (PARTITION BY {_ID} ORDER BY {_GAPS}, {KEY}) AS {_NTH}"
    numbered = f"(SELECT {names}, {_ID}, {nth} FROM {incomplete.sql}) AS numbered"
    return engine.define(
        f"SELECT {names} FROM {numbered} LEFT JOIN {clean_ones} ON {_ID} = {_CLEAN} "
        f"WHERE {_CLEAN} IS NULL AND ({_ID} IS NULL OR {_NTH} = 1)"
    )


def _costliest(columns: list[Column], only: list[int], left_out: int, rows: int) -> tuple[str, float] | None:
    """Return the column without which the fewest rows were left out, and what share that would be."""
    most = max(only, default=0)
    if len(columns) < 2 or not most:
        return None
    return columns[only.index(most)].label, (left_out - most) / rows


def _all_usable(columns: list[Column]) -> str:
    names = [identifier(column.name) for column in columns]
    return " AND ".join(f"abs({name}) <= {LARGEST} AND NOT isnan({name})" for name in names)


def _each_once(engine: Engine, readable: Table, names: str, *, repeated: bool) -> Table:
    """Return the clean rows, each customer once."""
    if not repeated:
        return engine.define(f"SELECT {names}, {KEY} FROM {readable.sql}")
    nth = f"row_number() OVER (PARTITION BY {_ID} ORDER BY {KEY}) AS {_NTH}"
    numbered = f"(SELECT {names}, {KEY}, {_ID}, {nth} FROM {readable.sql}) AS numbered"
    return engine.keep(f"SELECT {names}, {KEY} FROM {numbered} WHERE {_ID} IS NULL OR {_NTH} = 1")


def _id(source: Source, header: str) -> str:
    """Return SQL of what tells customers apart; whole numbers as they are, which are compared faster than texts."""
    return identifier(header) if WHOLE_NUMBERS.fullmatch(source.columns[header]) else filled(source, header)


def _all_differ(engine: Engine, readable: Table, rows: int) -> bool:
    """Return True where no two customers have one number or one hash: numbers are counted faster than texts."""
    parts = 1 + rows // PART
    key, number = f"hash({_ID})", "count(DISTINCT key)"
    if WHOLE_NUMBERS.fullmatch(readable.columns[_ID.strip('"')]):
        low, high = engine.rows(f"SELECT coalesce(min({_ID}), 0), coalesce(max({_ID}), 0) FROM {readable.sql}")[0]
        key, number = _ID, engine.count_different("key", low, high)
    keys = f"(SELECT {key} AS key FROM {readable.sql} WHERE {_ID} IS NOT NULL) AS keys"
    differ = f"SELECT count(*) = {number} FROM {keys} WHERE abs(key % {parts}) ="
    return all(engine.rows(f"{differ} {part}")[0][0] for part in range(parts))


def _repeated(engine: Engine, source: Source, readable: Table, names: str, id_header: str) -> int:
    """Count the rows that repeat a customer; a customer with two different sets of values is refused."""
    ids = f"FROM {readable.sql} WHERE {_ID} IS NOT NULL"
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
        f"({count(versions - distinct, 'row')} like it); keep one row per customer, or use --orders if each row is "
        "an order"
    )


def _list(columns: list[Column], worth: str) -> str:
    names = [column.name for column in columns] + ([_VALUE] if worth else [])
    return ", ".join(map(identifier, names))


def _names(columns: list[Column]) -> str:
    return " and ".join(identifier(column.header) for column in columns)
