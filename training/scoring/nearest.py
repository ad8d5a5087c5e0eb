"""The model's arithmetic in SQL: the nearest segment of each row, by the function's operations in the function's order.

Squares are summed in the features' order and numbers are written so that they are read back to the last bit; so SQL and
`function.model` come to the same answer for a customer on a border. The SQL is common to DuckDB and Spark.

What these SELECTs make is grouped or kept, never filtered by WHERE: Spark moves a filter to the table itself, and so
writes all squares into it once for each mention, k times k times n of them.
"""

from collections.abc import Collection, Sequence

from function.model import LARGEST, Feature, Segmenter, most_gaps

from ..engines.engine import Engine, Table, identifier

POSITION, LEAST = '"#position"', '"#least"'
RUNNER_UP, CONFIDENCE, TYPICAL = '"#runner_up"', '"#confidence"', '"#typical"'
LOG_ODDS, INCOMPLETE = '"#log_odds"', '"#incomplete"'
_SECOND, _GAPS = '"#second"', '"#gaps"'


def nearest(
    table: str, features: Sequence[Feature], centroids: Collection[Collection[float]], keep: Sequence[str] = ()
) -> str:
    """Return a SELECT of each complete row's nearest centroid.

    Parameters
    ----------
    table : str, SQL of a table with one column per feature, named as the feature
    features : sequence of Feature
    centroids : array or lists of shape (n_segments, n_features), standardised
    keep : sequence of str, columns of the table to keep

    Returns
    -------
    str : SQL with the columns kept, #z0, #z1, ... (the standardised values), #q0, #q1, ... (the squared distances),
    `LEAST` (of them) and `POSITION` (of the nearest centroid, from 0; ties: the first; null where a value is null).
    No feature has such a name: they hold no #.
    """
    Z = _names("z", len(features))
    squares = _names("q", len(centroids))
    distances = [f"{_square(Z, centroid)} AS {q}" for centroid, q in zip(centroids, squares, strict=True)]
    middle = (
        f"SELECT {', '.join([*_kept(keep), *Z, *distances])} FROM ({_points(table, features, keep)}) AS standardised"
    )
    outer = f"SELECT *, least({', '.join(squares)}) AS {LEAST} FROM ({middle}) AS measured"
    return f"SELECT *, {_position(LEAST, squares)} AS {POSITION} FROM ({outer}) AS compared"


def nearest_of_known(
    table: str, features: Sequence[Feature], centroids: Collection[Collection[float]], keep: Sequence[str] = ()
) -> str:
    """Return a SELECT of each row's nearest centroid, as far as its known features say.

    Parameters
    ----------
    table, features, centroids, keep : as for `nearest`

    Returns
    -------
    str : SQL with the columns kept, #q0, #q1, ..., `LEAST` and `POSITION` as of `nearest` but by the values that are
    not null (the last two are null where more than half of the values are), and `INCOMPLETE`
    """
    Z = _names("z", len(features))
    squares = _names("q", len(centroids))
    distances = [f"{_partial(Z, centroid)} AS {q}" for centroid, q in zip(centroids, squares, strict=True)]
    gaps = " + ".join(f"CASE WHEN {z} IS NULL THEN 1 ELSE 0 END" for z in Z)
    columns = ", ".join([*_kept(keep), *distances, f"{gaps} AS {_GAPS}"])
    middle = f"SELECT {columns} FROM ({_points(table, features, keep)}) AS standardised"
    least = f"CASE WHEN {_GAPS} <= {most_gaps(len(features))} THEN least({', '.join(squares)}) END AS {LEAST}"
    outer = f"SELECT *, {least}, {_GAPS} > 0 AS {INCOMPLETE} FROM ({middle}) AS measured"
    return f"SELECT *, {_position(LEAST, squares)} AS {POSITION} FROM ({outer}) AS compared"


def answers(table: str, segmenter: Segmenter, keep: Sequence[str]) -> str:
    """Return a SELECT of what the function answers for each row.

    Parameters
    ----------
    table : str, SQL of a table with one column per feature, named as the feature; null where a value is missing
    segmenter : Segmenter
    keep : sequence of str, columns of the table to keep

    Returns
    -------
    str : SQL with the columns kept, `POSITION`, `RUNNER_UP` (position of the second nearest), `CONFIDENCE`, `LOG_ODDS`,
    `TYPICAL`, `INCOMPLETE`; all null but the last where more than half of the values are
    """
    squares = _names("q", len(segmenter.centroids))
    o = _names("o", len(squares))
    others = [
        f"CASE WHEN {POSITION} = {i} THEN CAST('inf' AS DOUBLE) ELSE {q} END AS {o[i]}" for i, q in enumerate(squares)
    ]
    base = nearest_of_known(table, segmenter.model.features, segmenter.centroids, keep)
    inner = f"SELECT {', '.join([*_kept(keep), POSITION, LEAST, INCOMPLETE, *others])} FROM ({base}) AS assigned"
    second = f"CASE WHEN {LEAST} IS NOT NULL THEN least({', '.join(o)}) END"
    outer = f"SELECT *, {second} AS {_SECOND} FROM ({inner}) AS others"
    radius = by_position([double(segment.radius) for segment in segmenter.model.segments])
    confidence = f"sqrt({_SECOND}) / (sqrt({LEAST}) + sqrt({_SECOND}))"
    columns = [
        *_kept(keep),
        POSITION,
        f"{_position(_SECOND, o)} AS {RUNNER_UP}",
        f"CASE WHEN {_SECOND} = 0 THEN {double(0.5)} ELSE {confidence} END AS {CONFIDENCE}",
        f"({_SECOND} - {LEAST}) / {double(segmenter.doubled_variance)} AS {LOG_ODDS}",
        f"sqrt({LEAST}) <= {radius} AS {TYPICAL}",
        INCOMPLETE,
    ]
    return f"SELECT {', '.join(columns)} FROM ({outer}) AS ranked"


