"""Which columns of a table become features: those that were asked for, the pair, or none, and then what to ask for."""

import csv
from collections import Counter
from collections.abc import Sequence

from function.model import MAX_FEATURES

from ..engines.engine import Engine, identifier
from ..files.source import DataError, Source, list_names
from .columns import Column, UnknownColumnError, as_columns, find_columns
from .headers import match_columns, without_unit
from .numbers import share_of_numbers
from .orders.columns import Choice
from .suggestion import describe_choice

_BETWEEN = ";|/+ "
"""What people put between columns where a comma is meant."""


def choose_columns(
    engine: Engine, source: Source, features: str | None, options: Sequence[str] = (), choice: Choice | None = None
) -> list[Column]:
    """Find the columns that become features.

    Parameters
    ----------
    engine : Engine
    source : Source
    features : str, headers separated by commas (quoted if they hold one); None for annual income and spending score
    options : sequence of str, other options that the user gave, for a command that is suggested
    choice : what these say of orders

    Returns
    -------
    list of Column

    Raises
    ------
    DataError
        A column is not there, there are too many, another would be taken for it, or there is no such pair: then the
        message lists the numeric columns and a ready command line.
    """
    headers = list(source.columns)
    wanted = [name.strip() for name in next(csv.reader([features])) or [""]] if features is not None else None
    try:
        columns = find_columns(headers, wanted)
    except UnknownColumnError as error:
        advice = "; separate columns by commas" if _are_several(str(error), headers) else ""
        raise DataError(
            f"{source.path}: expected a column {identifier(str(error))}, found {list_names(headers)}{advice}"
        ) from error
    header, times = Counter(column.header for column in columns or []).most_common(1)[0] if columns else ("", 0)
    if times > 1:
        raise DataError(f"{source.path}: --features: expected different columns, found {identifier(header)} twice")
    if columns and len(columns) > MAX_FEATURES:
        raise DataError(
            f"{source.path}: --features: expected at most {MAX_FEATURES} columns, found {len(columns)}; leave out "
            "those that say least of kinds of customers, or leave out --features: fit then suggests the most telling"
        )
    if columns is None or (wanted is None and not _are_numbers(engine, source, columns)):
        raise DataError(describe_choice(engine, source, list(options), choice or Choice(), _twins(headers)))
    if wanted is None:
        _refuse_doubles(source, columns)
    _refuse_twins(source, columns)
    return columns


def _are_several(name: str, headers: list[str]) -> bool:
    """Return True where what is asked for as one column are several, with other signs than commas between them."""
    lower = {header.lower() for header in headers}
    return any(sign in name and {part.strip() for part in name.lower().split(sign)} <= lower for sign in _BETWEEN)


def _are_numbers(engine: Engine, source: Source, columns: list[Column]) -> bool:
    """Return True where no column that nobody asked for is one of words, such as a score of low and high."""
    return all(share_of_numbers(engine, source, column.header) > 0 for column in columns)


def _refuse_doubles(source: Source, columns: list[Column]) -> None:
    """Raise DataError where a column that nobody named is there twice."""
    lower = {header.lower(): header for header in source.columns}
    for column in columns:
        double = lower.get(f"{column.header}_2".lower())
        if double:
            raise DataError(
                f"{source.path}: expected one column of {column.label.lower()}, found {identifier(column.header)} and "
                f"{identifier(double)}; say which with --features"
            )


def _twins(headers: list[str]) -> list[str]:
    """Return the headers for which another would be taken where the model is used."""
    counts = Counter("".join(without_unit(header)) for header in headers)
    alike = [header for header in headers if counts["".join(without_unit(header))] > 1]
    return [header for header in alike if header not in match_columns(alike, as_columns([header])).values()]


def _refuse_twins(source: Source, columns: list[Column]) -> None:
    """Raise DataError where whoever uses the model on the same table would take another column."""
    headers_of = match_columns(list(source.columns), columns)
    for column in columns:
        other = headers_of.get(column.name)
        if other != column.header:
            raise DataError(
                f"{source.path}: expected columns that differ by more than signs and units, found "
                f"{identifier(column.header)} and {identifier(other or '')}; rename one of them"
            )
