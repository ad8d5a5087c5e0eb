"""What would change the segment: against paper, against a fine grid, against SciPy on models nobody chose."""

import math
import sys
from collections.abc import Iterator
from types import FrameType

import numpy as np
import pytest
from scipy.optimize import linprog, minimize

from function.model import Segmenter
from function.model.changes import BEYOND, MAX_CHANGES, Change, Changes
from tests.helpers import models

GRID = 400
"""Grid steps over a feature's range in the brute-force tests."""


def _changes(segmenter: Segmenter, values: list[float]) -> dict[int, Change]:
    return {change.segment_id: change for change in Changes(segmenter).find(values)}


def _random_customer(rng: np.random.Generator, segmenter: Segmenter) -> list[float]:
    return [float(rng.uniform(feature.min, feature.max)) for feature in segmenter.model.features]


def _distance(segmenter: Segmenter, a: list[float], b: list[float]) -> float:
    return math.dist(segmenter.standardise(a), segmenter.standardise(b))


def _moved(segmenter: Segmenter, values: list[float], moves: list) -> list[float]:
    to = {move.feature: move.to for move in moves}
    for move in moves:
        place = [feature.name for feature in segmenter.model.features].index(move.feature)
        assert move.to == pytest.approx(values[place] + move.by)
    return [to.get(feature.name, value) for feature, value in zip(segmenter.model.features, values, strict=True)]


def test_one_feature_alone_crosses_the_border_halfway_between_two_centroids():
    segmenter = Segmenter(models.square(), "0" * 64)  # centroids at 2 and 8: the borders are at 5
    change = _changes(segmenter, [3.0, 2.5])[1]
    assert [(move.feature, move.by, move.to) for move in change.alone] == [
        ("x", pytest.approx(2.0, abs=1e-6), pytest.approx(5.0, abs=1e-6))
    ]
    assert segmenter.assign((change.alone[0].to, 2.5)).segment.id == 1


def test_a_segment_behind_a_third_one_is_not_offered_for_one_feature_alone():
    features = [models.feature("x")]
    segments = [models.segment(i, [x]) for i, x in enumerate([1.0, 5.0, 9.0])]
    changes = _changes(Segmenter(models.model(features, segments), "0" * 64), [2.0])
    assert [move.to for move in changes[1].alone] == [pytest.approx(3.0, abs=1e-6)]
    assert changes[2].alone == []
    assert [move.to for move in changes[2].combined] == [pytest.approx(7.0, abs=1e-6)]


def test_the_smallest_combined_move_is_square_to_the_border():
    features = [models.feature("x"), models.feature("y")]
    segments = [models.segment(0, [2.0, 2.0]), models.segment(1, [8.0, 8.0])]
    change = _changes(Segmenter(models.model(features, segments), "0" * 64), [2.0, 4.0])[1]
    # the border is x + y = 10; from (2, 4) straight to it: (4, 6)
    assert [(move.feature, move.to) for move in change.combined] == [
        ("x", pytest.approx(4.0, abs=1e-6)),
        ("y", pytest.approx(6.0, abs=1e-6)),
    ]


@pytest.mark.parametrize(
    ("values", "entered"), [([7.0, 5.0], 0), ([3.0, 5.0], 1), ([5.0, 7.0], 0), ([5.0, 3.0], 2), ([7.0, 7.0], None)]
)
def test_a_feature_alone_leads_to_the_first_of_two_segments_entered_at_once(values, entered):
    segmenter = Segmenter(models.square(), "0" * 64)
    changes = _changes(segmenter, values)
    ends = {
        id_: [segmenter.assign(_moved(segmenter, values, [m])).segment.id for m in c.alone]
        for id_, c in changes.items()
    }
    assert all(set(reached) <= {id_} for id_, reached in ends.items())
    assert entered is None or ends[entered]


