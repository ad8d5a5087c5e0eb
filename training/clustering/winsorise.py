"""Keeps outliers from making segments: in training, and only there, far values count as less far.

One far point can move any centroid of K-Means as far as it likes. So where a value lies beyond 4.5 standard deviations,
its column counts between its 0.5 and 99.5 % points while means, scales and centroids are found, and customers who are
still that far in these standard deviations are left out of K-Means if they are few. Answers, sizes and spreads are of
all customers as they are.

References
----------
Cuesta-Albertos, J. A., Gordaliza, A. and Matrán, C. (1997). Trimmed k-means: an attempt to robustify quantizers. Annals
    of Statistics 25, 553-576. https://doi.org/10.1214/aos/1031833664
"""

from collections.abc import Sequence
from dataclasses import replace

import msgspec
import numpy as np
from scipy.special import ndtri

from function.model import Feature

from ..engines.engine import identifier
from ..scoring.nearest import double
from .features import Statistics, standardise
from .passes import WholeTable

FAR = 4.5
"""Standard deviations from the mean beyond which a value is an outlier."""

BY_CHANCE = 0.01
"""Of many customers some are that far without being outliers: then as far as in one of a hundred normal columns."""

LOWEST, HIGHEST = 0.005, 0.995
"""Shares of the customers below the lower and the upper limit of a column with outliers."""


def limits(features: Sequence[Feature], X: np.ndarray, rows: int) -> np.ndarray:
    """Return between which values each feature counts in training.

    Parameters
    ----------
    features : sequence of Feature, with the extremes of all customers: a sample may lack the one that is far
    X : ndarray of shape (n_customers, n_features), in the features' units; a sample is enough
    rows : number of all customers

    Returns
    -------
    ndarray of shape (n_features, 2); infinite where a feature has no outliers, or only one value between the limits
    """
    low = np.quantile(X, LOWEST, axis=0, method="higher")  # values that are there, on the near side of the outliers
    between = np.column_stack([low, np.quantile(X, HIGHEST, axis=0, method="lower")])
    extremes = np.array([[feature.min for feature in features], [feature.max for feature in features]])
    far = (np.abs(standardise(features, extremes)) > max(FAR, -ndtri(BY_CHANCE / 2 / rows))).any(axis=0)
    far &= between[:, 0] < between[:, 1]
    return np.where(far[:, None], between, [-np.inf, np.inf])


MOST = 0.015
"""Share of the customers up to which those far away are left out; more of them may be a group."""


def reach(features: Sequence[Feature], X: np.ndarray, between: np.ndarray) -> np.ndarray:
    """Return between which values of each feature customers are not left out of K-Means.

    Parameters
    ----------
    features : sequence of Feature, with the means and scales of clipped customers
    X : ndarray of shape (n_customers, n_features), in the features' units; a sample is enough
    between : ndarray of shape (n_features, 2), as of `limits`

    Returns
    -------
    ndarray of shape (n_features, 2); infinite where a feature has no outliers, everywhere if there are too many
    """
    ends = np.array([[feature.restore(-FAR), feature.restore(FAR)] for feature in features])
    ends = np.where(np.isinf(between), between, ends)
    return ends if (~within(X, ends)).mean() <= MOST else np.full(ends.shape, [-np.inf, np.inf])


def within(X: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """Return whether each customer of X, of shape (n_customers, n_features), is within the reach of every feature."""
    return np.asarray(((ends[:, 0] <= X) & (ends[:, 1] >= X)).all(axis=1))


def clip(X: np.ndarray, between: np.ndarray) -> np.ndarray:
    """Return X, of shape (n_customers, n_features), with far values moved to the limits; X itself without limits."""
    return X if np.isinf(between).all() else np.clip(X, between[:, 0], between[:, 1])


def clip_table(table: WholeTable, between: np.ndarray) -> WholeTable:
    """Return a table with values beyond the limits moved to them; the table itself if there are no limits."""
    if np.isinf(between).all():
        return table
    columns = []
    for feature, (low, high) in zip(table.features, between.tolist(), strict=True):
        column = identifier(feature.name)
        clipped = column if np.isinf(low) else f"least(greatest({column}, {double(low)}), {double(high)})"
        columns.append(f"{clipped} AS {column}")
    return replace(table, sql=f"(SELECT {', '.join(columns)} FROM {table.sql}) AS clipped")


def leave_out(table: WholeTable, ends: np.ndarray) -> WholeTable:
    """Return a table without the customers beyond the reach of a feature."""
    conditions = [
        f"{identifier(feature.name)} BETWEEN {double(low)} AND {double(high)}"
        for feature, (low, high) in zip(table.features, ends.tolist(), strict=True)
        if not np.isinf(low)
    ]
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    return replace(table, sql=f"(SELECT * FROM {table.sql}{where}) AS near")


def rescale(features: Sequence[Feature], clipped: Sequence[Statistics], between: np.ndarray) -> list[Feature]:
    """Return the features, those with limits with the means and scales of clipped customers."""
    return [
        feature if np.isinf(low) else msgspec.structs.replace(feature, mean=values.mean, scale=values.scale)
        for feature, values, low in zip(features, clipped, between[:, 0].tolist(), strict=True)
    ]


def notes(features: Sequence[Feature], between: np.ndarray, left_out: float) -> list[str]:
    """Say of each feature with outliers between which values it counted, and what share of customers was left out."""
    sentences = [
        f"{feature.label}: has outliers; in training values below {low:,.6g} or above {high:,.6g} counted as these."
        for feature, (low, high) in zip(features, between.tolist(), strict=True)
        if not np.isinf(low)
    ]
    if left_out:
        sentences.append(f"{left_out:.1%} of the customers are so far away that no segment was made of them.")
    return sentences
