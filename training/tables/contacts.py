"""Which columns hold contacts and ids, by what is in them too: one without any value gives way to the next of its kind.

The page has the same rule (static/customers/table/contact_columns.js); tests/cases/contact_columns.json holds both to
it.
"""

from collections.abc import Callable, Iterable, Sequence

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
    return _find_filled(engine, table, lambda out: find_contacts(headers, out), taken)


def find_filled_id(
    engine: Engine, table: Source | Table, headers: Sequence[str], taken: Iterable[str] = ()
) -> str | None:
    """Return the header of the customer's id, if there is one, none of those that are taken; of several as above."""

    def find(out: set[str]) -> dict[str, str]:
        header = find_id(headers, out)
        return {"id": header} if header else {}

    return _find_filled(engine, table, find, taken).get("id")


def _find_filled(
    engine: Engine, table: Source | Table, find: Callable[[set[str]], dict[str, str]], taken: Iterable[str]
) -> dict[str, str]:
    """Return what is found, by kind, without the columns that are taken, and without empty ones that have rivals."""
    out, known = set(taken), set[str]()
    while True:
        headers = find(out)
        rivals = find(out.union(headers.values()))
        doubtful = {header for kind, header in headers.items() if kind in rivals} - known
        empty = _without_values(engine, table, doubtful)
        if not empty:
            return headers
        known |= doubtful - empty
        out |= empty


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
