"""From clean customers to a model, checked against K-Means before it is saved."""

import datetime
import platform
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from pathlib import Path

import joblib
import numpy as np

from function.model import FORMAT_VERSION, Feature, Model, Segmenter, save

from . import clustering
from .continuity import Continuity, begin, carry_over, share_changed
from .customers import VIEW, Customers
from .engine import Engine, identifier
from .features import make_feature, standardise, wants_log
from .modelling import check_parity, make_golden, make_segments
from .naming import name_segments
from .playbook import Playbook, apply_playbook
from .selection import CANDIDATES, Selection, select
from .tables import DataError

UNRELIABLE = (
    "No reliable segmentation found: these customers do not fall into {} clear groups. "
    "Take the segments as a rough division of them, not as kinds of customers."
)
LIBRARIES = ("duckdb", "joblib", "numpy", "scikit-learn", "scipy")


@dataclass(frozen=True)
class Fit:
    """A model that is ready to be saved, and what it takes to check it once more.

    X, Z : ndarrays of shape (n, n_features), in the features' units and standardised
    centroids : ndarray of shape (n_segments, n_features), standardised, in the order of the model's segments
    labels : ndarray of shape (n,), rows of `centroids`
    selection : how the number of segments was chosen
    continuity : how the segments relate to those of the last model
    """

    model: Model
    X: np.ndarray
    Z: np.ndarray
    centroids: np.ndarray
    labels: np.ndarray
    selection: Selection
    continuity: Continuity


@dataclass(frozen=True)
class Options:
    """What may be chosen about a fit.

    n_clusters : number of segments; None to choose it
    random_state : of K-Means' starts and of samples
    log : whether skewed positive features are standardised as logarithms
    last : the model whose segments are to be continued, if any
    playbook : the shop's own names, descriptions and actions by slug
    """

    n_clusters: int | None = None
    random_state: int = 42
    log: bool = True
    last: Segmenter | None = None
    playbook: Playbook = field(default_factory=dict)


def fit_model(
    engine: Engine, customers: Customers, options: Options, progress: Callable[[str], object] = lambda _: None
) -> Fit:
    """Fit a model to clean customers.

    Parameters
    ----------
    engine : Engine, holding the customers
    customers : Customers
    options : Options
    progress : called with what is done next

    Returns
    -------
    Fit

    Raises
    ------
    DataError
        A column is constant, or there are fewer different customers than segments.
    """
    X = engine.matrix(f"SELECT {', '.join(identifier(column.name) for column in customers.columns)} FROM {VIEW}")
    random_state = options.random_state
    features = _features(customers, X, options.log)
    candidates = _candidates(customers, X, options.n_clusters)
    Z = standardise(features, X)
    selection = select(Z, candidates, random_state, lambda k: progress(f"Trying {k} segments"))
    n_clusters = selection.chosen.n_clusters
    progress(f"Fitting {n_clusters} segments to {customers.rows:,} customers")
    kmeans = clustering.fit(Z, n_clusters, random_state)
    found = clustering.describe(Z, kmeans.labels_, random_state)
    labels = clustering.distances(found.centroids, kmeans.cluster_centers_).argmin(axis=0)[kmeans.predict(Z)]
    continuity = _continue(features, found, options.last, X, labels)
    names = apply_playbook(options.playbook, continuity.names)
    segments = make_segments(features, found, names, continuity.ids)
    model = Model(
        format_version=FORMAT_VERSION,
        features=features,
        segments=segments,
        metrics={**found.metrics, **_reliability(selection)},
        provenance=_provenance(customers, random_state),
        warnings=_warnings(customers, found, selection),
        golden=make_golden(features, segments),
        retired_ids=continuity.retired_ids,
    )
    return Fit(model, X, Z, found.centroids, labels, selection, continuity)


def save_model(fit: Fit, path: Path) -> Segmenter:
    """Check a model against K-Means on every row it was fitted to, then write it, whole or not at all.

    Raises
    ------
    ModelError
        The model would not load, or answers a row with another segment than K-Means.
    """
    digest_is_of_no_matter = Segmenter(fit.model, "0" * 64)
    check_parity(digest_is_of_no_matter, fit.X, fit.Z, fit.centroids, fit.labels)
    return save(fit.model, path, joblib.dump)


def _features(customers: Customers, X: np.ndarray, log: bool) -> list[Feature]:
    for column, values in zip(customers.columns, X.T, strict=True):
        if values.min() == values.max():
            raise DataError(
                f"{customers.source}: column {identifier(column.header)}: expected different values, found the same in "
                "every row; choose other columns with --features (of orders: among those that the command rfm writes)"
            )
    return [
        make_feature(column, values, log and wants_log(values))
        for column, values in zip(customers.columns, X.T, strict=True)
    ]


def _candidates(customers: Customers, X: np.ndarray, n_clusters: int | None) -> list[int]:
    """Return the numbers of segments to try: at least two different customers for each segment."""
    different = len(np.unique(X, axis=0))
    candidates = [k for k in ([n_clusters] if n_clusters else CANDIDATES) if different >= 2 * k]
    if not candidates:
        wanted = n_clusters or CANDIDATES[0]
        raise DataError(
            f"{customers.source}: expected at least {2 * wanted} different customers for {wanted} segments, found "
            f"{different}; {'lower --k or ' if n_clusters else ''}add customers"
        )
    return candidates


def _continue(
    features: list[Feature], found: clustering.Clustering, last: Segmenter | None, X: np.ndarray, labels: np.ndarray
) -> Continuity:
    """Name the segments, and carry ids and names over from the last model if there is one."""
    names = name_segments(features, found.centroids)
    if last is None:
        return begin(names)
    continuity = carry_over(features, found.centroids, names, last)
    if [feature.name for feature in last.model.features] != [feature.name for feature in features]:
        return replace(continuity, changed=1.0)
    return replace(continuity, changed=share_changed(continuity, labels, X, last.model))


def _reliability(selection: Selection) -> dict[str, float]:
    return {
        "stability": selection.chosen.stability,
        "silhouette_without_groups": selection.without_groups,
        "selection_rows": float(selection.rows),
    }


def _provenance(customers: Customers, random_state: int) -> dict[str, str | int | float | dict[str, str]]:
    versions = {"python": platform.python_version(), **{name: version(name) for name in LIBRARIES}}
    return {
        "source": customers.source,
        "rows": customers.rows,
        "sha256": customers.sha256,
        "random_state": random_state,
        "trained_at": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "versions": versions,
    }


def _warnings(customers: Customers, found: clustering.Clustering, selection: Selection) -> list[str]:
    warnings = [] if selection.reliable else [UNRELIABLE.format(selection.chosen.n_clusters)]
    if customers.left_out > 0.05:
        warnings.append(
            f"{customers.left_out:.0%} of the table's rows could not be used, so segments may not speak for everyone."
        )
    smallest = min(cluster.size for cluster in found.clusters)
    if smallest < 10:
        warnings.append(f"The smallest segment has only {smallest} customers, so its description is a rough one.")
    return warnings
