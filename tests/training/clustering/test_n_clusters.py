import numpy as np
import pytest

from tests.helpers.tables import MALL, needs_mall
from training.clustering.n_clusters import CANDIDATES, Candidate, Selection, _choose, select


def standardised(values):
    return (values - values.mean(axis=0)) / values.std(axis=0)


def planted(n_clusters, n_features, seed):
    """Return customers in groups of unit deviation whose centres are at least 7 apart."""
    random = np.random.default_rng(seed)
    centres = []
    while len(centres) < n_clusters:
        centre = random.uniform(-14, 14, size=n_features)
        if all(np.linalg.norm(centre - other) >= 7 for other in centres):
            centres.append(centre)
    return np.concatenate([random.normal(centre, size=(random.integers(30, 80), n_features)) for centre in centres])


@pytest.mark.parametrize("n_clusters", [3, 4, 5, 6, 7, 8])
def test_planted_groups_are_recovered_and_reliable(n_clusters):
    X = planted(n_clusters, n_features=2 + n_clusters % 3, seed=n_clusters)
    found = select(standardised(X), CANDIDATES, random_state=0)
    assert (found.chosen.n_clusters, found.reliable) == (n_clusters, True)


@needs_mall
def test_the_mall_customers_are_five_groups_and_reproduce_the_published_silhouettes():
    X = np.genfromtxt(MALL, delimiter=",", skip_header=1, usecols=(3, 4))
    found = select(standardised(X), CANDIDATES, random_state=42)
    assert (found.chosen.n_clusters, found.reliable) == (5, True)
    published = [0.3213, 0.4666, 0.4939, 0.5547, 0.5399, 0.5281, 0.4552, 0.4571, 0.4432]
    assert [candidate.silhouette for candidate in found.candidates] == pytest.approx(published, abs=5e-5)


@needs_mall
@pytest.mark.parametrize("random_state", [0, 1])
def test_the_number_of_mall_groups_does_not_depend_on_the_seed(random_state):
    X = np.genfromtxt(MALL, delimiter=",", skip_header=1, usecols=(3, 4))
    assert select(standardised(X), range(4, 8), random_state).chosen.n_clusters == 5


@pytest.mark.parametrize("n_features", [1, 2, 4])
@pytest.mark.parametrize("noise", ["uniform", "normal"])
def test_noise_and_one_blob_are_not_reliable(noise, n_features):
    X = getattr(np.random.default_rng(7), noise)(size=(200, n_features))
    assert not select(standardised(X), CANDIDATES, random_state=0).reliable


def test_one_long_blob_is_not_reliable_though_it_splits_the_same_way_each_time():
    X = np.random.default_rng(2).multivariate_normal([0, 0], [[1, 0.95], [0.95, 1]], size=1000)
    found = select(standardised(X), [2, 3], random_state=0)
    assert found.chosen.stability > 0.95
    assert not found.reliable


def test_the_most_segments_that_are_as_stable_and_nearly_as_clear_are_chosen():
    candidates = [
        Candidate(3, silhouette=0.60, stability=1.0),
        Candidate(4, silhouette=0.55, stability=0.995),  # nearly as clear, as stable: chosen
        Candidate(5, silhouette=0.58, stability=0.96),  # less stable
        Candidate(6, silhouette=0.50, stability=1.0),  # less clear
        Candidate(7, silhouette=0.70, stability=0.90),  # clearest, but not stable
    ]
    assert _choose(candidates).n_clusters == 4


def test_where_nothing_is_stable_the_best_product_is_taken_and_called_unreliable():
    candidates = [Candidate(2, 0.5, 0.5), Candidate(3, 0.4, 0.9)]
    chosen = _choose(candidates)
    assert chosen.n_clusters == 3
    assert not Selection(chosen, candidates, without_groups=0.1, rows=10).reliable


def test_one_candidate_is_taken_and_judged():
    X = planted(4, 2, seed=0)
    found = select(standardised(X), [2], random_state=0)
    assert found.chosen.n_clusters == 2
    assert len(found.candidates) == 1
