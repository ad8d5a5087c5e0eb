"""Training that is killed leaves whole files: those there were, or the new ones."""

import contextlib
import itertools
import multiprocessing
import os
import random
import signal
import sys
import time
from pathlib import Path

import pytest

from function.model import load
from training.commands import main
from training.commands.options import CARD, MODEL, REPORT
from training.tables.synthetic import write_customers

pytestmark = pytest.mark.slow

KILLS = 12
IMPORTED = ["training.commands.fit", "training.fit", "training.reports.card", "training.reports.report"]
processes = multiprocessing.get_context("forkserver")  # each starts with what `fit` imports
processes.set_forkserver_preload(IMPORTED)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return a folder with a table and a model."""
    folder = tmp_path_factory.mktemp("killed")
    write_customers(folder / "customers.csv", 0)
    train(folder, 0)
    return folder


def train(folder, seed, dies_at=None):
    """Train; with a number die before that many of the steps by which the files come into their places."""
    if dies_at is not None:
        steps = itertools.count()
        sys.addaudithook(
            lambda event, args: (
                os.kill(os.getpid(), signal.SIGKILL) if is_step(event, args) and next(steps) == dies_at else None
            )
        )
    with (
        Path(os.devnull).open("w") as silence,
        contextlib.redirect_stdout(silence),
        contextlib.redirect_stderr(silence),
    ):
        main(["fit", str(folder / "customers.csv"), "--out", str(folder), "--seed", str(seed)], standalone_mode=False)


def is_step(event, args):
    return event in {"open", "os.chmod", "os.rename"} and str(args[0]).endswith(".partial")


def died(folder, seed, dies_at=None):
    """Train in a process of its own; return its exit code, and which of the files are new."""
    before = {name: (folder / name).read_bytes() for name in (MODEL, CARD, REPORT)}
    training = processes.Process(target=train, args=(folder, seed, dies_at))
    training.start()
    training.join()
    for partial in folder.glob(".*.partial"):  # else the next one begins with removing it
        partial.unlink()
    return training.exitcode, {name for name in before if (folder / name).read_bytes() != before[name]}


@pytest.mark.timeout(900)
def test_at_whichever_step_training_dies_its_files_are_whole(folder):
    replaced = []
    for step in itertools.count():
        code, new = died(folder, 1 + step, step)
        load(folder / MODEL)
        assert (folder / REPORT).read_text().rstrip().endswith("</html>")
        if code == 0:
            break
        assert code == -signal.SIGKILL
        replaced.append(new)
    assert replaced[0] == set()
    assert replaced[-3:] == [set(), {MODEL}, {MODEL, CARD}]  # the last steps are the renames, one right after the other
    assert load(folder / MODEL).hash in (folder / CARD).read_text()


@pytest.mark.timeout(900)
def test_a_model_is_whole_whenever_training_is_killed(folder):
    dice, begin = random.Random(8), time.monotonic()
    train(folder, 0)
    seconds = time.monotonic() - begin
    for seed in range(1, KILLS + 1):
        training = processes.Process(target=train, args=(folder, seed))
        training.start()
        training.join(dice.uniform(0, seconds))
        training.kill()
        training.join()
        load(folder / MODEL)
