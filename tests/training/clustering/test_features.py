import numpy as np
import pytest

from training.clustering.features import make_feature, restore, round_step, skewness, standardise, statistics, wants_log
from training.tables.columns import UnknownColumnError, find_columns, find_id

MALL = ["CustomerID", "Gender", "Age", "Annual Income (k$)", "Spending Score (1-100)"]


def described(headers, wanted=None):
    return [(column.name, column.label, column.unit) for column in find_columns(headers, wanted)]


def test_the_mall_headers_give_label_and_unit():
    assert described(MALL) == [
        ("annual_income", "Annual income", "k$"),
        ("spending_score", "Spending score", "1-100"),
    ]


@pytest.mark.parametrize(
    ("income", "score"),
    [
        ("Annual_Income_(k$)", "Spending_Score"),
        ("AnnualIncome", "SpendingScore"),
        ("ANNUAL INCOME", "SPENDING SCORE (1-100)"),
        ("Income", "Score"),
        ("income_kusd", "spending-score"),
        ("annual.income", "Spending score [1-100]"),
    ],
)
def test_variants_of_the_mall_headers_have_the_same_names_in_the_model(income, score):
    columns = find_columns(["id", score, "Genre", income], None)
    assert [column.name for column in columns] == ["annual_income", "spending_score"]
    assert [column.header for column in columns] == [income, score]


def test_without_both_of_the_pair_there_are_no_default_features():
    assert find_columns(["id", "income", "age"], None) is None


def test_a_score_without_an_income_keeps_its_own_name():
    assert described(["Score", "Visits"], ["Score", "Visits"]) == [("score", "Score", ""), ("visits", "Visits", "")]


def test_wanted_columns_are_found_whatever_their_case_and_signs_and_keep_the_order_asked_for():
    columns = find_columns(MALL, ["age", "annual income"])
    assert [column.header for column in columns] == ["Age", "Annual Income (k$)"]


def test_a_wanted_column_that_is_not_there_is_named():
    with pytest.raises(UnknownColumnError, match="visits"):
        find_columns(MALL, ["Age", "visits"])


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("recency_days", ("recency_days", "Recency", "days")),
        ("Age (years)", ("age_years", "Age", "years")),
        ("Visits per month", ("visits_per_month", "Visits per month", "")),
        ("VIPVisits", ("vipvisits", "Vipvisits", "")),
        ("Años", ("años", "Años", "")),
        ("2023 sales", ("_2023_sales", "2023 sales", "")),
        ("class", ("class_", "Class", "")),
        ("customers", ("customers_", "Customers", "")),
        ("€", ("feature", "€", "")),
    ],
)
def test_a_header_becomes_a_name_a_label_and_a_unit(header, expected):
    assert described([header], [header]) == [expected]


def test_headers_that_reduce_to_one_name_stay_apart():
    assert [name for name, _, _ in described(["a b", "a-b"], ["a b", "a-b"])] == ["a_b", "a_b_2"]


def test_the_customer_id_is_found_unless_it_is_a_feature():
    assert find_id(MALL, find_columns(MALL, None)) == "CustomerID"
    assert find_id(MALL, find_columns(MALL, ["CustomerID"])) is None


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
    ],
)
def test_a_step_is_a_round_hundredth_of_the_span_and_whole_for_whole_numbers(span, whole, step):
    assert round_step(span, whole) == step


def test_standardising_takes_logarithms_where_the_feature_does_and_is_undone_by_restoring():
    values = np.array([[1.0, 10.0], [3.0, 1000.0]])
    columns = find_columns(["a", "b"], ["a", "b"])
    features = [
        make_feature(columns[0], statistics(values[:, 0], log=False)),
        make_feature(columns[1], statistics(values[:, 1], log=True), log=True),
    ]
    Z = standardise(features, values)
    np.testing.assert_allclose(Z, [[-1, -1], [1, 1]])  # two values are one deviation either side of their mean
    np.testing.assert_allclose(restore(features, np.array([[0.0, 0.0]])), [[2, 100]])  # 100: the geometric mean
    np.testing.assert_allclose(restore(features, Z), values)


def test_a_skewed_positive_feature_wants_logarithms():
    assert wants_log(np.exp(np.random.default_rng(0).normal(size=500)))


@pytest.mark.parametrize(
    "values",
    [
        np.arange(1.0, 100.0),  # symmetric
        np.append(np.exp(np.random.default_rng(0).normal(size=500)), 0.0),  # holds a zero
        -np.exp(np.random.default_rng(0).normal(size=500)),  # negative
        np.array([1.0] * 99 + [2.0]),  # two values: a logarithm changes nothing
    ],
)
def test_other_features_do_not(values):
    assert not wants_log(values)


def test_skewness_is_the_third_standardised_moment():
    assert skewness(np.array([0.0, 0.0, 3.0])) == pytest.approx(2**-0.5)  # deviations -1 -1 2, scale sqrt 2
    assert skewness(np.array([1.0, 1.0])) == 0
