"""Measure the function against a floor and the usual way: ``python -m tests.bench [--quick] [--training]``.

Every contender is a fresh process on one core, the client runs on another; for each figure the contenders take turns of
a second, so that whatever else the machine does falls on all of them. Only the ratios travel to other machines.
"""

import compileall
import contextlib
import datetime
import functools
import importlib.metadata
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import click
import msgspec
from rich.console import Console
from rich.markdown import Markdown

from tests.bench import growth
from tests.bench.contenders import ALL, FLOOR, OURS, RANGES, USUAL, Contender, write_peers
from tests.bench.measure import BATCH, CLIENT, Server, batch, batch_rate, installed_size, load, started
from tests.helpers import models
from tests.helpers.service import ROOT

RESULTS = Path(__file__).parent / "RESULTS.md"
TRIED = Path(__file__).parent / "TRIED.md"
CONNECTIONS = (1, 16, 64)
SECONDS = 1
"""Of a load; short, so that those who are compared are near in time."""
WIDE = (11, 8)
"""Segments and features of a larger model."""
WIDE_ONE = (12, 5)
"""Those of the larger model that is asked about one new customer at a time."""
PACKAGES = ("functions-framework", "starlette", "uvicorn", "uvloop", "httptools", "msgspec", "numpy", "scikit-learn")

Samples = dict[tuple[str, str], list[float]]
"""Figures by (contender, what), one a round."""


@click.command(help=__doc__.splitlines()[0])
@click.option("--quick", is_flag=True, help="One round, no installed sizes; for a look, not for figures.")
@click.option("--rounds", default=20, show_default=True, help="Rounds, each measuring every contender once.")
@click.option("--training", is_flag=True, help="Measure training instead: our fit against scikit-learn's.")
def main(*, quick: bool, rounds: int, training: bool) -> None:
    """Run, print and write the results."""
    console = Console()
    if training:
        from tests.bench import training as bench  # noqa: PLC0415  duckdb and scikit-learn are not needed otherwise

        bench.main(quick=quick)
        return
    compileall.compile_dir(
        ROOT / "function", quiet=1
    )  # as after a first start, whatever this shell keeps Python from writing
    samples = _measure(1 if quick else rounds, console)
    sizes = {} if quick else {contender.name: installed_size(contender) for contender in ALL}
    text = _report(samples, sizes, quick=quick)
    console.print(Markdown(text))
    if not quick:
        RESULTS.write_text(text)
        console.print(f"Written to {RESULTS.relative_to(ROOT)}")


def _measure(rounds: int, console: Console) -> Samples:
    samples: Samples = defaultdict(list)
    with tempfile.TemporaryDirectory() as folder:
        write_peers(Path(folder))
        peers = {"BENCH_MODELS": folder}
        steps = _steps()
        for number in range(rounds):
            console.print(f"round {number + 1} of {rounds}", style="dim")
            for contender in ALL:  # one at a time: of pages that processes share, each counts a part only
                with started(contender, peers) as server:
                    _add(samples, contender, {"start": server.first_answer, "memory": server.memory()})
            with contextlib.ExitStack() as stack:
                servers = [stack.enter_context(started(contender, peers)) for contender in ALL]
                for step in steps:
                    for server in servers:
                        _add(samples, server.contender, step(server))
            _add(samples, OURS, {"wide rows": _wide_rate(folder), "rate wide distinct": _wide_distinct(folder)})
    return samples


def _add(samples: Samples, contender: Contender, figures: dict[str, float]) -> None:
    for what, value in figures.items():
        samples[contender.name, what].append(value)


