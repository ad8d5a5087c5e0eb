"""Measure training against scikit-learn's fit to the whole table: time, peak memory, inertia.

Both read the same generated Parquet file in a fresh process, take turns, and use all cores; ours includes the start of
Python, the checks, card and report. Beside it: where the time of ours goes, and a small table, whose fit is compared
with the bare import of what a script for the same would import. All run in an environment that holds what training
asks for and Matplotlib: beside those of the benchmarks scikit-learn would import pandas, too.
"""

import itertools
import json
import multiprocessing
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
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
SMALL = 200
_SCIKIT_LEARN = """
import sys, duckdb, numpy as np
from sklearn.cluster import KMeans
from sklearn.preprocessing import StandardScaler
X = np.column_stack(list(duckdb.sql(f"SELECT * FROM '{sys.argv[1]}'").fetchnumpy().values()))
print(KMeans(n_clusters=int(sys.argv[2]), n_init=10, random_state=42).fit(StandardScaler().fit_transform(X)).inertia_)
"""
_IMPORT = "import matplotlib.pyplot; from sklearn.cluster import KMeans"
_STEPS = {
    "Python and the command start": "start",
    "Reading": "reading",
    "Drawing": "sample and features' means",
    "Loading": "rest of scikit-learn's import, begun with reading",
    "Trying": "number of segments: refits of 1,000 customers",
    "Fitting": "K-Means on the sample, beside it on customers without groups",
    "Pass": "passes over the table",
    "Measuring": "measures on the sample",
    "Checking": "answers checked",
    "Writing": "card, report, model, end",
}
"""What each step of the command, by its first words, is called in the table."""


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
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _make_environment(folder)
        compared = {n_features: _compare(folder, rows, n_features, rounds, console) for n_features in (2, 4)}
        small = _compare_small(folder, 3 if quick else 11)
    text = _report(rows, rounds, compared, small)
    console.print(Markdown(text))
    if not quick:
        RESULTS.write_text(text)


def _make_environment(folder: Path) -> None:
    """Make the environment that the processes run in."""
    subprocess.run([sys.executable, "-m", "venv", folder / "environment"], check=True)
    for wanted in (["--requirement", "training/requirements.txt"], [f"matplotlib=={version('matplotlib')}"]):
        subprocess.run([_python(folder), "-m", "pip", "install", "--quiet", *wanted], cwd=ROOT, check=True)


def _python(folder: Path) -> str:
    return str(folder / "environment" / "bin" / "python")


@dataclass(frozen=True)
class Compared:
    """What ours and scikit-learn took, round by round, and each step of ours: seconds, and those of processors."""

    ours: list[Run]
    theirs: list[Run]
    steps: dict[str, tuple[float, float]]


def _compare(folder: Path, rows: int, n_features: int, rounds: int, console: Console) -> Compared:
    table = folder / f"{n_features}.parquet"
    apart(write_table, table, rows, n_features)
    ours, theirs = [], []
    for number in range(rounds):
        console.print(f"{n_features} features, round {number + 1} of {rounds}", style="dim")
        ours.append(_ours(folder, table, n_features))
        theirs.append(_theirs(folder, table))
    steps = _steps(_fit(folder, table, n_features))
    table.unlink()
    return Compared(ours, theirs, steps)


def _compare_small(folder: Path, rounds: int) -> tuple[list[Run], list[Run]]:
    """Return what a fit of a small table takes, and the bare imports."""
    table = folder / "small.parquet"
    apart(write_table, table, SMALL, 2)
    fits, imports = [], []
    for _ in range(rounds):
        fits.append(_ours(folder, table, 2))
        imports.append(Run(*run([_python(folder), "-c", _IMPORT])[:3], 0))
    return fits, imports


