"""gcloud, loaded once for all tests of a process."""

import pytest

from tests.deploy.cloud.gcloud import kept_warm


@pytest.fixture(scope="session")
def gcloud(tmp_path_factory):
    """Return the folder of the program gcloud."""
    folder = tmp_path_factory.mktemp("gcloud")
    with kept_warm(folder):
        yield folder
