"""Where a segment is in a feature, in words.

Levels are relative to the customer base: standard deviations from its mean, so that a name is right in any currency or
scale.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from function.model import Feature

STANDS_OUT = 0.5
"""Standard deviations from the mean above which a level is high and below whose negative it is low."""

STANDS_FAR_OUT = 1.5


@dataclass(frozen=True)
class Levels:
    """Says where a centroid is in a feature: a level of it, or yes and no of one that has no other values."""

    features: Sequence[Feature]
    labels: Sequence[str]

    def plain(self, i: int, z: float) -> str:
        """Return "low age", or "member: yes"."""
        return self._answer(i, z) or f"{level(z)} {self.labels[i]}"

    def by_degree(self, i: int, z: float) -> str:
        """Return "very low age", or "member: yes"."""
        return self._answer(i, z) or f"{_degree(z)} {self.labels[i]}"

    def compared(self, i: int, z: float) -> str:
        """Return "age is far below average", or "member is yes for most"."""
        answer = self._answer(i, z)
        return f"{answer.replace(': ', ' is ')} for most" if answer else f"{self.labels[i]} is {_compared(z)}"

    def _answer(self, i: int, z: float) -> str:
        """Return "member: yes" where most of a segment say so; empty if it is no such question."""
        feature = self.features[i]
        share = feature.mean + z * feature.scale
        is_question = feature.min == 0 and feature.max == feature.step == 1 and feature.offset is None
        if not is_question or (share > 1 / 2) != (z > 0):  # of a rare yes, many may be fewer than half
            return ""
        return f"{self.labels[i]}: {'yes' if z > 0 else 'no'}"


def level(z: float) -> str:
    """Return "low", "middle" or "high" for a distance from the mean in standard deviations."""
    return "high" if z > STANDS_OUT else "low" if z < -STANDS_OUT else "middle"


def _degree(z: float) -> str:
    return ("very " if abs(z) > STANDS_FAR_OUT else "") + level(z)


def _compared(z: float) -> str:
    return ("far " if abs(z) > STANDS_FAR_OUT else "") + ("above average" if z > 0 else "below average")
