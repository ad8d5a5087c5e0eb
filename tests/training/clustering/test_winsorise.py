"""Outliers count as less far in training, and only there."""

import msgspec
import numpy as np
import pytest

from function.model import Segmenter, load
from tests.helpers.models import feature
from tests.helpers.tables import fitted, read, save
from training.clustering import sample
from training.clustering.features import standardise
from training.clustering.winsorise import clip, limits, reach, within
from training.engines.duckdb import DuckDB
from training.fit import Options


def plain(customers):
    """Return features that standardise customers, of shape (n, n_features)."""
    return [
        feature(f"f{i}", mean=float(x.mean()), scale=float(x.std()), min=float(x.min()), max=float(x.max()))
        for i, x in enumerate(customers.T)
    ]


def test_a_column_with_a_far_value_counts_between_its_half_percent_points_and_others_as_they_are():
    x = np.concatenate([np.arange(1000.0), [99_999.0]])
    X = np.column_stack([x, np.arange(1001.0)])
    between = limits(plain(X), X, len(X))
    assert between.tolist() == [[5.0, 995.0], [-np.inf, np.inf]]
    clipped = clip(X, between)
    assert (clipped[:, 0].min(), clipped[:, 0].max()) == (5.0, 995.0)
    assert (clipped[:, 1] == X[:, 1]).all()


def test_without_outliers_nothing_is_touched():
    X = np.random.default_rng(2).uniform(size=(500, 3))
    assert clip(X, limits(plain(X), X, len(X))) is X


def test_normal_values_are_no_outliers_however_many_there_are():
    X = np.random.default_rng(4).normal(size=(300_000, 1))
    assert np.abs(X).max() > 4.5
    assert clip(X, limits(plain(X), X, len(X))) is X


def test_a_column_that_has_one_value_between_its_limits_is_left_as_it_is():
    X = np.zeros((1000, 1))
    X[0] = 1.0
    assert clip(X, limits(plain(X), X, len(X))) is X


def test_a_value_that_is_far_is_seen_by_the_extremes_of_all_customers_though_no_sample_has_it():
    X = np.arange(1000.0)[:, None]
    far = [msgspec.structs.replace(plain(X)[0], max=1e9)]
    assert limits(plain(X), X, 10**6).tolist() == [[-np.inf, np.inf]]
    assert limits(far, X, 10**6).tolist() == [[5.0, 994.0]]


def planted(seed):
    """Return 900 customers in three groups and nine outliers, and the group of each of the first."""
    random = np.random.default_rng(seed)
    groups = np.repeat(np.array([[0, 0], [8, 0], [0, 8]]), 300, axis=0)
    signs = np.array([[1, 1], [-1, 1], [1, -1], [-1, -1]])[np.arange(9) % 4]
    outliers = signs * random.uniform(40, 90, (9, 2))
    return np.concatenate([groups + random.normal(size=(900, 2)), outliers]), np.repeat([0, 1, 2], 300)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [41, 42, 43])
@pytest.mark.parametrize("whole", [True, False])
def test_one_in_a_hundred_outliers_make_no_segment_and_everyone_is_answered_by_what_they_are(
    tmp_path, monkeypatch, seed, whole
):
    monkeypatch.setattr(sample, "SAMPLE", 10**6 if whole else 700)
    X, groups = planted(seed)
    path = tmp_path / "table.csv"
    path.write_text("x,y\n" + "".join(f"{x!r},{y!r}\n" for x, y in X.tolist()))
    with DuckDB() as engine:
        fit = fitted(engine, read(engine, path, ["x", "y"]), Options())
    segmenter: Segmenter = save(fit, tmp_path / "segmenter.joblib")
    assert load(tmp_path / "segmenter.joblib").hash == segmenter.hash
    assert len(segmenter.model.segments) == 3
    answers = np.array([segmenter.assign(values).segment.id for values in X.tolist()])
    assert all(len(set(answers[:900][groups == group].tolist())) == 1 for group in range(3))
    assert sorted(segment.size for segment in segmenter.model.segments) == sorted(np.bincount(answers).tolist())
    assert [f.max for f in segmenter.model.features] == X.max(axis=0).tolist()
    assert segmenter.model.verdict == "natural"
    assert not any(segmenter.assign(values).borderline for values in X[:900].tolist())
    Z = standardise(segmenter.model.features, X)
    by_id = {segment.id: segment for segment in segmenter.model.segments}
    scale = np.array([f.scale for f in segmenter.model.features])
    for number, segment in by_id.items():
        spread = np.cov(Z[answers == number], rowvar=False, ddof=0) * np.outer(scale, scale)
        np.testing.assert_allclose(segment.spread, spread, rtol=1e-6)
    assert [note.split(":")[0] for note in fit.notes[:2]] == ["X", "Y"]
    assert fit.notes[2].endswith("% of the customers are so far away that no segment was made of them.")


def test_few_customers_far_away_are_left_out_of_k_means_and_many_are_a_group_of_their_own():
    random = np.random.default_rng(51)
    for share, kept in ((0.01, 990), (0.02, 1000)):
        far = int(1000 * share)
        X = np.concatenate([random.normal(size=(1000 - far, 1)), random.normal(30, size=(far, 1))])
        between = np.array([[-2.5, 2.5]])
        assert within(X, reach([feature("f0", mean=0.0, scale=1.0)], X, between)).sum() == kept
