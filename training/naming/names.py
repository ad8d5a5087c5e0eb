"""Names segments after their centroids.

Levels are relative to the customer base: standard deviations from its mean, so that a name is right in any currency or
scale. Income and spending score have a grid of names, recency, frequency and monetary value another; elsewhere a name
says what stands out.

References
----------
Hughes, A. M. (1994). Strategic Database Marketing. Probus. (Recency, frequency, monetary value.)
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from function.model import Feature

from ..tables.columns import RFM
from ..tables.headers import INCOME, PAIR, SCORE
from .words import AVERAGE, INCOME_AND_SCORE, RFM_GRID, RFM_WORDS, STANDING_OUT_ACTION

STANDS_OUT = 0.5
"""Standard deviations from the mean above which a level is high and below whose negative it is low."""

STANDS_FAR_OUT = 1.5
FIFTHS = (-0.8416, -0.2533, 0.2533, 0.8416)
"""Standard deviations that part a normal distribution into fifths."""

_FIRST_WORDS = 2


@dataclass(frozen=True)
class Name:
    """What a segment is called: all that a reader sees of it besides numbers.

    slug : the name for addresses and code, "High-Spending Target" -> "high-spending-target"; made from it if empty
    """

    name: str
    description: str
    action: str
    slug: str = ""

    def __post_init__(self) -> None:
        if not self.slug:
            slug = re.sub(r"[\W_]+", "-", self.name.replace("'", "").lower()).strip("-")
            object.__setattr__(self, "slug", slug)


def name_segments(features: Sequence[Feature], centroids: np.ndarray) -> list[Name]:
    """Name each segment after its centroid.

    Parameters
    ----------
    features : sequence of Feature
    centroids : ndarray of shape (n_segments, n_features), standardised; all different

    Returns
    -------
    list of Name, all names and slugs different
    """
    names = [feature.name for feature in features]
    if sorted(names) == sorted(PAIR):
        found = [_by_income_and_score(z[names.index(INCOME)], z[names.index(SCORE)]) for z in centroids]
    elif sorted(names) == sorted(RFM):
        found = [_by_rfm(*(z[names.index(name)] for name in RFM)) for z in centroids]
    else:
        found = _by_what_stands_out([feature.label for feature in features], centroids)
    return _tell_apart([feature.label for feature in features], centroids, found)


def level(z: float) -> str:
    """Return "low", "middle" or "high" for a distance from the mean in standard deviations."""
    return "high" if z > STANDS_OUT else "low" if z < -STANDS_OUT else "middle"


def fifth(z: float) -> int:
    """Return the level, 0 (lowest) to 4, of a distance from the mean in standard deviations."""
    return int(np.searchsorted(FIFTHS, z, side="right"))


def _by_income_and_score(income: float, score: float) -> Name:
    return Name(*INCOME_AND_SCORE[level(income), level(score)])


def _by_rfm(recency: float, frequency: float, monetary: float) -> Name:
    name = RFM_GRID[fifth(-recency)][fifth((frequency + monetary) / 2)]
    return Name(name, *RFM_WORDS[name])


def _by_what_stands_out(labels: list[str], centroids: np.ndarray) -> list[Name]:
    """Name by the two features that stand out most, and by one more at a time where two segments share a name."""
    words = [_FIRST_WORDS] * len(centroids)
    names = [_standing_out(labels, z, _FIRST_WORDS) for z in centroids]
    for count in range(_FIRST_WORDS + 1, len(labels) + 1):
        repeated = _repeated(names)
        words = [count if name.slug in repeated else used for name, used in zip(names, words, strict=True)]
        names = [_standing_out(labels, z, used) for z, used in zip(centroids, words, strict=True)]
    return names


def _standing_out(labels: list[str], z: np.ndarray, count: int) -> Name:
    order = [i for i in np.argsort(-np.abs(z), kind="stable")[:count] if level(z[i]) != "middle"]
    if not order:
        return Name(*AVERAGE)
    short = ", ".join(f"{_degree(z[i])} {_inside(labels[i])}" for i in order)
    long = "; ".join(f"{_inside(labels[i])} is {_compared(z[i])}" for i in order)
    return Name(_sentence(short), f"{_sentence(long)}.", STANDING_OUT_ACTION.format(what=short))


def _degree(z: float) -> str:
    return ("very " if abs(z) > STANDS_FAR_OUT else "") + level(z)


def _compared(z: float) -> str:
    return ("far " if abs(z) > STANDS_FAR_OUT else "") + ("above average" if z > 0 else "below average")


def _tell_apart(labels: list[str], centroids: np.ndarray, names: list[Name]) -> list[Name]:
    """Add the feature in which segments of one name differ most: "Standard (higher spending score)"."""
    told = list(names)
    for slug in _repeated(names):
        members = [i for i, name in enumerate(names) if name.slug == slug]
        feature = int(np.ptp(centroids[members], axis=0).argmax())
        ranked = sorted(members, key=lambda i: (centroids[i][feature], centroids[i].tolist()))
        for rank, i in enumerate(ranked):
            place = _place(rank, len(ranked))
            told[i] = replace(names[i], name=f"{names[i].name} ({place} {_inside(labels[feature])})", slug="")
    return told


def _place(rank: int, count: int) -> str:
    if count == 2:
        return ("lower", "higher")[rank]
    if rank == count - 1:
        return "highest"
    return "lowest" if rank == 0 else f"{_ordinal(rank + 1)} lowest"


def _ordinal(number: int) -> str:
    return f"{number}{'th' if number % 100 in (11, 12, 13) else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


def _repeated(names: list[Name]) -> list[str]:
    return [slug for slug, count in Counter(name.slug for name in names).items() if count > 1]


def _inside(label: str) -> str:
    """Return a label as it stands inside a sentence: "Annual income" -> "annual income", "VIP visits" as it is."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
