"""What would change a customer's segment: the smallest moves into each of the others.

Along one feature the squared distances to two centroids differ by a straight line, so the first border crossed has a
closed form. The smallest move of all features together ends at the point of the other segment's cell that is nearest to
the customer. Features that nobody can change stay as they are in both.
"""

import functools
import math
from collections.abc import Iterator, Sequence
from operator import itemgetter

import msgspec

from .axis import Axis, Move
from .segmenter import Place, Segmenter
from .voronoi import Cells

MAX_CHANGES = 12
"""Most other segments answered for, the nearest first: it bounds the time and length of an answer."""
QUICK = 8
"""Most features that may change in a model whose moves are found within milliseconds, whoever the customer is."""
BEYOND = 1e-9
"""How far past a border a move ends, in standard deviations: on the border itself the first segment would win."""


class Change(msgspec.Struct, frozen=True, gc=False):
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

    Attributes
    ----------
    quick : bool, whether `find` takes milliseconds at most; else a customer far out of the ranges may take a tenth of a
        second and more, and `steps` are to be taken
    """

    def __init__(self, segmenter: Segmenter) -> None:
        self._segmenter = segmenter
        self._segments = segmenter.model.segments
        self._centroids = segmenter.centroids
        axes = [Axis(number, feature) for number, feature in enumerate(segmenter.model.features)]
        self._axes = [axis for axis, feature in zip(axes, segmenter.model.features, strict=True) if not feature.fixed]
        free = [axis.number for axis in self._axes]
        self._cells = Cells(self._centroids, [(axis.low, axis.high) for axis in axes], free, BEYOND)
        self._borders = functools.cache(self._find_borders)
        self.quick = len(free) <= QUICK

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
        place = place or self._segmenter.place(values)
        own, *others = place.order[: MAX_CHANGES + 1]
        alone = self._alone(values, place.point, place.squares, own)
        return self._into(others, values, place, alone)

    def steps(self, values: Sequence[float], place: Place) -> Iterator[Change]:
        """Yield what `find` returns, one by one."""
        own, *others = place.order[: MAX_CHANGES + 1]
        alone = self._alone(values, place.point, place.squares, own)
        for target in others:
            yield from self._into([target], values, place, alone)

    def _into(
        self, targets: Sequence[int], values: Sequence[float], place: Place, alone: dict[int, list[Move]]
    ) -> list[Change]:
        """Return the moves into some segments."""
        point = place.point
        changes = []
        for target, nearest in zip(targets, self._cells.nearest_points(point, place.squares, targets), strict=True):
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
        for axis, sign, borders in self._borders(own):
            distance, target = math.inf, own
            for other, gap in borders:
                way = (squares[other] - home) / gap
                if way < distance:
                    distance, target = way, other
            start = point[axis.number]
            end = start + sign * (distance + BEYOND)
            reached = end if axis.low <= end <= axis.high else self._edge(point, axis, end, target)
            if reached is not None:
                ways.append((abs(reached - start), target, axis.move(values[axis.number], reached)))
        moves: dict[int, list[Move]] = {}
        for _, target, move in sorted(ways, key=itemgetter(0)):
            moves.setdefault(target, []).append(move)
        return moves

    def _find_borders(self, own: int) -> list[tuple[Axis, float, list[tuple[int, float]]]]:
        """Return the borders that a customer of a segment may cross up or down a feature.

        Moved by t, the squared distances to the own centroid and to another differ by what they do now, less
        2 * gap * t. Where several borders are crossed at once, the largest gap wins; ties go to the first.

        Returns
        -------
        list of (axis, 1 for up or -1 for down, list of (segment beyond, twice its gap))
        """
        borders = []
        for axis in self._axes:
            for sign in (1.0, -1.0):
                home = self._centroids[own][axis.number]
                gaps = [2 * sign * (centroid[axis.number] - home) for centroid in self._centroids]
                others = sorted((pair for pair in enumerate(gaps) if pair[1] > 0), key=lambda pair: -pair[1])
                if others:
                    borders.append((axis, sign, others))
        return borders

    def _combined(
        self, values: Sequence[float], point: Sequence[float], nearest: list[float], target: int
    ) -> list[Move]:
        """Return the moves to the nearest point within a segment."""
        # a step shorter than the way past a border is none, unless the customer stands on a third segment's border
        moves = self._moves(values, point, nearest, BEYOND)
        if len(moves) < len(self._axes):
            reached = [q if abs(q - p) > BEYOND else p for p, q in zip(point, nearest, strict=True)]
            if self._segmenter.nearest(reached) != target:
                return self._moves(values, point, nearest, 0.0)
        return moves

    def _moves(
        self, values: Sequence[float], point: Sequence[float], reached: Sequence[float], least: float
    ) -> list[Move]:
        """Return the moves from a point to another that are longer than `least`."""
        moves = []
        for axis in self._axes:
            number = axis.number
            if abs(reached[number] - point[number]) > least:
                moves.append(axis.move(values[number], reached[number]))
        return moves

    def _edge(self, point: Sequence[float], axis: Axis, reached: float, target: int) -> float | None:
        """Return where in the feature's range a move into a segment that ends out of it can end instead, or None.

        A customer who is out of range may reach the segment before the range: then the move goes on to the range's
        edge, if that is still in the segment.
        """
        number = axis.number
        edge = axis.edge(point[number], reached)
        if edge is None:
            return None
        moved = [*point[:number], edge, *point[number + 1 :]]
        return edge if self._segmenter.nearest(moved) == target else None
