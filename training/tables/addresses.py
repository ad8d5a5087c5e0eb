"""Customers known by their e-mail address, who are one however it is written: a@x.org, mailto:a@x.org, Ann <A@X.org>.

The page has the same rule (static/customers/contacts/contacts.js); tests/cases/contacts.json holds both to it.
"""

from ..contacts.people import customer_of
from ..engines.engine import Engine, Table, identifier, matches
from ..files.missing import filled
from ..files.source import Source

_PLAIN = "[!#-&*+./0-9=@-Z^_a-z{|}~-]+"
"""ASCII without the signs that may stand around an address: of these texts the rule changes nothing but capitals."""


def is_plain(engine: Engine, table: Source | Table, header: str) -> bool:
    """Whether no cell of a column has a sign that may stand around an address."""
    if table.columns[header] != "VARCHAR":
        return True
    odd = f"SELECT count(*) FROM {table.sql} WHERE NOT {matches(identifier(header), _PLAIN)}"
    return not engine.rows(odd)[0][0]


def address(engine: Engine, table: Source | Table, header: str) -> str:
    """Return SQL of who a customer is by a column of addresses; null where it is missing.

    The rule in Python is called for those cells only that are not written plainly, if there are any.
    """
    text = filled(table, header)
    if is_plain(engine, table, header):
        return f"lower({text})"
    engine.function("customer_of", customer_of, 1)
    return (
        f"CASE WHEN {text} IS NULL THEN NULL WHEN {matches(text, _PLAIN)} THEN lower({text}) "
        f"ELSE customer_of(coalesce({text}, '')) END"  # Spark calls it for all rows
    )
