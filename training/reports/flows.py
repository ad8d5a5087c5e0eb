"""Who moved between two tables, as lines for a terminal, as plain data and as a page of HTML."""

from typing import Any

import numpy as np

from ..targeting.movement import AGEING, Movement, Worth
from .pages import render


def lines(movement: Movement) -> list[str]:
    """Return what a person reads: how many moved, and the net flows that are more than chance."""
    parts = movement.parts
    if not parts.moved:
        return [f"{parts.in_both:,} customers are in both tables; nothing moved."]
    share = parts.moved / parts.in_both
    said = [
        f"{parts.in_both:,} customers are in both tables; {parts.moved:,} ({share:.1%}) moved: {parts.exchange:,} in "
        f"exchange (as many one way as the other), {parts.net:,} net. {movement.near:,} of them were near a border."
    ]
    names = [name for _, _, name in movement.segments]
    told = [flow for flow in parts.flows if flow.significant]
    said += [
        f"{flow.net:,} net from {names[flow.source]} to {names[flow.target]} ({flow.there:,} there, {flow.back:,} "
        "back)."
        for flow in told
    ]
    if not told:
        said.append("No net flow between two segments is more than chance.")
    if movement.lost.sum() or movement.new.sum():
        said.append(f"{movement.lost.sum():,} are gone, {movement.new.sum():,} are new.")
    worth = movement.worth
    if worth:
        low, high = worth.interval
        gone = f"; those who are gone were worth {worth.lost:,.2f}" if movement.lost.sum() else ""
        fresh = f"; those who are new are worth {worth.new:,.2f}" if movement.new.sum() else ""
        said.append(
            f"With each customer worth their segment's mean, the moves change the total by "
            f"{worth.expected.sum():+,.2f} (90%: {low:+,.2f} to {high:+,.2f}){gone}{fresh}."
        )
    return said


def content(movement: Movement) -> dict[str, Any]:
    """Return the result as plain data."""
    parts = movement.parts
    return {
        "sentences": lines(movement),
        "segments": [{"id": number, "slug": slug, "name": name} for number, slug, name in movement.segments],
        "matrix": movement.matrix.tolist(),
        "lost": movement.lost.tolist(),
        "new": movement.new.tolist(),
        "no_segment": {"then": movement.unassigned[0], "now": movement.unassigned[1]},
        "in_both": parts.in_both,
        "moved": parts.moved,
        "exchange": parts.exchange,
        "net": parts.net,
        "near_border": movement.near,
        "kept": parts.kept.tolist(),
        "symmetry": {"statistic": parts.statistic, "df": parts.df, "p": parts.p_value},
        "flows": [
            {
                "from": movement.segments[flow.source][1],
                "to": movement.segments[flow.target][1],
                "there": flow.there,
                "back": flow.back,
                "net": flow.net,
                "p": flow.p_value,
                "significant": flow.significant,
            }
            for flow in parts.flows
        ],
        "value": movement.worth and _worth_content(movement.worth),
    }


def _worth_content(worth: Worth) -> dict[str, Any]:
    return {
        "then": worth.then.tolist(),
        "now": worth.now.tolist(),
        "means": worth.means.tolist(),
        "expected": worth.expected.tolist(),
        "expected_total": float(worth.expected.sum()),
        "interval": list(worth.interval),
        "lost": worth.lost,
        "new": worth.new,
    }


def write(movement: Movement, then: str, now: str) -> str:
    """Return a page of HTML with the matrix as a shaded table; no customer is in it."""
    matrix = movement.matrix
    rows = np.maximum(matrix.sum(axis=1, keepdims=True), 1)
    return render(
        "flows.html.j2",
        then=then,
        now=now,
        lines=lines(movement),
        movement=movement,
        shades=np.round(100 * matrix / rows).astype(int).tolist(),
        kept=[f"{share:.0%}" if share == share else "" for share in movement.parts.kept],  # noqa: PLR0124 - nan of none
        ageing=AGEING,
    )
