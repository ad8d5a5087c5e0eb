"""Which columns become features, and what each is called."""

import pytest

from function.model import MAX_FEATURES, RESERVED
from training.engines.duckdb import DuckDB
from training.files.formats import open_table
from training.files.source import DataError
from training.tables.columns import UnknownColumnError, find_columns, renamed
from training.tables.feature_choice import choose_columns
from training.tables.headers import find_id

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
        ("आयु", ("आयु", "आयु", "")),
        ("รายได้ต่อปี (฿)", ("รายได้ต่อปี", "รายได้ต่อปี", "฿")),
        ("2023 sales", ("_2023_sales", "2023 sales", "")),
        ("class", ("class_", "Class", "")),
        *((name, (f"{name}_", name.capitalize(), "")) for name in sorted(RESERVED)),
        ("Calls", ("calls_", "Calls", "")),
        ("€", ("feature", "€", "")),
    ],
)
def test_a_header_becomes_a_name_a_label_and_a_unit(header, expected):
    assert described([header], [header]) == [expected]


def test_headers_that_reduce_to_one_name_stay_apart():
    assert [name for name, _, _ in described(["a b", "a-b"], ["a b", "a-b"])] == ["a_b", "a_b_2"]


def test_the_customer_id_is_found_unless_it_is_a_feature():
    assert find_id(MALL) == "CustomerID"
    assert find_id(MALL, ["CustomerID"]) is None


LONG = "On a scale from one to five how satisfied are you with the service and the delivery of our shop this year"


def test_a_long_header_keeps_its_label_and_has_a_name_cut_between_words():
    [column] = find_columns([LONG], [LONG]) or []
    assert column.label == LONG.capitalize()
    assert column.name == "on_a_scale_from_one_to_five_how_satisfied_are_you_with_the"
    assert renamed([column]) == [
        f'Column "{LONG}" is called {column.name} in the model: names have at most 63 letters.'
    ]


@pytest.mark.parametrize("header", ["\u200fage\u200e", "\u202bage (years)\u202c", "\u200bage", "a\u00adge", "age\x1f"])
def test_signs_that_nobody_sees_are_no_part_of_a_name_or_label(header):
    [column] = find_columns([header], [header]) or []
    assert (column.header, column.label, column.name[:3]) == (header, "Age", "age")


def test_long_headers_that_are_cut_alike_stay_apart():
    columns = find_columns([LONG, f"{LONG} and the last"], [LONG, f"{LONG} and the last"]) or []
    assert len({column.name for column in columns}) == 2


def test_a_column_whose_name_means_something_else_in_a_request_is_renamed_and_said():
    assert renamed(find_columns(["calls", "age"], ["calls", "age"]) or []) == [
        'Column "calls" is called calls_ in the model: calls means something else in a request.'
    ]


def test_more_features_than_a_model_holds_are_refused_before_anything_is_computed(tmp_path):
    names = [f"visits_{number}" for number in range(MAX_FEATURES + 1)]
    path = tmp_path / "wide.csv"
    path.write_text(f"{','.join(names)}\n" + f"{','.join('1' for _ in names)}\n" * 2)
    with DuckDB() as engine:
        source = open_table(engine, str(path))
        assert len(choose_columns(engine, source, ",".join(names[:-1]))) == MAX_FEATURES
        with pytest.raises(DataError, match=r"--features: expected at most 30 columns, found 31; leave out"):
            choose_columns(engine, source, ",".join(names))


@pytest.mark.parametrize(
    ("headers", "wanted"),
    [
        ("#id,spend,id", "#id,spend"),
        ("Spend (%),spend,age", "Spend (%),age"),
        ("Spend (%),spend,age", "Spend (%),spend"),
        ("First Order,First_Order", "First_Order"),
    ],
)
def test_a_column_that_another_would_be_taken_for_where_the_model_is_used_is_refused(tmp_path, headers, wanted):
    path = tmp_path / "table.csv"
    path.write_text(f"{headers}\n{','.join('12345'[: headers.count(',') + 1])}\n")
    with DuckDB() as engine, pytest.raises(DataError, match=r"differ by more than signs and units, found .* and "):
        choose_columns(engine, open_table(engine, str(path)), wanted)


def test_columns_that_a_vowel_tells_apart_are_no_twins(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("आय,आयु\n1,2\n", encoding="utf-8")
    with DuckDB() as engine:
        columns = choose_columns(engine, open_table(engine, str(path)), "आय,आयु")
    assert [column.name for column in columns] == ["आय", "आयु"]


def test_columns_that_words_tell_apart_are_no_twins(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("Income,Annual Income (k$),Spending Score (1-100),score\n1,2,3,4\n")
    with DuckDB() as engine:
        columns = choose_columns(engine, open_table(engine, str(path)), None)
    assert [column.header for column in columns] == ["Annual Income (k$)", "Spending Score (1-100)"]


def test_a_feature_that_is_there_twice_is_taken_only_if_named(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("income,income,score\n1,2,3\n")
    with DuckDB() as engine:
        source = open_table(engine, str(path))
        with pytest.raises(DataError, match='found "income" and "income_2"; say which with --features'):
            choose_columns(engine, source, None)
        assert [column.header for column in choose_columns(engine, source, "income_2,score")] == ["income_2", "score"]


def test_a_command_that_is_suggested_has_no_column_that_another_would_be_taken_for(tmp_path):
    path = tmp_path / "table.csv"
    rows = "".join(f"{n * 7 % 10},{n * 3 % 11 + 0.5},{n * 5 % 13 + 20}\n" for n in range(30))
    path.write_text(f"Spend (%),spend,age\n{rows}")
    with DuckDB() as engine, pytest.raises(DataError) as error:
        choose_columns(engine, open_table(engine, str(path)), None)
    assert "--features spend,age" in str(error.value)
    assert "Spend (%): left out until renamed, as only signs or units tell them from others" in str(error.value)
