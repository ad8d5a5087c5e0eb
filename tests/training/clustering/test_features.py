import msgspec
import numpy as np
import pytest

from tests.helpers.models import feature
from training.clustering.features import (
    choose_offset,
    divide_alone,
    make_feature,
    restore,
    round_step,
    skewness,
    standardise,
    statistics,
    tell_few_apart,
)
from training.tables.columns import find_columns


@pytest.mark.parametrize(
    ("span", "whole", "step"),
    [
        (122, True, 1),
        (98, True, 1),
        (122_000, True, 1000),
        (12.2, False, 0.1),
        (0.5, False, 0.005),
        (300, True, 2),
        (1e-6, False, 1e-8),
        (1e-320, False, 2e-100),
    ],
)
def test_a_step_is_a_round_hundredth_of_the_span_and_whole_for_whole_numbers(span, whole, step):
    assert round_step(span, whole) == step


def test_a_few_customers_far_away_do_not_make_the_steps_of_all_others_coarse():
    values = np.concatenate([np.arange(1000) / 10, [90_000.0]])
    assert make_feature(find_columns(["a"], ["a"])[0], statistics(values, None)).step == 0.5  # of 95, not of 90,000


def test_a_step_is_as_coarse_as_the_farthest_customer_needs_to_be_told_from_the_next_value():
    values = np.concatenate([np.arange(1000) / 1000, [1e15]])
    assert (
        make_feature(find_columns(["a"], ["a"])[0], statistics(values, None)).step == 2
    )  # doubles near 1e15 are 0.1 apart


def test_a_feature_that_is_the_same_for_nearly_all_has_steps_by_its_range():
    values = np.concatenate([np.zeros(1000), [40.0]])
    assert make_feature(find_columns(["a"], ["a"])[0], statistics(values, None)).step == 1


def test_standardising_takes_logarithms_where_the_feature_does_and_is_undone_by_restoring():
    values = np.array([[1.0, 10.0], [3.0, 1000.0]])
    columns = find_columns(["a", "b"], ["a", "b"])
    features = [
        make_feature(columns[0], statistics(values[:, 0], None)),
        make_feature(columns[1], statistics(values[:, 1], 0.0), 0.0),
    ]
    Z = standardise(features, values)
    np.testing.assert_allclose(Z, [[-1, -1], [1, 1]])  # two values are one deviation either side of their mean
    np.testing.assert_allclose(restore(features, np.array([[0.0, 0.0]])), [[2, 100]])  # 100: the geometric mean
    np.testing.assert_allclose(restore(features, Z), values)


def test_an_offset_gives_zeros_a_logarithm_and_is_undone_too():
    values = np.array([[0.0], [90.0]])
    feature = make_feature(find_columns(["a"], ["a"])[0], statistics(values[:, 0], 10.0), 10.0)
    np.testing.assert_allclose(standardise([feature], values), [[-1], [1]])
    np.testing.assert_allclose(restore([feature], np.array([[0.0]])), [[np.sqrt(1000) - 10]])  # ln 10 and ln 100


SPENDING = np.exp(np.random.default_rng(0).normal(size=5000)) * 40


def test_a_skewed_feature_above_zero_is_logged_as_it_is():
    assert choose_offset(SPENDING, SPENDING.min()) == 0


@pytest.mark.parametrize("zeros", [1, 50, 1000])
@pytest.mark.parametrize("unit", [1, 0.001])
def test_zeros_are_logged_with_the_tenth_percentile_of_the_others_in_any_unit(zeros, unit):
    values = np.append(SPENDING, np.zeros(zeros)) * unit
    expected = np.quantile(SPENDING * unit, 0.1)
    assert choose_offset(values, 0.0) == pytest.approx(expected, rel=0.005)  # three digits of it


def test_a_zero_that_is_not_in_the_sample_counts():
    assert choose_offset(SPENDING, 0.0) == choose_offset(np.append(SPENDING, 0.0), 0.0) > 0


@pytest.mark.parametrize(
    "values",
    [
        np.arange(1.0, 100.0),  # symmetric
        -SPENDING,
        np.append(SPENDING, -1.0),  # a return
        np.zeros(10),
        np.array([1.0] * 99 + [2.0]),  # two values: a logarithm changes nothing
        np.array([0.0] * 95 + [1.0] * 5),
    ],
)
def test_other_features_are_not_logged(values):
    assert choose_offset(values, values.min()) is None


def test_a_feature_of_two_values_is_noted_and_no_other_is():
    columns = find_columns(["visits", "is_member"], ["visits", "is_member"])
    X = np.array([[1.0, 0.0], [2.0, 1.0], [3.0, 0.0]])
    features = [make_feature(column, statistics(x, None)) for column, x in zip(columns, X.T, strict=True)]
    assert divide_alone(features, X) == [
        "Is member has two values only and will divide the customers by itself; to see how it is spread over segments "
        "of the other features, leave it out and add --describe."
    ]
    orders = [msgspec.structs.replace(features[0], name="frequency", label="Frequency")]  # which nobody can leave out
    assert divide_alone(orders, X[:, 1:]) == ["Frequency has two values only and will divide the customers by itself."]


def test_skewness_is_the_third_standardised_moment():
    assert skewness(np.array([0.0, 0.0, 3.0])) == pytest.approx(2**-0.5)  # deviations -1 -1 2, scale sqrt 2
    assert skewness(np.array([1.0, 1.0])) == 0


def test_what_only_ages_is_fixed_so_that_no_change_of_it_is_proposed():
    headers = ["Age", "tenure", "recency_days", "visits", "Annual income"]
    values = statistics(np.array([1.0, 9.0]), None)
    features = [make_feature(column, values) for column in find_columns(headers, headers)]
    assert [feature.fixed for feature in features] == [True, True, True, False, False]


def test_a_feature_that_is_the_same_for_nearly_everyone_is_told():
    gifts = np.array([0.0] * 990 + [1.0] * 5 + [2.0] * 5)
    X = np.column_stack([np.arange(1000.0), gifts, np.minimum(gifts, 1), np.roll(np.where(gifts, gifts, 3), 1)])
    X[:2, 3] = 7
    features = [feature(name, label=name) for name in ("Age", "Gifts", "Any gift", "Gifts or more")]
    assert tell_few_apart(features, X) == [
        "Gifts is the same for 99.0% of the customers: it sets the others apart and says nothing about these; leave it "
        "out to go by the other features."
    ]
