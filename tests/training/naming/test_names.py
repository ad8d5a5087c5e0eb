import itertools

import numpy as np
import pytest

from tests.helpers.models import feature
from training.naming.names import Name, fifth, name_segments
from training.naming.words import INCOME_AND_SCORE, RFM_GRID, RFM_WORDS

PAIR = [feature("annual_income", label="Annual income"), feature("spending_score", label="Spending score")]


def names(features, centroids):
    return [name.name for name in name_segments(features, np.array(centroids, dtype=float))]


def test_the_five_published_groups_have_their_names():
    centroids = [(-0.2, -0.03), (0.99, 1.24), (1.06, -1.28), (-1.31, -1.14), (-1.33, 1.13)]
    assert names(PAIR, centroids) == ["Standard", "High-Spending Target", "Careful", "Frugal", "Careless"]


def test_the_pair_is_named_alike_in_either_order():
    assert names(PAIR[::-1], [(1.28, -1), (-1.28, 1)]) == ["Careless", "Careful"]


def test_every_cell_of_income_and_score_has_a_name_of_its_own():
    cells = list(itertools.product((-1.0, 0.0, 1.0), repeat=2))
    found = name_segments(PAIR, np.array(cells))
    assert len({name.name for name in found}) == len({name.description for name in found}) == len(INCOME_AND_SCORE) == 9


def test_the_size_of_the_currency_does_not_matter_but_the_distance_from_the_mean_does():
    assert names(PAIR, [(0.5, -0.5), (0.51, -0.51)]) == ["Standard", "Careful"]


def test_two_segments_of_one_name_are_told_apart_by_what_they_differ_in_most():
    found = names(PAIR, [(0.1, -0.4), (0.0, 0.4), (1, 1)])
    assert found == ["Standard (lower spending score)", "Standard (higher spending score)", "High-Spending Target"]


def test_three_and_more_segments_of_one_name_are_ranked():
    found = names(PAIR, [(0.0, 0.1), (0.4, 0), (-0.4, 0), (-0.2, 0)])
    rank = ["3rd lowest", "highest", "lowest", "2nd lowest"]
    assert found == [f"Standard ({place} annual income)" for place in rank]


def test_other_features_are_named_by_the_two_that_stand_out_most():
    features = [feature("recency", label="Recency"), feature("monetary", label="Monetary"), feature("age", label="Age")]
    found = names(features, [(0.9, -1.2, 0.6), (0, 0.1, 0.2), (0, 1.7, -0.6)])
    assert found == ["Low monetary, high recency", "Average", "Very high monetary, low age"]


def test_a_third_feature_joins_where_two_do_not_tell_segments_apart():
    features = [feature(name, label=name.title()) for name in "abc"]
    assert names(features, [(1, 1, 0.7), (1, 1, -0.7)]) == ["High a, high b, high c", "High a, high b, low c"]


def test_an_abbreviation_keeps_its_capitals_inside_a_name():
    assert names([feature("v", label="VIP visits")], [[1.0], [-1.0]]) == ["High VIP visits", "Low VIP visits"]


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("High-Spending Target", "high-spending-target"),
        ("Can't lose", "cant-lose"),
        ("Standard (higher spending score)", "standard-higher-spending-score"),
        ("Very high años", "very-high-años"),
    ],
)
def test_a_slug_is_the_name_for_addresses_and_code(name, slug):
    assert Name(name, "", "").slug == slug


def test_any_set_of_centroids_gets_names_and_slugs_that_are_all_different():
    random = np.random.default_rng(5)
    for n_features, n_segments in itertools.product((1, 2, 3, 6), (2, 5, 12, 50)):
        features = PAIR if n_features == 2 else [feature(f"f{i}", label=f"F{i}") for i in range(n_features)]
        found = name_segments(features, random.normal(size=(n_segments, n_features)))
        assert len({name.name for name in found}) == len({name.slug for name in found}) == n_segments
        assert all(name.description and name.action and "\n" not in name.description + name.action for name in found)


RFM = [
    feature("recency_days", label="Recency"),
    feature("frequency", label="Frequency"),
    feature("monetary", label="Monetary"),
]


@pytest.mark.parametrize(
    ("recency", "orders_and_value", "name"),
    [
        (-1.2, 1.5, "Champions"),
        (-1, -1, "New"),
        (1.3, 1.2, "Can't lose"),
        (1.3, -1, "Lost"),
        (0.0, 0.0, "Need attention"),
    ],
)
def test_rfm_segments_are_named_by_recency_and_value(recency, orders_and_value, name):
    assert names(RFM, [(recency, orders_and_value, orders_and_value)]) == [name]


def test_frequency_and_monetary_value_count_alike():
    assert names(RFM, [(-1, 2, 0)]) == names(RFM, [(-1, 0, 2)]) == ["Champions"]


def test_every_cell_of_the_rfm_grid_has_words_and_every_name_is_reached_from_a_centroid():
    levels = (-1.0, -0.5, 0.0, 0.5, 1.0)
    reached = {names(RFM, [(r, v, v)])[0] for r, v in itertools.product(levels, levels)}
    assert reached == set(RFM_WORDS) == {name for row in RFM_GRID for name in row}
    assert len(reached) == 11
    assert [fifth(z) for z in levels] == [0, 1, 2, 3, 4]
