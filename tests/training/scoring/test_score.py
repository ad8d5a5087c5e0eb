import duckdb
import numpy as np
import pytest

from function.model import Segmenter
from tests.helpers.customers import customers as customers_of
from tests.helpers.customers import segmenter_with_offsets
from tests.helpers.models import feature, model, segment
from tests.helpers.parquet import write_with_nan
from training.engines.duckdb import DuckDB
from training.files.formats import open_table
from training.files.source import DataError
from training.scoring.score import RESULTS, find_features, score
from training.tables.readings import Manner

HALVES = [feature("x"), feature("y", label="Visits per month", unit="visits")]


@pytest.fixture
def segmenter():
    """Return a model of two features with centroids on a grid, so that many customers are on a border."""
    places = [[x, y] for x in (2.0, 5.0, 8.0) for y in (2.0, 8.0)]
    return Segmenter(model(HALVES, [segment(10 + i, place, radius=1.5) for i, place in enumerate(places)]), "0" * 64)


@pytest.fixture
def logged():
    """Return a model of three features, two of them standardised as logarithms with awkward means and scales."""
    features = [
        feature("a", min=0.01, max=900.0, mean=1.2345678901, scale=0.777, offset=0.0),
        feature("b", min=1e-6, max=1e6, mean=-0.1, scale=3.3, offset=0.0),
        feature("c", min=-50.0, max=50.0, mean=1 / 3, scale=np.pi),
    ]
    random = np.random.default_rng(11)
    places = np.column_stack([np.exp(random.normal(size=(7, 2))), random.normal(size=7) * 9]).tolist()
    return Segmenter(model(features, [segment(i, place) for i, place in enumerate(places)]), "1" * 64)


def scored(segmenter, path, out, decimal=""):
    with DuckDB() as engine:
        counts = score(engine, open_table(engine, str(path)), segmenter, out, Manner(decimal))
    return counts, duckdb.sql(f"SELECT * FROM '{out}'").fetchall(), duckdb.sql(f"SELECT * FROM '{out}'").columns


def expected(segmenter, values):
    """Return what the function answers, in the order of `RESULTS`."""
    answer = segmenter.assign(values)
    return (
        answer.segment.id, answer.segment.slug, answer.segment.name, answer.runner_up.slug, answer.confidence,
        answer.probability, answer.borderline, answer.typical, answer.incomplete, " ".join(answer.out_of_range) or None,
        segmenter.hash,
    )  # fmt: skip


def test_twenty_thousand_rows_have_the_functions_answers_to_the_last_bit(tmp_path):
    segmenter = segmenter_with_offsets()
    customers = customers_of(segmenter, 20_000)
    names = [feature.name for feature in segmenter.model.features]
    table, out = tmp_path / "table.parquet", tmp_path / "scored.parquet"
    columns = {
        name: np.array(values, dtype=float) for name, values in zip(names, zip(*customers, strict=True), strict=True)
    }
    duckdb.register("rows", columns)
    duckdb.sql("SELECT * FROM rows").write_parquet(str(table))  # a gap is not a number
    counts, rows, _ = scored(segmenter, table, out)
    assert (counts.rows, counts.unassigned) == (20_000, 0)
    assert counts.incomplete == sum(None in values for values in customers) > 3000
    assert [row[len(names) :] for row in rows] == [expected(segmenter, values) for values in customers]


def test_customers_on_a_border_go_where_the_function_puts_them(segmenter, tmp_path):
    table, out = tmp_path / "table.csv", tmp_path / "scored.parquet"
    grid = [(x / 2, y / 2) for x in range(21) for y in range(21)]
    table.write_text("x,y\n" + "".join(f"{x},{y}\n" for x, y in grid))
    rows = scored(segmenter, table, out)[1]
    assert [row[2:] for row in rows] == [expected(segmenter, point) for point in grid]


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_other_columns_and_the_order_of_rows_stay(segmenter, tmp_path, suffix):
    table, out = tmp_path / "table.csv", tmp_path / f"scored.{suffix}"
    table.write_text('id;"#q0";Visits per month (visits);X\n007;a;8,5;1\n003;"b;c";2;20\n')
    _, rows, columns = scored(segmenter, table, out)
    assert columns == ["id", "#q0", "Visits per month (visits)", "X", *RESULTS]
    assert [tuple(map(str, row[:2])) for row in rows] == [("007", "a"), ("003", "b;c")]
    assert [row[4:] for row in rows] == [expected(segmenter, (1.0, 8.5)), expected(segmenter, (20.0, 2.0))]
    assert rows[1][-2] == "x"


