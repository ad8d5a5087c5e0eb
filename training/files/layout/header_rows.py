"""What stands around a header and is no customer: lines of dashes, a row of units, names of rows without a header."""

import itertools
import re
from collections.abc import Sequence
from typing import Any

_RULE = re.compile(r"[-=+|:\s]*[-=]{3}[-=+|:\s]*")
_EMPTY_RULE = re.compile(r"[-=+|:\s]*")
_BRACKETED = re.compile(r"\([^()]+\)|\[[^\[\]]+\]")
_WORDS = """
    % pct percent usd eur gbp chf jpy cny inr brl pln try sek nok dkk czk huf k$ k€ k£ $ € £ ¥ kusd keur kgbp
    years year yrs jahre ans años anos anni jaar lat y\u0131l months monate mois meses mesi days tage jours días dias
    giorni dagen dni weeks hours minutes seconds hrs mins secs kg km cm mm m² stück pcs units
    string str text varchar char character int integer int64 int32 bigint float float64 double decimal numeric number
    date datetime timestamp bool boolean object category factor
"""
_UNITS = frozenset(_WORDS.split())
"""Words, in lower case, of a row that says what each column is measured in, or of which type it is."""

_NUMBER = re.compile(r"[-+]?[\d.,]*\d[\d.,]*")
_OF_ITS_OWN = re.compile(r".*(?:[\W_]|^)(?:id|nr|no|num|number|nummer|numero|code|key|index)|.*[a-z](?:ID|Id|Nr|No)")


def is_rule(cells: Sequence[str]) -> bool:
    """Return True for a line of dashes, as Markdown, SQL clients and reports draw below a header and around a table."""
    filled = [cell for cell in cells if cell.strip()]
    return any(map(_RULE.fullmatch, filled)) and all(map(_EMPTY_RULE.fullmatch, filled))


def holds_units(cells: Sequence[Any], below: Sequence[Sequence[Any]]) -> bool:
    """Return True where the first row below a header says the units or types of the columns, and others hold numbers.

    Parameters
    ----------
    cells : the row
    below : rows that follow it
    """
    units = {place: str(cell).strip() for place, cell in enumerate(cells) if cell is not None and str(cell).strip()}
    if not units or not all(_BRACKETED.fullmatch(unit) or unit.lower() in _UNITS for unit in units.values()):
        return False
    return any(_is_number(row[place]) for row in below[:20] for place in units if place < len(row))


def lacks_name_of_rows(header: Sequence[str], rows: Sequence[Sequence[str]], *, quoted: bool) -> bool:
    """Return True where a header is one name short as R writes it: each row has a name of its own in front.

    R quotes them, or they count up; other rows may as well lack a name at their end, as may rows that count up below a
    header that begins with an id's name.

    Parameters
    ----------
    header : its names
    rows : cells of the first rows below
    quoted : whether the header and the rows begin with a quote
    """
    starts = [row[0].strip() for row in rows]
    if not rows or not header or {len(row) for row in rows} != {len(header) + 1} or not all(map(str.strip, header)):
        return False
    if not all(starts) or len(set(starts)) < len(starts) or not any(row[-1].strip() for row in rows):
        return False
    counted = all(map(str.isdecimal, starts)) and all(int(b) - int(a) == 1 for a, b in itertools.pairwise(starts))
    return quoted or (counted and not _OF_ITS_OWN.fullmatch(header[0].strip()))


def _is_number(cell: Any) -> bool:
    if isinstance(cell, str):
        return _NUMBER.fullmatch(cell.strip()) is not None
    return isinstance(cell, int | float) and not isinstance(cell, bool)
