"""Draws the customers that K-Means starts from, and describes the features.

This is the engine's work and needs no scikit-learn, which is imported meanwhile.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from function.model import Feature

from ..engines.engine import Engine, identifier, rounded, sample_rows
from ..scoring.nearest import double, scaled
from ..tables.customers import Customers
from ..tables.source import DataError
from .features import Statistics, make_feature, statistics, wants_log

SAMPLE = 200_000
"""Above so many customers K-Means starts from a sample of about this size."""


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
    log : whether skewed positive features are standardised as logarithms
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
    found, logged = _statistics(engine, customers, X, log)
    for column, each in zip(customers.columns, found, strict=True):
        if each.min == each.max:
            raise DataError(
                f"{customers.source}: column {identifier(column.header)}: expected different values, found the same in "
                "every row; choose other columns with --features (of orders: among those that the command rfm writes)"
            )
    return Prepared(X, list(map(make_feature, customers.columns, found, logged)))


def statistics_of_all(
    engine: Engine, table: str, near: Mapping[str, Statistics], logged: Sequence[bool]
) -> list[Statistics]:
    """Compute the statistics of columns over a whole table, in one pass.

    Parameters
    ----------
    engine : Engine
    table : str, name of the table
    near : dict from column to its statistics in a sample: sums of what is close to zero lose the fewest digits
    logged : sequence of bool, whether the feature is standardised as its logarithm; then mean and scale are of the
        values above zero

    Returns
    -------
    list of Statistics
    """
    select = []
    for (name, sampled), log in zip(near.items(), logged, strict=True):
        column = identifier(name)
        apart = f"({scaled(column, log=log)} - {double(sampled.mean)})"
        select += [f"min({column})", f"max({column})", f"avg({apart})", f"avg({apart} * {apart})"]
        select += [f"bool_and({column} = floor({column}))"]
    row = engine.rows(f"SELECT {', '.join(select)} FROM {table}")[0]
    found = []
    for sampled, (low, high, mean, square, whole) in zip(
        near.values(), zip(*[iter(row)] * 5, strict=True), strict=True
    ):
        of_scaled = rounded(np.array([sampled.mean + mean, np.sqrt(square - mean**2)]))
        found.append(Statistics(low, high, float(of_scaled[0]), float(of_scaled[1]), whole))
    return found


def _statistics(engine: Engine, customers: Customers, X: np.ndarray, log: bool) -> tuple[list[Statistics], list[bool]]:
    """Return each column's statistics, of the rows at hand if those are all, and whether it is logged."""
    names = [column.name for column in customers.columns]
    logged = [log and wants_log(values) for values in X.T]
    found = list(map(statistics, X.T, logged))
    if len(X) == customers.rows:
        return found, logged
    near = dict(zip(names, found, strict=True))
    of_all = statistics_of_all(engine, customers.table.sql, near, logged)
    positive = [wanted and each.min > 0 for wanted, each in zip(logged, of_all, strict=True)]
    if positive == logged:
        return of_all, logged
    near = dict(zip(names, map(statistics, X.T, positive), strict=True))
    return statistics_of_all(engine, customers.table.sql, near, positive), positive
