"""Segments of a table described by its other columns."""

import numpy as np
import pytest

from training.files.formats import open_table
from training.files.source import DataError
from training.targeting.profile import find_descriptors, profile

TWO = [(0, "few", "Few"), (1, "many", "Many")]


def write(path, columns):
    """Write a table of columns, the first of them the segment."""
    lines = [",".join(columns), *(",".join(map(str, row)) for row in zip(*columns.values(), strict=True))]
    path.write_text("\n".join(lines) + "\n")
    return path


def test_columns_of_a_table_are_described(engine, tmp_path):
    rng = np.random.default_rng(43)
    position = rng.integers(0, 2, 2000)
    columns = {
        "segment_id": position,
        "region": np.where(rng.random(2000) < 0.3 + 0.4 * position, "north", "south"),
        "age": np.round(rng.normal(30 + 10 * position, 5), 1),
        "member": rng.integers(0, 2, 2000),
        "town": [f"town {int(number)}" for number in rng.integers(0, 100, 2000)],
    }
    source = open_table(engine, str(write(tmp_path / "t.csv", columns)))
    region, age, member, town = profile(engine, source, TWO, ["region", "age", "member", "town"]).descriptors
    assert region.matters
    assert age.matters
    assert not member.matters
    assert not town.matters
    assert sorted(region.values) == ["north", "south"]
    assert age.means[1].mean == pytest.approx(columns["age"][position == 1].mean())
    assert sorted(member.values) == ["0", "1"]
    assert len(town.values) == 21
    assert town.values[-1] == "all others"
    assert town.cells[0][-1].overall > 0.7


def test_missing_cells_are_a_value_of_their_own(engine, tmp_path):
    rows = {
        "segment_id": [0, 0, 1, 1] * 10 + [""] * 500,
        "plan": ["gold", "", "n/a", "gold"] * 10 + [f"of no segment {number % 20}" for number in range(500)],
    }
    source = open_table(engine, str(write(tmp_path / "t.csv", rows)))
    (plan,) = profile(engine, source, TWO, ["plan"]).descriptors
    assert plan.values == ["gold", "no value"]
    assert [cell.share for cell in plan.cells[0]] == [0.5, 0.5]


@pytest.mark.parametrize(("different", "is_number"), [(10, False), (11, True)])
def test_no_value_and_no_number_are_no_levels_of_a_number(engine, tmp_path, different, is_number):
    path = str(tmp_path / "t.parquet")
    visits = f"CASE i % {different + 2} WHEN 0 THEN NULL WHEN 1 THEN CAST('nan' AS DOUBLE) ELSE i % {different + 2} END"
    engine.write(f"SELECT i % 2 AS segment_id, {visits} AS visits FROM range(260) AS rows(i)", path)
    (described,) = profile(engine, open_table(engine, path), TWO, ["visits"]).descriptors
    assert bool(described.means) is is_number


def test_a_column_that_is_not_there_or_was_clustered_on_is_named(engine, tmp_path):
    source = open_table(engine, str(write(tmp_path / "t.csv", {"segment_id": [0], "plan": ["gold"], '"a,b"': [1]})))
    assert find_descriptors(source, 'plan, "a,b",plan') == ["plan", "a,b"]
    assert find_descriptors(source, "Plan") == ["plan"]
    with pytest.raises(DataError, match='found no "gender" among segment_id, plan'):
        find_descriptors(source, "gender")
    with pytest.raises(DataError, match='expected columns that are no features, found "plan"'):
        find_descriptors(source, "plan", {"plan"})
