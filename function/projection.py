"""The point of a convex polyhedron nearest to a given point, in a few dimensions and without a library.

References
----------
Goldfarb, D. and Idnani, A. (1983). A numerically stable dual method for solving strictly convex quadratic programs.
Mathematical Programming 27. https://doi.org/10.1007/BF02591962
"""

import math
from collections.abc import Sequence
from operator import mul

Vector = Sequence[float]
HalfSpace = tuple[Vector, float]
"""A unit normal n and a bound b: the points q with n . q <= b."""

TOLERANCE = 1e-12
"""How far outside a half-space a point may lie and count as inside, relative to 1 + its largest coordinate."""


def project(point: Vector, half_spaces: Sequence[HalfSpace]) -> list[float] | None:
    """Return the point nearest to `point` that lies in all half-spaces.

    Starting from the point itself, add the first violated half-space to the active ones, whose borders the answer lies
    on, and drop those that it makes needless, until none is violated.

    Parameters
    ----------
    point : sequence of shape (n_dimensions,)
    half_spaces : sequence of (unit normal of shape (n_dimensions,), bound); fastest if the first ones matter most

    Returns
    -------
    list of shape (n_dimensions,), or None if no point lies in all half-spaces
    """
    nearest = list(point)
    active: list[int] = []
    weights: list[float] = []
    tolerance = TOLERANCE * (1 + max(map(abs, point)))
    rounds = 10 * len(half_spaces)  # a bound never met: each round ends farther away, so no set of borders comes twice
    for _ in range(rounds):
        violated = (n for n, (normal, bound) in enumerate(half_spaces) if _dot(normal, nearest) - bound > tolerance)
        first = next(violated, None)
        if first is None:
            return nearest
        if not _activate(first, half_spaces, nearest, active, weights):
            return None
    return None


def _activate(
    new: int, half_spaces: Sequence[HalfSpace], nearest: list[float], active: list[int], weights: list[float]
) -> bool:
    """Move `nearest` onto the border of a half-space, staying on the active borders that push; False if none can be."""
    normal, bound = half_spaces[new]
    weight = 0.0
    while True:
        normals = [half_spaces[number][0] for number in active]
        shares = _solve([[_dot(a, b) for b in normals] for a in normals], [_dot(a, normal) for a in normals])
        direction = list(normal)
        for share, other in zip(shares, normals, strict=True):
            direction = [d - share * o for d, o in zip(direction, other, strict=True)]
        slope = _dot(direction, direction)
        free = slope > TOLERANCE
        full = (_dot(normal, nearest) - bound) / slope if free else math.inf
        blocked = [
            (w / share, place) for place, (w, share) in enumerate(zip(weights, shares, strict=True)) if share > 0
        ]
        partial, place = min(blocked, default=(math.inf, -1))
        step = min(full, partial)
        if step == math.inf:
            return False
        weight += step
        weights[:] = [w - step * share for w, share in zip(weights, shares, strict=True)]
        if free:
            nearest[:] = [q - step * d for q, d in zip(nearest, direction, strict=True)]
        if full <= partial:
            active.append(new)
            weights.append(weight)
            return True
        del active[place], weights[place]


def _solve(matrix: list[list[float]], right: list[float]) -> list[float]:
    """Solve a small symmetric positive definite system by elimination; such a system needs no pivoting."""
    size = len(right)
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for i in range(size):
        for j in range(i + 1, size):
            factor = rows[j][i] / rows[i][i]
            rows[j] = [b - factor * a for a, b in zip(rows[i], rows[j], strict=True)]
    solution = [0.0] * size
    for i in reversed(range(size)):
        solution[i] = (rows[i][size] - _dot(rows[i][i + 1 : size], solution[i + 1 :])) / rows[i][i]
    return solution


def _dot(a: Vector, b: Vector) -> float:
    return sum(map(mul, a, b), 0.0)
