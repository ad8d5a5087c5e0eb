"""The rows of an order table that count: read, put together where they continue an order, left out for a reason."""

import datetime
from dataclasses import dataclass

from function.model import LARGEST

from ...engines.engine import Engine, Table, day_literal, identifier, literal
from ...files.source import DataError, Source, count
from ..today import are_slips
from .cells import ROW, read_cells
from .columns import Choice, OrderColumns, currency_of
from .repeats import Asked, each_amount_once
from .states import MOST_WORDS, with_refunds_taken_off, without_states

_USABLE = f"customer IS NOT NULL AND day IS NOT NULL AND abs(amount) <= {LARGEST} AND NOT isnan(amount)"
_FEW, _MANY = 5, 0.1
"""Rows of an amount and nothing else, and their share, from which on it is not by chance that they are there."""


@dataclass(frozen=True)
class OrderRows:
    """Rows that count.

    table : customer, order_id (null if there is none), day, amount, `"#row"` and a column a contact
    notes : what was read, put together and left out
    faulty : share of the table's rows that lack a customer, date or amount, 0 to 1
    each_an_order : whether it is known that each row but returns is an order of its own, with an id
    order : header of the orders' ids; empty where there is none, or its column says nothing
    """

    table: Table
    notes: list[str]
    faulty: float
    each_an_order: bool
    order: str


def read_rows(engine: Engine, source: Source, columns: OrderColumns, choice: Choice, within: str = "true") -> OrderRows:
    """Read the rows of an order table.

    Parameters
    ----------
    engine : Engine
    source : Source
    columns : OrderColumns
    choice : Choice
    within : SQL of whether a row, which has a day, is asked for; nothing is said of the others, and they may be wrong

    Raises
    ------
    DataError
        A cell cannot be read, there are several currencies, or amounts could be of orders or of their lines.
    """
    cells, notes = read_cells(engine, source, columns, choice, of_all=within == "true")
    ends = choice.latest if choice.as_of is None else datetime.date.max
    gaps = _count_gaps(engine, cells, within, ends)
    whole, continued = _fill(engine, cells, columns, gaps)
    notes += continued
    gaps = gaps if whole is cells else _count_gaps(engine, whole, within, ends)
    _refuse_empty(source, columns, gaps)
    _refuse_bare(source, gaps)
    readable, left_out, faulty = _without_gaps(engine, whole, gaps)
    left_out += _say_other_name(columns, gaps)
    if gaps["ahead"]:
        readable, ahead = _judge_ahead(engine, readable, gaps, ends, may_be_asked=within == "true")
        left_out += ahead
    of_state, states = without_states(engine, columns, readable, within)
    valid, returned = with_refunds_taken_off(engine, columns, of_state, within)
    currencies = _count_currencies(engine, columns, valid, within)
    in_one, others = _in_one_currency(source, columns, currencies, choice.currency)
    if others:
        valid = engine.define(f"SELECT * FROM {valid.sql} WHERE {in_one}")
    once = each_amount_once(engine, source, columns, valid, Asked(choice.amount_per, within))
    table, refunds = _without_refunds(engine, columns, once.table, within)
    notes += [*left_out, *states, *returned, *others, *once.notes, *refunds]
    return OrderRows(table, notes, faulty, once.each_an_order and within == "true", once.order)


def _fill(engine: Engine, cells: Table, columns: OrderColumns, gaps: dict[str, int]) -> tuple[Table, list[str]]:
    """Give rows that continue an order what only the order's first row says, and leave out those without amount.

    Where several rows of an order have amounts, these are of the rows: a row without one lacks it.
    """
    if not gaps["in_orders"]:
        return cells, []
    inherited = ["day", "currency", *(f"status_{number}" for number in range(len(columns.statuses)))]
    firsts = ", ".join(f"min({name}) AS first_{name}" for name in inherited)
    customer = "CASE WHEN min(customer) = max(customer) THEN min(customer) END AS first_customer"
    orders = (
        f"(SELECT order_id AS id, {firsts}, {customer}, count(amount) AS amounts FROM {cells.sql} "
        "WHERE order_id IS NOT NULL GROUP BY order_id) AS firsts"
    )
    taken = [f"coalesce({name}, first_{name}) AS {name}" for name in ("customer", *inherited)]
    kinds = [f"kind_{number}" for number in range(len(columns.kinds))]
    kept = ["order_id", "amount", "refunded", "cancelled", "test", *kinds, *columns.contacts, ROW]
    of_orders = "amount" in columns.roles  # a quantity and a price are of the row
    continues = f"coalesce(amount IS NULL AND amounts = 1 AND {of_orders}, false) AS continues"
    joined = engine.keep(
        f"SELECT {', '.join([*kept, *taken, continues])} FROM {cells.sql} AS cells LEFT JOIN {orders} ON order_id = id"
    )
    number = engine.rows(f"SELECT count(*) FROM {joined.sql} WHERE continues")[0][0]
    notes = (
        [f"{count(number, 'row')} without amount: they continue the order above and belong to it."] if number else []
    )
    return engine.define(f"SELECT * FROM {joined.sql} WHERE NOT continues"), notes


