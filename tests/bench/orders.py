"""Measure fit, score, measure and movement on generated orders, beside the plain aggregates that they need.

``python -m tests.bench.orders [--orders 1000000 ...] [--pandas]``: each in a fresh process, in turns; a customer has
ten orders. The plain way is DuckDB's own, with as much memory as training gives it: the SQL that somebody at home in it
would write for the same figures, who knows the columns beforehand and trusts the cells. For `measure` that is: each
customer once, the first and the last day, what each bought in the window and before it, the caps, and moments by group
and by segment; for `movement`: each customer once in both tables, one model, and the joined tables as a matrix of
counts, near borders and values. The commands also find and check the columns, fit, answer and write. Times are compared
by seconds of processors, which other work on the machine hardly lengthens, with and without the start of either: Python
and the libraries.
"""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import click

from tests.bench.training import Run, run

FIRST, CAMPAIGN, AFTER = "2024-07-01", "2026-05-01", "2026-06-01"
_MAY, _BEFORE = ("2026-05-01", "2026-05-31"), ("2026-03-31", "2026-04-30")
MOST, LARGEST = 2.0, 500
"""Times the plain aggregate's seconds of processors, and MB, that a command may take."""

_STARTS = {
    "fit": "import training.commands.fit, training.fit",
    "score": "import training.commands.score, duckdb",
    "measure": "import training.commands.measure, duckdb",
    "movement": "import training.commands.movement, duckdb",
}
_DUCKDB = """
import sys, duckdb
config = {"temp_directory": sys.argv[1], "memory_limit": "256MiB"}
connection = duckdb.connect(sys.argv[1] + "/plain.duckdb", config=config)
for statement in sys.argv[2:]:
    connection.execute(statement).fetchall()
"""
_PANDAS = """
import sys, duckdb, pandas
orders = duckdb.read_parquet(sys.argv[1]).df()
by = orders.groupby("customer_id")
pandas.DataFrame({"recency": by.order_date.max(), "frequency": by.order_id.nunique(), "monetary": by.amount.sum()})
"""


@click.command(help=__doc__.splitlines()[0])
@click.option(
    "--orders", "sizes", multiple=True, type=int, default=(1_000_000, 10_000_000), help="Sizes of the tables."
)
@click.option("--pandas", "with_pandas", is_flag=True, help="Also what pandas takes for the figures of each customer.")
def main(*, sizes: tuple[int, ...], with_pandas: bool) -> None:
    """Print a line a size and command."""
    for size in sizes:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            _plain(folder, _orders(folder / "orders.parquet", size))
            for what, ours, plain in steps(folder):
                starts = [run([sys.executable, "-c", code])[1] for code in (_STARTS[what], "import duckdb")]
                _print(size, what, (ours(), plain()), starts)
            if with_pandas:
                taken = Run(*run([sys.executable, "-c", _PANDAS, str(folder / "orders.parquet")])[:3], 0)
                print(f"{size:>12,}  pandas' figures of each customer: {taken.seconds:.1f} s, {taken.memory:.0f} MB")


def _orders(path: Path, size: int) -> str:
    """Return SQL that writes orders of a tenth as many customers, who differ in how much they spend.

    It runs in a process of its own: what this one holds would count as held by those it starts.
    """
    customer = f"hash(i) % {size // 10}"
    amount = f"exp(2 + ({customer}) % 5 * 0.7 + hash(i, 2) % 1000 / 1000.0)"
    return (
        f"COPY (SELECT 'c' || ({customer}) AS customer_id, i AS order_id, "
        f"DATE '{FIRST}' + CAST(hash(i, 3) % (700 - ({customer}) % 7 * 90) AS INTEGER) AS order_date, "
        f"round({amount}, 2) AS amount FROM range({size}) AS t(i)) TO '{path}'"
    )


