"""Who a customer is for the draw of groups, and whether a network or a mailing could find them.

The page draws by the same key (static/customers/files/person.js).
"""

import functools
import hashlib
import re
from dataclasses import dataclass

from .countries import country_code
from .people import email, google_email, google_first_name, google_last_name, meta_name, zip_code
from .phones import phone
from .words import trim

KINDS = ("email", "phone", "customer_id", "first_name", "last_name", "zip", "country")
"""The cells that a person is made of, in this order."""

_DIGEST = re.compile("[0-9a-f]{64}")


@functools.lru_cache(2**14)
def customer_key(*cells: str) -> str:
    """Return who a customer is: the first of e-mail address, phone, number, name and postal code that there is, or "".

    The e-mail address comes first, since a customer with two numbers is still one for a network.

    Parameters
    ----------
    cells : str, one for each of `KINDS`, "" where there is none
    """
    mail, number, customer_id, first, last, postcode, country = cells
    return (
        google_email(mail)
        or phone(number, country_code(country))
        or trim(customer_id)
        or trim(" ".join(map(meta_name, (first, last, postcode))))
    )


@functools.lru_cache(2**14)
def is_findable(*cells: str) -> bool:
    """Whether there is an e-mail address, a phone, or a name with postal code and country; `cells` as above."""
    mail, number, _, first, last, postcode, country = cells
    if google_email(mail):
        return True
    code = country_code(country)
    if phone(number, code):
        return True
    return bool(google_first_name(first) and google_last_name(last) and zip_code(postcode, code) and code)


@dataclass(frozen=True)
class Home:
    """The country of customers who name none.

    country : two letters; "" if it is not known
    also_of_unknown : whether it is that of customers, too, who name a country that is not recognised
    """

    country: str = ""
    also_of_unknown: bool = False


def with_country(cells: tuple[str, ...], home: Home) -> tuple[str, ...]:
    """Return the cells, one for each of `KINDS`, with the country of home where it counts."""
    named = trim(cells[-1])
    counts = home.country and (not named or (home.also_of_unknown and not country_code(named)))
    return (*cells[:-1], home.country) if counts else cells


def marks(cell: str, country: str = "") -> set[str]:
    """Return the digests that an address or a number on a list of people to leave out may be matched by.

    Parameters
    ----------
    cell : str, an e-mail address, a phone, or the SHA-256 of one in the form of either network
    country : str, two letters, for numbers without a country code
    """
    bare = trim(cell).lower()
    if _DIGEST.fullmatch(bare):
        return {bare}
    number = phone(cell, country)
    return {_digest(text) for text in (google_email(cell), number) if text}


def all_marks(*cells: str) -> set[str]:
    """Return the digests by which a customer may be on such a list; `cells` as above."""
    mail, number = cells[:2]
    e164 = phone(number, country_code(cells[-1]))
    return {_digest(text) for text in (google_email(mail), email(mail), e164, e164[1:]) if text}


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
