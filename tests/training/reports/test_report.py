import re
from dataclasses import replace
from html.parser import HTMLParser

import msgspec
import numpy as np
import pytest

from function.model import Segmenter
from tests.helpers.models import feature, model, segment
from tests.helpers.tables import fitted, read, save
from training.engines.duckdb import DuckDB
from training.fit import Options
from training.reports import profiles
from training.reports.card import write_card
from training.reports.findings import Findings
from training.reports.pages import isolated_words
from training.reports.plots import HEIGHT, WIDTH, draw_map, draw_profiles, separating
from training.reports.report import write_report
from training.tables import synthetic
from training.targeting.descriptors import describe_numbers, describe_values
from training.targeting.profile import Profile


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
        last = save(fitted(engine, customers, Options()), folder / "segmenter.joblib")
        fit = fitted(engine, customers, Options(4, last=last))
    return Findings(save(fit, folder / "segmenter.joblib"), customers, fit)


@pytest.fixture(scope="module")
def report(made):
    return write_report(made)


def test_the_report_is_one_file_without_scripts_that_loads_nothing(report):
    page = Page(report)
    assert not {"script", "link", "img", "iframe"} & {tag for tag, _ in page.tags}
    assert not [attributes for _, attributes in page.tags if {"src", "onclick", "onload"} & attributes.keys()]
    loaded = [a["xlink:href"] for _, a in page.tags if "xlink:href" in a]
    assert all(address.startswith("#") for address in loaded)
    assert "url(http" not in report


def test_the_report_shows_segments_changes_repairs_and_warnings(made, report):
    segmenter, customers, fit = made.segmenter, made.customers, made.fit
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
    card = write_card(made)
    numbers = {tuple(map(float, pair)) for pair in re.findall(r"(\d+(?:\.\d+)?)[ ,|]+(\d+(?:\.\d+)?)", card)}
    assert not numbers & {tuple(row) for row in made.fit.X.tolist()}
    assert "999," not in report


def test_the_same_fit_gives_the_same_report(made, report):
    assert write_report(made) == report


def write(made, features, segments):
    """Return the report of a model made by hand, with what a fit says of another."""
    by_hand = msgspec.structs.replace(model(features, segments), provenance=made.model.provenance)
    fit = replace(made.fit, continuity=replace(made.fit.continuity, since=""))
    return write_report(Findings(Segmenter(by_hand, "0" * 64), made.customers, fit))


def test_a_label_with_markup_is_only_text(made):
    segments = [segment(0, [1.0, 1.0], name="<b>A</b> & Co"), segment(1, [8.0, 8.0])]
    words = Page(write(made, [feature("x", label="<i>$x$</i>"), feature("y")], segments)).words
    assert "<b>A</b> & Co" in words
    assert "<i>$x$</i>" in words


def test_the_map_takes_the_two_features_that_separate_best():
    features = [feature("a"), feature("b"), feature("c")]
    segments = [segment(0, [1.0, 5.0, 1.0]), segment(1, [9.0, 5.1, 9.0])]
    assert separating(model(features, segments)) == (0, 2)


def test_places_on_the_map_are_worked_out_by_hand():
    segments = [segment(0, [0.0, 10.0]), segment(4, [10.0, 5.0])]
    drawn = draw_map(model([feature("x"), feature("y", label="Visits", unit="a month")], segments))
    assert (drawn.across, drawn.up) == ("X", "Visits (a month)")
    assert [(mark.id, round(mark.x, 6), round(mark.y, 6)) for mark in drawn.marks] == [
        (0, round(WIDTH * 0.05 / 1.1, 6), round(HEIGHT * 0.05 / 1.1, 6)),
        (4, round(WIDTH * 1.05 / 1.1, 6), HEIGHT / 2),
    ]
    assert [label for _, label in drawn.x_ticks] == ["0", "2", "4", "6", "8", "10"]


@pytest.mark.parametrize("n_features", [1, 2])
@pytest.mark.parametrize(("offset", "low", "labels"), [(0.0, 1.0, ["1", "2", "5"]), (3.0, 0.0, ["0", "5", "10"])])
def test_one_feature_and_logarithms_can_be_drawn(n_features, offset, low, labels):
    features = [feature(name, min=low, max=100.0, scale=1.0, offset=offset) for name in "xy"[:n_features]]
    drawn = draw_map(model(features, [segment(0, [2.0] * n_features), segment(1, [50.0] * n_features)]))
    assert [label for _, label in drawn.x_ticks][:3] == labels
    assert all(0 <= place <= WIDTH for place, _ in drawn.x_ticks)
    assert "nan" not in str(drawn)


