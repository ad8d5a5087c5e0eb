"""The day on which a model is trained or a group is drawn."""

import datetime
import os

from ..files.source import DataError

VARIABLE = "SOURCE_DATE_EPOCH"


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
    said = os.environ.get(VARIABLE)
    if not said:
        return datetime.datetime.now(datetime.UTC).date()
    try:
        return datetime.datetime.fromtimestamp(int(said), datetime.UTC).date()
    except (ValueError, OverflowError, OSError):
        raise DataError(f"{VARIABLE}: expected seconds since 1970-01-01, found another text; unset it") from None
