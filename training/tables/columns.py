"""Which columns of a table become features, and what each is called: name, label, unit."""

import keyword
import re
import unicodedata
from dataclasses import dataclass

from function.model import RESERVED

from .headers import ALIASES, PAIR, UNITS, key, spelled, without_unit

RFM = ("recency_days", "frequency", "monetary")
"""The features computed from orders."""

_UNSEEN = ("Cc", "Cf", "Cs")
"""Kinds of signs that nobody sees, such as those of the direction of writing."""

LONGEST_NAME = 63
"""Longest name of a feature, as of a column in most databases; a longer header is cut to it."""


@dataclass(frozen=True)
class Column:
    """A column of a table and the feature it becomes; of dates also the day, in ISO form, that their days count to."""

    header: str
    name: str
    label: str
    unit: str
    day: str | None = None


class UnknownColumnError(Exception):
    """A column that was asked for is not in the table; holds its name."""


def find_columns(headers: list[str], wanted: list[str] | None) -> list[Column] | None:
    """Find the features' columns.

    Parameters
    ----------
    headers : list of str, the table's
    wanted : list of str, columns asked for, as in the table but for case, spaces and signs; None for the pair

    Returns
    -------
    list of Column, or None if there is no default pair

    Raises
    ------
    UnknownColumnError
        A column that was asked for is not there.
    """
    if wanted is None:
        pair = [_by_alias(headers, name) for name in PAIR]
        return as_columns([header for header in pair if header]) if all(pair) else None
    return as_columns([_by_name(headers, name) for name in wanted])


def renamed(columns: list[Column]) -> list[str]:
    """Say which features could not be called as their columns are."""
    notes = []
    for column in columns:
        named = f'Column "{column.header}" is called {column.name} in the model'
        if column.name.endswith("_"):
            notes.append(f"{named}: {column.name[:-1]} means something else in a request.")
        elif len(key(column.header)) > LONGEST_NAME:
            notes.append(f"{named}: names have at most {LONGEST_NAME} letters.")
    return notes


def as_columns(headers: list[str]) -> list[Column]:
    """Return headers with the features they become: name, label and unit."""
    aliases = {header: name for header in headers for name in PAIR if "".join(without_unit(header)) in ALIASES[name]}
    pair = sorted(aliases.values()) == sorted(PAIR)
    columns: list[Column] = []
    for header in headers:
        words, unit = _split_unit(header)
        name = aliases[header] if pair and header in aliases else _name(words, unit)
        taken = {column.name for column in columns}
        name = next(n for n in (name, *(f"{name}_{count}" for count in range(2, 99))) if n not in taken)
        columns.append(Column(header, name, words[:1].upper() + words[1:], unit))
    return columns


def _split_unit(header: str) -> tuple[str, str]:
    """Return the words and the unit of a header: "Annual Income (k$)" -> ("annual income", "k$")."""
    header = "".join(sign for sign in header if sign.isspace() or unicodedata.category(sign) not in _UNSEEN).strip()
    bracketed = re.fullmatch(r"(.+?)[\s_]*[(\[]([^()\[\]]+)[)\]][\s_]*", header)
    text, unit = (bracketed[1], bracketed[2].strip()) if bracketed else (header, "")
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text)
    parts = [part for part in re.split(r"[\s_.\-/]+", spaced) if part]
    words = [part if part.isupper() and len(part) > 1 else part.lower() for part in parts]
    if not unit and len(words) > 1 and words[-1].lower() in UNITS:
        unit = UNITS[words.pop().lower()]
    return " ".join(words), unit


def _name(words: str, unit: str) -> str:
    """Return the words as a name for JSON and SQL, with the unit where it is a plain word: recency_days."""
    text = unicodedata.normalize("NFKC", f"{words} {unit}" if unit.isalpha() and unit.isascii() else words).lower()
    name = "_".join(spelled(text)) or "feature"
    name = name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME + 1].rpartition("_")[0] or name[:LONGEST_NAME]
    return f"_{name}" if name[0].isdigit() else f"{name}_" if keyword.iskeyword(name) or name in RESERVED else name


def _by_alias(headers: list[str], name: str) -> str | None:
    keys = {"".join(without_unit(header)): header for header in reversed(headers)}
    return next((keys[alias] for alias in ALIASES[name] if alias in keys), None)


def _by_name(headers: list[str], wanted: str) -> str:
    if wanted in headers:
        return wanted
    keys = {key(header): header for header in reversed(headers)}
    name = next((name for name in PAIR if "".join(without_unit(wanted)) in ALIASES[name]), None)
    header = keys.get(key(wanted)) or (_by_alias(headers, name) if name else None)
    if header is None:
        raise UnknownColumnError(wanted)
    return header
