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
from operator import mul

from .projection import project

TOLERANCE = 1e-12
"""How far outside a half-space a point may lie and count as inside, relative to 1 + its largest coordinate."""
REMEMBERED_CELLS = 64
"""Cells whose normals are kept: 0.1 MB each for 50 segments and 30 features."""
REMEMBERED_ROWS = 1024
"""Rows of products kept, of one number a half-space each: all of them for models of a few segments."""
Point = Sequence[float]


class Cells:
    """The cells of centroids within the features' ranges.

    The half-spaces that make a cell are numbered: first one a centroid, in their order (the cell's own, empty, is never
    violated), then the upper end of each feature's range, then the lower ends.

    Parameters
    ----------
    centroids : sequence of shape (n_segments, n_features), standardised, no two the same
    ranges : sequence of shape (n_features, 2), standardised
    """

    def __init__(self, centroids: Sequence[Point], ranges: Sequence[tuple[float, float]]) -> None:
        self._centroids = centroids
        self._ranges = ranges
        self._offsets = [_dot(centroid, centroid) / 2 for centroid in centroids]
        self._closeness = [[1 / math.dist(a, b) if a != b else 0.0 for b in centroids] for a in centroids]
        self._normals = functools.lru_cache(REMEMBERED_CELLS)(self._unit_normals)
        self._products = functools.lru_cache(REMEMBERED_ROWS)(self._multiply)

    def nearest_points(self, point: Point, targets: Sequence[int]) -> list[list[float] | None]:
        """Return the point of each cell nearest to a point outside it.

        Parameters
        ----------
        point : sequence of shape (n_features,), standardised; the ranges are widened to hold it
        targets : sequence of int, positions of the cells' centroids

        Returns
        -------
        list of points (n_features,) on the border of the cell, or None if no part of the cell is within the ranges
        """
        leads = [_dot(c, point) - offset for c, offset in zip(self._centroids, self._offsets, strict=True)]
        tops = [max(p, high) for p, (_, high) in zip(point, self._ranges, strict=True)]
        walls = [p - top for p, top in zip(point, tops, strict=True)]
        walls += [min(low - p, 0.0) for p, (low, _) in zip(point, self._ranges, strict=True)]
        tolerance = TOLERANCE * (1 + max(map(abs, point)))
        found = []
        for target in targets:
            own = leads[target]
            excess = [(lead - own) * c for lead, c in zip(leads, self._closeness[target], strict=True)]
            left = project(excess + walls, functools.partial(self._products, target), tolerance)
            past = left and left[len(leads) : len(leads) + len(tops)]
            found.append(past and [top + e for top, e in zip(tops, past, strict=True)])
        return found

    def _unit_normals(self, target: int) -> list[list[float]]:
        """Return the unit normals, pointing outwards, of the half-spaces that the other centroids cut off a cell."""
        home = self._centroids[target]
        return [
            [(b - a) * closeness for a, b in zip(home, other, strict=True)]
            for other, closeness in zip(self._centroids, self._closeness[target], strict=True)
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
