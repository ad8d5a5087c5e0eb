"""What the text of a cell means as a date.

A column is read as a whole: of the ways people write dates, the one that reads every cell. Where day and month could be
either way round the column is refused, not guessed.
"""

from ..engines.engine import Engine, identifier
from .source import DataError, Source, find_rows

FORMATS = (
    "%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d",
    "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d-%m-%Y", "%m-%d-%Y",
    "%d/%m/%y", "%m/%d/%y", "%d.%m.%y", "%d-%m-%y", "%m-%d-%y",
    "%d %b %Y", "%d-%b-%Y", "%d-%b-%y", "%b %d, %Y", "%d %B %Y", "%B %d, %Y",
)  # fmt: skip
_EARLIEST, _LATEST = 1900, 2199
"""Years beyond are misreadings: "12/1/10" has no year 10."""


def date_sql(engine: Engine, source: Source, header: str, wanted: str = "") -> str:
    """Return SQL of a column's day, a date; null where the cell is empty.

    Parameters
    ----------
    engine : Engine
    source : Source
    header : str, the column
    wanted : str, the format as `strptime` has it, such as "%d/%m/%Y", where the table leaves it open

    Returns
    -------
    str

    Raises
    ------
    DataError
        A cell is no date, or day and month could be either way round.
    """
    column = identifier(header)
    if source.columns[header].startswith(("DATE", "TIMESTAMP")):
        return f"CAST({column} AS DATE)"
    formats = [wanted] if wanted else list(FORMATS)
    counts = [f"count({_parsed(engine, column, format_)})" for format_ in formats]
    filled, *read = engine.rows(f"SELECT count({_text(column)}), {', '.join(counts)} FROM {source.sql}")[0]
    best = [format_ for format_, count in zip(formats, read, strict=True) if count == max(read)]
    if max(read) < filled:
        raise _not_a_date(engine, source, column, best[0] if max(read) else formats[0])
    if len(best) > 1:
        raise DataError(
            f"{source.path}: column {column}: every date could be {' or '.join(best)}; say which with --date-format"
        )
    return _parsed(engine, column, best[0])


def _text(column: str) -> str:
    """Return SQL of the cell without the time of day; null if empty."""
    return rf"nullif(regexp_replace(trim(CAST({column} AS STRING)), '[T ]+\d{{1,2}}:\d{{2}}.*$', ''), '')"


def _parsed(engine: Engine, column: str, format_: str) -> str:
    moment = engine.date(_text(column), format_)
    return f"CASE WHEN year({moment}) BETWEEN {_EARLIEST} AND {_LATEST} THEN CAST({moment} AS DATE) END"


def _not_a_date(engine: Engine, source: Source, column: str, format_: str) -> DataError:
    bad = f"{_text(column)} IS NOT NULL AND {_parsed(engine, column, format_)} IS NULL"
    row, _ = find_rows(engine, source, column, bad)
    return DataError(
        f"{source.where(row)}: column {column}: expected a date such as 2024-12-31, or as in the other rows, found "
        "something else; correct it, or give the format with --date-format"
    )
