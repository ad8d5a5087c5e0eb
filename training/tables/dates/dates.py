"""What the text of a cell means as a date.

A column is read as a whole: of the ways people write dates, the one that reads every cell. Where day and month could be
either way round, or cells are written in two ways, the column is refused, not guessed.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from ...engines.engine import Engine, Table, identifier, literal, matches
from ...files.missing import filled
from ...files.source import DataError, Source, count, find_rows
from .advice import EPOCH, EXCEL, not_dates
from .day_texts import day_of_week, day_of_year, in_plain_words, is_plain, without_time
from .months import names_open_month
from .short_years import OPEN, YEAR_FIRST, without_year_first, written_as

FORMATS = (
    "%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d",
    "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d-%m-%Y", "%m-%d-%Y",
    "%d/%m/%y", "%m/%d/%y", "%d.%m.%y", "%d-%m-%y", "%m-%d-%y", *YEAR_FIRST,
    "%Y-%j", "%G-W%V-%u", "%d %b %Y", "%d %b %y", "%b %d %Y", "%b %d %y", "%Y %b %d",
)  # fmt: skip

_NUMBER = '"#number"'

_ISO_WEEK, _ISO_DAY = "%G-W%V-%u", "%Y-%j"
_CODES = ("%Y%m%d", _ISO_DAY)
"""Formats of dates that may as well be numbers of an order or a customer."""

_EARLIEST, _LATEST = 1900, 2199
"""Years beyond are misreadings: "12/1/10" has no year 10."""

_DIRECTIVES = "YymdbBjaAHIMSfpz%"
_TIMES = "HIMSfpz"
_MILLISECONDS = 100_000_000_000
"""From this number on it is milliseconds since 1970, not seconds: the year 5138 in the one, 1973 in the other.

From a thousand times as many on it is microseconds, and from a million times nanoseconds.
"""


def date_sql(engine: Engine, source: Source, header: str, wanted: Sequence[str] = ()) -> str:
    """Return SQL of a column's day, a date; null where the cell is missing.

    Parameters
    ----------
    engine : Engine
    source : Source
    header : str, the column
    wanted : sequence of str, where the table leaves it open: a format as `strptime` has it, such as "%d/%m/%Y", "epoch"
        or "excel"; of several, each cell is read by the first that reads it

    Returns
    -------
    str

    Raises
    ------
    DataError
        A cell is not a date, cells are written in two ways, or day and month could be either way round.
    """
    if is_date_type(source, header) and not wanted:
        return f"CAST({identifier(header)} AS DATE)"
    text = filled(source, header)
    for format_ in wanted:
        _check(format_)
    if wanted:
        _refuse_open_months(engine, source, header, text, wanted)
        day = f"coalesce({', '.join(_as_wanted(engine, text, format_) for format_ in wanted)})"
        _refuse_others(engine, source, identifier(header), f"{text} IS NOT NULL AND {day} IS NULL", wanted)
        return day
    return _only_reading(engine, source, header, text)


def _only_reading(engine: Engine, source: Source, header: str, text: str) -> str:
    """Return SQL of the day of a column's texts in the one way that reads them all.

    A table has few days and many rows: each way is tried on the texts that differ, without the time of day.
    """
    column, whole, text = identifier(header), text, without_time(text)
    different = _different(engine, source.sql, column, text)
    if _has_more(engine, different, column):
        _refuse_open_months(engine, source, header, whole)
        text = in_plain_words(whole)
        different = _different(engine, source.sql, column, text)
    readings = {format_: _parsed(engine, column, format_) for format_ in FORMATS}
    counts = [
        f"coalesce(sum(CASE WHEN {each} IS NOT NULL THEN {_NUMBER} END), 0)" for each in [column, *readings.values()]
    ]
    total, *read = engine.rows(f"SELECT {', '.join(counts)} FROM {different}")[0]
    best = [format_ for format_, number in zip(readings, read, strict=True) if number == max(read)]
    if max(read) < total:
        cells = _only_texts(engine, source, header, text)
        raise not_dates(engine, cells, header, readings, _far_in_any(engine, column))
    best = without_year_first(engine, different, readings, best) if total else best[:1]
    if len(best) > 1:
        raise DataError(
            f"{source.path}: column {column}: every date could be {' or '.join(best)}; say which with --date-format"
        )
    if "%y" in best[0]:
        _refuse_open_years(engine, _only_texts(engine, source, header, text), header, best[0], readings[best[0]])
    return _parsed(engine, text, best[0])


def _different(engine: Engine, sql: str, column: str, text: str) -> str:
    """Return a table of the texts that differ, in a column of its own, and how many there are of each."""
    return engine.keep(f"SELECT {text} AS {column}, count(*) AS {_NUMBER} FROM {sql} GROUP BY 1").sql


def _only_texts(engine: Engine, source: Source, header: str, text: str) -> Source:
    """Return a table of a column's texts alone, whose rows are where they were."""
    row = '"#row"'
    select = f"SELECT {source.row} AS {row}, {text} AS {identifier(header)} FROM {source.sql}"
    return replace(source, table=Table(engine.define(select).sql, {header: "VARCHAR"}, row))


