"""Measure the commands on generated orders, beside the plain aggregates that they need.

``python -m tests.bench.orders [--orders 1000000 ...] [--each 10] [--peers] [--spark] [--kept FILE]``: each in a fresh
process, in turns. The plain way is DuckDB's own SQL, with all the memory it asks for (`tests/bench/plain.py`); the
commands also find and check the columns, fit, answer and write. The peers do the work of `score` with pandas and
Polars. Times are compared by seconds of processors, which other work on the machine hardly lengthens, with and without
the start of either: Python and the libraries.
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

from tests.bench.plain import (
    AFTER,
    CAMPAIGN,
    MAY,
    PEERS,
    assignment,
    compared,
    figures,
    held_back,
    measured,
    moved,
)
from tests.bench.training import Run, run
from tests.helpers.service import ROOT

FIRST = "2024-07-01"
MOST, LARGEST = 2.0, 500
"""Times the plain aggregate's seconds of processors, and MB, that a command may take."""

_STARTS = {
    "fit": "import training.commands.fit, training.fit",
    "rfm": "import training.commands.rfm, duckdb",
    "score": "import training.commands.score, duckdb",
    "drift": "import training.commands.drift, duckdb, scipy.special",
    "holdout": "import training.commands.holdout, duckdb",
    "measure": "import training.commands.measure, duckdb",
    "movement": "import training.commands.movement, duckdb",
}
_DUCKDB = """
import sys, duckdb
connection = duckdb.connect(sys.argv[1] + "/plain.duckdb", config={"temp_directory": sys.argv[1]})
for statement in sys.argv[2:]:
    connection.execute(statement).fetchall()
"""
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
@click.option("--peers", is_flag=True, help="Also what pandas and Polars take for the work of score.")
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
    for peer, program in PEERS.items() if peers else []:
        files = [str(folder / name) for name in ("orders.parquet", "peer.parquet", "segmenter.joblib")]
        taken = Run(*run([sys.executable, "-c", program, *files, CAMPAIGN])[:3], 0)
        print(f"{size:>12,}  score     by {peer} {_told(taken)}", flush=True)
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
    may, june, spring, held = (folder / f"{name}.parquet" for name in ("may", "june", "spring", "held"))
    of_orders = (orders, "--orders", "--as-of", CAMPAIGN)

    def scored(out: Path, day: str) -> Run:
        return command("score", orders, out, "--orders", "--as-of", day, "--model", model)

    def measure() -> Run:
        scored(june, AFTER)
        _plain(folder, assignment(_files(may), spring))
        return command("measure", spring, orders, "--from", MAY[0], "--to", MAY[1])

    def holdout() -> Run:
        return command(
            "holdout", may, held, "--campaign", "spring", "--share", 20, "--day", CAMPAIGN, "--base-rate", 0.1
        )

    kept = f"CREATE OR REPLACE TABLE figures AS {figures(orders)}"
    written = f"COPY ({figures(orders)}) TO '{folder}/plain.parquet' (COMPRESSION zstd)"
    plainly = folder / "plainly.parquet"
    return [
        ("fit", lambda: command("fit", *of_orders, "--out", folder, "--fresh"), lambda: _plain(folder, kept)),
        (
            "rfm",
            lambda: command("rfm", orders, folder / "rfm.parquet", "--as-of", CAMPAIGN),
            lambda: _plain(folder, written),
        ),
        ("score", lambda: scored(may, CAMPAIGN), lambda: _plain(folder, written)),
        ("drift", lambda: command("drift", *of_orders, "--model", model), lambda: _plain(folder, *compared(orders))),
        ("holdout", holdout, lambda: _plain(folder, *held_back(_files(may), plainly))),
        ("measure", measure, lambda: _plain(folder, *measured(spring, orders))),
        ("movement", lambda: command("movement", may, june), lambda: _plain(folder, *moved(may, june))),
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
