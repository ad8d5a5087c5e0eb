import msgspec
import numpy as np
import pytest
from scipy.stats import chi2_contingency

from function.model import Histogram, ModelError, Segmenter
from tests.helpers.cases import load
from tests.helpers.models import feature, model, segment
from tests.helpers.tables import fitted, read
from training.engines.duckdb import DuckDB
from training.files.source import DataError
from training.fit import Options
from training.scoring.drift import (
    HISTOGRAM_ROWS,
    Comparison,
    chance,
    changed,
    histogram,
    judge,
    measure,
    pearson,
    stability_index,
)

CASES = load("drift")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_drift_is_judged_as_in_the_cases_that_the_page_runs_too(case):
    comparison = Comparison(case["then"], case["now"], case["trained"], case["scored"])
    judged = judge([comparison])[0]
    assert judged.index == stability_index(comparison) == pytest.approx(case["index"], rel=1e-7, abs=1e-12)
    assert chance(pearson(comparison), comparison) == pytest.approx(case["chance"], rel=1e-6, abs=1e-12)
    assert judged.verdict == case["verdict"]


def test_pearsons_statistic_is_scipys():
    random = np.random.default_rng(3)
    counts = random.multinomial([900, 70], [0.4, 0.3, 0.2, 0.1])
    comparison = Comparison(counts[0] / 900, counts[1] / 70, 900, 70)
    expected = chi2_contingency(counts)
    assert pearson(comparison) / (1 / 900 + 1 / 70) == pytest.approx(expected.statistic)
    assert chance(pearson(comparison), comparison) == pytest.approx(expected.pvalue)


def test_one_of_many_indices_needs_to_be_rarer_than_one_alone():
    odd, same = Comparison([0.5, 0.5], [0.57, 0.43], 1000, 1000), Comparison([0.5, 0.5], [0.5, 0.5], 1000, 1000)
    assert judge([odd])[0].significant
    assert [judged.significant for judged in judge([odd] * 4)] == [True] * 4
    assert [judged.significant for judged in judge([odd, *[same] * 7])] == [False] * 8


def test_customers_like_those_of_training_are_seldom_called_others_whatever_their_number():
    random = np.random.default_rng(20)
    alarms = 0
    for _ in range(100):
        X = random.normal(size=(1000, 6))
        scored = int(random.choice([50, 100, 200, 500, 1000]))
        histograms = [histogram(x) for x in X.T]
        now = [np.histogram(random.normal(size=scored), [-np.inf, *h.edges, np.inf])[0] / scored for h in histograms]
        comparisons = [Comparison(h.shares, b, 1000, scored) for h, b in zip(histograms, now, strict=True)]
        alarms += any(judged.significant and judged.index >= 0.25 for judged in judge(comparisons))
    assert alarms <= 2


def test_a_segment_changed_if_its_share_is_beyond_three_standard_errors_and_a_quarter():
    assert changed(0.02, 0.04, 10_000, 10_000)
    assert not changed(0.02, 0.04, 200, 200)  # three standard errors are 5 %
    assert not changed(0.5, 0.55, 100_000, 100_000)  # a tenth of it


def test_a_histogram_has_a_tenth_of_the_customers_in_each_bin():
    spread = histogram(np.arange(1000.0))
    assert len(spread.edges) == 9
    assert spread.shares == pytest.approx([0.1] * 10)


def test_a_histogram_of_values_that_repeat_has_fewer_bins_and_none_of_them_empty():
    spread = histogram(np.array([1.0] * 60 + [2.0] * 30 + [9.0] * 10))
    assert (spread.edges, spread.shares) == ([2, 9], [0.6, 0.3, 0.1])


@pytest.mark.parametrize(
    ("values", "edges", "shares"),
    [
        ([0.0] * 95 + [3.0, 4.0, 5.0, 6.0, 7.0], [3], [0.95, 0.05]),
        ([0.0] * 15 + [float(i) for i in range(1, 86)], [1, 6, 16, 26, 36, 46, 56, 66, 76], [0.15, 0.05, *[0.1] * 8]),
        ([1.0, 2.0] + [5.0] * 95 + [7.0, 8.0, 9.0], [5, 7], [0.02, 0.95, 0.03]),
        ([1.0] * 5 + [9.0] * 95, [9], [0.05, 0.95]),
    ],
    ids=["nearly all at the minimum", "some at the minimum", "nearly all in the middle", "nearly all at the maximum"],
)
def test_a_value_that_many_share_has_a_bin_of_its_own(values, edges, shares):
    spread = histogram(np.array(values))
    assert spread.edges == edges
    assert spread.shares == pytest.approx(shares)


