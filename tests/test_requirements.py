"""requirements.txt is a lock: what function/requirements.in asks for, all that it needs, every file by its hash."""

import re

import pytest

from tests import service

ROOT = service.ROOT
PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[a-z,-]+\])?==([^\s;\\]+)", re.MULTILINE)


def pins(path):
    """Return versions by normalised name."""
    return {re.sub(r"[-_.]+", "-", name).lower(): version for name, version in PIN.findall(path.read_text())}


LOCK = pins(ROOT / "requirements.txt")


def test_what_is_asked_for_is_locked_in_the_same_version():
    asked = pins(ROOT / "function/requirements.in")
    assert len(asked) >= 4
    assert {name: LOCK.get(name) for name in asked} == asked


def test_every_locked_package_has_hashes():
    entries = re.split(r"^(?=[a-z])", (ROOT / "requirements.txt").read_text(), flags=re.MULTILINE)[1:]
    assert len(entries) == len(LOCK)
    assert [entry.partition(" ")[0] for entry in entries if "--hash=sha256:" not in entry] == []


@pytest.mark.parametrize("folder", ["training", "tests"])
def test_training_and_tests_run_with_the_versions_of_production(folder):
    theirs = pins(ROOT / folder / "requirements.txt")
    common = theirs.keys() & LOCK.keys()
    assert {name: theirs[name] for name in common} == {name: LOCK[name] for name in common}


@pytest.mark.parametrize("folder", ["training", "tests"])
def test_every_requirement_is_pinned(folder):
    lines = (ROOT / folder / "requirements.txt").read_text().splitlines()
    requirements = [line for line in lines if line.strip() and not line.startswith("#")]
    assert [line for line in requirements if not PIN.match(line)] == []
