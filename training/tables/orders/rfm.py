"""Turns a table of orders into one row per customer: recency, frequency and monetary value.

A row with a negative amount is a return: it lowers the customer's total and is no order. A row with an amount of zero
is an order. Rows without customer, date or amount are left out. Customers with returns only are left out.

References
----------
Fader, P. S., Hardie, B. G. S. and Lee, K. L. (2005). RFM and CLV: using iso-value curves for customer base analysis.
    Journal of Marketing Research 42(4), 415-430. https://doi.org/10.1509/jmkr.2005.42.4.415
"""

import datetime
from dataclasses import dataclass, replace
from typing import Any

from function.model import LARGEST

from ...engines.engine import KEY, Engine, Table, literal
from ...files.source import DataError, Source, count
from ..columns import RFM, Column
from ..customers import Customers
from .columns import Choice, OrderColumns, find_order_columns, looks_like_order_ids, with_filled_contacts
from .rows import OrderRows, read_rows

COLUMNS = [
    Column("recency_days", "recency_days", "Recency", "days"),
    Column("frequency", "frequency", "Frequency", "orders"),
    Column("monetary", "monetary", "Monetary value", ""),
]

_FEW = 20_000_000
"""Rows: so many customers' figures one thread alone can add up with the memory that DuckDB starts with."""

_MANY = 5
"""Times as many orders as anybody else has: so one customer stands out."""

_BOUGHT = "recency_days IS NOT NULL"
"""Whether a customer has an order, not returns only."""

_SPENT = f"{_BOUGHT} AND monetary > 0 AND monetary <= {LARGEST}"


@dataclass(frozen=True)
class OrderSummary:
    """What a table of orders says of its customers.

    customers : those with a monetary value above zero, to fit or compare
    table : all of them: customer_id, recency_days, frequency, monetary, and a column a contact
    contacts : names of these columns: email, phone, first_name, ...
    rows : how many customers
    notes : how the orders were read and counted
    """

    customers: Customers
    table: Table
    contacts: list[str]
    rows: int
    notes: list[str]

    def as_source(self, orders: Source) -> Source:
        """Return all of them as a table of customers that can be scored."""
        columns = {"customer_id": "VARCHAR", "recency_days": "BIGINT", "frequency": "BIGINT", "monetary": "DOUBLE"}
        columns |= dict.fromkeys(self.contacts, "VARCHAR")
        table = Table(self.table.sql, columns, "row_number() OVER (ORDER BY customer_id)")
        return replace(orders, table=table, rows=self.rows, delimiter="", is_text=False, notes=())


def summarise_orders(engine: Engine, source: Source, choice: Choice) -> OrderSummary:
    """Compute recency, frequency and monetary value of each customer.

    Columns in: customer, date, amount (or quantity and unit price), order id, status, currency, amount refunded and
    contacts if there are any.
    Columns out: customer_id : text; recency_days : days from the customer's last order to the day after the newest
    order, or to `choice.as_of`; frequency : number of orders, distinct order ids if there are any, else distinct days;
    monetary : sum of the amounts, returns taken off; and the newest of each contact that is not missing.

    Returns
    -------
    OrderSummary, in the order of the customers' ids; of the three columns, those that differ between customers are
    features

    Raises
    ------
    DataError
        A column is missing, a cell cannot be read, orders are in several currencies, amounts could be of orders or of
        lines, or no order is left.
    """
    columns = with_filled_contacts(engine, source, find_order_columns(source, choice))
    rows = read_rows(engine, source, columns, choice)
    as_of = choice.as_of or _day_after_newest(engine, source, rows)
    orders, counts, outside = _within(engine, source, rows, choice.since or datetime.date.min, as_of)
    contacts = list(columns.contacts)
    bought = " FILTER (WHERE amount >= 0)" if counts["returns"] else ""  # a filter takes time
    figures = [_recency(as_of, bought), _frequency(rows, bought)]
    everyone = _sums(engine, orders, figures, contacts, alone=counts["rows"] <= _FEW)
    counts |= _count(engine, everyone)
    used, customers = counts["spenders"], counts["customers"]
    if not customers:
        raise _nothing_inside(engine, source, rows, choice.since, as_of)
    if not used:
        raise _nothing_spent(source, as_of, counts["beyond"])
    described = [
        *_describe(counts, as_of, _how(source, columns, rows.order)),
        *_say_largest(engine, everyone, counts["orders"]),
    ]
    notes = [*source.notes, *rows.notes, *described, *outside]
    rfm = engine.define(f"SELECT * FROM {everyone.sql} WHERE {_BOUGHT}")
    table = engine.define(f"SELECT {', '.join(RFM)}, number_of(customer_id) AS {KEY} FROM {rfm.sql} WHERE {_SPENT}")
    features, of_fit = _that_differ(engine, table)
    of_fit = _not_fitted(customers - used, counts["beyond"]) + of_fit
    digest, left_out = engine.digest(str(source.file)), 1 - (1 - rows.faulty) * (used / customers)
    spending = Customers(
        table, features, used, source.name, digest, [*notes, *of_fit], left_out, "monetary", "monetary value"
    )
    return OrderSummary(spending, rfm, contacts, customers, notes)


