"""What is saved is checked against K-Means, holds no customer, and is the same file each time."""

from dataclasses import replace

import msgspec
import numpy as np
import pytest

from function.model import ModelError
from tests.helpers.tables import fitted, read, save
from training.fit import Options


def test_a_model_that_answers_otherwise_than_k_means_is_not_saved(engine, made_up, tmp_path):
    fit = fitted(engine, made_up, Options(5))
    wrong = fit.labels.copy()
    wrong[7] = (wrong[7] + 1) % 5
    path = tmp_path / "segmenter.joblib"
    with pytest.raises(ModelError, match="1 of 200 rows"):
        save(replace(fit, labels=wrong), path)
    assert not path.exists()


def test_a_model_that_would_not_load_leaves_the_old_file(engine, made_up, tmp_path):
    fit, path = fitted(engine, made_up, Options(5)), tmp_path / "segmenter.joblib"
    save(fit, path)
    before = sorted(tmp_path.iterdir()), path.read_bytes()
    wrong = msgspec.structs.replace(fit.model, format_version=99)
    with pytest.raises(ModelError, match="format_version: expected 2, found 99"):
        save(replace(fit, model=wrong), path)
    assert (sorted(tmp_path.iterdir()), path.read_bytes()) == before


def test_the_same_table_and_seed_make_the_same_file(engine, made_up, tmp_path):
    files = [tmp_path / "a", tmp_path / "b"]
    for file in files:
        save(fitted(engine, made_up, Options(5)), file)
    assert files[0].read_bytes() == files[1].read_bytes()


def test_golden_vectors_hold_centroids_borders_and_corners(engine, made_up):
    model = fitted(engine, made_up, Options(5)).model
    values = [vector.values for vector in model.golden]
    np.testing.assert_allclose(values[:5], [s.centroid for s in model.segments])
    assert sum(0.5 < vector.confidence < 0.52 for vector in model.golden) >= 4
    income, score = model.features
    corners = [[x, y] for x in (income.min, income.max) for y in (score.min, score.max)]
    assert values[-6:-2] == corners
    assert [values[-2][0], values[-1][1]] == [None, None]  # one without each of the features


@pytest.mark.parametrize("n_clusters", [2, 3, 12])
def test_one_feature_and_few_or_many_segments_still_have_ten_golden_vectors(engine, tmp_path, n_clusters):
    path = tmp_path / "table.csv"
    path.write_text("visits\n" + "\n".join(str(i * i) for i in range(40)))
    fit = fitted(engine, read(engine, path, ["visits"]), Options(n_clusters))
    assert len(fit.model.golden) >= 10
    assert save(fit, tmp_path / "segmenter.joblib").model == fit.model


def test_a_range_beside_which_segments_are_points_still_has_ten_golden_vectors(engine, tmp_path):
    path = tmp_path / "table.csv"
    rows = [f"{number % 2 * 9 + number % 7 / 9},{number % 2 * 9 + number % 5 / 9}" for number in range(300)]
    path.write_text("\n".join(["a,b", *rows, "3,-81393764"]))
    fit = fitted(engine, read(engine, path, ["a", "b"]), Options(2))
    assert len(fit.model.golden) >= 10
    assert save(fit, tmp_path / "segmenter.joblib").model == fit.model


def test_no_customer_is_in_the_model_but_the_ends_of_the_range(engine, made_up):
    fit = fitted(engine, made_up, Options(5))
    ends = {(x, y) for x in (fit.X[:, 0].min(), fit.X[:, 0].max()) for y in (fit.X[:, 1].min(), fit.X[:, 1].max())}
    customers = {tuple(row) for row in fit.X.tolist()} - ends
    assert not customers & {tuple(vector.values) for vector in fit.model.golden}
