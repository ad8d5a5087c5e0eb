import msgspec
import numpy as np
import pytest

from function.model import Histogram, ModelError, Segmenter
from tests.helpers.models import feature, model, segment
from training.engines.duckdb import DuckDB
from training.scoring.drift import histogram, measure, stability_index, verdict
from training.tables.columns import Column
from training.tables.customers import Customers
from training.tables.source import DataError


def test_the_index_is_worked_out_by_hand():
    # (0.25 - 0.5) ln(0.5) + (0.75 - 0.5) ln(1.5) = 0.25 ln 3
    assert stability_index([0.5, 0.5], [0.25, 0.75]) == pytest.approx(0.25 * np.log(3))
    assert stability_index([0.2, 0.8], [0.2, 0.8]) == 0


def test_an_empty_bin_has_a_finite_index():
    assert 1 < stability_index([0.5, 0.5], [0.0, 1.0]) < 10


def test_a_histogram_has_a_tenth_of_the_customers_in_each_bin():
    found = histogram(np.arange(1000.0))
    assert len(found.edges) == 9
    assert found.shares == pytest.approx([0.1] * 10)


def test_a_histogram_of_values_that_repeat_has_fewer_bins_and_none_of_them_empty():
    found = histogram(np.array([1.0] * 60 + [2.0] * 30 + [9.0] * 10))
    assert (found.edges, found.shares) == ([2, 9], [0.6, 0.3, 0.1])


@pytest.mark.parametrize(
    ("index", "words"), [(0.05, "as in training"), (0.1, "has shifted"), (0.25, "is another: fit again")]
)
def test_an_index_is_judged_by_the_usual_thresholds(index, words):
    assert verdict(index) == words


def segmenter(histograms):
    segments = [segment(0, [2.0], share=0.5), segment(1, [8.0], share=0.5)]
    return Segmenter(msgspec.structs.replace(model([feature("x")], segments), histograms=histograms), "0" * 64)


def customers(engine, select, rows):
    return Customers(engine.keep(select), [Column("x", "x", "X", "")], rows, "today.csv", "0" * 64)


def test_features_and_segments_are_compared_with_training():
    with DuckDB() as engine:
        today = customers(engine, "SELECT * FROM (VALUES (1.0), (7.0), (8.0), (9.0)) AS t(x)", 4)
        found = measure(engine, today, segmenter([Histogram([5.0], [0.5, 0.5])]))
    assert found.features == {"X": pytest.approx(0.25 * np.log(3))}
    assert found.segments == {"Kind 0": (0.5, 0.25), "Kind 1": (0.5, 0.75)}
    assert found.largest == found.index == pytest.approx(0.25 * np.log(3))


def test_a_model_without_histograms_is_refused():
    with DuckDB() as engine, pytest.raises(DataError, match="holds no histograms"):
        measure(engine, customers(engine, "SELECT 1.0 AS x", 1), segmenter([]))


@pytest.mark.parametrize(
    "wrong", [Histogram([5.0], [1.0]), Histogram([5.0, 1.0], [0.5, 0.2, 0.3]), Histogram([5.0], [0.5, 0.6])]
)
def test_a_model_with_a_histogram_that_is_none_does_not_load(wrong):
    with pytest.raises(ModelError, match="histogram"):
        segmenter([wrong])
