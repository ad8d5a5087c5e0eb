"""Spark answers as DuckDB does: the same customers, samples, models and scored rows."""

import json
import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from function.model import Segmenter, load
from tests.helpers.customers import customers, segmenter_with_offsets
from tests.helpers.spark import needs_spark, spark_session
from tests.helpers.tables import fitted, read
from training.clustering import sample
from training.commands import main
from training.engines.duckdb import DuckDB
from training.engines.engine import KEY, EngineError, Url
from training.exports.export import export
from training.files.formats import open_table
from training.files.source import DataError
from training.fit import Options
from training.scoring import drift
from training.scoring.nearest import count_members, nearest
from training.scoring.score import score, with_segments
from training.tables import customers as customers_
from training.tables.orders.columns import Choice
from training.tables.orders.rfm import summarise_orders
from training.targeting.profile import profile

pytestmark = [
    needs_spark,
    pytest.mark.timeout(900),  # a cold Java on a busy machine
]
EVERY = 2**31 - 1  # of a plan's fields
SAMPLE = 20_000  # instead of sample.SAMPLE
CUSTOMERS = 3 * SAMPLE // 2  # more than are sampled, so that the rest is passed over too
MESSY = """id;Umsatz;Alter
a;1.600,50 €;30
b;(12,5);40
b;(12,5);40
c;n/a;50
d;inf;20
e;7;
f;0,5;61
"""
ORDERS = """customer,date,amount,order
anna,03.01.24,10.5,1
anna,03.01.24,2,1
anna,28.02.24,-2,2
bert,15.02.24,0,3
carl,29.02.24,-7,4
,01.02.24,5,5
dora,31.12.99,1e3,6
"""


@pytest.fixture(scope="module")
def bucket(tmp_path_factory):
    """Return the folder that Spark reaches as gs://shop/data: no bucket, but the same way through Hadoop's file API."""
    return tmp_path_factory.mktemp("bucket")


@pytest.fixture(scope="module", autouse=True)
def two_cores(bucket):
    """Start Spark on two cores; yields the session."""
    settings = {
        "spark.hadoop.fs.gs.impl": "org.apache.hadoop.fs.viewfs.ViewFileSystemOverloadScheme",
        "spark.hadoop.fs.viewfs.overload.scheme.target.gs.impl": "org.apache.hadoop.fs.LocalFileSystem",
        "spark.hadoop.fs.viewfs.mounttable.shop.link./data": bucket.as_uri(),
    }
    session = spark_session("local[2]", settings)
    yield session
    session.stop()


@pytest.fixture
def spark():
    from training.engines.spark import Spark  # noqa: PLC0415 - needs PySpark

    with Spark() as engine:
        yield engine


@pytest.fixture
def duckdb():
    with DuckDB() as engine:
        yield engine


@pytest.fixture(scope="module")
def groups(tmp_path_factory):
    """Return a Parquet file of many customers in five groups, one of their columns skewed."""
    path = tmp_path_factory.mktemp("groups") / "customers.parquet"
    noise = [f"(hash(i, {seed}) % 1000000 + 1) / 1000001.0" for seed in (1, 2, 3)]
    with DuckDB() as engine:
        engine.write(
            f"SELECT i AS customer_id, round(20 * (i % 5) + 9 * sqrt(-2 * ln({noise[0]})) * cos(6.28 * {noise[1]}), 2) "
            f"AS visits, round(exp(i * 3 % 5 + 0.4 * sqrt(-2 * ln({noise[2]})) * sin(6.28 * {noise[1]})), 4) AS spent "
            f"FROM range({CUSTOMERS}) AS t(i)",
            str(path),
        )
    return path