def _day_after_newest(engine: Engine, source: Source, rows: OrderRows) -> datetime.date:
    newest: datetime.date | None = engine.rows(f"SELECT max(day) FROM {rows.table.sql}")[0][0]
    if newest is None:
        raise _nothing_counts(source, rows)
    return newest + datetime.timedelta(days=1)


def _nothing_counts(source: Source, rows: OrderRows) -> DataError:
    why = " ".join(["", *(note for note in rows.notes if "left out" in note)])
    return DataError(f"{source.path}: expected orders, found no row with customer, date and amount that counts.{why}")


def _nothing_inside(
    engine: Engine, source: Source, rows: OrderRows, since: datetime.date | None, as_of: datetime.date
) -> DataError:
    """Say that no order is of the days asked for, and of which days the orders are."""
    first, last = engine.rows(f"SELECT min(day), max(day) FROM {rows.table.sql} WHERE amount >= 0")[0]
    asked = f" from {since} on" if since else ""
    are = f"; they are from {first} to {last}" if first else ""
    return DataError(f"{source.path}: expected orders{asked} before {as_of}, found none{are}")


def _nothing_spent(source: Source, as_of: datetime.date, beyond: int) -> DataError:
    if beyond:
        return DataError(
            f"{source.path}: expected customers who spent at most 1e15 in total, found {beyond:,} who spent more and "
            "no others; name another column with --amount COLUMN"
        )
    return DataError(f"{source.path}: expected customers who spent something, found none before {as_of}")


def _not_fitted(unused: int, beyond: int) -> list[str]:
    """Say which customers are left out of the fit."""
    why = {"more than 1e15 spent in total": beyond, "nothing spent in total": unused - beyond}
    return [f"{count(number, 'customer')} left out of the fit: {what}." for what, number in why.items() if number]


def _within(
    engine: Engine, source: Source, rows: OrderRows, since: datetime.date, as_of: datetime.date
) -> tuple[Table, dict[str, Any], list[str]]:
    """Return the orders from a day to the one before another, counts of their rows, and notes on what lies outside."""
    late, early = f"day >= DATE {_day(as_of)}", f"day < DATE {_day(since)}"
    inside = f"NOT ({late}) AND NOT ({early})"
    counts = engine.aggregate(
        f"SELECT count(*) AS every_row, count(CASE WHEN {late} THEN 1 END) AS late, "
        f"count(CASE WHEN {early} THEN 1 END) AS early, count(CASE WHEN {inside} THEN 1 END) AS rows, "
        f"count(CASE WHEN {inside} AND amount < 0 THEN 1 END) AS returns, "
        f"count(CASE WHEN {inside} AND amount = 0 THEN 1 END) AS free, "
        f"min(CASE WHEN {inside} THEN day END) AS first, max(CASE WHEN {inside} THEN day END) AS last "
        f"FROM {rows.table.sql}"
    )
    if not counts["every_row"]:
        raise _nothing_counts(source, rows)
    outside = {f"on or after {as_of}": counts["late"], f"before {since}": counts["early"]}
    notes = [f"{count(number, 'row')} {when}: left out." for when, number in outside.items() if number]
    return engine.define(f"SELECT * FROM {rows.table.sql} WHERE {inside}"), counts, notes


def _recency(as_of: datetime.date, bought: str) -> str:
    """Return SQL of the days since a customer's last order; null of those who only returned something."""
    return f"days_between(max(day){bought}, DATE {_day(as_of)})"


