"""Simulates shops of which the truth is known, and prints how often training is right beside what is aimed at.

`python -m tests.bench.soundness --quick` takes two minutes on two idle cores, without --quick about twenty. Every run
is a whole fit: a table is written, read, fitted as `fit` does it.
"""

import concurrent.futures
import datetime
import math
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import click
import duckdb
import numpy as np
from sklearn.metrics import adjusted_rand_score

from function.model import Segmenter
from tests.helpers.real_tables import CDNOW
from tests.helpers.tables import fitted, read
from training.engines.duckdb import DuckDB
from training.files.formats import open_table
from training.fit import Fit, Options
from training.scoring.drift import LARGE, Comparison, histogram, judge
from training.tables.orders.columns import Choice
from training.tables.orders.rfm import summarise_orders

ROWS = 1000
QUICK, FULL = 6, 60
"""Runs of each kind of table."""

CUT = datetime.date(1998, 1, 1)
"""Day that CDNOW's orders are split at; they end half a year later."""

Table = tuple[np.ndarray, np.ndarray]
"""Customers, of shape (n, n_features), and the group that each was drawn from; all zeros without groups."""


@dataclass(frozen=True)
class Goal:
    """What is to be right about the fits to a kind of table.

    measure : what is measured of a fit to a table, averaged over the runs
    target : what the average is to be; at most that if it is about what must not happen, else at least
    """

    name: str
    measure: Callable[[Fit, Table], float]
    target: float
    at_most: bool = False


@dataclass(frozen=True)
class Kind:
    """A kind of table: how one is drawn, and what is to be right about it."""

    name: str
    make: Callable[[np.random.Generator], Table]
    goals: Sequence[Goal]


def groups(distance: float, *, outliers: float = 0.0) -> Callable[[np.random.Generator], Table]:
    """Return what draws 2 to 8 normal groups whose nearest centres are a distance apart, in 2 to 10 features."""

    def make(random: np.random.Generator) -> Table:
        n_groups, n_features = int(random.integers(2, 9)), int(random.choice([2, 3, 6, 10]))
        centres = random.normal(size=(n_groups, n_features))
        apart = np.linalg.norm(centres[:, None] - centres[None], axis=2) + np.diag([np.inf] * n_groups)
        labels = np.arange(ROWS) % n_groups
        X = (centres * distance / apart.min())[labels] + random.normal(size=(ROWS, n_features))
        far = random.random(ROWS) < outliers
        signs = random.choice([-1, 1], (far.sum(), n_features))
        X[far] += signs * X.std(axis=0) * random.uniform(8, 20, (far.sum(), n_features))
        return X, labels

    return make


def shop(random: np.random.Generator) -> Table:
    """Draw four groups of skewed sums, of which a third are zero: mostly those of who buys little of a kind anyway."""
    labels = np.arange(ROWS) % 4
    centres = np.log([[20, 30, 40], [200, 30, 400], [20, 300, 400], [200, 300, 40]])
    X = np.exp(centres[labels] + random.normal(0, 0.8, (ROWS, 3)))
    little = (centres < centres.mean(axis=0))[labels]
    X[random.random((ROWS, 3)) < np.where(little, 0.65, 0.05)] = 0.0
    return X, labels


def without_groups(draw: Callable[[np.random.Generator, tuple[int, int]], np.ndarray]) -> Callable[..., Table]:
    """Return what draws customers of one kind in 2 or 3 features."""

    def make(random: np.random.Generator) -> Table:
        return draw(random, (ROWS, int(random.integers(2, 4)))), np.zeros(ROWS, int)

    return make


def zeros(random: np.random.Generator, shape: tuple[int, int]) -> np.ndarray:
    """Draw skewed values of which 30 % are zero."""
    return random.lognormal(size=shape) * (random.random(shape) > 0.3)


def buyers(random: np.random.Generator, shape: tuple[int, int]) -> np.ndarray:
    """Draw recency, orders and spending of one population of buyers (BG/NBD with gamma rates and beta dropouts)."""
    rates, dropout = random.gamma(0.8, 1 / 40, shape[0]), random.beta(1, 4, shape[0])
    first = random.uniform(0, 365, shape[0])
    alive = np.minimum(random.exponential(1 / np.maximum(rates * dropout, 1e-9)), 365 - first)
    orders = 1 + random.poisson(rates * alive)
    recency = 365 - first - np.where(orders > 1, alive * random.beta(orders, 1), 0)
    return np.column_stack([recency, orders, orders * random.lognormal(3, 0.5, shape[0])])


def right_number(fit: Fit, table: Table) -> float:
    """Return 1 if there are as many segments as groups."""
    return float(len(fit.model.segments) == len(np.unique(table[1])))


def natural(fit: Fit, _: Table) -> float:
    """Return 1 if the segments are called natural."""
    return float(fit.model.verdict == "natural")


def agreement(fit: Fit, table: Table) -> float:
    """Return the adjusted Rand index of groups and answers."""
    answers = Segmenter(fit.model, "").assign_many(table[0].tolist())
    return float(adjusted_rand_score(table[1], [answer.segment.id for answer in answers]))


