"""Tables for tests: where the real ones are, and how to write a small one."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from training.clustering.sample import prepare
from training.engines.engine import Engine
from training.fit import Fit, Options, fit_model
from training.tables.columns import find_columns
from training.tables.customers import Customers, clean
from training.tables.file import open_table
from training.tables.readings import Manner

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"
MALL = DATA / "mall_customers.csv"
CDNOW = DATA / "cdnow_orders.csv"

needs_mall = pytest.mark.skipif(not MALL.exists(), reason=f"the published table is not there: {MALL.name}")
needs_cdnow = pytest.mark.skipif(not CDNOW.exists(), reason=f"the published table is not there: {CDNOW.name}")


def read(engine: Engine, path: Path, features: Sequence[str] | None = None, decimal: str = "") -> Customers:
    """Read a customer table as `fit` does."""
    source = open_table(engine, str(path))
    columns = find_columns(list(source.columns), list(features) if features else None)
    assert columns is not None
    return clean(engine, source, columns, Manner(decimal))


def fitted(
    engine: Engine,
    customers: Customers,
    options: Options,
    *,
    log: bool = True,
    progress: Callable[[str], object] = lambda _: None,
) -> Fit:
    """Fit segments as `fit` does."""
    return fit_model(engine, customers, prepare(engine, customers, options.random_state, log), options, progress)
