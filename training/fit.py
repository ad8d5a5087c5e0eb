"""From clean customers to a model, checked against K-Means before it is saved."""

import platform
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from importlib import import_module
from importlib.metadata import version

import msgspec
import numpy as np
from sklearn.cluster import KMeans

from function.model import FORMAT_VERSION, Feature, Model, Segment, Segmenter, Verdict, encode, loads

from .artifact import check_parity, count_in, make_golden, make_segments
from .clustering import passes, winsorise
from .clustering.features import divide_alone, standardise
from .clustering.kmeans import Clustering, describe, distances, fit_kmeans
from .clustering.n_clusters import CANDIDATES, FIRM, RFM_CANDIDATES, Selection, firmness, select
from .clustering.sample import Prepared
from .engines.engine import Engine
from .files.source import DataError
from .naming.continuity import Continuity, begin, carry_over, share_changed
from .naming.names import Name, name_segments
from .naming.playbook import (
    FIXED,
    PLAYBOOK,
    Playbook,
    apply_fixed,
    apply_playbook,
    entries,
    merge,
    remembered,
    remembered_fixed,
    resolve_fixed,
)
from .naming.words import VERDICTS
from .scoring.drift import LEFT_OUT, histogram
from .scoring.nearest import count_incomplete
from .tables.columns import RFM
from .tables.customers import Customers
from .tables.today import today

PARITY = 20_000
"""Rows of a sample that the function's answers are compared on; of a table that is not a sample it is all."""

Progress = Callable[[str], object]

LIBRARIES = ("numpy", "scikit-learn", "scipy")


@dataclass(frozen=True)
class Fit:
    """A model that is ready to be saved, and what it takes to check it once more.

    X, Z : ndarrays of shape (n, n_features), in the features' units and standardised
    centroids : ndarray of shape (n_segments, n_features), standardised, in the order of the model's segments
    labels : ndarray of shape (n,), rows of `centroids`
    selection : how the number of segments was chosen
    continuity : how the segments relate to those of the last model
    notes : sentences on features of two values, on what was done with outliers and with customers with gaps
    """

    model: Model
    X: np.ndarray
    Z: np.ndarray
    centroids: np.ndarray
    labels: np.ndarray
    selection: Selection
    continuity: Continuity
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Options:
    """What may be chosen about a fit.

    n_clusters : number of segments; None to choose it
    random_state : of K-Means' starts and of samples
    last : the model whose segments are to be continued, if any
    playbook : the shop's own words
    """

    n_clusters: int | None = None
    random_state: int = 42
    last: Segmenter | None = None
    playbook: Playbook = field(default_factory=Playbook)


@dataclass(frozen=True)
class _Base:
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


def fit_model(
    engine: Engine, customers: Customers, prepared: Prepared, options: Options, progress: Progress = lambda _: None
) -> Fit:
    """Fit a model to clean customers.

    Parameters
    ----------
    engine : Engine, holding the customers
    customers : Customers
    prepared : Prepared from them
    options : Options
    progress : called with what is done next

    Returns
    -------
    Fit

    Raises
    ------
    DataError
        There are fewer different customers than segments.
    """
    seed, X = options.random_state, prepared.X
    base = _winsorised(engine, customers, prepared)
    fixed = remembered_fixed(options.last, base.table.features) | resolve_fixed(
        options.playbook.fixed, base.table.features
    )
    features, Z = apply_fixed(fixed, base.table.features), base.Z
    candidates = _candidates(customers, X, options.n_clusters)
    last_verdict = _last_verdict(features, options.last)
    selection = select(base.Z_near, candidates, seed, lambda k: progress(f"Trying {k} segments"), last_verdict)
    progress(f"Fitting {selection.chosen.n_clusters} segments to {len(Z):,} customers")
    tol = 0 if len(Z) == customers.rows else passes.MOVED
    kmeans = fit_kmeans(base.Z_near, selection.chosen.n_clusters, seed, tol=tol)
    clustering = _describe(base, customers, kmeans, progress)
    labels = _labels(customers, kmeans, Z, clustering)
    names = name_segments(features, clustering.centroids, X, labels)
    continuity = _continue(base.table, clustering, names, options.last)
    words = merge(remembered(options.last, continuity.names), options.playbook.texts)
    called = apply_playbook(words, continuity.names)
    firm = firmness(labels[base.kept], len(clustering.clusters), selection.refits)
    incomplete = count_incomplete(engine, customers.incomplete, features, clustering.centroids)
    segments = count_in(make_segments(features, clustering, called, continuity.ids, firm), incomplete)
    segments = _with_value(base.table, customers, clustering, segments)
    variance = clustering.metrics["inertia"] / (customers.rows * len(features))
    model = Model(
        format_version=FORMAT_VERSION,
        features=features,
        segments=segments,
        variance=variance,
        metrics={**clustering.metrics, **_reliability(selection)},
        provenance={**_provenance(engine, customers, seed), PLAYBOOK: entries(words), **_told_fixed(fixed)},
        warnings=_warnings(customers, segments, selection),
        golden=make_golden(features, segments, variance),
        retired_ids=continuity.retired_ids,
        histograms=[histogram(values) for values in X.T],
        verdict=selection.verdict,
        incomplete=int(incomplete.sum()),
    )
    notes = [*divide_alone(features, X), *base.notes, *_incomplete(model.incomplete)]
    return Fit(model, X, Z, clustering.centroids, labels, selection, continuity, notes)


