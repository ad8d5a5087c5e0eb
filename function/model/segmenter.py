"""The segmentation model: how it assigns a customer.

A model that does not reproduce its own golden vectors is refused, so a function that started answers as the training
did.

References
----------
Lloyd, S. (1982). Least squares quantization in PCM. IEEE Transactions on Information Theory 28(2).
https://doi.org/10.1109/TIT.1982.1056489
"""

import math
from collections.abc import Sequence
from operator import sub
from typing import TypeGuard

import msgspec

from .assignment import BORDERLINE, Assignment, Scores
from .content import Feature, Model, ModelError, check

NUMPY_FROM = 500
"""Customers from which numpy is worth its import, which costs as long as about 30,000 customers without it."""


class Place(msgspec.Struct, frozen=True, gc=False):
    """Where a customer is.

    point : tuple of shape (n_features,), in standardised space; without the features that are missing
    squares : list of shape (n_segments,), squared distances to the centroids
    order : list of shape (n_segments,), the segments' positions, nearest first; ties go to the first
    """

    point: tuple[float, ...]
    squares: list[float]
    order: list[int]


class Segmenter:
    """A model ready to assign customers.

    Parameters
    ----------
    model : Model
    digest : str, SHA-256 of the model in hexadecimal; its first 12 digits name the model in every answer

    Raises
    ------
    ModelError
        The model contradicts itself or does not reproduce its golden vectors.

    Attributes
    ----------
    hash : str, names the model in every answer
    centroids : list of tuples of shape (n_segments, n_features), in standardised space
    doubled_variance : float, what a difference of squared distances is divided by to make log-odds
    """

    def __init__(self, model: Model, digest: str) -> None:
        self.model = model
        self.hash = digest[:12]
        check(model)
        self.centroids = [self.standardise(segment.centroid) for segment in model.segments]
        if len(set(self.centroids)) < len(self.centroids):
            raise ModelError("segments: two have the same centroid")
        self.doubled_variance = 2 * model.variance
        self._positions = range(len(self.centroids))
        self._check_golden()

    def assign(self, values: Sequence[float | None]) -> Assignment:
        """Assign one customer to the nearest segment.

        Parameters
        ----------
        values : sequence of shape (n_features,), in the features' units and order; from each feature's `lowest` to
            `LARGEST`, or None where it is missing, which at most `most_gaps` are

        Returns
        -------
        Assignment
        """
        return self.judge(values, self.place(values))

    def judge(self, values: Sequence[float | None], place: Place) -> Assignment:
        """Return what `assign` does, where the values' place is known already."""
        first, second = place.order[:2]
        segment, runner_up = self.model.segments[first], self.model.segments[second]
        nearest, next_nearest = place.squares[first], place.squares[second]
        d1, d2 = math.sqrt(nearest), math.sqrt(next_nearest)
        confidence = d2 / (d1 + d2) if d2 else 0.5
        log_odds = (next_nearest - nearest) / self.doubled_variance
        probability = 1 / (1 + math.exp(-log_odds))
        borderline = log_odds < BORDERLINE
        typical = d1 <= segment.radius
        outside = []
        for number, feature in enumerate(self.model.features):
            value = values[number]
            if value is not None and not feature.min <= value <= feature.max:
                outside.append(feature.name)
        return Assignment(segment, runner_up, confidence, probability, borderline, typical, None in values, outside)

    def assign_many(self, rows: Sequence[Sequence[float | None]]) -> list[Assignment]:
        """Assign customers: what `assign` gives for each, faster.

        Parameters
        ----------
        rows : sequence of shape (n_customers, n_features), each row as for `assign`

        Returns
        -------
        list of Assignment of length n_customers
        """
        if len(rows) < NUMPY_FROM:
            return [self.assign(values) for values in rows]
        from . import vectorised  # noqa: PLC0415  numpy is imported by the first large batch, not by the start

        return vectorised.assign(self.model, self.centroids, rows)

    def score_many(self, rows: Sequence[Sequence[float | None]]) -> Scores:
        """Return what `assign` gives for customers without the rest of its answer, faster."""
        if len(rows) < NUMPY_FROM:
            answers = [self.assign(values) for values in rows]
            return Scores(
                [answer.segment for answer in answers],
                [answer.confidence for answer in answers],
                [answer.probability for answer in answers],
            )
        from . import vectorised  # noqa: PLC0415  as above

        return vectorised.score(self.model, self.centroids, rows)

    def place(self, values: Sequence[float | None]) -> Place:
        """Return where values (n_features,), in the features' units, lie; parameters as for `assign`.

        References
        ----------
        Dixon, J. K. (1979). Pattern recognition with partly missing data. IEEE Transactions on Systems, Man, and
        Cybernetics 9(10), 617-621. https://doi.org/10.1109/TSMC.1979.4310090
        """
        if is_complete(values):
            point = self.standardise(values)
            squares = _squares(point, self.centroids)
        else:
            known = [(i, value) for i, value in enumerate(values) if value is not None]
            point = tuple(self.model.features[i].standardise(value) for i, value in known)
            squares = _squares(point, [[centroid[i] for i, _ in known] for centroid in self.centroids])
        return Place(point, squares, sorted(self._positions, key=squares.__getitem__))

    def nearest(self, point: Sequence[float]) -> int:
        """Return the position of the segment whose centroid is nearest to a standardised point (n_features,)."""
        squares = _squares(point, self.centroids)
        return squares.index(min(squares))

    def standardise(self, values: Sequence[float]) -> tuple[float, ...]:
        """Return values (n_features,), in the features' units, in standard deviations from the mean."""
        return tuple(map(Feature.standardise, self.model.features, values))

    def _check_golden(self) -> None:
        for number, golden in enumerate(self.model.golden):
            answer = self.assign(golden.values)
            probability = answer.probability if golden.probability is None else golden.probability
            same = (
                answer.segment.id == golden.segment_id
                and answer.runner_up.id == golden.runner_up_id
                and answer.typical == golden.typical
                and math.isclose(answer.confidence, golden.confidence, rel_tol=1e-9)
                and math.isclose(answer.probability, probability, rel_tol=1e-9)
            )
            if not same:
                raise ModelError(f"golden[{number}]: the answer differs from the one that training computed")


def is_complete(values: Sequence[float | None]) -> TypeGuard[Sequence[float]]:
    """Whether no value is missing."""
    return None not in values


def _squares(point: Sequence[float], centroids: Sequence[Sequence[float]]) -> list[float]:
    """Return squared distances to centroids.

    They are summed in the features' order without the compensation of Python's own sum. So numpy, the page and SQL come
    to the same bits, and a customer on a border to the same segment.
    """
    squares = []
    if len(point) == 2:  # the same in half the time
        x, y = point
        for a, b in centroids:
            across, up = x - a, y - b
            squares.append(across * across + up * up)
        return squares
    for centroid in centroids:
        total = 0.0
        for difference in map(sub, point, centroid):
            total += difference * difference
        squares.append(total)
    return squares
