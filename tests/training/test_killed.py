"""Training that is killed leaves whole files: those there were, or the new ones."""

import contextlib
import itertools
import multiprocessing
import os
import random
import shutil
import signal
import sys
import time
from pathlib import Path

import pytest
from hypothesis import settings

from function.model import load
from training.commands import main
from training.commands.options import CARD, MODEL, REPORT
from training.tables.synthetic import write_customers

pytestmark = pytest.mark.slow

KILLS = settings.default.max_examples // 20
FILES = (MODEL, CARD, REPORT)
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


def train(folder, seed, before_step=None):
    """Train; `before_step` is called with the number of each step by which the files come into their places."""
    if before_step:
        steps = itertools.count()
        sys.addaudithook(lambda event, args: before_step(next(steps)) if is_step(event, args) else None)
    with (
        Path(os.devnull).open("w") as silence,
        contextlib.redirect_stdout(silence),
        contextlib.redirect_stderr(silence),
    ):
        main(["fit", str(folder / "customers.csv"), "--out", str(folder), "--seed", str(seed)], standalone_mode=False)


def is_step(event, args):
    return event in {"open", "os.chmod", "os.rename"} and str(args[0]).endswith(".partial")


class Copy:
    """Copies what would be left if training died before a step: what a killed process has not written, nobody has."""

    def __init__(self, folder, copies):
        self.folder, self.copies = folder, copies

    def __call__(self, step):
        copy = self.copies / f"{step:03}"
        copy.mkdir()
        for name in FILES:
            shutil.copy(self.folder / name, copy / name)


class Die:
    """Dies before a step."""

    def __init__(self, step):
        self.step = step

    def __call__(self, step):
        if step == self.step:
            os.kill(os.getpid(), signal.SIGKILL)


def trained(folder, seed, before_step):
    """Train in a process of its own; return its exit code."""
    training = processes.Process(target=train, args=(folder, seed, before_step))
    training.start()
    training.join()
    return training.exitcode


def contents(folder):
    return {name: (folder / name).read_bytes() for name in FILES}


def new(before, after):
    return {name for name in FILES if after[name] != before[name]}


@pytest.mark.timeout(900)
def test_at_whichever_step_training_dies_its_files_are_whole(folder, tmp_path):
    before = contents(folder)
    assert trained(folder, 1, Copy(folder, tmp_path)) == 0
    left = sorted(tmp_path.iterdir())
    for copy in left:
        load(copy / MODEL)
        assert (copy / REPORT).read_text().rstrip().endswith("</html>")
    replaced = [new(before, contents(copy)) for copy in left]
    assert replaced[0] == set()
    assert replaced[-3:] == [set(), {MODEL}, {MODEL, CARD}]  # the last steps are the renames, one right after the other
    assert new(before, contents(folder)) == set(FILES)
    assert load(folder / MODEL).hash in (folder / CARD).read_text()

    before = contents(folder)
    assert trained(folder, 2, Die(len(left) - 1)) == -signal.SIGKILL
    assert new(before, contents(folder)) == {MODEL, CARD}
    load(folder / MODEL)
    assert trained(folder, 3, None) == 0
    assert load(folder / MODEL).hash in (folder / CARD).read_text()
    assert not list(folder.glob(".*.partial"))


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
