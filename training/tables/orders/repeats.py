"""Amounts that an order table tells more than once: on each row of an order, or in rows of several kinds."""

from dataclasses import dataclass
from typing import NamedTuple

from ...engines.engine import WHOLE_NUMBERS, Engine, Table, identifier, literal
from ...files.source import DataError, Source, list_names
from .cells import ROW
from .columns import LINE, ORDER, OrderColumns, amount_is_of, looks_like_order_ids, may_be_of_orders
from .states import MOST_WORDS

_NEARLY_ALL = 0.9
"""Share of the orders of several rows from which on it is not by chance that they repeat one amount."""

_FEW = 5
"""Orders, or days of customers: of fewer, that all repeat one amount may be by chance."""

_OF_MANY = 5
"""Customers that an id is of on average, from which on it is none of orders."""

_CENT = 0.005


@dataclass(frozen=True)
class Once:
    """Rows of which each amount counts once.

    table : the rows
    notes : what was found
    each_an_order : whether each row but returns has an order id that no other row has
    order : header of the orders' ids; empty where there is none, or its column says nothing
    """

    table: Table
    notes: tuple[str, ...] = ()
    each_an_order: bool = False
    order: str = ""


class Asked(NamedTuple):
    """What is asked for.

    amount_per : what the user says that amounts are of: "order", "line", or "" for the table to tell
    within : SQL of whether a row is asked for
    """

    amount_per: str = ""
    within: str = "true"


class _Ids(NamedTuple):
    """How many rows there are, those with an order id, and different ids."""

    rows: int
    named: int
    different: int


class _Orders(NamedTuple):
    """Counts of ids, and of the customers of each, summed; of orders of several rows, and of those of one amount."""

    ids: int
    customers: int
    several: int
    alike: int


def each_amount_once(engine: Engine, source: Source, columns: OrderColumns, rows: Table, asked: Asked) -> Once:
    """Count an amount that an order repeats on each of its rows once.

    Parameters
    ----------
    engine : Engine
    source : Source
    columns : OrderColumns
    rows : Table of the rows that count
    asked : Asked

    Raises
    ------
    DataError
        Amounts could be of orders or of their lines, or rows of two kinds tell the same amounts.
    """
    header, amount_per = columns.roles.get("order", ""), asked.amount_per
    ids = _count_ids(engine, rows, asked.within) if header else _Ids(0, 0, 0)
    if not ids.named:
        _refuse_repeated_days(engine, source, columns, rows, amount_per)
        note = f"{header} has no value: no order id." if header else ""
        return Once(rows, (note,) if note else ())
    if ids.different == ids.named:
        return Once(rows, each_an_order=ids.different == ids.rows, order=header)
    orders = _count_orders(engine, rows)
    if orders.customers >= _OF_MANY * orders.ids:
        _refuse_repeated_days(engine, source, columns, rows, amount_per)
        each = orders.customers / orders.ids
        none = engine.define(_without_ids(rows))
        return Once(none, (f"{header} is no order id: each of its values is of {each:,.0f} customers on average.",))
    if "amount" not in columns.roles or amount_per == LINE:
        return Once(rows, order=header)
    if not amount_per:
        _refuse_told_twice(engine, source, columns, rows)
        amount_per = _decide(source, columns.roles, orders)
    if amount_per == LINE or not orders.several:
        return Once(rows, order=header)
    return _firsts(engine, columns.roles, rows)


def _count_ids(engine: Engine, rows: Table, within: str) -> _Ids:
    number = "count(DISTINCT order_id)"
    if WHOLE_NUMBERS.fullmatch(rows.columns["order_id"]):
        ends = "coalesce(min(order_id), 0), coalesce(max(order_id), 0)"
        low, high = engine.rows(f"SELECT {ends} FROM {rows.sql}")[0]  # of all rows: Parquet says it at its end
        number = engine.count_different("order_id", low, high)
    asked = f"FROM {rows.sql} WHERE amount >= 0 AND {within}"
    return _Ids(*engine.rows(f"SELECT count(*), count(order_id), {number} {asked}")[0])


def _count_orders(engine: Engine, rows: Table) -> _Orders:
    """Look at the rows of each id and customer together."""
    orders = (
        f"(SELECT order_id, count(*) AS n, min(amount) AS low, max(amount) AS high FROM {rows.sql} "
        "WHERE order_id IS NOT NULL AND amount > 0 GROUP BY order_id, customer) AS orders"
    )
    return _Orders(
        *engine.rows(
            "SELECT count(DISTINCT order_id), count(*), count(CASE WHEN n > 1 THEN 1 END), "
            f"count(CASE WHEN n > 1 AND low = high THEN 1 END) FROM {orders}"
        )[0]
    )