def _frequency(rows: OrderRows, bought: str) -> str:
    """Return SQL of how many orders a customer's rows are: distinct ids, or days where there is no id."""
    if rows.each_an_order:
        return f"count(*){bought}"
    days = "count(DISTINCT day) FILTER (WHERE amount >= 0 AND order_id IS NULL)"
    return f"count(DISTINCT order_id){bought} + {days}" if rows.order else days


def _sums(engine: Engine, orders: Table, figures: list[str], contacts: list[str], *, alone: bool) -> Table:
    """Return one row per customer, also of those who only returned something: recency and frequency, given as SQL."""
    newest = [f'max_by({kind}, (day, "#row")) FILTER (WHERE {kind} IS NOT NULL) AS {kind}' for kind in contacts]
    columns = [
        "customer AS customer_id",
        *(f"{sql} AS {name}" for name, sql in zip(("recency_days", "frequency"), figures, strict=True)),
        "round(sum(amount), 6) AS monetary",
        *newest,
    ]
    select = f"SELECT {', '.join(columns)} FROM {orders.sql} GROUP BY customer ORDER BY customer"
    return engine.keep(select, alone=alone)


def _how(source: Source, columns: OrderColumns, order: str) -> str:
    """Say what frequency counts."""
    if order:
        return f"distinct {order}"
    likely = looks_like_order_ids(source, columns)
    hint = f" (if {' or '.join(likely)} is one, name it with --order)" if likely else ""
    return f"days with an order, as there is no order id{hint}"


def _count(engine: Engine, everyone: Table) -> dict[str, Any]:
    """Count the customers: who bought, who spent, who only returned something, and the orders and the sum of all."""
    return engine.aggregate(
        f"SELECT count(recency_days) AS customers, count(*) - count(recency_days) AS gone, "
        f"count(CASE WHEN {_SPENT} THEN 1 END) AS spenders, "
        f"count(CASE WHEN {_BOUGHT} AND monetary > {LARGEST} THEN 1 END) AS beyond, "
        f"sum(CASE WHEN {_BOUGHT} THEN frequency END) AS orders, sum(CASE WHEN {_BOUGHT} THEN monetary END) AS total "
        f"FROM {everyone.sql}"
    )


def _describe(counts: dict[str, Any], as_of: datetime.date, how: str) -> list[str]:
    """Say how the orders were counted."""
    rows, orders, customers = (count(int(counts[f"{noun}s"]), noun) for noun in ("row", "order", "customer"))
    notes = [
        f"{rows} from {counts['first']} to {counts['last']}: {orders} of {customers}, {counts['total']:,.2f} in total.",
        f"Recency counts to {as_of}; frequency counts {how}.",
    ]
    kinds = {
        "with a negative amount: returns, taken off the total and not counted as orders": counts["returns"],
        "with an amount of zero: counted as orders": counts["free"],
    }
    notes += [f"{count(number, 'row')} {what}." for what, number in kinds.items() if number]
    return notes + ([f"{count(counts['gone'], 'customer')} left out: returns only."] if counts["gone"] else [])


def _say_largest(engine: Engine, everyone: Table, orders: float) -> list[str]:
    """Say where one customer has so many of the orders that it may be everyone without an id."""
    most = engine.rows(f"SELECT frequency FROM {everyone.sql} WHERE {_BOUGHT} ORDER BY frequency DESC LIMIT 2")
    largest, second = most[0][0], most[-1][0]
    if len(most) < 2 or largest < _MANY * second or largest < orders / 20 or largest < _MANY * 4:
        return []
    return [
        f"One customer has {count(largest, 'order')} of {orders:,.0f}, and nobody else more than {second:,}: if that "
        "id stands for guests, leave its cells empty, and their rows are left out."
    ]


def _that_differ(engine: Engine, table: Table) -> tuple[list[Column], list[str]]:
    """Return the columns whose values differ between customers, all if none does, and say which do not."""
    spans = ", ".join(f"min({column.name}) < max({column.name})" for column in COLUMNS)
    differ = engine.rows(f"SELECT {spans} FROM {table.sql}")[0]
    features = [column for column, differs in zip(COLUMNS, differ, strict=True) if differs]
    if not features or len(features) == len(COLUMNS):
        return COLUMNS, []
    same = [column for column in COLUMNS if column not in features]
    used, unused = (" and ".join(c.label.lower() for c in columns) for columns in (features, same))
    are = "is" if len(same) == 1 else "are"
    return features, [f"Segments are made by {used} only: {unused} {are} the same for every customer."]


def _day(day: datetime.date) -> str:
    return literal(day.isoformat())
