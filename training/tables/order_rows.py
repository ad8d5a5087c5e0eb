"""The rows of an order table that count: read, put together where they continue an order, left out for a reason."""

from collections import Counter
from dataclasses import dataclass

from ..engines.engine import Engine, Table, identifier, literal
from .dates import date_sql, is_instant
from .missing import filled
from .numbers import LARGEST, Reading, read_columns, refuse_text
from .order_columns import (
    GUESTS,
    LINE,
    ORDER,
    Choice,
    OrderColumns,
    amount_is_of,
    is_partly_refunded,
    may_be_of_orders,
    reason_to_leave_out,
)
from .source import DataError, Source

_ROW = '"#row"'
_MOST_WORDS = 200
"""A column with more different words than this does not hold the state of orders, or their currency."""

_CLEAR = 10
"""From so many orders of several rows on that nearly all repeat their amount, it is not by chance."""


@dataclass(frozen=True)
class OrderRows:
    """Rows that count.

    table : customer, order_id (null if there is none), day, amount, `"#row"` and a column a contact
    notes : what was read, put together and left out
    faulty : share of the table's rows that lack a customer, date or amount, 0 to 1
    """

    table: Table
    notes: list[str]
    faulty: float


def read_rows(engine: Engine, source: Source, columns: OrderColumns, choice: Choice) -> OrderRows:
    """Read the rows of an order table.

    Raises
    ------
    DataError
        A cell cannot be read, there are several currencies, or amounts could be of orders or of their lines.
    """
    cells, notes = _read_cells(engine, source, columns, choice)
    whole, continued = _fill(engine, cells, columns)
    notes += continued
    readable, left_out, faulty = _without_gaps(engine, whole)
    valid, states = _without_states(engine, columns, readable)
    valid, currencies = _in_one_currency(engine, source, columns, valid, choice.currency)
    totals, counted = _each_amount_once(engine, source, columns, valid, choice.amount_per)
    table, refunds = _without_refunds(engine, columns, totals)
    return OrderRows(table, [*notes, *left_out, *states, *currencies, *counted, *refunds], faulty)


def count(number: int, noun: str) -> str:
    """Return "1 row", "2 rows"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _read_cells(engine: Engine, source: Source, columns: OrderColumns, choice: Choice) -> tuple[Table, list[str]]:
    """Return what each row says, and notes on how it was read."""
    roles = columns.roles
    numbers = [roles["amount"]] if "amount" in roles else [roles["quantity"], roles["price"]]
    refunded = [roles["refunded"]] if "refunded" in roles else []
    readings = read_columns(engine, source, numbers + refunded, choice.decimal)
    for header in numbers + refunded:
        refuse_text(engine, source, header, readings[header])
    email = columns.contacts.get("email")
    known = _known(engine, source, roles["customer"], email)
    customer = known
    if email and email != roles["customer"]:
        customer = f"coalesce({known}, {_text(source, email, is_email=True)})"
    amount = " * ".join(f"({readings[header].value})" for header in numbers)
    select = {
        "customer": customer,
        "order_id": filled(source, roles["order"]) if "order" in roles else "CAST(NULL AS STRING)",
        "day": date_sql(engine, source, roles["date"], choice.date_format),
        "amount": amount,
        "refunded": _refunded(readings[refunded[0]], amount) if refunded else "CAST(NULL AS DOUBLE)",
        "currency": f"upper({filled(source, roles['currency'])})" if "currency" in roles else "CAST(NULL AS STRING)",
        "cancelled": _flag(source, roles, "cancelled"),
        "test": _flag(source, roles, "test"),
        **{f"status_{number}": filled(source, header) for number, header in enumerate(columns.statuses)},
        **{kind: filled(source, header) for kind, header in columns.contacts.items()},
        _ROW: source.row,
    }
    table = engine.keep(f"SELECT {', '.join(f'{sql} AS {name}' for name, sql in select.items())} FROM {source.sql}")
    notes = [f"{header}: {words} read." for header in numbers for words in readings[header].repairs]
    if is_instant(source, roles["date"]) and not choice.date_format:
        notes.append(f"{roles['date']}: days are those of {engine.time_zone}; another zone with --time-zone.")
    if "amount" not in roles:
        notes.append(f"The amount of a row is {roles['quantity']} times {roles['price']}.")
    if email and email != roles["customer"]:
        guests = f"{known} IS NULL AND {filled(source, email)} IS NOT NULL"
        number = engine.rows(f"SELECT count(*) FROM {source.sql} WHERE {guests}")[0][0]
        notes += (
            [f"{count(number, 'row')} without {roles['customer']}: the customer is known by {email}."] if number else []
        )
    if roles["customer"] == email:
        notes.append(f"Customers are told apart by {email}, as there is no customer id.")
    return table, notes


def _known(engine: Engine, source: Source, header: str, email: str | None) -> str:
    """Return SQL of the customer's id, null for guests: by a word for one, or by the id 0 with several addresses."""
    if header == email:
        return _text(source, header, is_email=True)
    text, guests = filled(source, header), list(GUESTS)
    if email:
        addresses = f"count(DISTINCT {_text(source, email, is_email=True)})"
        number = engine.rows(f"SELECT {addresses} FROM {source.sql} WHERE {text} = '0'")[0][0]
        guests += ["0"] if number > 1 else []
    return f"CASE WHEN lower({text}) NOT IN ({', '.join(map(literal, guests))}) THEN {text} END"