def test_rows_that_cannot_be_assigned_stay_without_a_segment_and_are_counted(logged, tmp_path):
    table, out = tmp_path / "table.csv", tmp_path / "scored.parquet"
    table.write_text("a,b,c\n1,1,1\n,1,\n0,1,1\n1,-3,1\n1,1,inf\n1,1,2e15\n,n/a,1\n,0,1\n")
    counts, rows, _ = scored(logged, table, out)
    assert (counts.rows, counts.unassigned, counts.incomplete) == (8, 7, 0)
    assert rows[0][3] is not None
    assert all(row[3:] == (*[None] * (len(RESULTS) - 1), logged.hash) for row in rows[1:])


def test_rows_that_lack_up_to_half_of_the_values_go_by_the_others_and_are_counted(segmenter, tmp_path):
    table, out = tmp_path / "table.csv", tmp_path / "scored.parquet"
    table.write_text("x,y\n1,2\n,2\n5,n/a\n-,NA\n")
    counts, rows, _ = scored(segmenter, table, out)
    assert (counts.rows, counts.unassigned, counts.incomplete) == (4, 1, 2)
    assert [row[2:] for row in rows[:3]] == [expected(segmenter, values) for values in [(1, 2), (None, 2), (5, None)]]
    assert rows[3][2:] == (*[None] * (len(RESULTS) - 1), segmenter.hash)


def test_a_value_that_is_not_a_number_is_missing_and_written_as_it_was(segmenter, tmp_path):
    table, out = tmp_path / "table.parquet", tmp_path / "scored.csv"
    values = "(1::DOUBLE, 2), (MARK, 2), (-5::DOUBLE, 3)"
    write_with_nan(f"SELECT x, y::DOUBLE AS y FROM (VALUES {values}) t(x, y)", table)
    counts = scored(segmenter, table, out)[0]
    assert (counts.rows, counts.unassigned, counts.incomplete) == (3, 0, 1)
    assert [line.split(",")[0] for line in out.read_text().splitlines()] == ["x", "1", "nan", "-5"]


def test_scoring_a_scored_table_again_replaces_the_answers(segmenter, tmp_path):
    table, once, twice = (tmp_path / name for name in ("table.csv", "once.csv", "twice.csv"))
    table.write_text("x,y\n1,2\n7,7\n")
    scored(segmenter, table, once)
    scored(segmenter, once, twice)
    assert once.read_bytes() == twice.read_bytes()


def test_a_feature_without_a_column_is_refused_with_the_columns_there_are(segmenter, tmp_path):
    table = tmp_path / "table.csv"
    table.write_text("x,z\n1,2\n")
    with pytest.raises(DataError, match="found none for Visits per month among x, z"):
        scored(segmenter, table, tmp_path / "scored.csv")


def test_text_is_refused_and_nothing_is_written(segmenter, tmp_path):
    table = tmp_path / "table.csv"
    table.write_text("x,y\n1,2\nsecret,2\n")
    with pytest.raises(DataError, match='line 3: column "x": expected a number, found text'):
        scored(segmenter, table, tmp_path / "scored.csv")
    assert [path.name for path in tmp_path.iterdir()] == ["table.csv"]


def test_the_mall_headers_are_found_for_the_pair(tmp_path):
    table = tmp_path / "table.csv"
    table.write_text("CustomerID,Genre,Annual Income (k$),SpendingScore\n1,F,20,30\n")
    pair = [feature("annual_income", label="Annual income"), feature("spending_score", label="Spending score")]
    with DuckDB() as engine:
        columns = find_features(open_table(engine, str(table)), pair)
    assert [column.header for column in columns] == ["Annual Income (k$)", "SpendingScore"]
