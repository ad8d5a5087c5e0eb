"""What people write for a value they do not have; the same words in numbers, dates, customers' and orders' ids."""

import re
from collections.abc import Sequence

from ..engines.cells import as_read
from ..engines.engine import Table, identifier, literal
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


def as_text(table: Source | Table, header: str) -> str:
    """Return SQL of a column's cell as text; whole numbers have no decimals: 12347.

    Where training or the page put an apostrophe before a text, so that no spreadsheet runs it, that is gone.
    """
    column = identifier(header)
    kind = table.columns[header]
    if kind.startswith(("DOUBLE", "FLOAT")):
        whole = f"TRY_CAST({column} AS BIGINT)"
        return f"CASE WHEN {column} = {whole} THEN CAST({whole} AS STRING) ELSE CAST({column} AS STRING) END"
    return as_read(column) if kind == "VARCHAR" else f"CAST({column} AS STRING)"


def filled(table: Source | Table, header: str, also: Sequence[str] = ()) -> str:
    """Return SQL of a column's cell as text, without spaces around; null where it is missing.

    Parameters
    ----------
    table : Source or Table
    header : str, the column
    also : sequence of str, in lower case: other words that say nothing in this column
    """
    text, kind = as_text(table, header), table.columns[header]
    if _WORDLESS.fullmatch(kind) and not also:
        return text
    text = trimmed(text) if kind == "VARCHAR" else text
    return f"CASE WHEN lower({text}) NOT IN ({words(also)}) THEN {text} END"


def is_as_filled(header: str, also: Sequence[str] = ()) -> str:
    """Return SQL of whether a cell of text is just what `filled` makes of it."""
    column = identifier(header)
    alike = f"{trimmed(column)} = {column} AND {column} NOT LIKE {literal(chr(39) + '%')}"
    return f"coalesce({alike} AND lower({column}) NOT IN ({words(also)}), true)"


def words(also: Sequence[str] = ()) -> str:
    """Return the words as a list for SQL."""
    return ", ".join(map(literal, (*MISSING, *also)))
