"""Convex polygons: cut by lines, and their point nearest to one outside, in closed form."""

import math
from collections.abc import Sequence
from itertools import pairwise

Corner = tuple[float, float]

_Edge = tuple[float, float, float, float, float, Corner, Corner]
"""The outward unit normal of an edge (x, y), where its line is along that, where it runs, and the corners at both ends.

A plain tuple, which Python unpacks faster than one of a class of its own.
"""


class Polygon:
    """A convex polygon, ready to find nearest points.

    Parameters
    ----------
    corners : sequence of (x, y), counterclockwise
    area : sequence of (x, y), corners of what the points come from; edges that nothing of it is outside of are left out
    """

    def __init__(self, corners: Sequence[Corner], area: Sequence[Corner]) -> None:
        edges = [_edge(a, b) for a, b in pairwise([*corners[-1:], *corners]) if a != b]
        self._edges = [edge for edge in edges if any(_ahead(edge, x, y) > 0.0 for x, y in area)]

    def nearest(self, x: float, y: float) -> list[float] | None:
        """Return the point nearest to a point outside, as a list; None if the point is not outside.

        If the point is straight ahead of an edge that faces it, that edge holds the nearest point, else a corner is it.
        """
        nearest = None
        least = math.inf
        for normal_x, normal_y, bound, start, end, first, last in self._edges:
            ahead = normal_x * x + normal_y * y - bound
            if ahead > 0.0:
                along = normal_x * y - normal_y * x
                if along < start:
                    corner, aside = first, start - along
                elif along > end:
                    corner, aside = last, along - end
                else:
                    return [x - ahead * normal_x, y - ahead * normal_y]
                square = ahead * ahead + aside * aside
                if square < least:
                    nearest, least = corner, square
        return nearest and [*nearest]


def cut(corners: Sequence[Corner], normal: Sequence[float], bound: float) -> list[Corner]:
    """Return the corners of what lies on the inner side of a line.

    Parameters
    ----------
    corners : sequence of (x, y), counterclockwise, of a convex polygon; none for an empty one
    normal : sequence of shape (2,), pointing outwards
    bound : float, where the line is: of its points the product with the normal

    References
    ----------
    Sutherland, I. E. and Hodgman, G. W. (1974). Reentrant polygon clipping. Communications of the ACM 17(1).
    https://doi.org/10.1145/360767.360802
    """
    inside: list[Corner] = []
    for a, b in pairwise([*corners[-1:], *corners]):
        past_a, past_b = (normal[0] * x + normal[1] * y - bound for x, y in (a, b))
        if (past_a > 0) != (past_b > 0):
            share = past_a / (past_a - past_b)
            inside.append((a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])))
        if past_b <= 0:
            inside.append(b)
    return inside


def _edge(a: Corner, b: Corner) -> _Edge:
    length = math.dist(a, b)
    normal_x, normal_y = (b[1] - a[1]) / length, (a[0] - b[0]) / length
    start, end = (normal_x * y - normal_y * x for x, y in (a, b))
    return normal_x, normal_y, normal_x * a[0] + normal_y * a[1], start, end, a, b


def _ahead(edge: _Edge, x: float, y: float) -> float:
    """Return how far in front of an edge's line a point is."""
    normal_x, normal_y, bound, *_ = edge
    return normal_x * x + normal_y * y - bound
