"""Draws the customers that K-Means starts from, and describes the features.

This is the engine's work and needs no scikit-learn, which takes a second to import.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from function.model import Feature

from ..engines.engine import Engine, identifier, rounded, sample_rows
from ..files.source import DataError
from ..scoring.nearest import double, scaled
from ..tables.customers import Customers
from .features import Statistics, choose_offset, make_feature, statistics

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
    for column, each in zip(customers.columns, described, strict=True):
        if each.min == each.max:
            raise DataError(
                f"{customers.source}: column {identifier(column.header)}: expected different values, found the same in "
                "every row; choose other columns with --features (of orders: among those that the command rfm writes)"
            )
    return Prepared(X, list(map(make_feature, customers.columns, described, offsets)))


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
        of_scaled = rounded(np.array([sampled.mean + mean, np.sqrt(square - mean**2)]))
        of_all.append(Statistics(low, high, float(of_scaled[0]), float(of_scaled[1]), whole, sampled.middle))
    return of_all


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
