"""What a column that was not clustered on says of the segments: shares, indices, means, and whether that matters.

A column is spoken of only where it is beyond chance (adjusted for the number of columns) and where it matters, as many
customers make every trifle significant. The features themselves differ by construction and are never tested.

References
----------
Dolnicar, S., Grün, B. and Leisch, F. (2018). Market Segmentation Analysis, ch. 8. https://doi.org/10.1007/978-981-10-8818-6
Cramér, H. (1946). Mathematical Methods of Statistics, ch. 21. Princeton University Press.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import special

from ..scoring.holm import holm
from .disclosure import FEWEST, hide_counts, hide_means
from .intervals import FEWEST_EXPECTED, SIGNIFICANT

LARGE = 0.1
"""Cramér's V or eta from which a significant descriptor is spoken of."""

MISSING = "no value"
"""Stands for customers without a value of the column."""

UNDER, OVER = 80, 125
"""Indices outside which a value is spoken of."""

FAR = 0.2
"""Difference of means, in standard deviations, from which a number is spoken of."""


@dataclass(frozen=True)
class Cell:
    """A value of a column in a segment.

    share, overall : share of the segment's customers, and of all, whose value is shown, 0 to 1
    index : 100 times share over overall: 100 as everywhere
    hidden : whether too few customers to show, or as it would give others away
    """

    share: float
    overall: float
    index: float
    hidden: bool


@dataclass(frozen=True)
class Mean:
    """A number in a segment.

    mean, overall : of the segment's customers and of all, in the column's unit
    difference : from the mean of all, in standard deviations of all
    hidden : whether too few customers to show, or as it would give others away
    """

    mean: float
    overall: float
    difference: float
    hidden: bool


@dataclass(frozen=True)
class Descriptor:
    """A column and what it says of the segments.

    header : the column's
    values : values told apart and shown, most frequent first; empty for a column of numbers
    cells : of each segment, by value
    means : of each segment; empty for a column of values
    effect : Cramér's V, or eta of a column of numbers
    p_value : adjusted for the number of descriptors; nan where it cannot be tested
    expected : smallest expected count; infinite for numbers
    untold : places of values that are not tested by themselves: rare ones, and none at all
    left_out : how many values are not shown, nor their customers counted: too few have one of them
    """

    header: str
    values: list[str]
    cells: list[list[Cell]]
    means: list[Mean]
    effect: float
    p_value: float
    expected: float
    untold: frozenset[int] = frozenset()
    left_out: int = 0

    @property
    def hides(self) -> bool:
        """Whether figures of few customers are hidden."""
        return (
            self.left_out > 0
            or any(cell.hidden for row in self.cells for cell in row)
            or any(mean.hidden for mean in self.means)
        )

    @property
    def matters(self) -> bool:
        """Whether it is beyond chance and large enough to be spoken of."""
        return self.p_value < SIGNIFICANT and self.effect >= LARGE and self.expected >= FEWEST_EXPECTED


def describe_values(header: str, values: Sequence[str], counts: np.ndarray) -> Descriptor:
    """Describe segments by a column of values.

    Customers without a value are not tested. Values that are too rare for that are tested as one, or not at all if
    they are too rare together. Values of fewer than `FEWEST` customers in all are not shown, nor is how many have none
    where a segment has so few of them: to hide that alone would take figures of the values away.

    Parameters
    ----------
    header : str
    values : sequence of str of length n_values; `MISSING` for none
    counts : ndarray of int of shape (n_segments, n_values), customers

    Returns
    -------
    Descriptor, its p value not yet adjusted
    """
    used, untold = _testable(values, counts)
    total = used.sum()
    effect, p_value, smallest = 0.0, math.nan, 0.0
    if min(used.shape, default=0) > 1:
        expected = np.outer(used.sum(axis=1), used.sum(axis=0)) / total
        statistic = float(((used - expected) ** 2 / expected).sum())
        p_value = float(special.chdtrc((used.shape[0] - 1) * (used.shape[1] - 1), statistic))
        effect = math.sqrt(statistic / (total * (min(used.shape) - 1)))
        smallest = float(expected.min())
    is_shown = _are_shown(values, counts)
    shown = np.flatnonzero(is_shown).tolist()
    return Descriptor(
        header,
        [values[place] for place in shown],
        _cells(counts[:, shown]),
        [],
        effect,
        p_value,
        smallest,
        frozenset(number for number, place in enumerate(shown) if place in untold),
        left_out=int(((counts.sum(axis=0) > 0) & ~is_shown).sum()),
    )


def _are_shown(values: Sequence[str], counts: np.ndarray) -> np.ndarray:
    """Return which values enough customers have, or, of none, enough in each segment; of shape (n_values,)."""
    of_segments = counts[counts.sum(axis=1) > 0]
    fewest = [
        column.min(initial=FEWEST) if value == MISSING else column.sum()
        for value, column in zip(values, of_segments.T, strict=True)
    ]
    return np.array(fewest, dtype=int) >= FEWEST