def segmenter(histograms, size=100, metrics=None, **provenance):
    segments = [segment(0, [2.0], share=0.5, size=size), segment(1, [8.0], share=0.5, size=size)]
    plain = model([feature("x")], segments)
    told = {"histograms": histograms, "provenance": provenance, "metrics": metrics or {}}
    return Segmenter(msgspec.structs.replace(plain, **told), "0" * 64)


@pytest.fixture
def compared(tmp_path):
    """Return what compares the values of a column x with a model of two segments and two bins, halved at 5."""

    def compare(values, **provenance):
        path = tmp_path / "now.csv"
        path.write_text("x,n\n" + "".join(f"{value},1\n" for value in values))
        with DuckDB() as engine:
            return measure(engine, read(engine, path, ["x"]), segmenter([Histogram([5.0], [0.5, 0.5])], **provenance))

    return compare


def test_features_and_segments_are_compared_with_training(compared):
    drift = compared([1.0] * 50 + [7.0] * 150)
    assert drift.features["X"].index == drift.shares.index == pytest.approx(0.25 * np.log(3))
    assert (drift.features["X"].verdict, drift.shares.verdict) == ("another", "another")
    assert drift.segments == {"Kind 0": (0.5, 0.25), "Kind 1": (0.5, 0.75)}
    assert drift.changed == ["Kind 0", "Kind 1"]
    assert drift.reaches(0.25)
    assert not drift.reaches(0.3)


@pytest.mark.parametrize(("metrics", "verdict"), [({}, "slight"), ({HISTOGRAM_ROWS: 1000.0}, "same")])
def test_chance_is_reckoned_by_the_customers_that_the_histogram_is_of(compared, metrics, verdict):
    drift = compared([1.0] * 550 + [7.0] * 450, size=1_000_000, metrics=metrics)
    assert drift.features["X"].verdict == verdict


def test_four_customers_tell_nothing(compared):
    drift = compared([1.0, 7.0, 8.0, 9.0])
    assert drift.shares.verdict == drift.features["X"].verdict == "too few"
    assert not drift.reaches(0.1)


def test_values_outside_the_trained_range_and_unusable_rows_are_shares_then_and_now(compared):
    drift = compared([1.0] * 15 + [1000.0] * 3 + [""] * 2, left_out=0.25)
    assert drift.outside == {"X": 3 / 18}
    assert drift.unusable == (0.25, pytest.approx(0.1))
    assert compared([1.0, 2.0]).unusable == (None, 0)


def test_a_model_without_histograms_is_refused(tmp_path):
    path = tmp_path / "now.csv"
    path.write_text("x,n\n1,1\n2,1\n")
    with DuckDB() as engine, pytest.raises(DataError, match="holds no histograms"):
        measure(engine, read(engine, path, ["x"]), segmenter([]))


@pytest.mark.parametrize(
    "wrong", [Histogram([5.0], [1.0]), Histogram([5.0, 1.0], [0.5, 0.2, 0.3]), Histogram([5.0], [0.5, 0.6])]
)
def test_a_model_with_a_histogram_that_is_none_does_not_load(wrong):
    with pytest.raises(ModelError, match="histogram"):
        segmenter([wrong])


def test_customers_who_lack_a_value_more_often_in_one_segment_are_no_drift(tmp_path):
    random = np.random.default_rng(5)
    a = [10 * (i % 2) + random.normal() for i in range(400)]
    b = ["" if i % 2 and random.random() < 0.5 else 10 * (i % 2) + i % 7 / 10 for i in range(400)]
    rows = [f"{i},{a[i]:.4f},{b[i]}" for i in range(400)]
    path = tmp_path / "table.csv"
    path.write_text("\n".join(["id,a,b", *rows]) + "\n")
    with DuckDB() as engine:
        customers = read(engine, path, ["a", "b"])
        trained = fitted(engine, customers, Options(2)).model
        assert [segment.share for segment in trained.segments] == [0.5, 0.5]
        drift = measure(engine, customers, Segmenter(trained, "0" * 64))
    assert drift.shares.index == 0
    assert {judged.index for judged in drift.features.values()} == {0}
