"""What people write for a value they do not have; the same words in numbers, dates, customers' and orders' ids."""

import re
from collections.abc import Sequence

from ..engines.engine import identifier, literal
from .source import Source

MISSING = (
    "", "na", "n/a", "n.a.", "#n/a", "<na>", "nan", "nat", "null", "(null)", "#null!", "\\n", "none", "nil", "missing",
    "unknown", "-", "--", "?", ".", "#div/0!", "#value!", "#ref!", "#num!", "#name?",
)  # fmt: skip
"""In lower case; compared without case and without spaces around. static/customers/table/numbers.js has them too."""

_WORDLESS = re.compile(r"U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|DATE|BOOLEAN")
"""Types of columns whose cells, as text, are none of these words."""

_SPACES = r"'^[\s\p{Z}]+|[\s\p{Z}]+$'"


def trimmed(column: str) -> str:
    """Return SQL of a quoted text column without spaces around."""
    return f"replace_all({column}, {_SPACES}, '')"


def filled(source: Source, header: str, also: Sequence[str] = ()) -> str:
    """Return SQL of a column's cell as text; null where it is missing. Whole numbers have no decimals: 12347.

    Parameters
    ----------
    source : Source
    header : str, the column
    also : sequence of str, in lower case: other words that say nothing in this column
    """
    column = identifier(header)
    kind = source.columns[header]
    text = f"CAST({column} AS STRING)"
    if _WORDLESS.fullmatch(kind) and not also:
        return text
    if kind.startswith(("DOUBLE", "FLOAT")):
        whole = f"TRY_CAST({column} AS BIGINT)"
        text = f"CASE WHEN {column} = {whole} THEN CAST({whole} AS STRING) ELSE {text} END"
    text = trimmed(column) if kind == "VARCHAR" else text
    return f"CASE WHEN lower({text}) NOT IN ({words(also)}) THEN {text} END"


def is_as_filled(header: str, also: Sequence[str] = ()) -> str:
    """Return SQL of whether a cell of text is just what `filled` makes of it."""
    column = identifier(header)
    return f"coalesce({trimmed(column)} = {column} AND lower({column}) NOT IN ({words(also)}), true)"


def words(also: Sequence[str] = ()) -> str:
    """Return the words as a list for SQL."""
    return ", ".join(map(literal, (*MISSING, *also)))
