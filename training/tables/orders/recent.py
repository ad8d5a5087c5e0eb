"""The rows of an order table's last days before one, without a look at all the others where the file allows that."""

import datetime

from ...engines.engine import Engine, Table, day_literal
from ...files.source import Source
from ..dates.dates import date_sql, is_date_type
from .columns import Choice, find_order_columns
from .rows import read_rows


def read_recent(engine: Engine, source: Source, choice: Choice, before: datetime.date, days: int) -> Table:
    """Read the rows of the last days up to the newest order that counts and is of before a day.

    Where dates have a type, only rows of these days are looked at, and what is wrong with others does not matter;
    unless the newest row does not count, such as an order that was cancelled. Texts have to be read all to find it.

    Parameters
    ----------
    engine : Engine
    source : Source
    choice : Choice
    before : datetime.date; the day after the latest that an order can be of, if that is earlier
    days : how many

    Returns
    -------
    Table with the columns customer, day and amount, all of before the day; of days before the last ones it may have
    rows, which need not be right

    Raises
    ------
    DataError
        As `read_rows` does.
    """
    if choice.latest < before:
        before = choice.latest + datetime.timedelta(days=1)
    columns = find_order_columns(source, choice)
    header = columns.roles["date"]
    if is_date_type(source, header) and not choice.date_format:
        newest = _newest(engine, f"SELECT {date_sql(engine, source, header)} AS day FROM {source.sql}", before)
        if newest is not None:
            within = f"day >= {day_literal(newest - datetime.timedelta(days=days - 1))} AND day < {day_literal(before)}"
            recent = read_rows(engine, source, columns, choice, within).table
            if _newest(engine, f"SELECT day FROM {recent.sql}", before) == newest:
                return _until(engine, recent, before)
    return _until(engine, read_rows(engine, source, columns, choice).table, before)


def _newest(engine: Engine, days: str, before: datetime.date) -> datetime.date | None:
    newest: datetime.date | None = engine.rows(
        f"SELECT max(day) FROM ({days}) AS days WHERE day < {day_literal(before)}"
    )[0][0]
    return newest


def _until(engine: Engine, orders: Table, before: datetime.date) -> Table:
    return engine.define(f"SELECT * FROM {orders.sql} WHERE day < {day_literal(before)}")
