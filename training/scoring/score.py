"""Answers a whole table at once, in SQL: the function's answer for each row, on tables larger than memory."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from function.model import BORDERLINE, Feature, Segmenter

from ..engines.engine import Engine, Table, identifier, literal
from ..files.source import DataError, Source, list_names
from ..tables.columns import Column
from ..tables.headers import match_columns
from ..tables.readings import AS_THE_TABLE_SAYS, Manner, read_features, read_value
from .nearest import (
    CONFIDENCE,
    INCOMPLETE,
    LOG_ODDS,
    POSITION,
    RUNNER_UP,
    TYPICAL,
    answers,
    by_position,
    double,
    known_values,
)

RESULTS = (
    "segment_id",
    "segment",
    "segment_name",
    "runner_up",
    "confidence",
    "probability",
    "borderline",
    "typical",
    "incomplete",
    "out_of_range",
    "model",
)
"""Columns added to a table; columns of these names that it has already are replaced."""


_VALUE, _ROW = "#value", "#row"


@dataclass(frozen=True)
class Part:
    """A segment's part of a scored table.

    id, slug, name : of the segment
    customers : how many rows are in it
    share : of the rows that have a segment, 0 to 1
    value_share : of what all rows that have a segment are worth; None if not known
    """

    id: int
    slug: str
    name: str
    customers: int
    share: float
    value_share: float | None


@dataclass(frozen=True)
class Scored:
    """How many rows were scored.

    rows : all of them
    unassigned : those without a segment
    incomplete : those with a segment although a value is missing
    segments : list of Part, in the model's order
    """

    rows: int
    unassigned: int
    incomplete: int
    segments: list[Part] = field(default_factory=list)


def find_features(source: Source, features: Sequence[Feature]) -> list[Column]:
    """Find the model's features among a table's columns, by name or label.

    Raises
    ------
    DataError
        A feature has no column.
    """
    headers = [header for header in source.columns if header not in RESULTS]
    headers_of = match_columns(headers, features)
    missing = [feature.label for feature in features if feature.name not in headers_of]
    if missing:
        raise DataError(
            f"{source.path}: expected a column for each feature of the model, found none for {' and '.join(missing)} "
            f"among {list_names(headers)}; name another model with --model, or say --orders of a table of orders"
        )
    return [
        Column(headers_of[feature.name], feature.name, feature.label, feature.unit, feature.day) for feature in features
    ]


def score(  # noqa: PLR0913 - what is read, what is written, and how
    engine: Engine,
    source: Source,
    segmenter: Segmenter,
    out: str,
    manner: Manner = AS_THE_TABLE_SAYS,
    *,
    keep_formulas: bool = False,
) -> Scored:
    """Write a table with the function's answer beside each row.

    Columns in: the features. Columns out: those of the table, then `RESULTS`; null where more than half of the values
    are missing or one cannot be assigned (infinite, beyond 1e15, or without a logarithm where the model takes one).

    Parameters
    ----------
    engine : Engine
    source : Source
    segmenter : Segmenter
    out : str, path of a CSV or Parquet file
    manner : Manner, how cells are written where the table leaves it open, and what a customer is worth

    Returns
    -------
    Scored

    Raises
    ------
    DataError
        A feature or what customers are worth has no column, or a cell holds text.
    """
    worth = read_value(engine, source, manner)
    kept = {header: f"#{number}" for number, header in enumerate(source.columns) if header not in RESULTS}
    cells = {name: identifier(header) for header, name in kept.items()} | ({_VALUE: worth} if worth else {})
    base = _answered(engine, source, segmenter, manner, cells)
    originals = [f"{identifier(name)} AS {identifier(header)}" for header, name in kept.items()]
    answered = f"SELECT {', '.join([*originals, *_results(segmenter)])} FROM ({base}) AS answered"
    engine.write(answered, out, keep_formulas=keep_formulas)
    return _count(engine, base, segmenter, source.rows, valued=bool(worth))


def with_segments(
    engine: Engine, source: Source, segmenter: Segmenter, headers: Sequence[str], manner: Manner = AS_THE_TABLE_SAYS
) -> Source:
    """Return some columns of a table with each row's segment_id, as `score` would write them.

    Parameters
    ----------
    engine, source, segmenter, manner : as for `score`
    headers : sequence of str, columns of the table

    Returns
    -------
    Source
    """
    kept = {header: f"#{number}" for number, header in enumerate(headers)}
    cells = {name: identifier(header) for header, name in kept.items()} | {_ROW: source.row}
    base = _answered(engine, source, segmenter, manner, cells)
    columns = [f"{identifier(name)} AS {identifier(header)}" for header, name in kept.items()]
    columns += [identifier(_ROW), next(result for result in _results(segmenter) if result.endswith(" AS segment_id"))]
    table = engine.keep(f"SELECT {', '.join(columns)} FROM ({base}) AS answered")  # to be counted several times
    return replace(source, table=Table(table.sql, table.columns, identifier(_ROW)))


def _answered(engine: Engine, source: Source, segmenter: Segmenter, manner: Manner, cells: Mapping[str, str]) -> str:
    """Return a SELECT of what the function answers for each row, its values and other cells, given as SQL by name."""
    features = segmenter.model.features
    columns, readings = read_features(engine, source, find_features(source, features), manner)
    select = [f"{sql} AS {identifier(name)}" for name, sql in cells.items()]
    for column, feature in zip(columns, features, strict=True):
        select.append(f"{readings[column.header].value} AS {identifier(feature.name)}")
    numbers = engine.define(f"SELECT {', '.join(select)} FROM {source.sql}")
    usable = [*map(identifier, cells), *known_values(features)]
    table = engine.define(f"SELECT {', '.join(usable)} FROM {numbers.sql}")
    return answers(table.sql, segmenter, [*cells, *(feature.name for feature in features)])


def _count(engine: Engine, base: str, segmenter: Segmenter, rows: int, *, valued: bool) -> Scored:
    """Count the rows of each segment, and add up what they are worth; those without one are left out here."""
    segments = segmenter.model.segments
    customers, values, incomplete = [0] * len(segments), [0.0] * len(segments), 0
    for position, with_gaps, count, value in engine.rows(
        f"SELECT {POSITION}, {INCOMPLETE}, count(*), {f'sum({identifier(_VALUE)})' if valued else 'NULL'} "
        f"FROM ({base}) AS answered GROUP BY {POSITION}, {INCOMPLETE}"
    ):
        if position is None:
            continue
        customers[position] += count
        values[position] += value or 0.0
        incomplete += count if with_gaps else 0
    assigned, worth = sum(customers), sum(values)
    parts = [
        Part(s.id, s.slug, s.name, count, count / max(assigned, 1), value / worth if worth > 0 else None)
        for s, count, value in zip(segments, customers, values, strict=True)
    ]
    return Scored(rows, rows - assigned, incomplete, parts)


def _results(segmenter: Segmenter) -> list[str]:
    segments = segmenter.model.segments
    outside = []
    for f in segmenter.model.features:
        column = identifier(f.name)
        outside.append(f"CASE WHEN {column} < {double(f.min)} OR {column} > {double(f.max)} THEN {literal(f.name)} END")
    return [
        f"{by_position([str(s.id) for s in segments])} AS segment_id",
        f"{by_position([literal(s.slug) for s in segments])} AS segment",
        f"{by_position([literal(s.name) for s in segments])} AS segment_name",
        f"{by_position([literal(s.slug) for s in segments], RUNNER_UP)} AS runner_up",
        f"{CONFIDENCE} AS confidence",
        f"1 / (1 + exp(-{LOG_ODDS})) AS probability",
        f"{LOG_ODDS} < {double(BORDERLINE)} AS borderline",
        f"{TYPICAL} AS typical",
        f"CASE WHEN {LOG_ODDS} IS NOT NULL THEN {INCOMPLETE} END AS incomplete",
        f"nullif(concat_ws(' ', {', '.join(outside)}), '') AS out_of_range",
        f"{literal(segmenter.hash)} AS model",
    ]
