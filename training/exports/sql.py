"""The model as a SQL function, for BigQuery, DuckDB, PostgreSQL and Spark."""

from collections.abc import Callable
from dataclasses import dataclass

from function.model import LARGEST, Feature, Segmenter, most_gaps

_LONGEST_NAME = 63
"""In bytes; PostgreSQL cuts longer names."""


def write(segmenter: Segmenter, dialect: str, name: str) -> str:
    """Return the statement that creates the function, and in a comment the query that tests it.

    Parameters
    ----------
    segmenter : Segmenter
    dialect : str, one of `DIALECTS`
    name : str, of the function; with its dataset or schema before a dot if need be

    Returns
    -------
    str
    """
    return _write(segmenter, DIALECTS[dialect], name)


@dataclass(frozen=True)
class _Dialect:
    """What differs between SQL engines.

    create : statement with {name}, {parameters} and {body}
    number : type of a parameter, or "" where it has none
    value : how a parameter is read as a double
    identifier, text : how a name and a text are quoted
    """

    create: str
    number: str
    identifier: Callable[[str], str]
    text: Callable[[str], str]
    value: str = "{}"


def _write(segmenter: Segmenter, dialect: _Dialect, name: str) -> str:
    features = segmenter.model.features
    function = ".".join(dialect.identifier(part) for part in name.split("."))
    arguments = [dialect.identifier(argument) for argument in _arguments(features)]
    parameters = ", ".join(f"{argument} {dialect.number}".strip() for argument in arguments)
    values = [dialect.value.format(argument) for argument in arguments]
    create = dialect.create.format(name=function, parameters=parameters, body=_body(segmenter, dialect, values))
    return f"{_comment(_head(segmenter))}{_comment(_test(segmenter, dialect, function))}{create}\n"


def _body(segmenter: Segmenter, dialect: _Dialect, values: list[str]) -> str:
    """Return the expression of the nearest segment's name; LEAST and CASE give ties to the first, as the function."""
    distances = [_squared_distance(segmenter, values, centroid) for centroid in segmenter.centroids]
    names = [dialect.text(segment.name) for segment in segmenter.model.segments]
    cases = "\n".join(f"    WHEN {distance}\n    THEN {name}" for distance, name in zip(distances, names, strict=True))
    least = ",\n      ".join(distances)
    valid = "\n  AND ".join([*map(_valid, segmenter.model.features, values), _enough(values)])
    return f"CASE WHEN {valid}\n  THEN CASE LEAST(\n      {least})\n{cases}\n  END\nEND"


def _squared_distance(segmenter: Segmenter, values: list[str], centroid: tuple[float, ...]) -> str:
    """Return the square of the distance by the values that are not NULL."""
    squares = []
    for feature, value, coordinate in zip(segmenter.model.features, values, centroid, strict=True):
        difference = f"(({_scaled(feature, value)} - {_number(feature.mean)}) / {_number(feature.scale)}"
        difference += f" - {_number(coordinate)})"
        squares.append(f"{difference} * {difference}")
    if not most_gaps(len(values)):
        return " + ".join(squares)
    return " + ".join(f"COALESCE({square}, 0e0)" for square in squares)


def _scaled(feature: Feature, value: str) -> str:
    if feature.offset is None:
        return value
    return f"LN({value} + {_number(feature.offset)})" if feature.offset else f"LN({value})"


def _valid(feature: Feature, value: str) -> str:
    """Return the condition that the function would take a value, or that there is none."""
    lowest = f"{value} > 0" if feature.offset == 0 else f"{value} >= {_number(feature.lowest)}"
    return f"({value} IS NULL OR {lowest} AND {value} <= {_number(LARGEST)})"


def _enough(values: list[str]) -> str:
    """Return the condition that no more values are NULL than may be."""
    gaps = " + ".join(f"CASE WHEN {value} IS NULL THEN 1 ELSE 0 END" for value in values)
    return f"{gaps} <= {most_gaps(len(values))}"


def _number(value: float) -> str:
    """Return a literal with every digit and an exponent, which makes it a double in every engine."""
    digits = repr(float(value))
    literal = digits if "e" in digits else f"{digits}e0"
    return f"({literal})" if value < 0 else literal


def _argument(value: float | None) -> str:
    return "NULL" if value is None else _number(value)


def _arguments(features: list[Feature]) -> list[str]:
    """Return the parameters' names: the features', unless an engine would cut them or confuse two of them."""
    names = [feature.name for feature in features]
    distinct = len({name.casefold() for name in names}) == len(names)
    if distinct and all(len(name.encode()) <= _LONGEST_NAME for name in names):
        return names
    return [f"feature_{number}" for number in range(1, len(names) + 1)]


def _head(segmenter: Segmenter) -> str:
    names = ", ".join(feature.name for feature in segmenter.model.features)
    return f"The nearest segment of model {segmenter.hash}. Arguments: {names}."


def _test(segmenter: Segmenter, dialect: _Dialect, function: str) -> str:
    """Return a query that finds nothing if the engine answers the model's golden vectors as the function does."""
    names = {segment.id: dialect.text(segment.name) for segment in segmenter.model.segments}
    calls = [f"{function}({', '.join(map(_argument, golden.values))})" for golden in segmenter.model.golden]
    rows = [
        f"SELECT {call} AS found, {names[golden.segment_id]} AS expected"
        for call, golden in zip(calls, segmenter.model.golden, strict=True)
    ]
    union = "\nUNION ALL ".join(rows)
    return (
        f"Test: this query finds no row.\nSELECT * FROM (\n{union}\n) AS golden WHERE found IS DISTINCT FROM expected;"
    )


def _comment(text: str) -> str:
    return "".join(f"-- {line}\n" for line in text.splitlines())


def _escaped(quote: str) -> Callable[[str], str]:
    """Return how a text or name is quoted where a backslash escapes."""
    escapes = str.maketrans({"\\": r"\\", quote: f"\\{quote}", "\n": r"\n", "\r": r"\r"})
    return lambda text: f"{quote}{text.translate(escapes)}{quote}"


def _doubled(quote: str) -> Callable[[str], str]:
    """Return how a text or name is quoted where the quote itself is written twice."""
    return lambda text: f"{quote}{text.replace(quote, quote * 2)}{quote}"


DIALECTS = {
    "bigquery": _Dialect(
        create="CREATE OR REPLACE FUNCTION {name}({parameters}) RETURNS STRING AS (\n{body}\n);",
        number="FLOAT64",
        identifier=_escaped("`"),
        text=_escaped("'"),
    ),
    "duckdb": _Dialect(
        create="CREATE OR REPLACE MACRO {name}({parameters}) AS (\n{body}\n);",
        number="",
        identifier=_doubled('"'),
        text=_doubled("'"),
        value="CAST({} AS DOUBLE)",
    ),
    "postgres": _Dialect(
        create="CREATE OR REPLACE FUNCTION {name}({parameters}) RETURNS text\n"
        "LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN\n{body};",
        number="double precision",
        identifier=_doubled('"'),
        text=_doubled("'"),
    ),
    "spark": _Dialect(
        create="CREATE OR REPLACE FUNCTION {name}({parameters}) RETURNS STRING RETURN\n{body};",
        number="DOUBLE",
        identifier=_doubled("`"),
        text=_escaped("'"),
    ),
}
