"""Features that are not numbers as they stand: dates, answers, percent."""

import datetime

import duckdb
import pytest

from training.files.formats import open_table
from training.files.source import DataError
from training.tables.columns import Column
from training.tables.readings import Manner, read_features

DAY = datetime.date(2024, 3, 31)


def read(engine, path, column, manner):
    source = open_table(engine, str(path))
    [column], readings = read_features(engine, source, [column], manner)
    return column, [row[0] for row in engine.rows(f"SELECT {readings[column.header].value} FROM {source.sql}")]


SIGNUP = Column("Signup date", "signup_date", "Signup date", "")


def test_a_date_becomes_days_before_a_day_and_says_so_by_name_unit_and_day(engine, tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("Signup date,n\n2024-03-30,1\nNA,2\n2024-04-01,3\n")
    column, days = read(engine, path, SIGNUP, Manner(as_of=DAY))
    assert column == Column("Signup date", "signup_date_days", "Days since signup date", "days", "2024-03-31")
    assert days == [1.0, None, -1.0]


def test_a_date_of_parquet_becomes_days_too(engine, tmp_path):
    path = tmp_path / "t.parquet"
    duckdb.sql("SELECT DATE '2024-03-30' AS \"Signup date\", 1 AS n").write_parquet(str(path))
    assert read(engine, path, SIGNUP, Manner(as_of=DAY))[1] == [1.0]


def test_a_date_without_a_day_is_refused_with_the_option(engine, tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("Signup date,n\n2024-03-30,1\n")
    with pytest.raises(DataError, match='column "Signup date": holds dates; say with --as-of DAY'):
        read(engine, path, SIGNUP, Manner())


def test_a_model_of_days_counts_to_its_own_day_unless_another_is_given(engine, tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("Signup date,n\n2024-03-30,1\n")
    of_model = Column("Signup date", "signup_date_days", "Days since signup date", "days", "2024-03-31")
    assert read(engine, path, of_model, Manner())[1] == [1.0]
    assert read(engine, path, of_model, Manner(as_of=datetime.date(2024, 4, 30)))[1] == [31.0]


def test_percent_is_the_unit_of_its_numbers(engine, tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("rate,n\n12%,1\n3.5 %,1\n")
    column, values = read(engine, path, Column("rate", "rate", "Rate", ""), Manner())
    assert (column.unit, values) == ("%", [12.0, 3.5])
