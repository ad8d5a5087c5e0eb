"""Names segments of orders by what is true of their members: when they last came, how often, for how much.

A name is given only if what it says is true of the median member: words on coming back need half of the segment to have
come back, one segment at most is called Champions, and Loyal are only those who were here recently, or no longer ago
than three of their own gaps between orders.

References
----------
Hughes, A. M. (1994). Strategic Database Marketing. Probus. (Recency, frequency, monetary value.)
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from function.model import Feature

from ..clustering.features import restore
from ..tables.columns import RFM

FIFTHS = (-0.8416, -0.2533, 0.2533, 0.8416)
"""Standard deviations that part a normal distribution into fifths."""

BEST = FIFTHS[-1]
OFTEN = 3
"""Orders from which on customers come back again and again."""

GAPS = 3
"""Of their own gaps between orders Loyal customers have been away at most, if they were not here recently."""

HALF = 0.5
ONCE = ("Quiet longest", "Hibernating", "About to sleep", "Promising", "New")
"""Names of segments of which less than half came back, from the longest away to the most recent."""


@dataclass(frozen=True)
class Habits:
    """What the members of a segment do; medians unless said otherwise.

    recency_days, orders, spent : of its members
    repeat : share of its members with two orders or more
    waiting : share of all customers who were here more recently than its median member, 0 to 1
    history_days : longest time since a customer's last order, about as long as the table reaches back
    more : whether its median member spent more than the median customer
    often, much : frequency and monetary value of the centroid, in standard deviations from the mean
    """

    recency_days: float
    orders: float
    spent: float
    repeat: float
    waiting: float
    history_days: float
    more: bool
    often: float
    much: float

    @property
    def sentence(self) -> str:
        """The medians in words."""
        days, orders = f"{self.recency_days:,.0f}", f"{self.orders:,.0f}"
        return (
            f"Median customer: last order {days} day{'' if days == '1' else 's'} ago, {orders} "
            f"order{'' if orders == '1' else 's'}, {_amount(self.spent)} in all."
        )

    @property
    def fifth(self) -> int:
        """Fifth of all customers by recency: 4 for the most recent, 0 for those longest away."""
        return 4 - min(4, int(5 * self.waiting))


def habits(features: Sequence[Feature], centroids: np.ndarray, X: np.ndarray, labels: np.ndarray) -> list[Habits]:
    """Measure the members of each segment.

    Parameters
    ----------
    features : sequence of Feature: recency_days, frequency and monetary in any order
    centroids : ndarray of shape (n_segments, 3), standardised
    X : ndarray of shape (n_customers, 3), in the features' units
    labels : ndarray of shape (n_customers,), rows of `centroids`; who is in no sample is as its centroid

    Returns
    -------
    list of Habits
    """
    recency, frequency, monetary = ([feature.name for feature in features].index(name) for name in RFM)
    days = np.sort(X[:, recency])
    measured = []
    for position, z in enumerate(centroids):
        members = X[labels == position]
        members = members if len(members) else restore(features, z[None])
        medians = np.median(members, axis=0)
        before = np.searchsorted(days, medians[recency], "left") + np.searchsorted(days, medians[recency], "right")
        measured.append(
            Habits(
                recency_days=float(medians[recency]),
                orders=float(medians[frequency]),
                spent=float(medians[monetary]),
                repeat=float((members[:, frequency] > 1).mean()),
                waiting=float(before / 2 / len(days)),
                history_days=float(days[-1]),
                more=bool(medians[monetary] > np.median(X[:, monetary])),
                often=float(z[frequency]),
                much=float(z[monetary]),
            )
        )
    return measured


def rfm_names(segments: Sequence[Habits]) -> list[str]:
    """Name segments of orders; one of them at most is called Champions."""
    best = max(segments, key=lambda habit: habit.often + habit.much)
    return [_name(habit, champions=habit is best) for habit in segments]


def _name(habit: Habits, *, champions: bool) -> str:
    if habit.repeat < HALF:
        return ONCE[habit.fifth]
    loyal = habit.orders >= OFTEN and habit.more and habit.often + habit.much > 2 * FIFTHS[2]
    if habit.fifth > 2:
        best = champions and loyal and min(habit.often, habit.much) > BEST
        return "Champions" if best else "Loyal" if loyal else "Potential loyalists"
    if habit.fifth == 2:
        regular = loyal and habit.recency_days <= GAPS * habit.history_days / habit.orders
        return "Loyal" if regular else "Need attention" if habit.more else ONCE[habit.fifth]
    missed = "Can't lose" if loyal and habit.much > FIFTHS[2] else "At risk"
    return missed if habit.more else ONCE[habit.fifth]


def _amount(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.4g}"
