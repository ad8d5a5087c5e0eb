"""Where the real tables are, and how to write one like them; light, as each process of the tests imports it."""

import math
from pathlib import Path

import numpy as np
import pytest

from function.model import Model

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