def _text(source: Source, header: str, *, is_email: bool) -> str:
    return f"lower({filled(source, header)})" if is_email else filled(source, header)


def _refunded(reading: Reading, amount: str) -> str:
    """Return SQL of the amount paid back, 0 or more; all of it where the column answers with yes."""
    return f"CASE WHEN {reading.value} = 1 THEN {amount} END" if reading.answers else f"abs({reading.value})"


def _flag(source: Source, roles: dict[str, str], role: str) -> str:
    """Return SQL of whether a cell says yes: anything but no, zero and nothing."""
    if role not in roles:
        return "false"
    return f"coalesce(lower({filled(source, roles[role])}) NOT IN ('no', 'n', 'false', 'f', '0'), false)"


def _fill(engine: Engine, cells: Table, columns: OrderColumns) -> tuple[Table, list[str]]:
    """Give rows that continue an order what only the order's first row says, and leave out those without amount."""
    if "order" not in columns.roles:
        return cells, []
    gaps = "order_id IS NOT NULL AND (customer IS NULL OR day IS NULL OR amount IS NULL)"
    if not engine.rows(f"SELECT count(*) FROM {cells.sql} WHERE {gaps}")[0][0]:
        return cells, []
    inherited = ["day", "currency", *(f"status_{number}" for number in range(len(columns.statuses)))]
    firsts = ", ".join(f"min({name}) AS first_{name}" for name in inherited)
    customer = "CASE WHEN min(customer) = max(customer) THEN min(customer) END AS first_customer"
    orders = (
        f"(SELECT order_id AS id, {firsts}, {customer}, count(amount) AS amounts FROM {cells.sql} "
        "WHERE order_id IS NOT NULL GROUP BY order_id) AS firsts"
    )
    taken = [f"coalesce({name}, first_{name}) AS {name}" for name in ("customer", *inherited)]
    kept = ["order_id", "amount", "refunded", "cancelled", "test", *columns.contacts, _ROW]
    continues = "coalesce(amount IS NULL AND amounts > 0, false) AS continues"
    joined = engine.keep(
        f"SELECT {', '.join([*kept, *taken, continues])} FROM {cells.sql} AS cells LEFT JOIN {orders} ON order_id = id"
    )
    number = engine.rows(f"SELECT count(*) FROM {joined.sql} WHERE continues")[0][0]
    notes = (
        [f"{count(number, 'row')} without amount: they continue the order above and belong to it."] if number else []
    )
    return engine.define(f"SELECT * FROM {joined.sql} WHERE NOT continues"), notes


