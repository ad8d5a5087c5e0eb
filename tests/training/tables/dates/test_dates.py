"""Dates as people and programs write them, read by column; what could be read in two ways is refused."""

import datetime
import re

import duckdb
import pytest

from tests.helpers.cases import load
from training.engines.duckdb import DuckDB
from training.files.formats import open_table
from training.files.missing import MISSING
from training.files.source import DataError
from training.tables.dates.dates import date_sql, is_date

MARCH, APRIL = datetime.date(2024, 3, 14), datetime.date(2024, 4, 25)


def column(engine, path, *cells):
    """Return a table with one column of quoted cells, and a second one, so that a cell may be empty."""
    path.write_text("day;n\n" + "".join(f'"{cell}";1\n' for cell in cells), encoding="utf-8")
    return open_table(engine, str(path))


def days(engine, source, *formats):
    return [row[0] for row in engine.rows(f"SELECT {date_sql(engine, source, 'day', formats)} FROM {source.sql}")]


@pytest.mark.parametrize("case", load("dates")["columns"], ids=lambda case: " ".join(case["cells"]))
def test_a_column_is_read_as_the_cases_say(engine, tmp_path, case):
    check(case, engine, column(engine, tmp_path / "days.csv", *case["cells"]))


def check(case, engine, source):
    """Compare the days of a column, or what is said of it, with a case."""
    if "error" in case:
        with pytest.raises(DataError, match=re.escape(case["error"])):
            days(engine, source)
    else:
        assert [day and day.isoformat() for day in days(engine, source)] == case["days"]


@pytest.mark.parametrize(
    ("cells", "format_"),
    [
        (("24-03-14", "24-04-25"), "%y-%m-%d"),
        (("14-03-24", "25-04-24"), "%d-%m-%y"),
        (("03/14/2024 06:30:00 PM", "04/25/2024 07:30:00 AM"), "%m/%d/%Y %I:%M:%S %p"),
        (("14.03.2024 18:30", "25.04.2024 07:30"), "%d.%m.%Y %H:%M"),
        (("14.03.2024 18:30", "25.04.2024 07:30"), "%d.%m.%Y"),
        (("2024-03-14T18:30:00+0200", "2024-04-25T07:30:00+0200"), "%Y-%m-%dT%H:%M:%S%z"),
        (("24074", "24116"), "%y%j"),
        (("2024074", "2024116"), "%Y%j"),
        (("Thursday 14 March 2024", "Thursday 25 April 2024"), "%A %d %B %Y"),
        (("1710441000", "1714030200"), "epoch"),
        (("1710441000123", "1714030200000"), "epoch"),
        (("1710441000.5", "1714030200"), "epoch"),
        (("45365.77", "45407.31"), "excel"),
        (("45365", "45407"), "excel"),
    ],
)
def test_a_format_that_is_given_reads_what_it_says(engine, tmp_path, cells, format_):
    assert days(engine, column(engine, tmp_path / "t.csv", *cells), format_) == [MARCH, APRIL]


@pytest.mark.parametrize(
    ("cells", "format_", "first"),
    [
        (("1850-05-01", "2024-03-14"), "%Y-%m-%d", (1850, 5, 1)),
        (("31.12.9999 10:30", "14.03.2024 10:30"), "%d.%m.%Y %H:%M", (9999, 12, 31)),
        (("2024-02", "2024-03"), "%Y-%m", (2024, 2, 1)),
        (("Feb 2024", "März 2024"), "%b %Y", (2024, 2, 1)),
        (("2023", "2024"), "%Y", (2023, 1, 1)),
    ],
)
def test_years_and_parts_of_days_that_are_asked_about_are_read_by_the_format_that_is_said(
    engine, tmp_path, cells, format_, first
):
    assert days(engine, column(engine, tmp_path / "t.csv", *cells), format_)[0] == datetime.date(*first)


def test_a_year_of_two_digits_is_no_year_of_the_first_century(engine, tmp_path):
    with pytest.raises(DataError, match="expected a date as %d/%m/%Y, found something else"):
        days(engine, column(engine, tmp_path / "t.csv", "14/03/24"), "%d/%m/%Y")


