"""Measure fit, score, measure and movement on generated orders, beside the plain aggregates that they need.

``python -m tests.bench.orders [--orders 1000000 ...] [--each 10] [--peers] [--spark] [--kept FILE]``: each in a fresh
process, in turns. The plain way is DuckDB's own, with all the memory it asks for: the SQL that somebody at home in it
would write for the same figures, who knows the columns beforehand and trusts the cells. For `measure` that is: each
customer once, the first and the last day, what each bought in the window and before it, the caps, and moments by group
and by segment; for `movement`: each customer once in both tables, one model, and the joined tables as a matrix of
counts, near borders and values. The commands also find and check the columns, fit, answer and write. The peers are
pandas and Polars, which compute the figures of each customer and no more. Times are compared by seconds of processors,
which other work on the machine hardly lengthens, with and without the start of either: Python and the libraries.
"""

import ctypes
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import click
import msgspec

from tests.bench.training import Run, run
from tests.helpers.service import ROOT

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
connection = duckdb.connect(sys.argv[1] + "/plain.duckdb", config={"temp_directory": sys.argv[1]})
for statement in sys.argv[2:]:
    connection.execute(statement).fetchall()
"""
_PEERS = {
    "pandas": """
import sys, duckdb, pandas
orders = duckdb.read_parquet(sys.argv[1]).df()
by = orders.groupby("customer_id")
pandas.DataFrame({"recency": by.order_date.max(), "frequency": by.order_id.nunique(), "monetary": by.amount.sum()})
""",
    "Polars": """
import sys, polars
of = polars.col
figures = of("order_date").max(), of("order_id").n_unique(), of("amount").sum()
polars.scan_parquet(sys.argv[1]).group_by("customer_id").agg(figures).collect()
""",
}
_PR_SET_CHILD_SUBREAPER = 36


@dataclass(frozen=True)
class Measured:
    """What one way took for one command and so many orders."""

    size: int
    command: str
    way: str
    run: Run


@click.command(help=__doc__.splitlines()[0])
@click.option(
    "--orders", "sizes", multiple=True, type=int, default=(1_000_000, 10_000_000), help="Sizes of the tables."
)
@click.option("--each", type=int, default=10, show_default=True, help="How many orders a customer has.")
@click.option("--peers", is_flag=True, help="Also what pandas and Polars take for the figures of each customer.")
@click.option("--spark", is_flag=True, help="Also each command with --engine spark.")
@click.option(
    "--kept", type=click.Path(path_type=Path), help="A file that results are added to, for tests.bench.picture."
)
def main(*, sizes: tuple[int, ...], each: int, peers: bool, spark: bool, kept: Path | None) -> None:
    """Print a line a size and command."""
    for size in sizes:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            _plain(folder, _orders(folder / "orders.parquet", size, size // each))
            for measured in _measure(folder, size, peers=peers, spark=spark):
                if kept:
                    with kept.open("ab") as lines:
                        lines.write(msgspec.json.encode(measured) + b"\n")


def _measure(folder: Path, size: int, *, peers: bool, spark: bool) -> Iterator[Measured]:
    for what, ours, plain in steps(folder, _command):
        starts = [run([sys.executable, "-c", code])[1] for code in (_STARTS[what], "import duckdb")]
        runs = ours(), plain()
        _print(size, what, runs, starts)
        yield from (Measured(size, what, way, each) for way, each in zip(("ours", "plain"), runs, strict=True))
    for what, ours, _ in steps(folder, _with_spark) if spark else []:
        taken = ours()
        print(f"{size:>12,}  {what:<9} on Spark {_told(taken)}", flush=True)
        yield Measured(size, what, "Spark", taken)
    for peer, program in _PEERS.items() if peers else []:
        taken = Run(*run([sys.executable, "-c", program, str(folder / "orders.parquet")])[:3], 0)
        print(f"{size:>12,}  figures of each customer by {peer} {_told(taken)}", flush=True)
        yield Measured(size, "score", peer, taken)


def _orders(path: Path, size: int, customers: int) -> str:
    """Return SQL that writes orders of customers who differ in how much they spend.

    It runs in a process of its own: what this one holds would count as held by those it starts.
    """
    customer = f"hash(i) % {customers}"
    amount = f"exp(2 + ({customer}) % 5 * 0.7 + hash(i, 2) % 1000 / 1000.0)"
    return (
        f"COPY (SELECT 'c' || ({customer}) AS customer_id, i AS order_id, "
        f"DATE '{FIRST}' + CAST(hash(i, 3) % (700 - ({customer}) % 7 * 90) AS INTEGER) AS order_date, "
        f"round({amount}, 2) AS amount FROM range({size}) AS t(i)) TO '{path}'"
    )


def steps(folder: Path, command: Callable[..., Run]) -> list[tuple[str, Callable[[], Run], Callable[[], Run]]]:
    """Return what is measured: its name, the command, which `command` runs, and the plain aggregate."""
    orders, model = folder / "orders.parquet", folder / "segmenter.joblib"
    may, june, spring = (folder / f"{name}.parquet" for name in ("may", "june", "spring"))

    def figures(day: str) -> str:
        return (
            f"SELECT customer_id, DATE '{day}' - max(order_date) AS recency_days, count(DISTINCT order_id) AS orders, "
            f"sum(amount) AS monetary FROM '{orders}' WHERE order_date < DATE '{day}' GROUP BY customer_id"
        )

    def scored(out: Path, day: str) -> Run:
        return command("score", orders, out, "--orders", "--as-of", day, "--model", model)

    def measured() -> Run:
        scored(june, AFTER)
        _plain(
            folder,
            "COPY (SELECT *, 'spring' AS campaign, CASE WHEN hash(customer_id) % 5 = 0 THEN 'control' ELSE 'treated' "
            f"END AS \"group\", 'true' AS findable, 0.2 AS share, '{CAMPAIGN}' AS day FROM '{_files(may)}') "
            f"TO '{spring}'",
        )
        return command("measure", spring, orders, "--from", _MAY[0], "--to", _MAY[1])

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
            lambda: command("fit", orders, "--orders", "--as-of", CAMPAIGN, "--out", folder, "--fresh"),
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
            lambda: command("movement", may, june),
            lambda: _plain(folder, *moved),
        ),
    ]


def _files(table: Path) -> str:
    """Return where a table's rows are; Spark writes a folder of files."""
    return f"{table}/*.parquet" if table.is_dir() else str(table)