def _without_gaps(engine: Engine, cells: Table) -> tuple[Table, list[str], float]:
    """Leave out rows without customer, date or amount; also return the share of rows that were."""
    usable = f"customer IS NOT NULL AND day IS NOT NULL AND abs(amount) <= {LARGEST}"
    counts = engine.aggregate(
        "SELECT count(*) - count(customer) AS customer, count(*) - count(day) AS date, "
        f"count(CASE WHEN amount IS NULL OR isnan(amount) OR abs(amount) > {LARGEST} THEN 1 END) AS amount, "
        f"count(*) AS total, count(CASE WHEN {usable} THEN 1 END) AS usable FROM {cells.sql}"
    )
    total, kept = counts.pop("total"), counts.pop("usable")
    notes = [f"{count(number, 'row')} left out: no {role}." for role, number in counts.items() if number]
    return engine.define(f"SELECT * FROM {cells.sql} WHERE {usable}"), notes, 1 - kept / total if total else 0.0


def _without_states(engine: Engine, columns: OrderColumns, rows: Table) -> tuple[Table, list[str]]:
    """Leave out what was cancelled, failed or paid back, drafts and tests; rows that pay something back stay."""
    why = {"cancelled": "cancelled", "test": "tests"}
    conditions = {f"{name}": [reason] for name, reason in why.items() if name in columns.roles}
    notes: list[str] = []
    for number, header in enumerate(columns.statuses):
        name = f"status_{number}"
        states = engine.rows(
            f"SELECT {name}, count(*) FROM {rows.sql} WHERE {name} IS NOT NULL GROUP BY {name} LIMIT {_MOST_WORDS + 1}"
        )
        if len(states) > _MOST_WORDS:
            continue
        reasons = {state: reason_to_leave_out(state) for state, _ in states}
        for reason in sorted(set(reasons.values()) - {""}):
            words = ", ".join(literal(state) for state in sorted(reasons) if reasons[state] == reason)
            conditions[
                f"coalesce({name} IN ({words}), false)" + (" AND amount >= 0" if reason == "refunded" else "")
            ] = [
                reason,
                header,
            ]
        partly = sum(number for state, number in states if is_partly_refunded(state))
        if partly and "refunded" not in columns.roles:
            notes.append(
                f"{count(partly, 'row')} partly refunded by {header}: counted in full, as there is no column of "
                "refunds (or name it with --refunded)."
            )
    return _leave_out(engine, rows, conditions, notes)


def _leave_out(
    engine: Engine, rows: Table, conditions: dict[str, list[str]], notes: list[str]
) -> tuple[Table, list[str]]:
    """Leave out rows by conditions, each counted under the first that holds."""
    if not conditions:
        return rows, notes
    cases = " ".join(f"WHEN {condition} THEN {number}" for number, condition in enumerate(conditions))
    reasons = list(conditions.values())
    counts = dict(
        engine.rows(
            f"SELECT reason, count(*) FROM (SELECT CASE {cases} END AS reason FROM {rows.sql}) AS r GROUP BY reason"
        )
    )
    totals: Counter[str] = Counter()
    for number, reason in enumerate(reasons):
        totals[" by ".join(reason)] += counts.get(number, 0)
    notes = [f"{count(number, 'row')} left out: {reason}." for reason, number in totals.items() if number] + notes
    return engine.define(f"SELECT * FROM {rows.sql} WHERE CASE {cases} END IS NULL"), notes


def _in_one_currency(
    engine: Engine, source: Source, columns: OrderColumns, rows: Table, wanted: str
) -> tuple[Table, list[str]]:
    """Leave out rows in other currencies than the one that was asked for; several without one asked for are refused."""
    if "currency" not in columns.roles:
        if wanted:
            raise DataError(f"{source.path}: expected a column of currencies for --currency {wanted}, found none")
        return rows, []
    counts = engine.rows(
        f"SELECT currency, count(*) FROM {rows.sql} WHERE currency IS NOT NULL GROUP BY currency "
        f"ORDER BY count(*) DESC, currency LIMIT {_MOST_WORDS}"
    )
    currencies = dict(counts)
    listed = ", ".join(f"{currency} ({number:,} rows)" for currency, number in counts[:10])
    where = f"{source.path}: column {identifier(columns.roles['currency'])}"
    if wanted and wanted.upper() not in currencies:
        raise DataError(f"{where}: expected orders in {wanted.upper()}, found {listed or 'none'}")
    if len(currencies) > 1 and not wanted:
        raise DataError(f"{where}: expected one currency, found {listed}; pick one with --currency {counts[0][0]}")
    if not wanted or len(currencies) < 2:
        return rows, []
    others = sum(currencies.values()) - currencies[wanted.upper()]
    note = f"{count(others, 'row')} left out: in other currencies than {wanted.upper()}."
    return engine.define(f"SELECT * FROM {rows.sql} WHERE currency = {literal(wanted.upper())}"), [note]


