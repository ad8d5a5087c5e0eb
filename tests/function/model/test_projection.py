"""Nearest points of polyhedra: against paper, and against SciPy."""

import numpy as np
import pytest
from scipy.optimize import linprog, nnls

from function.model.projection import Polyhedron


def _project(point: list[float], half_spaces: list[tuple[list[float], float]], wall: float = 9.0) -> list[float] | None:
    """Return the nearest point in half-spaces, each a unit normal and a bound, and in a box of -wall to wall."""
    normals = [normal for normal, _ in half_spaces]
    excess = (np.array(normals) @ point - [bound for _, bound in half_spaces]).tolist()
    ends = [wall] * len(point)
    return Polyhedron(normals, remembered=8).project(point, excess, [-end for end in ends], ends, 1e-12)


def test_a_point_is_projected_onto_a_corner():
    below = [([1.0, 0.0], 1.0), ([0.0, 1.0], 2.0)]
    assert _project([5.0, 7.0], below) == pytest.approx([1.0, 2.0])


def test_a_point_inside_stays():
    assert _project([0.0, 1.0], [([1.0, 0.0], 1.0), ([0.0, 1.0], 1.0)]) == [0.0, 1.0]


def test_a_border_that_becomes_needless_is_dropped():
    # -0.6 x + 0.8 y <= -3 is violated most; x >= 2 and 0.6 x + 0.8 y <= -1 together then lead past it
    half_spaces = [([-1.0, 0.0], -2.0), ([0.6, 0.8], -1.0), ([-0.6, 0.8], -3.0)]
    assert _project([-2.0, 2.0], half_spaces) == pytest.approx([2.0, -2.75])


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_a_point_that_would_leave_the_box_slides_along_its_wall(sign):
    # of 0.8 x + 0.6 y >= 3 the point (3.6, 0.2) is nearest; where x is 2.5 at most, y is 5 / 3
    reached = _project([2.0 * sign, -1.0 * sign], [([-0.8 * sign, -0.6 * sign], -3.0)], wall=2.5)
    assert reached == pytest.approx([2.5 * sign, 5 / 3 * sign])


def test_no_point_lies_in_half_spaces_that_exclude_each_other():
    assert _project([0.0], [([1.0], -1.0), ([-1.0], -1.0)]) is None


def test_no_point_lies_in_a_half_space_beyond_the_box():
    assert _project([0.0, 1.0], [([1.0, 0.0], -10.0)]) is None


def test_a_point_is_found_among_nearly_parallel_half_spaces_only_where_there_is_one():
    rng = np.random.default_rng(0)
    for _ in range(200):
        normals = rng.normal(size=3) + rng.normal(size=(6, 3)) * 10 ** rng.uniform(-3, -2)
        normals *= rng.choice([-1, 1], 6)[:, None]
        normals /= np.linalg.norm(normals, axis=1)[:, None]
        bounds = rng.uniform(-2e-3, 2e-3, 6)
        reached = _project([0.0, 0.0, 0.0], list(zip(normals.tolist(), bounds.tolist(), strict=True)), wall=1.0)
        room = -linprog([0, 0, 0, -1], np.c_[normals, np.ones(6)], bounds, bounds=[(-1, 1)] * 3 + [(None, None)]).fun
        assert (reached is None) == (room < 0)
        assert reached is None or (normals @ reached <= bounds + 1e-9).all()


@pytest.mark.parametrize("far", [10.0, 1e3, 1e5])
@pytest.mark.parametrize(("n_features", "n_others"), [(6, 12), (15, 30), (30, 49)])
def test_a_point_far_outside_of_a_cell_with_many_sides_gets_the_point_that_scipy_finds(n_features, n_others, far):
    rng = np.random.default_rng(n_features)
    for _ in range(3):
        others = rng.uniform(-1, 1, (n_others, n_features))  # the cell of 0
        lengths = np.linalg.norm(others, axis=1)
        normals, bounds = others / lengths[:, None], lengths / 2
        point = rng.uniform(-0.5, 0.5, n_features)
        point[:: n_features // 3] *= 1 + far
        ends = np.maximum(np.abs(point), 0.5)
        excess = normals @ point - bounds
        polyhedron = Polyhedron(normals.tolist(), remembered=50)
        reached = polyhedron.project(
            point.tolist(), excess.tolist(), (-ends).tolist(), ends.tolist(), 1e-12 * (1 + far)
        )
        sides = np.r_[normals, np.eye(n_features), -np.eye(n_features)]
        expected = _least_distance(sides, np.r_[excess, point - ends, -point - ends])
        assert np.linalg.norm(reached - point) == pytest.approx(expected, rel=1e-7)
        assert (normals @ reached <= bounds + 1e-9).all()
        assert (np.abs(reached) <= ends + 1e-9).all()


def _least_distance(normals: np.ndarray, excess: np.ndarray) -> float:
    """Return how far a point must move, by its excess over half-spaces (Lawson and Hanson, 1974, chapter 23)."""
    scale = excess.max()
    above = np.r_[-normals.T, excess[None] / scale]
    weights, _ = nnls(above, np.r_[np.zeros(normals.shape[1]), 1.0], maxiter=10_000)
    rest = above @ weights - np.r_[np.zeros(normals.shape[1]), 1.0]
    return float(scale * np.linalg.norm(rest[:-1] / rest[-1]))
