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
from operator import add, mul

from .polygon import Polygon, cut
from .projection import Polyhedron

TOLERANCE = 1e-12
"""How far outside a half-space a point may lie and count as inside, relative to 1 + its largest coordinate."""
REMEMBERED_CELLS = 64
"""Cells whose normals are kept: 0.1 MB each for 50 segments and 30 features."""
REMEMBERED_ROWS = 1024
"""Rows of products kept, of one number per half-space each: all of them for models of a few segments."""
REMEMBERED_SLIDES = 250_000
"""Numbers in the slides kept (see `projection`), of all cells together: 8 MB."""
LEAST_SLIDES = 64
"""Slides kept of a cell at least, so that those that build upon each other stay together."""
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
        self._ranges = [ranges[i] for i in free]
        self._size = 1 + max(map(abs, chain.from_iterable(ranges)))
        self._offsets = [_dot(centroid, centroid) / 2 for centroid in centroids]
        self._closeness = [[1 / math.dist(a, b) if a != b else 0.0 for b in self._projected] for a in self._projected]
        self._halves = [[closeness / 2 for closeness in row] for row in self._closeness]
        self._twins = [
            [other for other, b in enumerate(self._projected) if a == b and other != target]
            for target, a in enumerate(self._projected)
        ]
        self._is_plane = len(free) == len(ranges) == PLANE
        self._normals = functools.lru_cache(REMEMBERED_CELLS)(self._unit_normals)
        self._products = functools.lru_cache(REMEMBERED_ROWS)(self._multiply)
        numbers = len(centroids) * (len(centroids) + 2 * len(free))
        remembered = max(LEAST_SLIDES, REMEMBERED_SLIDES // numbers)
        self._polyhedra = [
            Polyhedron(functools.partial(self._products, target), remembered) for target in range(len(centroids))
        ]

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
        if self._is_plane:
            x, y = point
            (left, right), (bottom, top) = self._ranges
            if left <= x <= right and bottom <= y <= top:
                return [self._polygons[t].nearest(x, y) or self._project(point, squares, [t])[0] for t in targets]
        return self._project(point, squares, targets)

    def _project(self, point: Point, squares: Sequence[float], targets: Sequence[int]) -> list[list[float] | None]:
        moving = [point[i] for i in self._free]
        tops = [max(p, high) for p, (_, high) in zip(moving, self._ranges, strict=True)]
        walls = [p - top for p, top in zip(moving, tops, strict=True)]
        walls += [min(low - p, 0.0) for p, (low, _) in zip(moving, self._ranges, strict=True)]
        size = max(self._size, 1 + max(map(abs, point)))
        nearest = []
        for target in targets:
            excess = self._excess(squares, target, self._beyond * size)
            left = excess and self._polyhedra[target].project(excess + walls, TOLERANCE * size)
            past = left[len(squares) : len(squares) + len(tops)] if left else None
            nearest.append(past and self._whole(point, [*map(add, tops, past)]))
        return nearest

    def _excess(self, squares: Sequence[float], target: int, margin: float) -> list[float] | None:
        """Return how far a point is outside the half-spaces of a cell; None if no change of the free features helps."""
        square = squares[target]
        twins = self._twins[target]  # nearer or not wherever the free features are moved to; ties go to the first
        if twins and any((squares[twin], twin) < (square, target) for twin in twins):
            return None
        excess = [(square - s) * half + margin for s, half in zip(squares, self._halves[target], strict=True)]
        for same in (target, *twins):
            excess[same] = -math.inf
        return excess

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
        (left, right), (bottom, top) = self._ranges
        margin = self._beyond * self._size
        corners = area = [(left, bottom), (right, bottom), (right, top), (left, top)]
        for other, closeness in enumerate(self._closeness[target]):
            if other != target:
                bound = (self._offsets[other] - self._offsets[target]) * closeness - margin
                corners = cut(corners, self._normals(target)[other], bound)
        return Polygon(corners, area)

    def _unit_normals(self, target: int) -> list[list[float]]:
        """Return the unit normals, pointing outwards, of the half-spaces that the other centroids cut off a cell."""
        home = self._projected[target]
        return [
            [(b - a) * closeness for a, b in zip(home, other, strict=True)]
            for other, closeness in zip(self._projected, self._closeness[target], strict=True)
        ]

    def _multiply(self, target: int, number: int) -> list[float]:
        """Return the products of a half-space's unit normal with those of all half-spaces of the cell."""
        normals = self._normals(target)
        n_features = len(self._ranges)
        if number < len(normals):
            normal = normals[number]
            return [*(_dot(normal, other) for other in normals), *normal, *(-x for x in normal)]
        below, axis = divmod(number - len(normals), n_features)
        sign = -1.0 if below else 1.0
        ends = [0.0] * (2 * n_features)
        ends[axis], ends[axis + n_features] = sign, -sign
        return [*(sign * normal[axis] for normal in normals), *ends]


def _dot(a: Point, b: Point) -> float:
    return sum(map(mul, a, b), 0.0)
