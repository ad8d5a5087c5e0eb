"""The day on which a model is trained or a group is drawn, and the latest day that an order can be of."""

import datetime
import os

from ..files.source import DataError

VARIABLE = "SOURCE_DATE_EPOCH"

_FEW = 0.05
"""Share of a table's orders up to which those of days to come are slips."""

_FURTHEST_EAST = datetime.timedelta(hours=14)


def today() -> datetime.date:
    """Return the day in UTC, or the one that SOURCE_DATE_EPOCH names, so that a model can be made again byte by byte.

    Returns
    -------
    datetime.date

    Raises
    ------
    DataError
        If SOURCE_DATE_EPOCH is no number of seconds since 1970.

    References
    ----------
    Reproducible Builds (2017), SOURCE_DATE_EPOCH, https://reproducible-builds.org/specs/source-date-epoch/
    """
    return _now().date()


def latest_day() -> datetime.date:
    """Return the latest day that has begun anywhere, 14 hours ahead of UTC: nothing has happened on a later one.

    Returns
    -------
    datetime.date

    Raises
    ------
    DataError
        As `today` does.
    """
    return (_now() + _FURTHEST_EAST).date()


def are_slips(ahead: int, total: int) -> bool:
    """Return whether orders of days to come are few enough to be slips, rather than the clock one.

    Parameters
    ----------
    ahead : number of orders of days after `latest_day`
    total : number of all orders, those included
    """
    return ahead <= _FEW * total


def _now() -> datetime.datetime:
    said = os.environ.get(VARIABLE)
    if not said:
        return datetime.datetime.now(datetime.UTC)
    try:
        moment = datetime.datetime.fromtimestamp(int(said), datetime.UTC)
        moment + _FURTHEST_EAST
    except (ValueError, OverflowError, OSError):
        raise DataError(f"{VARIABLE}: expected seconds since 1970-01-01, found another text; unset it") from None
    return moment
