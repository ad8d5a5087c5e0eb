import itertools
import re

import numpy as np
import pytest

from tests.helpers.models import feature
from training.naming.names import Name, name_segments, reading_case
from training.naming.words import INCOME_AND_SCORE

PAIR = [feature("annual_income", label="Annual income"), feature("spending_score", label="Spending score")]


def names(features, centroids):
    return [name.name for name in named(features, centroids)]


def named(features, centroids):
    """Return the names of segments whose only members are their centroids."""
    Z = np.array(centroids, dtype=float)
    return name_segments(features, Z, Z, np.arange(len(Z)))


def test_the_five_published_groups_have_their_names():
    centroids = [(-0.2, -0.03), (0.99, 1.24), (1.06, -1.28), (-1.31, -1.14), (-1.33, 1.13)]
    assert names(PAIR, centroids) == ["Standard", "High-Spending Target", "Careful", "Frugal", "Careless"]


def test_the_pair_is_named_alike_in_either_order():
    assert names(PAIR[::-1], [(1.28, -1), (-1.28, 1)]) == ["Careless", "Careful"]


def test_every_cell_of_income_and_score_has_a_name_of_its_own():
    cells = list(itertools.product((-1.0, 0.0, 1.0), repeat=2))
    texts = named(PAIR, cells)
    assert len({name.name for name in texts}) == len({name.description for name in texts}) == len(INCOME_AND_SCORE) == 9


def test_the_size_of_the_currency_does_not_matter_but_the_distance_from_the_mean_does():
    assert names(PAIR, [(0.5, -0.5), (0.51, -0.51)]) == ["Standard", "Careful"]


def test_two_segments_of_one_name_are_told_apart_by_what_they_differ_in_most():
    texts = names(PAIR, [(0.1, -0.4), (0.0, 0.4), (1, 1)])
    assert texts == ["Standard (lower spending score)", "Standard (higher spending score)", "High-Spending Target"]


def test_three_segments_of_one_name_are_ranked_and_more_are_numbered():
    texts = names(PAIR, [(0.0, 0.1), (0.4, 0), (-0.4, 0)])
    assert texts == [f"Standard ({place} annual income)" for place in ("middle", "higher", "lower")]
    texts = names(PAIR, [(0.0, 0.1), (0.4, 0), (-0.4, 0), (-0.2, 0)])
    ranked = ["Standard (middle annual income)", "Standard (higher annual income)", "Standard (lower annual income)"]
    assert texts == [*ranked, "Standard (2)"]


def test_segments_as_high_are_ranked_by_the_next_feature_whatever_their_order():
    centroids = [(0.3, 0.2), (0.3, -0.2), (-0.3, 0.0)]
    for order in itertools.permutations(range(3)):
        texts = names(PAIR, [centroids[place] for place in order])
        expected = [f"Standard ({place} annual income)" for place in ("higher", "middle", "lower")]
        assert texts == [expected[place] for place in order]


def test_a_place_that_would_make_a_name_too_long_is_said_in_fewer_words():
    texts = names(PAIR, [(1.0, 1.0), (2.0, 1.0), (0, 0)])
    assert texts[:2] == ["High-Spending Target (lower income)", "High-Spending Target (higher income)"]


def test_other_features_are_named_by_the_two_that_stand_out_most():
    features = [feature("recency", label="Recency"), feature("monetary", label="Monetary"), feature("age", label="Age")]
    texts = names(features, [(0.9, -1.2, 0.6), (0, 0.1, 0.2), (0, 1.7, -0.6)])
    assert texts == ["Low monetary, high recency", "Average", "High monetary, low age"]


def test_a_third_feature_joins_where_two_do_not_tell_segments_apart():
    features = [feature(name, label=name.title()) for name in "abc"]
    assert names(features, [(1, 1, 0.7), (1, 1, -0.7)]) == ["High a (higher c)", "High a (lower c)"]


def test_names_that_differ_in_the_order_of_their_words_only_are_told_apart():
    features = [feature(name, label=name.title()) for name in ("n", "age", "spend")]
    texts = names(features, [(-0.3, 0.8, 0.9), (0.4, 0.9, 0.8), (0, -1, -1)])
    assert texts == ["High spend (lower n)", "High age (higher n)", "Low age, low spend"]


def test_who_is_called_lower_than_others_is_not_high():
    features = [feature(name, label=name.title()) for name in ("spend", "revenue")]
    texts = names(features, [(0.71, 0.72), (-0.74, -0.75), (1.77, 1.76), (-1.8, -1.79)])
    assert texts == ["High spend", "Low spend", "Very high spend", "Very low spend"]
    assert names(features, [(0.6, 0.6), (1.4, 1.4)]) == ["High revenue (lower spend)", "High revenue (higher spend)"]


