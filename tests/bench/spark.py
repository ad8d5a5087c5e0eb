"""How training grows with the table, on DuckDB and on Spark, and Spark's own K-Means beside it.

``python -m tests.bench.spark [--rows 1000000 --rows 10000000]``; needs Java and training/requirements-spark.txt.
"""

import tempfile
import time
from pathlib import Path

import click
from pyspark.ml.clustering import KMeans
from pyspark.ml.feature import VectorAssembler
from pyspark.sql import SparkSession

from function.model import Model
from tests.tables import fitted, read
from training.engine import DuckDB
from training.fitting import Options
from training.spark import Spark

N_CLUSTERS = 5
FEATURES = ["visits", "spent"]


@click.command(help=__doc__.splitlines()[0])
@click.option("--rows", multiple=True, default=(1_000_000, 10_000_000), help="Sizes of the tables.")
def main(*, rows: tuple[int, ...]) -> None:
    """Print one line a size and way: seconds and inertia."""
    session = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").getOrCreate()
    session.range(1).count()  # Java's start is not counted
    with tempfile.TemporaryDirectory() as folder:
        for count in rows:
            path = Path(folder) / f"{count}.parquet"
            write(path, count)
            for kind in (DuckDB, Spark):
                seconds, model = timed(fit, kind, path)
                print(f"{count:>12,}  {kind.name:<14} {seconds:7.1f} s  inertia {model.metrics['inertia']:.7e}")
            seconds, inertia = timed(mllib, session, path, model)
            print(f"{count:>12,}  {'Spark MLlib':<14} {seconds:7.1f} s  inertia {inertia:.7e}")
    session.stop()


def write(path: Path, count: int) -> None:
    """Write customers in five groups whose centres are known."""
    far = [f"sqrt(-2 * ln((hash(i, {n}) % 1000000 + 1) / 1000001.0))" for n in (1, 2)]
    turned = [f"cos(hash(i, {n}) % 6283 / 1e3)" for n in (3, 4)]
    noise = [f"9 * {distance} * {angle}" for distance, angle in zip(far, turned, strict=True)]
    with DuckDB() as engine:
        columns = f"20 * (i % 5) + {noise[0]} AS visits, 15 * (i * 3 % 5) + {noise[1]} AS spent"
        engine.write(f"SELECT i AS customer_id, {columns} FROM range({count}) AS t(i)", str(path))


def fit(kind: type[DuckDB] | type[Spark], path: Path) -> Model:
    """Fit as the command does."""
    with kind() as engine:
        return fitted(engine, read(engine, path, FEATURES), Options(N_CLUSTERS)).model


def mllib(session: SparkSession, path: Path, model: Model) -> float:
    """Fit Spark's K-Means to the same standardised values, kept in memory as it asks; return the inertia."""
    scaled = [f"({f.name} - {f.mean!r}D) / {f.scale!r}D AS {f.name}" for f in model.features]
    frame = session.read.parquet(str(path)).selectExpr(*scaled)
    vectors = VectorAssembler(inputCols=FEATURES, outputCol="features").transform(frame).select("features").persist()
    found = KMeans(k=N_CLUSTERS, seed=42, maxIter=100).fit(vectors)
    vectors.unpersist()
    return float(found.summary.trainingCost)


def timed(work, *arguments):
    """Return the seconds that a call took, and what it returned."""
    start = time.perf_counter()
    result = work(*arguments)
    return time.perf_counter() - start, result


if __name__ == "__main__":
    main()
