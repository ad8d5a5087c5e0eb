"""What would change a customer's segment: the smallest moves into each of the others.

Along one feature the squared distances to two centroids differ by a straight line, so the first border crossed has a
closed form. The smallest move of all features together ends at the point of the other segment's cell that is nearest to
the customer. Features that nobody can change stay as they are in both.
"""

import math
from collections.abc import Sequence
from operator import itemgetter

import msgspec

from .segmenter import Segmenter
from .voronoi import Cells

MAX_CHANGES = 12
"""Most other segments answered for, the nearest first: it bounds the time and length of an answer."""
BEYOND = 1e-9
"""How far past a border a move ends, in standard deviations: on the border itself the first segment would win."""
ROUNDING = 1e-12
"""How near the edge of a range a move is taken to end on it, relative to 1 + the edge, in standard deviations."""


class Move(msgspec.Struct, frozen=True):
    """A change of one feature.

    by : how much is added, in the feature's unit
    to : the value reached, in the feature's unit
    """

    feature: str
    by: float
    to: float


class Change(msgspec.Struct, frozen=True):
    """The smallest moves that make a customer a member of another segment.

    alone : the changes of one feature alone that get there, each the smallest of its feature, within its range and
        entering no third segment first; the smallest in standard deviations comes first; may be empty
    combined : the smallest change of all features together, within their ranges, measured in standard deviations; None
        if no part of the segment is within the ranges and the values that cannot change
    """

    segment_id: int
    segment: str
    name: str
    alone: list[Move]
    combined: list[Move] | None


class Changes:
    """The cells of a model, ready to find moves.

    Parameters
    ----------
    segmenter : Segmenter
    """

    def __init__(self, segmenter: Segmenter) -> None:
        self._segmenter = segmenter
        self._features = segmenter.model.features
        self._segments = segmenter.model.segments
        self._centroids = segmenter.centroids
        self._ranges = [(f.standardise(f.min), f.standardise(f.max)) for f in self._features]
        self._free = [number for number, feature in enumerate(self._features) if not feature.fixed]
        self._cells = Cells(self._centroids, self._ranges, self._free)

    def find(self, values: Sequence[float]) -> list[Change]:
        """Find the smallest moves into other segments.

        Parameters
        ----------
        values : sequence of shape (n_features,), in the features' units and order, as for `Segmenter.assign`

        Returns
        -------
        list of Change, nearest centroid first, `MAX_CHANGES` at most
        """
        point = self._segmenter.standardise(values)
        squares = self._segmenter.squares(point)
        own, *others = sorted(range(len(squares)), key=squares.__getitem__)[: MAX_CHANGES + 1]
        alone = self._alone(values, point, squares, own)
        margin = BEYOND * (1 + max(map(abs, point)))
        nearest_points = self._cells.nearest_points(point, others, margin)
        return [
            Change(
                segment_id=self._segments[target].id,
                segment=self._segments[target].slug,
                name=self._segments[target].name,
                alone=alone.get(target, []),
                combined=self._combined(values, point, nearest, target),
            )
            for target, nearest in zip(others, nearest_points, strict=True)
        ]

    def _alone(
        self, values: Sequence[float], point: Sequence[float], squares: list[float], own: int
    ) -> dict[int, list[Move]]:
        """Return the moves of one feature by the segment that each enters first."""
        ways: list[tuple[float, int, Move]] = []
        for number in self._free:
            for way, target in self._borders(number, squares, own):
                reached = self._within(point, number, point[number] + way + math.copysign(BEYOND, way), target)
                if reached is not None:
                    ways.append((abs(reached - point[number]), target, self._move(number, values[number], reached)))
        moves: dict[int, list[Move]] = {}
        for _, target, move in sorted(ways, key=itemgetter(0)):
            moves.setdefault(target, []).append(move)
        return moves

    def _borders(self, number: int, squares: list[float], own: int) -> list[tuple[float, int]]:
        """Return the first border up and the first border down a feature: (standard deviations, segment beyond)."""
        home = self._centroids[own][number]
        up: list[tuple[float, int]] = []
        down: list[tuple[float, int]] = []
        for other, centroid in enumerate(self._centroids):
            gap = centroid[number] - home
            if gap:  # moved by t, the squared distances differ by squares[other] - squares[own] - 2 * gap * t
                (up if gap > 0 else down).append(((squares[other] - squares[own]) / (2 * gap), other))
        return [*([min(up)] if up else []), *([max(down)] if down else [])]

    def _combined(
        self, values: Sequence[float], point: Sequence[float], nearest: list[float] | None, target: int
    ) -> list[Move] | None:
        """Return the moves to the nearest point within a segment."""
        if nearest is None:
            return None
        # a step shorter than the way past a border is none, unless the customer stands on a third segment's border
        moved = [q if abs(q - p) > BEYOND else p for p, q in zip(point, nearest, strict=True)]
        reached = moved if self._nearest(moved) == target else nearest
        return [
            self._move(number, values[number], reached[number])
            for number in self._free
            if reached[number] != point[number]
        ]

    def _within(self, point: Sequence[float], number: int, reached: float, target: int) -> float | None:
        """Return where in the feature's range a move into a segment can end, or None.

        A customer who is out of range may reach the segment before the range: then the move goes on to the range's
        edge, if that is still in the segment.
        """
        low, high = self._ranges[number]
        if low <= reached <= high:
            return reached
        if point[number] > reached > high:
            edge = high
        elif point[number] < reached < low:
            edge = low
        else:
            return None
        moved = [*point[:number], edge, *point[number + 1 :]]
        return edge if self._nearest(moved) == target else None

    def _move(self, number: int, value: float, reached: float) -> Move:
        """Turn a standardised value reached into a move in the feature's unit, never past the range by a rounding."""
        feature, (low, high) = self._features[number], self._ranges[number]
        if abs(reached - low) <= ROUNDING * (1 + abs(low)):
            to = feature.min
        elif abs(reached - high) <= ROUNDING * (1 + abs(high)):
            to = feature.max
        else:
            within = low <= reached <= high
            ends = (feature.min, feature.max) if within else (min(feature.min, value), max(feature.max, value))
            to = min(max(feature.restore(reached), ends[0]), ends[1])
        return Move(feature.name, to - value, to)

    def _nearest(self, point: Sequence[float]) -> int:
        squares = self._segmenter.squares(point)
        return squares.index(min(squares))
