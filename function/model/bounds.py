"""How much a model file may hold, and what none of its texts and numbers may be; looked at before a model is built."""

import math
import re
from collections.abc import Sequence
from typing import Any

from .content import SMALLEST_SCALE, Feature, Model, ModelError, Segment

MAX_FEATURES = 30
MAX_SEGMENTS = 50
MAX_GOLDEN = 1_000
"""Most of each: they bound the time and memory of a start and of an answer."""
_UNSEEN = "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
"""Controls, signs that turn the direction of writing, and halves of surrogate pairs: what is shown would mislead."""
FINEST_STEP = 1e-15
"""Smallest step as a part of the largest value: a finer one is lost in double precision."""
_LEAST_DISTANCE = 1e-12
"""Least distance of two centroids, in standard deviations; the square of a part of it is still a double."""
_TOLERANCE = 1e-6
"""How far below 0 an eigenvalue of a correlation matrix may be by rounding."""


def check_plain(content: Any, place: str = "") -> None:
    """Raise ModelError, with its place, for the first text or number that no model may hold.

    Parameters
    ----------
    content : dict, list, str, int, float, bool or None, nested
    place : str, such as segments[3].name; "" for the whole
    """
    if isinstance(content, dict):
        for key, value in content.items():
            _check_text(key, f"{place or 'content'}: keys")
            check_plain(value, f"{place}.{key}" if place else key)
    elif isinstance(content, list):
        for number, value in enumerate(content):
            check_plain(value, f"{place}[{number}]")
    elif isinstance(content, str):
        _check_text(content, place or "content")
    elif isinstance(content, float) and not math.isfinite(content):
        raise ModelError(f"{place or 'content'}: expected a finite number")


def check_model(model: Model) -> None:
    """Raise ModelError, with its place, where a model is larger than it may be or its numbers cannot be true.

    Parameters
    ----------
    model : Model, as converted and not yet checked
    """
    sizes = (("features", MAX_FEATURES), ("segments", MAX_SEGMENTS), ("golden", MAX_GOLDEN))
    for name, most in sizes:
        count = len(getattr(model, name))
        if count > most:
            raise ModelError(f"{name}: expected at most {most}, found {count}")
    for number, feature in enumerate(model.features):
        _check_step(feature, f"features[{number}].step")
    for number, segment in enumerate(model.segments):
        _check_spread(segment, len(model.features), f"segments[{number}].spread")


def check_distances(centroids: Sequence[Sequence[float]]) -> None:
    """Raise ModelError for two centroids, in standardised space, too near to tell a customer's distances to them."""
    for number, first in enumerate(centroids):
        for other, second in enumerate(centroids[:number]):
            if math.dist(first, second) < _LEAST_DISTANCE:
                raise ModelError(f"segments[{number}].centroid: expected another place than segments[{other}] has")


def _check_text(text: str, where: str) -> None:
    if text.isprintable():  # nearly all are; the expression is not even made for them
        return
    sign = re.search(_UNSEEN, text)
    if sign:
        raise ModelError(f"{where}: expected no control, direction or surrogate sign, found U+{ord(sign[0]):04X}")


def _check_step(feature: Feature, where: str) -> None:
    if not feature.step >= max(SMALLEST_SCALE, FINEST_STEP * abs(feature.min), FINEST_STEP * abs(feature.max)):
        raise ModelError(f"{where}: expected a step that tells the feature's values apart")


def _check_spread(segment: Segment, n_features: int, where: str) -> None:
    """Check that a covariance matrix is one."""
    spread = segment.spread
    if [len(row) for row in spread] != [n_features] * n_features:
        raise ModelError(f"{where}: expected {n_features} x {n_features} numbers")
    variances = [spread[i][i] for i in range(n_features)]
    if not min(variances, default=0.0) >= 0:
        raise ModelError(f"{where}: expected variances of 0 or more")
    units = [math.sqrt(variance) or 1.0 for variance in variances]
    rest = [[spread[i][j] / units[i] / units[j] for j in range(n_features)] for i in range(n_features)]
    if not all(abs(rest[i][j] - rest[j][i]) <= _TOLERANCE for i in range(n_features) for j in range(i)):
        raise ModelError(f"{where}: expected a symmetric matrix")
    if not _is_semidefinite(rest):
        raise ModelError(f"{where}: expected a positive semidefinite matrix")


def _is_semidefinite(rest: list[list[float]]) -> bool:
    """Eliminate the largest of what is left of a correlation matrix's diagonal, until all that is left is nothing."""
    left = list(range(len(rest)))
    while left:
        pivot = max(left, key=lambda i: rest[i][i])
        size = rest[pivot][pivot]
        if size <= _TOLERANCE:
            break
        left.remove(pivot)
        for i in left:
            factor = rest[i][pivot] / size
            rest[i] = [value - factor * other for value, other in zip(rest[i], rest[pivot], strict=True)]
    return all(abs(rest[i][j]) <= 1e3 * _TOLERANCE for i in left for j in left)
