"""The table that says who was written to and who was held back, as `holdout` writes it, read back to be measured."""

import datetime
from dataclasses import dataclass

from ..engines.engine import Engine, Table, identifier
from ..tables.headers import find_contacts, find_id
from ..tables.missing import filled
from ..tables.source import DataError, Source
from .scored import choose_column, require_columns

COLUMNS = ("campaign", "group", "findable", "share", "day")
"""What `holdout` adds to a scored table: the campaign's name, "treated" or "control", whether the customer could be
found, the share that was to be held back and the day of the draw."""

_NEEDED = ("segment_id", "segment", "segment_name", *COLUMNS)


@dataclass(frozen=True)
class Assignment:
    """Who was written to and who was held back.

    table : columns customer (text, once each), segment_id, segment, segment_name and control (boolean), of everyone who
        could be found
    campaign : its name
    share : share of customers that was to be held back, 0 to 1
    day : of the draw
    left_out : customers who could not be found
    """

    table: Table
    campaign: str
    share: float
    day: datetime.date
    left_out: int


def open_assignment(engine: Engine, source: Source, key: str = "") -> Assignment:
    """Read an assignment and check that it is one.

    Parameters
    ----------
    engine : Engine
    source : Source, as `holdout` wrote it
    key : header of the column that names a customer as the orders do, if it is not to be found by its name

    Returns
    -------
    Assignment

    Raises
    ------
    DataError
        A column is missing, a customer is in both groups or there twice, or there are several campaigns.
    """
    require_columns(source, _NEEDED, "; measure the file that `holdout` wrote")
    key = choose_column(source.path, source.columns, key, "--key") or find_id(list(source.columns), _NEEDED) or ""
    if not key:
        raise DataError(
            f"{source.path}: expected a column that names customers as the orders do, found none; name it with --key"
        )
    everyone = _everyone(engine, source, key)
    campaign, share, day = _one_draw(engine, source, everyone)
    _check_customers(engine, source, everyone, key)
    left_out = engine.rows(f"SELECT count(*) FROM {everyone.sql} WHERE NOT findable")[0][0]
    columns = "customer, segment_id, segment, segment_name, control"
    findable = engine.define(f"SELECT {columns} FROM {everyone.sql} WHERE findable")
    return Assignment(findable, campaign, share, day, left_out)


def as_in_orders(table: Source | Table, key: str) -> str:
    """Return SQL of who a customer is as a table of orders is read: e-mail addresses are in small letters."""
    customer = filled(table, key)
    return f"lower({customer})" if "email" in find_contacts([key]) else customer


def _everyone(engine: Engine, source: Source, key: str) -> Table:
    text = {name: f"CAST({identifier(name)} AS STRING)" for name in _NEEDED}
    return engine.keep(
        f"SELECT {as_in_orders(source, key)} AS customer, CAST(segment_id AS INTEGER) AS segment_id, segment, "
        f"segment_name, "
        f"{text['group']} AS group_name, {text['group']} = 'control' AS control, "
        f"lower({text['findable']}) = 'true' AS findable, coalesce({text['campaign']}, '') AS campaign, "
        f"CAST(share AS DOUBLE) AS share, CAST(day AS DATE) AS day FROM {source.sql}"
    )


def _one_draw(engine: Engine, source: Source, everyone: Table) -> tuple[str, float, datetime.date]:
    odd = engine.rows(
        f"SELECT count(*) FROM {everyone.sql} WHERE group_name IS NULL OR group_name NOT IN ('treated', 'control')"
    )[0][0]
    if odd:
        raise DataError(
            f'{source.path}: column "group": expected treated or control, found something else in {odd:,} rows'
        )
    draws = engine.rows(f"SELECT DISTINCT campaign, share, day FROM {everyone.sql} LIMIT 2")
    if len(draws) != 1:
        campaigns = "several" if draws else "no customer"
        raise DataError(
            f"{source.path}: expected one campaign, drawn once, found {campaigns}; measure each file of "
            "`holdout` by itself"
        )
    campaign, share, day = draws[0]
    return campaign, share, day


def _check_customers(engine: Engine, source: Source, everyone: Table, key: str) -> None:
    rows, named, different, pairs = engine.rows(
        "SELECT count(*), count(customer), count(DISTINCT customer), "
        "(SELECT count(*) FROM (SELECT DISTINCT customer, control "
        f"FROM {everyone.sql} WHERE customer IS NOT NULL) AS pairs) FROM {everyone.sql}"
    )[0]
    where = f"{source.path}: column {identifier(key)}"
    if named < rows:
        raise DataError(
            f"{where}: expected a customer in each row, found none in {rows - named:,}; name another with --key"
        )
    if pairs > different:
        raise DataError(
            f"{where}: expected each customer in one group, found {pairs - different:,} in both: what they bought "
            "cannot be told apart; draw again with `holdout`"
        )
    if different < rows:
        raise DataError(
            f"{where}: expected each customer once, found {rows - different:,} again; name another column with --key"
        )