@pytest.mark.parametrize(("short", "year"), [("39", 2039), ("40", None), ("68", None), ("69", 1969)])
def test_years_of_two_digits_that_may_be_of_either_century_are_asked_about(engine, tmp_path, short, year):
    source = column(engine, tmp_path / "t.csv", "14.03.24", f"15.03.{short}")
    if year:
        assert days(engine, source)[1] == datetime.date(year, 3, 15)
    else:
        with pytest.raises(DataError, match="from 40 to 68, which could be 19"):
            days(engine, source)
        assert days(engine, source, "%d.%m.%y")[1].year == 2000 + int(short)


def test_months_of_one_language_are_asked_for_where_a_format_is_given_too(engine, tmp_path):
    with pytest.raises(DataError, match="write months as numbers"):
        days(engine, column(engine, tmp_path / "t.csv", "5 lip 2024"), "%d %b %Y")


def test_dates_of_other_centuries_are_dates(engine, tmp_path):
    assert is_date(engine, column(engine, tmp_path / "t.csv", "1850-05-01", "1753-01-01", ""), "day")
    assert is_date(engine, column(engine, tmp_path / "u.csv", "1 Mar 1850", "5 Mar 2024"), "day")
    assert not is_date(engine, column(engine, tmp_path / "v.csv", "18500501", "17530101"), "day")


@pytest.mark.parametrize(
    ("number", "day"),
    [
        ("0", (1970, 1, 1)),
        ("-86400", (1969, 12, 31)),
        ("86399", (1970, 1, 1)),
        *((f"1710441000{parts}", (2024, 3, 14)) for parts in ("", "123", "123456", "123456789")),
    ],
)
def test_seconds_since_1970_are_counted_in_utc(engine, tmp_path, number, day):
    assert days(engine, column(engine, tmp_path / "t.csv", number), "epoch") == [datetime.date(*day)]


def test_numbers_of_parquet_are_read_as_seconds_too(engine, tmp_path):
    path = tmp_path / "t.parquet"
    duckdb.sql("SELECT 1710441000::BIGINT AS day, 1 AS n UNION ALL SELECT 1714030200, 1").write_parquet(str(path))
    assert sorted(days(engine, open_table(engine, str(path)), "epoch")) == [MARCH, APRIL]


@pytest.mark.parametrize("word", [word for word in MISSING if word])
def test_words_for_missing_are_no_date_and_no_fault(engine, tmp_path, word):
    assert days(engine, column(engine, tmp_path / "t.csv", "2024-03-14", word, "")) == [MARCH, None, None]


@pytest.mark.parametrize("format_", ["%s", "%Y-%m-%d %Q", "%d/%m/%"])
def test_a_directive_that_does_not_exist_is_named(engine, tmp_path, format_):
    with pytest.raises(DataError, match=r"--date-format: no such directive: %"):
        days(engine, column(engine, tmp_path / "t.csv", "2024-03-14"), format_)


def test_a_format_without_directives_is_refused(engine, tmp_path):
    with pytest.raises(DataError, match="expected directives such as %d/%m/%Y, or epoch, or excel"):
        days(engine, column(engine, tmp_path / "t.csv", "2024-03-14"), "dd.mm.yyyy")


@pytest.mark.parametrize(
    ("cells", "advice"),
    [
        (("1710441000", "1714030200"), "seconds, milliseconds or the like since 1970; if so, add --date-format epoch"),
        (("1710441000123", ""), "seconds, milliseconds or the like since 1970; if so, add --date-format epoch"),
        (("45365.77", "45407.31"), "Excel's serial days; if so, add --date-format excel"),
    ],
)
def test_numbers_that_look_like_dates_are_refused_with_the_format_to_try(engine, tmp_path, cells, advice):
    with pytest.raises(DataError, match=advice):
        days(engine, column(engine, tmp_path / "t.csv", *cells))


