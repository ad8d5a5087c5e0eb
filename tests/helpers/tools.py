"""What tests need beyond Python's packages: without it they skip and say why, and under CI=true they fail."""

import functools
import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import NoReturn

import pytest

from tests.helpers import postgres


@dataclass(frozen=True)
class Tool:
    """A marker of tests, and what they need.

    present : says whether this machine has it
    reason : why tests skip where it does not
    """

    present: Callable[[], bool]
    reason: str


@functools.cache
def find_python(version: str, *more: str) -> str | None:
    """Return a Python of this version that the machine has, looked for in more places than usual if given."""
    pyenv = Path.home().glob(f".pyenv/versions/{version}.*/bin/python3")
    candidates = [f"python{version}", "python3", *map(str, pyenv), *more]
    return next((python for python in candidates if _is_version(python, version)), None)


def runtime_python() -> str | None:
    """Return a Python of Dataproc's runtime; gcloud brings one along."""
    gcloud = Path(shutil.which("gcloud") or ".").resolve().parents[1:2]
    return find_python("3.12", *(str(root / "platform/bundledpythonunix/bin/python3") for root in gcloud))


def _is_version(python: str, version: str) -> bool:
    if shutil.which(python) is None:
        return False
    done = subprocess.run([python, "--version"], capture_output=True, text=True, check=False)
    return done.stdout.startswith(f"Python {version}.")


def _has(program: str) -> bool:
    return shutil.which(program) is not None


TOOLS = {
    "browser": Tool(lambda: _has("chromium-headless-shell"), "chromium-headless-shell is not installed"),
    "gcloud": Tool(lambda: _has("gcloud"), "gcloud is not installed"),
    "git": Tool(lambda: _has("git"), "git is not installed"),
    "postgres": Tool(lambda: postgres.PROGRAMS is not None, "postgresql is not installed"),
    "spark": Tool(lambda: _has("java") and find_spec("pyspark") is not None, "PySpark or Java is not installed"),
    "python312": Tool(lambda: runtime_python() is not None, "Python 3.12, which Dataproc runs, is not installed"),
    "python313": Tool(lambda: find_python("3.13") is not None, "Python 3.13, which the cloud runs, is not installed"),
}


def absent(reason: str) -> NoReturn:
    """End a test that lacks something: skipped, but where everything must be there it fails."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"under CI=true nothing is skipped: {reason}", pytrace=False)
    pytest.skip(reason)
