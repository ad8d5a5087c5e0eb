"""Turns a table of orders into one row a customer: recency, frequency and monetary value.

A row with a negative amount is a return: it lowers the customer's total and is no order. A row with an amount of zero
is an order. Rows without customer, date or amount are left out. Customers with returns only are left out.

References
----------
Fader, P. S., Hardie, B. G. S. and Lee, K. L. (2005). RFM and CLV: using iso-value curves for customer base analysis.
    Journal of Marketing Research 42(4), 415-430. https://doi.org/10.1509/jmkr.2005.42.4.415
"""

import datetime
from dataclasses import dataclass

from ..engines.engine import KEY, Engine, Table, identifier, literal
from .columns import RFM, Column, key
from .customers import Customers
from .dates import date_sql
from .numbers import LARGEST, read_columns, refuse_text
from .source import DataError, Source

COLUMNS = [
    Column("recency_days", "recency_days", "Recency", "days"),
    Column("frequency", "frequency", "Frequency", "orders"),
    Column("monetary", "monetary", "Monetary value", ""),
]

_ALIASES = {
    "customer": "customerid customer custid customernumber customerno clientid client userid user memberid accountid "
    "buyerid",
    "date": "orderdate date invoicedate purchasedate transactiondate saledate orderedat orderpurchasetimestamp "
    "createdat datetime timestamp day",
    "amount": "amount orderamount totalamount total ordertotal grandtotal nettotal netamount revenue sales ordervalue "
    "value totalprice linetotal payment paymentvalue turnover spend",
    "order": "orderid orderno ordernumber order invoiceid invoiceno invoicenumber invoice transactionid transactionno "
    "transaction receiptid receiptno receipt basketid",
    "quantity": "quantity qty units",
    "price": "unitprice priceperunit itemprice priceeach price",
}
_NEEDED = ("customer", "date", "amount")


@dataclass(frozen=True)
class Choice:
    """What the user said about the columns and the day; empty or None where the table is to tell."""

    customer: str = ""
    date: str = ""
    amount: str = ""
    date_format: str = ""
    decimal: str = ""
    as_of: datetime.date | None = None


def find_order_columns(source: Source, choice: Choice) -> dict[str, str]:
    """Find the columns of an order table.

    Returns
    -------
    dict from "customer", "date" and either "amount" or "quantity" and "price", and "order" if there is one, to header

    Raises
    ------
    DataError
        A column that was asked for, or one that is needed, is not there.
    """
    headers = {key(header): header for header in reversed(source.columns)}
    found = {}
    for role, aliases in _ALIASES.items():
        wanted = getattr(choice, role, "")
        if wanted and wanted not in source.columns and key(wanted) not in headers:
            raise DataError(f"{source.path}: expected a column {identifier(wanted)}, found {', '.join(source.columns)}")
        header = wanted if wanted in source.columns else headers.get(key(wanted)) if wanted else None
        header = header or next((headers[alias] for alias in aliases.split() if alias in headers), None)
        if header:
            found[role] = header
    priced = "quantity" in found and "price" in found
    missing = [role for role in _NEEDED if role not in found and not (role == "amount" and priced)]
    if missing:
        options = " ".join(f"--{role} COLUMN" for role in missing)
        raise DataError(
            f"{source.path}: expected columns for customer, date and amount, found none for {' and '.join(missing)} "
            f"among {', '.join(source.columns)}; name it with {options}"
        )
    return found


def summarise_orders(engine: Engine, source: Source, choice: Choice) -> tuple[Customers, Table]:
    """Compute recency, frequency and monetary value of each customer.

    Columns in: customer, date, amount (or quantity and unit price), order id if there is one.
    Columns out: customer_id : text; recency_days : days from the customer's last order to the day after the newest
    order, or to `choice.as_of`; frequency : number of orders, distinct order ids if there are any, else distinct days;
    monetary : sum of the amounts, returns taken off.

    Returns
    -------
    customers : Customers, those with a monetary value above zero, without the id
    rfm : Table, all of them in the order of their ids

    Raises
    ------
    DataError
        A column is missing, a cell cannot be read, or no order is left.
    """
    roles = find_order_columns(source, choice)
    orders, notes = _store_rows(engine, source, roles, choice)
    day, readable = engine.rows(f"SELECT max(day), count(*) FROM {orders.sql}")[0]
    if day is None:
        raise DataError(f"{source.path}: expected orders, found no row with customer, date and amount")
    as_of = choice.as_of or day + datetime.timedelta(days=1)
    rfm = _store_rfm(engine, orders, as_of)
    spenders = " AND ".join(["monetary > 0", f"monetary <= {LARGEST}"])
    used, customers = engine.rows(f"SELECT count(*) FILTER (WHERE {spenders}), count(*) FROM {rfm.sql}")[0]
    if not customers:
        raise DataError(f"{source.path}: expected orders before {as_of}, found none")
    if not used:
        raise DataError(f"{source.path}: expected customers who spent something, found none before {as_of}")
    notes += _describe(engine, orders, rfm, roles, as_of)
    if used < customers:
        notes.append(f"{_count(customers - used, 'customer')} left out of the fit: nothing spent in total.")
    table = engine.define(f"SELECT {', '.join(RFM)}, number_of(customer_id) AS {KEY} FROM {rfm.sql} WHERE {spenders}")
    left_out = 1 - (readable / source.rows) * (used / customers)
    return Customers(table, COLUMNS, used, source.path.name, engine.digest(str(source.file)), notes, left_out), rfm


