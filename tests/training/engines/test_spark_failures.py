"""Training on Spark survives the loss of a machine."""

import os
import signal
from pathlib import Path

import numpy as np
import pytest

from tests.helpers.spark import needs_spark, spark_session
from tests.helpers.tables import fitted, read
from training.clustering import sample
from training.engines.duckdb import DuckDB
from training.fit import Options

pytestmark = [
    needs_spark,
    pytest.mark.timeout(900),  # three cold Javas on a busy machine
]


@pytest.fixture
def cluster():
    """Start Spark on two executors, each a process of its own."""
    session = spark_session("local-cluster[2,1,512]", {"spark.executor.memory": "512m"})
    yield session
    session.stop()


def executors(session):
    """Return the process numbers of the session's executors, oldest first."""
    application = session.sparkContext.applicationId.encode()
    process_ids = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = path.read_bytes()
        except OSError:
            continue  # it has ended
        if b"CoarseGrainedExecutorBackend" in command and application in command:
            process_ids.append(int(path.parent.name))
    return sorted(process_ids)


def replace_none(session):
    """Let the session go on with one executor: another would be one more cold Java."""
    context = session.sparkContext
    anywhere = context._jvm.PythonUtils.toScalaMap({})
    assert context._jsc.sc().requestTotalExecutors(1, 0, anywhere)


def test_an_executor_that_is_lost_in_a_pass_changes_nothing(cluster, tmp_path, monkeypatch):
    from training.engines.spark import Spark  # noqa: PLC0415 - needs PySpark

    folder, whole = tmp_path / "customers", tmp_path / "whole.parquet"
    folder.mkdir()
    with DuckDB() as duckdb:
        for part in range(4):
            rows = "SELECT i::DOUBLE % 7 + hash(i) % 100 / 50.0 AS x, i::DOUBLE * 37 % 11 AS y"
            duckdb.write(
                f"{rows} FROM range({part * 500}, {part * 500 + 500}) AS t(i)", str(folder / f"{part}.parquet")
            )
        duckdb.write(f"SELECT * FROM read_parquet('{folder}/*.parquet')", str(whole))
    monkeypatch.setattr(sample, "SAMPLE", 1000)
    killed = []

    def kill_one(step):
        if step.startswith("Pass 2"):
            replace_none(cluster)
            killed.append(executors(cluster)[0])
            os.kill(killed[0], signal.SIGKILL)

    with Spark() as engine:
        ours = fitted(engine, read(engine, folder, ["x", "y"]), Options(3), progress=kill_one).model
    assert len(killed) == 1
    assert killed[0] not in executors(cluster)
    with DuckDB() as duckdb:
        theirs = fitted(duckdb, read(duckdb, whole, ["x", "y"]), Options(3)).model
    assert ours.metrics["inertia"] == pytest.approx(theirs.metrics["inertia"], rel=1e-12)
    assert [(s.id, s.slug, s.size) for s in ours.segments] == [(s.id, s.slug, s.size) for s in theirs.segments]
    centroids, expected = ([s.centroid for s in model.segments] for model in (ours, theirs))
    np.testing.assert_allclose(centroids, expected, rtol=1e-9)
