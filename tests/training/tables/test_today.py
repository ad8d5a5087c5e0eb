"""The day of today, or the one that the environment names."""

import datetime

import pytest

from training.files.source import DataError
from training.tables.today import latest_day, today


def test_without_a_word_it_is_the_day_in_utc(monkeypatch):
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    before = datetime.datetime.now(datetime.UTC).date()
    assert before <= today() <= datetime.datetime.now(datetime.UTC).date()


@pytest.mark.parametrize(
    ("seconds", "day"), [("0", (1970, 1, 1)), ("86399", (1970, 1, 1)), ("1767225600", (2026, 1, 1))]
)
def test_source_date_epoch_names_another_day(monkeypatch, seconds, day):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", seconds)
    assert today() == datetime.date(*day)


@pytest.mark.parametrize(
    ("seconds", "day"), [("35999", (1970, 1, 1)), ("36000", (1970, 1, 2)), ("86399", (1970, 1, 2))]
)
def test_a_day_begins_first_fourteen_hours_ahead_of_utc(monkeypatch, seconds, day):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", seconds)
    assert latest_day() == datetime.date(*day)


@pytest.mark.parametrize("text", ["yesterday", "1.5", "9" * 30, "253402300799"])
def test_what_is_no_number_of_seconds_is_refused(monkeypatch, text):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", text)
    with pytest.raises(DataError, match="SOURCE_DATE_EPOCH: expected seconds since 1970-01-01"):
        today()
