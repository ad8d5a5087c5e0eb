"""K-Means on a table of any size: exact passes over all of it, each one aggregate in SQL, straight from the file.

Only sums of each segment come back; the table stays where it is. Started from K-Means on a sample, and with the sample
looked at between the passes, as multigrid methods look at a coarse grid, two or three are enough.

References
----------
Brandt, A. (1977). Multi-level adaptive solutions to boundary-value problems. Mathematics of Computation 31, 333-390.
    https://doi.org/10.1090/S0025-5718-1977-0431719-X
Lloyd, S. (1982). Least squares quantization in PCM. IEEE Transactions on Information Theory 28(2), 129-137.
    https://doi.org/10.1109/TIT.1982.1056489
"""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from function.model import Feature

from ..engines.engine import Engine, Table, identifier
from ..scoring.nearest import LEAST, POSITION, nearest, nearest_of_incomplete
from .kmeans import Cluster, Clustering, davies_bouldin, distances, in_order, radius, sampled_silhouette
from .sample import rounded

MOVED = 1e-3
"""Passes end when no centroid moves further than this, in standard deviations: a tenth of what scikit-learn lets them
move at most. Customers without groups may take dozens of passes from there on, for less than 1e-4 of the inertia."""

SETTLED = 1e-5
"""The same for the sample, where a pass costs next to nothing."""

ALIKE = 1e-5
"""Variance within a segment, as a part of the mean square, that counts as none: of less, sums of ten digits leave
correlations that are more than 1e-4 off, and so may be none."""

MAX_PASSES = 100


@dataclass(frozen=True)
class WholeTable:
    """All customers, where they are: in an engine's table, given as SQL, with one column per feature."""

    engine: Engine
    sql: str
    features: Sequence[Feature]


@dataclass(frozen=True)
class Sums:
    """What one pass over the table finds out about each segment.

    sizes : ndarray of shape (n_segments,)
    sums : ndarray of shape (n_segments, n_features), of the standardised values
    squares : ndarray of shape (n_segments,), of the distances to the centroid, squared and summed
    distances : ndarray of shape (n_segments,), of the distances to the centroid, summed
    products : ndarray of shape (n_segments, n_features, n_features), of the standardised values, pairwise
    """

    sizes: np.ndarray
    sums: np.ndarray
    squares: np.ndarray
    distances: np.ndarray
    products: np.ndarray


def refine(
    table: WholeTable, sample: np.ndarray, centroids: np.ndarray, progress: Callable[[int], object] = lambda _: None
) -> tuple[np.ndarray, Sums]:
    """Move centroids until none would move on to the mean of its customers.

    A pass over the table costs as much as dozens over the sample. So after each the centroids are moved on the sample
    to where they would settle there if every pass over the sample were off by as much as this one; usually one more
    pass over the table shows them settled. Where the sample leads astray, to a higher inertia or a longer move than the
    last, Lloyd's own steps are taken from then on, which always settle.

    Parameters
    ----------
    table : WholeTable
    sample : ndarray of shape (n_rows, n_features), standardised; rows of the table
    centroids : ndarray of shape (n_segments, n_features), standardised; where to start
    progress : called with the number of each pass

    Returns
    -------
    centroids : ndarray of shape (n_segments, n_features)
    sums : Sums of the segments that they make
    """
    number, astray, centroids = 0, False, rounded(centroids)
    distance, inertia, lloyds = np.inf, np.inf, centroids
    while True:
        number += 1
        progress(number)
        sums = add_up(table, centroids)
        means = _means(sums.sizes, sums.sums, centroids)
        last, distance = distance, _furthest(centroids, means)
        if number == MAX_PASSES or distance <= MOVED:
            return centroids, sums
        worse = not astray and sums.squares.sum() > inertia
        astray = astray or worse or distance >= last
        inertia, lloyds = sums.squares.sum(), lloyds if worse else means
        centroids = lloyds if astray else rounded(_settle(sample, means, means - _step(sample, centroids)))


def describe(sums: Sums, centroids: np.ndarray, sample: np.ndarray, random_state: int) -> Clustering:
    """Order the clusters and measure them: exactly, but for radius and silhouette, which are the sample's.

    Parameters
    ----------
    sums : Sums of the clusters
    centroids : ndarray of shape (n_segments, n_features), standardised
    sample : ndarray of shape (n_rows, n_features), standardised
    random_state : int

    Returns
    -------
    Clustering
    """
    labels = distances(sample, centroids).argmin(axis=1)
    clusters = [_measure(sums, i, centroid, sample[labels == i]) for i, centroid in enumerate(centroids)]
    return in_order(clusters, {**_metrics(sums, centroids), **sampled_silhouette(sample, labels, random_state)})


def _measure(sums: Sums, i: int, centroid: np.ndarray, sampled: np.ndarray) -> Cluster:
    """Measure a cluster; of one so small that nobody in it was sampled, the radius is one that all are within."""
    size = max(int(sums.sizes[i]), 1)  # nobody is in it if its customers are outliers, and nearer to others
    reach = radius(sampled, centroid) if len(sampled) else float(np.sqrt(sums.squares[i]))
    return Cluster(centroid, int(sums.sizes[i]), _spread(sums.products[i] / size, sums.sums[i] / size), reach)


