"""How the columns that become features are read: numbers, answers, and dates as days before a day."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace

from function.model import LARGEST

from ..engines.engine import Engine, identifier, literal
from ..files.source import DataError, Source, list_names
from .columns import Column
from .dates.dates import date_sql, is_date, is_date_type
from .numbers import Reading, read_columns, refuse_text


@dataclass(frozen=True)
class Manner:
    """What the user said about columns and how their cells are written; empty or None where the table is to tell.

    decimal : "point" or "comma"
    date_format : formats of dates, tried in turn
    as_of : the day that dates among the features count to
    value : header of what a customer is worth; empty for none
    """

    decimal: str = ""
    date_format: Sequence[str] = ()
    as_of: datetime.date | None = None
    value: str = ""


AS_THE_TABLE_SAYS = Manner()


def read_value(engine: Engine, source: Source, manner: Manner) -> str:
    """Return SQL of what a customer is worth, null where that is missing or beyond 1e15; empty for no column of it.

    Raises
    ------
    DataError
        There is no such column, or it holds text.
    """
    header = manner.value
    if not header:
        return ""
    if header not in source.columns:
        raise DataError(
            f"{source.path}: --value: expected a column {identifier(header)}, found {list_names(list(source.columns))}"
        )
    reading = read_columns(engine, source, [header], manner.decimal)[header]
    refuse_text(engine, source, header, reading)
    return f"CASE WHEN abs({reading.value}) <= {LARGEST} AND NOT isnan({reading.value}) THEN {reading.value} END"


def read_features(
    engine: Engine, source: Source, columns: list[Column], manner: Manner
) -> tuple[list[Column], dict[str, Reading]]:
    """Decide how the cells of the features' columns are read.

    Returns
    -------
    columns : list of Column; a date has become days, and numbers with % have that unit
    readings : dict from header to Reading

    Raises
    ------
    DataError
        A cell is not a number, or a column holds dates and no day is given that they count to.
    """
    dates = {column.header for column in columns if is_date_type(source, column.header)}
    others = [column for column in columns if column.header not in dates]
    units = {column.header: column.unit for column in others}
    readings = read_columns(engine, source, list(units), manner.decimal, units)
    for column in others:
        if readings[column.header].bad != "false" and is_date(engine, source, column.header):
            dates.add(column.header)
        else:
            refuse_text(engine, source, column.header, readings[column.header])
    read = [
        _as_days(source, column, manner.as_of)
        if column.header in dates
        else replace(column, unit=column.unit or readings[column.header].unit)
        for column in columns
    ]
    readings |= {column.header: _days(engine, source, column, manner) for column in read if column.header in dates}
    return read, readings


def _as_days(source: Source, column: Column, as_of: datetime.date | None) -> Column:
    """Return the column as days before a day: the one that was given, else the model's."""
    day = as_of.isoformat() if as_of else column.day
    if day is None:
        raise DataError(
            f"{source.path}: column {identifier(column.header)}: holds dates; say with --as-of DAY to which day their "
            "days count, such as --as-of 2024-12-31"
        )
    if column.day:
        return replace(column, day=day)
    return Column(column.header, f"{column.name}_days", f"Days since {column.label.lower()}", "days", day)


def _days(engine: Engine, source: Source, column: Column, manner: Manner) -> Reading:
    day = date_sql(engine, source, column.header, manner.date_format)
    value = f"CAST(days_between({day}, DATE {literal(column.day or '')}) AS DOUBLE)"
    return Reading(value, "false", "", [f"dates as days before {column.day}"])