def test_of_two_segments_entered_at_once_the_one_that_comes_nearer_faster_is_reached():
    features = [models.feature("x"), models.feature("y")]
    segments = [models.segment(i, place) for i, place in enumerate([[4.0, 4.0], [6.0, 6.0], [8.0, 4.0]])]
    changes = _changes(Segmenter(models.model(features, segments), "0" * 64), [5.0, 4.0])
    # all three centroids are 2 away from (6, 4), and from there on the last is nearest
    assert [move.feature for move in changes[1].alone] == ["y"]
    assert [(move.feature, move.to) for move in changes[2].alone] == [("x", pytest.approx(6.0, abs=1e-6))]


def test_a_border_of_a_logged_feature_is_the_geometric_mean():
    spend = models.feature("spend", min=1.0, max=1000.0, offset=0.0)
    content = models.model([spend], [models.segment(0, [10.0]), models.segment(1, [1000.0])])
    change = _changes(Segmenter(content, "0" * 64), [20.0])[1]
    assert change.alone[0].to == pytest.approx(100.0)
    assert change.alone[0].by == pytest.approx(80.0)


def test_a_move_beyond_the_range_is_not_offered():
    features = [models.feature("x", max=4.0), models.feature("y", max=10.0)]
    segments = [models.segment(0, [1.0, 1.0]), models.segment(1, [9.0, 1.0]), models.segment(2, [1.0, 9.0])]
    changes = _changes(Segmenter(models.model(features, segments), "0" * 64), [1.0, 1.0])
    assert changes[1].alone == []
    assert changes[1].combined is None
    assert changes[2].alone[0].to == pytest.approx(5.0, abs=1e-6)


def test_a_customer_out_of_range_is_not_asked_to_come_back_first():
    segmenter = Segmenter(models.square(), "0" * 64)  # the range ends at 10
    change = _changes(segmenter, [12.0, 3.0])[3]
    assert [(move.feature, move.to) for move in change.alone] == [("y", pytest.approx(5.0, abs=1e-6))]
    assert [move.feature for move in change.combined] == ["y"]


def test_a_customer_out_of_range_may_move_into_it():
    features = [models.feature("x", max=10.0)]
    segments = [models.segment(0, [4.0]), models.segment(1, [20.0])]
    change = _changes(Segmenter(models.model(features, segments), "0" * 64), [15.0])[0]
    assert change.alone[0].to == 10.0  # the border is at 12, out of range: the move goes on to the range's edge


def test_at_most_the_twelve_nearest_segments_are_answered_for():
    features = [models.feature("x", max=100.0)]
    segments = [models.segment(i, [float(i)], slug=f"s{i}", name=f"S{i}") for i in range(50)]
    changes = Changes(Segmenter(models.model(features, segments), "0" * 64)).find([0.0])
    assert [change.segment_id for change in changes] == list(range(1, MAX_CHANGES + 1))


@pytest.mark.unmeasured
@pytest.mark.parametrize("seed", range(60))
def test_one_feature_alone_agrees_with_a_fine_grid(seed):
    rng = np.random.default_rng(seed)
    segmenter = models.random_segmenter(rng, n_features=int(rng.integers(1, 5)), n_segments=int(rng.integers(2, 9)))
    values = _random_customer(rng, segmenter)
    own = segmenter.assign(values).segment.id
    expected: dict[int, dict[str, float]] = {}
    for number, feature in enumerate(segmenter.model.features):
        for end in (feature.min, feature.max):
            for value in np.linspace(values[number], end, GRID):
                entered = segmenter.assign([*values[:number], float(value), *values[number + 1 :]]).segment.id
                if entered != own:
                    expected.setdefault(entered, {})[feature.name] = float(value)
                    break
    for segment_id, change in _changes(segmenter, values).items():
        alone = {move.feature: move.to for move in change.alone}
        ways = [_distance(segmenter, values, _moved(segmenter, values, [move])) for move in change.alone]
        assert ways == sorted(ways)
        steps = {f.name: (f.max - f.min) / (GRID - 1) for f in segmenter.model.features}
        on_grid = expected.get(segment_id, {})
        assert set(on_grid) <= set(alone)
        for name, to in alone.items():
            assert (
                segmenter.assign(_moved(segmenter, values, [m for m in change.alone if m.feature == name])).segment.id
                == segment_id
            )
            # a cell thinner than the grid's step may be missed by the grid
            assert name not in on_grid or abs(on_grid[name] - to) <= steps[name] + 1e-6


