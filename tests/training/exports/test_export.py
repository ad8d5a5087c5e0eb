"""The model in other engines: really run in each that can be, and the same as the function on every row."""

import functools
import itertools
import json
import math
import random
import re
from collections.abc import Iterator

import duckdb
import formualizer
import psycopg
import pytest
import sqlglot
from click.testing import CliRunner
from sqlglot import exp

from function.model import LARGEST, Segmenter, load
from tests.helpers import models, postgres
from tests.helpers.customers import customers, segmenter_with_offsets
from tests.helpers.service import ROOT
from training.commands import main
from training.exports import export as training_export

N_ROWS = 10_000
ODD_TEXTS = ['It\'s "fine"', "back\\slash 'n' $$", "new\nline; -- no comment", "größe ☃ `tick`"]


def _odd() -> Segmenter:
    """Return a model with two logarithms, and with names that need every kind of escape."""
    features = [
        models.feature("it's (k$) `a`", min=0.01, max=5000.0, offset=0.0, mean=3.3, scale=1.7),
        models.feature("order", min=-50.0, max=50.0, mean=0.1, scale=13.0),
        models.feature("größe; --", min=1.0, max=9.0, offset=0.0, mean=1.1, scale=0.3),
    ]
    values = random.Random(7)
    centroids = [[math.exp(values.gauss(3, 2)), values.gauss(0, 20), math.exp(values.gauss(1, 0.5))] for _ in range(4)]
    segments = [models.segment(i, centroid, name=ODD_TEXTS[i]) for i, centroid in enumerate(centroids)]
    return Segmenter(models.model(features, segments), "0" * 64)


def _wide() -> Segmenter:
    """Return a model whose features' names are too long or too alike for some engine."""
    features = [models.feature("x" * 100), models.feature("a"), models.feature("A")]
    segments = [models.segment(i, [float(i), 2.0 * i, 3.0]) for i in range(3)]
    return Segmenter(models.model(features, segments), "0" * 64)


SEGMENTERS = {
    "square": Segmenter(models.square(), "0" * 64),
    "odd": _odd(),
    "wide": _wide(),
    "offsets": segmenter_with_offsets(),
    "shipped": load(ROOT / "models" / "segmenter.joblib"),
}
every_model = pytest.mark.parametrize("segmenter", SEGMENTERS.values(), ids=SEGMENTERS)


@functools.cache
def _rows(segmenter: Segmenter) -> list[tuple[float | None, ...]]:
    """Return customers: many anywhere, many on or beside a border, some with gaps, some whom the function refuses."""
    dice = random.Random(3)
    refused = [math.nan, math.inf, -math.inf, 1.1e15, 0.0, -1.0]
    rows = [list(row) for row in customers(segmenter, N_ROWS)]
    for row in rows[::50]:
        row[dice.randrange(len(row))] = dice.choice(refused)
    rows[7] = [None] * len(rows[7])
    return [tuple(row) for row in rows]


@functools.cache
def _expected(segmenter: Segmenter) -> list[str | None]:
    """Return the function's answers to the rows."""
    return _answers(segmenter, _rows(segmenter))


def _answers(segmenter: Segmenter, rows) -> list[str | None]:
    def takes(feature, value):
        return value is None or feature.lowest <= value <= LARGEST

    return [
        segmenter.assign(row).segment.name
        if all(map(takes, segmenter.model.features, row)) and row.count(None) <= len(row) // 2
        else None
        for row in rows
    ]


def _arguments(segmenter: Segmenter) -> list[str]:
    names = [feature.name for feature in segmenter.model.features]
    return ["feature_1", "feature_2", "feature_3"] if "A" in names else names


def _quoted(names: list[str]) -> list[str]:
    return ['"' + name.replace('"', '""') + '"' for name in names]


def _query_of_the_comment(sql: str) -> str:
    """Return the test that stands in a comment above the statement."""
    comment = itertools.takewhile(lambda line: line.startswith("--"), sql.splitlines())
    lines = [line.removeprefix("-- ") for line in comment]
    return "\n".join(lines[lines.index("Test: this query finds no row.") + 1 :])


