"""What K-Means starts from: samples, and the features as the whole table has them."""

import numpy as np
import pytest

from tests.helpers.tables import read
from training.clustering import sample
from training.clustering.features import Statistics
from training.clustering.sample import prepare, sample_rows, statistics_of_all
from training.engines.duckdb import DuckDB
from training.engines.engine import KEY
from training.files.source import DataError


def test_statistics_are_those_of_the_values_and_their_logarithms(engine):
    t = engine.keep("SELECT * FROM (VALUES (1.0, 2.5), (100.0, 4.5)) AS t(x, y)")
    near = dict.fromkeys("xy", Statistics(0, 0, 3.0, 0, False, 7.0))
    x, y = statistics_of_all(engine, t.sql, near, [0.0, None])
    assert (x.min, x.max, x.whole, y.min, y.max, y.whole) == (1, 100, True, 2.5, 4.5, False)
    assert x.middle == 7.0, "quantiles are those of the sample"
    assert (x.mean, x.scale) == pytest.approx((np.log(10), np.log(10)))
    assert (y.mean, y.scale) == pytest.approx((3.5, 1.0))


def test_statistics_of_large_numbers_close_together_lose_no_digits(engine):
    t = engine.keep("SELECT 1e12 + i AS x FROM range(5) AS t(i)")
    near = {"x": Statistics(0, 0, 1e12 + 1.0, 0, False, 0.0)}
    assert statistics_of_all(engine, t.sql, near, [None])[0].scale == pytest.approx(2**0.5, rel=1e-9)


def test_a_sample_is_the_same_each_time_and_another_with_another_seed(engine):
    t = engine.keep(f"SELECT i AS {KEY}, i::DOUBLE AS x FROM range(20000) AS t(i)")
    first, again, other = (sample_rows(engine, ["x"], t.sql, 0.1, seed) for seed in (1, 1, 2))
    assert first.tolist() == again.tolist() != other.tolist()
    assert len(first) == pytest.approx(2000, rel=0.1)


def test_samples_stay_near_the_whole_whatever_its_order_and_the_seed(engine):
    t = engine.keep(f"SELECT i AS {KEY}, i::DOUBLE AS x, i % 7 AS weekday FROM range(100000) AS t(i)")
    for seed in range(50):
        drawn = sample_rows(engine, ["x", "weekday"], t.sql, 0.02, seed)
        share = np.bincount(drawn[:, 1].astype(int)) / len(drawn)
        assert len(drawn) == pytest.approx(2000, abs=5 * 2000**0.5)
        assert drawn[:, 0].mean() == pytest.approx(50_000, abs=5 * 28_868 / 2000**0.5)
        np.testing.assert_allclose(share, 1 / 7, atol=5 * (1 / 7 * 6 / 7 / 2000) ** 0.5)


def test_the_first_rows_of_a_sample_are_a_sample(engine):
    t = engine.keep(f"SELECT i AS {KEY}, i::DOUBLE AS x FROM range(100000) AS t(i)")
    first = sample_rows(engine, ["x"], t.sql, 0.1, 1)[:1000, 0]
    assert first.mean() == pytest.approx(50_000, abs=5 * 28_868 / 1000**0.5)


def test_all_customers_come_in_the_same_order_whatever_the_tables(engine):
    rows = [(3.0, 1.0), (1.0, 2.0), (1.0, 1.0)]
    t = engine.keep(f"SELECT * FROM (VALUES {', '.join(f'({x}, {y})' for x, y in rows)}) AS t(x, y)")
    assert list(map(tuple, sample_rows(engine, ["x", "y"], t.sql, 1.0, 0))) == sorted(rows)


@pytest.mark.unmeasured
def test_a_column_that_is_rarely_below_zero_is_not_logged(engine, tmp_path, monkeypatch):
    monkeypatch.setattr(sample, "SAMPLE", 100)
    path = tmp_path / "table.csv"
    values = np.exp(np.random.default_rng(0).normal(size=10_000))
    path.write_text("x\n" + "\n".join(map(str, values)) + "\n")
    assert prepare(engine, read(engine, path, ["x"]), 0).features[0].offset == 0
    with path.open("a") as file:
        file.write("-1\n")
    with DuckDB() as another:
        feature = prepare(another, read(another, path, ["x"]), 0).features[0]
    everything = np.append(values, -1)
    assert (feature.offset, feature.min) == (None, -1)
    assert (feature.mean, feature.scale) == pytest.approx((everything.mean(), everything.std()), rel=1e-9)


@pytest.mark.unmeasured
def test_one_zero_among_many_customers_changes_the_offset_and_little_else(engine, tmp_path, monkeypatch):
    monkeypatch.setattr(sample, "SAMPLE", 1000)
    path = tmp_path / "table.csv"
    values = np.exp(np.random.default_rng(0).normal(size=10_000))
    path.write_text("x\n" + "\n".join(map(str, values)) + "\n0\n")
    feature = prepare(engine, read(engine, path, ["x"]), 0).features[0]
    everything = np.append(values, 0)
    assert feature.offset == pytest.approx(np.quantile(values, 0.1), rel=0.2)  # of the sample
    logs = np.log(everything + feature.offset)
    assert (feature.mean, feature.scale) == pytest.approx((logs.mean(), logs.std()), rel=1e-9)
    assert abs(feature.standardise(0)) < 3  # of the logarithm itself a zero would be infinitely far


def test_only_a_column_that_is_constant_everywhere_is_refused(engine, tmp_path, monkeypatch):
    monkeypatch.setattr(sample, "SAMPLE", 10)
    path = tmp_path / "table.csv"
    path.write_text("x,y\n" + "".join(f"{i},{int(i == 777)}\n" for i in range(1000)))
    assert prepare(engine, read(engine, path, ["x", "y"]), 0).features[1].max == 1
    path.write_text("x,y\n" + "".join(f"{i},1\n" for i in range(1000)))
    with DuckDB() as another, pytest.raises(DataError, match='column "y": expected different values'):
        prepare(another, read(another, path, ["x", "y"]), 0)
