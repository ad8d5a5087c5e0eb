"""Draws the customers that K-Means starts from, and describes the features.

This is the engine's work and needs no scikit-learn, which takes a second to import.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from function.model import SMALLEST_SCALE, Feature

from ..engines.engine import KEY, Engine, identifier
from ..files.source import DataError
from ..scoring.nearest import double, scaled
from ..tables.customers import Customers
from .features import Statistics, choose_offset, make_feature, statistics

SAMPLE = 200_000
"""Above so many customers K-Means starts from a sample of about this size."""

LAST_DIGITS = 1e-13
"""Standard deviation, as a part of the mean, below which doubles are too coarse for centroids."""

_PRIME = 2**31 - 1
_DIGITS = 10
"""Significant digits kept of sums over the whole table, whose last ones depend on the order of addition."""


@dataclass(frozen=True)
class Prepared:
    """What K-Means starts from.

    X : ndarray of shape (n_rows, n_features), in the features' units; all customers, or a sample if there are many
    features : list of Feature, described by all customers
    """

    X: np.ndarray
    features: list[Feature]


def prepare(
    engine: Engine,
    customers: Customers,
    random_state: int,
    log: bool = True,
    progress: Callable[[str], object] = lambda _: None,
) -> Prepared:
    """Draw customers and describe the features.

    Parameters
    ----------
    engine : Engine, holding the customers
    customers : Customers
    random_state : int, of the sample
    log : whether skewed features without negative values are standardised as logarithms
    progress : called with what is done next

    Returns
    -------
    Prepared

    Raises
    ------
    DataError
        A column is constant.
    """
    share = SAMPLE / customers.rows if customers.rows > SAMPLE else 1.0
    progress(f"Drawing {SAMPLE:,} of {customers.rows:,} customers" if share < 1 else "Reading the columns")
    X = sample_rows(engine, [column.name for column in customers.columns], customers.table.sql, share, random_state)
    described, offsets = _statistics(engine, customers, X, log)
    for column, values, offset in zip(customers.columns, described, offsets, strict=True):
        _refuse_alike(f"{customers.source}: column {identifier(column.header)}", values, offset)
    return Prepared(X, list(map(make_feature, customers.columns, described, offsets)))


def _refuse_alike(where: str, values: Statistics, offset: float | None) -> None:
    """Raise DataError for a column whose values are the same, or so nearly that a centroid lies between two doubles."""
    if values.min == values.max:
        raise DataError(
            f"{where}: expected different values, found the same in every row; choose other columns with --features "
            "(of orders: among those that the command rfm writes)"
        )
    about = abs(values.mean) + (offset is not None)  # the logarithm of what is off by 1e-16 of it is off by 1e-16
    if values.scale < max(SMALLEST_SCALE, LAST_DIGITS * about):
        raise DataError(
            f"{where}: expected different values, found such that differ in their last digits only; leave the column "
            "out, or subtract what they have in common"
        )


def sample_rows(engine: Engine, columns: Sequence[str], table: str, share: float, random_state: int) -> np.ndarray:
    """Return some columns of about a share of a table's rows: of the same table the same rows, in every engine.

    Drawn are the rows whose key a random polynomial of degree two over a prime field takes to a small number; three
    rows are then drawn independently of each other, which makes means over the sample as good as of a random one.
    The rows come in the order of that number, so the first ones are a sample too.

    Parameters
    ----------
    engine : Engine
    columns : sequence of str, of numbers
    table : str, with the column `KEY`
    share : float, 0 to 1
    random_state : int

    Returns
    -------
    ndarray of shape (n_rows, n_columns)

    References
    ----------
    Wegman, M. N. and Carter, J. L. (1981). New hash functions and their use in authentication and set equality.
        Journal of Computer and System Sciences 22(3), 265-279. https://doi.org/10.1016/0022-0000(81)90033-7
    """
    wanted = ", ".join(map(identifier, columns))
    if share >= 1:
        return engine.matrix(f"SELECT {wanted} FROM {table} ORDER BY {wanted}")
    a, b, c = np.random.default_rng(random_state).integers(1, _PRIME, 3).tolist()
    x = f"({KEY} % {_PRIME})"
    drawn = f"(({a} * {x} + {b}) % {_PRIME} * {x} + {c}) % {_PRIME}"
    below = int(share * _PRIME)
    return engine.matrix(f"SELECT {wanted} FROM {table} WHERE {drawn} < {below} ORDER BY {drawn}, {wanted}")


def statistics_of_all(
    engine: Engine, table: str, near: Mapping[str, Statistics], offsets: Sequence[float | None]
) -> list[Statistics]:
    """Compute the statistics of columns over a whole table, in one pass.

    Parameters
    ----------
    engine : Engine
    table : str, name of the table
    near : dict from column to its statistics in a sample: sums of what is close to zero lose the fewest digits
    offsets : sequence of float, added before the logarithm is taken; None where the value itself is standardised

    Returns
    -------
    list of Statistics
    """
    select = []
    for (name, sampled), offset in zip(near.items(), offsets, strict=True):
        column = identifier(name)
        apart = f"({scaled(column, offset)} - {double(sampled.mean)})"
        select += [f"min({column})", f"max({column})", f"avg({apart})", f"avg({apart} * {apart})"]
        select += [f"bool_and({column} = floor({column}))"]
    row = engine.rows(f"SELECT {', '.join(select)} FROM {table}")[0]
    of_all = []
    for sampled, (low, high, mean, square, whole) in zip(
        near.values(), zip(*[iter(row)] * 5, strict=True), strict=True
    ):
        scale = float(rounded(np.sqrt([square - mean**2]))[0])
        of_all.append(Statistics(low, high, _to_digits_of(scale, sampled.mean + mean), scale, whole, sampled.middle))
    return of_all


def rounded(values: np.ndarray) -> np.ndarray:
    """Return values with ten significant digits, so that the same table gives the same model on every run."""
    return np.array([float(f"{value:.{_DIGITS - 1}e}") for value in values.ravel()]).reshape(values.shape)


def _to_digits_of(scale: float, mean: float) -> float:
    """Round a mean to as many decimals as ten digits of the scale have: one far from zero has more digits itself."""
    return round(mean, _DIGITS - 1 - math.floor(math.log10(scale))) if scale else mean


def _statistics(
    engine: Engine, customers: Customers, X: np.ndarray, log: bool
) -> tuple[list[Statistics], list[float | None]]:
    """Return each column's statistics, of the rows at hand if those are all, and its offset."""
    names = [column.name for column in customers.columns]
    if len(X) == customers.rows:
        offsets = [choose_offset(values, float(values.min())) if log else None for values in X.T]
        return list(map(statistics, X.T, offsets)), offsets
    smallest = engine.rows(
        f"SELECT {', '.join(f'min({identifier(name)})' for name in names)} FROM {customers.table.sql}"
    )[0]
    offsets = [choose_offset(values, low) if log else None for values, low in zip(X.T, smallest, strict=True)]
    near = dict(zip(names, map(statistics, X.T, offsets), strict=True))
    return statistics_of_all(engine, customers.table.sql, near, offsets), offsets
