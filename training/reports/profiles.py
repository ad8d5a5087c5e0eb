"""Who the customers of segments are: lines for a terminal, tables for card and report, and plain data."""

import math
from typing import Any

from ..targeting.descriptors import Cell, Descriptor, Mean, sentences
from ..targeting.disclosure import FEWEST
from ..targeting.profile import Profile
from .tables import Table, number

HIDDEN = (
    f"Figures of fewer than {FEWEST} customers are hidden, and so are others from which they could be worked out; "
    f"values that fewer than {FEWEST} have are left out."
)

NOTHING = "Nothing that is beyond chance and matters."


def hides(profile: Profile) -> bool:
    """Whether figures of few customers are hidden."""
    return any(descriptor.hides for descriptor in profile.descriptors)


def told(profile: Profile) -> list[tuple[str, list[str]]]:
    """Return each segment's name with sentences on what is over- and under-represented in it."""
    names = [name for _, _, name in profile.segments]
    return list(zip(names, sentences(profile.descriptors, names), strict=True))


def lines(profile: Profile) -> list[str]:
    """Return what a person reads."""
    said = []
    for name, told_of_it in told(profile):
        said += [name, *(f"  {line}" for line in told_of_it or [NOTHING])]
    return said


def tables(profile: Profile) -> list[Table]:
    """Return a table of each column of values, and one of all columns of numbers."""
    names = [name for _, _, name in profile.segments]
    columns = range(1, len(names) + 2)
    valued = [
        Table(
            f"{descriptor.header}: share of the segment's customers, and its index (100 as everywhere). "
            f"{_verdict(descriptor, 'V')}",
            [descriptor.header, "All", *names],
            [
                [value, f"{descriptor.cells[0][place].overall:.0%}", *(_cell(row[place]) for row in descriptor.cells)]
                for place, value in enumerate(descriptor.values)
            ],
            columns,
        )
        for descriptor in profile.descriptors
        if descriptor.values
    ]
    numbered = [
        [f"{descriptor.header}. {_verdict(descriptor, 'eta')}", *map(_mean, descriptor.means)]
        for descriptor in profile.descriptors
        if descriptor.means
    ]
    caption = "Means, and how many standard deviations they are from the mean of all"
    means = [Table(caption, ["Column", *names], numbered, columns[:-1])] if numbered else []
    return [_turned(table) for table in valued + means]


def content(profile: Profile) -> dict[str, Any]:
    """Return the result as plain data; figures of few customers are null, shares are whole per cents.

    By all digits of a share one could tell of how many customers it is, and so what is left out.
    """
    sentences_of = [said for _, said in told(profile)]
    return {
        "descriptors": [
            {
                "column": descriptor.header,
                "effect": descriptor.effect,
                "p": descriptor.p_value,
                "matters": descriptor.matters,
                "values": descriptor.values,
                "overall": [round(cell.overall, 2) for cell in descriptor.cells[0]] if descriptor.cells else [],
            }
            for descriptor in profile.descriptors
        ],
        "segments": [
            {
                "id": id_,
                "slug": slug,
                "name": name,
                "sentences": sentences_of[position],
                "figures": {descriptor.header: _figures(descriptor, position) for descriptor in profile.descriptors},
            }
            for position, (id_, slug, name) in enumerate(profile.segments)
        ],
    }


def _turned(table: Table) -> Table:
    """Return a table that is no wider than high, as a page is not: with many segments they are its rows."""
    lines = [table.header, *table.rows]
    if len(table.header) <= len(lines):
        return table
    header, *rows = zip(*lines, strict=True)
    return Table(table.caption, ["Segment", *header[1:]], rows, range(1, len(header)))


def _verdict(descriptor: Descriptor, measure: str) -> str:
    if math.isnan(descriptor.p_value):
        return "Too few customers or values to test."
    verdict = "Matters" if descriptor.matters else "Not beyond chance, or too little to matter"
    return f"{verdict} ({measure} {descriptor.effect:.2f}, p {descriptor.p_value:.3f})."


def _cell(cell: Cell) -> str:
    return "hidden" if cell.hidden else f"{cell.share:.0%} ({cell.index:.0f})"


def _mean(mean: Mean) -> str:
    return "hidden" if mean.hidden else f"{number(mean.mean)} ({mean.difference:+.1f})"


def _figures(descriptor: Descriptor, position: int) -> Any:
    if descriptor.means:
        mean = descriptor.means[position]
        return None if mean.hidden else {"mean": mean.mean, "difference_sd": mean.difference}
    cells = zip(descriptor.values, descriptor.cells[position], strict=True)
    return {
        value: None if cell.hidden else {"share": round(cell.share, 2), "index": round(cell.index)}
        for value, cell in cells
    }
