"""What is said of a column that cannot be read as dates: what it looks like, and what settles it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ...engines.engine import Engine, identifier, matches
from ...files.source import DataError, Source, count

EPOCH, EXCEL, ORDINAL = "epoch", "excel", "%Y%j"
"""Formats that must be asked for: seconds since 1970 or parts of them, Excel's days since 1900, and 2024065."""

_NUMBERS = {
    EPOCH: (
        "seconds, milliseconds or the like since 1970",
        tuple((631_152_000 * unit, 4_102_444_800 * unit) for unit in (1, 1_000, 1_000_000, 1_000_000_000)),
    ),
    EXCEL: ("Excel's serial days", ((18_264, 73_050),)),
}
"""What such numbers look like: those of the years 1950 to 2099, for seconds and their parts 1990 to 2099."""

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


_MONTHS, _FEW = 12, 5
"""Months of a year; of fewer dates, that none is of a later day than that may be by chance."""

_ROW, _NUMBER, _BEYOND = '"#row"', '"#number"', '"#beyond"'


@dataclass(frozen=True)
class _Texts:
    """The different texts of a column.

    sql : what to put after FROM: a table of the texts, the first row of each, how many cells hold it, and its day by
        each format
    days : format -> the column of its days
    """

    engine: Engine
    sql: str
    days: dict[str, str]

    def count(self, condition: str = "true") -> dict[str, int]:
        """Return how many cells each format reads, of those whose text meets a condition."""
        sums = (f"coalesce(sum(CASE WHEN {day} IS NOT NULL THEN {_NUMBER} END), 0)" for day in self.days.values())
        counts = self.engine.rows(f"SELECT {', '.join(sums)} FROM {self.sql} WHERE {condition}")[0]
        return dict(zip(self.days, map(int, counts), strict=True))

    def first(self, condition: str) -> tuple[int, int]:
        """Return the first row whose text meets a condition, and how many do; if 0, there is no first."""
        row, number = self.engine.rows(f"SELECT min({_ROW}), sum({_NUMBER}) FROM {self.sql} WHERE {condition}")[0]
        return row, int(number or 0)


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
    texts = _read(engine, source, column, readings, beyond)
    best = _most(texts.count())
    looks = "" if best else _looks_like(texts, column)
    if looks:
        return DataError(f"{source.path}: column {column}: expected dates, found {looks}")
    unread = f"{texts.days[best[0]]} IS NULL" if best else "true"
    second = _most(texts.count(unread)) if best else []
    if second:
        best = _most(texts.count(f"{texts.days[best[0]]} IS NOT NULL"))  # all that read what the first of them does
        ways = " and ".join(_way(source, texts, formats) for formats in (best, second))
        what_to_do = "make them alike, or give --date-format once for each"
        if _may_be_swapped(texts, best[0], second[0]):
            what_to_do = (
                "a spreadsheet seems to have taken some days for months, where both are 12 or less: export them again "
                "and keep them as text"
            )
        return DataError(
            f"{source.path}: column {column}: expected dates written in one way, found {ways}; {what_to_do}"
        )
    far = _far(source, texts, column, unread, best)
    if far:
        return far
    row, _ = texts.first(unread)
    return DataError(
        f"{source.where(row)}: column {column}: expected a date such as 2024-12-31, or as in the other rows, found "
        "something else; correct it, or give the format with --date-format"
    )


def _read(engine: Engine, source: Source, column: str, readings: Mapping[str, str], beyond: str) -> _Texts:
    """Read the different texts of a column in each way, once."""
    days = {format_: identifier(f"#day {place}") for place, format_ in enumerate(readings)}
    cells = f"SELECT {source.row} AS {_ROW}, {column} FROM {source.sql}"
    texts = f"SELECT {column}, min({_ROW}) AS {_ROW}, count(*) AS {_NUMBER} FROM ({cells}) AS cells GROUP BY {column}"
    read = ", ".join(f"{sql} AS {days[format_]}" for format_, sql in readings.items())
    select = f"SELECT *, {read}, {beyond} AS {_BEYOND} FROM ({texts}) AS texts WHERE {column} IS NOT NULL"
    return _Texts(engine, engine.keep(select).sql, days)


def _most(counts: Mapping[str, int]) -> list[str]:
    """Return the formats that read most cells; none if no format reads any."""
    most = max(counts.values())
    return [format_ for format_, number in counts.items() if number == most > 0]


def _looks_like(texts: _Texts, column: str) -> str:
    """Return what all cells of a column look like, and what to do; empty if they look like nothing that is known."""
    number = f"TRY_CAST({column} AS DOUBLE)"
    looks = {
        " OR ".join(f"{number} BETWEEN {low} AND {high}" for low, high in spans): _what_to_do(meaning, format_)
        for format_, (meaning, spans) in _NUMBERS.items()
    } | {matches(column, pattern): _what_to_do(meaning, format_) for pattern, meaning, format_ in _LOOKS}
    counts = ", ".join(f"count(CASE WHEN {condition} THEN 1 END)" for condition in looks)
    total, *alike = texts.engine.rows(f"SELECT count(*), {counts} FROM {texts.sql}")[0]
    return next((words for words, number in zip(looks.values(), alike, strict=True) if number == total), "")


def _what_to_do(meaning: str, format_: str) -> str:
    """Return what cells look like, and what to do."""
    if format_ in (*_NUMBERS, ORDINAL):
        return f"numbers that look like {meaning}; if so, add --date-format {format_}"
    if not format_:
        return f"what looks like {meaning}; write a day of each, such as 2024-12-31"
    quoted = f'"{format_}"' if " " in format_ else format_
    first = "the first day of each may stand for it"
    return f"what looks like {meaning}; write days, or add --date-format {quoted} if {first}"


def _way(source: Source, texts: _Texts, formats: Sequence[str]) -> str:
    """Return the formats that read some cells, how many these are, and the first of them."""
    row, number = texts.first(f"{texts.days[formats[0]]} IS NOT NULL")
    place = source.where(row).removeprefix(f"{source.path}: ")
    return f"{' or '.join(formats)} ({count(number, 'cell')}, the first in {place})"


def _may_be_swapped(texts: _Texts, *formats: str) -> bool:
    """Whether a spreadsheet may have read as days those dates that have two readings, and left the others as texts."""
    year_first = [format_ for format_ in formats if format_.startswith("%Y-%m")]
    others = [format_ for format_ in formats if format_ not in year_first and "%m" in format_]
    if not year_first or not others or texts.count()[year_first[0]] < _FEW:
        return False
    read, unread = texts.days[year_first[0]], texts.days[others[0]]
    sql = f"SELECT max(day({read})), min(day({unread})) FROM {texts.sql}"
    latest, earliest = texts.engine.rows(sql)[0]
    return bool(latest <= _MONTHS < earliest)


def _far(source: Source, texts: _Texts, column: str, unread: str, best: Sequence[str]) -> DataError | None:
    """Say that dates are of years that are hardly meant, where these are all that is wrong."""
    row, number = texts.first(f"{unread} AND {_BEYOND} IS NOT NULL")
    if not number:
        return None
    name = best[0] if best else texts.engine.rows(f"SELECT min({_BEYOND}) FROM {texts.sql}")[0][0]
    name = f'"{name}"' if " " in name else name
    dates = count(number, "date")
    return DataError(
        f"{source.where(row)}: column {column}: expected dates from 1900 to 2199, found {dates} before or after that; "
        f"leave the cell empty if it stands for no day, or say --date-format {name} if it is meant"
    )
