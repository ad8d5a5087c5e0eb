"""How training grows with the table, on DuckDB and on Spark, and Spark's own K-Means beside it.

``python -m tests.bench.spark [--rows 1000000 ...] [--way DuckDB ...]``; needs Java and training/requirements-spark.txt.
Other work on the machine lengthens the seconds that pass, but hardly those of the processors.
"""

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import click
from pyspark.ml.clustering import KMeans
from pyspark.ml.feature import VectorAssembler
from pyspark.sql import SparkSession

from tests.helpers.tables import fitted, read
from training.engines.duckdb import DuckDB
from training.engines.spark import Spark
from training.fit import Options

N_CLUSTERS = 5
FEATURES = ["visits", "spent"]
WAYS = ("DuckDB", "Spark", "MLlib")


@click.command(help=__doc__.splitlines()[0])
@click.option("--rows", multiple=True, default=(1_000_000, 10_000_000), help="Sizes of the tables.")
@click.option("--way", "ways", multiple=True, type=click.Choice(WAYS), default=WAYS, help="What to measure.")
def main(*, rows: tuple[int, ...], ways: tuple[str, ...]) -> None:
    """Print one line a size and way: seconds that passed, seconds of processors, inertia."""
    session = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").getOrCreate()
    session.range(1).count()  # Java's start is not counted
    work = {"DuckDB": fit_with(DuckDB), "Spark": fit_with(Spark), "MLlib": mllib(session)}
    with tempfile.TemporaryDirectory() as folder:
        for count in rows:
            path = Path(folder) / f"{count}.parquet"
            write(path, count)
            for way in ways:
                start, used = time.perf_counter(), processor_seconds(session)
                inertia = work[way](path)
                passed, used = time.perf_counter() - start, processor_seconds(session) - used
                print(f"{count:>12,}  {way:<7} {passed:7.1f} s  {used:7.1f} s of processors  inertia {inertia:.7e}")
            path.unlink()
    session.stop()


def processor_seconds(session: SparkSession) -> float:
    """Return how long this process and Spark's Java have computed."""
    stat = Path(f"/proc/{session.sparkContext._gateway.proc.pid}/stat").read_text().rpartition(")")[2].split()
    return time.process_time() + sum(map(int, stat[11:13])) / os.sysconf("SC_CLK_TCK")


def write(path: Path, count: int) -> None:
    """Write customers in five groups whose centres are known."""
    far = [f"sqrt(-2 * ln((hash(i, {n}) % 1000000 + 1) / 1000001.0))" for n in (1, 2)]
    turned = [f"cos(hash(i, {n}) % 6283 / 1e3)" for n in (3, 4)]
    noise = [f"9 * {distance} * {angle}" for distance, angle in zip(far, turned, strict=True)]
    with DuckDB() as engine:
        columns = f"20 * (i % 5) + {noise[0]} AS visits, 15 * (i * 3 % 5) + {noise[1]} AS spent"
        engine.write(f"SELECT i AS customer_id, {columns} FROM range({count}) AS t(i)", str(path))


def fit_with(kind: type[DuckDB] | type[Spark]) -> Callable[[Path], float]:
    """Fit as the command does."""

    def fit(path: Path) -> float:
        with kind() as engine:
            return fitted(engine, read(engine, path, FEATURES), Options(N_CLUSTERS)).model.metrics["inertia"]

    return fit


def mllib(session: SparkSession) -> Callable[[Path], float]:
    """Fit Spark's K-Means to standardised values, kept in memory as it asks."""

    def fit(path: Path) -> float:
        table = session.read.parquet(str(path))
        figures = table.selectExpr(
            *(f"{figure}({name})" for name in FEATURES for figure in ("avg", "stddev_pop"))
        ).first()
        scaled = [
            f"({name} - {figures[2 * i]!r}D) / {figures[2 * i + 1]!r}D AS {name}" for i, name in enumerate(FEATURES)
        ]
        assembler = VectorAssembler(inputCols=FEATURES, outputCol="features")
        vectors = assembler.transform(table.selectExpr(*scaled)).select("features").persist()
        fitted = KMeans(k=N_CLUSTERS, seed=42, maxIter=100).fit(vectors)
        vectors.unpersist()
        return float(fitted.summary.trainingCost)

    return fit


if __name__ == "__main__":
    main()
