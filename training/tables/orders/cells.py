"""What the rows of an order table say, cell by cell, before any of them is left out."""

from dataclasses import replace

from ...engines.engine import WHOLE_NUMBERS, Engine, Table, identifier, one_of
from ...files.missing import filled, is_as_filled
from ...files.source import Source, count
from ..addresses import address
from ..dates.dates import date_sql, is_date_type, is_instant
from ..ids import refuse_unclear
from ..number_cells import NO
from ..numbers import Reading, read_columns, refuse_text
from .columns import GUESTS, Choice, OrderColumns
from .words import may_be_answer

ROW = '"#row"'
_NOUGHT = ("0", "0.0", "0.00", "0,00")


def read_cells(
    engine: Engine, source: Source, columns: OrderColumns, choice: Choice, *, of_all: bool = True
) -> tuple[Table, list[str]]:
    """Return what each row says, and notes on how it was read.

    Cells of text are taken apart once and kept. Those that have types are read from the file at each use: that costs
    less than a copy of them all. Whether all rows are asked for, `of_all`, changes how soon, not what.

    Columns out: customer, order_id, day, amount, refunded, currency, cancelled, test, `status_0`, `kind_0` and so on, a
    column a contact, and `"#row"`.

    Raises
    ------
    DataError
        A cell cannot be read.
    """
    source = _parsed_once(engine, source, columns)
    roles = columns.roles
    for role in ("customer", "order"):
        if role in roles:
            refuse_unclear(engine, source, roles[role], f"--{role}")
    readings = _read_numbers(engine, source, roles, choice.decimal)
    other = _other_address(engine, source, columns)
    known, order = _ids(engine, source, columns, other, of_all=of_all)
    amounts = ("amount",) if "amount" in roles else ("quantity", "price")
    amount = " * ".join(f"({readings[role].value})" for role in amounts)
    select = {
        "customer": f"coalesce({known}, {other})" if other else known,
        "order_id": order,
        "day": date_sql(engine, source, roles["date"], choice.date_format),
        "amount": amount,
        "refunded": _refunded(engine, source, roles, readings, amount),
        "currency": f"upper({filled(source, roles['currency'])})" if "currency" in roles else "CAST(NULL AS STRING)",
        "cancelled": _flag(source, roles, "cancelled"),
        "test": _flag(source, roles, "test"),
        **{f"status_{number}": filled(source, header) for number, header in enumerate(columns.statuses)},
        **{f"kind_{number}": filled(source, header) for number, header in enumerate(columns.kinds)},
        **{kind: filled(source, header) for kind, header in columns.contacts.items()},
        ROW: source.row,
    }
    has_types = is_date_type(source, roles["date"]) and not choice.date_format
    has_types &= all(source.columns[roles[role]] != "VARCHAR" for role in readings)
    store = engine.define if has_types else engine.keep
    table = store(f"SELECT {', '.join(f'{sql} AS {name}' for name, sql in select.items())} FROM {source.sql}")
    notes = [f"{roles[role]}: {words} read." for role in amounts for words in readings[role].repairs]
    return table, notes + _say_how(engine, source, columns, choice) + _say_guests(engine, source, columns, known)


def _parsed_once(engine: Engine, source: Source, columns: OrderColumns) -> Source:
    """Return the columns that are needed of a file of text, kept in the engine: its lines are taken apart once."""
    if not source.is_text:
        return source
    of_state = (*columns.statuses, *columns.kinds)
    needed = dict.fromkeys([*columns.roles.values(), *of_state, *columns.contacts.values()])
    kept = engine.keep(f"SELECT {', '.join(map(identifier, needed))}, {source.row} AS {ROW} FROM {source.sql}")
    return replace(source, table=Table(kept.sql, {header: source.columns[header] for header in needed}, ROW))


def _read_numbers(engine: Engine, source: Source, roles: dict[str, str], decimal: str) -> dict[str, Reading]:
    """Return how the cells of the amount, or quantity and price, and of what was paid back are read, by role."""
    wanted = ("amount",) if "amount" in roles else ("quantity", "price")
    headers = {role: roles[role] for role in (*wanted, "refunded") if role in roles}
    readings = read_columns(engine, source, list(headers.values()), decimal)
    for role, header in headers.items():
        option = "refunded" if role == "refunded" else "amount"
        refuse_text(engine, source, header, readings[header], f"name another column with --{option} COLUMN")
    return {role: readings[header] for role, header in headers.items()}