def _duckdb(segmenter: Segmenter, rows) -> duckdb.DuckDBPyConnection:
    """Return a database with a table of the rows, a column a parameter."""
    database = duckdb.connect()
    columns = ", ".join(f"{name} DOUBLE" for name in _quoted(_arguments(segmenter)))
    database.execute(f"CREATE TABLE customers (place INTEGER, {columns})")
    marks = ", ".join("unnest(?)" for _ in range(len(rows[0]) + 1))
    database.execute(
        f"INSERT INTO customers SELECT {marks}", [list(range(len(rows))), *map(list, zip(*rows, strict=True))]
    )
    return database


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """Yield how to connect to a PostgreSQL server."""
    with postgres.running() as address:
        yield address


@pytest.fixture
def postgresql(server: str) -> Iterator[psycopg.Connection]:
    """Yield a connection whose work is undone at the end."""
    with psycopg.connect(server) as connection:
        yield connection
        connection.rollback()


@every_model
def test_duckdb_agrees_on_every_row(segmenter):
    rows = _rows(segmenter)
    database = _duckdb(segmenter, rows)
    database.execute(training_export.export(segmenter, "duckdb", "main.segment"))
    call = f"main.segment({', '.join(_quoted(_arguments(segmenter)))})"
    answers = [name for (name,) in database.execute(f"SELECT {call} FROM customers ORDER BY place").fetchall()]
    assert answers == _expected(segmenter)
    assert len(set(answers)) > 2


@every_model
def test_postgresql_agrees_on_every_row(segmenter, postgresql):
    rows = _rows(segmenter)
    columns = _quoted(_arguments(segmenter))
    postgresql.execute(f"CREATE TABLE customers (place int, {', '.join(f'{name} float8' for name in columns)})")
    with postgresql.cursor().copy("COPY customers FROM STDIN") as copy:
        for place, row in enumerate(rows):
            copy.write_row((place, *row))
    postgresql.execute(training_export.export(segmenter, "postgres", "public.segment"))
    query = f"SELECT segment({', '.join(columns)}) FROM customers ORDER BY place"
    assert [name for (name,) in postgresql.execute(query).fetchall()] == _expected(segmenter)


@pytest.mark.slow
@every_model
@pytest.mark.parametrize("target", ["bigquery", "spark"])
def test_the_other_dialects_are_parsed_and_agree_when_run_by_duckdb(segmenter, target):
    rows = _rows(segmenter)
    create = sqlglot.parse_one(training_export.export(segmenter, target, "crm.segment"), read=target)
    assert isinstance(create, exp.Create)
    assert create.kind == "FUNCTION"
    parameters = [parameter.this.name for parameter in create.this.expressions]
    assert parameters == _arguments(segmenter)
    expression = create.expression.sql("duckdb").removeprefix("RETURN ")
    database = _duckdb(segmenter, rows)
    answers = database.execute(f"SELECT {expression} FROM customers ORDER BY place").fetchall()
    assert [name for (name,) in answers] == _expected(segmenter)


@every_model
@pytest.mark.parametrize("target", ["bigquery", "spark"])
def test_the_test_in_the_comment_is_parsed_in_the_other_dialects(segmenter, target):
    query = _query_of_the_comment(training_export.export(segmenter, target, "segment"))
    select = sqlglot.parse_one(query, read=target)
    texts = [literal.this for literal in select.find_all(exp.Literal) if literal.is_string]
    names = {segment.id: segment.name for segment in segmenter.model.segments}
    assert sorted(texts) == sorted(names[golden.segment_id] for golden in segmenter.model.golden)


@every_model
def test_the_test_in_the_comment_finds_nothing_in_duckdb_and_everything_with_another_model(segmenter):
    database = duckdb.connect()
    sql = training_export.export(segmenter, "duckdb", "segment")
    database.execute(sql)
    assert database.execute(_query_of_the_comment(sql)).fetchall() == []
    database.execute(re.sub(r"THEN '", "THEN 'not ", sql))
    assert len(database.execute(_query_of_the_comment(sql)).fetchall()) == len(segmenter.model.golden)


@every_model
def test_the_test_in_the_comment_finds_nothing_in_postgresql(segmenter, postgresql):
    sql = training_export.export(segmenter, "postgres", "segment")
    postgresql.execute(sql)
    assert postgresql.execute(_query_of_the_comment(sql)).fetchall() == []


def test_a_constant_that_has_no_logarithm_is_null_and_no_error(postgresql):
    postgresql.execute(training_export.export(SEGMENTERS["odd"], "postgres", "segment"))
    for values in ("-5, 1, 2", "1, 1, 0", "NULL, 1, NULL", "NULL, 1, 0", "'NaN', 1, 2"):
        assert postgresql.execute(f"SELECT segment({values})").fetchone() == (None,)