def _without_ids(rows: Table) -> str:
    """Return SQL of the rows as if there were no order ids."""
    others = ", ".join(identifier(name) for name in rows.columns if name != "order_id")
    return f"SELECT {others}, CAST(NULL AS STRING) AS order_id FROM {rows.sql}"


def _firsts(engine: Engine, roles: dict[str, str], rows: Table) -> Once:
    """Return the first row of each order."""
    nth = f"row_number() OVER (PARTITION BY order_id, customer, amount < 0 ORDER BY {ROW})"
    first = engine.keep(
        f"SELECT * FROM (SELECT *, {nth} AS nth FROM {rows.sql}) AS numbered WHERE order_id IS NULL OR nth = 1"
    )
    amount, order = roles["amount"], roles["order"]
    note = f"{amount} is the order's total, on each of its rows: counted once for each {order}."
    return Once(first, (note,), order=order)


def _decide(source: Source, roles: dict[str, str], orders: _Orders) -> str:
    """Return whether amounts are of orders or of lines; refuse where both are likely."""
    named, several, alike = amount_is_of(roles["amount"]), orders.several, orders.alike
    if named == LINE or not several or not alike:
        return LINE
    if named == ORDER and alike == several:
        return ORDER
    if alike < several and not (alike >= _NEARLY_ALL * several and may_be_of_orders(roles["amount"])):
        return LINE
    raise DataError(
        f"{source.path}: column {identifier(roles['amount'])}: {alike:,} of {several:,} orders of several rows repeat "
        "one amount: it could be the order's total or the amount of each row; say which with --amount-per order or "
        "--amount-per line"
    )


def _refuse_repeated_days(engine: Engine, source: Source, columns: OrderColumns, rows: Table, amount_per: str) -> None:
    """Raise DataError where there is no order id, and totals seem to be on each row of an order all the same."""
    amount = columns.roles.get("amount", "")
    if not amount or amount_per == LINE or not (may_be_of_orders(amount) or amount_per == ORDER):
        return
    days = (
        f"(SELECT count(*) AS n, min(amount) AS low, max(amount) AS high FROM {rows.sql} WHERE amount > 0 "
        "GROUP BY customer, day) AS days"
    )
    several, alike = engine.rows(f"SELECT count(*), count(CASE WHEN low = high THEN 1 END) FROM {days} WHERE n > 1")[0]
    if amount_per != ORDER and (several < _FEW or alike < _NEARLY_ALL * several):
        return
    likely = looks_like_order_ids(source, columns)
    ids = f" (found {list_names(likely)})" if likely else ""
    raise DataError(
        f"{source.path}: column {identifier(amount)}: {alike:,} of {several:,} days on which a customer has several "
        "rows repeat one amount: it could be an order's total on each of its rows; name the order's id with --order "
        f"COLUMN{ids}, or say --amount-per line"
    )


def _refuse_told_twice(engine: Engine, source: Source, columns: OrderColumns, rows: Table) -> None:
    """Raise DataError where rows of one kind add up to those of another, as of an order and of its payment."""
    for number, header in enumerate(columns.kinds):
        kind = f"kind_{number}"
        kinds = f"SELECT count(DISTINCT {kind}) FROM {rows.sql}"
        if not 1 < engine.rows(kinds)[0][0] <= MOST_WORDS:
            continue
        sums = (
            f"(SELECT order_id, {kind} AS kind, sum(amount) AS total FROM {rows.sql} WHERE order_id IS NOT NULL AND "
            f"amount > 0 AND {kind} IS NOT NULL GROUP BY order_id, {kind})"
        )
        alike = f"count(CASE WHEN abs(one.total - other.total) < {_CENT} THEN 1 END)"
        pairs = engine.rows(
            f"SELECT one.kind, other.kind, {alike}, count(*) FROM {sums} AS one JOIN {sums} AS other "
            "ON one.order_id = other.order_id AND one.kind < other.kind GROUP BY one.kind, other.kind "
            f"HAVING count(*) >= {_FEW} AND {alike} >= {_NEARLY_ALL} * count(*) ORDER BY 1, 2 LIMIT 1"
        )
        if pairs:
            first, second, same, both = pairs[0]
            raise DataError(
                f"{source.path}: column {identifier(header)}: in {same:,} of {both:,} orders the rows with "
                f"{literal(first)} add up to those with {literal(second)}, so that the same money may be there twice; "
                "keep the rows of one of them only, or say --amount-per line if all count"
            )
