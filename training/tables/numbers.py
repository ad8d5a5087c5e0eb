"""What the text of a cell means as a number: 1,600.50 and 1.600,50 and $1 600 alike, or no number at all.

A column is read as a whole. One cell such as 1,234 could be a thousand or a little over one; a column with 12,5 in it,
or 1,234.50, settles which. Where nothing settles it the column is refused: a guess could make a model silently wrong.
The page reads numbers by the same rules (static/customers/table/numbers.js); tests/cases/numbers.json holds both to it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ..engines.engine import Engine, identifier, literal, matches, one_of
from ..files.missing import trimmed
from ..files.source import DataError, Source, count, find_rows
from .number_cells import COMMA, CURRENCY, NO, POINT, YES, Cells, Census

_OTHERWISE = "leave the column out, or describe segments by it: --describe"

_INFINITY = "CAST('inf' AS DOUBLE)"
_NUMBERS = r"U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?$|FLOAT$|DOUBLE$|DECIMAL\b[^\[]*$|BOOLEAN$"
"""Types of columns, without lists of them."""

_WITH_DOT = r".*\d[.]\d.*"
_ADVICE = "say which with --decimal point or --decimal comma"


@dataclass(frozen=True)
class Reading:
    """How a column's cells are read.

    value : SQL of the number, a double; null or not a number where the cell is missing
    bad : SQL that is true where the cell holds something else than a number
    decimal : "point" or "comma", "" if the column is numeric already
    repairs : what had to be done to read it, in words
    unit : "%" where the cells say so, else ""
    answers : whether the cells are answers, yes and no
    """

    value: str
    bad: str
    decimal: str
    repairs: list[str]
    unit: str = ""
    answers: bool = False


def read_columns(
    engine: Engine, source: Source, headers: list[str], decimal: str = "", units: Mapping[str, str] | None = None
) -> dict[str, Reading]:
    """Decide how the cells of some columns are read.

    Parameters
    ----------
    engine : Engine
    source : Source
    headers : list of str, the columns
    decimal : "point" or "comma" to decide it for the text columns that leave it open
    units : dict from header to a unit that may stand before or behind its numbers

    Returns
    -------
    dict from header to Reading

    Raises
    ------
    DataError
        A column mixes two ways of writing numbers or two currencies, or leaves open which one it is.
    """
    text = [header for header in headers if source.columns[header] == "VARCHAR"]
    readings = {header: _typed(source, header) for header in headers if header not in text}
    may_have_points = decimal != "comma" and source.delimiter in ("", ",")
    simple = _simple_ones(engine, source, text, may_have_points=may_have_points)
    readings |= {header: _simple(header) for header in simple}
    cells = {header: Cells(header, (units or {}).get(header, "")) for header in text if header not in simple}
    censuses = {header: _count(engine, source, cells[header]) for header in cells}
    settled = {header: _settle(source, header, census) for header, census in censuses.items()}
    of_others = next((style for style in settled.values() if style == "comma"), "")
    for header, census in censuses.items():
        if census.filled and census.answers == census.filled:
            readings[header] = _answers(cells[header], census)
            continue
        style = settled[header] or decimal or of_others
        by_file = 0 if style else census.point_or_comma_comma
        readings[header] = _reading(cells[header], census, style or _default(source, header, census), by_file)
    return readings


def refuse_text(engine: Engine, source: Source, header: str, reading: Reading, otherwise: str = _OTHERWISE) -> None:
    """Raise DataError at the first cell of a column that is neither a number nor missing.

    What is to be done with a column of words is said by `otherwise`.
    """
    if reading.bad == "false":
        return
    column = identifier(header)
    row, bad = find_rows(engine, source, column, reading.bad)
    if not bad:
        return
    filled = engine.rows(f"SELECT count(*) FROM {source.sql} WHERE NOT {Cells(header).missing}")[0][0]
    cells = f"{bad:,} of {filled:,} cells"
    if 2 * bad > filled:
        raise DataError(f"{source.path}: column {column}: expected numbers, found words ({cells}); {otherwise}")
    advice = "correct it, or leave the cell empty to leave the row out"
    if row == bad == 1:
        advice = f"if that row says more of the columns' names, remove it; else {advice}"
    raise DataError(f"{source.where(row)}: column {column}: expected a number, found text ({cells}); {advice}")


def share_of_numbers(engine: Engine, source: Source, header: str) -> float:
    """Return which share of a column's first thousand cells, the missing ones aside, are numbers, 0 to 1."""
    if source.columns[header] != "VARCHAR":
        return float(re.match(_NUMBERS, source.columns[header]) is not None)
    cells = Cells(header)
    counts = engine.aggregate(
        f"SELECT count(*) FILTER (WHERE NOT {cells.missing}) AS filled, "
        f"count(*) FILTER (WHERE {cells.matches(POINT)} OR {cells.matches(COMMA)}) AS numbers "
        f"FROM (SELECT {identifier(header)} FROM {source.sql} LIMIT 1000) AS beginning"
    )
    return counts["numbers"] / counts["filled"] if counts["filled"] else 0.0


def is_numeric(engine: Engine, source: Source, header: str) -> bool:
    """Whether a column's first thousand cells are all numbers or missing, and some are numbers."""
    return share_of_numbers(engine, source, header) == 1


