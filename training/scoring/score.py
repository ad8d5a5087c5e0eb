"""Answers a whole table at once, in SQL: the function's answer for each row, on tables larger than memory."""

from collections.abc import Sequence
from dataclasses import dataclass

from function.model import BORDERLINE, Feature, Segmenter, most_gaps

from ..engines.engine import Engine, identifier, literal
from ..tables.columns import Column
from ..tables.headers import match_columns
from ..tables.numbers import LARGEST
from ..tables.readings import AS_THE_TABLE_SAYS, Manner, read_features
from ..tables.source import DataError, Source, list_names
from .nearest import CONFIDENCE, INCOMPLETE, LOG_ODDS, RUNNER_UP, TYPICAL, answers, by_position, double

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


@dataclass(frozen=True)
class Scored:
    """How many rows were scored.

    rows : all of them
    unassigned : those without a segment
    incomplete : those with a segment although a value is missing
    """

    rows: int
    unassigned: int
    incomplete: int


def find_features(source: Source, features: Sequence[Feature]) -> list[Column]:
    """Find the model's features among a table's columns, by name or label.

    Raises
    ------
    DataError
        A feature has no column.
    """
    headers = [header for header in source.columns if header not in RESULTS]
    found = match_columns(headers, features)
    missing = [feature.label for feature in features if feature.name not in found]
    if missing:
        raise DataError(
            f"{source.path}: expected a column for each feature of the model, found none for {' and '.join(missing)} "
            f"among {list_names(headers)}"
        )
    return [Column(found[feature.name], feature.name, feature.label, feature.unit, feature.day) for feature in features]


def score(engine: Engine, source: Source, segmenter: Segmenter, out: str, manner: Manner = AS_THE_TABLE_SAYS) -> Scored:
    """Write a table with the function's answer beside each row.

    Columns in: the features. Columns out: those of the table, then `RESULTS`; null where more than half of the values
    are missing or one cannot be assigned (infinite, beyond 1e15, or without a logarithm where the model takes one).

    Parameters
    ----------
    engine : Engine
    source : Source
    segmenter : Segmenter
    out : str, path of a CSV or Parquet file
    manner : Manner, how cells are written where the table leaves it open

    Returns
    -------
    Scored

    Raises
    ------
    DataError
        A feature has no column, or a cell holds text.
    """
    columns, readings = read_features(engine, source, find_features(source, segmenter.model.features), manner)
    values = []
    for column, feature in zip(columns, segmenter.model.features, strict=True):
        values.append(f"{readings[column.header].value} AS {identifier(feature.name)}")
    kept = {header: f"#{number}" for number, header in enumerate(source.columns) if header not in RESULTS}
    cells = [f"{identifier(header)} AS {identifier(name)}" for header, name in kept.items()]
    numbers = engine.define(f"SELECT {', '.join([*cells, *values])} FROM {source.sql}")
    usable = _values(segmenter.model.features)
    table = engine.define(f"SELECT {', '.join([*map(identifier, kept.values()), *usable])} FROM {numbers.sql}")
    names = [feature.name for feature in segmenter.model.features]
    base = answers(table.sql, segmenter, [*kept.values(), *names])
    originals = [f"{identifier(name)} AS {identifier(header)}" for header, name in kept.items()]
    engine.write(f"SELECT {', '.join([*originals, *_results(segmenter)])} FROM ({base}) AS answered", out)
    gaps = " + ".join(f"CASE WHEN {identifier(name)} IS NULL THEN 1 ELSE 0 END" for name in names)
    too_many = f"count(CASE WHEN gaps > {most_gaps(len(names))} THEN 1 END)"
    counted = f"(SELECT {gaps} AS gaps FROM {table.sql}) AS counted"
    some, unassigned = engine.rows(f"SELECT count(CASE WHEN gaps > 0 THEN 1 END), {too_many} FROM {counted}")[0]
    return Scored(source.rows, int(unassigned), int(some) - int(unassigned))


def _values(features: Sequence[Feature]) -> list[str]:
    """Return SQL of the features' values: null where one is missing, all null where one cannot be assigned."""
    names = [identifier(feature.name) for feature in features]
    missing = [f"({name} IS NULL OR isnan({name}))" for name in names]
    usable = " AND ".join(f"({gap} OR {_usable(feature)})" for gap, feature in zip(missing, features, strict=True))
    return [
        f"CASE WHEN {usable} AND NOT {gap} THEN {name} END AS {name}" for gap, name in zip(missing, names, strict=True)
    ]


def _usable(feature: Feature) -> str:
    value = identifier(feature.name)
    if feature.offset is None:
        return f"abs({value}) <= {double(LARGEST)}"
    return f"{value} {'>=' if feature.offset else '>'} 0 AND {value} <= {double(LARGEST)}"


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