def known_values(features: Sequence[Feature]) -> list[str]:
    """Return SQL of the features' values: null where one is missing, all null where one cannot be assigned."""
    names = [identifier(feature.name) for feature in features]
    missing = [f"({name} IS NULL OR isnan({name}))" for name in names]
    usable = " AND ".join(f"({gap} OR {_usable(feature)})" for gap, feature in zip(missing, features, strict=True))
    return [
        f"CASE WHEN {usable} AND NOT {gap} THEN {name} END AS {name}" for gap, name in zip(missing, names, strict=True)
    ]


def count_members(engine: Engine, assigned: str, n_segments: int) -> list[int]:
    """Return how many rows of a SELECT with `POSITION` are in each segment."""
    rows = engine.rows(f"SELECT {POSITION}, count(*) FROM ({assigned}) AS assigned GROUP BY {POSITION}")
    sizes = [0] * n_segments
    for position, size in rows:
        if position is not None:
            sizes[position] = size
    return sizes


def count_incomplete(
    engine: Engine, table: Table | None, features: Sequence[Feature], centroids: Collection[Collection[float]]
) -> list[int]:
    """Return how many customers with gaps are in each segment by what is known of them.

    Parameters
    ----------
    engine : Engine
    table : Table with one column per feature, named as the feature, null where a value is missing; None without any
    features, centroids : as for `nearest`

    Returns
    -------
    list of length n_segments
    """
    if table is None:
        return [0] * len(centroids)
    return count_members(engine, nearest_of_incomplete(table, features, centroids), len(centroids))


def nearest_of_incomplete(
    table: Table, features: Sequence[Feature], centroids: Collection[Collection[float]], keep: Sequence[str] = ()
) -> str:
    """Return `nearest_of_known` of a table with gaps; a row with a value that cannot be assigned has no position."""
    columns = ", ".join([*map(identifier, keep), *known_values(features)])
    return nearest_of_known(f"(SELECT {columns} FROM {table.sql}) AS known", features, centroids, keep)


def by_position(values: Sequence[str], position: str = "") -> str:
    """Return SQL of the value, itself SQL, at a position; null where that is null."""
    cases = " ".join(f"WHEN {i} THEN {value}" for i, value in enumerate(values))
    return f"CASE {position or POSITION} {cases} END"


def double(value: float) -> str:
    """Write a number so that SQL reads the same bits."""
    return f"CAST('{float(value)!r}' AS DOUBLE)"


def scaled(column: str, offset: float | None) -> str:
    """Return SQL of a column's value, or of the logarithm of value and offset; null where there is none."""
    if offset is None:
        return column
    return f"ln(CASE WHEN {column} >= 0 THEN {column} + {double(offset)} END)" if offset else _logarithm(column)


def _logarithm(column: str) -> str:
    return f"ln(CASE WHEN {column} > 0 THEN {column} END)"


def _names(letter: str, count: int) -> list[str]:
    return [identifier(f"#{letter}{i}") for i in range(count)]


def _kept(keep: Sequence[str]) -> list[str]:
    return [identifier(name) for name in keep]


def _points(table: str, features: Sequence[Feature], keep: Sequence[str]) -> str:
    """Return a SELECT of the columns kept and of the standardised values, #z0, #z1, ..."""
    Z = _names("z", len(features))
    standardised = [f"{_standardised(feature)} AS {z}" for feature, z in zip(features, Z, strict=True)]
    return f"SELECT {', '.join([*_kept(keep), *standardised])} FROM {table}"


def _standardised(feature: Feature) -> str:
    value = scaled(identifier(feature.name), feature.offset)
    return f"({value} - {double(feature.mean)}) / {double(feature.scale)}"


def _square(Z: Sequence[str], centroid: Collection[float]) -> str:
    return " + ".join(f"{difference} * {difference}" for difference in _differences(Z, centroid))


def _partial(Z: Sequence[str], centroid: Collection[float]) -> str:
    """Return SQL of the square of the distance by what is not null."""
    squares = [f"{difference} * {difference}" for difference in _differences(Z, centroid)]
    return " + ".join(f"coalesce({square}, {double(0)})" for square in squares)


def _differences(Z: Sequence[str], centroid: Collection[float]) -> list[str]:
    return [f"({z} - {double(c)})" for z, c in zip(Z, centroid, strict=True)]


def _position(least: str, squares: Sequence[str]) -> str:
    """Return SQL of the position of the least; a small integer, by which both engines group fastest."""
    cases = " ".join(f"WHEN {least} = {q} THEN {i}" for i, q in enumerate(squares))
    return f"CAST(CASE {cases} END AS TINYINT)"


def _usable(feature: Feature) -> str:
    value = identifier(feature.name)
    if feature.offset is None:
        return f"abs({value}) <= {double(LARGEST)}"
    return f"{value} {'>=' if feature.offset else '>'} 0 AND {value} <= {double(LARGEST)}"