def is_date_type(source: Source, header: str) -> bool:
    """Whether the table itself says that a column holds dates or instants."""
    return source.columns[header].startswith(("DATE", "TIMESTAMP"))


def is_instant(source: Source, header: str) -> bool:
    """Whether a column holds instants, whose day depends on the time zone."""
    return source.columns[header] == "TIMESTAMP WITH TIME ZONE"


def is_date(engine: Engine, source: Source, header: str) -> bool:
    """Whether all of a column's first thousand cells are dates, whichever way round."""
    if source.columns[header] != "VARCHAR":
        return is_date_type(source, header)
    column, text = identifier(header), filled(source, header)
    whole = engine.keep(f"SELECT {text} AS {column} FROM {source.sql} LIMIT 1000").sql
    beginning = engine.keep(f"SELECT {without_time(column)} AS {column} FROM {whole}").sql
    if _has_more(engine, beginning, column):
        beginning = engine.keep(f"SELECT {in_plain_words(column)} AS {column} FROM {whole}").sql
    readings = [_parsed(engine, column, format_) for format_ in FORMATS if format_ not in _CODES]
    counts = ", ".join(f"count({day})" for day in readings)
    total, *read = engine.rows(f"SELECT count({column}), {counts} FROM {beginning}")[0]
    if not total or max(read) == total:
        return bool(total)
    either = f"{readings[read.index(max(read))]} IS NOT NULL OR {_far_in_any(engine, column)} IS NOT NULL"
    return bool(engine.rows(f"SELECT count(CASE WHEN {either} THEN 1 END) = count({column}) FROM {beginning}")[0][0])


def _has_more(engine: Engine, table: str, day: str) -> bool:
    """Return True where a day is more than numbers."""
    return bool(engine.rows(f"SELECT coalesce(bool_or(NOT {is_plain(day)}), false) FROM {table}")[0][0])


def _check(format_: str) -> None:
    """Raise DataError for a format that no engine knows."""
    if format_ in (EPOCH, EXCEL, _ISO_WEEK):
        return
    unknown = next((part for part in re.findall("%.?", format_) if part[1:] not in tuple(_DIRECTIVES)), None)
    if unknown:
        raise DataError(f"--date-format: no such directive: {unknown}; there are %{', %'.join(_DIRECTIVES[:-1])}")
    if "%" not in format_:
        raise DataError("--date-format: expected directives such as %d/%m/%Y, or epoch, or excel; found none")


def _as_wanted(engine: Engine, text: str, format_: str) -> str:
    """Return SQL of a cell's day by a format that the user gives, of the cell as it is or in plain words."""
    if format_ in (EPOCH, EXCEL):
        return _parsed(engine, text, format_)
    if any(f"%{time}" in format_ for time in _TIMES):
        return f"coalesce({_within_years(engine.date(text, format_))}, {_far(engine, text, format_)})"
    texts = (without_time(text), in_plain_words(text))
    days = [reading(engine, day, format_) for day in texts for reading in (_parsed, _far)]
    return f"coalesce({', '.join(days)})"


