"""The clusters of customers: what K-Means sees of them, and where the whole table has what it found."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from sklearn.cluster import KMeans

from ..engines.engine import Engine
from ..tables.customers import Customers
from . import passes, winsorise
from .features import standardise, statistics
from .kmeans import Clustering, describe, distances, fit_kmeans
from .sample import Prepared, statistics_of_all

Progress = Callable[[str], object]

TOLERANCE = 1e-4
"""Of K-Means on a sample, as scikit-learn has it: the passes over the table go on from there."""


@dataclass(frozen=True)
class Seen:
    """The customers as they are, and as K-Means sees them: values beyond their limits moved, the farthest left out.

    table, near : WholeTable
    Z, Z_near : ndarrays of shape (n, n_features), standardised; one and the same without outliers
    kept : ndarray of shape (n,), bool, whether a row of Z is in Z_near
    notes : sentences on the limits
    """

    table: passes.WholeTable
    near: passes.WholeTable
    Z: np.ndarray
    Z_near: np.ndarray
    kept: np.ndarray
    notes: list[str]


def see(engine: Engine, customers: Customers, prepared: Prepared) -> Seen:
    """Standardise customers by what they are between the limits of outliers.

    Parameters
    ----------
    engine : Engine, holding the customers
    customers : Customers
    prepared : Prepared from them

    Returns
    -------
    Seen
    """
    X, between = prepared.X, winsorise.limits(prepared.features, prepared.X, customers.rows)
    table = passes.WholeTable(engine, customers.table.sql, prepared.features)
    if np.isinf(between).all():
        Z = standardise(prepared.features, X)
        return Seen(table, table, Z, Z, np.full(len(Z), fill_value=True), [])
    X_clipped = winsorise.clip(X, between)
    offsets = [feature.offset for feature in prepared.features]
    described = list(map(statistics, X_clipped.T, offsets))
    if len(X) < customers.rows:
        named = {feature.name: sampled for feature, sampled in zip(prepared.features, described, strict=True)}
        described = statistics_of_all(engine, winsorise.clip_table(table, between).sql, named, offsets)
    features = winsorise.rescale(prepared.features, described, between)
    ends = winsorise.reach(features, X, between)
    table, near = replace(table, features=features), winsorise.leave_out(table, ends)
    kept = winsorise.within(X, ends)
    return Seen(
        table,
        replace(winsorise.clip_table(near, between), features=features),
        standardise(features, X),
        standardise(features, X_clipped[kept]),
        kept,
        winsorise.notes(features, between, float((~kept).mean())),
    )


def find_clusters(
    seen: Seen, customers: Customers, n_clusters: int, random_state: int, progress: Progress
) -> tuple[Clustering, np.ndarray, float]:
    """Fit K-Means to what it is to see, and measure what it finds on all customers.

    Parameters
    ----------
    seen : Seen
    customers : Customers
    n_clusters : number of clusters
    random_state : of K-Means' starts
    progress : called with what is done next

    Returns
    -------
    clustering : Clustering
    labels : ndarray of shape (n,), rows of `clustering.centroids`, of each row of `seen.Z`
    variance : of the customers around their centroids as K-Means sees them, mean of the features: one customer far away
        would make everyone else's answer look like a toss-up
    """
    progress(f"Fitting {n_clusters} segments to {len(seen.Z):,} customers")
    tol = 0 if len(seen.Z) == customers.rows else TOLERANCE
    kmeans = fit_kmeans(seen.Z_near, n_clusters, random_state, tol=tol)
    clustering, variance = _describe(seen, customers, kmeans, progress)
    return clustering, _assign(seen, customers, kmeans, clustering), variance


def _describe(seen: Seen, customers: Customers, kmeans: KMeans, progress: Progress) -> tuple[Clustering, float]:
    """Measure the clusters and, if K-Means saw a sample only, move them first to where the whole table has them."""
    seed, outliers = kmeans.random_state, seen.near is not seen.table
    if len(seen.Z) == customers.rows:
        if not outliers:
            clustering = describe(seen.Z, kmeans.labels_, seed)
            return clustering, clustering.metrics["inertia"] / seen.Z.size
        clustering = describe(seen.Z, kmeans.predict(seen.Z), seed, kmeans.cluster_centers_)
        return clustering, float(kmeans.inertia_) / seen.Z_near.size
    centroids, sums = passes.refine(
        seen.near,
        seen.Z_near,
        kmeans.cluster_centers_,
        lambda number: progress(f"Pass {number} over {customers.rows:,} customers"),
    )
    variance = float(sums.squares.sum() / sums.sizes.sum() / len(seen.near.features))
    progress("Measuring the segments")
    sums = passes.add_up(seen.table, centroids) if outliers else sums
    return passes.describe(sums, centroids, seen.Z, seed), variance


def _assign(seen: Seen, customers: Customers, kmeans: KMeans, clustering: Clustering) -> np.ndarray:
    """Return the cluster of each row: K-Means' own prediction, or the nearest centroid if those were moved since."""
    Z = seen.Z
    if len(Z) < customers.rows:
        return np.asarray(distances(Z, clustering.centroids).argmin(axis=1))
    position = distances(clustering.centroids, kmeans.cluster_centers_).argmin(axis=0)
    return np.asarray(position[kmeans.predict(Z)])
