"""What people write for a value they do not have; the same words in numbers, dates, customers' and orders' ids."""

import re
from collections.abc import Sequence

from ..engines.cells import as_read
from ..engines.engine import Engine, Table, identifier, literal, matches, one_of, replaced
from .source import Source

MISSING = (
    "", "na", "n/a", "n.a.", "#n/a", "<na>", "nan", "nat", "null", "(null)", "#null!", "\\n", "none", "nil", "missing",
    "unknown", "-", "--", "?", ".", "#div/0!", "#value!", "#ref!", "#num!", "#name?",
    "0000-00-00", "0000-00-00 00:00", "0000-00-00 00:00:00", "0000-00-00t00:00:00", "0000-00-00t00:00:00z",
    "0000/00/00", "00/00/0000", "00/00/0000 00:00", "00/00/0000 00:00:00", "00.00.0000", "00.00.0000 00:00",
    "00.00.0000 00:00:00", "00-00-0000", "0/0/0000",
)  # fmt: skip
"""In lower case; compared without case and without spaces around; the days are those that databases have
for none. static/customers/table/numbers.js has them too."""

_WORDLESS = re.compile(r"U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|DATE|BOOLEAN")
"""Types of columns whose cells, as text, are none of these words."""

SPACE = r"[\s\x0b\p{Z}\x{feff}]"
"""What counts as a space in a cell: what JavaScript's \\s is, in the patterns of DuckDB and Spark."""

_SPACES = f"^{SPACE}+|{SPACE}+$"

_PLAIN = "[!-&(-~]*[1-9@][!-&(-~]*"
"""What most ids and addresses are, and no rule changes: ASCII without spaces and apostrophes, but with a digit above 0
or @, which none of the words has. To match it takes half the time of the rules."""


PLAIN = 2
"""How plain a cell is that is ASCII without spaces."""


def trimmed(column: str) -> str:
    """Return SQL of a quoted text column without spaces around."""
    return replaced(column, _SPACES)


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
    if kind != "VARCHAR":
        return f"CASE WHEN NOT {_is_word(text, also)} THEN {text} END"
    text = trimmed(text)
    as_it_is = f"WHEN {_is_plain(header)} THEN {identifier(header)}"
    return f"CASE {as_it_is} WHEN NOT {_is_word(text, also)} THEN {text} END"


def is_as_filled(header: str, also: Sequence[str] = ()) -> str:
    """Return SQL of whether a cell of text is just what `filled` makes of it; null of none."""
    return f"{plainness(header, also)} > 0"


def plainness(header: str, also: Sequence[str] = ()) -> str:
    """Return SQL of how plain a cell of text is, null of none.

    2 : ASCII without spaces, of which `filled` changes nothing
    1 : another text of which it changes nothing
    0 : one that it changes
    """
    column = identifier(header)
    alike = f"{trimmed(column)} = {column} AND {column} NOT LIKE {literal(chr(39) + '%')}"
    kept = f"{alike} AND NOT {_is_word(column, also)}"
    return (
        f"CASE WHEN {_is_plain(header)} THEN {PLAIN} WHEN {column} IS NULL THEN NULL "
        f"WHEN NOT ({kept}) THEN 0 WHEN {matches(column, '[!-~]+')} THEN {PLAIN} ELSE 1 END"
    )


def plainest(engine: Engine, table: Source | Table, header: str) -> str:
    """Return SQL of what `filled` makes of a cell; the column itself where one look shows that no rule changes a cell.

    Worth the look where a column is read more than twice.
    """
    if table.columns[header] != "VARCHAR":
        return filled(table, header)
    same = engine.rows(f"SELECT bool_and({is_as_filled(header)}) FROM {table.sql}")[0][0]
    return identifier(header) if same else filled(table, header)


def _is_word(text: str, also: Sequence[str]) -> str:
    """Return SQL of whether a text is one of the words."""
    return one_of(f"lower({text})", (*MISSING, *also))


def _is_plain(header: str) -> str:
    return matches(identifier(header), _PLAIN)
