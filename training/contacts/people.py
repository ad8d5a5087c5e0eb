"""Customers in the form that ad networks hash: written alike by everybody, or "" where it cannot be.

The page has the same rules (static/customers/contacts/contacts.js); tests/cases/contacts.json holds both to them.

References
----------
Google Ads API, "Upload Customer Match: prepare the data". Google Data Manager API, "Format user data". Meta, "Customer
Information Parameters".
"""

import re
import unicodedata

from .words import SPACE, listed, tidy, trim, visible

_LONGEST = 254
_OUTSIDE = rf"[{SPACE}'\"\u2018\u2019\u201c\u201d\u201e\u00ab\u00bb`\u00b4,;()\[\]]+"
_AROUND = re.compile(f"^{_OUTSIDE}|{_OUTSIDE}$")
_FULL_WIDTH = {sign: sign - 0xFEE0 for sign in range(0xFF01, 0xFF5F)} | {0x3002: ".", 0xFF61: "."}
_EMAIL = re.compile(
    rf"[^{SPACE}@,;:<>()\[\]\"\\]+@(?:[a-z0-9\u0080-\U0010ffff][a-z0-9\u0080-\U0010ffff-]*\.)+"
    r"(?:xn--[a-z0-9-]+|[a-z\u0080-\U0010ffff]{2,})"
)
_ANGLE = re.compile(r"[^<>]*<([^<>]*)>")
_TITLES = listed("mr mrs ms miss mx dr prof sir madam rev mme mlle herr frau sra srta dott doktor")
_SUFFIXES = listed("jr sr ii iii iv 2nd 3rd phd md esq dds")
_ZIP_LENGTHS = {
    4: "AM AT AU BD BE BG CH CY DK GE HU LU MK NO NZ PH PY SI TN ZA",
    5: "AS CR CU DE DZ EE EG ES FI FR GF GP GT GU HR ID IT KE KR KW LA LK LT MA ME MM MP MQ MX MY NP PE PK PM PR RE "
    "RS SA SK SM TH TR UA US UY VA VI YT",
    6: "BY CN CO EC IN KG KZ RO RU SG TJ TM UZ",
    7: "CL IL JP",
    8: "BR",
}
_ZIP_DIGITS = {country: size for size, countries in _ZIP_LENGTHS.items() for country in countries.split()}
"""Digits of the postal codes of countries where all have as many and nothing else."""

_LOST = 2
"""Most zeros that a spreadsheet took from the front of a postal code."""

_AMERICAN = ("US", "PR", "VI", "GU", "AS", "MP")


def email(cell: str) -> str:
    """Return an e-mail address as Meta hashes it, or "": spaces are not taken out of it."""
    text = _AROUND.sub("", tidy(cell.translate(_FULL_WIDTH)))
    inside = _ANGLE.fullmatch(text)
    text = _AROUND.sub("", inside[1] if inside else text).removeprefix("mailto:").removeprefix(" ")
    text = text.partition("?")[0]
    mailbox = text.partition("@")[0]
    dots = mailbox.startswith(".") or mailbox.endswith(".") or ".." in mailbox
    return text if len(text) <= _LONGEST and not dots and _EMAIL.fullmatch(text) else ""


def google_email(cell: str) -> str:
    """Return an e-mail address as Google hashes it, or "".

    Spaces do not count, nor, in its own mailboxes, dots before the @ and what follows a plus.
    """
    text = email(cell) or email(re.sub(f"[{SPACE}]", "", cell))
    mailbox, _, domain = text.partition("@")
    if domain not in ("gmail.com", "googlemail.com"):
        return text
    bare = mailbox.partition("+")[0].replace(".", "")
    return f"{bare}@{domain}" if bare else ""


def customer_of(cell: str) -> str:
    """Return who a customer is that is known by an e-mail address; what is none is a name, without case."""
    return email(cell) or cell.lower()


def meta_name(cell: str) -> str:
    """Return a name without punctuation."""
    return tidy(without_punctuation(cell))


def google_first_name(cell: str) -> str:
    """Return a first name without titles before it, such as Mrs."""
    words = tidy(cell).split(" ")
    while len(words) > 1 and words[0].rstrip(".") in _TITLES:
        words = words[1:]
    return " ".join(words)


def google_last_name(cell: str) -> str:
    """Return a last name without punctuation and what follows it, such as Jr."""
    words = tidy(without_punctuation(cell)).split(" ")
    while len(words) > 1 and words[-1] in _SUFFIXES:
        words = words[:-1]
    return " ".join(words)


def without_punctuation(cell: str) -> str:
    """Return a text without punctuation; accents that stand alone are apostrophes."""
    text = unicodedata.normalize("NFC", cell)
    return "".join(sign for sign in text if unicodedata.category(sign)[0] != "P" and not _is_apostrophe(sign))


def zip_code(cell: str, country: str) -> str:
    """Return a postal code as Google takes it: with the zeros, and without the decimals, that a spreadsheet made of it.

    Parameters
    ----------
    cell : str
    country : str, two letters, or ""
    """
    text = re.sub(f"[{SPACE}]+", " ", trim(visible(unicodedata.normalize("NFC", cell)))).upper()
    text = re.sub(r"^['=\"]+|['\"]+$", "", text)
    text = re.sub(r"^([0-9]+)[.,]0+$", r"\1", text)
    digits = _ZIP_DIGITS.get(country, 0)
    if digits:
        text = re.sub(r"^[A-Z]{1,3}[- ]([0-9]+)$", r"\1", text)
    if country in _AMERICAN and re.fullmatch("[0-9]{7,9}", text):
        text = f"{text[:-4].zfill(5)}-{text[-4:]}"
    if re.fullmatch("[0-9]+", text) and digits - _LOST <= len(text):
        text = text.zfill(digits)
    if country == "GB" and re.fullmatch(r"[A-Z]{1,2}[0-9][0-9A-Z]?[ -]?[0-9][A-Z]{2}", text):
        bare = re.sub("[ -]", "", text)
        text = f"{bare[:-3]} {bare[-3:]}"
    return text


def _is_apostrophe(sign: str) -> bool:
    return unicodedata.category(sign) == "Sk" or sign in "\u02b9\u02bb\u02bc\u02bd"
