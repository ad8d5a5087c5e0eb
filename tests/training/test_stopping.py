"""A signal ends training at any moment, in one line, and leaves nothing half made."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import settings

from function.model import load
from tests.helpers.service import PYTHONPATH
from training.tables.synthetic import write_customers

pytestmark = [pytest.mark.slow, pytest.mark.measured]

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
MOMENTS = settings.default.max_examples // 100
"""For each signal."""
LONG = """
import sys
from training.stopping import stoppable
with stoppable():
    from training.engines.duckdb import DuckDB
    with DuckDB() as engine:
        engine.write("SELECT 1 AS begun", "begun.csv")
        {work}
"""
CLOSED = "import os, sys; os.close(1); os.close(2); os.execv(sys.executable, [sys.executable, *sys.argv[1:]])"
QUERY = 'engine.rows("SELECT count(*) FROM range(10000000000) a, range(10000000000) b WHERE a.range * b.range = 7")'
COPY = 'engine.write("SELECT range FROM range(100000000000)", "out.csv")'
SPILL = 'engine.rows("SELECT md5(range::VARCHAR) AS a FROM range(1000000000) ORDER BY a")'


@pytest.fixture(autouse=True)
def _signals_are_on():
    """Switch on what a shell switches off for what it runs in the background; processes inherit it."""
    before = {number: signal.signal(number, signal.default_int_handler) for number in SIGNALS}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def start(folder, *command):
    """Start a process whose scratch folders are in a folder."""
    return subprocess.Popen(
        [sys.executable, *command],
        cwd=folder,
        env={**os.environ, "TMPDIR": str(folder), "PYTHONPATH": PYTHONPATH},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_for(condition):
    """Wait until something is so."""
    while not condition():
        time.sleep(0.01)


def written(folder, pattern):
    """Return how many bytes are in the files of a name."""
    return sum(path.stat().st_size for path in folder.glob(pattern))


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("number", "work", "grows"),
    [
        (signal.SIGINT, SPILL, "customer-segments-*/*.tmp"),
        (signal.SIGTERM, COPY, ".customer-segments-*"),
        (signal.SIGHUP, QUERY, ""),
    ],
    ids=["sorts on disk", "writes", "computes"],
)
def test_a_query_that_would_take_hours_ends_at_once(tmp_path, number, work, grows):
    process = start(tmp_path, "-c", LONG.format(work=work))
    wait_for(lambda: (tmp_path / "begun.csv").exists() and (not grows or written(tmp_path, grows) > 100_000))
    process.send_signal(number)
    out, error = process.communicate()
    assert process.returncode == 128 + number
    assert (out, error.splitlines()) == ("", [error.strip()])
    assert error.startswith(f"Stopped by {number.name}: ")
    assert [path.name for path in tmp_path.iterdir()] == ["begun.csv"]


@pytest.mark.unmeasured
@pytest.mark.timeout(900)
def test_at_random_moments_nothing_is_left_but_what_was_there_or_the_new_one(tmp_path):
    write_customers(tmp_path / "customers.csv", 0)
    features = "Annual Income (k$),Spending Score (1-100)"
    command = ("-m", "training", "fit", "customers.csv", "--features", features, "--out", "model")
    start(tmp_path, *command).communicate()
    names, dice = {path.name for path in (tmp_path / "model").iterdir()}, random.Random(4)
    codes = set()
    for number in SIGNALS * MOMENTS:
        process = start(tmp_path, *command)
        wait_for(lambda process=process: handles_signals(process))
        time.sleep(dice.uniform(0, 1.5))
        process.send_signal(number)
        _, error = process.communicate()
        codes.add(process.returncode)
        assert process.returncode in (0, 128 + number, -number), error  # the last: when all had been done
        assert process.returncode != 128 + number or error.splitlines() == [error.strip()]
        assert {path.name for path in tmp_path.iterdir()} == {"customers.csv", "model"}
        assert {path.name for path in (tmp_path / "model").iterdir()} == names
        load(tmp_path / "model/segmenter.joblib")
    assert codes - {0}


def handles_signals(process):
    """Whether a process has its own way to end on a signal, or has ended."""
    status = Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8")
    caught = next(line.split()[1] for line in status.splitlines() if line.startswith("SigCgt"))
    return int(caught, 16) >> (signal.SIGHUP - 1) & 1 or process.poll() is not None


def test_a_program_is_told_in_a_line_of_json(tmp_path):
    process = start(tmp_path, "-c", LONG.format(work=QUERY), "--json")
    wait_for((tmp_path / "begun.csv").exists)
    process.send_signal(signal.SIGTERM)
    out, error = process.communicate()
    assert json.loads(out)["error"]["code"] == process.returncode == 143
    assert error == ""


def test_a_signal_that_the_caller_switched_off_stays_off(tmp_path):
    code = "import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN)\n" + LONG.format(work=QUERY)
    process = start(tmp_path, "-c", code)
    wait_for((tmp_path / "begun.csv").exists)
    process.send_signal(signal.SIGHUP)
    process.send_signal(signal.SIGTERM)
    process.communicate()
    assert process.returncode == 143


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_while_the_first_modules_are_read_ends_without_a_traceback(tmp_path, number):
    module = tmp_path / "secrets.py"  # read instead of Python's own
    module.write_text(f"import os\nos.kill(os.getpid(), {int(number)})\n")
    process = start(tmp_path, "-m", "training", "--version")
    out, error = process.communicate()
    assert (process.returncode, out, error) == (-number, "", "")


@pytest.mark.parametrize(("argument", "code"), [("--version", 0), ("train", 2)])
def test_the_exit_code_reaches_a_caller_that_has_closed_its_streams(tmp_path, argument, code):
    process = start(tmp_path, "-c", CLOSED, "-m", "training", argument)
    assert (*process.communicate(), process.returncode) == ("", "", code)
