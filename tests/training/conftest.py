"""An engine that the tests of a file share, each with tables of its own; a shop, made once."""

from collections.abc import Iterator

import numpy as np
import pytest

from tests.helpers.command_line import run
from tests.helpers.tables import read
from training.engines.duckdb import DuckDB
from training.tables.customers import Customers
from training.tables.synthetic import write_customers


@pytest.fixture(scope="module")
def engine() -> Iterator[DuckDB]:
    """Yield a DuckDB of the file's tests."""
    with DuckDB() as engine:
        yield engine


@pytest.fixture(scope="session")
def shop(tmp_path_factory):
    """Return a folder with a shop's orders of two half-years, its model, and both tables scored."""
    folder = tmp_path_factory.mktemp("shop")
    rng = np.random.default_rng(61)
    lines = ["customer_id,order_id,order_date,amount,email"]
    for number in range(1500):
        often = rng.random() < 0.3
        for half, start in enumerate(("2025-07-01", "2026-01-01")):
            if half and rng.random() < 0.3:
                continue
            for _ in range(1 + rng.poisson(5 if often else 0.5)):
                day = np.datetime64(start) + int(rng.integers(0, 180))
                amount = rng.lognormal(4.5 if often else 3.0, 0.5)
                lines.append(f"c{number},o{len(lines)},{day},{amount:.2f},c{number}@shop.example")
    (folder / "orders.csv").write_text("\n".join(lines) + "\n")
    run("fit", folder / "orders.csv", "--orders", "--out", folder / "model", "--k", "4")
    for name, as_of in (("january", "2026-01-01"), ("july", "2026-07-01")):
        model = folder / "model" / "segmenter.joblib"
        run("score", folder / "orders.csv", folder / f"{name}.csv", "--orders", "--as-of", as_of, "--model", model)
    return folder


@pytest.fixture(scope="module")
def made_up(engine: DuckDB, tmp_path_factory: pytest.TempPathFactory) -> Customers:
    """Return made-up customers with the five groups of the pair."""
    path = tmp_path_factory.mktemp("made-up") / "customers.csv"
    write_customers(path, random_state=0)
    return read(engine, path)