def _store_rows(engine: Engine, source: Source, roles: dict[str, str], choice: Choice) -> tuple[Table, list[str]]:
    """Return customer, order_id, day and amount of every readable row, and say what was left out."""
    numbers = [roles["amount"]] if "amount" in roles else [roles["quantity"], roles["price"]]
    readings = read_columns(engine, source, numbers, choice.decimal)
    for header in numbers:
        refuse_text(engine, source, header, readings[header])
    customer = f"nullif(trim(CAST({identifier(roles['customer'])} AS STRING)), '')"
    order = f"CAST({identifier(roles['order'])} AS STRING)" if "order" in roles else "NULL"
    day = date_sql(engine, source, roles["date"], choice.date_format)
    amount = " * ".join(f"({readings[header].value})" for header in numbers)
    cells = engine.keep(
        f"SELECT {customer} AS customer, {order} AS order_id, {day} AS day, {amount} AS amount FROM {source.sql}",
    )
    usable = f"customer IS NOT NULL AND day IS NOT NULL AND abs(amount) <= {LARGEST}"
    orders = engine.define(f"SELECT * FROM {cells.sql} WHERE {usable}")
    counts = engine.aggregate(
        "SELECT count(*) - count(customer) AS customer, count(*) - count(day) AS date, "
        f"count(*) FILTER (WHERE amount IS NULL OR abs(amount) > {LARGEST}) AS amount FROM {cells.sql}"
    )
    notes = [*source.notes]
    notes += [f"{header}: {words} read." for header in numbers for words in readings[header].repairs]
    if "amount" not in roles:
        notes.append(f"The amount of a row is {roles['quantity']} times {roles['price']}.")
    notes += [f"{_count(count, 'row')} left out: no {role}." for role, count in counts.items() if count]
    return orders, notes


def _before(orders: Table, as_of: datetime.date) -> str:
    return f"FROM {orders.sql} WHERE day < DATE {literal(as_of.isoformat())}"


def _store_rfm(engine: Engine, orders: Table, as_of: datetime.date) -> Table:
    """Return one row a customer."""
    return engine.keep(
        "SELECT customer AS customer_id, "
        f"days_between(max(day) FILTER (WHERE amount >= 0), DATE {literal(as_of.isoformat())}) AS recency_days, "
        "count(DISTINCT coalesce(order_id, CAST(day AS STRING))) FILTER (WHERE amount >= 0) AS frequency, "
        f"round(sum(amount), 6) AS monetary {_before(orders, as_of)} GROUP BY customer "
        "HAVING count(*) FILTER (WHERE amount >= 0) > 0 ORDER BY customer"
    )


def _describe(engine: Engine, orders: Table, rfm: Table, roles: dict[str, str], as_of: datetime.date) -> list[str]:
    """Say how the orders were counted."""
    counts = engine.aggregate(
        "SELECT count(*) AS rows, count(*) FILTER (WHERE amount < 0) AS returns, "
        "count(*) FILTER (WHERE amount = 0) AS free, "
        f"count(DISTINCT customer) AS customers, min(day) AS first, max(day) AS last {_before(orders, as_of)}"
    )
    later = engine.rows(f"SELECT count(*) FROM {orders.sql}")[0][0] - counts["rows"]
    totals = engine.aggregate(
        f"SELECT count(*) AS customers, sum(frequency) AS orders, sum(monetary) AS total FROM {rfm.sql}"
    )
    how = f"distinct {roles['order']}" if "order" in roles else "days with an order, as there is no order id"
    notes = [
        f"{_count(counts['rows'], 'row')} from {counts['first']} to {counts['last']}: {int(totals['orders']):,} orders "
        f"of {_count(totals['customers'], 'customer')}, {totals['total']:,.2f} in total.",
        f"Recency counts to {as_of}; frequency counts {how}.",
    ]
    missed = {
        f"on or after {as_of}: left out": later,
        "with a negative amount: returns, taken off the total and not counted as orders": counts["returns"],
        "with an amount of zero: counted as orders": counts["free"],
    }
    notes += [f"{_count(count, 'row')} {what}." for what, count in missed.items() if count]
    gone = counts["customers"] - totals["customers"]
    return notes + ([f"{_count(gone, 'customer')} left out: returns only."] if gone else [])


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
