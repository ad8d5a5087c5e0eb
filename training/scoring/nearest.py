"""The model's arithmetic in SQL: the nearest segment of each row, by the function's operations in the function's order.

Squares are summed in the features' order and numbers are written so that they are read back to the last bit; so SQL and
`function.model` come to the same answer for a customer on a border. The SQL is common to DuckDB and Spark.
"""

from collections.abc import Sequence

import numpy as np

from function.model import Feature, Segmenter

from ..engines.engine import identifier

POSITION, LEAST = '"#position"', '"#least"'
RUNNER_UP, CONFIDENCE, TYPICAL = '"#runner_up"', '"#confidence"', '"#typical"'
_SECOND = '"#second"'


def nearest(table: str, features: Sequence[Feature], centroids: np.ndarray, keep: Sequence[str] = ()) -> str:
    """Return a SELECT of each row's nearest centroid.

    Parameters
    ----------
    table : str, SQL of a table with one column a feature, named as the feature
    features : sequence of Feature
    centroids : ndarray of shape (n_segments, n_features), standardised
    keep : sequence of str, columns of the table to keep

    Returns
    -------
    str : SQL with the columns kept, #z0, #z1, ... (the standardised values), #q0, #q1, ... (the squared distances),
    `LEAST` (of them) and `POSITION` (of the nearest centroid, from 0; of equals the first; null where a value is null).
    No feature has such a name: they hold no #.
    """
    kept = [identifier(name) for name in keep]
    Z = [identifier(f"#z{i}") for i in range(len(features))]
    squares = [identifier(f"#q{i}") for i in range(len(centroids))]
    standardised = [f"{_standardised(feature)} AS {z}" for feature, z in zip(features, Z, strict=True)]
    distances = [f"{_square(Z, centroid)} AS {q}" for centroid, q in zip(centroids.tolist(), squares, strict=True)]
    inner = f"SELECT {', '.join(kept + standardised)} FROM {table}"
    middle = f"SELECT {', '.join(kept + Z + distances)} FROM ({inner}) AS standardised"
    outer = f"SELECT *, least({', '.join(squares)}) AS {LEAST} FROM ({middle}) AS measured"
    return f"SELECT *, {_position(LEAST, squares)} AS {POSITION} FROM ({outer}) AS compared"


def answers(table: str, segmenter: Segmenter, keep: Sequence[str]) -> str:
    """Return a SELECT of what the function answers for each row.

    Parameters
    ----------
    table : str, SQL of a table with one column a feature, named as the feature; null where a row cannot be assigned
    segmenter : Segmenter
    keep : sequence of str, columns of the table to keep

    Returns
    -------
    str : SQL with the columns kept, `POSITION`, `RUNNER_UP` (position of the second nearest), `CONFIDENCE`, `TYPICAL`
    """
    n_segments = len(segmenter.centroids)
    o = [identifier(f"#o{i}") for i in range(n_segments)]
    others = [
        f"CASE WHEN {POSITION} = {i} THEN CAST('inf' AS DOUBLE) ELSE {identifier(f'#q{i}')} END AS {o[i]}"
        for i in range(n_segments)
    ]
    kept = [identifier(name) for name in keep]
    base = nearest(table, segmenter.model.features, np.array(segmenter.centroids), keep)
    inner = f"SELECT {', '.join([*kept, POSITION, LEAST, *others])} FROM ({base}) AS assigned"
    outer = f"SELECT *, least({', '.join(o)}) AS {_SECOND} FROM ({inner}) AS others"
    radius = by_position([double(segment.radius) for segment in segmenter.model.segments])
    columns = [
        *kept,
        POSITION,
        f"{_position(_SECOND, o)} AS {RUNNER_UP}",
        f"sqrt({_SECOND}) / (sqrt({LEAST}) + sqrt({_SECOND})) AS {CONFIDENCE}",
        f"sqrt({LEAST}) <= {radius} AS {TYPICAL}",
    ]
    return f"SELECT {', '.join(columns)} FROM ({outer}) AS ranked"


def by_position(values: Sequence[str], position: str = "") -> str:
    """Return SQL of the value, itself SQL, at a position; null where that is null."""
    cases = " ".join(f"WHEN {i} THEN {value}" for i, value in enumerate(values))
    return f"CASE {position or POSITION} {cases} END"


def double(value: float) -> str:
    """Write a number so that SQL reads the same bits."""
    return f"CAST('{float(value)!r}' AS DOUBLE)"


def scaled(column: str, *, log: bool) -> str:
    """Return SQL of a column's value, or of its logarithm, null where there is none."""
    return f"ln(CASE WHEN {column} > 0 THEN {column} END)" if log else column


def _standardised(feature: Feature) -> str:
    value = scaled(identifier(feature.name), log=feature.log)
    return f"({value} - {double(feature.mean)}) / {double(feature.scale)}"


def _square(Z: Sequence[str], centroid: Sequence[float]) -> str:
    differences = [f"({z} - {double(c)})" for z, c in zip(Z, centroid, strict=True)]
    return " + ".join(f"{difference} * {difference}" for difference in differences)


def _position(least: str, squares: Sequence[str]) -> str:
    """Return SQL of the position of the least; a small integer, by which both engines group fastest."""
    cases = " ".join(f"WHEN {least} = {q} THEN {i}" for i, q in enumerate(squares))
    return f"CAST(CASE {cases} END AS TINYINT)"
