"""Spark reads dates by the same cases as DuckDB."""

import pytest
from hypothesis import settings

from tests.helpers.cases import load
from tests.helpers.spark import needs_spark, spark_session
from tests.training.tables.dates.test_dates import check, column

pytestmark = [
    needs_spark,
    pytest.mark.timeout(900),  # a cold Java on a busy machine
]

STEP = max(12, 2400 // settings.default.max_examples)
"""Of the cases one in 24, by the weekly profile one in 12: Spark takes two seconds for each."""


@pytest.fixture(scope="module")
def spark():
    from training.engines.spark import Spark  # noqa: PLC0415 - needs PySpark

    session = spark_session("local[2]", {})
    with Spark() as engine:
        yield engine
    session.stop()


@pytest.mark.parametrize("case", load("dates")["columns"][12::STEP], ids=lambda case: " ".join(case["cells"]))
def test_a_column_of_dates_is_read_as_the_cases_say(spark, tmp_path, case):
    check(case, spark, column(spark, tmp_path / "days.csv", *case["cells"]))
