"""What would change a customer, worked out by the page: the function's own answer, in the same words and figures."""

import msgspec
import numpy as np
import pytest

from function.model import Segmenter
from function.model.changes import Changes
from tests.helpers import models
from tests.helpers.customers import customers, segmenter_with_offsets
from tests.page.helpers.modules import call

_TWIN = """async ([model, customers]) => {
  const [{ Segmenter }, { changesOf }, { stepsFrom }] = await Promise.all(
    ['/model/segmenter.js', '/model/changes.js', '/customer/changes.js'].map((module) => import(module)));
  const segmenter = new Segmenter(model);
  const words = (values, changes) => stepsFrom(segmenter, values, changes).map(({ segment, ways }) =>
    [segment.name, ...ways.map((way) => way.words)]);
  return customers.map(([values, changes]) => {
    const own = changesOf(segmenter, values);
    return [own, words(values, own), words(values, changes), [segmenter.standardise(values), ...segmenter.centroids]];
  });
}"""


def fixed_segmenter(n_features: int, n_segments: int, fixed: tuple[int, ...] = ()) -> Segmenter:
    """Return a model that is the same each time."""
    return models.random_segmenter(np.random.default_rng([26, n_features, n_segments]), n_features, n_segments, fixed)


def twins() -> Segmenter:
    """Return a model of segments that differ in nothing but what cannot change, and of two alike in it."""
    features = [models.feature("x"), models.feature("age", fixed=True), models.feature("y")]
    places = [[2.0, 2.0, 5.0], [2.0, 8.0, 5.0], [8.0, 4.0, 5.0], [8.0, 4.0, 9.0]]
    return Segmenter(models.model(features, [models.segment(i, place) for i, place in enumerate(places)]), "0" * 64)


@pytest.mark.parametrize(
    "segmenter",
    [
        *(fixed_segmenter(2, n) for n in (2, 5, 12)),
        *(fixed_segmenter(5, n, (1,)) for n in (2, 5, 12)),
        *(fixed_segmenter(30, n, (0, 7, 29)) for n in (2, 12, 20)),
        segmenter_with_offsets(),
        Segmenter(models.square(), "0" * 64),
        twins(),
    ],
    ids=lambda segmenter: f"{len(segmenter.model.features)} x {len(segmenter.model.segments)}",
)
def test_the_page_works_out_what_the_function_answers(blank, segmenter):
    rows = [list(row) for row in customers(segmenter, 40) if None not in row]
    answers = [Changes(segmenter).find(row) for row in rows]
    asked = [[row, msgspec.to_builtins(changes)] for row, changes in zip(rows, answers, strict=True)]
    ranges = {feature.name: feature.max - feature.min for feature in segmenter.model.features}
    own = blank.evaluate(_TWIN, [msgspec.to_builtins(segmenter.model), asked])
    for row, changes, (worked_out, words, function_words, points) in zip(rows, answers, own, strict=True):
        expected = [
            segmenter.standardise(place) for place in (row, *(kind.centroid for kind in segmenter.model.segments))
        ]
        if on_border(expected) and not np.array_equal(points, expected):
            continue  # the last digits of Math.log are each browser's own, and on a border they decide
        assert [plain(change, ranges) for change in worked_out] == [
            plain(msgspec.to_builtins(change), ranges, pytest.approx) for change in changes
        ]
        assert words == function_words


@pytest.mark.parametrize(
    ("highest", "places", "values"),
    [
        (10.0, [[4.0, 4.0], [6.0, 6.0], [8.0, 4.0]], [5.0, 4.0]),  # enters two segments at once
        (
            0.125,
            [[0.03125, 0.03125], [0.09375, 0.09375]],
            [0.0625, 0.0625],
        ),  # a step shorter than the way past a border
        (10.0, [[4.0, 4.0], [20.0, 4.0]], [15.0, 4.0]),  # reaches the segment before the range
    ],
)
def test_on_borders_and_beyond_the_range_too(blank, highest, places, values):
    features = [models.feature(name, max=highest, step=highest / 100) for name in "xy"]
    content = models.model(features, [models.segment(number, place) for number, place in enumerate(places)])
    changes = msgspec.to_builtins(Changes(Segmenter(content, "0" * 64)).find(values))
    ((own, *_),) = blank.evaluate(_TWIN, [msgspec.to_builtins(content), [[values, changes]]])
    ranges = {"x": 1.0, "y": 1.0}
    assert [plain(change, ranges) for change in own] == [
        plain(change, ranges, lambda value, **_: pytest.approx(value, abs=1e-12)) for change in changes
    ]


def on_border(points: list[tuple[float, ...]]) -> bool:
    """Tell whether the first point is as far from one of the others as from another, but for the last digits."""
    squares = sorted(float(np.sum((np.array(centroid) - points[0]) ** 2)) for centroid in points[1:])
    return bool(np.any(np.diff(squares) < 1e-9))


