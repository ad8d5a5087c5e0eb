"""What a campaign changed: those who were written to against those who were held back, as they were drawn.

Everyone is counted in the group of the draw, whether or not the campaign reached them: everyone who could have been
found, and no one else. Whoever bought nothing counts as nothing. There is one analysis, after a window fixed
beforehand.

References
----------
Fabijan, A. et al. (2019). Diagnosing sample ratio mismatch in online controlled experiments. KDD, 2156-2164.
    https://doi.org/10.1145/3292500.3330722
"""

import math
from dataclasses import dataclass, field

from ..engines.engine import Engine, Table
from ..files.source import DataError
from ..scoring.holm import holm
from .effects import BUYERS_FOR_AN_INTERVAL, Effect, Group, adjust_for_number, effect_of
from .intervals import SIGNIFICANT, Moments, heterogeneity, sample_ratio
from .scored import ALIKE, with_one_name
from .window import Window, oldest_day, quiet_end

NOT_AS_DRAWN = 0.001
"""p value of the groups' sizes, of all or (Holm) of a segment, below which there is no result."""

UNBALANCED = 0.1
"""Difference of the groups before the campaign, in standard deviations, that is worth a note."""

_CAP = 0.99


@dataclass(frozen=True)
class Outcome:
    """What a campaign changed.

    overall : Effect on all
    segments : list of Effect, in the order of the segments' ids
    cap : revenue that a customer counts with at most
    ratio : p value of the groups' sizes
    differs_conversion, differs_revenue : p values of one effect in all segments (Cochran's Q); nan where not tested
    notes : sentences on what is to be kept in mind
    """

    overall: Effect
    segments: list[Effect]
    window: Window
    cap: float
    ratio: float
    differs_conversion: float
    differs_revenue: float
    notes: list[str] = field(default_factory=list)


def measure(engine: Engine, assigned: Table, orders: Table, window: Window, share: float) -> Outcome:
    """Compare those written to with those held back.

    Parameters
    ----------
    engine : Engine
    assigned : Table with the columns customer (text, once each), segment_id, segment, segment_name and control
        (boolean), of everyone who could be found
    orders : Table with the columns customer, day and amount
    window : Window that counts
    share : float, share of customers that was to be held back, 0 to 1

    Returns
    -------
    Outcome

    Raises
    ------
    DataError
        A group is empty, the groups are not as they were drawn, the window has not ended, or nobody bought anything.
    """
    oldest = oldest_day(engine, orders, window)
    reaches_back = oldest is not None and oldest <= window.before.first
    groups = _groups(engine, assigned)
    ratio = _check_groups(groups, share)
    shoppers = _shoppers(engine, assigned, orders, window)
    if not engine.rows(f"SELECT count(*) FROM {shoppers.sql}")[0][0]:
        raise DataError(
            f"none of the {groups[None].n:,} customers in the groups has an order from {window.before.first} to "
            f"{window.last}: {ALIKE}"
        )
    caps = _caps(engine, shoppers)
    _fill(engine, groups, shoppers, caps, reaches_back)
    overall = effect_of("", "", *groups[None].pair)
    several = [group for number, group in sorted(groups.items(), key=_place) if number is not None]
    segments = adjust_for_number(
        [effect_of(group.slug, group.name, *group.pair) for group in several if group.compared]
    )
    revenues = [effect.revenue for effect in segments if effect.revenue]
    differs = heterogeneity([effect.conversion for effect in segments]), heterogeneity(revenues)
    return Outcome(
        overall=overall,
        segments=segments,
        window=window,
        cap=caps[0],
        ratio=ratio,
        differs_conversion=differs[0],
        differs_revenue=differs[1],
        notes=[*quiet_end(engine, orders, window), *_notes(overall, several, reaches_back, window, differs[0])],
    )


def _check_groups(groups: dict[int | None, "_Groups"], share: float) -> float:
    """Return the p value of the sizes of all; refuse them where they, or those of a segment, are not as drawn.

    Who was removed from one group of a segment is missing in all, too, where it may not be seen.
    """
    both = groups[None]
    if not both.compared:
        raise DataError(
            f"expected customers in both groups, found {both.treated:,} treated and {both.control:,} control: there is "
            "nothing to compare with; hold some back with `holdout`"
        )
    of_segments = [group for number, group in groups.items() if number is not None]
    p_values = holm([sample_ratio(group.treated, group.control, share) for group in of_segments])
    ratio = sample_ratio(both.treated, both.control, share)
    for group, p_value in [(both, ratio), *zip(of_segments, p_values, strict=True)]:
        if p_value < NOT_AS_DRAWN:
            where = f"of {group.name} " if group.name else ""
            raise DataError(
                f"the groups {where}are not as they were drawn, so there is no result: {group.control:,} of "
                f"{group.n:,} are control, {share:.0%} were to be (p {p_value:.1e}). Likely somebody removed or added "
                "customers of one group after the draw; measure with the file that `holdout` wrote"
            )
    return ratio


def _shoppers(engine: Engine, assigned: Table, orders: Table, window: Window) -> Table:
    """Return what those have bought who ordered anything in the window or in as many days before the draw."""
    during, before = window.holds("day"), window.before.holds("day")
    bought = (
        f"SELECT customer, sum(CASE WHEN {during} THEN amount END) AS revenue, "
        f"count(CASE WHEN {during} AND amount > 0 THEN 1 END) AS purchases, "
        f"sum(CASE WHEN {before} THEN amount END) AS before FROM {orders.sql} "
        f"WHERE {during} OR {before} GROUP BY customer"
    )
    return engine.keep(
        "SELECT a.segment_id, a.control, coalesce(b.revenue, 0.0) AS revenue, b.purchases > 0 AS bought, "
        f"coalesce(b.before, 0.0) AS before FROM {assigned.sql} AS a JOIN ({bought}) AS b ON a.customer = b.customer"
    )