def check_model(fit: Fit) -> tuple[Segmenter, bytes]:
    """Check a model against K-Means on every row that it was fitted to, or many of a sample.

    Returns
    -------
    segmenter : Segmenter
    content : bytes, the model's file

    Raises
    ------
    ModelError
        The model would not load, or answers a row with another segment than K-Means.
    """
    content = encode(fit.model)
    segmenter = loads(content)
    rows = slice(None if len(fit.X) == fit.model.provenance["rows"] else PARITY)
    check_parity(segmenter, fit.X[rows], fit.Z[rows], fit.centroids, fit.labels[rows])
    return segmenter, content


def _winsorised(engine: Engine, customers: Customers, prepared: Prepared) -> _Base:
    """Standardise the customers by what they are between the limits of outliers."""
    X, between = prepared.X, winsorise.limits(prepared.features, prepared.X)
    X_clipped = winsorise.clip(X, between)
    table = passes.WholeTable(engine, customers.table.sql, prepared.features)
    if X_clipped is X:
        Z = standardise(prepared.features, X)
        return _Base(table, table, Z, Z, np.full(len(Z), fill_value=True), [])
    clipped = winsorise.clip_table(table, between)
    if len(X) == customers.rows:
        features = winsorise.rescale(prepared.features, standardise(prepared.features, X_clipped))
    else:
        features = winsorise.rescale_by_table(clipped)
    ends = winsorise.reach(features, X, between)
    table, near = replace(table, features=features), winsorise.leave_out(table, ends)
    clipped = replace(winsorise.clip_table(near, between), features=features)
    kept = winsorise.within(X, ends)
    Z_near = standardise(features, X_clipped[kept])
    return _Base(
        table,
        clipped,
        standardise(features, X),
        Z_near,
        kept,
        winsorise.notes(features, between, float((~kept).mean())),
    )


def _describe(base: _Base, customers: Customers, kmeans: KMeans, progress: Progress) -> Clustering:
    """Measure the clusters and, if K-Means saw a sample only, move them first to where the whole table has them."""
    seed, outliers = kmeans.random_state, base.near is not base.table
    if len(base.Z) == customers.rows:
        if not outliers:
            return describe(base.Z, kmeans.labels_, seed)
        return describe(base.Z, kmeans.predict(base.Z), seed, kmeans.cluster_centers_)
    centroids, sums = passes.refine(
        base.near,
        base.Z_near,
        kmeans.cluster_centers_,
        lambda number: progress(f"Pass {number} over {customers.rows:,} customers"),
    )
    progress("Measuring the segments")
    sums = passes.add_up(base.table, centroids) if outliers else sums
    return passes.describe(sums, centroids, base.Z, seed)


def _candidates(customers: Customers, X: np.ndarray, n_clusters: int | None) -> list[int]:
    """Return the numbers of segments to try: at least two different customers for each segment."""
    in_order = X[np.lexsort(X.T)]
    different = 1 + int((np.diff(in_order, axis=0) != 0).any(axis=1).sum())
    wanted = [n_clusters] if n_clusters else RFM_CANDIDATES if _of_orders(customers) else CANDIDATES
    candidates = [k for k in wanted if different >= 2 * k]
    if not candidates:
        fewest = wanted[0]
        raise DataError(
            f"{customers.source}: expected at least {2 * fewest} different customers for {fewest} segments, found "
            f"{different}; {'lower --k or ' if n_clusters else ''}add customers"
        )
    return candidates


