"""The colours of segments: those of the page, by id, so that a segment has one colour wherever it is seen."""

from collections.abc import Iterable

COLOURS = (
    ("#0b6cb0", "#5cb3f0"),
    ("#c4520a", "#ff9152"),
    ("#00815e", "#35c99b"),
    ("#b2478a", "#ec9cc9"),
    ("#9a7400", "#ecc94b"),
    ("#5a4fc4", "#aea4ff"),
    ("#5f6670", "#b9c2cc"),
    ("#0f7684", "#5fd3e2"),
    ("#8c2f2b", "#f08a80"),
    ("#4d7a00", "#a6d64a"),
    ("#8a2bb0", "#d48cf2"),
    ("#6b4a1f", "#d9b080"),
)
"""On a light and on a dark ground, as in static/style.css; beyond them colours repeat and labels tell them apart."""


def colours_of(ids: Iterable[int]) -> dict[int, int]:
    """Return the position in `COLOURS` by segment id: as the page has it (static/ui/format.js).

    Ids are stable across fits, so a segment keeps its colour while another is free for each.
    """
    colours: dict[int, int] = {}
    for number in ids:
        colour = number % len(COLOURS)
        while colour in colours.values() and len(set(colours.values())) < len(COLOURS):
            colour = (colour + 1) % len(COLOURS)
        colours[number] = colour
    return colours