def _caps(engine: Engine, shoppers: Table) -> tuple[float, float]:
    """Return the 99 % points of the revenues above zero, of both groups together."""
    caps = [
        f"percentile_cont({_CAP}) WITHIN GROUP (ORDER BY CASE WHEN {figure} > 0 THEN {figure} END)"
        for figure in ("revenue", "before")
    ]
    revenue, before = engine.rows(f"SELECT {', '.join(caps)} FROM {shoppers.sql}")[0]
    return float(revenue or 0), float(before or 0)


@dataclass(frozen=True)
class _Groups:
    """The two groups of a segment, or of all."""

    slug: str
    name: str
    sizes: dict[bool, int] = field(default_factory=dict)
    groups: dict[bool, Group] = field(default_factory=dict)

    @property
    def treated(self) -> int:
        """How many were written to."""
        return self.sizes.get(False, 0)

    @property
    def control(self) -> int:
        """How many were held back."""
        return self.sizes.get(True, 0)

    @property
    def n(self) -> int:
        """How many there are."""
        return self.treated + self.control

    @property
    def compared(self) -> bool:
        """Whether both are there."""
        return len(self.sizes) == 2

    @property
    def pair(self) -> tuple[Group, Group]:
        """The treated, then the control group."""
        return self.groups[False], self.groups[True]


def _groups(engine: Engine, assigned: Table) -> dict[int | None, _Groups]:
    """Return the sizes of the groups by the segment's id, and under None those of all."""
    groups: dict[int | None, _Groups] = {None: _Groups("", "")}
    rows = engine.rows(
        f"SELECT segment_id, control, count(*), segment, segment_name FROM {assigned.sql} "
        "GROUP BY segment_id, control, segment, segment_name"
    )
    with_one_name(sorted({(number, slug, name) for number, _, _, slug, name in rows if number is not None}, key=str))
    for number, control, n, slug, name in rows:
        sizes = groups[None].sizes
        sizes[control] = sizes.get(control, 0) + n
        if number is not None:
            groups.setdefault(number, _Groups(slug, name)).sizes[control] = n
    return groups


def _fill(
    engine: Engine, groups: dict[int | None, _Groups], shoppers: Table, caps: tuple[float, float], reaches_back: bool
) -> None:
    """Work out what each group bought: who ordered nothing counts as nothing."""
    y, x = (f"least({figure}, {cap!r})" for figure, cap in zip(("revenue", "before"), caps, strict=True))
    figures = (
        f"count(*), count(CASE WHEN bought THEN 1 END), avg(revenue), avg({y}), coalesce(var_samp({y}), 0.0), "
        f"avg({x}), coalesce(var_samp({x}), 0.0), coalesce(covar_samp({y}, {x}), 0.0), avg({y} * {y} * {y})"
    )
    rows = [
        (None, *row) for row in engine.rows(f"SELECT control, {figures} FROM {shoppers.sql} GROUP BY control")
    ] + engine.rows(
        f"SELECT segment_id, control, {figures} FROM {shoppers.sql} WHERE segment_id IS NOT NULL "
        "GROUP BY segment_id, control"
    )
    sums = {(number, control): figures for number, control, *figures in rows}
    for number, segment in groups.items():
        for control, n in segment.sizes.items():
            ordered, buyers, mean, *moments = sums.get((number, control), [0] * 9)
            revenue = Moments(ordered, *moments).with_zeros(n - ordered)
            if not reaches_back:
                revenue = Moments(n, revenue.mean, revenue.variance, cubes=revenue.cubes)
            segment.groups[control] = Group(n, buyers, mean * ordered / n, revenue)


def _place(item: tuple[int | None, _Groups]) -> int:
    return -1 if item[0] is None else item[0]


def _notes(overall: Effect, groups: list[_Groups], reaches_back: bool, window: Window, differs: float) -> list[str]:
    notes = [
        f"{group.name}: nobody in one of the groups, so it is not compared." for group in groups if not group.compared
    ]
    if not reaches_back:
        notes.append(f"The orders do not reach back to {window.before.first}, so the time before could not be used.")
    if overall.rough and min(overall.treated.buyers, overall.control.buyers) >= BUYERS_FOR_AN_INTERVAL:
        notes.append(
            "A few orders are so much larger than the others that the interval of revenue is a rough one: chance alone "
            "leaves zero out of it more often than in 5 of 100 campaigns. Hold back more to be surer."
        )
    imbalance = _imbalance(overall) if reaches_back else 0.0
    if abs(imbalance) > UNBALANCED:
        notes.append(
            f"Before the campaign the treated bought {'more' if imbalance > 0 else 'less'} than the control group, by "
            f"{abs(imbalance):.2f} standard deviations; revenue is adjusted for it, buyers are not."
        )
    if not math.isnan(differs):
        notes.append(
            "The effect differs between segments beyond chance."
            if differs < SIGNIFICANT
            else "The segments' effects do not differ beyond chance: go by the line of all."
        )
    return notes


def _imbalance(overall: Effect) -> float:
    """Return how much more the treated bought before, in standard deviations."""
    treated, control = overall.treated.revenue, overall.control.revenue
    deviation = math.sqrt((treated.variance_before + control.variance_before) / 2)
    return (treated.before - control.before) / deviation if deviation > 0 else 0.0
