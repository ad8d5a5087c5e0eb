import msgspec
import numpy as np
import pytest

from function.model import load
from tests.helpers.models import feature, model, segment
from tests.helpers.tables import fitted, read, save
from training.clustering.passes import WholeTable
from training.engines.duckdb import DuckDB
from training.fit import Options
from training.naming.continuity import begin, carry_over, share_changed
from training.naming.names import Name

PLANE = [feature("x"), feature("y")]


class Last:
    """The last model: segments 0 at (0, 0), 1 at (4, 0) and 7 at (0, 4); 3 and 5 were retired before."""

    def __init__(self, features=PLANE, origin=0.0):
        places = {0: (0.0, 0.0), 1: (4.0, 0.0), 7: (0.0, 4.0)}
        segments = [segment(i, [x + origin, y + origin]) for i, (x, y) in places.items()]
        plain = model(features, segments)
        self.model = type(plain)(**{**{f: getattr(plain, f) for f in plain.__struct_fields__}, "retired_ids": [3, 5]})
        self.hash = "0123456789ab"
        self.centroids = [
            tuple(f.standardise(max(v, f.min)) for f, v in zip(features, s.centroid, strict=True)) for s in segments
        ]


def carried(centroids, names=None, features=PLANE):
    names = names or [Name(f"New {i}", "", "") for i in range(len(centroids))]
    return carry_over(features, np.array(centroids, dtype=float), names, Last())


def test_segments_that_moved_a_little_keep_id_and_slug_and_are_named_anew():
    continuity = carried([(0.5, 3.5), (4.2, 0.1), (0.1, 0.0)])
    assert continuity.ids == [7, 1, 0]
    assert [(name.slug, name.name) for name in continuity.names] == [
        ("kind-7", "New 0"),
        ("kind-1", "New 1"),
        ("kind-0", "New 2"),
    ]
    assert continuity.moved == pytest.approx([0.5**0.5, 0.05**0.5, 0.1])
    assert continuity.retired == []
    assert continuity.retired_ids == [3, 5]


def test_a_name_that_says_the_same_in_another_order_stays():
    last = Last()
    last.model.segments[0] = msgspec.structs.replace(last.model.segments[0], name="High age, low visits")
    for text, name in [("Low visits, high age", "High age, low visits"), ("Low age, high visits",) * 2]:
        continuity = carry_over(PLANE, np.array([(0.1, 0.0)]), [Name(text, "", "")], last)
        assert continuity.names[0].name == name


def test_a_segment_continues_less_than_half_way_to_the_nearest_neighbour_only():
    assert carried([(1.9, 0), (9, 9)]).ids == [0, 8]
    assert carried([(0, 0), (9, 9), (4, 2.1)]).ids == [0, 8, 9]


def test_new_segments_get_ids_never_used_and_old_ones_retire():
    continuity = carried([(0, 0), (9, 9), (20, 20)])
    assert continuity.ids == [0, 8, 9]
    assert continuity.predecessors[1:] == [None, None]
    assert [old.id for old in continuity.retired] == [1, 7]
    assert continuity.retired_ids == [1, 3, 5, 7]


def test_of_two_candidates_the_pairs_with_the_least_total_distance_are_taken():
    continuity = carried([(0.4, 0), (0.1, 0), (4, 0)])
    assert continuity.ids == [8, 0, 1]


def test_an_old_centroid_without_a_logarithm_by_the_new_offset_counts_as_the_smallest_value():
    old = Last([feature(name, offset=5.0) for name in "xy"])
    new = [feature(name, min=1.0, offset=0.0) for name in "xy"]
    names = [Name(f"New {i}", "", "") for i in range(3)]
    assert carry_over(new, np.log([(1.1, 1.0), (4.0, 1.0), (1.0, 4.2)]), names, old).ids == [0, 1, 7]


def test_a_new_segment_does_not_take_a_slug_that_is_kept():
    names = [Name("Kind 9", "", ""), Name("Kind 0", "", ""), Name("Kind 0 2", "", "")]
    continuity = carried([(0, 0), (9, 9), (20, 20)], names)
    assert [name.name for name in continuity.names] == ["Kind 9", "Kind 0", "Kind 0 2"]
    assert [name.slug for name in continuity.names] == ["kind-0", "kind-0-2", "kind-0-2-2"]


def test_with_other_features_nothing_continues():
    continuity = carried([(0, 0), (4, 0)], features=[feature("x"), feature("z")])
    assert continuity.ids == [8, 9]
    assert [old.id for old in continuity.retired] == [0, 1, 7]


def test_a_first_model_is_numbered_from_zero():
    assert begin([Name("A", "", ""), Name("B", "", "")]).ids == [0, 1]


def test_the_share_that_changed_is_counted_on_the_new_customers():
    new = np.array([(2.9, 0.0), (9.0, 0.0), (0.0, 4.0)])
    ids = [0, 1, 7]
    with DuckDB() as engine:
        t = engine.keep("SELECT * FROM (VALUES (0.0, 0.0), (9.0, 0.0), (3.9, 0.0), (0.0, 4.0)) AS t(x, y)")
        table = WholeTable(engine, t.sql, PLANE)
        assert share_changed(table, new, ids, Last()) == 0.25  # the third was nearest to 1, and is now to 0
        other = WholeTable(engine, t.sql, [feature("x"), feature("z")])
        assert share_changed(other, new, ids, Last()) == 1


def test_a_value_that_the_last_model_could_not_take_counts_as_changed():
    plane = [feature("x", offset=0.0, min=1.0), feature("y")]
    with DuckDB() as engine:
        t = engine.keep("SELECT * FROM (VALUES (0.0, 1.0), (1.0, 1.0)) AS t(x, y)")
        table = WholeTable(engine, t.sql, PLANE)
        assert share_changed(table, np.array([(0.0, 0.0), (9.0, 9.0)]), [0, 1], Last(plane, origin=1.0)) == 0.5


@pytest.mark.slow
def test_nine_of_ten_mall_customers_keep_all_five_ids_and_names(mall_table, tmp_path):
    path = tmp_path / "segmenter.joblib"
    with DuckDB() as engine:
        save(fitted(engine, read(engine, mall_table), Options(5)), path)
    last = load(path)
    header, *lines = mall_table.read_text(encoding="utf-8-sig").splitlines()
    for part in range(4):
        table = tmp_path / f"{part}.csv"
        kept = [line for i, line in enumerate(lines) if (i * 7 + part) % 10]
        table.write_text("\n".join([header, *kept]))
        with DuckDB() as engine:
            fit = fitted(engine, read(engine, table), Options(5, last=last))
        assert {s.id: s.name for s in fit.model.segments} == {s.id: s.name for s in last.model.segments}
        assert fit.continuity.changed < 0.05
        assert fit.continuity.retired == []
