"""Many customers at once, by columns, with numpy: the same arithmetic in the same order as for one.

Imported only when the first large batch arrives, so that neither the start nor a single answer waits for numpy.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from .content import Feature

Floats = npt.NDArray[np.float64]
Positions = npt.NDArray[np.intp]


Row = tuple[int, int, float, bool, list[str]]
"""Positions of the nearest and the second nearest centroid, confidence, typical, names of the features out of range."""


def assign(
    rows: Sequence[Sequence[float]],
    features: Sequence[Feature],
    centroids: Sequence[Sequence[float]],
    radii: Sequence[float],
) -> Iterator[Row]:
    """Assign customers to the nearest centroids, of equals to the first.

    Parameters
    ----------
    rows : sequence of shape (n_customers, n_features), in the features' units
    features : sequence of Feature of length n_features
    centroids : sequence of shape (n_segments, n_features), in standardised space
    radii : sequence of shape (n_segments,), distance within which a customer is typical, in standardised space

    Returns
    -------
    iterator of Row, in order
    """
    values = np.array(rows, dtype=float).T
    first, second, d1, d2 = _nearest_two(_squares(_points(values, features), centroids))
    typical = d1 <= np.array(radii)[first]
    outside = _outside(values, features)
    return zip(first.tolist(), second.tolist(), (d2 / (d1 + d2)).tolist(), typical.tolist(), outside, strict=True)


def score(
    rows: Sequence[Sequence[float]], features: Sequence[Feature], centroids: Sequence[Sequence[float]]
) -> tuple[list[int], list[float]]:
    """Return positions of the nearest centroids and confidences alone; parameters as for `assign`."""
    points = _points(np.array(rows, dtype=float).T, features)
    first, _, d1, d2 = _nearest_two(_squares(points, centroids))
    return first.tolist(), (d2 / (d1 + d2)).tolist()


def _points(values: Floats, features: Sequence[Feature]) -> list[Floats]:
    return [_standardise(column, feature) for column, feature in zip(values, features, strict=True)]


def _standardise(column: Floats, feature: Feature) -> Floats:
    return ((np.log(column) if feature.log else column) - feature.mean) / feature.scale


def _squares(points: Sequence[Floats], centroids: Sequence[Sequence[float]]) -> Floats:
    """Return squared distances of shape (n_segments, n_customers)."""
    squares = np.zeros((len(centroids), len(points[0])))
    for number, centroid in enumerate(centroids):
        for column, coordinate in zip(points, centroid, strict=True):
            difference = column - coordinate
            squares[number] += difference * difference
    return squares


def _nearest_two(squares: Floats) -> tuple[Positions, Positions, Floats, Floats]:
    """Return positions of the nearest two centroids and distances to them, each of shape (n_customers,)."""
    customers = np.arange(squares.shape[1])
    first = squares.argmin(axis=0)
    d1 = np.sqrt(squares[first, customers])
    squares[first, customers] = np.inf
    second = squares.argmin(axis=0)
    return first, second, d1, np.sqrt(squares[second, customers])


def _outside(values: Floats, features: Sequence[Feature]) -> list[list[str]]:
    """Return the names of the features out of range, a list a customer."""
    low = np.array([[feature.min] for feature in features])
    high = np.array([[feature.max] for feature in features])
    outside = (values < low) | (values > high)
    names: list[list[str]] = [[]] * values.shape[1]
    for customer in np.flatnonzero(outside.any(axis=0)):
        names[customer] = [feature.name for feature, out in zip(features, outside[:, customer], strict=True) if out]
    return names
