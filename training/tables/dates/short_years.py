"""Years of two digits: whether they come first or last, and whether 45 is 1945 or 2045."""

from ...engines.engine import Engine

YEAR_FIRST = ("%y-%m-%d", "%y/%m/%d", "%y.%m.%d")
"""What dates are that begin with such a year."""

OPEN = (2040, 2068)
"""Years that as likely mean the century before; those of 69 to 99 are read as 1969 to 1999, as POSIX has it."""

_MOST_YEARS, _WIDER = 8, 4


def written_as(day: str, format_: str) -> str:
    """Return SQL of whether a text has the digits that a format asks for, which engines do not look at.

    Parameters
    ----------
    day : str, SQL of a date without a time of day
    format_ : str, as `strptime` has it
    """
    digits = {"%Y%m%d": 8, "%Y%j": 7, "%Y%m": 6}
    if format_ in digits:
        return f"length({day}) = {digits[format_]}"
    before, year, after = format_.partition("%y")
    if not year:
        return "true"
    return f"{day} LIKE '{'%' + before[-1:] if before else ''}__{after[:1] + '%' if after else ''}'"


def without_year_first(engine: Engine, sql: str, readings: dict[str, str], formats: list[str]) -> list[str]:
    """Return the formats that may be meant of those that read a whole column.

    A year in front is ruled out where it would take many years for one at the end: days spread from 1 to 31, years
    do not. Where all years at the end were 01 it stays open, as these may be the first days of months.

    Parameters
    ----------
    engine : Engine
    sql : str, what to put after FROM
    readings : dict from format to SQL of a date
    formats : list of str, those that read every cell
    """
    first = next((format_ for format_ in formats if format_ in YEAR_FIRST), "")
    last = [format_ for format_ in formats if format_ != first]
    if not first or not last:
        return formats
    years, others = f"year({readings[first]})", f"year({readings[last[0]]})"
    front, end, newest = engine.rows(
        f"SELECT max({years}) - min({years}), max({others}) - min({others}), max({others}) FROM {sql}"
    )[0]
    return last if front >= max(_MOST_YEARS, _WIDER * end + 1) and newest % 100 > 1 else formats
