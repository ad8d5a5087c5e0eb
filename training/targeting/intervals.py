"""Differences between two groups with their intervals, and the tests that go with them.

Everything is worked out from counts, means and variances, so that an engine can aggregate a table of any size first.
The distributions are those of `scipy.special`, which `scipy.stats` calls too and takes half a second longer to import.

References
----------
Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference. Journal of the American
    Statistical Association 22(158), 209-212. https://doi.org/10.1080/01621459.1927.10502953
Newcombe, R. G. (1998). Interval estimation for the difference between independent proportions: comparison of eleven
    methods. Statistics in Medicine 17(8), 873-890 (method 10).
    https://doi.org/10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I
Welch, B. L. (1947). The generalization of "Student's" problem when several different population variances are involved.
    Biometrika 34(1-2), 28-35. https://doi.org/10.1093/biomet/34.1-2.28
Deng, A., Xu, Y., Kohavi, R. and Walker, T. (2013). Improving the sensitivity of online controlled experiments by
    utilizing pre-experiment data. WSDM, 123-132. https://doi.org/10.1145/2433396.2433413
Chan, T. F., Golub, G. H. and LeVeque, R. J. (1983). Algorithms for computing the sample variance: analysis and
    recommendations. The American Statistician 37(3), 242-247. https://doi.org/10.1080/00031305.1983.10483115
Agresti, A. and Caffo, B. (2000). Simple and effective confidence intervals for proportions and differences of
    proportions result from adding two successes and two failures. The American Statistician 54(4), 280-288.
    https://doi.org/10.1080/00031305.2000.10474560
Cochran, W. G. (1954). The combination of estimates from different experiments. Biometrics 10(1), 101-129.
    https://doi.org/10.2307/3001666
Cochran, W. G. (1977). Sampling Techniques, 3rd edition. Wiley.
Cochran, W. G. (1954). Some methods for strengthening the common chi-squared tests. Biometrics 10(4), 417-451.
    https://doi.org/10.2307/3001616
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from scipy import special

from .plan import CONFIDENCE

SIGNIFICANT = 0.05
"""p value below which a difference is called one, adjusted where several are looked at."""

FEWEST_EXPECTED = 5
"""Smallest expected count from which a distribution for large samples is gone by (Cochran 1954)."""

_MANY_EXPECTED = 100
"""Customers to be expected in a group from which chi-squared is right also far out, where p values are small."""

_Z = float(special.ndtri((1 + CONFIDENCE) / 2))


@dataclass(frozen=True)
class Difference:
    """How much larger a figure is in the first group than in the second.

    estimate, low, high : in the figure's unit; low and high bound the 95 % interval
    p_value : of no difference, two-sided
    standard_error : of the estimate, in its unit
    """

    estimate: float
    low: float
    high: float
    p_value: float
    standard_error: float

    @property
    def significant(self) -> bool:
        """Whether the interval leaves out zero."""
        return not self.low <= 0 <= self.high

    def times(self, factor: float) -> tuple[float, float, float]:
        """Return the estimate and its bounds for `factor` customers."""
        return self.estimate * factor, self.low * factor, self.high * factor


@dataclass(frozen=True)
class Moments:
    """A figure of a group of customers, and beside it the same figure of the time before.

    n : number of customers
    mean, variance : of the figure, the variance with n - 1
    before, variance_before, covariance : of the figure before, and of both; nan where there is none
    cubes : mean of the figure's third powers; nan where it is not known
    """

    n: int
    mean: float
    variance: float
    before: float = math.nan
    variance_before: float = math.nan
    covariance: float = math.nan
    cubes: float = math.nan

    @property
    def knows_before(self) -> bool:
        """Whether the time before is known."""
        return not math.isnan(self.covariance)

    def with_zeros(self, zeros: int) -> "Moments":
        """Return the moments with so many more customers whose figures are zero (Chan, Golub and LeVeque 1983)."""
        n = self.n + zeros
        share, weight = self.n / n, self.n * zeros / n

        def joined(moment: float, product: float) -> float:
            return ((self.n - 1) * moment + weight * product) / (n - 1) if n > 1 else math.nan

        return Moments(
            n,
            share * self.mean,
            joined(self.variance, self.mean**2),
            share * self.before,
            joined(self.variance_before, self.before**2),
            joined(self.covariance, self.mean * self.before),
            share * self.cubes,
        )


def wilson(successes: int, n: int) -> tuple[float, float]:
    """Return the bounds of Wilson's 95 % interval of a proportion."""
    p, z = successes / n, _Z
    middle = p + z**2 / (2 * n)
    half = z * math.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    low, high = ((middle + side * half) / (1 + z**2 / n) for side in (-1, 1))
    return low if successes else 0.0, high if successes < n else 1.0


def difference_of_proportions(successes: tuple[int, int], n: tuple[int, int]) -> Difference:
    """Compare two proportions: Newcombe's interval, and the p value of the pooled z test.

    Where fewer than five buyers, or five others, are to be expected in a group, it is that of Fisher's exact test:
    10 of 11 and 0 of 1 customers have a pooled p value of 0.02, though one draw in six would have shown them.

    The standard error is Agresti and Caffo's, above zero also where nobody or everybody bought: by the plain one
    `heterogeneity` found like segments of 90 and 10 customers to differ in 21 of 100 campaigns, where 5 are right.

    Parameters
    ----------
    successes, n : pair of int, of the first and the second group

    Returns
    -------
    Difference

    Raises
    ------
    ValueError
        A group is empty.
    """
    if min(n) < 1:
        raise ValueError("expected two groups with customers, found an empty one")
    first, second = (count / total for count, total in zip(successes, n, strict=True))
    (low_1, high_1), (low_2, high_2) = (wilson(count, total) for count, total in zip(successes, n, strict=True))
    estimate = first - second
    return Difference(
        estimate=estimate,
        low=estimate - math.hypot(first - low_1, high_2 - second),
        high=estimate + math.hypot(high_1 - first, second - low_2),
        p_value=_p_value_of_proportions(successes, n),
        standard_error=math.sqrt(sum(map(_variance_of_proportion, successes, n))),
    )


