"""What a campaign changed, as lines for a terminal, as plain data and as a page of HTML."""

import math
from typing import Any

from ..targeting.assignment import Assignment
from ..targeting.effects import Effect, revenue_sentence, sentence
from ..targeting.measure import Outcome
from .pages import render
from .tables import Table

_WIDTH = 100
"""Units of the picture's width that intervals are drawn over."""


def lines(outcome: Outcome) -> list[str]:
    """Return what a person reads: a line of all, then one per segment."""
    said = [sentence(outcome.overall), revenue_sentence(outcome.overall)]
    for effect in outcome.segments:
        said += [sentence(effect), f"  {revenue_sentence(effect)}"]
    return [line for line in said if line.strip()]


def content(assignment: Assignment, outcome: Outcome) -> dict[str, Any]:
    """Return the result as plain data."""
    return {
        "campaign": assignment.campaign,
        "window": {"from": outcome.window.first.isoformat(), "to": outcome.window.last.isoformat()},
        "share": assignment.share,
        "not_findable": assignment.left_out,
        "sample_ratio_p": outcome.ratio,
        "revenue_cap": outcome.cap,
        "all": _effect(outcome.overall),
        "segments": [_effect(effect) for effect in outcome.segments],
        "differs_p": {"buyers": outcome.differs_conversion, "revenue": outcome.differs_revenue},
    }


def write(assignment: Assignment, outcome: Outcome) -> str:
    """Return a page of HTML with a picture of one interval per segment; no customer is in it."""
    effects = [outcome.overall, *outcome.segments]
    bounds = [bound for effect in effects for bound in (effect.conversion.low, effect.conversion.high, 0.0)]
    low, high = min(bounds), max(bounds)
    scale = _WIDTH / (high - low) if high > low else 1.0
    return render(
        "campaign.html.j2",
        campaign=assignment.campaign,
        outcome=outcome,
        lines=[f"{sentence(effect)} {revenue_sentence(effect)}" for effect in effects],
        intervals=[
            {
                "name": effect.name or "All",
                "low": (effect.conversion.low - low) * scale,
                "at": (effect.conversion.estimate - low) * scale,
                "high": (effect.conversion.high - low) * scale,
                "said": _points(effect),
                "told_apart": effect.told_apart,
            }
            for effect in effects
        ],
        zero=-low * scale,
        table=_table(effects),
        groups=_groups(assignment, outcome),
        left_out=assignment.left_out,
    )


def _groups(assignment: Assignment, outcome: Outcome) -> str:
    """Say how the groups' sizes go with the draw; where they do not there is no result."""
    control = outcome.overall.control.n
    total = outcome.overall.treated.n + control
    held = f"{control:,} of {total:,} customers {'is' if control == 1 else 'are'} held back, {control / total:.1%}"
    drawn = f"{assignment.share:.0%} were to be, and chance explains the rest (p {_p(outcome.ratio)})"
    return f"The groups are as they were drawn: {held}; {drawn}."


def _effect(effect: Effect) -> dict[str, Any]:
    return {
        "segment": effect.slug,
        "name": effect.name,
        "treated": _group(effect, treated=True),
        "control": _group(effect, treated=False),
        "rate_difference": _bounds(effect.conversion.times(1)),
        "rate_p": effect.p_conversion,
        "extra_buyers": _bounds(effect.extra_buyers),
        "revenue_difference": _bounds(effect.revenue.times(1)) if effect.revenue else None,
        "revenue_p": effect.p_revenue,
        "extra_revenue": _bounds(effect.extra_revenue) if effect.extra_revenue else None,
        "told_apart": effect.told_apart,
        "rough": effect.rough,
        "variance_saved": effect.variance_saved,
        "sentence": sentence(effect),
        "revenue_sentence": revenue_sentence(effect),
    }


def _group(effect: Effect, *, treated: bool) -> dict[str, Any]:
    group = effect.treated if treated else effect.control
    return {
        "customers": group.n,
        "buyers": group.buyers,
        "rate": group.rate,
        "revenue": group.mean,
        "revenue_capped": group.revenue.mean,
    }


def _bounds(values: tuple[float, float, float]) -> dict[str, float]:
    return dict(zip(("estimate", "low", "high"), values, strict=True))


def _p(value: float) -> str:
    return "" if math.isnan(value) else "< 0.001" if value < 0.0005 else f"{value:.3f}"


def _points(effect: Effect) -> str:
    difference = effect.conversion
    return f"{100 * difference.estimate:+.1f} points ({100 * difference.low:+.1f} to {100 * difference.high:+.1f})"


def _table(effects: list[Effect]) -> Table:
    header = ["Segment", "Written to", "Held back", "Rate", "Rate held back", "Difference, points", "p", "Extra buyers"]
    header += ["Revenue per customer", "Revenue held back", "p of revenue"]
    rows = [
        [
            effect.name or "All",
            f"{effect.treated.n:,}",
            f"{effect.control.n:,}",
            f"{effect.treated.rate:.1%}",
            f"{effect.control.rate:.1%}",
            _points(effect).replace(" points", ""),
            _p(effect.p_conversion),
            f"{effect.extra_buyers[0]:,.0f}",
            f"{effect.treated.mean:,.2f}",
            f"{effect.control.mean:,.2f}",
            _p(effect.p_revenue),
        ]
        for effect in effects
    ]
    return Table(
        "Intervals are 95% and not adjusted; p values are adjusted for the number of segments",
        header,
        rows,
        range(1, 11),
    )