def apart(work: Callable[..., object], *arguments: object) -> None:
    """Do something in a process of its own: a process starts with the peak memory of the one that starts it."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as worker:
        worker.submit(work, *arguments).result()


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
    seconds, processor, memory, _ = run(_fit(folder, table, n_features))
    return Run(seconds, processor, memory, load(folder / "out" / "segmenter.joblib").model.metrics["inertia"])


def _fit(folder: Path, table: Path, n_features: int) -> list[str]:
    features = ",".join(f"f{i}" for i in range(n_features))
    options = ["--features", features, "--k", str(N_CLUSTERS), "--out", str(folder / "out"), "--fresh"]
    return [_python(folder), "-m", "training", "fit", str(table), *options]


def _steps(command: list[str]) -> dict[str, tuple[float, float]]:
    """Return how long each step of a command took, by what it says of its progress: seconds, and processors'."""
    begun, used, name = time.perf_counter(), 0.0, next(iter(_STEPS.values()))
    steps = dict.fromkeys(_STEPS.values(), (0.0, 0.0))
    with subprocess.Popen([*command, "--json"], cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in itertools.chain(process.stdout, [""]):
            now = time.perf_counter()
            if line:
                processor = _processor_seconds(process.pid)
            else:
                _, status, usage = os.wait4(process.pid, 0)
                process.returncode, processor = os.waitstatus_to_exitcode(status), usage.ru_utime + usage.ru_stime
            steps[name] = steps[name][0] + now - begun, steps[name][1] + processor - used
            begun, used = now, processor
            said = json.loads(line or "{}").get("progress", "")
            name = next((named for words, named in _STEPS.items() if said.startswith(words)), name)
    return steps


def _processor_seconds(pid: int) -> float:
    """Return how long a process has computed so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")


def _theirs(folder: Path, table: Path) -> Run:
    seconds, processor, memory, output = run([_python(folder), "-c", _SCIKIT_LEARN, str(table), str(N_CLUSTERS)])
    return Run(seconds, processor, memory, float(output))


def run(command: list[str]) -> tuple[float, float, float, str]:
    """Return seconds, processor seconds, peak memory in MB and output of a process.

    Python keeps what it compiles, as it does for a user, whatever this shell keeps it from.
    """
    started = time.perf_counter()
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    with subprocess.Popen(
        command, cwd=ROOT, env=kept, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        output = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    processor = usage.ru_utime + usage.ru_stime
    return time.perf_counter() - started, processor, usage.ru_maxrss / 1024, output


def _report(rows: int, rounds: int, compared: dict[int, Compared], small: tuple[list[Run], list[Run]]) -> str:
    versions = ", ".join(f"{label} {version(label.lower())}" for label in ("scikit-learn", "DuckDB", "Matplotlib"))
    lines = [
        "# Training against scikit-learn",
        f"{rows:,} generated customers, {N_CLUSTERS} segments, {os.cpu_count()} cores; medians of {rounds}, in turns. "
        f"Python {platform.python_version()}, {versions}. `python -m tests.bench --training`",
        "| features | what | `python -m training fit` | scikit-learn, `n_init=10` | ratio |\n"
        "| ---: | --- | ---: | ---: | ---: |",
    ]
    for n_features, each in compared.items():
        for what in ("seconds", "processor", "memory", "inertia"):
            a, b = (_median(runs, what) for runs in (each.ours, each.theirs))
            form = ".8g" if what == "inertia" else ".1f"
            unit = {"memory": " MB", "inertia": ""}.get(what, " s")
            lines[-1] += f"\n| {n_features} | {what} | {a:{form}}{unit} | {b:{form}}{unit} | {a / b:.3g} |"
    return "\n\n".join([*lines, *_where(compared), *_of_small(small)]) + "\n"


def _where(compared: dict[int, Compared]) -> list[str]:
    """Say where the time of a fit goes."""
    columns = [f"{n} features, {what}" for n in compared for what in ("s", "s of processors")]
    lines = [f"| step | {' | '.join(columns)} |", "| --- |" + " ---: |" * len(columns)]
    for name in _STEPS.values():
        cells = [f"{figure:.2f}" for each in compared.values() for figure in each.steps[name]]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return ["## Where the time goes", "One fit each, by what it says of its progress.", "\n".join(lines)]


def _of_small(small: tuple[list[Run], list[Run]]) -> list[str]:
    fits, imports = small
    ratio = statistics.median(a.processor / b.processor for a, b in zip(fits, imports, strict=True))
    seconds = [f"{_median(runs, what):.2f}" for what in ("seconds", "processor") for runs in small]
    return [
        "## Small tables",
        f"`python -m training fit` of {SMALL} customers, from start to end, takes {seconds[0]} s, {seconds[2]} s of "
        f"processors; `{_IMPORT}` alone takes {seconds[1]} s and {seconds[3]} s: {ratio:.2f} times (medians of "
        f"{len(fits)}, in turns; at most 1.3 wanted).",
    ]


def _median(runs: list[Run], what: str) -> float:
    return statistics.median(getattr(each, what) for each in runs)