def _p_value_of_proportions(successes: tuple[int, int], n: tuple[int, int]) -> float:
    """Return the two-sided p value of one proportion in both groups."""
    bought = sum(successes)
    others = sum(n) - bought
    if not bought or not others:
        return 1.0
    if min(bought, others) * min(n) < FEWEST_EXPECTED * sum(n):
        from scipy import stats  # noqa: PLC0415 - takes half a second, and only small groups need it

        table = [[count, total - count] for count, total in zip(successes, n, strict=True)]
        return float(stats.fisher_exact(table).pvalue)
    pooled = bought / sum(n)
    error = math.sqrt(pooled * (1 - pooled) * (1 / n[0] + 1 / n[1]))
    return float(2 * special.ndtr(-abs(successes[0] / n[0] - successes[1] / n[1]) / error))


def _variance_of_proportion(successes: int, n: int) -> float:
    """Return the variance of a proportion, with one success and one failure added."""
    p = (successes + 1) / (n + 2)
    return p * (1 - p) / (n + 2)


def difference_of_means(first: Moments, second: Moments) -> Difference:
    """Compare two means by Welch's t.

    Raises
    ------
    ValueError
        A group has fewer than two customers.
    """
    if min(first.n, second.n) < 2:
        raise ValueError("expected at least two customers in each group")
    parts = first.variance / first.n, second.variance / second.n
    estimate, error = first.mean - second.mean, math.sqrt(sum(parts))
    if not error:
        return Difference(estimate, estimate, estimate, 0.0 if estimate else 1.0, 0.0)
    df = sum(parts) ** 2 / (parts[0] ** 2 / (first.n - 1) + parts[1] ** 2 / (second.n - 1))
    half = float(special.stdtrit(df, (1 + CONFIDENCE) / 2)) * error
    p_value = float(2 * special.stdtr(df, -abs(estimate) / error))
    return Difference(estimate, estimate - half, estimate + half, p_value, error)


def skewness_of_difference(first: Moments, second: Moments) -> float:
    """Return how skewed the difference of two groups' means is from sample to sample, without sign.

    By the skewness of all customers together, as a small group shows little of a long tail. In groups of one size it
    cancels out; where one is far smaller it is the skewness of customers by the root of how many it has. Cochran (1977,
    p. 42) asks for more than 25 times the squared skewness of customers, which is less than 0.2 here, for a t interval
    of 95 % to be wrong in 6 of 100 at most. nan where third powers are not known.
    """
    groups = (first, second)
    n = first.n + second.n
    mean = sum(group.n * group.mean for group in groups) / n
    squares = sum((group.n - 1) * group.variance + group.n * group.mean**2 for group in groups) / n
    cubes = sum(group.n * group.cubes for group in groups) / n
    variance = squares - mean**2
    if not variance > 0:
        return 0.0
    skewness = (cubes - 3 * mean * squares + 2 * mean**3) / variance**1.5
    uneven = first.n**-2 - second.n**-2
    return float(abs(skewness * uneven) / (1 / first.n + 1 / second.n) ** 1.5)


def adjusted(first: Moments, second: Moments) -> tuple[Moments, Moments]:
    """Take out of two groups' figures what the time before explains (CUPED), with one slope for both.

    Returns
    -------
    Moments of the adjusted figures; those given where the time before explains nothing
    """
    groups = (first, second)
    squares = sum(group.variance_before * (group.n - 1) for group in groups)
    if not squares > 0:
        return first, second
    slope = sum(group.covariance * (group.n - 1) for group in groups) / squares
    overall = sum(group.before * group.n for group in groups) / sum(group.n for group in groups)
    changed = [
        Moments(
            n=group.n,
            mean=group.mean - slope * (group.before - overall),
            variance=max(group.variance - 2 * slope * group.covariance + slope**2 * group.variance_before, 0.0),
        )
        for group in groups
    ]
    return changed[0], changed[1]


def sample_ratio(treated: int, control: int, share: float) -> float:
    """Return the p value of groups of these sizes when a share of all was to be held back.

    Pearson's chi-squared where it holds; where fewer than 100 are to be expected in a group, the exact binomial, both
    tails as the smaller: at the 0.001 that `measure` goes by, chi-squared refused up to 17 true draws in 1,000.
    """
    total = treated + control
    expected = total * (1 - share), total * share
    if min(expected) < _MANY_EXPECTED:
        fewer = special.bdtr(control, total, share)
        more = special.bdtrc(control - 1, total, share) if control else 1.0
        return min(1.0, 2 * float(min(fewer, more)))
    statistic = sum((n - count) ** 2 / count for n, count in zip((treated, control), expected, strict=True))
    return float(special.chdtrc(1, statistic))


def heterogeneity(differences: Sequence[Difference]) -> float:
    """Return the p value of one effect everywhere: Cochran's Q over segments; nan for fewer than two that vary."""
    varied = [difference for difference in differences if difference.standard_error > 0]
    if len(varied) < 2:
        return math.nan
    weights = [difference.standard_error**-2 for difference in varied]
    pairs = list(zip(weights, varied, strict=True))
    mean = sum(weight * difference.estimate for weight, difference in pairs) / sum(weights)
    q = sum(weight * (difference.estimate - mean) ** 2 for weight, difference in pairs)
    return float(special.chdtrc(len(varied) - 1, q))
