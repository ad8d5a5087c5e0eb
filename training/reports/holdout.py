"""Who is held back and what can be seen of it, as lines for a terminal and as plain data."""

import math
from collections.abc import Mapping
from typing import Any

from ..targeting.holdout import Draw, Wanted
from ..targeting.plan import Advice, drawn, sentence


def with_all(draw: Draw) -> dict[str, tuple[str, int, int]]:
    """Return the counts of all together, under "", and of each segment."""
    customers = sum(findable for _, findable, _ in draw.counts.values())
    held_back = sum(control for _, _, control in draw.counts.values())
    return {"": ("All", customers, held_back), **draw.counts}


def lines(draw: Draw, advices: Mapping[str, Advice]) -> list[str]:
    """Return what a person reads: a line of all, then one per segment."""
    return [f"{name}: {_said(advices[slug])}" for slug, (name, _, _) in with_all(draw).items()]


def warnings(draw: Draw, advices: Mapping[str, Advice]) -> list[str]:
    """Say where only an increase by half would show, and what could be done; all that hold for a group at once."""
    hopeless = [name for slug, (name, _, _) in with_all(draw).items() if advices[slug].hopeless]
    if not hopeless:
        return []
    return [f"{', '.join(hopeless)}: only an increase by half or more would be seen; hold back more, or join segments."]


def content(draw: Draw, advices: Mapping[str, Advice], wanted: Wanted) -> dict[str, Any]:
    """Return the result as plain data."""
    counts = with_all(draw)
    return {
        "campaign": wanted.campaign,
        "share": wanted.share,
        "day": wanted.day.isoformat(),
        "left_out": draw.left_out,
        "not_findable": draw.not_findable,
        "unknown_countries": draw.unknown_countries,
        "all": _content("", counts[""][0], advices[""]),
        "segments": [_content(slug, name, advices[slug]) for slug, (name, _, _) in draw.counts.items()],
    }


def _said(advice: Advice) -> str:
    if math.isnan(advice.base_rate):
        return f"{drawn(advice)}; what can be seen: --base-rate or --orders"
    return sentence(advice)


def _content(slug: str, name: str, advice: Advice) -> dict[str, Any]:
    return {
        "segment": slug,
        "name": name,
        "customers": advice.customers,
        "held_back": advice.held_back,
        "base_rate": advice.base_rate,
        "visible": advice.visible,
        "halving_share": advice.halving_share,
        "visible_at_half": advice.visible_at_half,
        "hopeless": advice.hopeless,
    }
