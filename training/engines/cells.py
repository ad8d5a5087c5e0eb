r"""How a value is written into a CSV: safe to open in a spreadsheet, and whole numbers without a point.

A text that a spreadsheet would run as a formula gets an apostrophe in front; signed numbers and phone numbers are left
as they are. The page writes its files by the same rule (static/customers/table/csv.js).

References
----------
OWASP Foundation. CSV injection. https://owasp.org/www-community/attacks/CSV_Injection
"""

from collections.abc import Iterable, Mapping

from .engine import identifier, literal, replaced

_RUN = "=@\t\r\n＋－＝＠"  # noqa: RUF001 - in full width too, which some spreadsheets read alike
_SPACES = r"\s\x0b\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}\x{feff}"
_SIGNS = rf"{_SPACES}()/%'’\p{{Sc}}-"  # noqa: RUF001 - of money, phone numbers and percents
_FORMULA = (
    rf"^(?:[{_RUN}]|[+-](?:[\d.,{_SIGNS}]*[^\d.,{_SIGNS}eE]|[\d.,{_SIGNS}]*[{_SIGNS}][\d.,{_SIGNS}]*[eE]|[eE]|"
    r"[\d.,]+[eE](?:[+-]?$|[+-]?\d*[^\d+-]|[+-]?\d+[+-]|[+-][+-])))"
)
"""How a text begins that is a formula. One expression, as each step of SQL takes memory for each of 2,000 columns."""

_DEFUSED = f"^'({_FORMULA.removeprefix('^')})"
"""How a text begins that was one, and is written with an apostrophe."""

_WITHOUT_TEXT = (
    *("BOOLEAN", "DATE", "DECIMAL", "DOUBLE", "FLOAT", "INTERVAL", "TIME"),
    *("TINYINT", "SMALLINT", "INT", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT"),
)
"""How the names of the types begin whose values are no texts."""


def as_cell(value: str, kind: str, *, keep_formulas: bool) -> str:
    """Return SQL of a value as it is written.

    Parameters
    ----------
    value : str, SQL
    kind : str, its type
    keep_formulas : bool, whether texts are written as they are
    """
    if kind in {"DOUBLE", "FLOAT"}:  # what was a whole number before some value was missing, such as an id
        whole = f"TRY_CAST({value} AS BIGINT)"
        as_whole = f"CASE WHEN CAST({whole} AS DOUBLE) = {value} THEN CAST({whole} AS STRING) END"
        return f"coalesce(CASE WHEN abs({value}) < 9007199254740992 THEN {as_whole} END, CAST({value} AS STRING))"
    if keep_formulas or kind.startswith(_WITHOUT_TEXT):
        return value
    return replaced(f"CAST({value} AS STRING)", _FORMULA, "'$0")


def as_read(text: str) -> str:
    """Return SQL of a text as it was before it was written: without the apostrophe before what looks like a formula."""
    begins = f"{text} LIKE {literal(chr(39) + '%')}"
    return f"CASE WHEN {begins} THEN {replaced(text, _DEFUSED, '$1')} ELSE {text} END"


def as_cells(select: str, columns: Mapping[str, str], names: Iterable[str], *, keep_formulas: bool) -> str:
    """Return SQL of a query's result as it is written, under names of their own.

    Parameters
    ----------
    select : str, the query
    columns : mapping from name to type, of its result
    names : iterable of str, one a column
    keep_formulas : bool, whether texts are written as they are
    """
    cells = (
        f"{as_cell(identifier(name), kind, keep_formulas=keep_formulas)} AS {identifier(written)}"
        for (name, kind), written in zip(columns.items(), names, strict=True)
    )
    return f"SELECT {', '.join(cells)} FROM ({select}) AS result"


def names_as_cells(columns: Iterable[str], *, keep_formulas: bool) -> str:
    """Return SQL of the one row of names of columns, as they are written."""
    cells = (as_cell(literal(name), "VARCHAR", keep_formulas=keep_formulas) for name in columns)
    return f"SELECT {', '.join(f'{cell} AS c{number}' for number, cell in enumerate(cells))}"
