import numpy as np
import pytest

from tests.helpers.real_tables import MALL, needs_mall
from training.clustering.kmeans import fit_kmeans
from training.clustering.n_clusters import (
    CANDIDATES,
    Candidate,
    Refit,
    Selection,
    _choose,
    choose,
    firmness,
    judge,
)


def standardised(values):
    return (values - values.mean(axis=0)) / values.std(axis=0)


def select(customers, candidates, random_state):
    return judge(choose(customers, candidates, random_state))


def planted(n_clusters, n_features, seed):
    """Return customers in groups of unit deviation whose centres are at least 7 apart."""
    random = np.random.default_rng(seed)
    centres = []
    while len(centres) < n_clusters:
        centre = random.uniform(-14, 14, size=n_features)
        if all(np.linalg.norm(centre - other) >= 7 for other in centres):
            centres.append(centre)
    return np.concatenate([random.normal(centre, size=(random.integers(30, 80), n_features)) for centre in centres])


@pytest.mark.slow
@pytest.mark.parametrize("n_clusters", [3, 4, 5, 6, 7, 8])
def test_planted_groups_are_recovered_and_natural(n_clusters):
    X = planted(n_clusters, n_features=2 + n_clusters % 3, seed=n_clusters)
    selection = select(standardised(X), CANDIDATES, random_state=0)
    assert (selection.chosen.n_clusters, selection.verdict) == (n_clusters, "natural")


@needs_mall
def test_the_mall_customers_are_five_groups_and_reproduce_the_published_silhouettes():
    X = np.genfromtxt(MALL, delimiter=",", skip_header=1, usecols=(3, 4))
    selection = select(standardised(X), CANDIDATES, random_state=42)
    assert (selection.chosen.n_clusters, selection.verdict) == (5, "natural")
    published = [0.3213, 0.4666, 0.4939, 0.5547, 0.5399, 0.5281, 0.4552, 0.4571, 0.4432]
    assert [candidate.silhouette for candidate in selection.candidates] == pytest.approx(published, abs=5e-5)


@pytest.mark.parametrize("random_state", [0, 1])
def test_the_number_of_mall_groups_does_not_depend_on_the_seed(mall_table, random_state):
    X = np.genfromtxt(mall_table, delimiter=",", skip_header=1, usecols=(3, 4))
    assert select(standardised(X), range(4, 8), random_state).chosen.n_clusters == 5


@pytest.mark.slow
@pytest.mark.parametrize("n_features", [1, 2, 4])
@pytest.mark.parametrize("noise", ["uniform", "normal"])
def test_noise_and_one_blob_are_not_natural(noise, n_features):
    X = getattr(np.random.default_rng(7), noise)(size=(200, n_features))
    assert select(standardised(X), CANDIDATES, random_state=0).verdict != "natural"


def test_one_long_blob_is_only_reproducible_as_it_splits_the_same_way_each_time():
    X = np.random.default_rng(2).multivariate_normal([0, 0], [[1, 0.95], [0.95, 1]], size=1000)
    selection = select(standardised(X), [2, 3], random_state=0)
    assert selection.chosen.stability > 0.95
    assert selection.verdict == "reproducible"


def test_the_most_segments_that_are_as_stable_and_nearly_as_clear_are_chosen():
    candidates = [
        Candidate(3, silhouette=0.60, stability=1.0, smallest=30),
        Candidate(4, silhouette=0.55, stability=0.995, smallest=30),  # nearly as clear, as stable: chosen
        Candidate(5, silhouette=0.58, stability=0.96, smallest=30),  # less stable
        Candidate(6, silhouette=0.50, stability=1.0, smallest=30),  # less clear
        Candidate(7, silhouette=0.70, stability=0.90, smallest=30),  # clearest, but not stable
    ]
    assert _choose(candidates, rows=200).n_clusters == 4


def test_a_number_with_a_tiny_segment_is_passed_over_unless_all_have_one():
    plain, tiny = Candidate(3, 0.5, 1.0, smallest=12), Candidate(4, 0.9, 1.0, smallest=11)
    assert _choose([plain, tiny], rows=1000).n_clusters == 4
    assert _choose([plain, tiny], rows=1200).n_clusters == 3  # 1 % of 1,200 are 12
    few = [Candidate(2, 0.5, 1.0, smallest=9), Candidate(3, 0.9, 1.0, smallest=4)]
    assert _choose(few, rows=20).n_clusters == 3