def _count_gaps(engine: Engine, cells: Table, within: str, latest: datetime.date) -> dict[str, int]:
    """Count the rows, those that lack a customer, date or amount, those that lack none, and gaps in known orders.

    And of those that lack none the ones of days after the latest.
    """
    among = f"{cells.sql}{'' if within == 'true' else f' WHERE day IS NULL OR {within}'}"
    counts = engine.aggregate(
        f"SELECT count(*) AS total, count(CASE WHEN {_USABLE} THEN 1 END) AS usable, "
        f"count(CASE WHEN {_is_after(latest)} AND {_USABLE} THEN 1 END) AS ahead FROM {among}"
    )
    if counts["usable"] == counts["total"]:
        return {**dict.fromkeys(("customer", "date", "amount", "beyond", "bare", "in_orders"), 0), **counts}
    return counts | engine.aggregate(
        "SELECT count(*) - count(customer) AS customer, count(*) - count(day) AS date, "
        "count(CASE WHEN amount IS NULL OR isnan(amount) THEN 1 END) AS amount, "
        f"count(CASE WHEN abs(amount) > {LARGEST} AND NOT isnan(amount) THEN 1 END) AS beyond, "
        "count(CASE WHEN customer IS NULL AND day IS NULL AND order_id IS NULL THEN amount END) AS bare, "
        "count(CASE WHEN customer IS NULL OR day IS NULL OR amount IS NULL THEN order_id END) AS in_orders "
        f"FROM {among}"
    )


def _refuse_empty(source: Source, columns: OrderColumns, gaps: dict[str, int]) -> None:
    """Raise DataError where the column of customers, dates or amounts says nothing in any row."""
    for role in ("customer", "date", "amount"):
        if role in columns.roles and gaps["total"] and gaps[role] == gaps["total"]:
            phone = columns.contacts.get("phone")
            hint = f", such as --customer {identifier(phone)}" if role == "customer" and phone else ""
            hint += "".join(f". {note}" for note in source.notes if "formula" in note).removesuffix(".")
            raise DataError(
                f"{source.path}: column {identifier(columns.roles[role])}: expected each order's {role}, found no "
                f"value in any row; name another column with --{role} COLUMN{hint}"
            )


def _refuse_bare(source: Source, gaps: dict[str, int]) -> None:
    """Raise DataError where many rows are an amount and nothing else: lines of the order above, or subtotals."""
    if gaps["bare"] < _FEW or gaps["bare"] < _MANY * gaps["total"]:
        return
    raise DataError(
        f"{source.path}: expected a customer and a date in each row, found {gaps['bare']:,} of {gaps['total']:,} rows "
        "with an amount and neither; if they continue the row above, repeat in them what it says, and if they are "
        "subtotals, remove them"
    )


def _say_other_name(columns: OrderColumns, gaps: dict[str, int]) -> list[str]:
    """Say what else customers could be known by, where most rows lack what they are."""
    phone = columns.contacts.get("phone")
    if not phone or 2 * gaps["customer"] <= gaps["total"]:
        return []
    header = columns.roles["customer"]
    return [f"Most rows have no {header}: where {phone} has more, say --customer {identifier(phone)}."]


def _without_gaps(engine: Engine, cells: Table, gaps: dict[str, int]) -> tuple[Table, list[str], float]:
    """Leave out rows without customer, date or amount; also return the share of rows that were."""
    if gaps["usable"] == gaps["total"]:
        return cells, [], 0.0
    why = {role: f"no {role}" for role in ("customer", "date", "amount")} | {"beyond": "an amount beyond 1e15"}
    notes = [f"{count(gaps[gap], 'row')} left out: {words}." for gap, words in why.items() if gaps[gap]]
    if sum(gaps[gap] for gap in why) > gaps["total"] - gaps["usable"]:
        notes.append(f"Some of them lack several: {count(gaps['total'] - gaps['usable'], 'row')} in all.")
    faulty = 1 - gaps["usable"] / gaps["total"]
    return engine.define(f"SELECT * FROM {cells.sql} WHERE {_USABLE}"), notes, faulty


