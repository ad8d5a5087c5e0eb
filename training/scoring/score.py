"""Answers a whole table at once, in SQL: the function's answer for each row, on tables larger than memory."""

from collections.abc import Sequence

from function.model import BORDERLINE, Feature, Segmenter

from ..engines.engine import Engine, identifier, literal
from ..tables.columns import Column
from ..tables.headers import match_columns
from ..tables.numbers import LARGEST
from ..tables.readings import AS_THE_TABLE_SAYS, Manner, read_features
from ..tables.source import DataError, Source, list_names
from .nearest import CONFIDENCE, RUNNER_UP, TYPICAL, answers, by_position, double

RESULTS = ("segment_id", "segment", "segment_name", "runner_up", "confidence", "borderline", "typical", "out_of_range")
"""Columns added to a table; columns of these names that it has already are replaced."""


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


def score(
    engine: Engine, source: Source, segmenter: Segmenter, out: str, manner: Manner = AS_THE_TABLE_SAYS
) -> tuple[int, int]:
    """Write a table with the function's answer beside each row.

    Columns in: the features. Columns out: those of the table, then `RESULTS`; null where a value is missing or cannot
    be assigned (infinite, beyond 1e15, or not above zero where the model takes a logarithm).

    Parameters
    ----------
    engine : Engine
    source : Source
    segmenter : Segmenter
    out : str, path of a CSV or Parquet file
    manner : Manner, how cells are written where the table leaves it open

    Returns
    -------
    rows, unassigned : int, how many there are and how many of them have no segment

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
    usable = [f"{_usable(feature)} AS {identifier(feature.name)}" for feature in segmenter.model.features]
    table = engine.define(f"SELECT {', '.join([*map(identifier, kept.values()), *usable])} FROM {numbers.sql}")
    names = [feature.name for feature in segmenter.model.features]
    base = answers(table.sql, segmenter, [*kept.values(), *names])
    originals = [f"{identifier(name)} AS {identifier(header)}" for header, name in kept.items()]
    engine.write(f"SELECT {', '.join([*originals, *_results(segmenter)])} FROM ({base}) AS answered", out)
    missing = " OR ".join(f"{identifier(name)} IS NULL" for name in names)
    return source.rows, int(engine.rows(f"SELECT count(*) FROM {table.sql} WHERE {missing}")[0][0])


def _usable(feature: Feature) -> str:
    value = identifier(feature.name)
    positive = f" AND {value} > 0" if feature.log else ""
    return f"CASE WHEN abs({value}) <= {double(LARGEST)}{positive} THEN {value} END"


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
        f"{CONFIDENCE} < {double(BORDERLINE)} AS borderline",
        f"{TYPICAL} AS typical",
        f"nullif(concat_ws(' ', {', '.join(outside)}), '') AS out_of_range",
    ]