@pytest.mark.parametrize("seed", range(40))
def test_the_combined_move_agrees_with_a_fine_grid_in_two_features(seed):
    rng = np.random.default_rng(1000 + seed)
    segmenter = models.random_segmenter(rng, n_features=2, n_segments=int(rng.integers(2, 9)))
    values = _random_customer(rng, segmenter)
    x, y = (np.linspace(f.standardise(f.min), f.standardise(f.max), GRID) for f in segmenter.model.features)
    points = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    centroids = np.array(segmenter.centroids)
    nearest = ((points[:, None] - centroids) ** 2).sum(axis=2).argmin(axis=1)
    start = segmenter.standardise(values)
    away = np.hypot(*(points - start).T)
    step = math.hypot(x[1] - x[0], y[1] - y[0])
    ids = [segment.id for segment in segmenter.model.segments]
    for segment_id, change in _changes(segmenter, values).items():
        in_cell = away[nearest == ids.index(segment_id)]
        if change.combined is None:
            assert in_cell.size == 0
            continue
        reached = _moved(segmenter, values, change.combined)
        assert segmenter.assign(reached).segment.id == segment_id
        distance = _distance(segmenter, values, reached)
        if in_cell.size:
            assert in_cell.min() - step <= distance <= in_cell.min() + 1e-6


@pytest.mark.parametrize("seed", range(25))
def test_the_combined_move_agrees_with_scipy_in_many_features(seed):
    rng = np.random.default_rng(2000 + seed)
    segmenter = models.random_segmenter(rng, n_features=int(rng.integers(3, 9)), n_segments=int(rng.integers(3, 9)))
    values = _random_customer(rng, segmenter)
    start = np.array(segmenter.standardise(values))
    bounds = [(f.standardise(f.min), f.standardise(f.max)) for f in segmenter.model.features]
    ids = [segment.id for segment in segmenter.model.segments]
    for segment_id, change in _changes(segmenter, values).items():
        home = np.array(segmenter.centroids[ids.index(segment_id)])
        others = np.array([c for c in segmenter.centroids if not np.allclose(c, home)])
        nearer = {"type": "ineq", "fun": lambda q, o=others, h=home: ((q - o) ** 2).sum(axis=1) - ((q - h) ** 2).sum()}
        peer = minimize(
            lambda q: ((q - start) ** 2).sum(),
            home,
            bounds=bounds,
            constraints=[nearer],
            options={"ftol": 1e-14, "maxiter": 500},
        )
        reached = _moved(segmenter, values, change.combined)
        assert segmenter.assign(reached).segment.id == segment_id
        distance = _distance(segmenter, values, reached)
        assert distance == pytest.approx(math.sqrt(peer.fun), abs=1e-4)


