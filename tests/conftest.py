"""Fixtures that several modules share, and what happens to tests whose tools are missing."""

import contextlib
import fcntl
import os
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, configuration, settings
from playwright.sync_api import Browser
from xdist.scheduler import LoadFileScheduling

from function.model import load
from tests.helpers import models, real_tables, service
from tests.helpers.tools import TOOLS, absent
from tests.page.helpers import chromium

# what Hypothesis keeps between runs names files by their place on the machine: not in the project
configuration.set_hypothesis_home_dir(Path(tempfile.gettempdir()) / f"segments-hypothesis-{os.getuid()}")

os.environ.setdefault("SOURCE_DATE_EPOCH", str(int(time.time())))  # a run that goes on past midnight trains on one day

os.environ["PIP_NO_COMPILE"] = "0"  # which is pip's way to say yes: what tests install is started once or twice

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # a run in the background: what tests start is to end by Ctrl-C
    signal.signal(signal.SIGINT, signal.default_int_handler)

MARKERS = {"browser": "browser", "page": "browser", "postgresql": "postgres"}
"""Markers by the fixtures that need them; `page` chooses its browser window only when the test runs."""
LONG = ("spark", "gcloud", "slow")
"""Markers of files that take long, the longest first."""
COVERAGE = "COVERAGE_PROCESS_CONFIG"
"""The variable by which coverage.py measures the processes that tests start."""
WEEKLY = 2000
"""Examples of each test of Hypothesis by its weekly profile, instead of 100."""
TOGETHER = (
    ("training/engines/test_spark",),
    ("training/commands/",),
)
"""Parts of the paths of files that run in one process: those of Spark share a warm Java, others dear fixtures."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let fuzzers go on for long."""
    parser.addoption("--long", action="store_true", help="let the fuzzers run for an hour, with new seeds")


def pytest_configure(config: pytest.Config) -> None:
    """Have Hypothesis try the same examples in every run, unless a seed is given, and as slowly as the machine is.

    The profile "weekly" tries twenty times as many, others each time.
    """
    seed = config.getoption("--hypothesis-seed")
    patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.register_profile("steady", patient, derandomize=seed is None)
    settings.register_profile("weekly", patient, derandomize=False, max_examples=WEEKLY, print_blob=True)
    settings.load_profile(config.getoption("--hypothesis-profile") or "steady")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None]:
    """Have processes that begin together collect the tests one after the other.

    Else they compile the same tests, and the packages that these import, at the same time: 8 of the 12 s of a processor
    that this takes in a fresh clone.
    """
    with Path(__file__).open() as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        return (yield)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests whose fixtures need a tool, and put the files that take long first: none is left for the end."""
    for item in items:
        for fixture in MARKERS.keys() & set(getattr(item, "fixturenames", ())):
            item.add_marker(MARKERS[fixture])
    places: dict[Path, int] = {}
    for item in items:
        for marker in item.iter_markers():
            if marker.name in LONG:
                places[item.path] = min(LONG.index(marker.name), places.get(item.path, len(LONG)))
    items.sort(key=lambda item: places.get(item.path, len(LONG)))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadFileScheduling:
    """Give the tests of a file to one process, and so those of files that share much."""
    return Scheduling(config, log)


class Scheduling(LoadFileScheduling):  # type: ignore[misc]
    """Tests by files, some files together."""

    def _split_scope(self, nodeid: str) -> str:
        path = str(super()._split_scope(nodeid))
        return next((parts[0] for parts in TOGETHER if any(part in path for part in parts)), path)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """End a test whose tools are missing before its fixtures are made."""
    for marker in item.iter_markers():
        if marker.name in TOOLS and not TOOLS[marker.name].present():
            absent(TOOLS[marker.name].reason)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None]:
    """Leave tests out of coverage that say so."""
    with _measured_as_marked(item):
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest) -> Generator[Any]:
    """Leave what such a test, or a file of them, starts for itself out of coverage too."""
    with _measured_as_marked(request.session if fixturedef.scope == "session" else request.node):
        return (yield)


@contextlib.contextmanager
def _measured_as_marked(node: pytest.Collector | pytest.Item) -> Iterator[None]:
    """Stop coverage meanwhile, and in the processes that begin, if a test or file is slow or repeats what others run.

    These would take up to twice as long. Python itself has to stop tracing: coverage is started three times in a
    process of pytest-xdist, and pytest-cov's `no_cover` stops only one of them.
    """
    measures = os.environ.get(COVERAGE)
    marks = {marker.name for marker in node.iter_markers()}
    if measures is None or not ("unmeasured" in marks or ("slow" in marks and "measured" not in marks)):
        yield
        return
    tracers = sys.gettrace(), threading.gettrace()
    sys.settrace(None)
    threading.settrace(None)
    del os.environ[COVERAGE]
    try:
        yield
    finally:
        os.environ[COVERAGE] = measures
        threading.settrace(tracers[1])
        sys.settrace(tracers[0])


@pytest.fixture(scope="session")
def square_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the file of the square model of tests/helpers/models.py."""
    path = tmp_path_factory.mktemp("model") / "segmenter.joblib"
    models.write(path)
    return path


@pytest.fixture(scope="session")
def square(square_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[service.Service]:
    """Yield a running function that serves the square model to every origin."""
    log = tmp_path_factory.mktemp("log") / "log"
    with service.running(square_file, log, ALLOWED_ORIGINS="*") as running:
        yield running


@pytest.fixture(scope="session")
def mall_like(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a made-up table with the sizes, centres and spreads of the Mall customers' segments."""
    path = tmp_path_factory.mktemp("mall-like") / "customers.csv"
    real_tables.write_ellipses(path, load(service.ROOT / "models" / "segmenter.joblib").model)
    return path


@pytest.fixture(scope="session", params=["made up", pytest.param("published", marks=real_tables.needs_mall)])
def mall_table(request: pytest.FixtureRequest, mall_like: Path) -> Path:
    """Return the table of the Mall customers, made up and as published."""
    return mall_like if request.param == "made up" else real_tables.MALL


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Yield one browser for all tests of a process."""
    with chromium.launched(chromium.UNDRAWN) as launched:
        yield launched
