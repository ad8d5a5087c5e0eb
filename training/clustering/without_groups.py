"""How clear K-Means' segments look where there are no groups: what real ones are compared with.

Customers without groups are drawn of the same number in three ways: uniform over the box of the principal components;
normal with their spread; and with the table's own margins, tied by a normal copula, as skew, ties and zeros alone give
a silhouette too.

References
----------
Tibshirani, R., Walther, G. and Hastie, T. (2001). Estimating the number of clusters in a data set via the gap
    statistic. Journal of the Royal Statistical Society B 63(2), 411-423. https://doi.org/10.1111/1467-9868.00293
Hennig, C. and Lin, C.-J. (2015). Flexible parametric bootstrap for testing homogeneity against clustering and assessing
    the number of clusters. Statistics and Computing 25, 821-833. https://doi.org/10.1007/s11222-015-9566-5
"""

from collections.abc import Iterable

import numpy as np
from scipy.special import ndtr, ndtri
from scipy.stats import rankdata

from . import kmeans

_REFERENCES = 10


def clearest_without_groups(Z: np.ndarray, n_clusters: int, random_state: int, random: np.random.Generator) -> float:
    """Return the highest silhouette that K-Means reaches on customers without groups.

    Parameters
    ----------
    Z : ndarray of shape (n_customers, n_features), standardised; those drawn are as many, and as spread
    n_clusters : int
    random_state : int, of K-Means' starts
    random : Generator that customers are drawn by

    Returns
    -------
    float, -1 to 1
    """
    return max(_silhouette(reference, n_clusters, random_state) for reference in _without_groups(Z, random))


def _silhouette(Z: np.ndarray, n_clusters: int, random_state: int) -> float:
    labels = kmeans.fit_kmeans(Z, n_clusters, random_state, kmeans.REFIT_N_INIT).labels_
    return kmeans.silhouette(Z, labels)


def _without_groups(Z: np.ndarray, random: np.random.Generator) -> Iterable[np.ndarray]:
    """Yield customers without groups: uniform over the box of Z's principal components, normal, with its margins."""
    centred = Z - Z.mean(axis=0)
    axes = np.linalg.svd(centred, full_matrices=False)[2]
    turned = centred @ axes.T
    low, high, deviation = turned.min(axis=0), turned.max(axis=0), turned.std(axis=0)
    for _ in range(_REFERENCES):
        yield random.uniform(low, high, turned.shape)
        yield random.normal(0, deviation, turned.shape)
    if Z.shape[1] > 1:  # the margins of a single feature are the groups themselves, if there are any
        yield from _with_own_margins(Z, random)


def _with_own_margins(Z: np.ndarray, random: np.random.Generator) -> Iterable[np.ndarray]:
    """Yield rows of a normal copula whose columns have the very values of Z's, and about their rank correlations.

    Ties weaken a rank correlation, so one draw shows by how much the copula's own has to be stronger.
    """
    wanted = correlation = _rank_correlation(Z)
    for number in range(1 + _REFERENCES):
        drawn = _draw(Z, correlation, random)
        if number:
            yield drawn
        else:
            reached = _rank_correlation(drawn)
            ratio = np.where(np.abs(reached) > 0.1, wanted / np.where(reached == 0, 1, reached), 1)
            correlation = np.clip(wanted * np.clip(ratio, 1, 2), -0.99, 0.99)
            np.fill_diagonal(correlation, 1)


def _rank_correlation(Z: np.ndarray) -> np.ndarray:
    """Return the correlations of the columns' normal scores; 0 of a column whose values are all the same."""
    scores = ndtri(rankdata(Z, axis=0) / (len(Z) + 1))
    scores = scores / np.maximum(scores.std(axis=0), np.finfo(float).tiny)
    return np.asarray(scores.T @ scores / len(Z))


def _draw(Z: np.ndarray, correlation: np.ndarray, random: np.random.Generator) -> np.ndarray:
    values, vectors = np.linalg.eigh(correlation)
    root = np.sqrt(np.maximum(values, 0))[:, None] * vectors.T
    ranks = ndtr(random.normal(size=Z.shape) @ root)
    columns = [np.quantile(column, at, method="inverted_cdf") for column, at in zip(Z.T, ranks.T, strict=True)]
    return np.column_stack(columns)
