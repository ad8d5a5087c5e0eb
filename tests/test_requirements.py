"""Each requirements.txt is a lock: what the requirements.in asks for, all that it needs, every file by its hash."""

import json
import re
import subprocess
import sys
from importlib import metadata

import pytest

from tests.helpers import service

ROOT = service.ROOT
PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[a-z,-]+\])?==([^\s;\\]+)", re.MULTILINE)
LOCKS = {
    "function/requirements.in": "requirements.txt",
    "training/requirements.in": "training/requirements.txt",
    "training/requirements-spark.in": "training/requirements-spark.txt",
    "tests/requirements-first.in": "tests/requirements-first.txt",
    "tests/requirements.in": "tests/requirements.txt",
    "tests/requirements-upkeep.in": "tests/requirements-upkeep.txt",
    "tests/bench/requirements.in": "tests/bench/requirements.txt",
}
PERMISSIVE = re.compile(r"MIT|BSD|Apache|Python Software Foundation|PSF-2.0|0BSD|Zlib|CC0")


def pins(path):
    """Return versions by normalised name."""
    return {re.sub(r"[-_.]+", "-", name).lower(): version for name, version in PIN.findall((ROOT / path).read_text())}


def requires(package):
    """Return what a package asks for; nothing if it is not for this machine."""
    try:
        return metadata.requires(package) or []
    except metadata.PackageNotFoundError:
        return []


PRODUCTION = pins("requirements.txt")


@pytest.mark.parametrize(("asked", "locked"), LOCKS.items())
def test_what_is_asked_for_is_locked_in_the_same_version(asked, locked):
    wanted, locked_pins = pins(asked), pins(locked)
    assert wanted
    assert {name: locked_pins.get(name) for name in wanted} == wanted


@pytest.mark.parametrize("locked", LOCKS.values())
def test_every_locked_package_has_hashes(locked):
    entries = re.split(r"^(?=[a-z])", (ROOT / locked).read_text(), flags=re.MULTILINE)[1:]
    assert len(entries) >= len(pins(locked)) > 0
    assert [entry.partition(" ")[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_extras_that_others_ask_for_are_locked_as_such():
    # pip looks for an extra by itself, takes the newest version there is, and then refuses it for want of a hash
    lock = (ROOT / "tests/requirements.txt").read_text()
    asked = {
        (re.sub(r"[-_.]+", "-", name).lower(), extra)
        for package in pins("tests/requirements.txt")
        for needed in requires(package)
        for name, extra in re.findall(r"^([A-Za-z0-9._-]+)\[([a-z]+)\]", needed)
        if "extra ==" not in needed
    }
    assert ("coverage", "toml") in asked
    assert [name for name, extra in asked if not re.search(rf"^{name}\[[a-z,]*\b{extra}\b", lock, re.MULTILINE)] == []


@pytest.mark.parametrize("locked", list(LOCKS.values())[1:])
def test_training_and_tests_run_with_the_versions_of_production(locked):
    theirs = pins(locked)
    common = theirs.keys() & PRODUCTION.keys()
    assert {name: theirs[name] for name in common} == {name: PRODUCTION[name] for name in common}


def test_scikit_learn_finds_no_pandas_that_it_would_import():
    # which takes each process 0.2 s, and makes training slower in the tests than it is for its users
    assert "scikit-learn" in pins("training/requirements.txt")
    assert [locked for locked in LOCKS.values() if "bench" not in locked and "pandas" in pins(locked)] == []


def test_production_s_licences_ask_for_nothing_but_their_notice():
    command = [sys.executable, "-m", "piplicenses", "--format=json", "--from=mixed", "--packages", *PRODUCTION]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    licences = {package["Name"]: package["License"] for package in json.loads(done.stdout)}
    assert len(licences) == len(PRODUCTION)
    assert {name: licence for name, licence in licences.items() if not PERMISSIVE.search(licence)} == {}
