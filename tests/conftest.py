"""Fixtures that several modules share."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import configuration, settings
from playwright.sync_api import Browser

from tests.helpers import models, service
from tests.page import chromium

# what Hypothesis keeps between runs names files by their place on the machine: not in the project
configuration.set_hypothesis_home_dir(Path(tempfile.gettempdir()) / "segments-hypothesis")
settings.register_profile("untimed", deadline=None)  # how fast an example runs is no matter of a test
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def square_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the file of the square model of tests/models.py."""
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
def browser() -> Iterator[Browser]:
    """Yield one browser for all tests of a process."""
    if chromium.PROGRAM is None and os.environ.get("CI") != "true":
        pytest.skip("chromium-headless-shell is not installed")
    with chromium.launched() as launched:
        yield launched
