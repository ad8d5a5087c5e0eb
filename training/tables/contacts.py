"""Which columns hold contacts and ids, by what is in them too: one without any value gives way to the next of its kind.

The page has the same rule (static/customers/table/contact_columns.js); tests/cases/contact_columns.json holds both to
it.
"""

from collections.abc import Iterable, Sequence

from ..engines.engine import Engine, Table, identifier
from ..files.missing import filled
from ..files.source import Source
from .headers import find_contacts, find_id

_FIRST_ROWS = 1000
"""Rows that are looked at before all: most columns have a value there."""


def find_filled_contacts(
    engine: Engine, table: Source | Table, headers: Sequence[str], taken: Iterable[str] = ()
) -> dict[str, str]:
    """Return the header of each kind of contact that there is, none of those that are taken.

    Of several columns of a kind the first that has a value counts; only where there are several is the table read.
    """
    taken, known = set(taken), set[str]()
    while True:
        contacts = find_contacts(headers, taken)
        rivals = find_contacts(headers, taken.union(contacts.values()))
        doubtful = {header for kind, header in contacts.items() if kind in rivals} - known
        empty = _without_values(engine, table, doubtful)
        if not empty:
            return contacts
        known |= doubtful - empty
        taken |= empty


def find_filled_id(
    engine: Engine, table: Source | Table, headers: Sequence[str], taken: Iterable[str] = ()
) -> str | None:
    """Return the header of the customer's id, if there is one, none of those that are taken; of several as above."""
    taken = set(taken)
    while True:
        header = find_id(headers, taken)
        rival = header and find_id(headers, {*taken, header})
        if not header or not rival or not _without_values(engine, table, {header}):
            return header
        taken.add(header)


def _without_values(engine: Engine, table: Source | Table, headers: Iterable[str]) -> set[str]:
    """Return those of the columns in which every cell is missing."""
    empty = sorted(headers)
    for limit in (f" LIMIT {_FIRST_ROWS}", ""):
        if empty:
            columns = ", ".join(map(identifier, empty))
            counts = ", ".join(f"count({filled(table, header)})" for header in empty)
            row = engine.rows(f"SELECT {counts} FROM (SELECT {columns} FROM {table.sql}{limit}) AS looked_at")[0]
            empty = [header for header, count in zip(empty, row, strict=True) if not count]
    return set(empty)
