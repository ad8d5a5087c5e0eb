"""The point of a convex polyhedron nearest to a given point, in a few dimensions and without a library.

The method never looks at coordinates: how far the point is outside each half-space, and the products of their normals,
are all it needs. So the caller may know both without computing them anew for each point.

References
----------
Goldfarb, D. and Idnani, A. (1983). A numerically stable dual method for solving strictly convex quadratic programs.
Mathematical Programming 27. https://doi.org/10.1007/BF02591962
"""

import functools
import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

Vector = Sequence[float]
Products = Callable[[int], Vector]
"""From the number of a half-space to the products of its unit normal with the unit normals of all."""

PARALLEL = 1e-12
"""Squared length that a unit normal must keep beside the active borders, or it counts as parallel to them."""


class _Slide(NamedTuple):
    """A push against the normal of a half-space that stays on the active borders.

    falls : of shape (n_half_spaces,), by how much a push of 1 lessens what a point is outside each
    slope : float, the fall of the half-space itself
    shares : of shape (n_active,), by how much a push of 1 takes over from what holds the point on each active border
    """

    falls: Vector
    slope: float
    shares: list[float]


class Polyhedron:
    """What lies in all of some half-spaces, ready to find its points nearest to others.

    Parameters
    ----------
    products : Products
    remembered : int, slides kept, more than there are dimensions: they depend on borders only, of which most points
        meet the same
    """

    def __init__(self, products: Products, remembered: int) -> None:
        self._products = products
        self._slides = functools.lru_cache(remembered)(self._slide)

    def project(self, excess: list[float], tolerance: float) -> list[float] | None:
        """Return how far outside each half-space the nearest point is that lies in all of them.

        Add the half-space most violated to the active ones, whose borders the answer lies on, and drop those that it
        makes needless, until none is violated.

        Parameters
        ----------
        excess : list of shape (n_half_spaces,), how far the point itself is outside each: below 0 inside
        tolerance : float, an excess that counts as none

        Returns
        -------
        list of shape (n_half_spaces,), or None if no point lies in all
        """
        left, push = excess, 0.0
        active: tuple[int, ...] = ()
        pushes: list[float] = []
        new = left.index(max(left))
        for _ in range(20 * len(excess)):  # never met: each round ends farther away, so no set of borders comes twice
            if left[new] <= tolerance and not push:
                return left
            falls, slope, shares = self._slides(active, new)
            step = left[new] / slope if slope > PARALLEL else math.inf
            needless = None
            for place, share in enumerate(shares):
                if share > 0.0 and pushes[place] < step * share:
                    step, needless = pushes[place] / share, place
            if step == math.inf:
                return None
            if slope > PARALLEL:
                left = [e - step * fall for e, fall in zip(left, falls, strict=True)]
            pushes = [p - step * share for p, share in zip(pushes, shares, strict=True)]
            push += step
            if needless is None:
                active, pushes, push = (*active, new), [*pushes, push], 0.0
                new = left.index(max(left))
            else:
                active = active[:needless] + active[needless + 1 :]
                del pushes[needless]
        return None

    def _slide(self, active: tuple[int, ...], new: int) -> _Slide:
        """Take the active borders' normals, each beside those before it, out of a half-space's, as Gram and Schmidt."""
        falls = self._products(new)
        shares: list[float] = []
        for place, border in enumerate(active):
            beside, slope, others = self._slides(active[:place], border)
            share = falls[border] / slope
            falls = [f - share * b for f, b in zip(falls, beside, strict=True)]
            shares = [*(s - share * other for s, other in zip(shares, others, strict=True)), share]
        return _Slide(falls, falls[new], shares)
