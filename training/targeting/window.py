"""The days of a campaign that count, and whether the orders reach to their end."""

import datetime
import itertools
from dataclasses import dataclass

from ..engines.engine import Engine, Table, day_literal
from ..files.source import DataError, count
from ..tables.today import are_slips

_SHORT_GAP, _DAYS_TO_JUDGE = 2, 10
"""Days without an order that are nothing to speak of, and days with one from which on it is known what is usual."""


@dataclass(frozen=True)
class Days:
    """Days that count, both included.

    first, last : datetime.date
    """

    first: datetime.date
    last: datetime.date

    def holds(self, column: str) -> str:
        """Return SQL of whether a day is one of them."""
        return f"{column} BETWEEN {day_literal(self.first)} AND {day_literal(self.last)}"


@dataclass(frozen=True)
class Window(Days):
    """The days of a campaign.

    drawn : datetime.date, when the groups were drawn
    latest : the latest day that has begun: a few orders of later days do not show that the window has ended
    """

    drawn: datetime.date
    latest: datetime.date = datetime.date.max

    @property
    def before(self) -> Days:
        """As many days just before the draw: from then on what is bought may be the campaign's."""
        last = self.drawn - datetime.timedelta(days=1)
        return Days(last - min(self.last - self.first, last - datetime.date.min), last)


def oldest_day(engine: Engine, orders: Table, window: Window) -> datetime.date | None:
    """Return the oldest day of orders that reach to the window's end, which a few of days to come do not show."""
    oldest: datetime.date | None
    newest, oldest = engine.rows(f"SELECT max(day), min(day) FROM {orders.sql}")[0]
    ahead = 0
    if newest is not None and newest > window.latest:
        is_ahead = f"day > {day_literal(window.latest)}"
        begun, later, total = engine.rows(
            f"SELECT max(CASE WHEN NOT {is_ahead} THEN day END), count(CASE WHEN {is_ahead} THEN 1 END), count(*) "
            f"FROM {orders.sql}"
        )[0]
        if are_slips(later, total):
            newest, ahead = begun, later
    if newest is None or newest < window.last:
        reach = f"the newest order is from {newest}, before" if newest else "there is no order that counts before"
        but = f", but for {count(ahead, 'row')} dated after {window.latest}, which is still to come" if ahead else ""
        raise DataError(
            f"{reach} the window ends on {window.last}{but}: export the orders again once it has ended, or name the "
            "last day with --to"
        )
    return oldest


def quiet_end(engine: Engine, orders: Table, window: Window) -> list[str]:
    """Say where the window's last days have no order, unlike any before: a later order alone may have hidden it."""
    last = engine.rows(f"SELECT max(day) FROM {orders.sql} WHERE {window.holds('day')}")[0][0] or window.first
    if (window.last - last).days <= _SHORT_GAP:
        return []
    asked = f"{window.holds('day')} OR {window.before.holds('day')}"
    days = [day for (day,) in engine.rows(f"SELECT DISTINCT day FROM {orders.sql} WHERE {asked} ORDER BY day")]
    gaps = [(later - day).days for day, later in itertools.pairwise(days)]
    if len(days) < _DAYS_TO_JUDGE or (window.last - last).days <= 2 * max(gaps):
        return []
    return [
        f"There is no order from the last {(window.last - last).days} days, after {last}, though before "
        f"{count(max(gaps), 'day')} at most passed from one to the next: if the orders were exported before "
        f"{window.last}, export them again and measure those."
    ]