def _each_amount_once(
    engine: Engine, source: Source, columns: OrderColumns, rows: Table, amount_per: str
) -> tuple[Table, list[str]]:
    """Count an amount that an order repeats on each of its rows once."""
    roles = columns.roles
    if "order" not in roles or "amount" not in roles or amount_per == LINE:
        return rows, []
    several, alike = _repeated(engine, rows)
    if not amount_per:
        amount_per = _decide(source, roles, several, alike)
    if amount_per == LINE or not several:
        return rows, []
    nth = f"row_number() OVER (PARTITION BY order_id, customer, amount < 0 ORDER BY {_ROW})"
    first = engine.keep(
        f"SELECT * FROM (SELECT *, {nth} AS nth FROM {rows.sql}) AS numbered WHERE order_id IS NULL OR nth = 1"
    )
    note = f"{roles['amount']} is the order's total, on each of its rows: counted once for each {roles['order']}."
    return first, [note]


def _repeated(engine: Engine, rows: Table) -> tuple[int, int]:
    """Return how many orders have several amounts, and how many of these repeat one amount."""
    orders = (
        f"(SELECT count(*) AS n, min(amount) AS low, max(amount) AS high FROM {rows.sql} "
        "WHERE order_id IS NOT NULL AND amount > 0 GROUP BY order_id, customer) AS orders"
    )
    several, alike = engine.rows(f"SELECT count(*), count(CASE WHEN low = high THEN 1 END) FROM {orders} WHERE n > 1")[
        0
    ]
    return several, alike


def _decide(source: Source, roles: dict[str, str], several: int, alike: int) -> str:
    """Return whether amounts are of orders or of lines; refuse where both are likely."""
    named = amount_is_of(roles["amount"])
    if named == LINE or not several or not alike:
        return LINE
    if named == ORDER and alike == several:
        return ORDER
    nearly_all = alike >= 0.9 * several and several >= _CLEAR
    if alike < several and not (nearly_all and may_be_of_orders(roles["amount"])):
        return LINE
    raise DataError(
        f"{source.path}: column {identifier(roles['amount'])}: {alike:,} of {several:,} orders of several rows repeat "
        "one amount: it could be the order's total or the amount of each row; say which with --amount-per order or "
        "--amount-per line"
    )


def _without_refunds(engine: Engine, columns: OrderColumns, rows: Table) -> tuple[Table, list[str]]:
    """Take refunds off the amounts; an order that was paid back in full does not count."""
    kept = ", ".join(["customer", "order_id", "day", *columns.contacts, _ROW])
    if "refunded" not in columns.roles:
        return engine.define(f"SELECT {kept}, amount FROM {rows.sql}"), []
    in_full, in_part, total = engine.rows(
        "SELECT count(CASE WHEN refunded >= amount AND refunded > 0 AND amount > 0 THEN 1 END), "
        "count(CASE WHEN refunded < amount AND refunded > 0 THEN 1 END), "
        f"sum(CASE WHEN refunded < amount THEN refunded END) FROM {rows.sql}"
    )[0]
    header = columns.roles["refunded"]
    notes = [f"{count(in_full, 'row')} left out: refunded in full by {header}."] if in_full else []
    notes += [f"{count(in_part, 'row')} lowered by {header}: {total:,.2f} in all."] if in_part else []
    net = "CASE WHEN amount > 0 THEN amount - coalesce(refunded, 0) ELSE amount END AS amount"
    partly = "coalesce(refunded, 0) = 0 OR amount <= 0 OR refunded < amount"
    return engine.define(f"SELECT {kept}, {net} FROM {rows.sql} WHERE {partly}"), notes