def _command(*arguments: object) -> Run:
    return Run(*run([sys.executable, "-m", "training", *map(str, arguments)])[:3], 0)


def _with_spark(*arguments: object) -> Run:
    """Run a command on Spark; its Java, which it leaves behind to end by itself, counts too."""
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1)
    started, processor, memory = time.perf_counter(), 0.0, 0
    command = [sys.executable, "-m", "training", *map(str, arguments), "--engine", "spark"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while True:
        try:
            pid, status, usage = os.wait4(-1, 0)
        except ChildProcessError:
            return Run(time.perf_counter() - started, processor, memory / 1024, 0)
        if pid == process.pid:
            process.returncode = os.waitstatus_to_exitcode(status)
            if status:
                raise subprocess.CalledProcessError(process.returncode, command)
        processor, memory = processor + usage.ru_utime + usage.ru_stime, max(memory, usage.ru_maxrss)


def _plain(folder: Path, *statements: str) -> Run:
    return Run(*run([sys.executable, "-c", _DUCKDB, str(folder), *statements])[:3], 0)


def _print(size: int, what: str, runs: tuple[Run, Run], starts: list[float]) -> None:
    ours, plain = runs
    ratio = ours.processor / plain.processor
    work = [max(each.processor - start, 0.01) for each, start in zip(runs, starts, strict=True)]
    missed = "" if ratio <= MOST and ours.memory <= LARGEST else "  missed"
    without = f"{work[0] / work[1]:.1f} without the starts ({starts[0]:.1f} and {starts[1]:.1f} s)"
    print(
        f"{size:>12,}  {what:<9} {_told(ours)}   plain {_told(plain)}   {ratio:.1f} times, {without}{missed}",
        flush=True,
    )


def _told(taken: Run) -> str:
    return f"{taken.seconds:6.1f} s ({taken.processor:.1f} s of processors) {taken.memory:4.0f} MB"


if __name__ == "__main__":
    main()
