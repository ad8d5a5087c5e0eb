"""The point of a convex polyhedron nearest to a given point, in a few dimensions and without a library.

The method never looks at coordinates: how far the point is outside each half-space, and the products of their normals,
are all it needs. So the caller may know both without computing them anew for each point.

References
----------
Goldfarb, D. and Idnani, A. (1983). A numerically stable dual method for solving strictly convex quadratic programs.
Mathematical Programming 27. https://doi.org/10.1007/BF02591962
"""

import math
from collections.abc import Callable, Sequence
from operator import mul

Vector = Sequence[float]
Products = Callable[[int], Vector]
"""From the number of a half-space to the products of its unit normal with the unit normals of all."""

PARALLEL = 1e-12
"""Squared length that a unit normal must keep beside the active borders, or it counts as parallel to them."""


def project(excess: list[float], products: Products, tolerance: float) -> list[float] | None:
    """Return how far outside each half-space the nearest point is that lies in all of them.

    Add the half-space most violated to the active ones, whose borders the answer lies on, and drop those that it makes
    needless, until none is violated.

    Parameters
    ----------
    excess : list of shape (n_half_spaces,), how far the point itself is outside each: below 0 inside
    products : Products
    tolerance : float, an excess that counts as none

    Returns
    -------
    list of shape (n_half_spaces,), or None if no point lies in all
    """
    left = excess
    active: list[int] = []
    weights: list[float] = []
    for _ in range(10 * len(excess)):  # never met: each round ends farther away, so no set of borders comes twice
        worst = max(left)
        if worst <= tolerance:
            return left
        if not _activate(left.index(worst), worst, products, active, weights):
            return None
        left = excess
        for number, weight in zip(active, weights, strict=True):
            left = [e - weight * p for e, p in zip(left, products(number), strict=True)]
    return None


def _activate(new: int, excess: float, products: Products, active: list[int], weights: list[float]) -> bool:
    """Move onto the border of a half-space, staying on the active borders that push; False if nowhere is both."""
    weight = 0.0
    beside = products(new)
    while active:
        shares = _solve(
            [[row[number] for number in active] for row in map(products, active)], [beside[number] for number in active]
        )
        slope = 1.0 - sum(map(mul, shares, [beside[number] for number in active]))
        full = excess / slope if slope > PARALLEL else math.inf
        blocked = [
            (w / share, place) for place, (w, share) in enumerate(zip(weights, shares, strict=True)) if share > 0
        ]
        partial, place = min(blocked, default=(math.inf, -1))
        step = min(full, partial)
        if step == math.inf:
            return False
        weight += step
        weights[:] = [w - step * share for w, share in zip(weights, shares, strict=True)]
        if full <= partial:
            excess = 0.0
            break
        if slope > PARALLEL:
            excess -= step * slope
        del active[place], weights[place]
    active.append(new)
    weights.append(weight + excess)
    return True


def _solve(matrix: list[list[float]], right: list[float]) -> list[float]:
    """Solve a small symmetric positive definite system by elimination; such a system needs no pivoting."""
    size = len(right)
    if size == 1:
        return [right[0] / matrix[0][0]]
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for i in range(size):
        for j in range(i + 1, size):
            factor = rows[j][i] / rows[i][i]
            rows[j] = [b - factor * a for a, b in zip(rows[i], rows[j], strict=True)]
    solution = [0.0] * size
    for i in reversed(range(size)):
        known = sum(map(mul, rows[i][i + 1 : size], solution[i + 1 :]), 0.0)
        solution[i] = (rows[i][size] - known) / rows[i][i]
    return solution