def test_where_nothing_is_stable_the_best_product_is_taken_and_called_constructed():
    candidates = [Candidate(2, 0.5, 0.5, 30), Candidate(3, 0.4, 0.9, 30)]
    chosen = _choose(candidates, rows=100)
    assert chosen.n_clusters == 3
    assert Selection(chosen, candidates, without_groups=0.1, rows=100).verdict == "constructed"


def test_one_candidate_is_taken_and_judged():
    X = planted(4, 2, seed=0)
    selection = select(standardised(X), [2], random_state=0)
    assert selection.chosen.n_clusters == 2
    assert len(selection.candidates) == 1


@pytest.mark.parametrize(
    ("stability", "silhouette", "last", "verdict"),
    [
        (0.95, 0.515, None, "natural"),
        (0.95, 0.514, None, "reproducible"),
        (0.94, 0.7, None, "constructed"),
        (0.94, 0.7, "natural", "natural"),
        (0.94, 0.5, "reproducible", "reproducible"),
        (0.96, 0.7, "constructed", "constructed"),
        (0.98, 0.7, "constructed", "natural"),
        (0.92, 0.7, "natural", "constructed"),
        (1.0, 0.5, "natural", "natural"),
        (1.0, 0.53, "reproducible", "reproducible"),
        (1.0, 0.54, "reproducible", "natural"),
        (1.0, 0.49, "natural", "reproducible"),
    ],
)
def test_the_verdict_needs_stability_and_a_margin_and_does_not_flip_near_a_cut(stability, silhouette, last, verdict):
    chosen = Candidate(3, silhouette, stability, 30)
    assert Selection(chosen, [chosen], without_groups=0.5, rows=100, last=last).verdict == verdict


GROUPLESS = {
    "exponential": lambda random: random.exponential(size=(600, 2)),
    "lognormal with zeros": lambda random: random.lognormal(size=(600, 2)) * (random.random((600, 2)) > 0.3),
    "counts": lambda random: random.poisson(1, (600, 2)).astype(float),
    "visits": lambda random: random.negative_binomial(1, 0.3, (600, 2)).astype(float),
    "yes or no beside a normal one": lambda random: np.column_stack(
        [random.integers(2, size=600), random.normal(size=600)]
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("table", GROUPLESS)
def test_skew_counts_zeros_and_two_values_alone_are_not_natural_segments(table):
    X = GROUPLESS[table](np.random.default_rng(31))
    assert select(standardised(X), CANDIDATES, random_state=3).verdict != "natural"


def test_firmness_is_worked_out_by_hand():
    # segment 0 is found as {0, 1} of {0, 1, 2}, then whole; segment 1 as {3, 4} with 2 joined, then whole
    labels = np.array([0, 0, 0, 1, 1, 2])
    refits = [
        Refit(np.array([0, 1, 2, 3, 4]), np.array([1, 1, 0, 0, 0])),
        Refit(np.array([2, 0, 3, 4]), np.array([0, 0, 1, 1])),
    ]
    assert firmness(labels, 3, refits) == [pytest.approx((2 / 3 + 1) / 2), pytest.approx((2 / 3 + 1) / 2), None]


def test_a_planted_group_is_firm_and_parts_of_another_are_not():
    random = np.random.default_rng(8)
    blob, apart = random.normal(size=(400, 2)), random.normal((30, 0), size=(20, 2))
    Z = np.concatenate([blob, apart])
    chosen = select(Z, [6], random_state=0)
    labels = fit_kmeans(Z, 6, 0).labels_
    firm = [value or 0.0 for value in firmness(labels, 6, chosen.refits)]
    assert firm.pop(labels[-1]) == pytest.approx(1)
    assert min(firm) < 0.75


def test_firmness_is_of_the_customers_looked_at_in_a_table_of_many():
    random = np.random.default_rng(9)
    Z = np.concatenate([random.normal(size=(3000, 2)), random.normal(9, size=(3000, 2))])
    chosen = select(Z, [2], random_state=0)
    assert chosen.rows == 1000
    assert firmness(np.repeat([0, 1], 3000), 2, chosen.refits) == [1, 1]
