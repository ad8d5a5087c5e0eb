"""A job's process: bounded in memory and time, and told apart by why it failed."""

import sys

import pytest

from tests.helpers.coroutines import finished
from training.jobs import child
from training.jobs.commands import FIT
from training.jobs.job import Job, work
from training.jobs.problem import JobError
from training.tables.synthetic import write_customers


@pytest.fixture
def folder(tmp_path):
    write_customers(tmp_path / "table.csv", 1)
    return tmp_path


async def _fit(folder):
    return [line async for line in work(Job(FIT, [], ["table.csv"], folder), processor=0)]


def failure(folder):
    with pytest.raises(JobError) as raised:
        finished(_fit(folder))
    return raised.value.details()


def test_a_job_that_needs_too_much_memory_is_told_so(folder, monkeypatch):
    monkeypatch.setattr(child, "MEMORY", 150_000_000)  # not enough to begin with
    problem = failure(folder)
    assert (problem["kind"], problem["status"]) == ("memory", 507)
    assert problem["detail"].endswith("of memory: send fewer rows or columns.")


@pytest.mark.parametrize(
    "last",
    [
        "MemoryError",
        "ImportError: _duckdb.so: failed to map segment from shared object",
        "OpenBLAS error: Memory allocation still failed after 10 retries, giving up.",
        "RuntimeError: can't start new thread",
    ],
)
def test_whichever_library_is_the_first_to_lack_memory_it_is_told(folder, monkeypatch, last):
    python = folder / "python"
    python.write_text(f'#!/bin/sh\necho "{last}" >&2\nexit 1\n')
    python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(python))
    assert failure(folder)["kind"] == "memory"


def test_a_job_that_takes_too_long_is_ended(folder, monkeypatch):
    monkeypatch.setattr(child, "SECONDS", 1)
    problem = failure(folder)
    assert problem["kind"] == "time"
    assert problem["detail"].startswith("The job took longer than 1 s")


def test_a_jobs_engine_opens_no_file_but_its_own(folder, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "table.csv"
    elsewhere.write_text("annual income,spending score\n15,39\n")
    with pytest.raises(JobError, match="expected a file in the folder of --within"):
        finished(_score(elsewhere, folder))


async def _score(table, folder):
    return [line async for line in child.run(["score", str(table), "out.csv"], folder, 0)]
