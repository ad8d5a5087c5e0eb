"""Chooses the number of segments, and says whether there are segments at all.

The rule: of 2 to 10 segments (4 to 8 of orders, which are to be divided whether or not there are groups in them) those
whose smallest has 1 % of the customers looked at, and ten, are candidates. Those are stable whose refits on 80 %
subsamples agree with the fit to everyone (mean adjusted Rand index of 0.95 or more). Of these the highest silhouette
sets the mark; the most segments that are as stable (within 0.01) and nearly as clear (within 10 %) are chosen, as more
of them say more.

What came of it is judged in three words. Segments are *natural* if they are stable and clearer than K-Means makes them
of customers without groups, *reproducible* if they are stable only, and *constructed* if they are not.

References
----------
Rousseeuw, P. J. (1987). Silhouettes. Journal of Computational and Applied Mathematics 20, 53-65.
    https://doi.org/10.1016/0377-0427(87)90125-7
Hubert, L. and Arabie, P. (1985). Comparing partitions. Journal of Classification 2, 193-218.
    https://doi.org/10.1007/BF01908075
Ben-Hur, A., Elisseeff, A. and Guyon, I. (2002). A stability based method for discovering structure in clustered data.
    Pacific Symposium on Biocomputing 7, 6-17. https://doi.org/10.1142/9789812799623_0002
Hennig, C. (2007). Cluster-wise assessment of cluster stability. Computational Statistics & Data Analysis 52, 258-271.
    https://doi.org/10.1016/j.csda.2006.11.025
Dolnicar, S. and Leisch, F. (2010). Evaluation of structure and reproducibility of cluster solutions using the
    bootstrap. Marketing Letters 21, 83-101. https://doi.org/10.1007/s11002-009-9083-4 (The three words.)
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from sklearn.metrics import adjusted_rand_score

from function.model import Verdict

from . import kmeans
from .without_groups import clearest_without_groups

CANDIDATES = range(2, 11)
RFM_CANDIDATES = range(4, 9)
"""Of recency, frequency and monetary value two segments throw a quarter away of what more say about later spending."""

STABLE = 0.95
AS_STABLE = 0.01
AS_CLEAR = 0.9
MARGIN = 0.015
"""How far the silhouette must exceed the highest of customers without groups."""

AS_BEFORE = 0.02
"""So near to a cut the last model's verdict stands: other customers of the same kind fall on either side of it."""

SMALLEST_SHARE, SMALLEST = 0.01, 10
"""Share of the customers looked at, and number of them, that the smallest segment of a candidate has at least."""

ROWS = 1000
"""Customers looked at, drawn at random if there are more. Groups of less than 2 % of the customers are not found."""

FIRM, DISSOLVES = 0.75, 0.5
"""Mean best Jaccard index of refits from which on a segment is firm, and below which it dissolves (Hennig 2007)."""

_REFITS = 10
_SUBSAMPLE = 0.8


@dataclass(frozen=True)
class Candidate:
    """What one number of segments would give.

    silhouette : -1 to 1
    stability : mean adjusted Rand index of refits on 80 % subsamples, 1 for the same segments each time
    smallest : number of customers in the smallest segment, of those looked at
    """

    n_clusters: int
    silhouette: float
    stability: float
    smallest: int


@dataclass(frozen=True)
class Refit:
    """K-Means on a subsample.

    rows : ndarray of shape (n,), positions in the table
    labels : ndarray of shape (n,), its cluster numbers
    """

    rows: np.ndarray
    labels: np.ndarray


@dataclass(frozen=True)
class Choice:
    """A number of segments, and what it was chosen by.

    refits : of the chosen number of segments
    Z : ndarray of shape (n_rows, n_features), the customers looked at, standardised
    random_state, random : seed of K-Means' starts, and what other customers are to be drawn by
    """

    chosen: Candidate
    candidates: list[Candidate]
    refits: list[Refit]
    Z: np.ndarray
    random_state: int
    random: np.random.Generator


@dataclass(frozen=True)
class Selection:
    """The choice, and all that it rests on.

    without_groups : highest silhouette of the chosen number of segments on customers without groups
    rows : number of customers looked at
    refits : of the chosen number of segments
    last : verdict of the last model on the same features, if there is one
    """

    chosen: Candidate
    candidates: list[Candidate]
    without_groups: float
    rows: int
    refits: list[Refit] = field(default_factory=list)
    last: Verdict | None = None

    @property
    def verdict(self) -> Verdict:
        """What the segments are; near a cut what those of the last model were."""
        stable = None if self.last is None else self.last != "constructed"
        clear = None if self.last is None or self.last == "constructed" else self.last == "natural"
        if not _passes(self.chosen.stability - STABLE, stable):
            return "constructed"
        return "natural" if _passes(self.chosen.silhouette - self.without_groups - MARGIN, clear) else "reproducible"


