"""Tables of every size and form through fit and score: `python -m tests.bench.tables [--quick|--larger] [--kept FILE]`.

Beside each cell of the matrix stand seconds and peak memory of its two processes. One that fails, or that has not ended
after ten minutes, is named, and the exit code is 1. Each size comes once before any comes again in another form, so a
matrix that is stopped has seen them all; with `--kept` it goes on where it stopped.
"""

import itertools
import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import click
import duckdb
import msgspec

from tests.helpers.service import ROOT

PATIENCE = 600.0
"""Seconds after which a process is taken to hang."""

DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t"}
INPUTS = (*DELIMITERS, "parquet")
OUTPUTS = ("csv", "parquet")


@dataclass(frozen=True, order=True)
class Cell:
    """A table, and how it is read and written.

    features : columns of numbers that the model takes
    columns : all of them; the others are texts
    rows : int
    read : "parquet", or the delimiter of a CSV
    written : "csv" or "parquet"
    threads : processors that the process may use
    """

    features: int
    columns: int
    rows: int
    read: str
    written: str
    threads: int


@dataclass(frozen=True)
class Run:
    """What a process took: its exit code, or None if it was killed; seconds, peak memory in MB, its last line."""

    code: int | None
    seconds: float
    peak_mb: float
    said: str


def matrix(*, quick: bool) -> list[Cell]:
    """Return each size with one of the forms, then, unless quick, with a quarter of them, small tables first."""
    features = (1, 8, 30) if quick else (1, 2, 8, 17, 30)
    columns = (1, 20, 2_000) if quick else (1, 20, 200, 2_000)
    rows = (6, 5_000) if quick else (6, 10_000, 200_000, 2_000_000)
    most = 400_000 if quick else 30_000_000  # cells of a table, or the disk is full
    sizes = [(n, max(n, wide), length) for n, wide, length in itertools.product(features, columns, rows)]
    sizes = [size for size in dict.fromkeys(sizes) if size[1] * size[2] <= most]
    forms = list(itertools.product(INPUTS, OUTPUTS, (1, 2)))
    repeated = sizes if quick else sizes * (len(forms) // 4)
    cells = [Cell(*size, *forms[5 * number % len(forms)]) for number, size in enumerate(repeated)]
    return cells[: len(sizes)] + sorted(cells[len(sizes) :], key=lambda cell: cell.columns * cell.rows)


def write_table(cell: Cell, folder: Path) -> Path:
    """Write a cell's table: three groups of customers, numbers with two decimals, texts that differ by row."""
    path = folder / ("table.parquet" if cell.read == "parquet" else "table.csv")
    numbers = [f"round((i % 3) * 50 + hash(i * 31 + {n}) % 1000 / 50, 2) AS f{n}" for n in range(cell.features)]
    texts = [f"'text ' || i || ' of {n}' AS t{n}" for n in range(cell.columns - cell.features)]
    form = "FORMAT parquet" if cell.read == "parquet" else f"FORMAT csv, DELIMITER '{DELIMITERS[cell.read]}'"
    with duckdb.connect() as connection:
        connection.execute("SET threads = 1")
        connection.execute("SET enable_progress_bar = false")
        select = f"SELECT {', '.join([*numbers, *texts])} FROM range({cell.rows}) AS t(i)"
        connection.execute(f"COPY ({select}) TO '{path}' ({form})")
    return path


def run(arguments: list[str], threads: int) -> Run:
    """Run training with some processors and measure it."""
    processors = sorted(os.sched_getaffinity(0))[:threads]
    start = time.monotonic()
    command = [sys.executable, "-m", "training", *arguments]
    with (
        tempfile.TemporaryFile("w+") as said,
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=said) as process,
    ):
        os.sched_setaffinity(process.pid, processors)
        watchdog = threading.Timer(PATIENCE, process.kill)
        watchdog.start()
        _, status, usage = os.wait4(process.pid, 0)
        watchdog.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        lines = said.read().strip().splitlines() or [""]
    code = None if process.returncode == -signal.SIGKILL else process.returncode
    return Run(code, time.monotonic() - start, usage.ru_maxrss / 1024, lines[-1])


def try_cell(cell: Cell) -> list[Run]:
    """Fit and score a cell's table, and print what that took."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        # A process starts with the peak of the one that starts it: what writes the table is another.
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as writer:
            table = writer.submit(write_table, cell, folder).result()
        features = ",".join(f"f{number}" for number in range(cell.features))
        fit = ["fit", str(table), "--features", features, "--k", "3", "--out", str(folder / "model")]
        score = ["score", str(table), str(folder / f"out.{cell.written}")]
        runs = [run(fit, cell.threads)]
        if runs[0].code == 0:
            runs.append(run([*score, "--model", str(folder / "model/segmenter.joblib")], cell.threads))
        size = table.stat().st_size / 1e6
    takes = " ".join(f"{part.seconds:6.1f} s {part.peak_mb:6.0f} MB" for part in runs)
    click.echo(
        f"{cell.features:>4} {cell.columns:>6} {cell.rows:>9,} {cell.read:>9} {cell.written:>7} {cell.threads:>2} "
        f"{size:8.1f} MB {takes}"
    )
    for part in runs:
        if part.code != 0:
            end = "killed: it hangs, or the memory is full" if part.code is None else f"exit code {part.code}"
            click.echo(f"     {end}: {part.said}")
    return runs


def kept_runs(path: Path | None) -> dict[Cell, list[Run]]:
    """Return what earlier commands found, by cell."""
    lines = path.read_bytes().splitlines() if path and path.exists() else []
    return dict(msgspec.json.decode(line, type=tuple[Cell, list[Run]]) for line in lines)


def summary(results: dict[Cell, list[Run]]) -> str:
    """Return how many cells ended well, and the most memory that a process took."""
    well = sum(all(run.code == 0 for run in runs) for runs in results.values())
    peak_mb, cell = max((run.peak_mb, cell) for cell, runs in results.items() for run in runs)
    return f"{well} of {len(results)} ended well; at most {peak_mb:.0f} MB, by {cell}"


@click.command()
@click.option("--quick", is_flag=True, help="The small ones, in about a minute.")
@click.option("--larger", is_flag=True, help="Only a CSV of 20 texts that is larger than the memory it takes.")
@click.option("--kept", type=click.Path(path_type=Path), help="A file for the results; cells in it are not run again.")
def main(quick: bool, larger: bool, kept: Path | None) -> None:
    """Fit and score tables of every size and form."""
    cells = [Cell(2, 22, 2_000_000, "comma", "csv", 2)] if larger else matrix(quick=quick)
    results = kept_runs(kept)
    click.echo("features columns rows  read  written threads  table   fit   score")
    for cell in cells:
        if cell in results:
            continue
        results[cell] = try_cell(cell)
        if kept:
            with kept.open("ab") as lines:
                lines.write(msgspec.json.encode((cell, results[cell])) + b"\n")
    click.echo(summary(results))
    sys.exit(any(run.code != 0 for runs in results.values() for run in runs))


if __name__ == "__main__":
    main()