def _judge_ahead(
    engine: Engine, rows: Table, gaps: dict[str, int], latest: datetime.date, may_be_asked: bool
) -> tuple[Table, list[str]]:
    """Leave out rows of days that have not begun where they are few; say that they are there, and what settles it."""
    rows_ahead = count(gaps["ahead"], "row")
    later = f"dated after {latest}, which is still to come by this machine's clock"
    if not are_slips(gaps["ahead"], gaps["usable"]):
        settled = f"; with --as-of {latest + datetime.timedelta(days=1)} they do not" if may_be_asked else ""
        return rows, [f"{rows_ahead} {later}: they count{settled}."]
    newest = engine.rows(f"SELECT max(day) FROM {rows.sql}")[0][0]
    after = newest + datetime.timedelta(days=1) if newest < datetime.date.max else newest
    settled = f"; with --as-of {after} they count too" if may_be_asked else ""
    return engine.define(f"SELECT * FROM {rows.sql} WHERE NOT {_is_after(latest)}"), [
        f"{rows_ahead} left out: {later}{settled}."
    ]


def _is_after(day: datetime.date) -> str:
    return f"(day > {day_literal(day)})"


def _count_currencies(engine: Engine, columns: OrderColumns, rows: Table, within: str) -> dict[str, int]:
    """Return how many rows are in each currency, most rows first."""
    if "currency" not in columns.roles:
        return {}
    return dict(
        engine.rows(
            f"SELECT currency, count(*) FROM {rows.sql} WHERE currency IS NOT NULL AND {within} GROUP BY currency "
            f"ORDER BY count(*) DESC, currency LIMIT {MOST_WORDS}"
        )
    )


def _in_one_currency(
    source: Source, columns: OrderColumns, currencies: dict[str, int], wanted: str
) -> tuple[str, list[str]]:
    """Return the condition on rows of the currency that was asked for; several without one asked for are refused."""
    if "currency" not in columns.roles:
        if wanted and currency_of(columns.roles.get("amount", "")) != wanted.lower():
            raise DataError(f"{source.path}: expected a column of currencies for --currency {wanted}, found none")
        return "true", []
    listed = ", ".join(f"{currency} ({count(number, 'row')})" for currency, number in [*currencies.items()][:10])
    where = f"{source.path}: column {identifier(columns.roles['currency'])}"
    if wanted and wanted.upper() not in currencies:
        raise DataError(f"{where}: expected orders in {wanted.upper()}, found {listed or 'none'}")
    if len(currencies) > 1 and not wanted:
        raise DataError(
            f"{where}: expected one currency, found {listed}; pick one with --currency {next(iter(currencies))}"
        )
    if not wanted or len(currencies) < 2:
        return "true", []
    others = sum(currencies.values()) - currencies[wanted.upper()]
    note = f"{count(others, 'row')} left out: in other currencies than {wanted.upper()}."
    return f"currency = {literal(wanted.upper())}", [note]


def _without_refunds(engine: Engine, columns: OrderColumns, rows: Table, within: str) -> tuple[Table, list[str]]:
    """Take refunds off the amounts; an order that was paid back in full does not count."""
    kept = ", ".join(["customer", "order_id", "day", *columns.contacts, ROW])
    if "refunded" not in columns.roles:
        return engine.define(f"SELECT {kept}, amount FROM {rows.sql}"), []
    in_full, in_part, total = engine.rows(
        "SELECT count(CASE WHEN refunded >= amount AND refunded > 0 AND amount > 0 THEN 1 END), "
        "count(CASE WHEN refunded < amount AND refunded > 0 THEN 1 END), "
        f"sum(CASE WHEN refunded < amount THEN refunded END) FROM {rows.sql} WHERE {within}"
    )[0]
    header = columns.roles["refunded"]
    notes = [f"{count(in_full, 'row')} left out: refunded in full by {header}."] if in_full else []
    notes += [f"{count(in_part, 'row')} lowered by {header}: {total:,.2f} in all."] if in_part else []
    net = "CASE WHEN amount > 0 THEN amount - coalesce(refunded, 0) ELSE amount END AS amount"
    partly = "coalesce(refunded, 0) = 0 OR amount <= 0 OR refunded < amount"
    return engine.define(f"SELECT {kept}, {net} FROM {rows.sql} WHERE {partly}"), notes
