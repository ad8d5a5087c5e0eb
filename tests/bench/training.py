"""Measure training against scikit-learn's fit to the whole table: time, peak memory, inertia.

Both read the same generated Parquet file in a fresh process, take turns, and use all cores; ours includes the start of
Python, the checks, card and report.
"""

import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import duckdb
import numpy as np
from rich.console import Console
from rich.markdown import Markdown

from function.model import load
from tests.helpers.service import ROOT

RESULTS = Path(__file__).parent / "TRAINING.md"
N_CLUSTERS = 5
_SCIKIT_LEARN = """
import sys, duckdb, numpy as np
from sklearn.cluster import KMeans
from sklearn.preprocessing import StandardScaler
X = np.column_stack(list(duckdb.sql(f"SELECT * FROM '{sys.argv[1]}'").fetchnumpy().values()))
print(KMeans(n_clusters=int(sys.argv[2]), n_init=10, random_state=42).fit(StandardScaler().fit_transform(X)).inertia_)
"""


@dataclass(frozen=True)
class Run:
    """What one process took: seconds, of one processor too, peak memory in MB, and the inertia it arrived at."""

    seconds: float
    processor: float
    memory: float
    inertia: float


def main(*, quick: bool) -> None:
    """Run, print and, unless quick, write the results."""
    console = Console()
    rows, rounds = (1_000_000, 1) if quick else (10_000_000, 3)
    with tempfile.TemporaryDirectory() as folder:
        found = {n_features: _compare(Path(folder), rows, n_features, rounds, console) for n_features in (2, 4)}
    text = _report(rows, rounds, found)
    console.print(Markdown(text))
    if not quick:
        RESULTS.write_text(text)


def _compare(folder: Path, rows: int, n_features: int, rounds: int, console: Console) -> tuple[list[Run], list[Run]]:
    table = folder / f"{n_features}.parquet"
    write_table(table, rows, n_features)
    ours, theirs = [], []
    for number in range(rounds):
        console.print(f"{n_features} features, round {number + 1} of {rounds}", style="dim")
        ours.append(_ours(folder, table, n_features))
        theirs.append(_theirs(table))
    table.unlink()
    return ours, theirs


def write_table(path: Path, rows: int, n_features: int) -> None:
    """Write customers in five overlapping groups of normal features."""
    centres = np.random.default_rng(1).uniform(0, 100, size=(N_CLUSTERS, n_features))
    columns = []
    for i in range(n_features):
        centre = " ".join(f"WHEN {group} THEN {value!r}" for group, value in enumerate(centres[:, i].tolist()))
        u, v = (f"((hash(i, {2 * i + part}) >> 11) + 1) / 9007199254740993.0::DOUBLE" for part in (0, 1))
        normal = f"sqrt(-2 * ln({u})) * cos(2 * pi() * {v})"
        columns.append(f"CAST(CASE i % {N_CLUSTERS} {centre} END + 12 * {normal} AS DOUBLE) AS f{i}")
    duckdb.sql(f"SELECT {', '.join(columns)} FROM range({rows}) AS t(i)").write_parquet(str(path))


def _ours(folder: Path, table: Path, n_features: int) -> Run:
    features = ",".join(f"f{i}" for i in range(n_features))
    options = ["--features", features, "--k", str(N_CLUSTERS), "--out", str(folder / "out"), "--fresh"]
    seconds, processor, memory, _ = run([sys.executable, "-m", "training", "fit", str(table), *options])
    return Run(seconds, processor, memory, load(folder / "out" / "segmenter.joblib").model.metrics["inertia"])


def _theirs(table: Path) -> Run:
    seconds, processor, memory, output = run([sys.executable, "-c", _SCIKIT_LEARN, str(table), str(N_CLUSTERS)])
    return Run(seconds, processor, memory, float(output))


def run(command: list[str]) -> tuple[float, float, float, str]:
    """Return seconds, processor seconds, peak memory in MB and output of a process."""
    started = time.perf_counter()
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        output = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    processor = usage.ru_utime + usage.ru_stime
    return time.perf_counter() - started, processor, usage.ru_maxrss / 1024, output


def _report(rows: int, rounds: int, found: dict[int, tuple[list[Run], list[Run]]]) -> str:
    versions = f"scikit-learn {version('scikit-learn')}, DuckDB {version('duckdb')}"
    lines = [
        "# Training against scikit-learn",
        f"{rows:,} generated customers, {N_CLUSTERS} segments, {os.cpu_count()} cores; medians of {rounds}, in turns. "
        f"Python {platform.python_version()}, {versions}. `python -m tests.bench --training`",
        "| features | what | `python -m training fit` | scikit-learn, `n_init=10` | ratio |\n"
        "| ---: | --- | ---: | ---: | ---: |",
    ]
    for n_features, (ours, theirs) in found.items():
        for what in ("seconds", "processor", "memory", "inertia"):
            a, b = (statistics.median(getattr(run, what) for run in runs) for runs in (ours, theirs))
            form = ".8g" if what == "inertia" else ".1f"
            unit = {"memory": " MB", "inertia": ""}.get(what, " s")
            lines[-1] += f"\n| {n_features} | {what} | {a:{form}}{unit} | {b:{form}}{unit} | {a / b:.3g} |"
    return "\n\n".join(lines) + "\n"
