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

import msgspec

from .content import Model, ModelError, Segment, check

BORDERLINE = 0.6
"""Below this confidence an answer is borderline: the second centroid is less than 1.5 times as far as the first."""
NUMPY_FROM = 500
"""Customers from which numpy is worth its import, which costs as long as about 30,000 customers without it."""


class Assignment(msgspec.Struct, frozen=True):
    """Where a customer belongs.

    segment, runner_up : nearest and second nearest (of equals the first of the model's list)
    confidence : d2 / (d1 + d2), 0.5 on a border to 1 on a centroid; d1, d2 the standardised distances to the two
    typical : d1 is within the segment's radius
    out_of_range : names of the features outside the training table's range
    """

    segment: Segment
    runner_up: Segment
    confidence: float
    typical: bool
    out_of_range: list[str]

    @property
    def borderline(self) -> bool:
        """Whether the second choice is nearly as good as the first."""
        return self.confidence < BORDERLINE


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
    """

    def __init__(self, model: Model, digest: str) -> None:
        self.model = model
        self.hash = digest[:12]
        check(model)
        self.centroids = [self.standardise(segment.centroid) for segment in model.segments]
        if len(set(self.centroids)) < len(self.centroids):
            raise ModelError("segments: two have the same centroid")
        self._check_golden()

    def assign(self, values: Sequence[float]) -> Assignment:
        """Assign one customer to the nearest segment.

        Parameters
        ----------
        values : sequence of shape (n_features,), in the features' units and order; finite, above 0 where log

        Returns
        -------
        Assignment
        """
        squares = self.squares(self.standardise(values))
        first = squares.index(min(squares))
        d1, squares[first] = math.sqrt(squares[first]), math.inf
        d2 = math.sqrt(min(squares))
        segments = self.model.segments
        return Assignment(
            segment=segments[first],
            runner_up=segments[squares.index(min(squares))],
            confidence=d2 / (d1 + d2),
            typical=d1 <= segments[first].radius,
            out_of_range=[
                feature.name
                for feature, value in zip(self.model.features, values, strict=True)
                if not feature.min <= value <= feature.max
            ],
        )

    def assign_many(self, rows: Sequence[Sequence[float]]) -> list[Assignment]:
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

        segments = self.model.segments
        radii = [segment.radius for segment in segments]
        from . import vectorised  # noqa: PLC0415  numpy is imported by the first large batch, not by the start

        answers = vectorised.assign(rows, self.model.features, self.centroids, radii)
        return [Assignment(segments[i], segments[j], sure, usual, out) for i, j, sure, usual, out in answers]

    def score_many(self, rows: Sequence[Sequence[float]]) -> tuple[list[Segment], list[float]]:
        """Return the segments and confidences that `assign` gives for customers, without the rest of its answer."""
        if len(rows) < NUMPY_FROM:
            answers = [self.assign(values) for values in rows]
            return [answer.segment for answer in answers], [answer.confidence for answer in answers]

        from . import vectorised  # noqa: PLC0415  as above

        positions, confidences = vectorised.score(rows, self.model.features, self.centroids)
        return [self.model.segments[i] for i in positions], confidences

    def squares(self, point: Sequence[float]) -> list[float]:
        """Return the squared distances (n_segments,) from a standardised point to the centroids.

        Summed in the features' order, without the compensation of Python's own sum: so numpy, the page and SQL come to
        the same bits, and a customer on a border to the same segment.
        """
        squares = []
        for centroid in self.centroids:
            total = 0.0
            for coordinate, other in zip(point, centroid, strict=True):
                difference = coordinate - other
                total += difference * difference
            squares.append(total)
        return squares

    def standardise(self, values: Sequence[float]) -> tuple[float, ...]:
        """Return values (n_features,), in the features' units, in standard deviations from the mean."""
        return tuple(feature.standardise(value) for feature, value in zip(self.model.features, values, strict=True))

    def _check_golden(self) -> None:
        for number, golden in enumerate(self.model.golden):
            found = self.assign(golden.values)
            same = (
                found.segment.id == golden.segment_id
                and found.runner_up.id == golden.runner_up_id
                and found.typical == golden.typical
                and math.isclose(found.confidence, golden.confidence, rel_tol=1e-9)
            )
            if not same:
                raise ModelError(f"golden[{number}]: the answer differs from the one that training computed")
