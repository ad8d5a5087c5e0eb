"""The cells of a model: what a plane's polygons give, the general projection gives too."""

from collections.abc import Sequence

import numpy as np
import pytest

from function.model.voronoi import Cells

BEYOND = 1e-9


def _nearest_points(
    cells: Cells, centroids: Sequence[Sequence[float]], point: Sequence[float], targets: Sequence[int]
) -> list[list[float] | None]:
    squares = ((np.array(centroids) - point) ** 2).sum(axis=1).tolist()
    return cells.nearest_points(point, squares, targets)


@pytest.mark.parametrize("seed", range(40))
def test_in_a_plane_polygons_and_projection_find_the_same_points(seed):
    rng = np.random.default_rng(seed)
    centroids = rng.uniform(-2, 2, (int(rng.integers(2, 12)), 2)).tolist()
    ranges = [(-2.0, 2.0), (-1.5, 2.5)]
    plane = Cells(centroids, ranges, [0, 1], BEYOND)
    raised = [[*c, 0.0] for c in centroids]
    flat = Cells(raised, [*ranges, (-1.0, 1.0)], [0, 1, 2], BEYOND)  # too many for polygons
    for point in rng.uniform([-2, -1.5], [2, 2.5], (30, 2)).tolist():
        own = int(((np.array(centroids) - point) ** 2).sum(axis=1).argmin())
        targets = [target for target in range(len(centroids)) if target != own]
        nearest = _nearest_points(plane, centroids, point, targets)
        expected = _nearest_points(flat, raised, [*point, 0.0], targets)
        for reached, peer in zip(nearest, expected, strict=True):
            assert (reached is None) == (peer is None)
            assert reached is None or reached == pytest.approx(peer[:2], abs=1e-7)


@pytest.mark.parametrize("point", [[3.0, 0.0], [0.0, -9.0], [-2.5, 4.0]])
def test_a_point_outside_the_ranges_widens_them(point):
    centroids = [[-1.0, 0.0], [1.0, 0.0]]
    cells = Cells(centroids, [(-2.0, 2.0), (-2.0, 2.0)], [0, 1], BEYOND)
    target = 1 if point[0] <= 0 else 0
    reached = _nearest_points(cells, centroids, point, [target])[0]
    assert reached == pytest.approx([0.0, point[1]], abs=1e-6)


def test_a_cell_that_the_ranges_leave_nothing_of_is_not_reached():
    centroids = [[0.0, 0.0], [9.0, 0.0]]
    cells = Cells(centroids, [(-2.0, 2.0), (-2.0, 2.0)], [0, 1], BEYOND)
    assert _nearest_points(cells, centroids, [0.0, 0.0], [1]) == [None]
