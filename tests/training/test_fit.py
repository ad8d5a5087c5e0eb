"""A fit of customers to a model, with the figures that were published."""

import duckdb
import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score, calinski_harabasz_score, davies_bouldin_score
from sklearn.preprocessing import StandardScaler

from function.model import Segmenter, load
from tests.bench.soundness import shop
from tests.helpers.real_tables import MALL, needs_mall
from tests.helpers.tables import fitted, read, save
from training.artifact import make_segments
from training.clustering import kmeans, sample
from training.engines.duckdb import DuckDB
from training.files.source import DataError
from training.fit import Options
from training.naming.names import name_segments
from training.reports import findings
from training.scoring import drift
from training.tables import synthetic

IDS = {0: "standard", 1: "high-spending-target", 2: "careful", 3: "frugal", 4: "careless"}


@pytest.fixture(scope="module")
def mall(engine, mall_table):
    """Return what was fitted to the Mall customers, made up or published."""
    return fitted(engine, read(engine, mall_table), Options(5))


@needs_mall
def test_the_published_figures_of_the_mall_table_are_reproduced_to_six_digits(engine):
    model = fitted(engine, read(engine, MALL), Options(5)).model
    published = {
        "inertia": 65.56840815571681,
        "silhouette": 0.5546571631111091,
        "davies_bouldin": 0.5722356162263352,
        "calinski_harabasz": 248.64932001536357,
    }
    for name, value in published.items():
        assert model.metrics[name] == pytest.approx(value, rel=1e-9), name
    centroids = [(55.2963, 49.5185), (86.5385, 82.1282), (88.2, 17.1143), (26.3043, 20.9130), (25.7273, 79.3636)]
    np.testing.assert_allclose([s.centroid for s in model.segments], centroids, rtol=0, atol=5e-5)
    assert [s.size for s in model.segments] == [81, 39, 35, 23, 22]
    assert {s.id: s.slug for s in model.segments} == IDS


def test_thirty_seeds_give_the_same_segments_to_the_last_bit(mall):
    first = mall
    for seed in range(30):
        refitted = kmeans.describe(first.Z, kmeans.fit_kmeans(first.Z, 5, seed).labels_, seed)
        names = name_segments(first.model.features, refitted.centroids, first.X, first.labels)
        firm = [segment.firmness for segment in first.model.segments]
        assert make_segments(first.model.features, refitted, names, list(range(5)), firm) == first.model.segments, seed


def test_the_saved_model_answers_every_row_as_scikit_learn_predicts_it(mall, tmp_path):
    fit = mall
    path = tmp_path / "segmenter.joblib"
    save(fit, path)
    segmenter = load(path)
    Z = StandardScaler().fit_transform(fit.X)
    fitted_kmeans = KMeans(n_clusters=5, n_init=10, random_state=0).fit(Z)
    slug_of = {
        label: segmenter.assign(fit.X[np.flatnonzero(fitted_kmeans.labels_ == label)[0]]).segment.slug
        for label in range(5)
    }
    assert len(set(slug_of.values())) == 5
    answers = [segmenter.assign(values).segment.slug for values in fit.X.tolist()]
    assert answers == [slug_of[label] for label in fitted_kmeans.predict(Z)]


def test_the_made_up_table_has_the_five_groups(engine, made_up):
    model = fitted(engine, made_up, Options(5)).model
    assert {s.slug for s in model.segments} == set(IDS.values())
    assert sum(s.size for s in model.segments) == 200


def test_two_tables_in_one_engine_are_as_each_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(sample, "SAMPLE", 150)  # so that the whole tables are passed over as well
    paths = [tmp_path / "one.csv", tmp_path / "other.csv"]
    for seed, path in enumerate(paths):
        synthetic.write_customers(path, seed)
    with DuckDB() as together:
        customers = [read(together, path) for path in paths]
        models = [fitted(together, each, Options(5)).model for each in customers]
        drifts = [drift.measure(together, each, Segmenter(models[0], "")).shares.index for each in customers]
    for path, model in zip(paths, models, strict=True):
        with DuckDB() as alone:
            assert fitted(alone, read(alone, path), Options(5)).model == model
    assert models[0].provenance["sha256"] != models[1].provenance["sha256"]
    assert drifts[0] == 0 < drifts[1]


