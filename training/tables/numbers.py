"""What the text of a cell means as a number: 1,600.50 and 1.600,50 and $1 600 alike, or no number at all.

A column is read as a whole. One cell such as 1,234 could be a thousand or a little over one; a column with 12,5 in it,
or 1,234.50, settles which. Where nothing settles it the column is refused: a guess could make a model silently wrong.
"""

import re
from dataclasses import dataclass

from ..engines.engine import Engine, identifier, literal
from .source import DataError, Source, find_rows

MISSING = ("", "na", "n/a", "#n/a", "nan", "null", "none", "nil", "missing", "unknown", "-", "--", "?", ".")
"""What people write, in any case, for a value they do not have."""

LARGEST = 1e15
"""Beyond it distances lose their meaning in double precision; the model accepts no larger value."""

_CURRENCIES = "[$€£¥₹₩₽₺]|\\b(?:usd|eur|gbp|jpy|chf|inr|cny|aud|cad|rs|kr)\\b\\.?"
_BRACKETS = r"\s*\((.*)\)\s*"
_INFINITY = "CAST('inf' AS DOUBLE)"
_INFINITE = r"[-+]?(inf|infinity|∞)|#div/0!"
_NUMBERS = r"U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?$|FLOAT$|DOUBLE$|DECIMAL\b[^\[]*$|BOOLEAN$"
"""Types of columns, without lists of them."""

_EXPONENT = r"(e[-+]?\d+)?"
_POINT = rf"[-+]?((\d+|[1-9]\d{{0,2}}(,\d{{2,3}})*,\d{{3}})(\.\d*)?|\.\d+){_EXPONENT}"
_COMMA = rf"[-+]?((\d+|[1-9]\d{{0,2}}(\.\d{{2,3}})*\.\d{{3}})(,\d*)?|,\d+){_EXPONENT}"
_ADVICE = "say which with --decimal point or --decimal comma"


@dataclass(frozen=True)
class Reading:
    """How a column's cells are read.

    value : SQL of the number, a double; null or not a number where the cell is missing
    bad : SQL that is true where the cell holds something else than a number
    decimal : "point" or "comma", "" if the column is numeric already
    repairs : what had to be done to read it, in words
    """

    value: str
    bad: str
    decimal: str
    repairs: list[str]


@dataclass(frozen=True)
class _Census:
    """How many cells of a column can be read in which way."""

    number: int
    point: int
    comma: int
    point_or_comma_dot: int
    point_or_comma_comma: int
    currencies: int
    decorated: int
    brackets: int


def read_columns(engine: Engine, source: Source, headers: list[str], decimal: str = "") -> dict[str, Reading]:
    """Decide how the cells of some columns are read.

    Parameters
    ----------
    engine : Engine
    source : Source
    headers : list of str, the columns
    decimal : "point" or "comma" to decide it for the text columns that leave it open

    Returns
    -------
    dict from header to Reading

    Raises
    ------
    DataError
        A column mixes two ways of writing numbers or two currencies, or leaves open which one it is.
    """
    text = [header for header in headers if source.columns[header] == "VARCHAR"]
    plain = {header: _typed(source, header) for header in headers if header not in text}
    may_be_simple = decimal != "comma" and source.delimiter in ("", ",")
    simple = _simple_ones(engine, source, text) if may_be_simple else []
    plain |= {header: _simple(header) for header in simple}
    censuses = {header: _count(engine, source, header) for header in text if header not in simple}
    settled = {header: _settle(source, header, census) for header, census in censuses.items()}
    of_others = next((style for style in settled.values() if style == "comma"), "")
    for header, census in censuses.items():
        style = settled[header] or decimal or of_others or _default(source, header, census)
        plain[header] = _reading(header, census, style)
    return plain


def refuse_text(engine: Engine, source: Source, header: str, reading: Reading) -> None:
    """Raise DataError at the first cell of a column that is neither a number nor missing."""
    if reading.bad == "false":
        return
    column = identifier(header)
    row, count = find_rows(engine, source, column, reading.bad)
    if count:
        raise DataError(
            f"{source.where(row)}: column {column}: expected a number, found text ({count:,} such "
            f"{'cell' if count == 1 else 'cells'}); correct it, or leave the cell empty to leave the row out"
        )


def is_numeric(engine: Engine, source: Source, header: str) -> bool:
    """Whether a column's first thousand cells are all numbers or missing, and some are numbers."""
    if source.columns[header] != "VARCHAR":
        return re.match(_NUMBERS, source.columns[header]) is not None
    bare = _bare(identifier(header))
    found = engine.aggregate(
        f"SELECT count(*) FILTER (WHERE NOT {_missing(bare)}) AS filled, "
        f"count(*) FILTER (WHERE {_matches(bare, _POINT)} OR {_matches(bare, _COMMA)}) AS numbers "
        f"FROM (SELECT {identifier(header)} FROM {source.sql} LIMIT 1000)"
    )
    return bool(0 < found["filled"] == found["numbers"])


def _typed(source: Source, header: str) -> Reading:
    kind = source.columns[header]
    if not re.match(_NUMBERS, kind):
        raise DataError(
            f"{source.path}: column {identifier(header)}: expected numbers, found {kind}; choose other columns, or "
            "write what you mean by it as a number, such as days since a date"
        )
    return Reading(f"CAST({identifier(header)} AS DOUBLE)", "false", "", [])


