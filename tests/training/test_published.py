"""The published figures of the Mall customers, on a made-up table that has their segments' sizes, centres and spreads.

The table itself is not in the repository. Inertia and the Calinski-Harabasz index depend on nothing else than these, so
they come out as published; silhouette and Davies-Bouldin do not, and are tested where the table is at hand.
"""

import re
from datetime import datetime

import numpy as np
import pytest

from function.model import encode, load
from tests.helpers.real_tables import MALL, needs_mall
from tests.helpers.service import ROOT
from tests.helpers.tables import fitted, read
from training.engines.duckdb import DuckDB
from training.fit import Options, check_model
from training.reports.card import write_card
from training.reports.findings import Findings
from training.reports.report import write_report

SHIPPED = load(ROOT / "models/segmenter.joblib").model
FIGURES = re.compile(r"\b[0-9a-f]{12,}\b|\d[\d.,e+-]*|<line class=.grid.*>\n")
"""Digests and numbers, and the lines that a picture is ruled by."""


def findings(table):
    """Return what a fit finds in a table, by the options that the shipped model was made with."""
    with DuckDB() as engine:
        customers = read(engine, table)
        fit = fitted(engine, customers, Options())
    return Findings(check_model(fit)[0], customers, fit)


@pytest.fixture(scope="module")
def learned(mall_like):
    """Return what is found in a table whose customers stand on an ellipse around each centre of the shipped model."""
    return findings(mall_like)


@pytest.fixture(scope="module")
def made_up(learned):
    """Return the model of that table."""
    return learned.model


@pytest.mark.parametrize(("name", "write"), [("README.md", write_card), ("report.html", write_report)])
def test_the_shipped_card_and_report_say_what_fit_says_today_but_for_the_figures(learned, name, write):
    shipped, written = ((ROOT / "models" / name).read_text(), write(learned).replace("customers.csv", MALL.name))
    assert FIGURES.sub("", shipped) == FIGURES.sub("", written)


@needs_mall
def test_the_shipped_model_its_card_and_its_report_are_made_again_byte_by_byte(monkeypatch):
    day = datetime.fromisoformat(f"{SHIPPED.provenance['trained_at']}T00:00Z")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", f"{day.timestamp():.0f}")
    made = findings(MALL)
    if made.model.provenance["versions"] != SHIPPED.provenance["versions"]:
        pytest.skip("the shipped model was made with other versions")
    texts = {"README.md": write_card(made), "report.html": write_report(made)}
    files = {name: text.encode() for name, text in texts.items()} | {"segmenter.joblib": encode(made.model)}
    for name, content in files.items():
        assert (ROOT / "models" / name).read_bytes() == content, name


def test_inertia_and_calinski_harabasz_are_the_published_ones(made_up):
    assert made_up.metrics["inertia"] == pytest.approx(65.56840815571681, rel=1e-9)
    assert made_up.metrics["calinski_harabasz"] == pytest.approx(248.64932001536357, rel=1e-9)


def test_sizes_and_centres_are_the_published_ones(made_up):
    centroids = [(55.2963, 49.5185), (86.5385, 82.1282), (88.2, 17.1143), (26.3043, 20.9130), (25.7273, 79.3636)]
    assert [segment.size for segment in made_up.segments] == [81, 39, 35, 23, 22]
    np.testing.assert_allclose([segment.centroid for segment in made_up.segments], centroids, rtol=0, atol=5e-5)


def test_the_segments_have_the_shipped_model_s_names(made_up):
    assert [segment.name for segment in made_up.segments] == [segment.name for segment in SHIPPED.segments]