@pytest.mark.parametrize("scale", [1e-9, 1e9, 1e13])
def test_large_and_small_amounts_make_the_segments_of_the_same_ones_in_another_unit(engine, tmp_path, scale):
    sizes = []
    for unit in (1.0, scale):
        path = tmp_path / "table.csv"
        rows = [f"{(20 + number % 3 * 9 + number % 7) * unit!r},{number % 3 * 9 + number % 5}" for number in range(300)]
        path.write_text("\n".join(["a,b", *rows]))
        fit = fitted(engine, read(engine, path, ["a", "b"]), Options(3))
        sizes.append([segment.size for segment in save(fit, tmp_path / "segmenter.joblib").model.segments])
    assert sizes[0] == sizes[1]


def test_a_constant_column_is_refused(engine, tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("age,visits\n" + "\n".join(f"{i},3" for i in range(20)))
    with pytest.raises(DataError, match=r'table.csv: column "visits": expected different values'):
        fitted(engine, read(engine, path, ["age", "visits"]), Options(3))


def test_logarithms_of_a_skewed_column_are_recorded_applied_by_the_function_and_can_be_turned_off(engine, tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("spent,age\n" + "".join(f"{round(1.5 ** (i % 20), 3)},{20 + i % 30}\n" for i in range(60)))
    customers = read(engine, path, ["spent", "age"])
    fit = fitted(engine, customers, Options(3))
    assert [feature.offset for feature in fit.model.features] == [0, None]
    segment = save(fit, tmp_path / "segmenter.joblib").model.segments[0]
    members = fit.X[fit.labels == 0]
    assert segment.centroid == pytest.approx([np.exp(np.log(members[:, 0]).mean()), members[:, 1].mean()])
    plain = fitted(engine, customers, Options(3), log=False).model
    assert [feature.offset for feature in plain.features] == [None, None]


def test_customers_who_differ_by_outliers_only_make_no_segments_of_their_own(tmp_path):
    rows = [f"{i % 2},{i % 4 // 2}" for i in range(1000)] + ["7000,0", "8000,1", "0,7000", "1,8000"]
    path = tmp_path / "table.csv"
    path.write_text("\n".join(["a,b", *rows]))
    with DuckDB() as engine:
        customers = read(engine, path, ["a", "b"])
        assert len(fitted(engine, customers, Options()).model.segments) == 2
        with pytest.raises(
            DataError, match="at least 8 different customers for 4 segments, found 4 among the 1,000 looked at;"
        ):
            fitted(engine, customers, Options(4))


def _fitted_to(rows, path):
    names = [f"f{number}" for number in range(rows.shape[1])]
    np.savetxt(path, rows, "%.17g", ",", header=",".join(names), comments="")
    with DuckDB() as engine:
        return fitted(engine, read(engine, path, names), Options()).model


def test_a_table_with_outliers_is_measured_alike_whether_it_is_taken_as_small_or_as_large(tmp_path, monkeypatch):
    random = np.random.default_rng(5)
    groups = [random.normal(centre, size=(700, 2)) for centre in ((0, 0), (9, 0), (0, 9))]
    X = np.concatenate([*groups, random.normal((60, 60), 9, size=(15, 2))])
    path = tmp_path / "table.csv"
    np.savetxt(path, np.column_stack([np.arange(len(X)), X]), delimiter=",", header="id,age,spend", comments="")
    measured = []
    for rows in (len(X), len(X) - 5):
        monkeypatch.setattr(sample, "SAMPLE", rows)
        with DuckDB() as engine:
            measured.append(fitted(engine, read(engine, path, ["age", "spend"]), Options(3)).model.metrics)
    assert {name: measured[1][name] for name in measured[0]} == pytest.approx(measured[0], rel=0.01)
    small, large = ([m[name] for name in ("inertia", "davies_bouldin", "calinski_harabasz")] for m in measured)
    assert small == pytest.approx(large, rel=1e-3)


def test_the_groups_of_a_shop_of_which_a_third_is_zeros_are_found(tmp_path):
    X, groups = shop(np.random.default_rng(35))
    model = _fitted_to(X, tmp_path / "shop.csv")
    answers = [answer.segment.id for answer in Segmenter(model, "").assign_many(X.tolist())]
    assert (X == 0).mean() == pytest.approx(0.35, abs=0.02)
    assert adjusted_rand_score(groups, answers) >= 0.7


@pytest.mark.slow
@pytest.mark.parametrize("zeros", [[], [0], [0, 1, 2]])
def test_one_row_of_zeros_among_10000_changes_neither_the_number_nor_the_verdict(tmp_path, zeros):
    random = np.random.default_rng(1)
    centres = np.log([[20, 30, 40], [200, 30, 400], [20, 300, 400], [200, 300, 40]])
    X = np.exp(np.repeat(centres, 2500, axis=0) + random.normal(0, 0.7, (10_000, 3)))
    X[123, zeros] = 0
    model = _fitted_to(X, tmp_path / "customers.csv")
    assert [(feature.offset or 0) > 0 for feature in model.features] == [i in zeros for i in range(3)]
    assert [feature.offset is None for feature in model.features] == [False] * 3
    assert (len(model.segments), model.verdict) == (4, "natural")
    assert min(segment.size for segment in model.segments) > 2000


GAPS = """id,visits,spent,age
1,10,100,30
2,11,101,31
3,12,102,32
4,90,900,30
5,91,901,31
6,92,902,32
7,,901,31
7,91,,
8,11,,31
8,,101,31
1,,100,30
9,,,30
10,91,inf,
11,90,,30
,,900,30
,,900,30
"""
"""Besides six clean customers: 7 and two without id like 4 to 6, 8 like 1 to 3 and 11 like 4 to 6, with one gap; 1
again, 9 with too many gaps, 10 with a value that counts nowhere."""


def test_customers_with_gaps_count_in_sizes_and_shares_once_each_and_nowhere_else(engine, tmp_path):
    path = tmp_path / "table.csv"
    path.write_text(GAPS)
    fit = fitted(engine, read(engine, path, ["visits", "spent", "age"]), Options(2))
    model = fit.model
    assert model.incomplete == 5
    by_visits = sorted(model.segments, key=lambda segment: segment.centroid[0])
    assert [(s.size, s.share) for s in by_visits] == [(4, 4 / 11), (7, 7 / 11)]
    assert [s.centroid[0] for s in by_visits] == pytest.approx([11, 91])
    assert model.provenance["rows"] == len(fit.X) == 6
    assert fit.notes == [
        "5 customers without a value of each feature: not used in the fit, but counted in the segments' sizes and "
        "shares, in the segment that is nearest by the values they have."
    ]
    assert findings.used(model, 10 / 16) == (
        "Fitted to 6 customers; 62.5% of the rows left out. Sizes and shares are of 11: 5 with gaps are counted too."
    )


@pytest.mark.slow
def test_measures_of_300000_customers_are_exact_but_for_the_silhouette(engine, tmp_path):
    path = tmp_path / "table.parquet"
    noise = [f"cast(hash(i, {n}) % 1000 + hash(i, {n + 2}) % 1000 AS DOUBLE) / 100" for n in (0, 1)]
    rows = f"SELECT i % 2 * 9 + {noise[0]} AS x, i % 3 * 9 + {noise[1]} AS y FROM range(300000) AS t(i)"
    duckdb.sql(rows).write_parquet(str(path))
    fit = fitted(engine, read(engine, path, ["x", "y"]), Options(6))
    X = np.column_stack(list(duckdb.sql(f"SELECT * FROM '{path}'").fetchnumpy().values()))
    Z = StandardScaler().fit_transform(X)
    apart = kmeans.distances(Z, fit.centroids)
    labels = apart.argmin(axis=1)
    metrics = fit.model.metrics
    assert len(fit.X) < 250_000
    assert [segment.size for segment in fit.model.segments] == np.bincount(labels).tolist()
    assert metrics["inertia"] == pytest.approx((apart.min(axis=1) ** 2).sum(), rel=1e-9)
    assert metrics["inertia"] <= KMeans(6, n_init=3, random_state=42).fit(Z).inertia_ * (1 + 1e-5)
    assert metrics["calinski_harabasz"] == pytest.approx(calinski_harabasz_score(Z, labels), rel=1e-8)
    assert metrics["davies_bouldin"] == pytest.approx(davies_bouldin_score(Z, labels), rel=1e-4)  # of the means
    assert metrics["silhouette_rows"] == kmeans.SILHOUETTE_ROWS
    assert metrics["histogram_rows"] == len(fit.X)
    scale = [feature.scale for feature in fit.model.features]
    for label, segment in enumerate(fit.model.segments):
        spread = np.cov(Z[labels == label], rowvar=False, ddof=0) * np.outer(scale, scale)
        np.testing.assert_allclose(segment.spread, spread, rtol=1e-6, atol=1e-6)
