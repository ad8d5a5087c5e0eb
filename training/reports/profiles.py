"""Who the customers of segments are, as lines for a terminal and as plain data."""

from collections.abc import Sequence
from typing import Any

from ..targeting.descriptors import Descriptor, sentences


def lines(descriptors: Sequence[Descriptor], names: Sequence[str]) -> list[str]:
    """Return what a person reads: each segment with what is over- and under-represented in it."""
    said = []
    for name, told in zip(names, sentences(descriptors, names), strict=True):
        said += [name, *(f"  {line}" for line in told or ["nothing that is beyond chance and matters"])]
    return said


def content(descriptors: Sequence[Descriptor], segments: Sequence[tuple[int, str, str]]) -> dict[str, Any]:
    """Return the result as plain data; figures of few customers are null."""
    told = sentences(descriptors, [name for _, _, name in segments])
    return {
        "descriptors": [
            {
                "column": descriptor.header,
                "effect": descriptor.effect,
                "p": descriptor.p_value,
                "matters": descriptor.matters,
                "values": descriptor.values,
                "overall": [cell.overall for cell in descriptor.cells[0]] if descriptor.cells else [],
            }
            for descriptor in descriptors
        ],
        "segments": [
            {
                "id": number,
                "slug": slug,
                "name": name,
                "sentences": told[position],
                "figures": {descriptor.header: _figures(descriptor, position) for descriptor in descriptors},
            }
            for position, (number, slug, name) in enumerate(segments)
        ],
    }


def _figures(descriptor: Descriptor, position: int) -> Any:
    if descriptor.values:
        cells = zip(descriptor.values, descriptor.cells[position], strict=True)
        return {value: None if cell.hidden else {"share": cell.share, "index": cell.index} for value, cell in cells}
    mean = descriptor.means[position]
    return None if mean.hidden else {"mean": mean.mean, "difference_sd": mean.difference}