@pytest.mark.parametrize("seed", range(40))
def test_what_cannot_change_is_never_proposed_and_the_rest_agrees_with_scipy(seed):
    rng = np.random.default_rng(4000 + seed)
    n_features = int(rng.integers(2, 7))
    fixed = tuple(rng.choice(n_features, int(rng.integers(1, n_features)), replace=False).tolist())
    segmenter = models.random_segmenter(rng, n_features, int(rng.integers(2, 9)), fixed)
    values = _random_customer(rng, segmenter)
    start = np.array(segmenter.standardise(values))
    ranges = [(f.standardise(f.min), f.standardise(f.max)) for f in segmenter.model.features]
    bounds = [(start[i], start[i]) if i in fixed else ranges[i] for i in range(n_features)]
    for segment_id, change in _changes(segmenter, values).items():
        names = {move.feature for move in [*change.alone, *(change.combined or [])]}
        assert not names & {f"f{i}" for i in fixed}
        for move in change.alone:
            assert segmenter.assign(_moved(segmenter, values, [move])).segment.id == segment_id
        expected = _smallest_move(segmenter, start, bounds, segment_id)
        assert (change.combined is None) == (expected is None)
        if change.combined is not None:
            reached = _moved(segmenter, values, change.combined)
            assert segmenter.assign(reached).segment.id == segment_id
            assert _distance(segmenter, values, reached) == pytest.approx(expected, abs=1e-4)


def _smallest_move(segmenter, start, bounds, segment_id) -> float | None:
    """Return the distance to the nearest point of a segment within bounds, or None if it has none there."""
    ids = [segment.id for segment in segmenter.model.segments]
    centroids = np.array(segmenter.centroids)
    home = centroids[ids.index(segment_id)]
    others = np.delete(centroids, ids.index(segment_id), axis=0)
    normals, limits = others - home, ((others**2).sum(axis=1) - (home**2).sum()) / 2
    inside = linprog(np.zeros(len(start)), normals, limits, bounds=bounds)
    if inside.status == 2:
        return None
    peer = minimize(
        lambda q: ((q - start) ** 2).sum(),
        inside.x,
        bounds=bounds,
        constraints=[{"type": "ineq", "fun": lambda q: limits - normals @ q}],
        options={"ftol": 1e-14, "maxiter": 500},
    )
    return math.sqrt(peer.fun)


@pytest.mark.parametrize(
    ("spread", "common", "wide"),
    [(1.0, 0.0, 0.0), (1e-4, 0.0, 0.0), (1e-5, 1.0, 10.0)],
    ids=["apart", "close", "nearly on a line"],
)
def test_the_work_for_any_customer_of_the_largest_model_is_bounded_and_comes_in_steps(spread, common, wide):
    rng = np.random.default_rng(1)
    centroids = spread * rng.normal(size=(50, 30)) + common * rng.normal(size=30) * rng.uniform(-2, 2, (50, 1))
    lows, highs = centroids.min(axis=0), centroids.max(axis=0)
    ends = zip((lows - wide * (highs - lows)).tolist(), (highs + wide * (highs - lows)).tolist(), strict=True)
    features = [models.feature(f"f{i}", min=low, max=high) for i, (low, high) in enumerate(ends)]
    segments = [models.segment(i, c, slug=f"s{i}", name=f"S{i}") for i, c in enumerate(centroids.tolist())]
    segmenter = Segmenter(models.model(features, segments), "0" * 64)
    changes = Changes(segmenter)
    assert not changes.quick
    for far, share in [(1e6, 0.5), (1e12, 0.1)]:
        values = np.array(_random_customer(rng, segmenter)) + far * rng.normal(size=30) * (rng.random(30) < share)
        customer = values.clip(-1e15, 1e15).tolist()
        steps = changes.steps(customer, segmenter.place(customer))
        counts, moves = zip(*(_calls(steps) for _ in range(MAX_CHANGES)), strict=True)
        assert max(counts) < 200_000  # each works on 80 numbers at most: 50 ms
        assert sum(counts) < 600_000
        assert list(moves) == changes.find(customer)


