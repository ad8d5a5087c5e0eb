"""Compares today's customers with those the model was trained on.

The population stability index of two distributions is the sum over their bins of (now - then) * ln(now / then).

References
----------
Siddiqi, N. (2006). Credit Risk Scorecards. Wiley. (The index and its usual thresholds, 0.1 and 0.25.)
Yurdakul, B. and Naranjo, J. (2020). Statistical properties of the population stability index.
    Journal of Risk Model Validation 14(4). https://doi.org/10.21314/JRMV.2020.227
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from function.model import Histogram, Segmenter

from ..engines.engine import Engine, identifier
from ..tables.customers import Customers
from ..tables.source import DataError
from .nearest import POSITION, double, nearest

SMALL, LARGE = 0.1, 0.25
"""Below the first an index is small; from the second on the distribution is another."""

_EMPTY = 1e-4
"""Share that an empty bin counts as, so that its logarithm exists."""

_BINS = 10


@dataclass(frozen=True)
class Drift:
    """What differs from training.

    features : dict from a feature's label to its index
    segments : dict from a segment's name to its share then and now
    index : of the segments' shares
    """

    features: dict[str, float]
    segments: dict[str, tuple[float, float]]
    index: float

    @property
    def largest(self) -> float:
        """The largest of all indices."""
        return max(self.index, *self.features.values())


def histogram(values: np.ndarray) -> Histogram:
    """Count values, of shape (n_customers,), between their deciles; fewer bins where deciles coincide."""
    deciles = np.unique(np.quantile(values, np.arange(1, _BINS) / _BINS, method="higher"))
    edges = deciles[deciles > values.min()]
    counts = np.bincount(np.searchsorted(edges, values, side="right"), minlength=len(edges) + 1)
    return Histogram(edges.tolist(), (counts / len(values)).tolist())


def measure(engine: Engine, customers: Customers, segmenter: Segmenter) -> Drift:
    """Compare customers with those of the model.

    Parameters
    ----------
    engine : Engine, holding the customers
    customers : Customers, with the model's features
    segmenter : Segmenter

    Returns
    -------
    Drift

    Raises
    ------
    DataError
        The model holds no histograms.
    """
    model = segmenter.model
    if not model.histograms:
        raise DataError("the model holds no histograms to compare with: fit it again")
    features = {
        feature.label: stability_index(then.shares, _shares(engine, customers.table.sql, feature.name, then))
        for feature, then in zip(model.features, model.histograms, strict=True)
    }
    base = nearest(customers.table.sql, model.features, np.array(segmenter.centroids))
    counts = dict(engine.rows(f"SELECT {POSITION}, count(*) FROM ({base}) AS assigned GROUP BY {POSITION}"))
    assigned = sum(count for position, count in counts.items() if position is not None)
    now = [counts.get(position, 0) / assigned for position in range(len(model.segments))]
    segments = {s.name: (s.share, share) for s, share in zip(model.segments, now, strict=True)}
    return Drift(features, segments, stability_index([s.share for s in model.segments], now))


def stability_index(then: Sequence[float], now: Sequence[float]) -> float:
    """Return the population stability index of two lists of shares of the same bins."""
    a, b = np.maximum(then, _EMPTY), np.maximum(now, _EMPTY)
    return float(((b - a) * np.log(b / a)).sum())


def verdict(index: float) -> str:
    """Say what an index means."""
    return "as in training" if index < SMALL else "has shifted" if index < LARGE else "is another: fit again"


def _shares(engine: Engine, table: str, name: str, then: Histogram) -> list[float]:
    """Return the shares of today's customers in the bins of a histogram."""
    column = identifier(name)
    bounds = ["CAST('-inf' AS DOUBLE)", *map(double, then.edges), "CAST('inf' AS DOUBLE)"]
    counts = [
        f"count(CASE WHEN {column} >= {low} AND {column} < {high} THEN 1 END)"
        for low, high in itertools.pairwise(bounds)
    ]
    *sizes, total = engine.rows(f"SELECT {', '.join(counts)}, count(*) FROM {table}")[0]
    return [size / total for size in sizes]