def plain(change: dict, ranges: dict[str, float], about=lambda value, **_: value) -> list:
    """Return a change as a list, its figures as shares of the ranges."""

    def moves(ways):
        scales = [(way, ranges[way["feature"]]) for way in ways]
        return [[way["feature"], *(about(way[key] / scale, abs=1e-7) for key in ("by", "to"))] for way, scale in scales]

    combined = change["combined"]
    return [change["segment_id"], moves(change["alone"]), combined and moves(combined)]


_WORDS = """async ([model, values]) => {
  const [{ Segmenter }, { changesOf }, { stepsFrom }] = await Promise.all(
    ['/model/segmenter.js', '/model/changes.js', '/customer/changes.js'].map((module) => import(module)));
  const segmenter = new Segmenter(model);
  return stepsFrom(segmenter, values, changesOf(segmenter, values)).map(({ segment, ways }) => {
    if (ways.some((way) => segmenter.place(way.values).segment.id !== segment.id)) throw new Error('does not arrive');
    return ways.map((way) => [way.words, way.values]);
  });
}"""
ORDERS = models.feature("orders", max=20.0)
LOGS = models.feature("orders", min=1.0, max=100.0, mean=1.0, offset=0.0)
TURNOVER = models.feature("turnover", min=1.0, max=1e12, mean=10.0, scale=5.0, offset=0.0)
TENS = models.feature("points", max=100.0, step=10.0)
SHARE = models.feature("share", step=0.1)


@pytest.mark.parametrize(
    ("features", "centroids", "values", "ways"),
    [
        ([ORDERS], [[2.0], [9.0]], [2.0], [["with orders 6 (now 2)", [6.0]]]),
        ([ORDERS], [[2.0], [8.0]], [2.0], [["with orders 6 (now 2)", [6.0]]]),  # 5 itself goes to the first
        ([ORDERS], [[2.0], [9.0]], [2.83], [["with orders 6 (now 2.8)", [6.0]]]),
        ([ORDERS], [[2.0], [9.0]], [2.97], [["with orders 6 (now 3)", [6.0]]]),
        ([ORDERS], [[2.0], [3.2]], [2.04], [["with orders 3 (now 2)", [3.0]]]),
        ([ORDERS], [[3.2], [2.8]], [3.04], [["with orders 2 (now 3)", [2.0]]]),
        ([ORDERS], [[2.0], [3.9]], [2.94], [["with orders 3 (now 2.9)", [3.0]]]),
        ([ORDERS], [[2.0], [3.93]], [2.96], [["with orders 3 (now 2.96)", [3.0]]]),
        ([ORDERS], [[9.0], [2.0]], [8.4], [["with orders 5 (now 8.4)", [5.0]]]),
        ([ORDERS], [[9.0], [2.0]], [5.6], [["with orders 5 (now 5.6)", [5.0]]]),
        ([ORDERS], [[2.0], [2.3], [2.8]], [2.0], [["with orders 3 (now 2)", [3.0]]]),  # nobody has 2.3 orders
        ([ORDERS], [[2.0], [2.4]], [2.0], [["with orders 3 (now 2)", [3.0]]]),
        ([LOGS], [[2.0], [80.0]], [2.83], [["with orders 13 (now 2.8)", [13.0]]]),
        ([LOGS], [[80.0], [2.0]], [71.83], [["with orders 12 (now 71.8)", [12.0]]]),
        ([TURNOVER], [[5e6], [1e9]], [22e3], [["with turnover 70,800,000 (now 22,000)", [708e5]]]),
        ([TURNOVER], [[1e9], [5e6]], [1e9], [["with turnover 70,700,000 (now 1,000,000,000)", [707e5]]]),
        ([TENS], [[20.0], [50.0]], [24.0], [["with points 44 (now 24)", [44.0]]]),
        ([TENS], [[20.0], [30.0], [33.0]], [24.0], [["with points 26 (now 24)", [26.0]]]),
        ([SHARE], [[2.0], [9.0]], [2.83], [["with share 5.6 (now 2.8)", [5.6]]]),
        ([SHARE], [[2.9], [2.5]], [2.72], [["with share 2.6 (now 2.7)", [2.6]]]),
        ([SHARE], [[2.9], [2.4]], [2.66], [["with share 2.6 (now 2.7)", [2.6]]]),
        ([SHARE], [[2.0], [2.1], [2.15]], [2.0], [["with share 2.1 (now 2)", [2.1]]]),
        ([SHARE], [[2.0], [2.03], [2.05]], [2.0], [["with share 2.02 (now 2)", [2.02]]]),
    ],
)
def test_what_is_said_is_what_is_tried_and_whole_where_it_is_counted(blank, features, centroids, values, ways):
    model = models.model(features, [models.segment(i, place) for i, place in enumerate(centroids)])
    steps = blank.evaluate(_WORDS, [msgspec.to_builtins(model), values])
    assert steps[0] == ways


@pytest.mark.parametrize(
    ("label", "said"),
    [("Spending score", "Spending score 63"), ("Revenue 2025", "Revenue 2025 at 63"), ("Q4", "Q4 at 63")],
)
def test_a_label_that_ends_in_a_number_is_told_apart_from_the_value(blank, label, said):
    assert call(blank, "ui/dom:labelled", label, "63") == said