def test_a_segment_is_not_called_lower_where_another_is_low_and_long_labels_leave_a_number():
    features = [feature(name, label=name.title()) for name in ("channel a", "channel b")]
    texts = names(features, [(-1, 0.2), (1.1, 1.2), (-1.1, 1.2), (0, 0)])
    assert texts == ["Low channel a", "High channel a", "High channel b", "Average"]
    features = [feature("orders", label="Orders"), feature("opened", label="Newsletters opened")]
    texts = names(features, [(-1, 0), (-1, 1.2), (1, 0), (1, 1.2), (-1, -1.2), (1, -1.2)])
    opened = ["High newsletters opened", "High newsletters opened (2)"]
    assert [texts[i] for i in (0, 1, 2, 3)] == ["Low orders", opened[0], "High orders", opened[1]]
    assert texts[4:] == ["Low newsletters opened", "Low newsletters opened (2)"]


def test_a_feature_of_yes_and_no_is_named_by_the_answer_that_most_of_a_segment_give():
    member = feature("member", label="Member", min=0, max=1, step=1, mean=0.5, scale=0.5)
    texts = named([member, feature("spend", label="Spend")], [(1, 0.7), (-1, -0.6), (0.9, 0), (0.1, 0)])
    assert [text.name for text in texts] == [
        "Member: yes, high spend",
        "Member: no, low spend",
        "Member: yes",
        "Average",
    ]
    assert texts[1].description == "Member is no for most; spend is below average."
    assert texts[2].action.startswith("Ask what these customers need (member: yes), ")
    rare = feature("member", label="Member", min=0, max=1, step=1, mean=0.05, scale=0.22)
    assert names([rare], [(1.0,), (-0.23,), (4.3,)]) == ["High member", "Average", "Member: yes"]


def test_average_is_said_only_of_what_is_near_the_average_in_all_features():
    features = [feature(name, label=name.title()) for name in "abcd"]
    assert names(features, [(0.4, -0.4, 0.4, 0.5), (0.4, -0.4, 0.4, 0.51)]) == ["Average", "High d"]


@pytest.mark.parametrize(
    ("label", "read"),
    [
        ("TOTAL_SPEND", "total spend"),
        ("AvgOrderValue", "avg order value"),
        ("Visits per Month", "visits per month"),
        ("VIP visits", "VIP visits"),
        ("AGE", "age"),
        ("Annual income", "annual income"),
    ],
)
def test_a_label_is_read_in_reading_case_whatever_its_header_was(label, read):
    assert reading_case(label) == read


def test_an_abbreviation_keeps_its_capitals_inside_a_name():
    assert names([feature("v", label="VIP visits")], [[1.0], [-1.0]]) == ["High VIP visits", "Low VIP visits"]


@pytest.mark.parametrize(
    ("z", "name"), [(0.5, "Average"), (0.51, "High age"), (1.5, "High age"), (1.51, "Very high age")]
)
def test_a_level_is_high_from_half_a_standard_deviation_and_very_high_from_one_and_a_half(z, name):
    assert names([feature("v", label="Age")], [[z], [-4.0]])[0] == name


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("Amount of the last order", "High amount"),
        ("Days since last visit", "High days"),
        ("Number of visits per month", "High number of visits"),
        ("Days since", "High days since"),
    ],
)
def test_a_name_that_is_cut_does_not_end_in_a_word_that_says_nothing(label, name):
    assert names([feature("v", label=label)], [[1.0], [0.0]])[0] == name


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("High-Spending Target", "high-spending-target"),
        ("Can't lose", "cant-lose"),
        ("Standard (higher spending score)", "standard-higher-spending-score"),
        ("Very high años", "very-high-años"),
        ("Low รายได้ต่อปี, high आयु", "low-รายได้ต่อปี-high-आयु"),
    ],
)
def test_a_slug_is_the_name_for_addresses_and_code(name, slug):
    assert Name(name, "", "").slug == slug


LABELS = [
    ["A", "B", "C"],
    ["CUSTOMER_LIFETIME_VALUE_IN_EUROS", "NUMBER_OF_VISITS_PER_MONTH", "AGE"],
    ["x" * 101, "y" * 101],
    ["Value (€)", "Value ($)", "Value (£)", "Value", "VALUE", "value"],
    ["Average basket value of the last twelve months", "Average basket value of the last six months"],
    ["One"],
]


@pytest.mark.parametrize("labels", LABELS, ids=lambda labels: labels[0][:20])
@pytest.mark.parametrize("n_segments", [2, 5, 12, 50])
def test_any_names_are_short_and_made_of_different_words(labels, n_segments):
    random = np.random.default_rng(5)
    features = [feature(f"f{i}", label=label) for i, label in enumerate(labels)]
    told = named(features, random.normal(size=(n_segments, len(labels))))
    assert len({tuple(sorted(re.findall(r"\w+", name.name.lower()))) for name in told}) == n_segments
    assert len({name.slug for name in told}) == n_segments
    assert all(len(name.name) <= 40 and len(name.name.split()) <= 4 for name in told)
    assert all(name.description and name.action and "\n" not in name.description + name.action for name in told)


@pytest.mark.parametrize("features", [PAIR, RFM := [feature(n) for n in ("frequency", "monetary", "recency_days")]])
def test_fifty_segments_of_a_grid_have_short_and_different_names(features):
    told = named(features, np.random.default_rng(6).normal(size=(50, len(features))))
    assert len({name.name for name in told}) == len({name.slug for name in told}) == 50
    assert all(len(name.name) <= 40 and len(name.name.split()) <= 4 for name in told)
