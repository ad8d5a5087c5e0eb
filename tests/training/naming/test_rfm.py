"""Names of segments of orders: whether what they say is true of their members."""

import re
from dataclasses import replace

import numpy as np
import pytest

from tests.helpers.models import feature
from tests.helpers.real_tables import CDNOW, needs_cdnow
from tests.helpers.tables import fitted
from training.clustering.kmeans import fit_kmeans
from training.engines.duckdb import DuckDB
from training.files.formats import open_table
from training.fit import Options
from training.naming.names import name_segments
from training.naming.rfm import Habits, habits, rfm_names
from training.naming.words import RFM_WORDS
from training.tables.orders.columns import Choice
from training.tables.orders.rfm import summarise_orders

REGULAR = Habits(
    recency_days=20, orders=6, spent=300, repeat=1.0, waiting=0.1, history_days=365, more=True, often=1.2, much=1.3
)


def name(**changes):
    return rfm_names([replace(REGULAR, **changes)])[0]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "Champions"),
        ({"waiting": 0.39}, "Champions"),
        ({"often": 0.8}, "Loyal"),
        ({"much": 0.8}, "Loyal"),
        ({"orders": 2}, "Potential loyalists"),
        ({"more": False}, "Potential loyalists"),
        ({"waiting": 0.5, "recency_days": 182}, "Loyal"),
        ({"waiting": 0.5, "recency_days": 183}, "Need attention"),
        ({"waiting": 0.5, "recency_days": 183, "more": False}, "About to sleep"),
        ({"waiting": 0.7}, "Can't lose"),
        ({"waiting": 0.7, "orders": 2}, "At risk"),
        ({"waiting": 0.7, "more": False}, "Hibernating"),
        ({"waiting": 0.9, "more": False}, "Quiet longest"),
        ({"orders": 3, "repeat": 0.5}, "Champions"),
        ({"waiting": 0.7, "much": 0.25}, "At risk"),
        ({"repeat": 0.49}, "New"),
        ({"repeat": 0.49, "waiting": 0.3}, "Promising"),
        ({"repeat": 0.49, "waiting": 0.5}, "About to sleep"),
        ({"repeat": 0.49, "waiting": 0.7}, "Hibernating"),
        ({"repeat": 0.49, "waiting": 1.0}, "Quiet longest"),
    ],
)
def test_a_segment_is_named_by_what_is_true_of_its_median_member(changes, expected):
    assert name(**changes) == expected


def test_only_the_best_segment_is_called_champions():
    assert rfm_names([REGULAR, replace(REGULAR, much=1.4), REGULAR]) == ["Loyal", "Champions", "Loyal"]


def test_the_text_carries_the_segments_own_medians():
    X = np.array([[264.0, 2, 59.5], [200, 3, 70], [300, 2, 40], [1, 1, 1234.5]])
    measured = habits(FEATURES, np.zeros((2, 3)), X, np.array([0, 0, 0, 1]))
    assert measured[0].sentence == "Median customer: last order 264 days ago, 2 orders, 59.5 in all."
    assert measured[1].sentence == "Median customer: last order 1 day ago, 1 order, 1,234 in all."


def test_a_segment_of_which_the_sample_has_nobody_is_as_its_centroid():
    X = np.array([[264.0, 2, 59.5], [200, 3, 70]])
    absent = habits(FEATURES, np.array([[250.0, 2, 60], [30.0, 7, 400]]), X, np.array([0, 0]))[1]
    assert (absent.recency_days, absent.orders, absent.spent, absent.repeat, absent.waiting) == (30, 7, 400, 1, 0)


FEATURES = [feature(name) for name in ("recency_days", "frequency", "monetary")]

CLAIMS = {
    "more than once": lambda own, _: own[:, 1] > 1,
    "(?<!than )[Oo]nce": lambda own, every: (own[:, 1] == 1) | (own[:, 2] <= np.median(every[:, 2])),
    "only once": lambda own, _: own[:, 1] == 1,
    "often|again and again": lambda own, every: (own[:, 1] > 2) & (own[:, 1] >= np.median(every[:, 1])),
    "spend more than most|spent more than most|a lot": lambda own, every: own[:, 2] > np.median(every[:, 2]),
    "recently": lambda own, every: own[:, 0] <= np.median(every[:, 0]),
    "longer ago than most|longer than most|longest": lambda own, every: own[:, 0] >= np.median(every[:, 0]),
}
"""What a text says -> whether it is true of each member."""


def check(names, customers, labels):
    for position, told in enumerate(names):
        said = RFM_WORDS[re.sub(r" \(.*", "", told.name)][0]
        members = customers[labels == position]
        for words, holds in CLAIMS.items():
            if re.search(words, said):
                assert holds(members, customers).mean() >= 0.5, (told, words)
    assert sum(told.name.startswith("Champions") for told in names) <= 1


def shop(random, *, one_time, gap_days):
    """Return recency, frequency and monetary value of the customers of a made-up shop over two years."""
    n = 1500
    first = random.uniform(0, 730, n)
    more = np.where(random.random(n) < one_time, 0, random.poisson(random.gamma(1, 1 / gap_days, n) * first))
    recency = np.where(more > 0, first * random.beta(1, more + 1), first) + 1
    return np.column_stack([recency.round() + 1, 1 + more, (1 + more) * random.lognormal(3, 0.6, n)])


@pytest.mark.parametrize("one_time", [0.0, 0.4, 0.9, 0.98])
@pytest.mark.parametrize("gap_days", [10, 60, 400])
@pytest.mark.parametrize("n_clusters", [4, 6, 8])
def test_no_word_is_false_of_more_than_half_of_its_segment(one_time, gap_days, n_clusters):
    X = shop(np.random.default_rng(int(one_time * 100) + gap_days), one_time=one_time, gap_days=gap_days)
    scaled = np.column_stack([X[:, 0], np.log(X[:, 1]), np.log(X[:, 2])])
    Z = (scaled - scaled.mean(axis=0)) / np.maximum(scaled.std(axis=0), 1e-9)
    kmeans = fit_kmeans(Z, n_clusters, 1, 2)
    check(name_segments(FEATURES, kmeans.cluster_centers_, X, kmeans.labels_), X, kmeans.labels_)


@pytest.mark.slow
@needs_cdnow
@pytest.mark.parametrize("n_clusters", [4, 5, 8])
def test_no_word_is_false_of_more_than_half_of_a_segment_of_cdnow(n_clusters):
    with DuckDB() as engine:
        customers = summarise_orders(engine, open_table(engine, str(CDNOW)), Choice()).customers
        fit = fitted(engine, customers, Options(n_clusters))
    check(fit.model.segments, fit.X, fit.labels)
