"""How a feature is standardised: logarithm or not, and of what; mean and scale; and the step of its slider."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from function.model import FINEST_STEP, SMALLEST_SCALE, Feature

from ..tables.columns import RFM, Column
from ..tables.headers import key

SKEWED = 1.0
"""Skewness above which a feature without negative values may be standardised as a logarithm."""

MORE_SYMMETRIC = 0.5
"""... if that leaves less than this share of the skewness."""

OFFSET_QUANTILE = 0.1
"""Of the values above zero; it moves with the unit, as adding 1 would not, and is near enough to make no zero far."""

_OFFSET_DIGITS = 3

MIDDLE = (0.025, 0.975)
"""Quantiles between which a slider's step is a hundredth: one customer far away makes nobody else's steps coarse."""

_TWO = 2

NEARLY_ALL = 0.99
"""Share of customers with one value of a feature from which on it tells only the others apart."""


FIXED = ("age", "ageyears", "customerage", "birthyear", "yearofbirth", "yearbirth", "tenure", "recency", "recencydays")
"""Features, by their name without signs, that no offer changes: they only age. Dates turned into days are so too."""


def choose_offset(values: np.ndarray, smallest: float) -> float | None:
    """Choose what is added to a feature's values before their logarithm is taken.

    Parameters
    ----------
    values : ndarray of shape (n_customers,), in the feature's unit; all customers' or a sample's
    smallest : float, the smallest value of all customers

    Returns
    -------
    float : 0 if all values are above zero; the tenth percentile of those above zero, with three digits, if some are
        zero; None if no logarithm makes the values markedly more symmetric (skewness above 1, and more than halved) or
        one is below zero
    """
    if smallest < 0 or not (values > 0).any():
        return None
    offset = 0.0 if smallest > 0 else _rounded(float(np.quantile(values[values > 0], OFFSET_QUANTILE)))
    raw = skewness(values)
    return offset if raw > SKEWED and abs(skewness(np.log(values + offset))) < MORE_SYMMETRIC * raw else None


def _rounded(value: float) -> float:
    return float(f"{value:.{_OFFSET_DIGITS - 1}e}")


def skewness(values: np.ndarray) -> float:
    """Return the third standardised moment; 0 if the values are all the same."""
    deviations = values - values.mean()
    scale = float(values.std())
    return float((deviations**3).mean()) / scale**3 if scale else 0.0


@dataclass(frozen=True)
class Statistics:
    """What a feature's description needs of its values.

    min, max : in the feature's unit
    mean, scale : with the population's standard deviation; of the logarithms if the feature is standardised so
    whole : whether all are whole numbers
    middle : how far apart the quantiles of `MIDDLE` are; of a sample where there are more customers
    """

    min: float
    max: float
    mean: float
    scale: float
    whole: bool
    middle: float


def statistics(values: np.ndarray, offset: float | None) -> Statistics:
    """Compute the statistics of values, of shape (n_customers,), in the feature's unit."""
    scaled = values if offset is None else np.log(values + offset)
    whole = bool(np.all(values == np.rint(values)))
    low, high = np.quantile(values, MIDDLE)
    extremes = float(values.min()), float(values.max())
    return Statistics(*extremes, float(scaled.mean()), float(scaled.std()), whole, float(high - low))


def make_feature(column: Column, values: Statistics, offset: float | None = None) -> Feature:
    """Describe a feature whose values are not all the same."""
    return Feature(
        name=column.name,
        label=column.label,
        unit=column.unit,
        min=values.min,
        max=values.max,
        step=round_step(values.middle or values.max - values.min, values.whole, _finest_step(values)),
        mean=values.mean,
        scale=values.scale,
        offset=offset,
        fixed=column.day is not None or key(column.name) in FIXED,
        day=column.day,
    )


def divide_alone(features: Sequence[Feature], X: np.ndarray) -> list[str]:
    """Say which features of X, of shape (n_customers, n_features), have two values and will divide them by themselves.

    Four groups of three features 4 standard deviations apart were found with an adjusted Rand index of 0.90, with a
    column of 0 and 1 beside them, which had nothing to do with them, of 0.65.
    """
    advice = "; to see how it is spread over segments of the other features, leave it out and add --describe"
    return [
        f"{feature.label} has two values only and will divide the customers by itself"
        f"{'' if feature.name in RFM else advice}."  # those of orders cannot be left out
        for feature, values in zip(features, X.T, strict=True)
        if len(np.unique(values)) == _TWO
    ]


def tell_few_apart(features: Sequence[Feature], X: np.ndarray) -> list[str]:
    """Say which features of X, of shape (n_customers, n_features), have one value for nearly all, and some others."""
    counts = [np.unique(values, return_counts=True)[1] for values in X.T]
    advice = "; leave it out to go by the other features"
    return [
        f"{feature.label} is the same for {count.max() / len(X):.1%} of the customers: it sets the others apart and "
        f"says nothing about these{'' if feature.name in RFM else advice}."
        for feature, count in zip(features, counts, strict=True)
        if count.max() >= NEARLY_ALL * len(X) and len(count) > _TWO
    ]


def _finest_step(values: Statistics) -> float:
    """Return the smallest step that a model takes: below it the largest values cannot be told apart."""
    return max(SMALLEST_SCALE, FINEST_STEP * max(abs(values.min), abs(values.max)))


def round_step(span: float, whole: bool, finest: float = SMALLEST_SCALE) -> float:
    """Return 1, 2 or 5 times a power of ten, about a hundredth of the span; no finer than 1 for whole numbers."""
    target = max(span / 100, 2.5 * finest)  # what is returned is more than target / 2.5
    power = 10.0 ** math.floor(math.log10(target))
    step = max(factor * power for factor in (1, 2, 5) if factor * power <= target * (1 + 1e-9))
    return max(1.0, float(f"{step:.0e}")) if whole else float(f"{step:.0e}")


def standardise(features: Sequence[Feature], X: np.ndarray) -> np.ndarray:
    """Return X, of shape (n_customers, n_features), in standard deviations from the mean, of logarithms where so."""
    columns = zip(features, X.T, strict=True)
    scaled = np.column_stack([x if feature.offset is None else np.log(x + feature.offset) for feature, x in columns])
    return (scaled - [feature.mean for feature in features]) / [feature.scale for feature in features]


def restore(features: Sequence[Feature], Z: np.ndarray) -> np.ndarray:
    """Return Z, of shape (n, n_features), in the features' units: `standardise` undone."""
    return np.array([[feature.restore(z) for feature, z in zip(features, row, strict=True)] for row in Z.tolist()])