def _ids(engine: Engine, source: Source, columns: OrderColumns, other: str, *, of_all: bool) -> tuple[str, str]:
    """Return SQL of the customer's and of the order's id.

    One look at a column of text may show that the rules change none of its cells; then the column itself is the id, and
    no later look at it has to follow them. Where few rows are asked for, to follow them there takes less.
    """
    customer, order = columns.roles["customer"], columns.roles.get("order", "")
    is_address = customer == columns.contacts.get("email")
    nobody = [] if is_address else _nobody(engine, source, columns, other)
    known = address(engine, source, customer) if is_address else filled(source, customer, nobody)
    as_address = f" AND {known} = {identifier(customer)}" if is_address else ""
    rules = [(customer, known, is_as_filled(customer, nobody) + as_address)]
    if order and WHOLE_NUMBERS.fullmatch(source.columns[order]):
        rules.append((order, identifier(order), "false"))
    elif order:
        rules.append((order, filled(source, order), is_as_filled(order)))
    looks = [f"bool_and({look})" if source.columns[header] == "VARCHAR" else "false" for header, _, look in rules]
    same = engine.rows(f"SELECT {', '.join(looks)} FROM {source.sql}")[0] if of_all else [False] * len(rules)
    ids = [identifier(header) if is_same else rule for (header, rule, _), is_same in zip(rules, same, strict=True)]
    return ids[0], ids[1] if order else "CAST(NULL AS STRING)"


def _nobody(engine: Engine, source: Source, columns: OrderColumns, other: str) -> list[str]:
    """Return what stands for the customer's id of guests: words for one, and the id 0 with several addresses."""
    header = columns.roles["customer"]
    nobody = list(GUESTS) if source.columns[header] == "VARCHAR" else []
    if other:
        number = engine.rows(f"SELECT count(DISTINCT {other}) FROM {source.sql} WHERE {filled(source, header)} = '0'")[
            0
        ][0]
        nobody += ["0"] if number > 1 else []
    return nobody


def _other_name(columns: OrderColumns) -> str:
    """Return the column of e-mail addresses by which customers without an id are known; empty for none."""
    email = columns.contacts.get("email", "")
    return "" if email == columns.roles["customer"] else email


def _other_address(engine: Engine, source: Source, columns: OrderColumns) -> str:
    """Return SQL of the e-mail address by which customers without an id are known; empty for none."""
    email = _other_name(columns)
    return address(engine, source, email) if email else ""


def _refunded(engine: Engine, source: Source, roles: dict[str, str], readings: dict[str, Reading], amount: str) -> str:
    """Return SQL of the amount paid back, 0 or more; all of it where the column answers with yes, or 1 and 0 only."""
    if "refunded" not in roles:
        return "CAST(NULL AS DOUBLE)"
    value, answers = readings["refunded"].value, readings["refunded"].answers
    if not answers and may_be_answer(roles["refunded"]):
        others = f"count(CASE WHEN {value} NOT IN (0, 1) THEN 1 END)"
        answers = engine.rows(f"SELECT {others} FROM {source.sql}")[0][0] == 0
    return f"CASE WHEN {value} = 1 THEN {amount} END" if answers else f"abs({value})"


def _flag(source: Source, roles: dict[str, str], role: str) -> str:
    """Return SQL of whether a cell says yes: anything but no, zero and nothing."""
    if role not in roles:
        return "false"
    return f"coalesce(NOT {one_of(f'lower({filled(source, roles[role])})', (*NO, *_NOUGHT))}, false)"


def _say_how(engine: Engine, source: Source, columns: OrderColumns, choice: Choice) -> list[str]:
    """Say which columns are read, and what a day is."""
    roles = columns.roles
    is_address = roles["customer"] == columns.contacts.get("email")
    amounts = roles["amount"] if "amount" in roles else f"{roles['quantity']} times {roles['price']}"
    notes = [
        f"Customers come from {roles['customer']}{', as there is no customer id' if is_address else ''}; "
        f"days from {roles['date']}; amounts from {amounts}."
    ]
    if is_instant(source, roles["date"]) and not choice.date_format:
        notes.append(f"{roles['date']}: days are those of {engine.time_zone}; another zone with --time-zone.")
    return notes


def _say_guests(engine: Engine, source: Source, columns: OrderColumns, known: str) -> list[str]:
    """Say how many rows lack a customer's id but have an e-mail address."""
    customer, email = columns.roles["customer"], _other_name(columns)
    if not email:
        return []
    guests = f"{known} IS NULL AND {filled(source, email)} IS NOT NULL"
    number = engine.rows(f"SELECT count(*) FROM {source.sql} WHERE {guests}")[0][0]
    return [f"{count(number, 'row')} without {customer}: the customer is known by {email}."] if number else []
