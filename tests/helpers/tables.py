"""Tables for tests: where the real ones are, and how to write a small one."""

import math
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from function.model import Model, Segmenter
from training.clustering.sample import prepare
from training.engines.engine import Engine
from training.files.formats import open_table
from training.fit import Fit, Options, check_model, fit_model
from training.tables.columns import find_columns
from training.tables.customers import Customers, clean
from training.tables.readings import Manner

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"
MALL = DATA / "mall_customers.csv"
CDNOW = DATA / "cdnow_orders.csv"

needs_mall = pytest.mark.skipif(not MALL.exists(), reason=f"the published table is not there: {MALL.name}")
needs_cdnow = pytest.mark.skipif(not CDNOW.exists(), reason=f"the published table is not there: {CDNOW.name}")


def write_ellipses(path: Path, model: Model) -> None:
    """Write a table laid out as the Mall's whose customers have sizes, centres and spreads of a model's segments."""
    lines = ["CustomerID,Gender,Age,Annual Income (k$),Spending Score (1-100)"]
    for segment in model.segments:
        angles = 2 * math.pi * np.arange(segment.size) / segment.size
        circle = math.sqrt(2) * np.stack([np.cos(angles), np.sin(angles)])  # mean 0, covariance 1
        ellipse = (np.linalg.cholesky(np.array(segment.spread)) @ circle).T
        rows = enumerate((np.array(segment.centroid) + ellipse).tolist(), start=len(lines))
        lines += [f"{number},Female,30,{x!r},{y!r}" for number, (x, y) in rows]
    path.write_text("\n".join(lines) + "\n")


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
