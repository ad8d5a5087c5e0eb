"""Dates on the page: a column that it reads has the days that training reads, and what is open there is open here."""

import datetime
import re

from tests.helpers.cases import load
from tests.page.helpers.modules import call_each

UNTIL = "2024-12-31"


def before(day: str | None) -> int | str:
    """Return the days from a day to UNTIL, as the page has them."""
    return "empty" if day is None else (datetime.date.fromisoformat(UNTIL) - datetime.date.fromisoformat(day)).days


def test_a_column_of_dates_means_what_it_means_to_training(blank):
    columns = load("dates")["columns"]
    read = 0
    for case, formats in zip(
        columns, call_each(blank, "customers/table/days:formatsOf", [(case["cells"],) for case in columns]), strict=True
    ):
        error = case.get("error", "")
        if len(formats) == 1:
            assert not error, case
            asked = [(cell, formats[0], UNTIL) for cell in case["cells"]]
            assert call_each(blank, "customers/table/days:daysBefore", asked) == [*map(before, case["days"])]
            read += 1
        elif formats:
            assert formats == re.findall(r"%.[-/.]%.[-/.]%.", error), case
    assert read >= 10


def test_a_cell_that_is_written_otherwise_is_no_date_and_a_later_day_is_below_0(blank):
    cells = ["2025-01-01", "2024-02-30", "24-03-05", "31/12/2024", " 2024-12-30T23:59:59.5+01:00 ", "n/a"]
    asked = [(cell, "%Y-%m-%d", UNTIL) for cell in cells]
    days = call_each(blank, "customers/table/days:daysBefore", asked)
    assert days == [-1, "not-a-date", "not-a-date", "not-a-date", 1, "empty"]


def test_dates_that_only_training_reads_are_told_from_what_is_no_date(blank):
    feature = {"unit": "days", "day": UNTIL, "min": 0, "max": 900, "offset": None}
    columns = [["5 March 2024", "", "Mar 6, 2024"], ["05.03.24"], ["2024-03-05"], ["Ann Lee", "5 March 2024"], ["", ""]]
    asked = [([[cell] for cell in cells], 0, None, feature, 1) for cells in columns]
    told = call_each(blank, "customers/table/inspection:inspect", asked)
    assert [each["worded"] for each in told] == [True, True, False, False, False]
