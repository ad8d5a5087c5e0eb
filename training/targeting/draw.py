"""Who the customer of a row is, whether they can be found, and in which group they are, as SQL.

Most tables name nearly everyone by an address written plainly, or by a plain number, of which the rules of
`contacts.person` change nothing but capitals, and dots and additions at Google. The engine reads those itself; the
others go through the rules, row by row. What Python computes for Spark needs no library there, so it names nothing of
this module.
"""

import hashlib
from dataclasses import dataclass

from ..contacts.consent import SILENT, YES, consent
from ..contacts.person import KINDS, Home, all_marks, customer_key, is_findable, with_country
from ..engines.engine import Engine, Table, literal, matches, replaced
from ..files.missing import as_text
from ..scoring.nearest import double
from .plan import SPAN, beginning, place

CONTROL, TREATED = "control", "treated"

_ADDRESS = r"[A-Za-z0-9][A-Za-z0-9_+-]*(\.[A-Za-z0-9_+-]+)*@([A-Za-z0-9][A-Za-z0-9-]*\.)+[A-Za-z]{2,}"
_LONGEST = 254
_NUMBER = "[!-~]+"


@dataclass(frozen=True)
class Person:
    """SQL of what a row says of its customer, texts that are never null; "''" where there is no column.

    email, phone, customer_id, first_name, last_name, zip, country : cells
    home : country of rows that name none
    """

    email: str
    phone: str
    customer_id: str
    first_name: str
    last_name: str
    zip: str
    country: str
    home: Home

    @property
    def cells(self) -> str:
        """All of them, as arguments."""
        return ", ".join(getattr(self, kind) for kind in KINDS)

    @property
    def has_plain_address(self) -> str:
        """Whether the address is written plainly."""
        if self.email == "''":
            return "false"
        return f"({matches(self.email, _ADDRESS)} AND length({self.email}) <= {_LONGEST})"

    @property
    def plain_address(self) -> str:
        """The address in the form that Google hashes, if it is written plainly."""
        mail = f"lower({self.email})"
        mailbox = f"replace({replaced(mail, '([+].*)?@.*$')}, '.', '')"
        at_google = f"{mail} LIKE '%@gmail.com' OR {mail} LIKE '%@googlemail.com'"
        return f"CASE WHEN {at_google} THEN concat({mailbox}, {replaced(mail, '^[^@]*')}) ELSE {mail} END"

    @property
    def plain_key(self) -> str:
        """Who the customer is, where that is written plainly; else null."""
        is_number = matches(self.customer_id, _NUMBER)
        return (
            f"CASE WHEN {self.has_plain_address} THEN {self.plain_address} "
            f"WHEN {self.has_no_contact} AND {is_number} THEN {self.customer_id} END"
        )

    @property
    def has_no_contact(self) -> str:
        """Whether there is neither address nor phone."""
        return f"({self.email} = '' AND {self.phone} = '')"


def find_person(table: Table, contacts: dict[str, str], key: str, home: Home) -> Person:
    """Return what the rows of a table say of their customers.

    Parameters
    ----------
    table : Table
    contacts : dict from kinds of contacts to headers
    key : header of the customer's number
    home : country of rows that name none
    """
    named = contacts if key in contacts.values() else {**contacts, "customer_id": key}
    return Person(**{kind: cell(table, named[kind]) if kind in named else "''" for kind in KINDS}, home=home)


def cell(table: Table, header: str) -> str:
    """Return SQL of a column's cell as text, "" for none; whole numbers have no decimals."""
    return f"coalesce({as_text(table, header)}, '')"


def said(engine: Engine, answer: str, silent: str) -> str:
    """Return SQL of what a cell says of consent; what is empty counts as `silent`, "yes" or "no"."""

    def consent_of(text: str) -> str:
        word = consent(text)
        return YES if word == SILENT and silent == YES else word

    engine.function("consent_of", consent_of, 1)
    return f"consent_of({answer})"


def findable(engine: Engine, person: Person) -> str:
    """Return SQL of whether a customer can be found, 'true' or 'false'."""
    home = person.home

    def findable_of(*cells: str) -> str:
        return "true" if is_findable(*with_country(cells, home)) else "false"

    engine.function("findable_of", findable_of, len(KINDS))
    return (
        f"CASE WHEN {person.has_plain_address} THEN 'true' WHEN {person.has_no_contact} AND {person.first_name} = '' "
        f"THEN 'false' ELSE findable_of({person.cells}) END"
    )


def suppressed(engine: Engine, person: Person, digests: frozenset[str]) -> str:
    """Return SQL of whether a customer is on a list of digests, 'true' or 'false'."""
    home = person.home

    def listed(*addresses: str) -> str:
        return "true" if any(hashlib.sha256(text.encode()).hexdigest() in digests for text in addresses) else "false"

    def suppressed_of(*cells: str) -> str:
        return "false" if digests.isdisjoint(all_marks(*with_country(cells, home))) else "true"

    engine.function("listed", listed, 2)
    engine.function("suppressed_of", suppressed_of, len(KINDS))
    return (
        f"CASE WHEN {person.has_plain_address} AND {person.phone} = '' "
        f"THEN listed(lower({person.email}), {person.plain_address}) ELSE suppressed_of({person.cells}) END"
    )


def group(engine: Engine, person: Person, rest: str, campaign: str, share: float) -> str:
    """Return SQL of the group that a customer is in, `CONTROL` or `TREATED`.

    Parameters
    ----------
    engine : Engine
    person : Person
    rest : SQL of a text that stands for customers who do not say who they are
    campaign : its name
    share : share held back, 0 to 1
    """
    home = person.home

    def group_of(key: str, rest: str) -> str:
        return CONTROL if place(key or rest, campaign) < share else TREATED

    def key_of(*cells: str) -> str:
        return customer_key(*with_country(cells, home))

    engine.function("group_of", group_of, 2)
    engine.function("key_of", key_of, len(KINDS))
    return (
        f"CASE WHEN {person.plain_key} IS NULL THEN group_of(key_of({person.cells}), {rest}) "
        f"ELSE {plain_group(person.plain_key, campaign, share)} END"
    )


def plain_group(key: str, campaign: str, share: float) -> str:
    """Return SQL of the group of a customer who is known by a text of ASCII that no rule changes.

    Parameters
    ----------
    key : SQL of that text
    campaign : its name
    share : share held back, 0 to 1
    """
    drawn = f"place_of({key}, {beginning(campaign)})"
    return f"CASE WHEN {drawn} < {double(share * SPAN)} THEN {literal(CONTROL)} ELSE {literal(TREATED)} END"
