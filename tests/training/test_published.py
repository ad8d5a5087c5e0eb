"""The published figures of the Mall customers, on a made-up table that has their segments' sizes, centres and spreads.

The table itself is not in the repository. Inertia and the Calinski-Harabasz index depend on nothing else than these, so
they come out as published; silhouette and Davies-Bouldin do not, and are tested where the table is at hand.
"""

import numpy as np
import pytest

from function.model import load
from tests.helpers.service import ROOT
from tests.helpers.tables import fitted, read
from training.engines.duckdb import DuckDB
from training.fit import Options

SHIPPED = load(ROOT / "models/segmenter.joblib").model


@pytest.fixture(scope="module")
def made_up(mall_like):
    """Return the model of a table whose customers stand on an ellipse around each centre of the shipped model."""
    with DuckDB() as engine:
        yield fitted(engine, read(engine, mall_like), Options(5)).model


def test_inertia_and_calinski_harabasz_are_the_published_ones(made_up):
    assert made_up.metrics["inertia"] == pytest.approx(65.56840815571681, rel=1e-9)
    assert made_up.metrics["calinski_harabasz"] == pytest.approx(248.64932001536357, rel=1e-9)


def test_sizes_and_centres_are_the_published_ones(made_up):
    centroids = [(55.2963, 49.5185), (86.5385, 82.1282), (88.2, 17.1143), (26.3043, 20.9130), (25.7273, 79.3636)]
    assert [segment.size for segment in made_up.segments] == [81, 39, 35, 23, 22]
    np.testing.assert_allclose([segment.centroid for segment in made_up.segments], centroids, rtol=0, atol=5e-5)


def test_the_segments_have_the_shipped_model_s_names(made_up):
    assert [segment.name for segment in made_up.segments] == [segment.name for segment in SHIPPED.segments]
