"""Tables larger than the sample: the same answers as from all rows in memory."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.cluster import KMeans
from sklearn.metrics import calinski_harabasz_score, davies_bouldin_score

from tests.helpers.models import feature
from tests.helpers.tables import fitted, read, save
from training.clustering import features, kmeans, passes, sample
from training.engines.duckdb import DuckDB
from training.files.formats import open_table
from training.files.source import DataError
from training.fit import Options
from training.scoring.score import score
from training.tables.columns import find_columns

CENTRES = np.array([(-2.0, -2.0), (2.0, -1.0), (0.0, 3.0)])


@pytest.fixture(scope="module")
def blobs():
    """Return 3,000 customers of shape (n, 2) in three overlapping groups."""
    random = np.random.default_rng(3)
    return random.permutation(np.concatenate([random.normal(centre, size=(1000, 2)) for centre in CENTRES]))


@pytest.fixture
def table(engine, blobs):
    rows = ", ".join(f"({x!r}::DOUBLE, {y!r}::DOUBLE)" for x, y in blobs.tolist())
    t = engine.keep(f"SELECT * FROM (VALUES {rows}) AS t(x, y)")
    return passes.WholeTable(engine, t.sql, [feature("x"), feature("y")])


def test_passes_arrive_where_scikit_learn_does(table, blobs):
    centroids, sums = passes.refine(table, blobs[::10], CENTRES + 0.5)
    expected = KMeans(3, init=CENTRES + 0.5, n_init=1, tol=0).fit(blobs)
    np.testing.assert_allclose(centroids, expected.cluster_centers_, atol=2e-4)
    assert sums.squares.sum() == pytest.approx(expected.inertia_, rel=1e-6)


def test_passes_stop_when_nothing_moves(table, blobs):
    made = []
    settled, _ = passes.refine(table, blobs[::10], CENTRES)
    passes.refine(table, blobs[::10], settled, made.append)
    assert len(made) == 1


@pytest.mark.slow
def test_a_look_at_the_sample_saves_passes(engine):
    rows = np.random.default_rng(0).normal(size=(20_000, 2))
    values = ", ".join(f"({x!r}::DOUBLE, {y!r}::DOUBLE)" for x, y in rows.tolist())
    t = engine.keep(f"SELECT * FROM (VALUES {values}) AS t(x, y)")
    table = passes.WholeTable(engine, t.sql, [feature("x"), feature("y")])
    start = KMeans(4, n_init=1, random_state=0).fit(rows[:5000]).cluster_centers_
    ours, lloyds = [], []
    _, sums = passes.refine(table, rows[:10_000], start, ours.append)
    one_row_tells_nothing = rows[:1]
    _, expected = passes.refine(table, one_row_tells_nothing, start, lloyds.append)
    assert len(ours) < len(lloyds) / 2
    assert sums.squares.sum() <= expected.squares.sum() * (1 + 1e-5)


def test_a_sample_that_leads_astray_does_not_matter(table, blobs):
    far_off = blobs[::10] * 0.3 + 5
    centroids, sums = passes.refine(table, far_off, CENTRES + 0.5)
    expected = KMeans(3, init=CENTRES + 0.5, n_init=1, tol=0).fit(blobs)
    np.testing.assert_allclose(centroids, expected.cluster_centers_, atol=2e-4)
    assert sums.squares.sum() == pytest.approx(expected.inertia_, rel=1e-6)


def test_a_centroid_that_nobody_is_near_stays_where_it_is(table, blobs):
    far = np.array([*CENTRES, (99.0, 99.0)])
    assert passes.refine(table, blobs[::10], far)[0][3].tolist() == [99, 99]


def test_measures_of_the_whole_table_are_those_of_all_rows_in_memory(table, blobs):
    centroids, sums = passes.refine(table, blobs[::10], CENTRES)
    clustering = passes.describe(sums, centroids, blobs, random_state=0)
    labels = ((blobs[:, None] - clustering.centroids[None]) ** 2).sum(axis=2).argmin(axis=1)
    assert [cluster.size for cluster in clustering.clusters] == np.bincount(labels).tolist()
    assert clustering.metrics["davies_bouldin"] == pytest.approx(davies_bouldin_score(blobs, labels), rel=1e-4)
    assert clustering.metrics["calinski_harabasz"] == pytest.approx(calinski_harabasz_score(blobs, labels), rel=1e-9)
    for label, cluster in enumerate(clustering.clusters):
        np.testing.assert_allclose(cluster.spread, np.cov(blobs[labels == label], rowvar=False, ddof=0), atol=1e-6)
    sizes = [cluster.size for cluster in clustering.clusters]
    assert sizes == sorted(sizes, reverse=True)


def test_a_feature_that_is_alike_within_a_segment_has_no_spread_there(engine):
    answer = "CASE WHEN i % 3 = 0 THEN 1.0 / 3 ELSE -7.0 / 3 END"
    t = engine.keep(f"SELECT sin(i) AS x, {answer} AS y, -1.1 * {answer} AS z FROM range(3000) AS t(i)")
    table = passes.WholeTable(engine, t.sql, [feature("x"), feature("y"), feature("z")])
    rows = engine.matrix(f"SELECT x, y, z FROM {t.sql}")
    centroids, sums = passes.refine(table, rows, np.array([(0.0, 1.0, -1.0), (0.0, -2.0, 2.0)]))
    for cluster in passes.describe(sums, centroids, rows, random_state=0).clusters:
        assert cluster.spread[0, 0] == pytest.approx(0.5, abs=0.01)
        assert cluster.spread[1:].tolist() == [[0, 0, 0], [0, 0, 0]]


ROWS = 100
ODD = {
    "normal": lambda random: random.normal(size=ROWS),
    "lognormal": lambda random: random.lognormal(3, 2, ROWS),
    "count": lambda random: random.poisson(0.5, ROWS).astype(float),
    "two values": lambda random: np.where(random.random(ROWS) < 0.4, 1 / 3, -7 / 3),
    "two narrow groups": lambda random: random.normal(random.integers(0, 2, ROWS), 1e-3),
    "one other": lambda random: np.append(np.full(ROWS - 1, 5.0), random.normal()),
    "one far": lambda random: np.append(random.normal(size=ROWS - 1), 1e14),
    "one very near": lambda random: 1 + random.normal(size=ROWS) * 1e-9,
    "tiny": lambda random: random.normal(size=ROWS) * 1e-30,
    "large and close": lambda random: 1e12 + random.normal(size=ROWS),
    "all sizes": lambda random: 10.0 ** random.integers(-12, 15, ROWS),
}


@settings(max_examples=30)
@given(st.lists(st.sampled_from(sorted(ODD)), min_size=1, max_size=4), st.integers(2, 12), st.integers(0, 10**6))
def test_any_table_is_described_as_its_rows_in_memory_are(engine, kinds, k, seed):
    random = np.random.default_rng(seed)
    columns = [ODD[kind](random) for kind in kinds]
    X = np.column_stack([*columns, -3 * columns[0]])  # one twice
    names = [f"f{i}" for i in range(X.shape[1])]
    values = ", ".join(f"({', '.join(f'{x!r}::DOUBLE' for x in row)})" for row in X.tolist())
    t = engine.keep(f"SELECT * FROM (VALUES {values}) AS t({', '.join(names)})")
    offsets = [features.choose_offset(x, float(x.min())) for x in X.T]
    expected = list(map(features.statistics, X.T, offsets))
    near = dict(zip(names, map(features.statistics, X[::2].T, offsets), strict=True))
    described = sample.statistics_of_all(engine, t.sql, near, offsets)
    for of_table, of_rows in zip(described, expected, strict=True):
        assert (of_table.min, of_table.max, of_table.whole) == (of_rows.min, of_rows.max, of_rows.whole)
        assert of_table.scale == pytest.approx(of_rows.scale, rel=1e-6, abs=0)
        assert of_table.mean == pytest.approx(of_rows.mean, rel=1e-15, abs=1e-6 * of_rows.scale)
    named = find_columns(names, names) or []
    table = passes.WholeTable(engine, t.sql, list(map(features.make_feature, named, expected, offsets)))
    Z = features.standardise(table.features, X)
    settled = kmeans.fit_kmeans(Z, k, 0, n_init=1).cluster_centers_
    centroids = settled + random.normal(size=settled.shape) * passes.SETTLED  # nobody is as near to two of them
    labels = kmeans.distances(Z, centroids).argmin(axis=1)
    theirs = kmeans.describe(Z, labels, 0, centroids)
    ours = passes.describe(passes.add_up(table, centroids), centroids, Z, 0)
    for name in ("inertia", "silhouette"):
        assert ours.metrics[name] == pytest.approx(theirs.metrics[name], rel=1e-8, abs=1e-8)
    clear = "calinski_harabasz"  # to more than it tells of groups whose customers are nearly alike
    assert min(ours.metrics[clear], 1e6) == pytest.approx(min(theirs.metrics[clear], 1e6), rel=1e-3)
    for cluster, other in zip(ours.clusters, theirs.clusters, strict=True):
        assert (cluster.size, cluster.centroid.tolist()) == (other.size, other.centroid.tolist())
        assert cluster.radius == pytest.approx(other.radius)
        reach = np.sqrt(np.diag(other.spread) + other.centroid**2)
        unseen = 1.1 * np.sqrt(passes.ALIKE) * np.outer(reach, reach)
        assert (np.abs(cluster.spread - other.spread) <= unseen).all()


@pytest.mark.slow
@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_a_sampled_fit_finds_the_segments_of_the_whole_table(engine, blobs, tmp_path, monkeypatch, suffix):
    path = tmp_path / f"table.{suffix}"
    rows = ", ".join(f"({round(float(np.exp(x / 2)), 6)!r}, {round(y, 6)!r})" for x, y in blobs.tolist())
    engine.write(f"SELECT x::DOUBLE AS x, y::DOUBLE AS y FROM (VALUES {rows}) AS t(x, y)", path)
    whole = fitted(engine, read(engine, path, ["x", "y"]), Options(3))
    monkeypatch.setattr(sample, "SAMPLE", 1000)
    steps = []
    with DuckDB() as another:
        sampled = fitted(another, read(another, path, ["x", "y"]), Options(3), progress=steps.append)
    assert 800 < len(sampled.X) < 1200
    assert "Pass 1 over 3,000 customers" in steps
    assert [f.offset for f in sampled.model.features] == [f.offset for f in whole.model.features] == [0, None]
    for ours, theirs in itertools.zip_longest(sampled.model.segments, whole.model.segments):
        assert (ours.id, ours.name) == (theirs.id, theirs.name)
        assert ours.size == pytest.approx(theirs.size, abs=5)
        np.testing.assert_allclose(ours.centroid, theirs.centroid, atol=2e-3)
    assert sampled.model.metrics["inertia"] == pytest.approx(whole.model.metrics["inertia"], rel=1e-5)
    assert save(sampled, tmp_path / "segmenter.joblib").model.provenance["rows"] == 3000


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["one far", "one other", "two narrow groups", "large and close"])
def test_of_an_odd_table_a_third_makes_a_model_that_score_and_function_answer_alike(tmp_path, monkeypatch, kind):
    random = np.random.default_rng(0)
    X = np.column_stack([random.normal(random.integers(0, 3, ROWS) * 9), ODD[kind](random)])
    path, out = tmp_path / "table.csv", tmp_path / "scored.csv"
    np.savetxt(path, X, "%.17g", ",", header="a,b", comments="")
    monkeypatch.setattr(sample, "SAMPLE", ROWS // 3)
    with DuckDB() as engine:
        fit = fitted(engine, read(engine, path, ["a", "b"]), Options(3))
        segmenter = save(fit, tmp_path / "segmenter.joblib")
        score(engine, open_table(engine, str(path)), segmenter, str(out))
        scored = [number for (number,) in engine.rows(f"SELECT segment_id FROM read_csv('{out}') ORDER BY a")]
    assert len(fit.X) < ROWS / 2
    assert scored == [segmenter.assign(row).segment.id for row in sorted(X.tolist())]
    assert [segment.size for segment in segmenter.model.segments] == [scored.count(i) for i in range(3)]
    if kind == "one far":  # it has no say in how far apart the others are
        assert np.std(features.standardise(fit.model.features, X)[:-1, 1]) == pytest.approx(1, abs=0.1)


@pytest.mark.parametrize("close", [1e15, 1 + 1e-15])
def test_values_that_differ_in_their_last_digits_only_are_refused(engine, tmp_path, close):
    path = tmp_path / "table.csv"
    path.write_text(
        "a,b\n" + "".join(f"{i},{close if i % 3 else 1 if close < 2 else close - 1!r}\n" for i in range(30))
    )
    with pytest.raises(DataError, match=r'table.csv: column "b": expected different values, found such that differ in'):
        fitted(engine, read(engine, path, ["a", "b"]), Options(2))