def _simple(header: str) -> Reading:
    return Reading(f"TRY_CAST({identifier(header)} AS DOUBLE)", "false", "point", [])


def _simple_ones(engine: Engine, source: Source, headers: list[str]) -> list[str]:
    """Return the columns whose every cell is empty or a finite number as SQL reads it: the usual case, and fast."""
    if not headers:
        return []
    found = engine.rows(f"SELECT {', '.join(map(_all_simple, headers))} FROM {source.sql}")[0]
    return [header for header, simple in zip(headers, found, strict=True) if simple is not False]


def _all_simple(header: str) -> str:
    column = identifier(header)
    value = f"TRY_CAST({column} AS DOUBLE)"
    finite = (
        f"abs({value}) < {_INFINITY} AND NOT contains({column}, '_') AND right({column}, 1) NOT IN ('d', 'D', 'f', 'F')"
    )
    return f"bool_and({column} IS NULL OR coalesce({finite}, false))"


def _count(engine: Engine, source: Source, header: str) -> _Census:
    raw, bare = f"lower({identifier(header)})", _bare(identifier(header))
    point, comma = _matches(bare, _POINT), _matches(bare, _COMMA)
    symbol = f"regexp_extract({raw}, {literal(_CURRENCIES)}, 0)"
    counts = {
        "number": f"{point} OR {comma}",
        "point": f"{point} AND NOT {comma}",
        "comma": f"{comma} AND NOT {point}",
        "point_or_comma_dot": f"{point} AND {comma} AND contains({bare}, '.')",
        "point_or_comma_comma": f"{point} AND {comma} AND contains({bare}, ',')",
        "decorated": f"({point} OR {comma}) AND {symbol} <> ''",
        "brackets": f"({point} OR {comma}) AND trim({raw}) LIKE '(%'",
    }
    select = [f"count(*) FILTER (WHERE {condition}) AS {name}" for name, condition in counts.items()]
    select.append(f"count(DISTINCT nullif({symbol}, '')) AS currencies")
    return _Census(**engine.aggregate(f"SELECT {', '.join(select)} FROM {source.sql}"))


def _settle(source: Source, header: str, census: _Census) -> str:
    """Return "point" or "comma" where the column itself says which, else ""."""
    column = identifier(header)
    if census.currencies > 1:
        raise DataError(
            f"{source.path}: column {column}: expected one currency, found {census.currencies}; convert them first"
        )
    if census.point and census.comma:
        raise DataError(
            f"{source.path}: column {column}: expected one way of writing numbers, found {census.point} with a decimal "
            f"point and {census.comma} with a decimal comma; make them alike"
        )
    if census.point or census.comma:
        return "point" if census.point else "comma"
    return "" if census.point_or_comma_dot or census.point_or_comma_comma else "point"


def _default(source: Source, header: str, census: _Census) -> str:
    """Decide a column whose every separator has three digits behind it, 1,234 or 1.234, if the file is clear."""
    if census.point_or_comma_dot and census.point_or_comma_comma:
        raise DataError(f"{source.path}: column {identifier(header)}: mixes numbers such as 1.234 and 1,234; {_ADVICE}")
    if source.delimiter == ",":
        return "point"  # a file that separates its columns with commas does not write decimals with them
    example = "1.234" if census.point_or_comma_dot else "1,234"
    raise DataError(
        f"{source.path}: column {identifier(header)}: numbers such as {example} could mean a thousand or a fraction, "
        f"and nothing in the file settles it; {_ADVICE}"
    )


def _reading(header: str, census: _Census, style: str) -> Reading:
    bare = _bare(identifier(header))
    digits = f"replace({bare}, ',', '')" if style == "point" else f"replace(replace({bare}, '.', ''), ',', '.')"
    infinite = _matches(bare, _INFINITE)
    number = f"TRY_CAST({digits} AS DOUBLE)"
    value = f"CASE WHEN {infinite} THEN {_INFINITY} WHEN {_missing(bare)} THEN NULL ELSE {number} END"
    good = _matches(bare, _POINT if style == "point" else _COMMA)
    repairs = {
        "with a decimal comma": census.comma,
        "with a currency sign": census.decorated,
        "in brackets, read as negative": census.brackets,
    }
    words = [f"{count:,} {'number' if count == 1 else 'numbers'} {what}" for what, count in repairs.items() if count]
    return Reading(value, f"NOT ({good} OR {infinite} OR {_missing(bare)})", style, words)


def _bare(column: str) -> str:
    """Return SQL of the cell in lower case without spaces, apostrophes and currency signs, (12) as -12; never null."""
    text = f"replace(lower(coalesce({column}, '')), '\u2212', '-')"
    inside = f"concat('-', regexp_extract({text}, {literal(_BRACKETS)}, 1))"
    signed = f"CASE WHEN regexp_full_match({text}, {literal(_BRACKETS)}) THEN {inside} ELSE {text} END"
    unsigned = f"replace_all({signed}, {literal(_CURRENCIES)}, '')"
    return f"replace_all({unsigned}, '[\\s\\x{{a0}}\\x{{202f}}\\x{{2009}}''\u2019]', '')"


def _missing(bare: str) -> str:
    return f"({bare} IN ({', '.join(map(literal, MISSING))}))"


def _matches(bare: str, pattern: str) -> str:
    return f"regexp_full_match({bare}, {literal(pattern)})"
