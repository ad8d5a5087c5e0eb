"""Reads and fits tables as `fit` does."""

from collections.abc import Callable, Sequence
from pathlib import Path

from function.model import Segmenter
from training.clustering.sample import prepare
from training.engines.engine import Engine
from training.files.formats import open_table
from training.fit import Fit, Options, check_model, fit_model
from training.tables.columns import find_columns
from training.tables.customers import Customers, clean
from training.tables.readings import Manner


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


def save(fit: Fit, path: Path) -> Segmenter:
    """Write the model of a fit, checked as `fit` does."""
    segmenter, content = check_model(fit)
    path.write_bytes(content)
    return segmenter