def steps(folder: Path) -> list[tuple[str, Callable[[], Run], Callable[[], Run]]]:
    """Return what is measured: its name, the command, and the plain aggregate."""
    orders, model = folder / "orders.parquet", folder / "segmenter.joblib"
    may, june, spring = (folder / f"{name}.parquet" for name in ("may", "june", "spring"))

    def figures(day: str) -> str:
        return (
            f"SELECT customer_id, DATE '{day}' - max(order_date) AS recency_days, count(DISTINCT order_id) AS orders, "
            f"sum(amount) AS monetary FROM '{orders}' WHERE order_date < DATE '{day}' GROUP BY customer_id"
        )

    def scored(out: Path, day: str) -> Run:
        return _command("score", orders, out, "--orders", "--as-of", day, "--model", model)

    def measured() -> Run:
        scored(june, AFTER)
        _plain(
            folder,
            "COPY (SELECT *, 'spring' AS campaign, CASE WHEN hash(customer_id) % 5 = 0 THEN 'control' ELSE 'treated' "
            f"END AS \"group\", 'true' AS findable, 0.2 AS share, '{CAMPAIGN}' AS day FROM '{may}') TO '{spring}'",
        )
        return _command("measure", spring, orders, "--from", _MAY[0], "--to", _MAY[1])

    during, before = (f"order_date BETWEEN DATE '{first}' AND DATE '{last}'" for first, last in (_MAY, _BEFORE))
    sums = (
        f"SELECT customer_id, sum(CASE WHEN {during} THEN amount END) AS revenue, "
        f"sum(CASE WHEN {before} THEN amount END) AS past, count(CASE WHEN {during} THEN 1 END) AS purchases "
        f"FROM '{orders}' WHERE {during} OR {before} GROUP BY customer_id"
    )
    figures_of = "coalesce(revenue, 0) AS y, coalesce(past, 0) AS x, purchases > 0 AS bought"
    everyone = f"SELECT segment, \"group\", {figures_of} FROM '{spring}' LEFT JOIN ({sums}) USING (customer_id)"
    caps = ", ".join(f"quantile_cont({name}, 0.99) FILTER ({name} > 0) AS {name}_cap" for name in ("y", "x"))
    capped = "count(CASE WHEN bought THEN 1 END), avg(y), avg(least(y, y_cap)), var_samp(least(y, y_cap)), "
    capped += "avg(least(x, x_cap)), var_samp(least(x, x_cap)), covar_samp(least(y, y_cap), least(x, x_cap))"
    compared = (
        f"SELECT count(*), count(DISTINCT customer_id) FROM '{spring}'",
        f"SELECT min(order_date), max(order_date) FROM '{orders}'",
        f"CREATE OR REPLACE TABLE outcomes AS {everyone}",
        f'SELECT segment, "group", count(*), {capped} FROM outcomes, (SELECT {caps} FROM outcomes) '
        'GROUP BY GROUPING SETS (("group"), (segment, "group"))',
    )
    once = "SELECT count(*), count(DISTINCT customer_id), min(model), max(model) FROM"
    moved = (
        f"{once} '{may}'",
        f"{once} '{june}'",
        "SELECT t.segment AS was, n.segment AS now, count(*), count(*) FILTER (t.borderline OR n.borderline), "
        f"sum(t.monetary), sum(n.monetary) FROM '{may}' AS t FULL JOIN '{june}' AS n USING (customer_id) GROUP BY ALL",
    )
    return [
        (
            "fit",
            lambda: _command("fit", orders, "--orders", "--as-of", CAMPAIGN, "--out", folder, "--fresh"),
            lambda: _plain(folder, f"CREATE OR REPLACE TABLE figures AS {figures(CAMPAIGN)}"),
        ),
        (
            "score",
            lambda: scored(may, CAMPAIGN),
            lambda: _plain(folder, f"COPY ({figures(CAMPAIGN)}) TO '{folder}/plain.parquet' (COMPRESSION zstd)"),
        ),
        (
            "measure",
            measured,
            lambda: _plain(folder, *compared),
        ),
        (
            "movement",
            lambda: _command("movement", may, june),
            lambda: _plain(folder, *moved),
        ),
    ]


def _command(*arguments: object) -> Run:
    return Run(*run([sys.executable, "-m", "training", *map(str, arguments)])[:3], 0)


def _plain(folder: Path, *statements: str) -> Run:
    return Run(*run([sys.executable, "-c", _DUCKDB, str(folder), *statements])[:3], 0)


def _print(size: int, what: str, runs: tuple[Run, Run], starts: list[float]) -> None:
    ours, plain = runs
    ratio = ours.processor / plain.processor
    work = [max(each.processor - start, 0.01) for each, start in zip(runs, starts, strict=True)]
    missed = "" if ratio <= MOST and ours.memory <= LARGEST else "  missed"
    one, other = (
        f"{each.seconds:6.1f} s ({each.processor:.1f} s of processors) {each.memory:4.0f} MB" for each in runs
    )
    without = f"{work[0] / work[1]:.1f} without the starts ({starts[0]:.1f} and {starts[1]:.1f} s)"
    print(f"{size:>12,}  {what:<9} {one}   plain {other}   {ratio:.1f} times, {without}{missed}", flush=True)


if __name__ == "__main__":
    main()
