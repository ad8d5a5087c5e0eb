"""Training that is killed leaves a whole model: the one there was, or the new one."""

import contextlib
import multiprocessing
import os
import random
import signal
import sys
import threading
import time
from pathlib import Path

import pytest

from function.model import load
from training.commands import main
from training.commands.options import MODEL
from training.tables.synthetic import write_customers

pytestmark = pytest.mark.slow

KILLS = 50
IMPORTED = ["training.commands.fit", "training.fit", "training.reports.card", "training.reports.report", "pandas"]
processes = multiprocessing.get_context("forkserver")  # each starts with what `fit` imports
processes.set_forkserver_preload(IMPORTED)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return a folder with a table and a model."""
    folder = tmp_path_factory.mktemp("killed")
    write_customers(folder / "customers.csv", 0)
    train(folder, 0)
    return folder


def train(folder, seed, dies_after=None):
    """Train; with a number of seconds die that long after the first byte of the model could be written."""
    if dies_after is not None:
        die = threading.Timer(dies_after, os.kill, (os.getpid(), signal.SIGKILL))
        sys.addaudithook(lambda event, args: die.start() if event == "open" and is_partial(args[0]) else None)
    with (
        Path(os.devnull).open("w") as silence,
        contextlib.redirect_stdout(silence),
        contextlib.redirect_stderr(silence),
    ):
        main(["fit", str(folder / "customers.csv"), "--out", str(folder), "--seed", str(seed)], standalone_mode=False)


def is_partial(path):
    return str(path).endswith(".partial")


@pytest.mark.timeout(900)
def test_a_model_is_whole_whenever_training_is_killed(folder):
    dice = random.Random(8)
    seen, codes, seconds = {load(folder / MODEL).hash}, [], 1.0
    for seed in range(1, KILLS + 1):
        in_the_midst = seed % 2 == 1
        start = time.monotonic()
        training = processes.Process(
            target=train, args=(folder, seed, dice.uniform(0, 0.004) if in_the_midst else None)
        )
        training.start()
        if in_the_midst:
            training.join()
            seconds = time.monotonic() - start
        else:
            time.sleep(dice.uniform(0, seconds))
            training.kill()
            training.join()
        codes.append(training.exitcode)
        seen.add(load(folder / MODEL).hash)
    assert codes[::2] == [-signal.SIGKILL] * (KILLS // 2)
    assert 1 < len(seen) < KILLS  # some died before the model was in place and some after
