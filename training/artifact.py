"""Builds the model's content from a clustering: segments in their features' units, golden vectors, provenance.

The golden vectors are answered by scikit-learn's K-Means and plain numpy, not by the function's own code, so a function
that passes them agrees with the training.
"""

import itertools
import platform
from collections.abc import Sequence
from importlib import import_module
from importlib.metadata import version

import msgspec
import numpy as np

from function.model import Feature, Golden, ModelError, Segment, Segmenter, most_gaps

from .clustering.features import restore, standardise
from .clustering.kmeans import Clustering, distances
from .engines.engine import Engine
from .naming.names import Name
from .scoring.drift import LEFT_OUT
from .tables.customers import Customers
from .tables.today import today

CLEAR = 1e-6
"""Relative difference of two distances below which a golden vector would test rounding and is left out."""

TIE = 1e-9
"""Relative difference of two distances below which either centroid is a right answer."""

N_GOLDEN = 10
LIBRARIES = ("numpy", "scikit-learn", "scipy")
_MAX_CORNERS = 16


def make_segments(
    features: list[Feature],
    clustering: Clustering,
    names: list[Name],
    ids: list[int],
    firmness: Sequence[float | None],
) -> list[Segment]:
    """Combine what K-Means found with what it is called.

    Parameters
    ----------
    features : list of Feature
    clustering : Clustering
    names : list of Name, one a cluster
    ids : list of int, one a cluster
    firmness : sequence of float, one a cluster, or None where it is not known

    Returns
    -------
    list of Segment, in the clusters' order
    """
    customers = sum(cluster.size for cluster in clustering.clusters)
    scale = np.array([feature.scale for feature in features])
    return [
        Segment(
            id=number,
            slug=name.slug,
            name=name.name,
            description=name.description,
            action=name.action,
            centroid=restore(features, cluster.centroid[None])[0].tolist(),
            size=cluster.size,
            share=cluster.size / customers,
            spread=(cluster.spread * np.outer(scale, scale)).tolist(),
            radius=cluster.radius,
            firmness=firm,
        )
        for cluster, name, number, firm in zip(clustering.clusters, names, ids, firmness, strict=True)
    ]


def count_in(segments: list[Segment], incomplete: Sequence[int]) -> list[Segment]:
    """Return the segments with customers with gaps, so many in each, counted in sizes and shares."""
    sizes = [segment.size + more for segment, more in zip(segments, incomplete, strict=True)]
    return [
        msgspec.structs.replace(segment, size=size, share=size / sum(sizes))
        for segment, size in zip(segments, sizes, strict=True)
    ]


def make_golden(features: list[Feature], segments: list[Segment], variance: float) -> list[Golden]:
    """Choose inputs that a wrong function would get wrong, and answer them.

    Every centroid, both sides of every border between neighbours, the corners of the range, for each feature one of
    these with a gap, points along the range's diagonal, and around the mean where that is too long for them to differ.

    Parameters
    ----------
    features : list of Feature
    segments : list of Segment
    variance : float, within the segments, of the model

    Returns
    -------
    list of Golden, `N_GOLDEN` at least
    """
    centroids = standardise(features, np.array([segment.centroid for segment in segments]))
    complete = [*restore(features, centroids), *restore(features, _borders(centroids)), *_corners(features)]
    answers = (
        _answer(features, segments, variance, values) for values in [*complete, *_with_gaps(complete, len(features))]
    )
    golden = [vector for vector in answers if vector]
    for values in [*_diagonal(features), *_around(features)]:
        if len(golden) >= N_GOLDEN:
            break
        vector = _answer(features, segments, variance, values)
        golden += [vector] if vector else []
    return golden


def check_parity(segmenter: Segmenter, X: np.ndarray, Z: np.ndarray, centroids: np.ndarray, labels: np.ndarray) -> None:
    """Compare the function's answer for each row with the cluster that K-Means put it in.

    Parameters
    ----------
    segmenter : Segmenter, as the function will load it
    X : ndarray of shape (n, n_features), in the features' units
    Z : ndarray of shape (n, n_features), standardised
    centroids : ndarray of shape (n_clusters, n_features), standardised, in the order of the model's segments
    labels : ndarray of shape (n,), rows of `centroids`

    Raises
    ------
    ModelError
        A row's answer is another segment, and not because the two are equally near.
    """
    positions = {segment.id: position for position, segment in enumerate(segmenter.model.segments)}
    answers = np.array([positions[answer.segment.id] for answer in segmenter.assign_many(X.tolist())])
    apart = distances(Z, centroids)
    rows = np.arange(len(Z))
    tie = TIE + sum(map(_rounding, segmenter.model.features))
    wrong = np.abs(apart[rows, answers] - apart[rows, labels]) > tie * (1 + apart[rows, labels])
    if wrong.any():
        raise ModelError(
            f"not saved: {wrong.sum()} of {len(X)} rows are answered with another segment than K-Means found"
        )


