"""The point of a convex polyhedron nearest to a given point, in a few dimensions and without a library.

A polyhedron is what half-spaces leave of a box. Most nearest points lie in the box even where only the half-spaces are
looked at, so its walls come last.

References
----------
Goldfarb, D. and Idnani, A. (1983). A numerically stable dual method for solving strictly convex quadratic programs.
Mathematical Programming 27. https://doi.org/10.1007/BF02591962
"""

import functools
import math
from array import array
from collections.abc import Sequence
from operator import mul, sub

Vector = Sequence[float]

PARALLEL = 1e-12
"""Squared length that a unit normal must keep beside the active borders, or it counts as parallel to them."""


LEAST = 1e-100
"""Share that is one: the square of a smaller one may be 0."""
ROUNDS = 5
"""Borders taken up or dropped on the way, for each half-space and wall: twice as many as were ever needed."""
MANY = 8
"""Most active borders of which one is dropped by looking up the others' slides, which are likely remembered."""

_Slide = tuple[Vector, float, list[float]]
"""A push of a point against the normal of a half-space or wall that stays on the active borders.

falls : of shape (n_half_spaces + n_features,), by how much a push of 1 lessens what the point is outside each
    half-space, and its coordinates
slope : float, by how much it lessens what the point is outside the one that it is pushed into
shares : of shape (n_active,), by how much a push of 1 takes over from what holds the point on each active border
"""


class Polyhedron:
    """What lies in all of some half-spaces, and in a box, ready to find its points nearest to others.

    Half-spaces and walls are numbered: first the half-spaces, then the upper walls, then the lower ones.

    Parameters
    ----------
    normals : sequence of shape (n_half_spaces, n_features), the half-spaces' unit normals, pointing outwards
    remembered : int, slides kept, more than there are dimensions: they depend on borders only, of which most points
        meet the same
    """

    def __init__(self, normals: Sequence[Vector], remembered: int) -> None:
        n_features = len(normals[0])
        axes = [[float(axis == number) for number in range(n_features)] for axis in range(n_features)]
        self._n_half_spaces = len(normals)
        self._normals = [*normals, *axes, *([-x for x in axis] for axis in axes)]
        self._slides = functools.lru_cache(remembered)(self._slide)

    def project(
        self, point: Vector, excess: Vector, lows: Vector, highs: Vector, tolerance: float
    ) -> list[float] | None:
        """Return the nearest point that lies in all half-spaces and in a box.

        Add the half-space most violated to the active ones, whose borders the answer lies on, and drop those that it
        makes needless, until none is violated; then go on with the walls.

        Parameters
        ----------
        point : sequence of shape (n_features,), in the box
        excess : sequence of shape (n_half_spaces,), how far it is outside each half-space: below 0 inside
        lows, highs : sequences of shape (n_features,), the ends of the box
        tolerance : float, an excess that counts as none

        Returns
        -------
        list of shape (n_features,), or None if no point lies in all
        """
        n = self._n_half_spaces
        left = [*excess, *point]
        active: tuple[int, ...] = ()
        slides: list[_Slide] = []  # of the active borders, each beside those before it, once one of many was dropped
        slide = None
        pushes: list[float] = []
        push = 0.0
        over = max(excess)
        new = left.index(over)
        for _ in range(ROUNDS * len(self._normals)):  # each ends farther away, so only rounding goes in circles
            if over <= tolerance and not push:
                return left[n:]
            if slide is None:
                slide = self._beside(slides, new) if slides else self._slides(active, new)
            falls, slope, shares = slide
            step = over / slope if slope > PARALLEL else math.inf
            needless = None
            if shares:
                for place, share in enumerate(shares):
                    if share > LEAST and pushes[place] < step * share:
                        step, needless = pushes[place] / share, place
                if step == math.inf:
                    return None
                pushes = [p - step * share for p, share in zip(pushes, shares, strict=True)]
            left = [e - step * fall for e, fall in zip(left, falls)]  # noqa: B905  strict would take half as long again
            push += step
            if needless is not None:
                slides, slide = self._drop(needless, active, slides, slide)
                active = active[:needless] + active[needless + 1 :]
                del pushes[needless]
                over -= step * slope
                continue
            if slides:
                slides.append(slide)
            slide = None
            active, pushes, push = (*active, new), [*pushes, push], 0.0
            over = max(left[:n])
            if over > tolerance:
                new = left.index(over)
            else:
                walls = [*map(sub, left[n:], highs), *map(sub, lows, left[n:])]
                over = max(walls)
                new = n + walls.index(over)
        return None

    def _slide(self, active: tuple[int, ...], new: int) -> _Slide:
        """Return the slide of a border beside active ones, to be kept.

        Its falls are an array, a quarter of a list's memory, so that most slides stay in the processor's cache.
        """
        slides = [self._slides(active[:place], border) for place, border in enumerate(active)]
        falls, slope, shares = self._beside(slides, new)
        return array("d", falls), slope, shares

    def _beside(self, slides: Sequence[_Slide], new: int) -> _Slide:
        """Take the active borders' normals, each beside those before it, out of a normal, as Gram and Schmidt."""
        n = self._n_half_spaces
        normal = self._normals[new]
        if not slides:
            return [*(dot(normal, other) for other in self._normals[:n]), *normal], 1.0, []
        falls: Vector = self._slides((), new)[0]
        shares: list[float] = []
        for beside, slope, others in slides:
            share = dot(falls[n:], beside[n:]) / slope
            falls = [f - share * b for f, b in zip(falls, beside, strict=True)]
            shares = [*(s - share * other for s, other in zip(shares, others, strict=True)), share]
        slope = dot(falls[n:], falls[n:]) if len(slides) < len(normal) else 0.0  # on a corner only rounding is left
        return falls, slope, shares

    def _drop(
        self, needless: int, active: tuple[int, ...], slides: list[_Slide], new: _Slide
    ) -> tuple[list[_Slide], _Slide | None]:
        """Return the slides of the active borders without one of them, and of a new one; none where they are few."""
        if not slides:
            if len(active) <= MANY:
                return [], None
            slides = [self._slides(active[:place], border) for place, border in enumerate(active)]
        *kept, new = _leave_out(needless, [*slides, new])
        return kept, new


def _leave_out(needless: int, slides: Sequence[_Slide]) -> list[_Slide]:
    """Return the slides of borders, each beside those before it, without one of them: it is rotated behind the last.

    References
    ----------
    Gill, P. E., Golub, G. H., Murray, W. and Saunders, M. A. (1974). Methods for modifying matrix factorizations.
    Mathematics of Computation 28(126). https://doi.org/10.1090/S0025-5718-1974-0343558-6
    """
    kept = [*slides[:needless]]
    out, out_slope, out_shares = slides[needless]
    for old, old_slope, old_shares in slides[needless + 1 :]:
        share = old_shares[needless]
        falls = [f + share * o for f, o in zip(old, out, strict=True)]
        slope = old_slope + share * share * out_slope
        others = old_shares[:needless] + old_shares[needless + 1 :]
        shares = [s + share * o for s, o in zip(others, out_shares, strict=True)]
        kept.append((falls, slope, shares))
        turn, rest = share * out_slope / slope, old_slope / slope
        out = [rest * o - turn * f for o, f in zip(out, old, strict=True)]
        out_slope *= rest
        out_shares = [*(rest * o - turn * s for o, s in zip(out_shares, others, strict=True)), turn]
    return kept


def dot(a: Vector, b: Vector) -> float:
    """Return the product of two vectors of the same length."""
    return sum(map(mul, a, b), 0.0)