def test_thirty_features_in_other_letters_are_all_in_the_report(made):
    names = [f"購入回数_{number}_purchases_frequency" for number in range(30)]
    segments = [segment(i, [float(i)] * len(names), name=f"Segment {i}, 常連") for i in range(12)]
    page = Page(write(made, [feature(f"f{i}", label=name) for i, name in enumerate(names)], segments))
    assert {page.words.count(name) for name in names} == {12}
    assert " ".join(page.words).count("22 more, nearer to the average") == 12
    assert all(len(columns) < 10 for columns in tables(page))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("High מספר הזמנות (lower 1)", "High <bdi>מספר הזמנות</bdi> (lower 1)"),
        ("age, מספר, 3 of סכום 2.", "age, <bdi>מספר</bdi>, 3 of <bdi>סכום</bdi> 2."),
        ("<b> & עולם", "&lt;b&gt; &amp; <bdi>עולם</bdi>"),
        ("購入回数 is high", "購入回数 is high"),
    ],
)
def test_words_from_right_to_left_keep_to_themselves(text, shown):
    assert isolated_words(text) == shown


def test_names_from_right_to_left_are_isolated_wherever_the_report_says_them(made):
    segments = [segment(i, [i * 8.0, 1.0], name=f"לקוחות {i}", description=f"סכום is {i}") for i in range(2)]
    page = write(made, [feature("x", label="סכום"), feature("y")], segments)
    body = page[page.index("<main>") :]
    assert body.count("<bdi>לקוחות 1</bdi>") == 3
    assert not re.findall(r"(?<!<bdi>)(?:לקוחות|סכום)", re.sub(r"<[^>]*=[^>]*>", "", body))


def test_many_segments_are_rows_of_what_says_who_they_are():
    region = describe_values("Region", ["North", "South"], np.full((12, 2), 50))
    age = describe_numbers("Age", np.full(12, 50), np.full(12, 40.0), np.full(12, 9.0))
    named = [(i, f"kind-{i}", f"Kind {i}") for i in range(12)]
    values, means = profiles.tables(Profile(named, [region, age]))
    assert (values.header, values.rows[0]) == (["Segment", "North", "South"], ("All", "50%", "50%"))
    assert values.rows[12] == ("Kind 11", "50% (100)", "50% (100)")
    assert (len(means.header), means.rows[11][0]) == (2, "Kind 11")
    (few,) = profiles.tables(Profile(named[:2], [describe_values("Region", ["N", "S", "E"], np.full((2, 3), 50))]))
    assert few.header == ["Region", "All", "Kind 0", "Kind 1"]
    assert few.caption.endswith(" Not beyond chance, or too little to matter (V 0.00, p 1.000).")
    (same,) = profiles.tables(Profile(named[:2], [describe_values("Region", ["N"], np.full((2, 1), 50))]))
    assert same.caption.endswith(" Too few customers or values to test.")


def tables(page):
    """Return the headings of each table."""
    kinds = [tag for tag, attributes in page.tags if tag == "table" or attributes.get("scope") == "col"]
    return [part.split() for part in " ".join(kinds).split("table")[1:]]


def test_of_many_features_those_that_tell_a_segment_apart_come_first():
    features = [feature(f"f{i}") for i in range(9)]
    segments = [segment(0, [0.0, 1.0, 0.0, -4.0, *[0.5] * 5]), segment(1, [2.0] + [0.0] * 8)]
    first, second = draw_profiles(model(features, segments))
    assert [bar.label for bar in first[:2]] == ["F3", "F1"]
    assert second[0].label == "F0"


def test_each_bar_is_worked_out_by_hand():
    drawn = draw_profiles(model([feature("x"), feature("y")], [segment(0, [4.0, 0.0]), segment(1, [2.0, -1.0])]))
    bars = [[(bar.value, bar.start, bar.length) for bar in rows] for rows in drawn]
    assert bars == [[("4", 50, 50), ("0", 50, 0)], [("2", 50, 25), ("-1", 37.5, 12.5)]]