def _steps() -> list[Callable[[Server], dict[str, float]]]:
    """Return what is measured of each server in turn while the others wait: figures by name."""
    body = batch()

    def loaded(server: Server, connections: int) -> dict[str, float]:
        result = load(server, connections, SECONDS)
        if result.failures:
            raise click.ClickException(f"{server.contender.name}: {result.failures} answers were not 200")
        return {
            f"rate {connections}": result.rate,
            f"p50 {connections}": result.p50,
            f"p99 {connections}": result.p99,
        }

    def distinct(server: Server) -> dict[str, float]:
        result = load(server, 16, SECONDS, RANGES)
        return {"rate distinct": result.rate, "p99 distinct": result.p99}

    def brief(server: Server) -> dict[str, float]:
        if server.contender is not OURS:
            return {}
        return {"rate brief": load(server, 16, SECONDS, RANGES, "/segment?explain=none").rate}

    def batches(server: Server) -> dict[str, float]:
        return {} if server.contender is FLOOR else {"rows": batch_rate(server, body, BATCH, repeats=5)}

    return [*(functools.partial(loaded, connections=number) for number in CONNECTIONS), distinct, brief, batches]


def _wide_rate(folder: str) -> float:
    """Return customers a second in batches with a larger model; of them 5,000 fit into a body."""
    content, number = growth.model(*WIDE), BATCH // 2
    models.write(Path(folder) / "wide.joblib", content)
    examples = growth.batch(content, number)
    with started(OURS, {"MODEL_PATH": f"{folder}/wide.joblib"}, growth.batch(content, 1)) as server:
        return batch_rate(server, examples, number, repeats=5)


def _wide_distinct(folder: str) -> float:
    """Return requests per second of 16 connections with a larger model, every customer new."""
    content = growth.model(*WIDE_ONE)
    models.write(Path(folder) / "wide_one.joblib", content)
    ranges = {feature.name: (feature.min, feature.max) for feature in content.features}
    first = msgspec.json.encode({feature.name: feature.mean for feature in content.features})
    with started(OURS, {"MODEL_PATH": f"{folder}/wide_one.joblib"}, first) as server:
        return load(server, 16, SECONDS, ranges).rate


def _report(samples: Samples, sizes: dict[str, float], *, quick: bool) -> str:
    command = f"python -m tests.bench{' --quick' if quick else ''}"
    parts = [
        "# Speed and memory\n",
        f"Written by `{command}` on {datetime.datetime.now(datetime.UTC):%Y-%m-%d}: {_machine()}. Load from {CLIENT} "
        "on a core of its own; every server on one core. Medians over "
        f"{len(samples[FLOOR.name, 'start'])} interleaved rounds, in brackets the smallest and largest.\n",
        _comparison(samples, sizes),
        "## Targets\n",
        _targets(samples),
        "## Growth\n",
        "The function's own work without HTTP. One customer: decode, assign, find the changes, encode; no answer is "
        "remembered here. Batches of 10,000: decode, assign, encode.\n",
        _growth(quick=quick),
        "## What the start imports\n",
        _imports(),
    ]
    return "\n".join([*parts, TRIED.read_text()])


def _machine() -> str:
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in PACKAGES)
    model = next((line for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line), "")
    return f"{os.cpu_count()} cores,{model.partition(':')[2]}, Python {platform.python_version()}, {versions}"


