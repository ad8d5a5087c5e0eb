"""What stands around a day in a cell is taken off; ISO's days of weeks and years are counted as Python counts them."""

import datetime

import pytest

from training.engines.engine import literal
from training.tables.dates.day_texts import day_of_week, day_of_year, in_plain_words, is_plain


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("5. März 2024", "5 Mar 2024"),
        ("5 de marzo de 2024", "5 Mar 2024"),
        ("mardi, 5 mars 2024", "5 Mar 2024"),
        ("05-Dez-24", "05 Dec 24"),
        ("März 5, 2024", "Mar 5 2024"),
        ("2024年3月5日", "2024-3-5"),
    ],
)
def test_what_stands_around_a_month_is_left_out(engine, text, english):
    assert engine.rows(f"SELECT {in_plain_words(literal(text))}") == [(english,)]


@pytest.mark.parametrize("text", ["2024-03-05", "20240305", "05.03.24", "2024-W10-2"])
def test_days_of_numbers_are_left_as_they_are(engine, text):
    assert engine.rows(f"SELECT {is_plain(literal(text))}") == [(True,)]


@pytest.mark.parametrize("year", [2020, 2021, 2024, 2026])
def test_days_of_weeks_and_years_are_those_of_python(engine, year):
    first = datetime.date(year - 1, 12, 25)
    days = [first + datetime.timedelta(days=count) for count in range(380)]
    texts = ", ".join(literal(f"{day:%G-W%V-%u %Y-%j}") for day in days)
    week, number = day_of_week("split_part(text, ' ', 1)"), day_of_year("split_part(text, ' ', 2)")
    assert engine.rows(f"SELECT {week}, {number} FROM unnest([{texts}]) AS t(text)") == [(day, day) for day in days]


@pytest.mark.parametrize("text", ["2024-W53-1", "2024-W00-1", "2024-W10-8", "2024-W10", "2024-10-2"])
def test_a_week_or_day_of_it_that_there_is_not_is_none(engine, text):
    assert engine.rows(f"SELECT {day_of_week(literal(text))}") == [(None,)]


@pytest.mark.parametrize("text", ["2023-366", "2024-000", "2024-65", "2024065"])
def test_a_day_of_the_year_that_there_is_not_is_none(engine, text):
    assert engine.rows(f"SELECT {day_of_year(literal(text))}") == [(None,)]
