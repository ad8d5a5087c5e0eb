"""What would change a customer's segment: the smallest moves into each of the others.

The customers nearest to a centroid fill a convex cell; in standardised space the border between two cells is the plane
halfway between their centroids. Along one feature the squared distances to two centroids differ by a straight line, so
the first border crossed has a closed form. The smallest move of all features together ends at the point of the other
cell nearest to the customer.

References
----------
Aurenhammer, F. (1991). Voronoi diagrams: a survey of a fundamental geometric data structure. ACM Computing Surveys
23(3). https://doi.org/10.1145/116873.116880
"""

import math
from collections.abc import Sequence
from operator import itemgetter, mul

import msgspec

from .format import Feature
from .model import Segmenter
from .projection import HalfSpace, project

MAX_CHANGES = 12
"""Most other segments answered for, the nearest first: it bounds the time and length of an answer."""
BEYOND = 1e-9
"""How far past a border a move ends, in standard deviations: on the border itself the first segment would win."""
ROUNDING = 1e-12
"""Relative error allowed to a squared distance; a hundredth of what `BEYOND` makes good."""
Point = tuple[float, ...]
Road = tuple[list[float], list[float]]


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
        if no part of the segment is within the ranges
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
        self._box = _box(self._ranges)
        self._roads: dict[tuple[int, int], Road] = {}
        self._cells = [_cell(target, self._centroids) for target in range(len(self._centroids))]

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
        return [
            Change(
                segment_id=self._segments[target].id,
                segment=self._segments[target].slug,
                name=self._segments[target].name,
                alone=alone.get(target, []),
                combined=self._combined(values, point, squares, own, target),
            )
            for target in others
        ]

    def _alone(
        self, values: Sequence[float], point: Sequence[float], squares: list[float], own: int
    ) -> dict[int, list[Move]]:
        """Return the moves of one feature by the segment that each enters first."""
        found: list[tuple[float, int, Move]] = []
        for number, feature in enumerate(self._features):
            for way, target in self._borders(number, squares, own):
                reached = self._within(point, number, point[number] + way + math.copysign(BEYOND, way), target)
                if reached is not None:
                    found.append((abs(reached - point[number]), target, _move(feature, values[number], reached)))
        moves: dict[int, list[Move]] = {}
        for _, target, move in sorted(found, key=itemgetter(0)):
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
        self, values: Sequence[float], point: Sequence[float], squares: list[float], own: int, target: int
    ) -> list[Move] | None:
        nearest = self._straight(point, squares, own, target)
        if nearest is None:
            nearest = project(point, self._cells[target] + self._box_around(point))
        if nearest is None:
            return None
        inner = [q + BEYOND * (c - q) for q, c in zip(nearest, self._centroids[target], strict=True)]
        moved = [i if abs(q - p) > BEYOND else p for p, q, i in zip(point, nearest, inner, strict=True)]
        # a customer on the border of a third segment must leave it too, if only by the smallest step
        reached = moved if moved == inner or self._nearest(moved) == target else inner
        rows = zip(self._features, values, point, reached, strict=True)
        return [_move(feature, value, end) for feature, value, start, end in rows if end != start]

    def _straight(self, point: Sequence[float], squares: list[float], own: int, target: int) -> list[float] | None:
        """Return the point straight across the border to a cell, if it is in that cell and in range: the nearest one.

        It mostly is, and then takes a quarter of the time that `project` does.
        """
        if (own, target) not in self._roads:
            self._roads[own, target] = _road(self._centroids[own], self._centroids[target], self._centroids)
        direction, slopes = self._roads[own, target]
        way = squares[target] - squares[own]
        # along the direction, the squared distance to each other centroid shrinks by its slope against the target's
        limit = squares[target] * (1 - ROUNDING)
        if any(square - way * slope < limit for square, slope in zip(squares, slopes, strict=True)):
            return None
        reached = [p + way * d for p, d in zip(point, direction, strict=True)]
        in_range = all(low <= q <= high for q, (low, high) in zip(reached, self._ranges, strict=True))
        return reached if in_range else None

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

    def _nearest(self, point: Sequence[float]) -> int:
        squares = self._segmenter.squares(point)
        return squares.index(min(squares))

    def _box_around(self, point: Sequence[float]) -> list[HalfSpace]:
        """Return the features' ranges, widened to hold a customer who is outside: no move should be needed for that."""
        ranges = [(min(low, p), max(high, p)) for (low, high), p in zip(self._ranges, point, strict=True)]
        return self._box if ranges == self._ranges else _box(ranges)


def _move(feature: Feature, value: float, reached: float) -> Move:
    """Turn a standardised value reached into a move in the feature's unit, never past the range by a rounding."""
    to = feature.restore(reached)
    if not feature.min <= to <= feature.max:
        to = min(max(to, min(feature.min, value)), max(feature.max, value))
    return Move(feature.name, to - value, to)


def _cell(target: int, centroids: list[Point]) -> list[HalfSpace]:
    """Return the half-spaces of the points nearer to a centroid than to each of the others."""
    home = centroids[target]
    return [_half_space(home, other) for number, other in enumerate(centroids) if number != target]


def _road(own: Point, target: Point, centroids: list[Point]) -> Road:
    """Return the way from one centroid's cell to another's.

    direction : multiplied by the difference of the squared distances, the step onto the border
    slopes : for each centroid, how much nearer than the target it comes on that step, of squared distance, per unit of
        that difference; -1 for `own`, which is left behind
    """
    length = 2 * math.dist(own, target) ** 2
    direction = [(b - a) / length for a, b in zip(own, target, strict=True)]
    slopes = [
        2 * sum(d * (c - t) for d, c, t in zip(direction, centroid, target, strict=True)) for centroid in centroids
    ]
    return direction, slopes


def _half_space(home: Point, other: Point) -> HalfSpace:
    length = math.dist(home, other)
    normal = [(b - a) / length for a, b in zip(home, other, strict=True)]
    middle = [(a + b) / 2 for a, b in zip(home, other, strict=True)]
    return normal, sum(map(mul, normal, middle))


def _box(ranges: list[tuple[float, float]]) -> list[HalfSpace]:
    """Return the half-spaces of the points within ranges."""
    half_spaces: list[HalfSpace] = []
    for number, (low, high) in enumerate(ranges):
        axis = [float(number == other) for other in range(len(ranges))]
        half_spaces += [(axis, high), ([-a for a in axis], -low)]
    return half_spaces
