"""Chooses the number of segments, and says whether there are segments at all.

The rule: of 2 to 10 segments those are stable whose refits on 80 % subsamples agree with the fit to everyone (mean
adjusted Rand index of 0.95 or more). Of these the highest silhouette sets the mark; the most segments that are as
stable (within 0.01) and nearly as clear (within 10 %) are chosen, as more of them say more. The choice is reliable if
it is stable and its silhouette exceeds those of K-Means on customers without groups, of the same number and spread:
uniform over the box of the principal components, and normal.

References
----------
Rousseeuw, P. J. (1987). Silhouettes. Journal of Computational and Applied Mathematics 20, 53-65.
    https://doi.org/10.1016/0377-0427(87)90125-7
Hubert, L. and Arabie, P. (1985). Comparing partitions. Journal of Classification 2, 193-218.
    https://doi.org/10.1007/BF01908075
Ben-Hur, A., Elisseeff, A. and Guyon, I. (2002). A stability based method for discovering structure in clustered data.
    Pacific Symposium on Biocomputing 7, 6-17. https://doi.org/10.1142/9789812799623_0002
Tibshirani, R., Walther, G. and Hastie, T. (2001). Estimating the number of clusters in a data set via the gap
    statistic. Journal of the Royal Statistical Society B 63(2), 411-423. https://doi.org/10.1111/1467-9868.00293
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from sklearn.metrics import adjusted_rand_score

from . import kmeans

CANDIDATES = range(2, 11)
STABLE = 0.95
AS_STABLE = 0.01
AS_CLEAR = 0.9
MARGIN = 0.03
"""How far the silhouette must exceed the highest of customers without groups."""

ROWS = 1000
"""Customers looked at, drawn at random if there are more."""

_REFITS = 10
_SUBSAMPLE = 0.8
_REFERENCES = 10
_REFIT_N_INIT = 3


@dataclass(frozen=True)
class Candidate:
    """What one number of segments would give.

    silhouette : -1 to 1
    stability : mean adjusted Rand index of refits on 80 % subsamples, 1 for the same segments each time
    """

    n_clusters: int
    silhouette: float
    stability: float


@dataclass(frozen=True)
class Selection:
    """The choice, and all that it rests on.

    without_groups : highest silhouette of the chosen number of segments on customers without groups
    rows : number of customers looked at
    """

    chosen: Candidate
    candidates: list[Candidate]
    without_groups: float
    rows: int

    @property
    def reliable(self) -> bool:
        """Whether the segments are stable and clearer than those of customers without groups."""
        return self.chosen.stability >= STABLE and self.chosen.silhouette > self.without_groups + MARGIN


def select(
    Z: np.ndarray, candidates: Iterable[int], random_state: int, progress: Callable[[int], object] = lambda _: None
) -> Selection:
    """Choose the number of segments.

    Parameters
    ----------
    Z : ndarray of shape (n_customers, n_features), standardised
    candidates : numbers of segments to choose among
    random_state : int
    progress : called with each number of segments before it is looked at

    Returns
    -------
    Selection
    """
    random = np.random.default_rng(random_state)
    rows = random.choice(Z, ROWS, replace=False) if len(Z) > ROWS else Z
    subsamples = [random.choice(len(rows), int(_SUBSAMPLE * len(rows)), replace=False) for _ in range(_REFITS)]
    looked_at = []
    for n_clusters in candidates:
        progress(n_clusters)
        looked_at.append(_look_at(rows, n_clusters, subsamples, random_state))
    chosen = _choose(looked_at)
    without_groups = max(
        _silhouette(reference, chosen.n_clusters, random_state) for reference in _without_groups(rows, random)
    )
    return Selection(chosen, looked_at, without_groups, len(rows))


def _choose(candidates: list[Candidate]) -> Candidate:
    stable = [candidate for candidate in candidates if candidate.stability >= STABLE]
    if not stable:
        return max(candidates, key=lambda candidate: candidate.silhouette * candidate.stability)
    mark = max(stable, key=lambda candidate: candidate.silhouette)
    as_good = (
        candidate
        for candidate in stable
        if candidate.silhouette >= AS_CLEAR * mark.silhouette and candidate.stability >= mark.stability - AS_STABLE
    )
    return max(as_good, key=lambda candidate: candidate.n_clusters)


def _look_at(Z: np.ndarray, n_clusters: int, subsamples: list[np.ndarray], random_state: int) -> Candidate:
    labels = kmeans.fit_kmeans(Z, n_clusters, random_state).labels_
    agreements = [
        adjusted_rand_score(
            labels[rows], kmeans.fit_kmeans(Z[rows], n_clusters, random_state + 1, _REFIT_N_INIT).labels_
        )
        for rows in subsamples
    ]
    return Candidate(n_clusters, kmeans.silhouette(Z, labels), float(np.mean(agreements)))


def _silhouette(Z: np.ndarray, n_clusters: int, random_state: int) -> float:
    labels = kmeans.fit_kmeans(Z, n_clusters, random_state, _REFIT_N_INIT).labels_
    return kmeans.silhouette(Z, labels)


def _without_groups(Z: np.ndarray, random: np.random.Generator) -> Iterable[np.ndarray]:
    """Yield customers without groups: uniform over the box of Z's principal components, and normal with its spread."""
    centred = Z - Z.mean(axis=0)
    axes = np.linalg.svd(centred, full_matrices=False)[2]
    turned = centred @ axes.T
    low, high, deviation = turned.min(axis=0), turned.max(axis=0), turned.std(axis=0)
    for _ in range(_REFERENCES):
        yield random.uniform(low, high, turned.shape)
        yield random.normal(0, deviation, turned.shape)
