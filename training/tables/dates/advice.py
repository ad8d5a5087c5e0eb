"""What is said of a column that cannot be read as dates: what it looks like, and what settles it."""

from collections.abc import Mapping, Sequence

from ...engines.engine import Engine, identifier, matches
from ...files.source import DataError, Source, count, find_rows

EPOCH, EXCEL, ORDINAL = "epoch", "excel", "%Y%j"
"""Formats that must be asked for: seconds or milliseconds since 1970, Excel's days since 1900, and 2024065."""

_NUMBERS = {
    EPOCH: ("seconds or milliseconds since 1970", ((631_152_000, 4_102_444_800), (631_152_000_000, 4_102_444_800_000))),
    EXCEL: ("Excel's serial days", ((18_264, 73_050),)),
}
"""What such numbers look like: those of the years 1950 to 2099, for seconds and milliseconds 1990 to 2099."""

_YEAR, _MONTH, _WEEKS = r"(?:19|20)\d{2}", r"(?:0?[1-9]|1[0-2])", r"(?:week|wk|kw|w|sem|s)[-. ]?\d{1,2}"
_LOOKS = (
    (rf"{_YEAR}(?:00[1-9]|0[1-9]\d|[12]\d{{2}}|3[0-5]\d|36[0-6])", "years and days of the year", ORDINAL),
    (rf"{_YEAR}-{_MONTH}", "months without a day", "%Y-%m"),
    (rf"{_YEAR}/{_MONTH}", "months without a day", "%Y/%m"),
    (rf"{_MONTH}/{_YEAR}", "months without a day", "%m/%Y"),
    (rf"{_MONTH}-{_YEAR}", "months without a day", "%m-%Y"),
    (rf"{_MONTH}\.{_YEAR}", "months without a day", "%m.%Y"),
    (rf"{_YEAR}(?:0[1-9]|1[0-2])", "months without a day", "%Y%m"),
    (rf"[A-Z][a-z]{{2}} {_YEAR}", "months without a day", "%b %Y"),
    (_YEAR, "years", "%Y"),
    (rf"(?i){_YEAR}[-/ ]?{_WEEKS}|{_WEEKS}[-/ ]+{_YEAR}", "weeks without a day", ""),
    (rf"(?i){_YEAR}[-/ ]?[qt][1-4]|[qt][1-4][-/ ]?{_YEAR}", "quarters", ""),
)
"""Patterns of whole cells, what they are, and the format that reads them, as the first day of what they name."""


def not_dates(engine: Engine, source: Source, header: str, readings: Mapping[str, str], beyond: str) -> DataError:
    """Say why a column cannot be read: what it looks like, two ways of writing, or the cell that is not a date.

    Parameters
    ----------
    engine : Engine
    source : Source, whose column holds texts in plain words
    header : str
    readings : mapping from format to SQL of a date
    beyond : SQL of the format by which a text is a date of a year that none has, null if it is none
    """
    column = identifier(header)
    counts = engine.rows(f"SELECT {', '.join(f'count({sql})' for sql in readings.values())} FROM {source.sql}")[0]
    best = [format_ for format_, count in zip(readings, counts, strict=True) if count and count == max(counts)]
    looks = "" if best else _looks_like(engine, source, column)
    if looks:
        return DataError(f"{source.path}: column {column}: expected dates, found {looks}")
    unread = f"{column} IS NOT NULL AND {readings[best[0]]} IS NULL" if best else f"{column} IS NOT NULL"
    others = [f"count(CASE WHEN {unread} THEN {reading} END)" for reading in readings.values()]
    counts = engine.rows(f"SELECT {', '.join(others)} FROM {source.sql}")[0]
    second = [format_ for format_, count in zip(readings, counts, strict=True) if count and count == max(counts)]
    if best and second:
        best = _also(engine, source, best[0], readings)
        ways = " and ".join(_way(engine, source, column, readings, formats) for formats in (best, second))
        return DataError(
            f"{source.path}: column {column}: expected dates written in one way, found {ways}; make them alike, or "
            "give --date-format once for each"
        )
    far = _beyond(engine, source, column, f"CASE WHEN {unread} THEN {beyond} END", best)
    if far:
        return far
    row, _ = find_rows(engine, source, column, unread)
    return DataError(
        f"{source.where(row)}: column {column}: expected a date such as 2024-12-31, or as in the other rows, found "
        "something else; correct it, or give the format with --date-format"
    )


def _looks_like(engine: Engine, source: Source, column: str) -> str:
    """Return what all cells of a column look like, and what to do; empty if they look like nothing that is known."""
    for format_, (meaning, spans) in _NUMBERS.items():
        number = f"TRY_CAST({column} AS DOUBLE)"
        if _all_are(engine, source, column, " OR ".join(f"{number} BETWEEN {low} AND {high}" for low, high in spans)):
            return f"numbers that look like {meaning}; if so, add --date-format {format_}"
    for pattern, meaning, format_ in _LOOKS:
        if _all_are(engine, source, column, matches(column, pattern)):
            if format_ == ORDINAL:
                return f"numbers that look like {meaning}; if so, add --date-format {format_}"
            if not format_:
                return f"what looks like {meaning}; write a day of each, such as 2024-12-31"
            quoted = f'"{format_}"' if " " in format_ else format_
            return (
                f"what looks like {meaning}; write days, or add --date-format {quoted} if the first day of each may "
                "stand for it"
            )
    return ""


def _all_are(engine: Engine, source: Source, column: str, condition: str) -> bool:
    total, count = engine.rows(f"SELECT count({column}), count(CASE WHEN {condition} THEN 1 END) FROM {source.sql}")[0]
    return bool(0 < total == count)


def _way(engine: Engine, source: Source, column: str, readings: Mapping[str, str], formats: Sequence[str]) -> str:
    """Return the formats that read some cells, how many these are, and the first of them."""
    row, number = find_rows(engine, source, column, f"{readings[formats[0]]} IS NOT NULL")
    place = source.where(row).removeprefix(f"{source.path}: ")
    return f"{' or '.join(formats)} ({count(number, 'cell')}, the first in {place})"


def _also(engine: Engine, source: Source, format_: str, readings: Mapping[str, str]) -> list[str]:
    """Return the formats that read all cells that one of them reads."""
    read = f"{readings[format_]} IS NOT NULL"
    counts = [f"count(CASE WHEN {read} THEN {reading} END)" for reading in readings.values()]
    row = engine.rows(f"SELECT {', '.join(counts)} FROM {source.sql}")[0]
    return [other for other, number in zip(readings, row, strict=True) if number == max(row)]


def _beyond(engine: Engine, source: Source, column: str, format_: str, best: Sequence[str]) -> DataError | None:
    """Say that dates are of years that are hardly meant, where these are all that is wrong."""
    row, number = find_rows(engine, source, column, f"{format_} IS NOT NULL")
    if not number:
        return None
    name = best[0] if best else engine.rows(f"SELECT min({format_}) FROM {source.sql}")[0][0]
    name = f'"{name}"' if " " in name else name
    dates = count(number, "date")
    return DataError(
        f"{source.where(row)}: column {column}: expected dates from 1900 to 2199, found {dates} before or after that; "
        f"leave the cell empty if it stands for no day, or say --date-format {name} if it is meant"
    )