def _cells(counts: np.ndarray) -> list[list[Cell]]:
    """Return the cells of each segment, of values that enough customers have."""
    overall = counts.sum(axis=0) / max(counts.sum(), 1)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    return [
        [
            Cell(float(share), float(of_all), 100 * float(share / of_all), bool(is_hidden))
            for share, of_all, is_hidden in zip(row, overall, row_hidden, strict=True)
        ]
        for row, row_hidden in zip(shares, hide_counts(counts), strict=True)
    ]


def _testable(values: Sequence[str], counts: np.ndarray) -> tuple[np.ndarray, frozenset[int]]:
    """Return the counts that are tested, of shape (n_segments, n_values) or smaller, and places of values not told."""
    known = np.array([value != MISSING for value in values], dtype=bool)
    rows = counts[counts[:, known].sum(axis=1) > 0]
    sizes = rows[:, known].sum(axis=1)
    expected = rows.sum(axis=0) * (sizes.min() / sizes.sum() if len(sizes) else 0.0)
    frequent = known & (expected >= FEWEST_EXPECTED)
    rare = known & ~frequent
    parts = [
        rows[:, frequent],
        *([rows[:, rare].sum(axis=1, keepdims=True)] if expected[rare].sum() >= FEWEST_EXPECTED else []),
    ]
    used = np.hstack(parts)
    return used[used.sum(axis=1) > 0], frozenset(np.flatnonzero(~frequent).tolist())


def describe_numbers(header: str, counts: np.ndarray, means: np.ndarray, variances: np.ndarray) -> Descriptor:
    """Describe segments by a column of numbers.

    Parameters
    ----------
    header : str
    counts, means, variances : ndarrays of shape (n_segments,), customers with a number, its mean and variance (n - 1)

    Returns
    -------
    Descriptor, its p value not yet adjusted
    """
    n, k = counts.sum(), int((counts > 0).sum())
    filled = np.where(counts > 0, means, 0.0)
    overall = float((counts * filled).sum() / max(n, 1))
    between = float((counts * (filled - overall) ** 2).sum())
    within = float((np.where(counts > 1, variances, 0.0) * np.maximum(counts - 1, 0)).sum())
    deviation = math.sqrt((between + within) / (n - 1)) if n > 1 else 0.0
    p_value = math.nan
    if k > 1 and n > k and between + within > 0:
        p_value = float(special.fdtrc(k - 1, n - k, (between / (k - 1)) / (within / (n - k)))) if within else 0.0
    return Descriptor(
        header,
        [],
        [],
        [
            Mean(float(mean), overall, float((mean - overall) / deviation) if deviation else 0.0, bool(is_hidden))
            for mean, is_hidden in zip(means, hide_means(counts), strict=True)
        ],
        math.sqrt(between / (between + within)) if between + within else 0.0,
        p_value,
        math.inf,
    )


def adjust_for_number(descriptors: Sequence[Descriptor]) -> list[Descriptor]:
    """Return descriptors with p values adjusted for how many there are (Holm)."""
    tested = [descriptor for descriptor in descriptors if not math.isnan(descriptor.p_value)]
    adjusted = dict(zip(map(id, tested), holm([descriptor.p_value for descriptor in tested]), strict=True))
    return [replace(descriptor, p_value=adjusted.get(id(descriptor), math.nan)) for descriptor in descriptors]


def sentences(descriptors: Sequence[Descriptor], segments: Sequence[str]) -> list[list[str]]:
    """Say of each segment what is over- and under-represented in it.

    Parameters
    ----------
    descriptors : sequence of Descriptor
    segments : sequence of str of length n_segments, their names

    Returns
    -------
    list of length n_segments of lists of sentences
    """
    return [
        [
            said
            for descriptor in descriptors
            if descriptor.matters
            for said in (_of_values(descriptor, position) + _of_numbers(descriptor, position))
        ]
        for position in range(len(segments))
    ]


def _of_values(descriptor: Descriptor, position: int) -> list[str]:
    if not descriptor.values:
        return []
    cells = enumerate(zip(descriptor.values, descriptor.cells[position], strict=True))
    pairs = [pair for place, pair in cells if place not in descriptor.untold]
    told = [(value, cell) for value, cell in pairs if not cell.hidden and not UNDER <= cell.index <= OVER]
    told.sort(key=lambda pair: -abs(pair[1].share - pair[1].overall))
    return [
        f"{descriptor.header} {value}: {cell.share:.0%} here, {cell.overall:.0%} of all (index {cell.index:.0f})."
        for value, cell in told[:3]
    ]


def _of_numbers(descriptor: Descriptor, position: int) -> list[str]:
    if not descriptor.means:
        return []
    mean = descriptor.means[position]
    if mean.hidden or abs(mean.difference) < FAR:
        return []
    direction = "above" if mean.difference > 0 else "below"
    return [
        f"{descriptor.header}: {mean.mean:,.4g} on average here, {mean.overall:,.4g} of all "
        f"({abs(mean.difference):.1f} standard deviations {direction})."
    ]
