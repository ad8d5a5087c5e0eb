"""From clean customers to a model, checked against K-Means before it is saved."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import msgspec
import numpy as np

from function.model import FORMAT_VERSION, Feature, Model, Segment, Segmenter, Verdict, encode, loads

from .artifact import check_parity, count_in, make_golden, make_segments, provenance
from .clustering import passes
from .clustering.candidates import candidates
from .clustering.clusters import find_clusters, see
from .clustering.features import divide_alone, tell_few_apart
from .clustering.kmeans import Clustering, beside
from .clustering.n_clusters import Selection, choose, firmness, judge
from .clustering.sample import Prepared
from .engines.engine import Engine
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
from .remarks import gaps, warnings
from .scoring.drift import HISTOGRAM_ROWS, histogram
from .scoring.nearest import count_incomplete
from .tables.customers import Customers

PARITY = 20_000
"""Rows of a sample that the function's answers are compared on; of a table that is not a sample it is all."""

Progress = Callable[[str], object]


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
    seen = see(engine, customers, prepared)
    fixed = _fixed(options, seen.table.features)
    features, last = apply_fixed(fixed, seen.table.features), options.last
    to_try = candidates(customers, seen.Z_near, options.n_clusters)
    choice = choose(seen.Z_near, to_try, seed, lambda k: progress(f"Trying {k} segments"))
    with beside() as thread:
        judged = thread.submit(judge, choice, _last_verdict(features, last))
        clustering, labels, variance = find_clusters(seen, customers, choice.chosen.n_clusters, seed, progress)
        selection = judged.result()
    names = name_segments(features, clustering.centroids, X, labels)
    continuity = _continue(seen.table, clustering, names, last)
    words = merge(remembered(last, continuity.names), options.playbook.texts)
    called = apply_playbook(words, continuity.names)
    firm = firmness(labels[seen.kept], len(clustering.clusters), selection.refits)
    incomplete = count_incomplete(engine, customers.incomplete, features, clustering.centroids)
    segments = count_in(make_segments(features, clustering, called, continuity.ids, firm), incomplete)
    segments = _with_value(seen.table, customers, clustering, segments)
    model = Model(
        format_version=FORMAT_VERSION,
        features=features,
        segments=segments,
        variance=variance,
        metrics={**clustering.metrics, **_reliability(selection), **_histogram_rows(customers, X)},
        provenance={**provenance(engine, customers, seed), PLAYBOOK: entries(words), **_told_fixed(fixed)},
        warnings=warnings(customers, segments, selection),
        golden=make_golden(features, segments, variance),
        retired_ids=continuity.retired_ids,
        histograms=[histogram(values) for values in X.T],
        verdict=selection.verdict,
        incomplete=sum(incomplete),
    )
    notes = [*divide_alone(features, X), *tell_few_apart(features, X), *seen.notes, *gaps(model.incomplete)]
    return Fit(model, X, seen.Z, clustering.centroids, labels, selection, continuity, notes)


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


def _fixed(options: Options, features: Sequence[Feature]) -> dict[str, bool]:
    """Return which features customers can do nothing about: what the last model knew, and what the playbook says."""
    return remembered_fixed(options.last, features) | resolve_fixed(options.playbook.fixed, features)


def _last_verdict(features: Sequence[Feature], last: Segmenter | None) -> Verdict | None:
    """Return what the last model's segments were, if they were of the same features."""
    if last is None or [f.name for f in features] != [f.name for f in last.model.features]:
        return None
    return last.model.verdict


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


def _histogram_rows(customers: Customers, X: np.ndarray) -> dict[str, float]:
    """Return how many customers the histograms are of, if that is a sample: `drift` reckons chance by it."""
    return {HISTOGRAM_ROWS: float(len(X))} if len(X) < customers.rows else {}


def _told_fixed(fixed: dict[str, bool]) -> dict[str, dict[str, str]]:
    """Return what the model remembers of which features are fixed, if anything was said."""
    return {FIXED: {name: "yes" if value else "no" for name, value in fixed.items()}} if fixed else {}
