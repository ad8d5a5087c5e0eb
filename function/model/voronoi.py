"""The cells of a model: for each centroid, the points nearer to it than to any other, all in standardised space.

The border between two cells is the plane halfway between their centroids, so a cell is convex: within the features'
ranges it is what is left of them when for each other centroid a half-space is cut off.

References
----------
Aurenhammer, F. (1991). Voronoi diagrams: a survey of a fundamental geometric data structure. ACM Computing Surveys
23(3). https://doi.org/10.1145/116873.116880
"""

import functools
import math
from collections.abc import Sequence
from itertools import chain

from .polygon import Polygon, cut
from .projection import Polyhedron, dot

TOLERANCE = 1e-12
"""How far outside a half-space a point may lie and count as inside, relative to 1 + its largest coordinate."""
REMEMBERED_SLIDES = 500_000
"""Numbers in the slides kept (see `projection`), of all cells together: with what else they hold 20 MB at most."""
PLANE = 2
"""Features of a model whose cells are polygons."""
Point = Sequence[float]


class Cells:
    """The cells of centroids within the features' ranges, cut through where some features stay as they are.

    The half-spaces that make a cell are numbered: first one a centroid, in their order (the cell's own, empty, is never
    violated), then the upper end of each free feature's range, then the lower ends.

    Parameters
    ----------
    centroids : sequence of shape (n_segments, n_features), standardised, no two the same
    ranges : sequence of shape (n_features, 2), standardised
    free : sequence of int, the features that may change; those left out keep a point's values
    beyond : float, how far inside its cell, from the borders to other cells, a nearest point lies, relative to 1 + the
        largest coordinate of the ranges' ends and of the point
    """

    def __init__(
        self,
        centroids: Sequence[Point],
        ranges: Sequence[tuple[float, float]],
        free: Sequence[int],
        beyond: float,
    ) -> None:
        self._beyond = beyond
        self._free = free
        self._centroids = centroids
        self._projected = [[centroid[i] for i in free] for centroid in centroids]
        self._lows, self._highs = ([ranges[i][end] for i in free] for end in (0, 1))
        self._size = 1 + max(map(abs, chain.from_iterable(ranges)))
        self._offsets = [dot(centroid, centroid) / 2 for centroid in centroids]
        self._borders = [
            [(other, 0.5 / math.dist(a, b)) for other, b in enumerate(self._projected) if a != b]
            for a in self._projected
        ]
        self._twins = [
            [other for other, b in enumerate(self._projected) if a == b and other != target]
            for target, a in enumerate(self._projected)
        ]
        self._is_plane = len(free) == len(ranges) == PLANE
        self._polyhedra = functools.cache(self._polyhedron)

    def nearest_points(
        self, point: Point, squares: Sequence[float], targets: Sequence[int]
    ) -> list[list[float] | None]:
        """Return the point of each cell nearest to a point outside it.

        Parameters
        ----------
        point : sequence of shape (n_features,), standardised; the ranges are widened to hold it
        squares : sequence of shape (n_segments,), its squared distances to the centroids
        targets : sequence of int, positions of the cells' centroids

        Returns
        -------
        list of points (n_features,), or None if no part of the cell is within the ranges
        """
        if not self._is_plane:
            return self._project(point, squares, targets)
        x, y = point
        (left, bottom), (right, top) = self._lows, self._highs
        if not (left <= x <= right and bottom <= y <= top):
            return self._project(point, squares, targets)
        nearest = []
        for target in targets:
            reached = self._polygons[target].nearest(x, y)
            nearest.append(reached or self._project(point, squares, [target])[0])
        return nearest

    def _project(self, point: Point, squares: Sequence[float], targets: Sequence[int]) -> list[list[float] | None]:
        moving = [point[i] for i in self._free]
        lows, highs = [*map(min, moving, self._lows)], [*map(max, moving, self._highs)]
        size = max(self._size, 1 + max(map(abs, point)))
        nearest = []
        for target in targets:
            excess = self._excess(squares, target, self._beyond * size)
            moved = excess and self._polyhedra(target).project(moving, excess, lows, highs, TOLERANCE * size)
            nearest.append(moved and self._whole(point, moved))
        return nearest

    def _excess(self, squares: Sequence[float], target: int, margin: float) -> list[float] | None:
        """Return how far a point is outside the half-spaces of a cell; None if no change of the free features helps."""
        square = squares[target]
        twins = self._twins[target]  # nearer or not wherever the free features are moved to; ties go to the first
        if twins and any((squares[twin], twin) < (square, target) for twin in twins):
            return None
        return [(square - squares[other]) * half + margin for other, half in self._borders[target]]

    def _whole(self, point: Point, moved: list[float]) -> list[float]:
        """Return a point with its free features moved."""
        if len(moved) == len(point):
            return moved
        whole = list(point)
        for i, value in zip(self._free, moved, strict=True):
            whole[i] = value
        return whole

    @functools.cached_property
    def _polygons(self) -> list[Polygon]:
        """The cells of a model of two features."""
        return [self._polygon(target) for target in range(len(self._centroids))]

    def _polygon(self, target: int) -> Polygon:
        """Return the cell of a model of two features, with the margin taken off that suffices for every point of it."""
        (left, bottom), (right, top) = self._lows, self._highs
        margin = self._beyond * self._size
        corners = area = [(left, bottom), (right, bottom), (right, top), (left, top)]
        for (other, half), normal in zip(self._borders[target], self._normals(target), strict=True):
            bound = (self._offsets[other] - self._offsets[target]) * 2 * half - margin
            corners = cut(corners, normal, bound)
        return Polygon(corners, area)

    def _polyhedron(self, target: int) -> Polyhedron:
        """Return the cell of a model of any number of features."""
        numbers = len(self._centroids) * (len(self._centroids) + len(self._free))
        return Polyhedron(self._normals(target), REMEMBERED_SLIDES // numbers)

    def _normals(self, target: int) -> list[list[float]]:
        """Return the unit normals, pointing outwards, of the half-spaces that the other centroids cut off a cell."""
        home = self._projected[target]
        return [
            [2 * half * (b - a) for a, b in zip(home, self._projected[other], strict=True)]
            for other, half in self._borders[target]
        ]
