"""The table that says who was written to and who was held back, as `holdout` writes it, read back to be measured."""

import datetime
from dataclasses import dataclass
from typing import Any

from ..engines.engine import Engine, Table, identifier
from ..files.missing import filled, plainest
from ..files.source import DataError, Source, count
from ..tables.addresses import address
from ..tables.contacts import find_filled_id
from ..tables.dates.dates import date_sql
from ..tables.headers import find_contacts
from ..tables.ids import refuse_unclear
from ..tables.number_cells import FALSE, TRUE, says
from .scored import choose_column, require_columns, segment_id

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
    key = choose_column(source.path, source.columns, key, "--key")
    key = key or find_filled_id(engine, source, list(source.columns), _NEEDED) or ""
    if not key:
        raise DataError(
            f"{source.path}: expected a column that names customers as the orders do, found none; name it with --key"
        )
    refuse_unclear(engine, source, key, "--key")
    everyone = _everyone(engine, source, key)
    counts = _count(engine, everyone)
    campaign, share, day = _one_draw(source, counts)
    _check_customers(engine, source, everyone, key, counts)
    columns = "customer, segment_id, segment, segment_name, control"
    findable = engine.define(f"SELECT {columns} FROM {everyone.sql} WHERE findable")
    return Assignment(findable, campaign, share, day, counts["rows"] - counts["findable"])


def as_in_orders(engine: Engine, table: Source | Table, key: str) -> str:
    """Return SQL of who a customer is as a table of orders is read: e-mail addresses are written alike."""
    return address(engine, table, key) if _is_address(key) else filled(table, key)


def _is_address(key: str) -> bool:
    return "email" in find_contacts([key])


def _everyone(engine: Engine, source: Source, key: str) -> Table:
    """Return the rows; those of a file of text are taken apart once."""
    text = {name: f"CAST({identifier(name)} AS STRING)" for name in _NEEDED}
    share = text["share"] if source.columns["share"] != "VARCHAR" else f"replace({text['share']}, ',', '.')"
    customer = address(engine, source, key) if _is_address(key) else plainest(engine, source, key)
    store = engine.keep if source.is_text else engine.define
    return store(
        f"SELECT {customer} AS customer, "
        f"{segment_id(engine, source)} AS segment_id, segment, segment_name, "
        f"{text['group']} AS group_name, {text['group']} = 'control' AS control, "
        f"{says('findable', TRUE)} AS findable, {says('findable', TRUE + FALSE)} AS is_said, "
        f"coalesce({text['campaign']}, '') AS campaign, "
        f"TRY_CAST({share} AS DOUBLE) AS share, {_day(engine, source)} AS day "
        f"FROM {source.sql}"
    )


def _day(engine: Engine, source: Source) -> str:
    """Return SQL of the day of the draw, also where a spreadsheet wrote it in its own way."""
    day = f"TRY_CAST({identifier('day')} AS DATE)"
    if engine.rows(f"SELECT count({identifier('day')}) = count({day}) FROM {source.sql}")[0][0]:
        return day
    try:
        return date_sql(engine, source, "day")
    except DataError as error:
        raise DataError(
            f"{source.path}: column day: expected days such as 2026-12-31, found them in another way, which may be "
            "read in two; measure the file that `holdout` wrote, as it was"
        ) from error


def _count(engine: Engine, everyone: Table) -> dict[str, Any]:
    """Return in one pass what there is of rows, customers, groups and draws."""
    same_in_all = ("campaign", "share", "day")
    ends = ", ".join(f"min({name}) AS {name}, max({name}) AS last_{name}" for name in same_in_all)
    return engine.aggregate(
        "SELECT count(*) AS rows, count(customer) AS named, count(DISTINCT customer) AS customers, "
        "count(CASE WHEN findable THEN 1 END) AS findable, "
        "count(CASE WHEN group_name IN ('treated', 'control') THEN 1 END) AS in_groups, "
        f"count(CASE WHEN is_said THEN 1 END) AS said, count(share) AS shares, count(day) AS days, {ends} "
        f"FROM {everyone.sql}"
    )


def _one_draw(source: Source, counts: dict[str, Any]) -> tuple[str, float, datetime.date]:
    rows = counts["rows"]
    if odd := rows - counts["in_groups"]:
        raise DataError(
            f'{source.path}: column "group": expected treated or control, found something else in {count(odd, "row")}'
        )
    if odd := rows - counts["said"]:
        raise DataError(
            f'{source.path}: column "findable": expected true or false, found something else in {count(odd, "row")}'
        )
    if gaps := 2 * rows - counts["shares"] - counts["days"]:
        raise DataError(
            f"{source.path}: columns share and day: expected both in each row, found {count(gaps, 'cell')} without; "
            "measure the file that `holdout` wrote"
        )
    campaign, share, day = (counts[name] for name in ("campaign", "share", "day"))
    if not rows or (campaign, share, day) != tuple(counts[f"last_{name}"] for name in ("campaign", "share", "day")):
        campaigns = "several" if rows else "no customer"
        raise DataError(
            f"{source.path}: expected one campaign, drawn once, found {campaigns}; measure each file of "
            "`holdout` by itself"
        )
    if not 0 < share < 1:
        raise DataError(
            f"{source.path}: column share: expected the share that was held back, above 0 and below 1, found {share:g}"
        )
    return campaign, share, day


def _check_customers(engine: Engine, source: Source, everyone: Table, key: str, counts: dict[str, Any]) -> None:
    where = f"{source.path}: column {identifier(key)}"
    rows, named, customers = (counts[name] for name in ("rows", "named", "customers"))
    if named < rows:
        raise DataError(
            f"{where}: expected a customer in each row, found none in {rows - named:,}; name another with --key"
        )
    if customers == rows:
        return
    pairs = engine.rows(f"SELECT count(*) FROM (SELECT DISTINCT customer, control FROM {everyone.sql}) AS pairs")[0][0]
    if pairs > customers:
        raise DataError(
            f"{where}: expected each customer in one group, found {pairs - customers:,} in both: what they bought "
            "cannot be told apart; draw again with `holdout`"
        )
    raise DataError(
        f"{where}: expected each customer once, found {rows - customers:,} again; name another column with --key"
    )
