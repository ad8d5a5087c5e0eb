import re
import warnings
from html.parser import HTMLParser
from xml.etree import ElementTree

import numpy as np
import pytest

from tests.helpers.models import feature, model, segment
from tests.helpers.tables import fitted, read
from training.engines.duckdb import DuckDB
from training.fit import Options, save_model
from training.reports.card import write_card
from training.reports.plots import draw_map, draw_profiles, separating
from training.reports.report import write_report
from training.tables import synthetic


class Page(HTMLParser):
    """Collect a page's tags and words."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.words = [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_data(self, data):
        self.words.append(data)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Return a saved model of the made-up customers, second of its line, with all that a report is made of."""
    folder = tmp_path_factory.mktemp("report")
    synthetic.write_customers(folder / "customers.csv", random_state=0)
    with (folder / "customers.csv").open("a") as file:
        file.write("999,,50\n1000,40,\n")
    with DuckDB() as engine:
        customers = read(engine, folder / "customers.csv")
        last = save_model(fitted(engine, customers, Options()), folder / "segmenter.joblib")
        fit = fitted(engine, customers, Options(4, last=last))
    return save_model(fit, folder / "segmenter.joblib"), customers, fit


@pytest.fixture(scope="module")
def report(made):
    return write_report(*made)


def test_the_report_is_one_file_without_scripts_that_loads_nothing(report):
    page = Page(report)
    assert not {"script", "link", "img", "iframe"} & {tag for tag, _ in page.tags}
    assert not [attributes for _, attributes in page.tags if {"src", "onclick", "onload"} & attributes.keys()]
    loaded = [a["xlink:href"] for _, a in page.tags if "xlink:href" in a]
    assert all(address.startswith("#") for address in loaded)
    assert "url(http" not in report


def test_the_report_shows_segments_changes_repairs_and_warnings(made, report):
    segmenter, customers, fit = made
    words = " ".join(" ".join(Page(report).words).split())
    for part in segmenter.model.segments:
        assert part.name in words
        assert part.action in words
        assert f"{part.size} customers" in words
    assert len(customers.notes) == 2
    for note in [*customers.notes, *segmenter.model.warnings]:
        assert note in words
    assert f"Compared with model {fit.continuity.since}" in words
    assert f"{fit.selection.without_groups:.4f}" in words


def test_the_pictures_are_announced_and_every_table_has_a_caption_and_headings(report):
    page = Page(report)
    pictures = [attributes for tag, attributes in page.tags if tag == "svg"]
    assert pictures
    assert all(attributes["role"] == "img" and attributes["aria-label"] for attributes in pictures)
    count = [tag for tag, _ in page.tags].count
    assert count("table") == count("caption") == 3
    assert len({a["id"] for _, a in page.tags if "id" in a}) == len([a for _, a in page.tags if "id" in a])


def test_no_customer_is_in_the_report_or_the_card(made, report):
    card = write_card(*made)
    numbers = {tuple(map(float, pair)) for pair in re.findall(r"(\d+(?:\.\d+)?)[ ,|]+(\d+(?:\.\d+)?)", card)}
    assert not numbers & {tuple(row) for row in made[2].X.tolist()}
    assert "999," not in report


def test_the_same_fit_gives_the_same_report(made, report):
    assert write_report(*made) == report


def test_a_label_with_markup_is_only_text():
    segments = [segment(0, [1.0, 1.0], name="<b>A</b> & Co"), segment(1, [8.0, 8.0])]
    drawn = draw_profiles(model([feature("x", label="<i>$x$</i>"), feature("y")], segments))
    text = "".join(ElementTree.fromstring(drawn).itertext())
    assert "<b>A</b> & Co" in text
    assert "<i>$x$</i>" in text


def test_the_map_takes_the_two_features_that_separate_best():
    features = [feature("a"), feature("b"), feature("c")]
    segments = [segment(0, [1.0, 5.0, 1.0]), segment(1, [9.0, 5.1, 9.0])]
    assert separating(model(features, segments)) == (0, 2)


@pytest.mark.parametrize("n_features", [1, 2])
def test_one_feature_and_logarithms_can_be_drawn(n_features):
    features = [feature(name, min=1.0, max=100.0, scale=1.0, offset=0.0) for name in "xy"[:n_features]]
    drawn = draw_map(model(features, [segment(0, [2.0] * n_features), segment(1, [50.0] * n_features)]))
    assert "nan" not in drawn
    assert np.isin(["0", "1"], list(ElementTree.fromstring(drawn).itertext())).all()


def test_profiles_of_many_features_with_long_names_fit_their_picture():
    names = [f"instalment_purchases_frequency_{number}" for number in range(17)]
    segments = [segment(i, [float(i)] * len(names), name=f"High {names[i]}, low {names[-1]}") for i in range(3)]
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # matplotlib warns when it finds no room for the axes
        assert draw_profiles(model([feature(name) for name in names], segments)).startswith("<svg")


def test_letters_that_no_font_of_this_machine_has_are_text_and_no_warning():
    segments = [segment(0, [1.0], name="高年龄"), segment(1, [9.0])]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert "高年龄" in draw_profiles(model([feature("年龄")], segments))
