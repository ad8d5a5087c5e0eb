"""A feature as an axis of standardised space: where its range is there, and moves along it in the feature's unit."""

import msgspec

from .content import Feature

ROUNDING = 1e-12
"""How near the edge of a range a move is taken to end on it, relative to 1 + the edge, in standard deviations."""


class Move(msgspec.Struct, frozen=True, gc=False):
    """A change of one feature.

    by : how much is added, in the feature's unit
    to : the value reached, in the feature's unit
    """

    feature: str
    by: float
    to: float


class Axis:
    """An axis along which customers move.

    Parameters
    ----------
    number : int, the feature's position in the model
    feature : Feature

    Attributes
    ----------
    number : int
    low, high : float, ends of the feature's range, in standard deviations
    """

    __slots__ = ("_feature", "_inside_high", "_inside_low", "high", "low", "number")

    def __init__(self, number: int, feature: Feature) -> None:
        self.number = number
        self._feature = feature
        self.low, self.high = feature.standardise(feature.min), feature.standardise(feature.max)
        self._inside_low, self._inside_high = self.low + _rounding(self.low), self.high - _rounding(self.high)

    def edge(self, start: float, reached: float) -> float | None:
        """Return the edge of the range that a move towards the range ends on if it is to end within, or None.

        Parameters
        ----------
        start, reached : float, ends of a move that does not end within the range, in standard deviations
        """
        if start > reached > self.high:
            return self.high
        if start < reached < self.low:
            return self.low
        return None

    def move(self, value: float, reached: float) -> Move:
        """Turn a standardised value reached into a move in the feature's unit, never past the range by a rounding.

        Parameters
        ----------
        value : float, where the move begins, in the feature's unit
        reached : float, where it ends, in standard deviations
        """
        feature = self._feature
        to = feature.restore(reached)
        least, most = feature.min, feature.max
        if not self._inside_low < reached < self._inside_high:  # on an edge, or beyond it as the customer is
            least, most = self._ends(value, reached)
        if to < least:
            to = least
        elif to > most:
            to = most
        return Move(feature.name, to - value, to)

    def _ends(self, value: float, reached: float) -> tuple[float, float]:
        """Return the values, in the feature's unit, between which a move to the edge of a range or beyond it ends."""
        least, most = self._feature.min, self._feature.max
        if self.low - _rounding(self.low) <= reached <= self._inside_low:
            return least, least
        if self._inside_high <= reached <= self.high + _rounding(self.high):
            return most, most
        return min(least, value), max(most, value)


def _rounding(edge: float) -> float:
    return ROUNDING * (1 + abs(edge))
