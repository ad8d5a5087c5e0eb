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

from ..engines.engine import KEY, Engine, Table, literal
from ..files.source import DataError, Source
from .columns import RFM, Column
from .customers import Customers
from .numbers import LARGEST
from .order_cells import count
from .order_columns import Choice, OrderColumns, find_order_columns, looks_like_order_ids
from .order_rows import OrderRows, read_rows

COLUMNS = [
    Column("recency_days", "recency_days", "Recency", "days"),
    Column("frequency", "frequency", "Frequency", "orders"),
    Column("monetary", "monetary", "Monetary value", ""),
]

_BOUGHT = '("#rows" > "#returns")'


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
    columns = find_order_columns(source, choice)
    rows = read_rows(engine, source, columns, choice)
    orders, as_of, notes = _within(engine, source, rows, choice)
    contacts = list(columns.contacts)
    everyone = _sums(engine, orders, as_of, contacts, _frequency(columns, rows))
    rfm = engine.define(f"SELECT {', '.join(['customer_id', *RFM, *contacts])} FROM {everyone.sql} WHERE {_BOUGHT}")
    spenders = " AND ".join(["monetary > 0", f"monetary <= {LARGEST}"])
    used, customers = engine.rows(f"SELECT count(*) FILTER (WHERE {spenders}), count(*) FROM {rfm.sql}")[0]
    if not customers:
        raise DataError(f"{source.path}: expected orders before {as_of}, found none")
    if not used:
        raise DataError(f"{source.path}: expected customers who spent something, found none before {as_of}")
    notes = [*source.notes, *rows.notes, *_describe(engine, everyone, as_of, _how(source, columns)), *notes]
    table = engine.define(f"SELECT {', '.join(RFM)}, number_of(customer_id) AS {KEY} FROM {rfm.sql} WHERE {spenders}")
    features, of_fit = _that_differ(engine, table)
    if used < customers:
        of_fit.insert(0, f"{count(customers - used, 'customer')} left out of the fit: nothing spent in total.")
    digest, left_out = engine.digest(str(source.file)), 1 - (1 - rows.faulty) * (used / customers)
    spending = Customers(
        table, features, used, source.path.name, digest, [*notes, *of_fit], left_out, "monetary", "monetary value"
    )
    return OrderSummary(spending, rfm, contacts, customers, notes)


def _within(engine: Engine, source: Source, rows: OrderRows, choice: Choice) -> tuple[Table, datetime.date, list[str]]:
    """Return the orders from `choice.since` to the day before as of, that day, and notes on what lies outside."""
    newest = engine.rows(f"SELECT max(day) FROM {rows.table.sql}")[0][0]
    if newest is None:
        why = " ".join(["", *(note for note in rows.notes if "left out" in note)])
        raise DataError(
            f"{source.path}: expected orders, found no row with customer, date and amount that counts.{why}"
        )
    as_of = choice.as_of or newest + datetime.timedelta(days=1)
    since = choice.since or datetime.date.min
    after, before = f"day >= DATE {_day(as_of)}", f"day < DATE {_day(since)}"
    late, early = engine.rows(
        f"SELECT count(CASE WHEN {after} THEN 1 END), count(CASE WHEN {before} THEN 1 END) FROM {rows.table.sql}"
    )[0]
    notes = [f"{count(late, 'row')} on or after {as_of}: left out."] if late else []
    notes += [f"{count(early, 'row')} before {since}: left out."] if early else []
    return engine.define(f"SELECT * FROM {rows.table.sql} WHERE NOT ({after}) AND NOT ({before})"), as_of, notes


def _frequency(columns: OrderColumns, rows: OrderRows) -> str:
    """Return SQL of how many orders a customer's rows are: distinct ids, or days where there is no id."""
    bought = "FILTER (WHERE amount >= 0)"
    if rows.each_an_order:
        return f"count(*) {bought}"
    days = "count(DISTINCT day) FILTER (WHERE amount >= 0 AND order_id IS NULL)"
    return f"count(DISTINCT order_id) {bought} + {days}" if "order" in columns.roles else days


def _sums(engine: Engine, orders: Table, as_of: datetime.date, contacts: list[str], frequency: str) -> Table:
    """Return one row per customer, also of those who only returned something: the figures and what they are made of."""
    newest = [f'max_by({kind}, (day, "#row")) FILTER (WHERE {kind} IS NOT NULL) AS {kind}' for kind in contacts]
    columns = [
        "customer AS customer_id",
        f"days_between(max(day) FILTER (WHERE amount >= 0), DATE {_day(as_of)}) AS recency_days",
        f"{frequency} AS frequency",
        "round(sum(amount), 6) AS monetary",
        *newest,
        'count(*) AS "#rows"',
        'count(*) FILTER (WHERE amount < 0) AS "#returns"',
        'count(*) FILTER (WHERE amount = 0) AS "#free"',
        'min(day) AS "#first"',
        'max(day) AS "#last"',
    ]
    return engine.keep(f"SELECT {', '.join(columns)} FROM {orders.sql} GROUP BY customer ORDER BY customer")


def _how(source: Source, columns: OrderColumns) -> str:
    """Say what frequency counts."""
    if "order" in columns.roles:
        return f"distinct {columns.roles['order']}"
    likely = looks_like_order_ids(source, columns)
    hint = f" (if {' or '.join(likely)} is one, name it with --order)" if likely else ""
    return f"days with an order, as there is no order id{hint}"


def _describe(engine: Engine, everyone: Table, as_of: datetime.date, how: str) -> list[str]:
    """Say how the orders were counted."""
    counts = engine.aggregate(
        'SELECT sum("#rows") AS rows, sum("#returns") AS returns, sum("#free") AS free, min("#first") AS first, '
        f'max("#last") AS last, count(CASE WHEN NOT {_BOUGHT} THEN 1 END) AS gone, '
        f"count(CASE WHEN {_BOUGHT} THEN 1 END) AS customers, sum(CASE WHEN {_BOUGHT} THEN frequency END) AS orders, "
        f"sum(CASE WHEN {_BOUGHT} THEN monetary END) AS total FROM {everyone.sql}"
    )
    rows, returns, free, orders = (int(counts[name]) for name in ("rows", "returns", "free", "orders"))
    notes = [
        f"{count(rows, 'row')} from {counts['first']} to {counts['last']}: {orders:,} orders "
        f"of {count(counts['customers'], 'customer')}, {counts['total']:,.2f} in total.",
        f"Recency counts to {as_of}; frequency counts {how}.",
    ]
    kinds = {
        "with a negative amount: returns, taken off the total and not counted as orders": returns,
        "with an amount of zero: counted as orders": free,
    }
    notes += [f"{count(number, 'row')} {what}." for what, number in kinds.items() if number]
    return notes + ([f"{count(counts['gone'], 'customer')} left out: returns only."] if counts["gone"] else [])


def _that_differ(engine: Engine, table: Table) -> tuple[list[Column], list[str]]:
    """Return the columns whose values differ between customers, all if none does, and say which do not."""
    spans = ", ".join(f"min({column.name}) < max({column.name})" for column in COLUMNS)
    differ = engine.rows(f"SELECT {spans} FROM {table.sql}")[0]
    features = [column for column, differs in zip(COLUMNS, differ, strict=True) if differs]
    if not features or len(features) == len(COLUMNS):
        return COLUMNS, []
    same = [column for column in COLUMNS if column not in features]
    used, unused = (" and ".join(c.label.lower() for c in columns) for columns in (features, same))
    return features, [f"Segments are made by {used} only: {unused} is the same for every customer."]


def _day(day: datetime.date) -> str:
    return literal(day.isoformat())
