"""Convex polygons: cut and nearest points, on paper and against SciPy."""

import math

import numpy as np
import pytest
from scipy.optimize import minimize

from function.model.polygon import Polygon, cut

AREA = [(-9.0, -9.0), (9.0, -9.0), (9.0, 9.0), (-9.0, 9.0)]
SQUARE = [(0.0, 0.0), (2.0, 0.0), (2.0, 2.0), (0.0, 2.0)]


@pytest.mark.parametrize(
    ("point", "nearest"),
    [
        ((1.0, 3.0), [1.0, 2.0]),
        ((-4.0, 0.5), [0.0, 0.5]),
        ((5.0, 6.0), [2.0, 2.0]),
        ((-1.0, -1.0), [0.0, 0.0]),
        ((3.0, 0.0), [2.0, 0.0]),
    ],
)
def test_the_nearest_point_is_straight_ahead_on_an_edge_or_a_corner(point, nearest):
    assert Polygon(SQUARE, AREA).nearest(*point) == pytest.approx(nearest)


@pytest.mark.parametrize("point", [(1.0, 1.0), (2.0, 1.0), (0.0, 0.0)])
def test_a_point_that_is_not_outside_has_no_nearest(point):
    assert Polygon(SQUARE, AREA).nearest(*point) is None


def test_edges_that_no_point_can_be_outside_of_are_not_missed():
    half = [(0.0, 0.0), (2.0, 0.0), (2.0, 1.0), (0.0, 1.0)]
    polygon = Polygon(half, SQUARE)
    assert polygon.nearest(1.5, 2.0) == pytest.approx([1.5, 1.0])
    assert polygon.nearest(1.5, 0.5) is None


def test_a_line_cuts_a_corner_off():
    half = math.sqrt(0.5)  # the line x + y = 3
    corners = cut(SQUARE, (half, half), 3 * half)
    assert [(round(x, 9), round(y, 9)) for x, y in corners] == [(0, 0), (2, 0), (2, 1), (1, 2), (0, 2)]


def test_a_line_through_a_corner_leaves_a_polygon_without_edges_of_no_length():
    corners = cut(SQUARE, (1.0, 0.0), 2.0)
    corners = cut([*corners, corners[-1]], (1.0, 0.0), 1.0)
    assert Polygon(corners, AREA).nearest(3.0, 3.0) == pytest.approx([1.0, 2.0])


def test_a_line_beyond_a_polygon_leaves_it_whole_and_one_before_it_leaves_nothing():
    assert sorted(cut(SQUARE, (1.0, 0.0), 5.0)) == sorted(SQUARE)
    assert cut(SQUARE, (1.0, 0.0), -1.0) == []
    assert cut([], (1.0, 0.0), 1.0) == []
    assert Polygon([], AREA).nearest(1.0, 1.0) is None


@pytest.mark.parametrize("seed", range(30))
def test_nearest_points_agree_with_scipy(seed):
    rng = np.random.default_rng(seed)
    corners, lines = [(-5.0, -5.0), (5.0, -5.0), (5.0, 5.0), (-5.0, 5.0)], []
    for angle, bound in zip(rng.uniform(0, 2 * math.pi, 6), rng.uniform(0.5, 3.0, 6), strict=True):
        lines.append(((math.cos(angle), math.sin(angle)), float(bound)))
        corners = cut(corners, *lines[-1])
    normals, bounds = np.array([normal for normal, _ in lines]), np.array([bound for _, bound in lines])
    polygon = Polygon(corners, AREA)
    for point in rng.uniform(-5, 5, (20, 2)):
        nearest = polygon.nearest(*map(float, point))
        if (normals @ point <= bounds).all():
            assert nearest is None
            continue
        peer = minimize(
            lambda q, p=point: ((q - p) ** 2).sum(),
            [0.0, 0.0],
            bounds=[(-5, 5)] * 2,
            constraints=[{"type": "ineq", "fun": lambda q: bounds - normals @ q}],
            options={"ftol": 1e-14},
        )
        assert math.dist(nearest, point) == pytest.approx(math.sqrt(peer.fun), abs=1e-5)
