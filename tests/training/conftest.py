"""An engine that the tests of a file share, each with tables of its own."""

from collections.abc import Iterator

import pytest

from training.engines.duckdb import DuckDB


@pytest.fixture(scope="module")
def engine() -> Iterator[DuckDB]:
    """Yield a DuckDB of the file's tests."""
    with DuckDB() as engine:
        yield engine
