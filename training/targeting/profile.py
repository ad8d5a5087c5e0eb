"""Who the customers of each segment are: counts, means and variances of other columns, from the whole table."""

import csv
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from ..engines.engine import Engine, identifier, literal
from ..files.missing import filled
from ..files.source import DataError, Source, list_names
from ..tables.headers import key
from ..tables.numbers import is_numeric, read_columns
from .descriptors import MISSING, Descriptor, adjust_for_number, describe_numbers, describe_values
from .scored import position_of

MOST_VALUES = 20
"""Values of a column that are told apart; the rest is `OTHER`."""

MOST_LEVELS = 10
"""Different numbers up to which a column is one of values, such as 0 and 1."""

OTHER = "all others"


@dataclass(frozen=True)
class Profile:
    """Who the customers of each segment are.

    segments : list of (id, slug, name)
    descriptors : list of Descriptor, each of the segments in this order, p values adjusted for their number
    """

    segments: list[tuple[int, str, str]]
    descriptors: list[Descriptor]


def find_descriptors(source: Source, wanted: str, features: Collection[str] = ()) -> list[str]:
    """Return the columns that segments are to be described by.

    Parameters
    ----------
    source : Source
    wanted : str, headers separated by commas, quoted if they hold one; case, spaces and signs do not matter
    features : headers of columns that were clustered on

    Raises
    ------
    DataError
        A column is not there, or was clustered on.
    """
    names = {key(header): header for header in reversed(source.columns)} | {header: header for header in source.columns}
    wishes = [name.strip() for name in next(csv.reader([wanted], skipinitialspace=True)) or [""]]
    headers = list(dict.fromkeys(names.get(name, names.get(key(name), name)) for name in wishes))
    missing = [header for header in headers if header not in source.columns]
    if missing:
        raise DataError(
            f"{source.path}: --describe: expected columns of the table, found no "
            f"{' and '.join(map(identifier, missing))} among {list_names(list(source.columns))}"
        )
    clustered = [header for header in headers if header in features]
    if clustered:
        raise DataError(
            f"{source.path}: --describe: expected columns that are no features, found "
            f"{' and '.join(map(identifier, clustered))}: segments differ by what makes them; leave it out"
        )
    return headers


def profile(
    engine: Engine, source: Source, segments: Sequence[tuple[int, str, str]], headers: Sequence[str]
) -> Profile:
    """Describe segments by columns of a table.

    Columns of more than ten different numbers are compared by their means, all others by their values.

    Parameters
    ----------
    engine : Engine
    source : Source, with the column segment_id
    segments : sequence of (id, slug, name)
    headers : sequence of str, the columns

    Returns
    -------
    Profile

    Raises
    ------
    DataError
        A column mixes ways of writing numbers.
    """
    descriptors, position = [], position_of(segments)
    for header in headers:
        number = _number(engine, source, header)
        if number:
            descriptors.append(describe_numbers(header, *_moments(engine, source, position, number, len(segments))))
        else:
            descriptors.append(describe_values(header, *_counts(engine, source, position, header, len(segments))))
    return Profile(list(segments), adjust_for_number(descriptors))


def _number(engine: Engine, source: Source, header: str) -> str:
    """Return SQL of a column of numbers; empty for one of values."""
    if not is_numeric(engine, source, header):
        return ""
    value = read_columns(engine, source, [header])[header].value
    different = engine.rows(
        f"SELECT count(*) FROM (SELECT DISTINCT x FROM (SELECT {value} AS x FROM {source.sql}) AS cells "
        f"WHERE x IS NOT NULL AND NOT isnan(x) LIMIT {MOST_LEVELS + 1}) AS levels"
    )[0][0]
    return value if different > MOST_LEVELS else ""


def _moments(
    engine: Engine, source: Source, position: str, number: str, n_segments: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return count, mean and variance of a number by segment, each of shape (n_segments,)."""
    counts, means, variances = np.zeros(n_segments), np.full(n_segments, np.nan), np.zeros(n_segments)
    rows = engine.rows(
        "SELECT position, count(*), avg(x), coalesce(var_samp(x), 0.0) FROM "
        f"(SELECT {position} AS position, {number} AS x FROM {source.sql}) AS cells "
        "WHERE position IS NOT NULL AND x IS NOT NULL AND NOT isnan(x) GROUP BY position"
    )
    for place, count, mean, variance in rows:
        counts[place], means[place], variances[place] = count, mean, variance
    return counts, means, variances


def _counts(
    engine: Engine, source: Source, position: str, header: str, n_segments: int
) -> tuple[list[str], np.ndarray]:
    """Return the values of a column, most frequent first, then `OTHER` and `MISSING`, and the customers of each."""
    cells = engine.define(f"SELECT {position} AS position, {filled(source, header)} AS text FROM {source.sql}")
    frequent = [
        row[0]
        for row in engine.rows(
            f"SELECT text, count(*) AS customers FROM {cells.sql} WHERE text IS NOT NULL AND position IS NOT NULL "
            f"GROUP BY text ORDER BY customers DESC, text LIMIT {MOST_VALUES}"
        )
    ]
    places = " ".join(f"WHEN text = {literal(value)} THEN {place}" for place, value in enumerate(frequent))
    place = f"CASE WHEN text IS NULL THEN {len(frequent) + 1} {places} ELSE {len(frequent)} END"
    counts = np.zeros((n_segments, len(frequent) + 2), dtype=int)
    for segment, value, count in engine.rows(
        f"SELECT position, place, count(*) FROM (SELECT position, {place} AS place FROM {cells.sql}) AS placed "
        "WHERE position IS NOT NULL GROUP BY position, place"
    ):
        counts[segment, value] = count
    kept = [column for column in range(len(frequent) + 2) if column < len(frequent) or counts[:, column].any()]
    return [[*frequent, OTHER, MISSING][column] for column in kept], counts[:, kept]
