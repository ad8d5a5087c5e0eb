"""Measure the audience builder with a large file: ``python -m tests.bench.audience [--rows 1000000]``.

A real Chromium, a real function, one file of customers with contacts. Wall-clock time depends on what else the machine
does, so processor time of browser and function stands beside it. A pause is the page's longest task (a browser
reports those over 50 ms); memory is the page's process at its largest (resident, code and shared pages included).
"""

import contextlib
import csv
import os
import random
import re
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import click
from playwright.sync_api import Page
from rich.console import Console
from rich.table import Table

from tests.helpers import service
from tests.page.helpers import audience, chromium, site

SHIPPED = service.ROOT / "models" / "segmenter.joblib"
HEADER = ["CustomerID", "Email", "Phone", "First name", "Last name", "Annual Income (k$)", "Spending Score (1-100)"]
LISTS = ["Table with segments", "Google Customer Match", "Meta customer list", "Control group"]
PATIENCE_MS = 600_000
WATCH_SECONDS = 0.2
LONG_TASKS = """() => {
  window.longTasks = [];
  new PerformanceObserver((list) => window.longTasks.push(...list.getEntries().map((entry) => entry.duration)))
    .observe({ type: 'longtask' });
}"""


@dataclass
class Process:
    """A process below this one."""

    pid: int
    parent: int
    command: str
    cpu_seconds: float
    memory_mb: float


@click.command(help=__doc__.splitlines()[0])
@click.option("--rows", default=1_000_000, show_default=True)
def main(*, rows: int) -> None:
    """Run each step once and print what it took."""
    table = Table("Step", "Seconds", "Processor seconds", "Longest pause, ms", "Page's memory, MB")
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        size = write_customers(folder / "customers.csv", rows)
        running = stack.enter_context(service.running(SHIPPED, folder / "log", ALLOWED_ORIGINS="*"))
        address = stack.enter_context(site.serving(running.url))
        page = stack.enter_context(chromium.launched()).new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.goto(address)
        page.evaluate(LONG_TASKS)
        for name, step in steps(folder / "customers.csv").items():
            table.add_row(name, *measured(page, step))
    console = Console()
    console.print(f"{rows:,} rows, {size / 1e6:.0f} MB; {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    console.print(table)


def write_customers(path: Path, rows: int) -> int:
    """Write a made-up table; return its size in bytes."""
    chance = random.Random(1)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        writer.writerows(
            [i, f"user{i}@example.com", f"+1212{i:07d}", f"Ann{i % 997}", f"Lee{i % 9973}", *features]
            for i in range(rows)
            for features in [(chance.randint(15, 137), chance.randint(1, 99))]
        )
    return path.stat().st_size


def steps(path: Path) -> dict[str, Callable[[Page], None]]:
    """Return what a user does, by name."""

    def choose(page: Page) -> None:
        page.get_by_label("Choose a CSV file").set_input_files(path)
        page.get_by_role("heading", name="Match the columns").wait_for()

    def count(page: Page) -> None:
        page.get_by_role("status").filter(has_text=re.compile(r"\d after 10% held back")).wait_for()

    def write(name: str) -> Callable[[Page], None]:
        def download(page: Page) -> None:
            with page.expect_download():
                page.get_by_role("button", name=name).click()

        return download

    lists = {name: write(name) for name in LISTS}
    begin = {"Choose the file": choose, "Score it, choose all segments": audience.score}
    return {**begin, "Count whom the networks can find": count, **lists}


def measured(page: Page, step: Callable[[Page], None]) -> list[str]:
    """Do a step; return its seconds, processor seconds, longest pause and largest memory."""
    page.evaluate("window.longTasks = []")
    with watched() as memory:
        before = cpu_seconds()
        started = time.perf_counter()
        step(page)
        seconds = time.perf_counter() - started
        spent = cpu_seconds() - before
    pause = page.evaluate("Math.max(0, ...window.longTasks)")
    return [f"{seconds:.1f}", f"{spent:.1f}", f"{pause:.0f}" if pause else "under 50", f"{max(memory):.0f}"]


@contextlib.contextmanager
def watched() -> Iterator[list[float]]:
    """Collect the page's memory, in MB, until the block ends."""
    memory = [page_memory()]
    done = threading.Event()

    def watch() -> None:
        while not done.wait(WATCH_SECONDS):
            memory.append(page_memory())

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield memory
    finally:
        done.set()
        thread.join()


def page_memory() -> float:
    """Return the memory of the largest renderer, in MB."""
    return max((process.memory_mb for process in below() if "--type=renderer" in process.command), default=0.0)


def cpu_seconds() -> float:
    """Return the processor time of browser and function so far."""
    return sum(process.cpu_seconds for process in below() if "node" not in process.command.split()[0])


def below() -> list[Process]:
    """Return the processes that this one started, and those that they started."""
    processes = {process.pid: process for process in map(_process, Path("/proc").glob("[0-9]*")) if process}
    ours = {os.getpid()}
    for _ in range(10):
        ours |= {process.pid for process in processes.values() if process.parent in ours}
    return [processes[pid] for pid in ours - {os.getpid()} if pid in processes]


def _process(folder: Path) -> Process | None:
    try:
        stat = (folder / "stat").read_text().rpartition(")")[2].split()
        command = (folder / "cmdline").read_text().replace("\0", " ")
    except OSError:  # it has ended
        return None
    ticks, page_size = os.sysconf("SC_CLK_TCK"), os.sysconf("SC_PAGE_SIZE")
    cpu = (int(stat[11]) + int(stat[12])) / ticks
    return Process(int(folder.name), int(stat[1]), command or " ", cpu, int(stat[21]) * page_size / 1e6)


if __name__ == "__main__":
    main()