def choose(
    Z: np.ndarray, candidates: Iterable[int], random_state: int, progress: Callable[[int], object] = lambda _: None
) -> Choice:
    """Choose the number of segments.

    Parameters
    ----------
    Z : ndarray of shape (n_customers, n_features), standardised
    candidates : numbers of segments to choose among
    random_state : int
    progress : called with each number of segments before it is looked at

    Returns
    -------
    Choice
    """
    random = np.random.default_rng(random_state)
    drawn = random.choice(len(Z), ROWS, replace=False) if len(Z) > ROWS else np.arange(len(Z))
    subsamples = [random.choice(len(drawn), int(_SUBSAMPLE * len(drawn)), replace=False) for _ in range(_REFITS)]
    Z = Z[drawn]
    looked_at: list[Candidate] = []
    refits: dict[int, list[Refit]] = {}
    for n_clusters in candidates:
        progress(n_clusters)
        labels = [
            kmeans.fit_kmeans(Z[rows], n_clusters, random_state + 1, kmeans.REFIT_N_INIT).labels_ for rows in subsamples
        ]
        looked_at.append(_look_at(Z, n_clusters, subsamples, labels, random_state))
        refits[n_clusters] = list(map(Refit, [drawn[rows] for rows in subsamples], labels))
    chosen = _choose(looked_at, len(drawn))
    return Choice(chosen, looked_at, refits[chosen.n_clusters], Z, random_state, random)


def judge(choice: Choice, last: Verdict | None = None) -> Selection:
    """Compare the segments chosen with those that K-Means makes of customers without groups.

    Parameters
    ----------
    choice : Choice
    last : verdict of the last model on the same features, if there is one

    Returns
    -------
    Selection
    """
    Z, chosen = choice.Z, choice.chosen
    without_groups = clearest_without_groups(Z, chosen.n_clusters, choice.random_state, choice.random)
    return Selection(chosen, choice.candidates, without_groups, len(Z), choice.refits, last)


def firmness(labels: np.ndarray, n_clusters: int, refits: Sequence[Refit]) -> list[float | None]:
    """Return how far each segment is found again: the mean over the refits of its best Jaccard index.

    Parameters
    ----------
    labels : ndarray of shape (n_customers,), 0 to n_clusters - 1
    n_clusters : int
    refits : sequence of Refit

    Returns
    -------
    list of float, 0 to 1; None for a segment with no customer in any refit
    """
    best = np.full((len(refits), n_clusters), np.nan)
    for position, refit in enumerate(refits):
        own = labels[refit.rows]
        both = np.zeros((n_clusters, int(refit.labels.max()) + 1))
        np.add.at(both, (own, refit.labels), 1)
        either = both.sum(axis=1, keepdims=True) + both.sum(axis=0) - both
        there = both.sum(axis=1) > 0
        best[position, there] = (both / either).max(axis=1)[there]
    return [float(np.nanmean(column)) if not np.isnan(column).all() else None for column in best.T]


def _passes(difference: float, before: bool | None) -> bool:
    """Whether a difference from a cut is no less than zero; near zero whether it was before, None if not known."""
    return difference >= 0 if before is None or abs(difference) > AS_BEFORE else before


def _choose(candidates: list[Candidate], rows: int) -> Candidate:
    least = max(SMALLEST, SMALLEST_SHARE * rows)
    candidates = [candidate for candidate in candidates if candidate.smallest >= least] or candidates
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


def _look_at(
    Z: np.ndarray, n_clusters: int, subsamples: list[np.ndarray], refitted: list[np.ndarray], random_state: int
) -> Candidate:
    labels = kmeans.fit_kmeans(Z, n_clusters, random_state).labels_
    agreements = [adjusted_rand_score(labels[rows], again) for rows, again in zip(subsamples, refitted, strict=True)]
    smallest = int(np.bincount(labels, minlength=n_clusters).min())
    return Candidate(n_clusters, kmeans.silhouette(Z, labels), float(np.mean(agreements)), smallest)