def test_dates_written_in_two_ways_are_refused_with_both_and_a_line_of_each(engine, tmp_path):
    source = column(engine, tmp_path / "t.csv", "1/1/2014", "13-01-2014", "14-01-2014", "15-01-2014", "2/3/2014")
    with pytest.raises(DataError) as caught:
        days(engine, source)
    assert str(caught.value).removeprefix(f"{source.path}: ") == (
        'column "day": expected dates written in one way, found %d-%m-%Y (3 cells, the first in line 3) and '
        "%d/%m/%Y or %m/%d/%Y (2 cells, the first in line 2); make them alike, or give --date-format once for each"
    )


def test_several_formats_read_each_cell_by_the_first_that_can(engine, tmp_path):
    source = column(engine, tmp_path / "t.csv", "3/14/2024", "25-04-2024", "")
    assert days(engine, source, "%m/%d/%Y", "%d-%m-%Y") == [MARCH, APRIL, None]


def test_a_cell_that_no_given_format_reads_is_refused_with_its_line(engine, tmp_path):
    source = column(engine, tmp_path / "t.csv", "3/14/2024", "soon")
    with pytest.raises(DataError, match=r'line 3: column "day": expected a date as %m/%d/%Y, found something else \(1'):
        days(engine, source, "%m/%d/%Y")


@pytest.mark.parametrize(
    ("cell", "answer"), [("2024-03-14", True), ("1/2/24", True), ("20240314", False), ("5", False), ("soon", False)]
)
def test_whether_a_column_holds_dates_is_seen_by_its_beginning(engine, tmp_path, cell, answer):
    assert is_date(engine, column(engine, tmp_path / "t.csv", cell, ""), "day") is answer


@pytest.mark.parametrize("zone", ["UTC", "America/Los_Angeles", "Asia/Tokyo"])
def test_an_instant_is_a_day_of_utc_whatever_the_machine_says(tmp_path, monkeypatch, zone):
    path = tmp_path / "t.parquet"
    duckdb.sql("SELECT TIMESTAMPTZ '2024-03-14 23:30:00+00' AS day, 1 AS n").write_parquet(str(path))
    monkeypatch.setenv("TZ", zone)
    with DuckDB() as other:
        assert days(other, open_table(other, str(path))) == [MARCH]


@pytest.mark.slow
@pytest.mark.parametrize(
    "cells",
    [
        ("14. März 2024", "25. April 2024"),
        ("14 March 2024", "25 Apr 2024"),
        ("14 de marzo de 2024", "25 de abril de 2024"),
        ("14-mars-24", "25-avr.-24"),
        ("2024年3月14日", "2024年4月25日"),
        ("Mar 14, 2024, 3:15 PM", "Apr 25, 2024, 11:00 AM"),
        ("Thu, 14 Mar 2024 10:00:00 GMT", "Thu, 25 Apr 2024 10:00:00 GMT"),
    ],
)
def test_months_have_names_in_many_languages(engine, tmp_path, cells):
    source = column(engine, tmp_path / "days.csv", *cells)
    assert is_date(engine, source, "day")
    assert days(engine, source) == [MARCH, APRIL]


def test_a_word_that_is_no_month_is_refused(engine, tmp_path):
    with pytest.raises(DataError, match=r"line 3: column .day.: expected a date"):
        days(engine, column(engine, tmp_path / "days.csv", "14 mars 2024", "25 floréal 2024"))


@pytest.mark.parametrize(
    ("cells", "formats"),
    [
        (("jeu. 14 mars 2024 à 10 h", "2024-04-25"), ("%d %b %Y", "%Y-%m-%d")),
        (("jeu. 14/03/2024", "25. 4. 2024"), ("%d/%m/%Y", "%d.%m.%Y")),
        (("2024-W11-4", "2024-W17-4"), ("%G-W%V-%u",)),
        (("2024-074", "2024-116"), ("%Y-%j",)),
    ],
)
def test_a_format_that_messages_name_reads_what_they_say_of(engine, tmp_path, cells, formats):
    assert days(engine, column(engine, tmp_path / "t.csv", *cells), *formats) == [MARCH, APRIL]


def test_numbers_of_invoices_are_taken_for_no_dates(engine, tmp_path):
    assert not is_date(engine, column(engine, tmp_path / "t.csv", "2024-065", "2024-066"), "day")