def test_whole_numbers_and_decimals_are_taken_as_they_stand(postgresql):
    sql = {target: training_export.export(SEGMENTERS["square"], target, "segment") for target in ("duckdb", "postgres")}
    query = "SELECT segment(2, 3::integer), segment(8.5::decimal(4,2), 8), segment(2::bigint, 7.9::real)"
    expected = ("Kind 0", "Kind 3", "Kind 2")
    database = duckdb.connect()
    database.execute(sql["duckdb"])
    assert database.execute(query).fetchone() == expected
    postgresql.execute(sql["postgres"])
    assert postgresql.execute(query).fetchone() == expected


@every_model
def test_the_formula_agrees_with_the_function(segmenter):
    formula = training_export.export(segmenter, "sheets", "segment").strip()
    rows = [golden.values for golden in segmenter.model.golden] + _rows(segmenter)[:1500]
    rows = [row for row in rows if all(value is None or math.isfinite(value) for value in row)]
    workbook = formualizer.Workbook()
    workbook.add_sheet("Customers")
    for number, row in enumerate(rows, 2):
        for column, value in enumerate(row, 1):
            if value is None:
                continue
            workbook.set_value("Customers", number, column, value)
        there = re.sub(r"\b([A-Z])2\b", rf"\g<1>{number}", formula)
        workbook.set_formula("Customers", number, len(row) + 1, there)
    workbook.evaluate_all()
    answers = [workbook.get_value("Customers", number, len(rows[0]) + 1) for number in range(2, len(rows) + 2)]
    assert answers == [name or "" for name in _answers(segmenter, rows)]


def test_the_json_is_enough_to_assign():
    for segmenter in SEGMENTERS.values():
        content = json.loads(training_export.export(segmenter, "json", "segment"))
        assert content["model"] == segmenter.hash
        for golden in content["golden"]:
            nearest = min(content["segments"], key=functools.partial(_square_by_json, content["features"], golden))
            assert nearest["id"] == golden["segment_id"]


def _square_by_json(features: list[dict], golden: dict, segment: dict) -> float:
    """Return the squared distance as somebody would work it out who has nothing but the JSON."""
    square = 0.0
    for feature, value, centre in zip(features, golden["values"], segment["standardised_centroid"], strict=True):
        if value is None:
            continue
        scaled = value if feature["offset"] is None else math.log(value + feature["offset"])
        square += ((scaled - feature["mean"]) / feature["scale"] - centre) ** 2
    return square


@pytest.mark.parametrize("target", training_export.TARGETS)
def test_the_command_writes_the_shipped_model_in_every_form(target, tmp_path):
    file = tmp_path / "out"
    done = CliRunner().invoke(main, ["export", "--to", target, "--out", str(file)])
    assert (done.exit_code, done.output) == (0, "")
    assert file.read_text() == training_export.export(SEGMENTERS["shipped"], target, "segment")


def test_the_command_names_the_function_as_asked():
    done = CliRunner().invoke(main, ["export", "--to", "bigquery", "--name", "my-shop.crm.segment"])
    assert "FUNCTION `my-shop`.`crm`.`segment`(`annual_income` FLOAT64" in done.output


@pytest.mark.parametrize("target", ["sheets", "json"])
def test_a_name_is_refused_where_no_function_is_made(target):
    done = CliRunner().invoke(main, ["export", "--to", target, "--name", "segment"])
    assert done.exit_code == 2
    assert done.output.splitlines()[-1] == f"Error: --name is of a SQL function: leave it out with --to {target}"


@pytest.mark.parametrize(("name", "kept"), [("é" * 31 + "x", True), ("é" * 32, False)])
def test_names_that_postgresql_would_cut_are_replaced(name, kept):
    features = [models.feature(name), models.feature("y")]
    segmenter = Segmenter(models.model(features, [models.segment(i, [i * 3.0, i]) for i in range(2)]), "0" * 64)
    assert (f'"{name}" double' in training_export.export(segmenter, "postgres", "segment")) is kept


def test_a_missing_model_is_wrong_usage(tmp_path):
    done = CliRunner().invoke(main, ["export", "--to", "json", "--model", str(tmp_path / "none")])
    assert done.exit_code == 2
    assert f"{tmp_path / 'none'}: no such file; make a model with fit" in done.output
