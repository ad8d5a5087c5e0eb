"""The effect of a campaign on a segment: from two groups' figures to intervals, and to a sentence."""

import math
from dataclasses import dataclass, replace

from ..files.source import count
from ..scoring.holm import holm
from .intervals import (
    SIGNIFICANT,
    Difference,
    Moments,
    adjusted,
    difference_of_means,
    difference_of_proportions,
    skewness_of_difference,
)

BUYERS_FOR_AN_INTERVAL, BUYERS_FOR_A_ROUGH_ONE = 100, 20
"""Buyers that each group needs: with fewer an interval of revenue does not hold the truth as often as it says."""

SKEWED = 0.2
"""Skewness of the difference of two means from which an interval is a rough one: above it, where 2 % were held back and
a few orders were far larger than others, chance made "more revenue" in 8 to 11 of 100 campaigns without effect."""


@dataclass(frozen=True)
class Group:
    """One group of a segment or of all.

    n, buyers : customers, and those of them with an order
    mean : revenue per customer, not capped
    revenue : revenue per customer, capped, with that of the time before where the orders reach back
    """

    n: int
    buyers: int
    mean: float
    revenue: Moments

    @property
    def rate(self) -> float:
        """Share of buyers."""
        return self.buyers / self.n


@dataclass(frozen=True)
class Effect:
    """What the campaign changed in a segment, or in all.

    slug, name : of the segment; empty for all
    treated, control : Group
    conversion : difference of the shares of buyers
    revenue : difference of capped revenue per customer, adjusted for the time before where the orders reach back; None
        where a group has too few buyers
    rough : whether the buyers are too few, or what they spent too uneven, for an interval of revenue to rely on
    variance_saved : share of the variance that the time before explained; nan without it
    p_conversion, p_revenue : p values adjusted for the number of segments (Holm)
    """

    slug: str
    name: str
    treated: Group
    control: Group
    conversion: Difference
    revenue: Difference | None
    rough: bool
    variance_saved: float
    p_conversion: float = math.nan
    p_revenue: float = math.nan

    @property
    def told_apart(self) -> bool:
        """Whether more or fewer bought than chance explains, by the interval and by the adjusted p value: both."""
        return self.conversion.significant and self.p_conversion < SIGNIFICANT

    @property
    def extra_buyers(self) -> tuple[float, float, float]:
        """How many more bought for being written to, with its bounds."""
        return self.conversion.times(self.treated.n)

    @property
    def extra_revenue(self) -> tuple[float, float, float] | None:
        """How much more was bought, capped, with its bounds."""
        return self.revenue.times(self.treated.n) if self.revenue else None


def effect_of(slug: str, name: str, treated: Group, control: Group) -> Effect:
    """Compare the two groups of a segment, or of all.

    Revenue is compared where each group has at least 20 buyers, and adjusted for the time before where that is known.

    Raises
    ------
    ValueError
        A group is empty.
    """
    fewest = min(treated.buyers, control.buyers)
    revenue, saved = None, math.nan
    if fewest >= BUYERS_FOR_A_ROUGH_ONE:
        plain = difference_of_means(treated.revenue, control.revenue)
        revenue = difference_of_means(*adjusted(treated.revenue, control.revenue))
        if treated.revenue.knows_before and control.revenue.knows_before and plain.standard_error:
            saved = 1 - revenue.standard_error**2 / plain.standard_error**2
    conversion = difference_of_proportions((treated.buyers, control.buyers), (treated.n, control.n))
    return Effect(
        slug,
        name,
        treated,
        control,
        conversion,
        revenue,
        rough=fewest < BUYERS_FOR_AN_INTERVAL or skewness_of_difference(treated.revenue, control.revenue) > SKEWED,
        variance_saved=saved,
        p_conversion=conversion.p_value,
        p_revenue=revenue.p_value if revenue else math.nan,
    )


def adjust_for_number(effects: list[Effect]) -> list[Effect]:
    """Return the effects with p values adjusted for how many segments are looked at, each measure by itself (Holm)."""
    conversions = holm([effect.p_conversion for effect in effects])
    known = [effect for effect in effects if effect.revenue]
    revenues = dict(zip([effect.slug for effect in known], holm([effect.p_revenue for effect in known]), strict=True))
    return [
        replace(effect, p_conversion=p, p_revenue=revenues.get(effect.slug, math.nan))
        for effect, p in zip(effects, conversions, strict=True)
    ]


def sentence(effect: Effect) -> str:
    """Say how many more bought: "108 more buyers (95%: -21 to 209): not told apart from chance."."""
    extra, low, high = (round(number) for number in effect.extra_buyers)
    direction = "fewer" if extra < 0 else "more"
    said = f"{count(abs(extra), f'{direction} buyer')} (95%: {low:,} to {high:,})"
    said += _doubt(effect.conversion, effect.p_conversion)
    return f"{effect.name}: {said}." if effect.name else f"The campaign brought {said}."


def revenue_sentence(effect: Effect) -> str:
    """Say how much more was bought: "Revenue: 1,234.00 more (95%: 100.00 to 2,368.00)."."""
    if effect.revenue is None or effect.extra_revenue is None:
        return "Too few buyers to say anything about revenue."
    extra, low, high = (round(bound, 2) + 0.0 for bound in effect.extra_revenue)  # no -0.00
    rough = "roughly " if effect.rough else ""
    direction = "less" if extra < 0 else "more"
    said = f"{rough}{abs(extra):,.2f} {direction} (95%: {low:,.2f} to {high:,.2f})"
    return f"Revenue: {said}{_doubt(effect.revenue, effect.p_revenue)}."


def _doubt(difference: Difference, p_adjusted: float) -> str:
    """Return what is added to a difference that chance may explain, or explains because several are looked at."""
    if not (difference.significant and difference.p_value < SIGNIFICANT):
        return ": not told apart from chance"
    return "" if p_adjusted < SIGNIFICANT else ": not told apart from chance among so many segments"
