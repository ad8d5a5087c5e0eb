"""What would change a customer's segment: the smallest moves into each of the others.

Along one feature the squared distances to two centroids differ by a straight line, so the first border crossed has a
closed form. The smallest move of all features together ends at the point of the other segment's cell that is nearest to
the customer. Features that nobody can change stay as they are in both.
"""

import functools
from collections.abc import Sequence
from operator import itemgetter

import msgspec

from .segmenter import Place, Segmenter
from .voronoi import REMEMBERED_CELLS, Cells

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
        self._insides = [(low + _rounding(low), high - _rounding(high)) for low, high in self._ranges]
        self._free = [number for number, feature in enumerate(self._features) if not feature.fixed]
        self._cells = Cells(self._centroids, self._ranges, self._free, BEYOND)
        self._borders = functools.lru_cache(REMEMBERED_CELLS)(self._find_borders)

    def find(self, values: Sequence[float], place: Place | None = None) -> list[Change]:
        """Find the smallest moves into other segments.

        Parameters
        ----------
        values : sequence of shape (n_features,), in the features' units and order, as for `Segmenter.assign`
        place : Place of the values, if it is known already

        Returns
        -------
        list of Change, nearest centroid first, `MAX_CHANGES` at most
        """
        point, squares = place or self._segmenter.place(values)
        own, *others = sorted(range(len(squares)), key=squares.__getitem__)[: MAX_CHANGES + 1]
        alone = self._alone(values, point, squares, own)
        changes = []
        for target, nearest in zip(others, self._cells.nearest_points(point, others), strict=True):
            segment = self._segments[target]
            combined = None if nearest is None else self._combined(values, point, nearest, target)
            changes.append(Change(segment.id, segment.slug, segment.name, alone.get(target, []), combined))
        return changes

    def _alone(
        self, values: Sequence[float], point: Sequence[float], squares: list[float], own: int
    ) -> dict[int, list[Move]]:
        """Return the moves of one feature by the segment that each enters first."""
        ways: list[tuple[float, int, Move]] = []
        home = squares[own]
        for number, sign, others, gaps in self._borders(own):
            distances = [(squares[other] - home) / gap for other, gap in zip(others, gaps, strict=True)]
            distance = min(distances)
            target = others[distances.index(distance)]
            reached = self._within(point, number, point[number] + sign * (distance + BEYOND), target)
            if reached is not None:
                ways.append((abs(reached - point[number]), target, self._move(number, values[number], reached)))
        moves: dict[int, list[Move]] = {}
        for _, target, move in sorted(ways, key=itemgetter(0)):
            moves.setdefault(target, []).append(move)
        return moves

    def _find_borders(self, own: int) -> list[tuple[int, float, list[int], list[float]]]:
        """Return the borders that a customer of a segment may cross up or down a feature.

        Moved by t, the squared distances to the own centroid and to another differ by what they do now, less
        2 * gap * t. Where several borders are crossed at once, the largest gap wins; ties go to the first.

        Returns
        -------
        list of (feature, 1 for up or -1 for down, segments beyond, twice their gaps)
        """
        borders = []
        for number in self._free:
            for sign in (1.0, -1.0):
                home = self._centroids[own][number]
                gaps = [2 * sign * (centroid[number] - home) for centroid in self._centroids]
                others = sorted((other for other, gap in enumerate(gaps) if gap > 0), key=lambda other: -gaps[other])
                if others:
                    borders.append((number, sign, others, [gaps[other] for other in others]))
        return borders

    def _combined(
        self, values: Sequence[float], point: Sequence[float], nearest: list[float], target: int
    ) -> list[Move]:
        """Return the moves to the nearest point within a segment."""
        # a step shorter than the way past a border is none, unless the customer stands on a third segment's border
        reached = [q if abs(q - p) > BEYOND else p for p, q in zip(point, nearest, strict=True)]
        if reached != nearest and self._segmenter.nearest(reached) != target:
            reached = nearest
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
        return edge if self._segmenter.nearest(moved) == target else None

    def _move(self, number: int, value: float, reached: float) -> Move:
        """Turn a standardised value reached into a move in the feature's unit, never past the range by a rounding."""
        feature = self._features[number]
        low, high = self._insides[number]
        to = feature.restore(reached)
        least, most = feature.min, feature.max
        if not low < reached < high:  # on an edge of the range, or beyond it as the customer is
            least, most = self._ends(number, value, reached)
        if to < least:
            to = least
        elif to > most:
            to = most
        return Move(feature.name, to - value, to)

    def _ends(self, number: int, value: float, reached: float) -> tuple[float, float]:
        """Return the values, in the feature's unit, between which a move to the edge of a range or beyond it ends."""
        feature = self._features[number]
        (low, high), (inside_low, inside_high) = self._ranges[number], self._insides[number]
        if low - _rounding(low) <= reached <= inside_low:
            return feature.min, feature.min
        if inside_high <= reached <= high + _rounding(high):
            return feature.max, feature.max
        return min(feature.min, value), max(feature.max, value)


def _rounding(edge: float) -> float:
    return ROUNDING * (1 + abs(edge))
