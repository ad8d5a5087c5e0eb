"""Tables that `score` wrote, read back: each customer with segment, nearness to a border and what they are worth."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from ..engines.engine import WHOLE_NUMBERS, Engine, Table, identifier
from ..files.missing import PLAIN, filled, plainness
from ..files.source import DataError, Source, count, find_rows
from ..tables.contacts import find_filled_id
from ..tables.ids import refuse_unclear
from ..tables.number_cells import TRUE, says
from ..tables.numbers import read_columns, refuse_text

SEGMENT = ("segment_id", "segment", "segment_name")
NEEDED = (*SEGMENT, "borderline", "model")
"""Columns of `score` that are read back."""

_ID = "TRY_CAST(TRY_CAST(segment_id AS DOUBLE) AS INTEGER)"
"""SQL of a segment's id, also where a program or a spreadsheet has made 1.0 of 1."""

_ADVICE = "; score the table with this version first: python -m training score TABLE OUT"

ALIKE = (
    "check that both tables name customers alike: 7, 7.0 and 007, or C7 and c7, are different customers in a table of "
    "text"
)
"""What to do where two tables have no customer in common."""

VALUES = ("monetary", "value", "revenue", "total_spent")
"""Headers of what a customer is worth, the first that a table has."""


@dataclass(frozen=True)
class Scored:
    """A scored table inside the engine.

    table : columns "#customer" (text, once each), "#segment" (id or null), "#near" (whether near a border), "#value"
        (double or null) and those of the file, each under its header
    headers : columns of the file
    rows, without_id : customers, and rows that name none
    model : hash of the model that scored it
    key, value : headers of the customer's number and of what a customer is worth; value may be empty
    has_plain_ids : whether all who are named are so by ASCII without spaces
    source : the file's name
    """

    table: Table
    headers: list[str]
    rows: int
    without_id: int
    model: str
    key: str
    value: str
    has_plain_ids: bool
    source: str


def open_scored(engine: Engine, source: Source, key: str = "", value: str = "") -> Scored:
    """Read a scored table and check that it is one.

    Parameters
    ----------
    engine : Engine
    source : Source, as `score` wrote it
    key : header of the customer's number, if it is not to be found by its name
    value : header of what a customer is worth, likewise

    Returns
    -------
    Scored

    Raises
    ------
    DataError
        A column is missing, several models scored the table, or a customer is there twice.
    """
    require_columns(source, NEEDED, _ADVICE)
    key = choose_column(source.path, source.columns, key, "--key")
    key = key or find_filled_id(engine, source, list(source.columns), NEEDED) or ""
    if not key:
        raise DataError(f"{source.path}: expected a column that says who a customer is, found none; name it with --key")
    refuse_unclear(engine, source, key, "--key")
    value = choose_column(source.path, source.columns, value, "--value")
    value = value or next((name for name in VALUES if name in source.columns), "")
    customer, rows, customers, models, has_plain_ids = _count(engine, source, key)
    table = _table(engine, source, customer, value)
    if customers < rows:
        raise DataError(
            f"{source.path}: column {identifier(key)}: expected each customer once, found {rows - customers:,} "
            "again; keep one row per customer, or name another column with --key"
        )
    if not rows:
        raise DataError(f"{source.path}: expected customers, found no row with {identifier(key)}")
    return Scored(
        table,
        list(source.columns),
        rows,
        source.rows - rows,
        _model(source, *models),
        key,
        value,
        has_plain_ids,
        source.name,
    )


def require_columns(source: Source, names: Sequence[str], advice: str) -> None:
    """Raise DataError if a table lacks one of the columns, with advice on what to do."""
    missing = [name for name in names if name not in source.columns]
    if missing:
        listed = " and ".join(filter(None, [", ".join(missing[:-1]), missing[-1]]))
        columns = "column" if len(missing) == 1 else "columns"
        raise DataError(f"{source.path}: expected the {columns} {listed}, found none{advice}")


def choose_column(name: object, columns: Collection[str], header: str, option: str) -> str:
    """Return the column that an option names, empty for none; raises DataError if the table of that name lacks it."""
    if header and header not in columns:
        raise DataError(
            f"{name}: {option}: expected one of the columns, found no {identifier(header)} among {', '.join(columns)}"
        )
    return header


