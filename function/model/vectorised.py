"""Many customers at once, by columns, with numpy: the same arithmetic in the same order as for one, to the same bits.

Imported only when the first large batch arrives, so that neither the start nor a single answer waits for numpy.
Logarithms and exponentials are Python's own: numpy's differ from them in the last bit now and then.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from .assignment import BORDERLINE, Assignment, Scores
from .content import Feature, Model

Floats = npt.NDArray[np.float64]
Positions = npt.NDArray[np.intp]
Rows = Sequence[Sequence[float | None]]
Centroids = Sequence[Sequence[float]]


def assign(model: Model, centroids: Centroids, rows: Rows) -> list[Assignment]:
    """Return what `Segmenter.assign` gives for each customer.

    Parameters
    ----------
    model : Model
    centroids : sequence of shape (n_segments, n_features), in standardised space
    rows : sequence of shape (n_customers, n_features), in the features' units; None where a value is missing

    Returns
    -------
    list of Assignment, in order
    """
    features, segments = model.features, model.segments
    values = np.array(rows, dtype=float).T
    choices = _choose(model, centroids, values)
    radii = np.array([segment.radius for segment in segments])
    columns = (
        choices.first.tolist(),
        choices.second.tolist(),
        _confidences(choices),
        _probabilities(choices.log_odds),
        (choices.log_odds < BORDERLINE).tolist(),
        (choices.d1 <= radii[choices.first]).tolist(),
        np.isnan(values).any(axis=0).tolist(),
        _outside(values, features),
    )
    return [Assignment(segments[i], segments[j], *rest) for i, j, *rest in zip(*columns, strict=True)]


def score(model: Model, centroids: Centroids, rows: Rows) -> Scores:
    """Return what `Segmenter.score_many` gives; parameters as for `assign`."""
    choices = _choose(model, centroids, np.array(rows, dtype=float).T)
    segments = [model.segments[i] for i in choices.first.tolist()]
    return Scores(segments, _confidences(choices), _probabilities(choices.log_odds))


class _Choices(NamedTuple):
    """Positions of the nearest two centroids, the distances to them, the log-odds; each of shape (n_customers,)."""

    first: Positions
    second: Positions
    d1: Floats
    d2: Floats
    log_odds: Floats


def _choose(model: Model, centroids: Centroids, values: Floats) -> _Choices:
    points = [_standardise(column, feature) for column, feature in zip(values, model.features, strict=True)]
    squares = _squares(points, centroids)
    customers = np.arange(squares.shape[1])
    first = squares.argmin(axis=0)
    nearest = squares[first, customers]
    squares[first, customers] = np.inf
    second = squares.argmin(axis=0)
    other = squares[second, customers]
    return _Choices(first, second, np.sqrt(nearest), np.sqrt(other), (other - nearest) / (2 * model.variance))


def _standardise(column: Floats, feature: Feature) -> Floats:
    if feature.offset is None:
        return (column - feature.mean) / feature.scale
    logs: Floats = np.array([*map(math.log, (column + feature.offset).tolist())])
    return (logs - feature.mean) / feature.scale


def _squares(points: Sequence[Floats], centroids: Sequence[Sequence[float]]) -> Floats:
    """Return squared distances of shape (n_segments, n_customers); missing coordinates are skipped."""
    squares = np.zeros((len(centroids), len(points[0])))
    gaps = [np.isnan(column) for column in points]
    for number, centroid in enumerate(centroids):
        for column, gap, coordinate in zip(points, gaps, centroid, strict=True):
            difference = column - coordinate
            squares[number] += np.where(gap, 0.0, difference * difference)
    return squares


def _confidences(choices: _Choices) -> list[float]:
    together = choices.d1 + choices.d2
    confidences: list[float] = np.divide(
        choices.d2, together, out=np.full_like(together, 0.5), where=choices.d2 > 0
    ).tolist()
    return confidences


def _probabilities(log_odds: Floats) -> list[float]:
    return [1 / (1 + math.exp(-m)) for m in log_odds.tolist()]


def _outside(values: Floats, features: Sequence[Feature]) -> list[list[str]]:
    """Return the names of the features out of range, one list per customer."""
    low = np.array([[feature.min] for feature in features])
    high = np.array([[feature.max] for feature in features])
    outside = (values < low) | (values > high)
    names: list[list[str]] = [[]] * values.shape[1]
    for customer in np.flatnonzero(outside.any(axis=0)):
        names[customer] = [feature.name for feature, out in zip(features, outside[:, customer], strict=True) if out]
    return names