def _of_orders(customers: Customers) -> bool:
    """Whether the features are those computed from orders, or what is left of them."""
    names = {column.name for column in customers.columns}
    return len(names) > 1 and names <= set(RFM)


def _last_verdict(features: Sequence[Feature], last: Segmenter | None) -> Verdict | None:
    """Return what the last model's segments were, if they were of the same features."""
    if last is None or [f.name for f in features] != [f.name for f in last.model.features]:
        return None
    return last.model.verdict


def _labels(customers: Customers, kmeans: KMeans, Z: np.ndarray, clustering: Clustering) -> np.ndarray:
    """Return the cluster of each row: K-Means' own prediction, or the nearest centroid if those were moved since."""
    if len(Z) < customers.rows:
        return np.asarray(distances(Z, clustering.centroids).argmin(axis=1))
    position = distances(clustering.centroids, kmeans.cluster_centers_).argmin(axis=0)
    return np.asarray(position[kmeans.predict(Z)])


def _continue(
    table: passes.WholeTable, clustering: Clustering, names: list[Name], last: Segmenter | None
) -> Continuity:
    """Carry ids and slugs over from the last model, if there is one and it shares a feature; else start afresh."""
    if last is None or not {f.name for f in table.features} & {f.name for f in last.model.features}:
        return begin(names)
    continuity = carry_over(table.features, clustering.centroids, names, last)
    return replace(continuity, changed=share_changed(table, clustering.centroids, continuity.ids, last))


def _with_value(
    table: passes.WholeTable, customers: Customers, clustering: Clustering, segments: list[Segment]
) -> list[Segment]:
    """Return the segments with their shares of what all customers are worth, where the table says that."""
    if not customers.value:
        return segments
    shares = passes.value_shares(table, clustering.centroids, customers.value, customers.incomplete)
    pairs = zip(segments, shares, strict=True)
    return [msgspec.structs.replace(segment, value_share=share) for segment, share in pairs]


def _reliability(selection: Selection) -> dict[str, float]:
    return {
        "stability": selection.chosen.stability,
        "silhouette_without_groups": selection.without_groups,
        "selection_rows": float(selection.rows),
    }


def _provenance(
    engine: Engine, customers: Customers, random_state: int
) -> dict[str, str | int | float | dict[str, str]]:
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


def _told_fixed(fixed: dict[str, bool]) -> dict[str, dict[str, str]]:
    """Return what the model remembers of which features are fixed, if anything was said."""
    return {FIXED: {name: "yes" if value else "no" for name, value in fixed.items()}} if fixed else {}


def _incomplete(count: int) -> list[str]:
    """Say how customers with gaps are counted, if there are any."""
    if not count:
        return []
    return [
        f"{count:,} customers lack a value: not used in the fit, but counted in the segments' sizes and shares, in the "
        "segment that is nearest by the values they have."
    ]


def _warnings(customers: Customers, segments: Sequence[Segment], selection: Selection) -> list[str]:
    warnings = [VERDICTS["constructed"]] if selection.verdict == "constructed" else []
    loose = [f'"{s.name}" ({s.firmness:.0%})' for s in segments if s.firmness is not None and s.firmness < FIRM]
    if loose:
        warnings.append(
            f"Not to be relied on, as less than {FIRM:.0%} of it is found again in fits to other customers of the same "
            f"kind: {', '.join(loose)}."
        )
    if customers.left_out > 0.05:
        label, share = customers.costliest or ("", 0.0)
        without = f" Without {label} it would be {share:.0%}." if label else ""
        warnings.append(
            f"{customers.left_out:.0%} of the table's rows could not be used in the fit, so segments may not speak for "
            f"everyone.{without}"
        )
    smallest = min(segment.size for segment in segments)
    if smallest < 10:
        noun = "customer" if smallest == 1 else "customers"
        warnings.append(f"The smallest segment has only {smallest} {noun}, so its description is a rough one.")
    return warnings