def run(*arguments):
    result = CliRunner().invoke(main, [str(argument) for argument in arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.stderr
    return result


def same_model(ours, theirs):
    assert [(s.id, s.slug, s.name, s.size) for s in ours.segments] == [
        (s.id, s.slug, s.name, s.size) for s in theirs.segments
    ]
    assert [(f.name, f.offset, f.min, f.max, f.step) for f in ours.features] == [
        (f.name, f.offset, f.min, f.max, f.step) for f in theirs.features
    ]
    np.testing.assert_allclose(
        [s.centroid for s in ours.segments], [s.centroid for s in theirs.segments], rtol=1e-9, atol=0
    )


def test_more_customers_than_are_sampled_get_the_same_model_and_the_same_answers_from_a_bucket(
    groups, bucket, tmp_path, duckdb, monkeypatch
):
    monkeypatch.setattr(sample, "SAMPLE", SAMPLE)
    (bucket / "customers").mkdir()
    shutil.copy(groups, bucket / "customers/part-0.parquet")
    tables = {"duckdb": groups, "spark": "gs://shop/data/customers/"}
    for engine, table in tables.items():
        folder = tmp_path / engine
        run("fit", table, "--features", "visits,spent", "--k", "5", "--out", folder, "--engine", engine)
    ours, theirs = (load(tmp_path / engine / "segmenter.joblib").model for engine in ("spark", "duckdb"))
    assert ours.provenance["rows"] == CUSTOMERS
    assert any(feature.offset is not None for feature in ours.features)
    same_model(ours, theirs)
    model = ("--model", tmp_path / "duckdb/segmenter.joblib")
    run("score", groups, tmp_path / "scored.parquet", *model)
    for table, out in (("gs://shop/data/customers", "scored.parquet"), (tables["spark"], "scored.parquet/")):
        run("score", table, f"gs://shop/data/{out}", *model, "--engine", "spark")
    one, other = (f"read_parquet('{tmp_path}/scored.parquet')", f"read_parquet('{bucket}/scored.parquet/*.parquet')")
    answers = "customer_id, visits, spent, segment_id, segment_name, runner_up, borderline, typical, out_of_range"
    assert duckdb.rows(f"SELECT {answers} FROM {one} EXCEPT SELECT {answers} FROM {other}") == []
    rows, apart = duckdb.rows(
        f"SELECT count(*), max(abs(a.confidence - b.confidence)) FROM {one} AS a JOIN {other} AS b USING (customer_id)"
    )[0]
    assert (rows, apart) == (CUSTOMERS, pytest.approx(0, abs=1e-12))
    drifts = {engine: run("drift", table, *model, "--engine", engine).stdout for engine, table in tables.items()}
    assert drifts["spark"] == drifts["duckdb"]
    assert "0.0000  Shares of the segments: as in training" in drifts["spark"]


def test_samples_are_the_same_rows_in_the_same_order(groups, duckdb, spark):
    drawn = []
    for engine in (duckdb, spark):
        customers = read(engine, groups, ["visits", "spent"])
        drawn.append(
            sample.sample_rows(
                engine, [column.name for column in customers.columns], customers.table.sql, 0.1, 1
            ).tolist()
        )
    assert drawn[0] == drawn[1]
    assert len(drawn[0]) == pytest.approx(CUSTOMERS / 10, rel=0.1)


def test_a_messy_table_is_read_in_the_same_way(tmp_path, duckdb, spark):
    path = tmp_path / "messy.csv"
    path.write_text(MESSY, encoding="utf-8")
    results = []
    for engine in (duckdb, spark):
        customers = read(engine, path, ["Umsatz", "Alter"])
        rows = engine.rows(f"SELECT umsatz, alter FROM {customers.table.sql} ORDER BY {KEY}")
        results.append((customers.notes, customers.rows, customers.left_out, customers.sha256, rows))
    assert results[0] == results[1]
    assert results[0][-1] == [(1600.5, 30.0), (-12.5, 40.0), (0.5, 61.0)]


def test_two_tables_in_one_engine_keep_their_rows_and_digests(tmp_path, duckdb, spark):
    tables = [tmp_path / "first", tmp_path / "second"]
    for number, folder in enumerate(tables):
        folder.mkdir()
        for part in range(2):
            rows = f"SELECT i::DOUBLE % 7 + {number} AS x, i::DOUBLE * 37 % 11 AS y FROM range({part}, 99) AS t(i)"
            duckdb.write(rows, str(folder / f"part-{part}.parquet"))
    customers = [read(spark, folder, ["x", "y"]) for folder in tables]
    lowest = [spark.rows(f"SELECT min(x), count(*) FROM {each.table.sql}")[0] for each in customers]
    assert lowest == [(0, 197), (1, 197)]
    assert [spark.digest(str(folder)) for folder in tables] == [each.sha256 for each in customers]
    assert customers[0].sha256 != customers[1].sha256
    models = [fitted(spark, each, Options(3)).model for each in customers]
    compared = [drift.measure(spark, each, Segmenter(models[0], "")) for each in customers]
    drifts = [max(judgement.index for judgement in each.features.values()) for each in compared]
    assert drifts[0] == pytest.approx(0, abs=1e-9)
    assert drifts[1] > drift.LARGE


def test_a_customer_who_is_there_twice_is_found_in_parts(tmp_path, spark, monkeypatch):
    monkeypatch.setattr(customers_, "PART", 2)
    path = tmp_path / "customers.csv"
    path.write_text("id,x,y\n" + "".join(f"c{i % 6},{i % 6},2\n" for i in range(7)), encoding="utf-8")
    assert read(spark, path, ["x", "y"]).rows == 6


def test_orders_of_a_bucket_become_the_same_customers_in_it(bucket, tmp_path, duckdb):
    (bucket / "orders.csv").write_text(ORDERS, encoding="utf-8")
    tables = {"duckdb": (bucket, tmp_path / "rfm.csv"), "spark": ("gs://shop/data", "gs://shop/data/rfm.csv")}
    notes = {}
    for engine, (folder, out) in tables.items():
        said = run("rfm", f"{folder}/orders.csv", out, "--engine", engine, "--json").stdout
        notes[engine] = json.loads(said.splitlines()[-1])["result"]["notes"]
    assert notes["spark"] == notes["duckdb"] != []
    ours, theirs = (
        duckdb.rows(f"SELECT * FROM read_csv('{written}', header = true) ORDER BY customer_id")
        for written in (f"{bucket}/rfm.csv/*.csv", tables["duckdb"][1])
    )
    assert ours == theirs
    assert [row[0] for row in ours] == ["anna", "bert", "dora"]
    assert [path.name for path in bucket.iterdir() if "partial" in path.name] == []


SHOPIFY = """Name,Email,Financial Status,Currency,Total,Created at,Billing City,Refunded Amount
#1,Ada@x.org,paid,EUR,10,03/01/2024 10:00 AM,Bonn,0
#1,Ada@x.org,,,,03/01/2024 10:00 AM,,
#2,Ada <ada@x.org>,partially_refunded,EUR,20,03/05/2024 11:00 PM,Köln,5
#3,ben@x.org,refunded,EUR,30,03/06/2024 10:00 AM,Rome,30
#4,NULL,paid,EUR,40,03/07/2024 10:00 AM,,0
#5,ben@x.org,paid,EUR,50,03/08/2024 10:00 AM,,0
"""


def test_a_row_of_empty_cells_is_blank_on_both(tmp_path, duckdb, spark):
    path = tmp_path / "orders.csv"
    path.write_text(f"{ORDERS},, ,\n", encoding="utf-8")
    sources = [open_table(engine, str(path)) for engine in (duckdb, spark)]
    assert [source.rows for source in sources] == [7, 7]
    assert [source.notes for source in sources] == [
        ("Line 9 left out: it is blank.",),
        ("1 line left out: it is blank.",),
    ]


def test_orders_of_a_shop_become_the_same_customers_with_their_newest_contacts(tmp_path, duckdb, spark):
    path = tmp_path / "orders.csv"
    path.write_text(SHOPIFY, encoding="utf-8")
    answers = []
    for engine in (duckdb, spark):
        choice = Choice(date_format=("%m/%d/%Y %I:%M %p",))
        summary = summarise_orders(engine, open_table(engine, str(path)), choice)
        columns = "customer_id, recency_days, frequency, monetary, email, city"
        answers.append((summary.notes, engine.rows(f"SELECT {columns} FROM {summary.table.sql}")))
    assert answers[0] == answers[1]
    assert answers[0][1] == [
        ("ada@x.org", 4, 2, 25.0, "Ada <ada@x.org>", "Köln"),
        ("ben@x.org", 1, 1, 50.0, "ben@x.org", None),
    ]


def test_a_folder_of_files_is_one_table(tmp_path, duckdb, spark, monkeypatch):
    folder = tmp_path / "customers"
    folder.mkdir()
    for number, start in enumerate((0, 100, 200)):
        rows = f"SELECT i::DOUBLE % 7 AS x, i::DOUBLE * 37 % 11 AS y FROM range({start}, {start + 100}) AS t(i)"
        duckdb.write(rows, str(folder / f"part-{number}.parquet"))
    duckdb.write(f"SELECT * FROM read_parquet('{folder}/*.parquet')", str(tmp_path / "whole.parquet"))
    monkeypatch.setattr(sample, "SAMPLE", 250)
    fit = fitted(spark, read(spark, folder, ["x", "y"]), Options(3))
    assert fit.model.provenance["rows"] == 300
    assert len(fit.X) < 300
    assert fit.model.provenance["source"] == "customers"


def test_a_table_of_the_catalogue_is_found_by_its_name(spark):
    visitors = spark.define("SELECT CAST(id AS DOUBLE) AS x, CAST(id % 3 AS INT) AS y FROM range(9)").sql
    source = open_table(spark, visitors)
    assert (source.columns, source.path.name) == ({"x": "DOUBLE", "y": "INT"}, visitors)


def test_a_file_that_is_not_there_and_a_ragged_line_are_data_errors(tmp_path, spark):
    with pytest.raises(DataError, match=r"nowhere\.csv: cannot be read: no such file"):
        open_table(spark, str(tmp_path / "nowhere.csv"))
    path = tmp_path / "ragged.csv"
    path.write_text("x,y\n1,2\n1,2,3\n", encoding="utf-8")
    with pytest.raises(DataError, match="expected 2 fields in each line"):
        read(spark, path, ["x", "y"])


def test_a_bad_file_among_many_is_an_error_without_values_and_the_old_output_stays(tmp_path, duckdb, spark):
    folder, out = tmp_path / "in", tmp_path / "out.parquet"
    folder.mkdir()
    duckdb.write("SELECT 1.5::DOUBLE AS x", str(folder / "part-0.parquet"))
    table = open_table(spark, str(folder))
    spark.write(f"SELECT x FROM {table.sql}", str(out))
    for part in (1, 0):
        (folder / f"part-{part}.parquet").write_bytes(b"PAR1 cut short 12345")
    with pytest.raises(EngineError) as caught:
        spark.write(f"SELECT x FROM {table.sql}", str(out))
    assert "12345" not in str(caught.value)
    with pytest.raises(DataError, match="cannot be read; is it complete"):
        open_table(spark, str(folder))
    assert duckdb.rows(f"SELECT x FROM read_parquet('{out}/*.parquet')") == [(1.5,)]
    assert [path.name for path in tmp_path.iterdir() if "partial" in path.name] == []


def test_a_bucket_without_its_connector_is_named_with_what_to_do(tmp_path):
    orders = tmp_path / "orders.csv"
    orders.write_text(ORDERS, encoding="utf-8")
    for table, out in (("s3a://shop/orders", tmp_path / "rfm.csv"), (orders, "s3a://shop/rfm.csv")):
        result = CliRunner().invoke(main, ["rfm", str(table), str(out), "--engine", "spark"])
        assert result.exit_code == 1
        assert "//shop/" in result.stderr
        assert ": Spark cannot open s3a:// here: its connector is missing or not set up; add the " in result.stderr


@pytest.mark.parametrize(
    ("out", "why"),
    [
        ("gs://shop/closed/rfm.csv", "gs://shop/closed/rfm.csv: Spark cannot write there (FileNotFoundException)"),
        ("/dev/null/rfm.csv", "/dev/null/rfm.csv: Spark cannot write there (ParentNotDirectoryException)"),
    ],
)
def test_a_place_where_spark_may_not_write_is_told_before_the_table_is_read(tmp_path, out, why):
    (tmp_path / "orders.csv").write_text("no,such\ncolumns,here\n", encoding="utf-8")
    result = CliRunner().invoke(main, ["rfm", str(tmp_path / "orders.csv"), out, "--engine", "spark"])
    assert (result.exit_code, result.stderr) == (1, f"Error: {why}: check its name, and who may write\n")


def test_a_model_is_not_written_to_a_bucket_that_would_become_a_folder_of_that_name(groups):
    result = CliRunner().invoke(main, ["fit", str(groups), "--engine", "spark", "--out", "gs://shop/models"])
    assert result.exit_code == 2
    assert "expected a folder of this machine; to train into a bucket: ./deploy.sh train" in result.stderr


def test_without_java_the_message_says_what_to_install(groups, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    result = CliRunner().invoke(main, ["drift", str(groups), "--engine", "spark", "--model", "models/segmenter.joblib"])
    assert result.exit_code == 1
    assert "Spark needs Java 17 or newer: install it" in result.stderr


@pytest.mark.parametrize(("name", "address"), [("nobody-knows.invalid", "127.0.0.1"), ("localhost", None)])
def test_a_machine_whose_name_nobody_knows_is_taken_by_its_address(monkeypatch, name, address):
    from training.engines.spark import name_host  # noqa: PLC0415 - needs PySpark

    monkeypatch.setenv("SPARK_LOCAL_IP", "")
    monkeypatch.delenv("SPARK_LOCAL_IP")
    monkeypatch.setattr("socket.gethostname", lambda: name)
    name_host()
    assert os.environ.get("SPARK_LOCAL_IP") == address


def test_a_url_is_named_by_its_last_part():
    assert Url("gs://shop/customers/").name == "customers"
    assert Path(Url("customers.csv").name) == Path("customers.csv")


SEGMENTER = segmenter_with_offsets()


@pytest.fixture(scope="module")
def people(two_cores, tmp_path_factory):
    """Return customers on borders and with gaps, and the path of the table of them, `people` in the session."""
    rows = customers(SEGMENTER, 3000)
    columns = ", ".join(["place INT", *(f"{feature.name} DOUBLE" for feature in SEGMENTER.model.features)])
    frame = two_cores.createDataFrame([(place, *row) for place, row in enumerate(rows)], columns)
    frame.createOrReplaceTempView("people")
    path = tmp_path_factory.mktemp("people") / "people.parquet"
    frame.write.parquet(str(path))
    return rows, path


def test_customers_on_borders_with_offsets_and_gaps_are_answered_as_by_the_function(people, tmp_path, spark, duckdb):
    rows, table = people
    score(spark, open_table(spark, str(table)), SEGMENTER, str(tmp_path / "scored.parquet"))
    columns = "segment_id, runner_up, borderline, typical, incomplete, coalesce(out_of_range, '')"
    answered = duckdb.rows(f"SELECT {columns} FROM read_parquet('{tmp_path}/scored.parquet/*.parquet') ORDER BY place")
    assert answered == [
        (a.segment.id, a.runner_up.slug, a.borderline, a.typical, a.incomplete, " ".join(a.out_of_range))
        for a in map(SEGMENTER.assign, rows)
    ]


def test_each_square_is_written_into_a_plan_once_and_not_for_each_mention(people, spark, monkeypatch, tmp_path):
    """Else Spark plans for minutes where there are ten segments (see training.scoring.nearest)."""
    plans, plain_sql = [], spark._sql

    def noted_sql(sql):
        frame = plain_sql(sql)
        plans.append(frame._jdf.queryExecution().optimizedPlan().treeString(True, False, EVERY, False, False))
        return frame

    monkeypatch.setattr(spark, "_sql", noted_sql)
    source = open_table(spark, str(people[1]))
    described = [SEGMENTER.model.features[0].name]
    segments = sorted((segment.id, segment.slug, segment.name) for segment in SEGMENTER.model.segments)
    score(spark, source, SEGMENTER, str(tmp_path / "scored.parquet"))
    profile(spark, with_segments(spark, source, SEGMENTER, described), segments, described)
    count_members(spark, nearest(source.sql, SEGMENTER.model.features, SEGMENTER.centroids), len(segments))
    centroid = repr(SEGMENTER.centroids[0][0])
    assert {plan.count(centroid) for plan in plans} == {0, 2}


def test_the_exported_function_answers_them_as_the_function_too(people, two_cores):
    rows, _ = people
    two_cores.sql(export(SEGMENTER, "spark", "segment"))
    names = ", ".join(feature.name for feature in SEGMENTER.model.features)
    answered = two_cores.sql(f"SELECT segment({names}) FROM people ORDER BY place").collect()
    assert [name for (name,) in answered] == [SEGMENTER.assign(row).segment.name for row in rows]