def _parsed(engine: Engine, text: str, format_: str) -> str:
    """Return SQL of the day of a text without a time; null if it is written otherwise."""
    if format_ in (EPOCH, EXCEL):
        number = f"TRY_CAST({text} AS DOUBLE)"
        units = ((_MILLISECONDS, 1), (_MILLISECONDS * 1000, 1_000), (_MILLISECONDS * 1_000_000, 1_000_000))
        cases = " ".join(f"WHEN abs({number}) < {below} THEN {number} / {unit}" for below, unit in units)
        seconds = f"CASE {cases} ELSE {number} / 1000000000 END"
        days = f"{number} - 25569" if format_ == EXCEL else f"({seconds}) / 86400"
        moment = f"DATE '1970-01-01' + TRY_CAST(floor(CASE WHEN abs({days}) < 100000 THEN {days} END) AS INT)"
    elif format_ == _ISO_WEEK:
        moment = day_of_week(text)
    elif format_ == _ISO_DAY:
        moment = day_of_year(text)
    else:
        moment = f"CASE WHEN {written_as(text, format_)} THEN {engine.date(text, format_)} END"
    return _within_years(moment)


def _within_years(moment: str) -> str:
    return f"CASE WHEN year({moment}) BETWEEN {_EARLIEST} AND {_LATEST} THEN CAST({moment} AS DATE) END"


def _far(engine: Engine, text: str, format_: str) -> str:
    """Return SQL of a day in any year of four digits, where the user said that it is meant; else null."""
    if "%Y" not in format_:
        return "CAST(NULL AS DATE)"
    has_year = f"{matches(text, '.*[0-9]{4}.*')} AND {written_as(text, format_)}"
    return f"CASE WHEN {has_year} THEN CAST({engine.date(text, format_)} AS DATE) END"


def _far_in_any(engine: Engine, text: str) -> str:
    """Return SQL of the first format that makes a text a day of whatever year of four digits; null if none does."""
    formats = [format_ for format_ in FORMATS if "%Y" in format_ and format_ not in _CODES]
    cases = " ".join(f"WHEN {_far(engine, text, format_)} IS NOT NULL THEN {literal(format_)}" for format_ in formats)
    return f"CASE {cases} END"


def _refuse_open_months(
    engine: Engine, source: Source, header: str, text: str, formats: Sequence[str] = ("%b",)
) -> None:
    """Raise DataError where all months by name mean others in another language."""
    if not any(month in format_ for format_ in formats for month in ("%b", "%B")):
        return
    open_ones, others = (f"coalesce(bool_or({sql}), false)" for sql in names_open_month(text))
    if engine.rows(f"SELECT {open_ones} AND NOT {others} FROM {source.sql}")[0][0]:
        raise DataError(
            f"{source.path}: column {identifier(header)}: expected months of one language, found only names that are "
            "Polish for July and November and Croatian for June and October; write months as numbers"
        )


def _refuse_open_years(engine: Engine, source: Source, header: str, format_: str, day: str) -> None:
    """Raise DataError for years of two digits that may be of either century."""
    row, number = find_rows(engine, source, identifier(header), f"year({day}) BETWEEN {OPEN[0]} AND {OPEN[1]}")
    if number:
        raise DataError(
            f"{source.where(row)}: column {identifier(header)}: expected years of four digits, found {number:,} of two "
            f"from {OPEN[0] % 100} to {OPEN[1] % 100}, which could be 19.. or 20..; write them in full, or say "
            f"--date-format {format_} if they are 20.."
        )


def _refuse_others(engine: Engine, source: Source, column: str, condition: str, wanted: Sequence[str]) -> None:
    row, number = find_rows(engine, source, column, condition)
    if number:
        raise DataError(
            f"{source.where(row)}: column {column}: expected a date as {' or '.join(wanted)}, found something else "
            f"({count(number, 'such cell')}); correct it, or add another --date-format"
        )