def _comparison(samples: Samples, sizes: dict[str, float]) -> str:
    rows = [
        ("start to first answer, s", "start", 2),
        ("memory then (all processes, PSS), MB", "memory", 0),
        *((f"requests/s, {c} connections", f"rate {c}", 0) for c in CONNECTIONS),
        ("requests/s, 16 connections, every customer new", "rate distinct", 0),
        ("the same with explain=none", "rate brief", 0),
        (f"the same with {WIDE_ONE[0]} segments, {WIDE_ONE[1]} features", "rate wide distinct", 0),
        *((f"p50, {c} connections, ms", f"p50 {c}", 2) for c in CONNECTIONS),
        *((f"p99, {c} connections, ms", f"p99 {c}", 2) for c in CONNECTIONS),
        ("p99, 16 connections, every customer new, ms", "p99 distinct", 2),
        ("customers/s in batches of 10,000", "rows", 0),
    ]
    lines = [f"| | {' | '.join(contender.name for contender in ALL)} |", "| --- |" + " ---: |" * len(ALL)]
    for label, what, digits in rows:
        cells = [_cell(samples.get((contender.name, what)), digits) for contender in ALL]
        lines.append(f"| {label} | {' | '.join(cells)} |")
    if sizes:
        cells = [f"{sizes[contender.name]:,.0f}" for contender in ALL]
        lines.append(f"| installed packages, MB | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _cell(values: list[float] | None, digits: int) -> str:
    if not values:
        return "-"
    middle, low, high = (f"{x:,.{digits}f}" for x in (statistics.median(values), min(values), max(values)))
    return f"{middle} ({low} to {high})"


def _targets(samples: Samples) -> str:
    """Compare ours with the others round by round: the median of the ratios of neighbours in time."""

    def ratio(what: str, other: Contender, peer_what: str = "") -> float:
        pairs = zip(samples[OURS.name, what], samples[other.name, peer_what or what], strict=True)
        return statistics.median(own / peer for own, peer in pairs)

    memory = statistics.median(samples[OURS.name, "memory"])
    rows = statistics.median(samples[OURS.name, "rows"])
    wide = statistics.median(samples[OURS.name, "wide rows"])
    targets = [
        ("start to first answer, of the floor's", ratio("start", FLOOR), "at most", 1.10),
        ("start to first answer, of the usual way's", ratio("start", USUAL), "at most", 0.20),
        ("requests/s at 16 connections, of the floor's", ratio("rate 16", FLOOR), "at least", 0.90),
        ("requests/s at 16 connections, of the usual way's", ratio("rate 16", USUAL), "at least", 15.0),
        ("p99 at 16 connections, of the floor's", ratio("p99 16", FLOOR), "at most", 1.25),
        ("requests/s, every customer new, of the floor's", ratio("rate distinct", FLOOR), "at least", 0.60),
        ("p99, every customer new, of the floor's", ratio("p99 distinct", FLOOR), "at most", 1.50),
        ("the same requests/s with explain=none", ratio("rate brief", FLOOR, "rate distinct"), "at least", 0.75),
        (
            f"the same requests/s, {WIDE_ONE[0]} segments of {WIDE_ONE[1]} features",
            ratio("rate wide distinct", FLOOR, "rate distinct"),
            "at least",
            0.35,
        ),
        ("memory, MB", memory, "at most", 80.0),
        ("customers/s in batches, two features", rows, "at least", 300_000.0),
        (f"customers/s in batches, {WIDE[1]} features, {WIDE[0]} segments", wide, "at least", 100_000.0),
    ]
    lines = ["| Target | Measured | Wanted | |", "| --- | ---: | ---: | --- |"]
    for label, measured, bound, wanted in targets:
        met = measured <= wanted if bound == "at most" else measured >= wanted
        lines.append(f"| {label} | {measured:,.2f} | {bound} {wanted:,.2f} | {'met' if met else 'missed'} |")
    return "\n".join(lines) + "\n"


def _growth(*, quick: bool) -> str:
    lines = [
        "| Segments | Features | One answer, us | Thousand customers/s in batches |",
        "| ---: | ---: | ---: | ---: |",
    ]
    lines += [f"| {k} | {n} | {one:,.0f} | {many:,.0f} |" for k, n, one, many in growth.table(quick=quick)]
    lines += ["", "| Customers in a batch | us a customer |", "| ---: | ---: |"]
    lines += [f"| {size:,} | {cost:,.2f} |" for size, cost in growth.batches(quick=quick)]
    return "\n".join(lines) + "\n"


def _imports() -> str:
    """List the most expensive imports of a start, by their own time, from ``python -X importtime``."""
    program = f"from functions_framework import create_app; create_app('segment', {str(OURS.command(0)[6])!r})"
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    lines = [line.removeprefix("import time:").split("|") for line in done.stderr.splitlines() if "|" in line][1:]
    ours = [(name.strip(), int(own)) for own, _, name in lines if name.strip().startswith("main")]
    total = sum(int(own) for own, _, _ in lines)
    own = sum(time for _, time in ours)
    return (
        f"`python -X importtime`: {len(lines)} modules in {total / 1e3:.0f} ms, of which our own {len(ours)} take "
        f"{own / 1e3:.1f} ms; the rest is the framework's.\n"
    )


if __name__ == "__main__":
    main()
