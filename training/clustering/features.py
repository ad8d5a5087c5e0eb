"""How a feature is standardised: logarithm or not, mean and scale, and the step of its slider."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from function.model import Feature

from ..tables.columns import Column

SKEWED = 1.0
"""Skewness above which a positive feature may be standardised as its logarithm."""

MORE_SYMMETRIC = 0.5
"""... if that leaves less than this share of the skewness."""


def wants_log(values: np.ndarray) -> bool:
    """Whether logarithms make values markedly more symmetric: all positive, skewness above 1, and more than halved."""
    if values.min() <= 0:
        return False
    raw = skewness(values)
    return raw > SKEWED and abs(skewness(np.log(values))) < MORE_SYMMETRIC * raw


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
    """

    min: float
    max: float
    mean: float
    scale: float
    whole: bool


def statistics(values: np.ndarray, log: bool) -> Statistics:
    """Compute the statistics of values, of shape (n_customers,), in the feature's unit."""
    scaled = np.log(values) if log else values
    whole = bool(np.all(values == np.rint(values)))
    return Statistics(float(values.min()), float(values.max()), float(scaled.mean()), float(scaled.std()), whole)


def make_feature(column: Column, found: Statistics, log: bool = False) -> Feature:
    """Describe a feature whose values are not all the same."""
    return Feature(
        name=column.name,
        label=column.label,
        unit=column.unit,
        min=found.min,
        max=found.max,
        step=round_step(found.max - found.min, found.whole),
        mean=found.mean,
        scale=found.scale,
        log=log,
        day=column.day,
    )


def round_step(span: float, whole: bool) -> float:
    """Return 1, 2 or 5 times a power of ten, about a hundredth of the span; at least 1 for whole numbers."""
    target = span / 100
    power = 10.0 ** math.floor(math.log10(target))
    step = max(factor * power for factor in (1, 2, 5) if factor * power <= target * (1 + 1e-9))
    return max(1.0, float(f"{step:.0e}")) if whole else float(f"{step:.0e}")


def standardise(features: Sequence[Feature], X: np.ndarray) -> np.ndarray:
    """Return X, of shape (n_customers, n_features), in standard deviations from the mean, of logarithms where log."""
    logged = np.column_stack([np.log(x) if feature.log else x for feature, x in zip(features, X.T, strict=True)])
    return (logged - [feature.mean for feature in features]) / [feature.scale for feature in features]


def restore(features: Sequence[Feature], Z: np.ndarray) -> np.ndarray:
    """Return Z, of shape (n, n_features), in the features' units: `standardise` undone."""
    X = Z * [feature.scale for feature in features] + [feature.mean for feature in features]
    return np.column_stack([np.exp(x) if feature.log else x for feature, x in zip(features, X.T, strict=True)])