def _spread(squares: np.ndarray, mean: np.ndarray) -> np.ndarray:
    """Return the covariance, from means of products; a feature that differs by no more than sums are exact has none."""
    spread = squares - np.outer(mean, mean)
    alike = np.diag(spread) <= ALIKE * np.diag(squares)
    spread[alike, :] = spread[:, alike] = 0.0
    return spread


def add_up(table: WholeTable, centroids: np.ndarray) -> Sums:
    """Return the sums of each segment over the whole table, in one pass."""
    n_features = len(table.features)
    pairs = list(itertools.combinations_with_replacement(range(n_features), 2))
    columns = [f'sum("#z{i}")' for i in range(n_features)] + [f"sum({LEAST})", f"sum(sqrt({LEAST}))"]
    grouped = rounded(_grouped(table, centroids, columns + [f'sum("#z{i}" * "#z{j}")' for i, j in pairs]))
    products = np.zeros((len(centroids), n_features, n_features))
    for position, (i, j) in enumerate(pairs):
        products[:, i, j] = products[:, j, i] = grouped[:, n_features + 3 + position]
    return Sums(
        grouped[:, 0], grouped[:, 1 : n_features + 1], grouped[:, n_features + 1], grouped[:, n_features + 2], products
    )


def value_shares(
    table: WholeTable, centroids: np.ndarray, column: str, incomplete: Table | None = None
) -> list[float | None]:
    """Return each segment's share of the sum of a column, None where that is not above zero.

    Parameters
    ----------
    table : WholeTable
    centroids : ndarray of shape (n_segments, n_features), standardised
    column : str, of the table; null counts as 0
    incomplete : Table of customers with gaps, who count too; None if there are none

    Returns
    -------
    list of length n_segments; together 1
    """
    bases = [nearest(table.sql, table.features, centroids, [column])]
    bases += [nearest_of_incomplete(incomplete, table.features, centroids, [column])] if incomplete else []
    sums = np.zeros(len(centroids))
    for base in bases:
        total = f"SELECT {POSITION}, sum({identifier(column)}) FROM ({base}) AS assigned GROUP BY {POSITION}"
        for position, value in table.engine.rows(total):
            if position is not None:
                sums[position] += value or 0
    whole = sums.sum()
    return [float(share) for share in rounded(sums / whole)] if whole > 0 else [None] * len(sums)


def _metrics(sums: Sums, centroids: np.ndarray) -> dict[str, float]:
    """Return inertia, davies_bouldin and calinski_harabasz from their definitions, the last two of those not empty."""
    inertia, there = sums.squares.sum(), sums.sizes > 0
    sizes, n, k = sums.sizes[there], sums.sizes.sum(), there.sum()
    means = sums.sums[there] / sizes[:, None]
    within = max(inertia - (sizes * ((means - centroids[there]) ** 2).sum(axis=1)).sum(), inertia * 1e-9)  # by rounding
    between = (sizes * ((means - sums.sums.sum(axis=0) / n) ** 2).sum(axis=1)).sum()
    return {
        "n_clusters": float(len(centroids)),
        "inertia": float(inertia),
        "davies_bouldin": davies_bouldin(sums.distances[there] / sizes, centroids[there]),
        "calinski_harabasz": float(between / (k - 1) / (within / (n - k))),
    }


def _settle(sample: np.ndarray, centroids: np.ndarray, correction: np.ndarray) -> np.ndarray:
    """Return where centroids come to rest on the sample if a correction is added in each pass."""
    for _ in range(MAX_PASSES):
        before, centroids = centroids, _step(sample, centroids) + correction
        if _furthest(before, centroids) <= SETTLED:
            break
    return centroids


def _step(sample: np.ndarray, centroids: np.ndarray) -> np.ndarray:
    """Return the mean of the rows that each centroid is nearest to."""
    labels = distances(sample, centroids).argmin(axis=1)
    sums = [np.bincount(labels, values, len(centroids)) for values in sample.T]
    return _means(np.bincount(labels, minlength=len(centroids)), np.column_stack(sums), centroids)


def _means(sizes: np.ndarray, sums: np.ndarray, centroids: np.ndarray) -> np.ndarray:
    """Return the means; where nobody is, the centroid."""
    return np.where(sizes[:, None] > 0, sums / np.maximum(sizes, 1)[:, None], centroids)


def _furthest(before: np.ndarray, after: np.ndarray) -> float:
    return float(np.linalg.norm(after - before, axis=1).max())


def _grouped(table: WholeTable, centroids: np.ndarray, columns: Sequence[str]) -> np.ndarray:
    """Return count and columns of each segment, of shape (n_segments, 1 + n_columns); zeros where nobody is nearest."""
    base = nearest(table.sql, table.features, centroids)
    rows = table.engine.rows(
        f"SELECT {POSITION}, count(*), {', '.join(columns)} FROM ({base}) AS assigned GROUP BY {POSITION}"
    )
    figures = np.zeros((len(centroids), 1 + len(columns)))
    for position, *values in rows:
        figures[position] = values
    return figures