def _calls(steps: Iterator[Change]) -> tuple[int, Change]:
    """Return how many calls of Python's functions the next step takes, and what it yields."""
    count = 0

    def look(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        count += event == "call"

    sys.setprofile(look)
    try:
        change = next(steps)
    finally:
        sys.setprofile(None)
    return count, change


def test_where_nothing_can_change_there_is_no_way():
    features = [models.feature("x", fixed=True), models.feature("y", fixed=True)]
    segments = [models.segment(0, [2.0, 2.0]), models.segment(1, [8.0, 8.0])]
    change = _changes(Segmenter(models.model(features, segments), "0" * 64), [2.0, 4.0])[1]
    assert (change.alone, change.combined) == ([], None)


def test_a_segment_that_differs_only_in_what_cannot_change_is_not_reached():
    features = [models.feature("x"), models.feature("age", fixed=True)]
    segments = [models.segment(i, place) for i, place in enumerate([[2.0, 2.0], [2.0, 8.0], [8.0, 4.0]])]
    segmenter = Segmenter(models.model(features, segments), "0" * 64)
    changes = _changes(segmenter, [2.0, 4.0])
    assert changes[1].combined is None
    assert [move.feature for move in changes[2].combined] == ["x"]
    changes = _changes(segmenter, [8.0, 5.0])  # as far from the first two wherever x is moved to: ties go to the first
    assert [move.feature for move in changes[0].combined] == ["x"]
    assert changes[1].combined is None


@pytest.mark.unmeasured
@pytest.mark.parametrize("seed", range(60))
def test_a_move_that_goes_on_to_the_edge_of_the_range_reaches_the_edge_itself(seed):
    rng = np.random.default_rng(5000 + seed)
    segmenter = models.random_segmenter(rng, n_features=4, n_segments=8)
    for _ in range(20):
        values = _random_customer(rng, segmenter)
        number = int(rng.integers(4))
        feature = segmenter.model.features[number]
        low, high = feature.standardise(feature.min), feature.standardise(feature.max)
        values[number] = feature.restore(high + rng.uniform(0, 3) if rng.random() < 0.5 else low - rng.uniform(0, 3))
        for segment_id, change in _changes(segmenter, values).items():
            for move in change.alone:
                reached = segmenter.assign(_moved(segmenter, values, [move]))
                assert reached.segment.id == segment_id
                assert move.feature not in reached.out_of_range
            if change.combined is not None:
                assert segmenter.assign(_moved(segmenter, values, change.combined)).segment.id == segment_id


def test_every_move_ends_in_its_segment_also_from_borders_and_corners():
    segmenter = Segmenter(models.square(), "0" * 64)
    for values in ([5.0, 5.0], [5.0, 2.0], [0.0, 0.0], [10.0, 10.0], [2.0, 2.0], [-1e15, 1e15]):
        for segment_id, change in _changes(segmenter, values).items():
            for move in change.alone:
                assert segmenter.assign(_moved(segmenter, values, [move])).segment.id == segment_id
            if max(map(abs, values)) < 1e9:
                assert segmenter.assign(_moved(segmenter, values, change.combined)).segment.id == segment_id


@pytest.mark.parametrize("n_features", [2, 4])
def test_a_customer_far_out_of_range_is_led_into_each_segment_too(n_features):
    rng = np.random.default_rng(6000 + n_features)
    segmenter = models.random_segmenter(rng, n_features, n_segments=6)
    values = [f.restore(rng.choice([-1, 1]) * (1e5 if f.offset is None else 9.0)) for f in segmenter.model.features]
    for segment_id, change in _changes(segmenter, values).items():
        assert segmenter.assign(_moved(segmenter, values, change.combined)).segment.id == segment_id


def test_a_step_shorter_than_the_way_past_a_border_is_told_where_the_customer_stands_on_it():
    features = [models.feature(name, max=0.125, step=0.01) for name in "xy"]
    segments = [models.segment(0, [0.03125, 0.03125]), models.segment(1, [0.09375, 0.09375])]
    segmenter = Segmenter(models.model(features, segments), "0" * 64)
    values = [0.0625, 0.0625]  # as far from both
    change = _changes(segmenter, values)[1]
    assert all(0 < move.by < BEYOND for move in change.combined)
    assert segmenter.assign(_moved(segmenter, values, change.combined)).segment.id == 1