def _typed(source: Source, header: str) -> Reading:
    kind = source.columns[header]
    if not re.match(_NUMBERS, kind):
        raise DataError(
            f"{source.path}: column {identifier(header)}: expected numbers, found {kind}; choose other columns, or "
            "write what you mean by it as a number, such as days since a date"
        )
    return Reading(f"CAST({identifier(header)} AS DOUBLE)", "false", "", [], answers=kind == "BOOLEAN")


def _simple(header: str) -> Reading:
    return Reading(f"TRY_CAST({identifier(header)} AS DOUBLE)", "false", "point", [])


def _simple_ones(engine: Engine, source: Source, headers: list[str], *, may_have_points: bool) -> list[str]:
    """Return the columns whose every cell is empty or a finite number as SQL reads it: the usual case, and fast.

    Where a point may stand for thousands, they are those without points.
    """
    if not headers:
        return []
    conditions = [_all_simple(header, may_have_points=may_have_points) for header in headers]
    simple = engine.rows(f"SELECT {', '.join(conditions)} FROM {source.sql}")[0]
    return [header for header, is_simple in zip(headers, simple, strict=True) if is_simple is not False]


def _all_simple(header: str, *, may_have_points: bool) -> str:
    column = identifier(header)
    value = f"TRY_CAST({column} AS DOUBLE)"
    finite = (
        f"abs({value}) < {_INFINITY} AND NOT contains({column}, '_') AND NOT contains({column}, '+-') "
        f"AND right({column}, 1) NOT IN ('d', 'D', 'f', 'F')"
    )
    finite += "" if may_have_points else f" AND NOT contains({column}, '.')"
    return f"bool_and({column} IS NULL OR coalesce({finite}, false))"


def _count(engine: Engine, source: Source, cells: Cells) -> Census:
    column, point, comma = identifier(cells.header), cells.matches(POINT), cells.matches(COMMA)
    number = '("#point" OR "#comma")'
    symbol = f"replace(regexp_extract({cells.text}, {literal(CURRENCY)}, 0), '.', '')"
    counts = {
        "filled": f"NOT {cells.missing}",
        "point": '"#point" AND NOT "#comma"',
        "comma": '"#comma" AND NOT "#point"',
        "point_or_comma_dot": f'"#point" AND "#comma" AND {matches(cells.text, _WITH_DOT)}',
        "point_or_comma_comma": f""""#point" AND "#comma" AND contains({cells.text}, ',')""",
        "decorated": f"{number} AND {symbol} <> ''",
        "brackets": f"{number} AND contains({cells.text}, '(')",
        "behind": f"{number} AND {cells.behind} AND NOT {cells.rounded}",
        "rounded": f"{number} AND {cells.rounded}",
        "percent": f"{number} AND contains({cells.text}, '%')",
        "without_percent": f"{number} AND {matches(cells.text, '[^%]*[1-9][^%]*')}",
        "answers": one_of(trimmed(cells.text), YES + NO),
    }
    select = [f"count(*) FILTER (WHERE {condition}) AS {name}" for name, condition in counts.items()]
    select.append(f"count(DISTINCT CASE WHEN {number} THEN nullif({symbol}, '') END) AS currencies")
    forms = f'(SELECT {column}, {point} AS "#point", {comma} AS "#comma" FROM {source.sql}) AS forms'
    return Census(**engine.aggregate(f"SELECT {', '.join(select)} FROM {forms}"))


def _settle(source: Source, header: str, census: Census) -> str:
    """Return "point" or "comma" where the column itself says which, else ""."""
    where = f"{source.path}: column {identifier(header)}"
    if census.currencies > 1:
        raise DataError(f"{where}: expected one currency, found {census.currencies}; convert them first")
    if census.percent and census.without_percent:
        raise DataError(
            f"{where}: expected one unit, found {census.percent:,} numbers with % and {census.without_percent:,} "
            "without; make them alike"
        )
    if census.point and census.comma:
        raise DataError(
            f"{where}: expected one way of writing numbers, found {census.point} with a decimal "
            f"point and {census.comma} with a decimal comma; make them alike"
        )
    if census.point or census.comma:
        return "point" if census.point else "comma"
    return "" if census.point_or_comma_dot or census.point_or_comma_comma else "point"


def _default(source: Source, header: str, census: Census) -> str:
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


def _reading(cells: Cells, census: Census, style: str, by_file: int) -> Reading:
    """Return how cells are read; of `by_file` of them only the file's delimiter says what their comma means."""
    good = cells.matches(POINT if style == "point" else COMMA)
    repairs = {
        "with a decimal comma": census.comma,
        "with a comma for thousands": by_file,
        "with a currency sign": census.decorated,
        "in brackets (negative)": census.brackets,
        "with the minus behind (negative)": census.behind,
        "in percent": census.percent,
    }
    words = [f"{count(number, 'number')} {what}" for what, number in repairs.items() if number]
    bad = f"NOT ({good} OR {cells.missing})"
    return Reading(cells.number(census, style), bad, style, words, "%" if census.percent else "")


def _answers(cells: Cells, census: Census) -> Reading:
    """Read a column of yes and no as 1 and 0."""
    answer = trimmed(cells.text)
    value = f"CASE WHEN {one_of(answer, YES)} THEN 1.0 WHEN {one_of(answer, NO)} THEN 0.0 END"
    words = [f"{census.answers:,} answers (yes is 1, no is 0)"]
    return Reading(f"CAST({value} AS DOUBLE)", "false", "point", words, answers=True)