def _count(engine: Engine, source: Source, key: str) -> tuple[str, int, int, tuple[Any, Any], bool]:
    """Return SQL of who a row's customer is, how many rows have one, how many there are, the first and last model.

    And whether all ids are plain. What most columns of text are, no rule changes: one pass shows it, and counts.
    """

    def counts(customer: str, look: str) -> tuple[Any, ...]:
        return engine.rows(
            f"SELECT count({customer}), count(DISTINCT {customer}), min(model), max(model), {look} FROM {source.sql}"
        )[0]

    if source.columns[key] == "VARCHAR":
        rows, customers, *models, least_plain = counts(identifier(key), f"min({plainness(key)})")
        if least_plain:
            return identifier(key), rows, customers, (models[0], models[1]), least_plain == PLAIN
    customer = filled(source, key)
    rows, customers, *models, _ = counts(customer, "true")
    is_whole = WHOLE_NUMBERS.fullmatch(source.columns[key]) is not None
    return customer, rows, customers, (models[0], models[1]), is_whole


def _table(engine: Engine, source: Source, customer: str, value: str) -> Table:
    worth = "CAST(NULL AS DOUBLE)"
    if value:
        reading = read_columns(engine, source, [value])[value]
        refuse_text(engine, source, value, reading)
        worth = reading.value
    cells = ", ".join(identifier(header) for header in source.columns)
    segment = segment_id(engine, source)
    return engine.define(
        f'SELECT {cells}, {customer} AS "#customer", {segment} AS "#segment", '
        f'{says("borderline", TRUE)} AS "#near", {worth} AS "#value" '
        f"FROM {source.sql} WHERE {customer} IS NOT NULL"
    )


def _model(source: Source, first: object, last: object) -> str:
    """Return the one model of a table, of which these are the first and the last."""
    if first is None or first != last:
        several_or_none = "none" if first is None else "several"
        raise DataError(
            f"{source.path}: column model: expected one model, found {several_or_none}; score the whole table with one"
        )
    return str(first)


def read_segments(engine: Engine, source: Source) -> list[tuple[int, str, str]]:
    """Return id, slug and name of the segments of a scored table, in the order of their ids."""
    require_columns(source, SEGMENT, _ADVICE)
    rows = engine.rows(
        f"SELECT DISTINCT {segment_id(engine, source)} AS id, segment, segment_name "
        f"FROM {source.sql} WHERE {_ID} IS NOT NULL ORDER BY id, segment, segment_name"
    )
    return with_one_name([(int(number), slug, name) for number, slug, name in rows])


def segment_id(engine: Engine, source: Source) -> str:
    """Return SQL of the id of a row's segment, null of none.

    Raises
    ------
    DataError
        A cell holds something else.
    """
    if WHOLE_NUMBERS.fullmatch(source.columns["segment_id"]):
        return "CAST(segment_id AS INTEGER)"
    odd = f"{filled(source, 'segment_id')} IS NOT NULL AND coalesce(TRY_CAST(segment_id AS DOUBLE) <> {_ID}, true)"
    row, odd_rows = find_rows(engine, source, "segment_id", odd)
    if odd_rows:
        raise DataError(
            f"{source.where(row)}: column segment_id: expected whole numbers, found something else in "
            f"{count(odd_rows, 'row')}; take the file as `score` or `holdout` wrote it"
        )
    return _ID


def with_one_name(segments: Sequence[tuple[int, str, str]]) -> list[tuple[int, str, str]]:
    """Return the id, slug and name of different segments, as given; raises DataError where an id has several names."""
    names: dict[int, str] = {}
    for number, _, name in segments:
        if number in names:
            raise DataError(
                f"segment {number}: expected one name, found {names[number]} and {name}: rows of two models "
                "were put together, or names changed; take the files as `score` or `holdout` wrote them"
            )
        names[number] = name
    return list(segments)


def position_of(segments: Sequence[tuple[int, str, str]]) -> str:
    """Return SQL of a row's position among the segments, from 0; null for none."""
    cases = " ".join(f"WHEN {number} THEN {position}" for position, (number, _, _) in enumerate(segments))
    return f"CASE {_ID} {cases} END"
