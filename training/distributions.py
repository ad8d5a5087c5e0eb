"""The distributions of the tests: chances of figures at least as far out, and what an interval reaches to.

They are worked out here, because the import of `scipy.special` takes as long as all else that `measure` needs to start;
the tests hold them to SciPy's. With ten million customers seven digits are right, with fewer more.

References
----------
NIST Digital Library of Mathematical Functions, 8.4 and 8.8 (the incomplete gamma function of whole and half numbers),
    8.17 (the incomplete beta function), 26.5 and 26.12. https://dlmf.nist.gov/
Lentz, W. J. (1976). Generating Bessel functions in Mie scattering calculations using continued fractions. Applied
    Optics 15(3), 668-671. https://doi.org/10.1364/AO.15.000668
"""

import math
from statistics import NormalDist

_EXACT = 1e-15
_TINY = 1e-300


def normal_quantile(share: float) -> float:
    """Return the value that a share of a standard normal distribution is below."""
    return NormalDist().inv_cdf(share)


def normal_outside(z: float) -> float:
    """Return the chance that a standard normal value is at least so far from zero, on either side."""
    return math.erfc(abs(z) / math.sqrt(2))


def chi_squared_above(value: float, freedom: int) -> float:
    """Return the chance that chi-squared is at least a value; `freedom` is a whole number, 1 or more."""
    half = value / 2
    if half <= 0:
        return 1.0
    power, chance = (0.5, math.erfc(math.sqrt(half))) if freedom % 2 else (1.0, math.exp(-half))
    while power < freedom / 2:
        chance += math.exp(power * math.log(half) - half - math.lgamma(power + 1))
        power += 1
    return min(chance, 1.0)


def f_above(value: float, between: float, within: float) -> float:
    """Return the chance that F is at least a value, of so many degrees of freedom between and within groups."""
    return _beta(within / 2, between / 2, within / (within + between * value))


def student_outside(t: float, freedom: float) -> float:
    """Return the chance that Student's t is at least so far from zero, on either side."""
    return _beta(freedom / 2, 0.5, freedom / (freedom + t * t))


def student_bound(share: float, freedom: float) -> float:
    """Return how far from zero Student's t is in all but a share of cases.

    Newton's steps from the normal distribution's bound, which is nearer to zero, never lead past it, as the chance to
    be further out falls ever more slowly.
    """
    t = normal_quantile(1 - share / 2)
    scale = 2 * math.exp(math.lgamma((freedom + 1) / 2) - math.lgamma(freedom / 2)) / math.sqrt(freedom * math.pi)
    while True:
        density = scale * math.exp(-(freedom + 1) / 2 * math.log1p(t * t / freedom))
        step = (student_outside(t, freedom) - share) / density
        t += step
        if step <= t * 1e-9:
            return t


def coins_at_most(heads: int, tails: int) -> float:
    """Return the chance of so few heads or fewer among so many tosses of a fair coin; `tails` is 1 or more."""
    return _beta(tails, heads + 1, 0.5)


def _beta(a: float, b: float, x: float) -> float:
    """Return the incomplete beta function, regularised, by its continued fraction (DLMF 8.17.22)."""
    if not 0 < x < 1:
        return min(max(x, 0.0), 1.0)
    if x > (a + 1) / (a + b + 2):
        return 1 - _beta(b, a, 1 - x)
    logarithm = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    return math.exp(logarithm) / (a * _fraction(a, b, x))


def _fraction(a: float, b: float, x: float) -> float:
    """Return 1 + d1 / (1 + d2 / (1 + ...)) from its beginning, by Lentz's method."""
    value, numerator, denominator, m = 1.0, 1.0, 0.0, 0
    while True:
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        even = (m + 1) * (b - m - 1) * x / ((a + 2 * m + 1) * (a + 2 * m + 2))
        for part in (odd, even):
            numerator = 1 + part / numerator or _TINY
            denominator = 1 / (1 + part * denominator or _TINY)
            value *= numerator * denominator
        if abs(numerator * denominator - 1) < _EXACT:
            return value
        m += 1
