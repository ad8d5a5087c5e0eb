"""Ids that lost digits before they got here: a spreadsheet keeps 15, and of two customers it may have made one."""

from ..engines.engine import Engine, identifier, matches
from ..files.source import DataError, Source, find_rows
from ..files.typed_cells import ROUNDED

_SHORTENED = r"\s*[-+]?\d(?:[.,]\d+)?[eE][+]\d{2,3}\s*"
"""1.23457E+16, as spreadsheets and programs write a long number that they took for a quantity."""

_DIGITS = {"DOUBLE": 2.0**53, "FLOAT": 2.0**24}
"""From which number on a type of decimals does not hold every whole one."""


def refuse_rounded(engine: Engine, source: Source, header: str, option: str) -> None:
    """Raise DataError where ids of a column were rounded, as they no longer tell whose a row is.

    Parameters
    ----------
    engine : Engine
    source : Source
    header : str, the column
    option : str, that names another column
    """
    condition = is_rounded(source, header)
    row, count = find_rows(engine, source, identifier(header), condition) if condition else (0, 0)
    if count:
        raise DataError(
            f"{source.where(row)}: column {identifier(header)}: expected ids with all their digits, found {count:,} "
            "rounded to fewer, so that two may have become one; export them as text (spreadsheets keep 15 digits of a "
            f"number), or name another column with {option}"
        )


def is_rounded(source: Source, header: str, cell: str = "") -> str:
    """Return SQL of whether a cell's id was rounded; empty where the column's type shows that none was.

    Text is looked at in files of text only: nothing makes text of a rounded number and then Parquet of it but a program
    that was given such a file.

    Parameters
    ----------
    source : Source
    header : str, the column
    cell : str, SQL of the cell; empty for the column itself
    """
    column, kind = cell or identifier(header), source.columns[header]
    if kind in _DIGITS:
        limit = ROUNDED if source.is_text and kind == "DOUBLE" else _DIGITS[kind]
        return f"(abs({column}) >= {limit:.0f} AND NOT isnan({column}))"
    if kind == "VARCHAR" and source.is_text:
        return f"(contains({column}, '+') AND {matches(column, _SHORTENED)})"
    return ""
