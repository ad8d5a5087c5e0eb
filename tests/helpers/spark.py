"""A Spark of the tests' own."""

import warnings
from typing import Any

import pytest

needs_spark = pytest.mark.spark
QUICK_JAVA = (  # compiled fast, not well; Spark's own classes are taken as sound
    "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:+UnlockDiagnosticVMOptions -XX:-BytecodeVerificationRemote"
)
COMMON = {
    "spark.ui.enabled": "false",
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.debug.maxToStringFields": "1",  # Spark prints each plan for its interface, which nobody sees
    "spark.sql.ui.explainMode": "simple",  # the same
    "spark.driver.extraJavaOptions": QUICK_JAVA,
    "spark.executor.extraJavaOptions": QUICK_JAVA,
}
"""Settings for small tables."""


def spark_session(master: str, settings: dict[str, str]) -> Any:
    """Start Spark; whatever asks for Spark in this process then gets this session."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # about pandas, which we do not use
        from pyspark.sql import SparkSession  # noqa: PLC0415 - optional

        from training.engines.spark import name_host  # noqa: PLC0415 - needs PySpark

        name_host()
        return SparkSession.builder.master(master).config(map={**COMMON, **settings}).getOrCreate()
