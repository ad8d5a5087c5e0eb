"""Ids that do not tell whose a row is: a spreadsheet made one of two, or somebody is there as 12 and as 12.0."""

from ..engines.engine import Engine, identifier, matches, replaced
from ..files.missing import trimmed
from ..files.source import DataError, Source, find_rows
from ..files.typed_cells import ROUNDED

_SHORTENED = r"\s*[-+]?\d(?:[.,]\d+)?[eE][+]\d{2,3}\s*"
"""1.23457E+16, as spreadsheets and programs write a long number that they took for a quantity."""

_POINTED = r"\s*\d+\.0+\s*"
"""12.0, as programs write a whole number in a column in which a value was missing."""

_NO_IDS = ("STRUCT", "MAP", "UNION", "JSON")
"""Types of several values in one cell; those of lists end with ]."""

_DIGITS = {"DOUBLE": 2.0**53, "FLOAT": 2.0**24}
"""From which number on a type of decimals does not hold every whole one."""


def refuse_unclear(engine: Engine, source: Source, header: str, option: str) -> None:
    """Raise DataError where ids of a column were rounded, one is there as 12 and as 12.0, or a cell holds several.

    The page looks for the same (static/customers/training/sent/pseudonyms.js).

    Parameters
    ----------
    engine : Engine
    source : Source
    header : str, the column
    option : str, that names another column
    """
    if source.columns[header].startswith(_NO_IDS) or source.columns[header].endswith("]"):
        raise DataError(
            f"{source.path}: column {identifier(header)}: expected ids, found {source.columns[header][:40]}; give each "
            f"of its values a column of its own, or name another column with {option}"
        )
    column, rounded, pointed = identifier(header), is_rounded(source, header), _is_pointed(source, header)
    looked_for = " OR ".join(filter(None, (rounded, pointed)))
    if not looked_for or not find_rows(engine, source, column, looked_for)[1]:
        return
    row, count = find_rows(engine, source, column, rounded)
    if count:
        raise DataError(
            f"{source.where(row)}: column {column}: expected ids with all their digits, found {count:,} "
            "rounded to fewer, so that two may have become one; export them as text (spreadsheets keep 15 digits of a "
            f"number), or name another column with {option}"
        )
    whole = replaced(trimmed(column), r"\.0+$")
    stems = f"SELECT {whole} FROM {source.sql} WHERE {pointed}" if pointed else ""
    row, count = find_rows(engine, source, column, f"{trimmed(column)} IN ({stems})") if pointed else (0, 0)
    if count:
        raise DataError(
            f"{source.where(row)}: column {column}: expected each id written in one way, found {count:,} that end in "
            ".0 elsewhere, so that one customer or order may count as two; write them alike, or name another column "
            f"with {option}"
        )


def _is_pointed(source: Source, header: str) -> str:
    """Return SQL of whether a cell's id is a whole number with noughts behind a point; empty where none can be."""
    if source.columns[header] != "VARCHAR" or not source.is_text:
        return ""
    column = identifier(header)
    return f"(contains({column}, '.0') AND {matches(column, _POINTED)})"


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