def _rounding(feature: Feature) -> float:
    """Return how many standard deviations off a centroid may be because it is given in the feature's unit.

    That is next to nothing, but of values such as 1e12 and 1e12 + 1, which differ in their last digits only.
    """
    about = abs(feature.mean) + (feature.offset is not None)  # the logarithm of what is off by 1e-16 of it
    return 4 * float(np.finfo(float).eps) * about / feature.scale


def provenance(
    engine: Engine, customers: Customers, random_state: int
) -> dict[str, str | int | float | dict[str, str]]:
    """Return what a model is made of, and with.

    Parameters
    ----------
    engine : Engine, holding the customers
    customers : Customers
    random_state : of K-Means' starts and of samples

    Returns
    -------
    dict of plain data
    """
    versions = {
        "python": platform.python_version(),
        engine.library: import_module(engine.library).__version__,  # a cluster's PySpark is no installed package
        **{name: version(name) for name in LIBRARIES},
    }
    return {
        "source": customers.source,
        "rows": customers.rows,
        "sha256": customers.sha256,
        "random_state": random_state,
        LEFT_OUT: customers.left_out,
        "trained_at": today().isoformat(),
        "versions": versions,
    }


def _answer(features: list[Feature], segments: list[Segment], variance: float, values: np.ndarray) -> Golden | None:
    """Answer an input, NaN where a value is missing, unless two distances are so close that rounding would decide."""
    known = np.flatnonzero(~np.isnan(values))
    kept = [features[i] for i in known]
    centroids = standardise(kept, np.array([segment.centroid for segment in segments])[:, known])
    apart = distances(standardise(kept, values[None, known]), centroids)[0]
    order = np.argsort(apart, kind="stable")
    first, second = segments[order[0]], segments[order[1]]
    d1, d2 = float(apart[order[0]]), float(apart[order[1]])
    on_the_edge = abs(d1 - first.radius) <= CLEAR * (d1 + first.radius)
    if on_the_edge or any(b - a <= CLEAR * b for a, b in itertools.pairwise(apart[order[:3]])):
        return None
    probability = 1 / (1 + float(np.exp((d1**2 - d2**2) / (2 * variance))))
    given = [None if np.isnan(value) else float(value) for value in values]
    return Golden(given, first.id, second.id, d2 / (d1 + d2), d1 <= first.radius, probability)


def _with_gaps(inputs: list[np.ndarray], n_features: int) -> list[np.ndarray]:
    """Return for each feature an input without it; none if no customer may lack a value."""
    if not most_gaps(n_features):
        return []
    return [np.where(np.arange(n_features) == i, np.nan, inputs[i % len(inputs)]) for i in range(n_features)]


def _borders(centroids: np.ndarray) -> np.ndarray:
    """Return points just on either side of the middle between each centroid and its nearest neighbour."""
    apart = distances(centroids, centroids) + np.diag([np.inf] * len(centroids))
    pairs = sorted({tuple(sorted((i, int(j)))) for i, j in enumerate(apart.argmin(axis=1))})
    return np.array([(1 - t) * centroids[i] + t * centroids[j] for i, j in pairs for t in (0.49, 0.51)])


def _corners(features: list[Feature]) -> list[np.ndarray]:
    """Return the corners of the range, the first sixteen if there are more."""
    ends = itertools.product(*((feature.min, feature.max) for feature in features))
    return [np.array(corner) for corner in itertools.islice(ends, _MAX_CORNERS)]


def _diagonal(features: list[Feature]) -> list[np.ndarray]:
    low = np.array([feature.min for feature in features])
    high = np.array([feature.max for feature in features])
    return [low + (high - low) * step / 100 for step in range(3, 100, 7)]


def _around(features: list[Feature]) -> list[np.ndarray]:
    """Return points between a standard deviation below the mean and one above it."""
    steps = np.linspace(-1, 1, 2 * N_GOLDEN + 1)
    return list(restore(features, np.repeat(steps[:, None], len(features), axis=1)))
