"""Tables of texts, and how numbers are written in them: the same in card, report and pages."""

from collections.abc import Sequence
from dataclasses import dataclass

from function.model import Feature

_ROUNDING = 1e-12
"""Part of a feature's range that no two customers differ by."""


@dataclass(frozen=True)
class Table:
    """A table of texts; `numbers` are the positions of the columns of numbers."""

    caption: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    numbers: Sequence[int]


def number(value: float) -> str:
    """Write a number with four significant digits, or all digits before the point: 60.56; 12,345."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def mean(value: float, feature: Feature) -> str:
    """Write a segment's mean of a feature; what rounding leaves of zeros, such as 1e-16, is 0."""
    return number(value if abs(value) > _ROUNDING * (feature.max - feature.min) else 0.0)