GROUPLESS = {
    "normal": lambda random, shape: random.normal(size=shape),
    "uniform": lambda random, shape: random.uniform(size=shape),
    "exponential": lambda random, shape: random.exponential(size=shape),
    "skewed with zeros": zeros,
    "counts": lambda random, shape: random.poisson(1, shape).astype(float),
    "visits": lambda random, shape: random.negative_binomial(1, 0.3, shape).astype(float),
    "buyers": buyers,
}

KINDS = [
    Kind("groups 5 sd apart", groups(5), [Goal("number right", right_number, 0.95), Goal("natural", natural, 0.95)]),
    Kind("groups 3 sd apart", groups(3), [Goal("natural", natural, 0.67)]),
    Kind("groups 6 sd apart and 1 % outliers", groups(6, outliers=0.01), [Goal("number right", right_number, 0.9)]),
    Kind("a shop with 35 % zeros", shop, [Goal("adjusted Rand index", agreement, 0.7)]),
    *(
        Kind(f"no groups, {name}", without_groups(draw), [Goal("natural", natural, 0.02, at_most=True)])
        for name, draw in GROUPLESS.items()
    ),
]


def run(position: int, seed: int) -> list[float]:
    """Draw a table of a kind, fit it, and return what is measured for each goal."""
    kind = KINDS[position]
    table = kind.make(np.random.default_rng([1618, position, seed]))
    X = table[0]
    names = [f"f{number}" for number in range(X.shape[1])]
    with tempfile.TemporaryDirectory() as folder, DuckDB() as engine:
        path = Path(folder) / "table.csv"
        np.savetxt(path, X, "%.17g", ",", header=",".join(names), comments="")
        fit = fitted(engine, read(engine, path, names), Options(random_state=seed))
        return [goal.measure(fit, table) for goal in kind.goals]


def drift_alarms(runs: int) -> float:
    """Return how often 50 to 1,000 customers like those of training are called others, looking at six features."""
    random, alarms = np.random.default_rng(2718), 0
    for number in range(runs):
        scored = (50, 100, 200, 500, 1000)[number % 5]
        comparisons = []
        for values in random.normal(size=(6, ROWS)):
            then = histogram(values)
            now = np.histogram(random.normal(size=scored), [-np.inf, *then.edges, np.inf])[0] / scored
            comparisons.append(Comparison(then.shares, now, ROWS, scored))
        alarms += any(judged.significant and judged.index >= LARGE for judged in judge(comparisons))
    return alarms / runs


def later_spending() -> float:
    """Return the share of the variance of CDNOW's log spending in the next half-year that the segments explain."""
    with DuckDB() as engine:
        summary = summarise_orders(engine, open_table(engine, str(CDNOW)), Choice(as_of=CUT))
        model = fitted(engine, summary.customers, Options()).model
        columns = ", ".join(["customer_id", *(feature.name for feature in model.features)])
        rows = engine.rows(f"SELECT {columns} FROM {summary.table.sql} WHERE monetary > 0")
    later = f"SELECT customer_id, sum(amount) FROM read_csv('{CDNOW}') WHERE order_date >= '{CUT}' GROUP BY customer_id"
    spent = {int(number): amount for number, amount in duckdb.sql(later).fetchall()}
    logs = np.log1p([max(0.0, spent.get(int(number), 0.0)) for number, *_ in rows])
    answers = Segmenter(model, "").assign_many([values for _, *values in rows])
    labels = np.array([answer.segment.id for answer in answers])
    parts = [logs[labels == label] for label in np.unique(labels)]
    return float(sum(len(part) * (part.mean() - logs.mean()) ** 2 for part in parts) / (len(logs) * logs.var()))


def show(name: str, values: Sequence[float], target: float, *, at_most: bool = False) -> None:
    """Print an average beside its target."""
    mean, error = float(np.mean(values)), float(np.std(values)) / math.sqrt(len(values))
    met = mean <= target if at_most else mean >= target
    bound = f"{'at most' if at_most else 'at least'} {target:.2f}"
    click.echo(f"{mean:6.3f} ({error:.3f})  {bound}  {'' if met else 'NOT MET  '}{name}")


@click.command(help=__doc__.splitlines()[0])
@click.option("--quick", is_flag=True, help=f"{QUICK} runs of each kind of table instead of {FULL}.")
def main(*, quick: bool) -> None:
    """Run the simulations and print the rates."""
    runs = QUICK if quick else FULL
    started = time.monotonic()
    with concurrent.futures.ProcessPoolExecutor(os.cpu_count()) as pool:
        tasks = [[pool.submit(run, position, seed) for seed in range(runs)] for position in range(len(KINDS))]
        for kind, results in zip(KINDS, tasks, strict=True):
            for goal, values in zip(
                kind.goals, zip(*(result.result() for result in results), strict=True), strict=True
            ):
                show(f"{kind.name}: {goal.name}", values, goal.target, at_most=goal.at_most)
    show("no change, 50 to 1,000 rows: drift ends with exit code 3", [drift_alarms(500)], 0.02, at_most=True)
    if CDNOW.exists():
        show("CDNOW: log spending of the next half-year explained", [later_spending()], 0.28)
    click.echo(f"{time.monotonic() - started:.0f} s; in brackets the standard error of the mean of {runs} runs.")


if __name__ == "__main__":
    main()
