"""DuckDB has the memory that a query needs and the machine has, and says what is missing where that is not enough."""

import os
import subprocess
import sys

import duckdb as library
import pytest
from click.testing import CliRunner

from function.model.bounds import MAX_FEATURES
from tests.helpers.command_line import run
from tests.helpers.service import ROOT
from training.commands import main
from training.engines import duckdb, watchdog
from training.engines.duckdb import DuckDB
from training.engines.engine import EngineError


def wide(columns, rows):
    """Return SQL of a table of texts."""
    texts = ", ".join(f"i || ' of column {column}' AS c{column}" for column in range(columns))
    return f"SELECT {texts} FROM range({rows}) AS t(i)"


def test_a_query_that_needs_more_than_it_first_gets_is_given_more(monkeypatch):
    monkeypatch.setattr(duckdb, "MEMORY", 4 * 2**20)
    with DuckDB() as engine:
        values = ", ".join(f"max(md5(concat(i, {column})))" for column in range(300))
        row = engine.rows(f"SELECT {values} FROM range(3000) AS t(i)")[0]
    assert row == library.sql(f"SELECT {values} FROM range(3000) AS t(i)").fetchall()[0]


def test_what_is_kept_is_laid_aside_where_memory_is_given_back_and_a_query_that_needs_more_gets_more(monkeypatch):
    monkeypatch.setattr(duckdb, "_LITTLE", 4 * 2**20)
    held = "SELECT sum(memory_usage_bytes) FROM duckdb_memory()"
    with DuckDB() as engine:
        table = engine.keep(wide(2, 200_000))
        before = engine.rows(held)[0][0]
        engine.shrink()
        assert engine.rows(held)[0][0] <= duckdb._LITTLE < before / 2
        assert engine.rows(f"SELECT count(*), max(c1) FROM {table.sql}") == [(200_000, "99999 of column 1")]
        assert engine.rows(f"SELECT count(DISTINCT c1) FROM {table.sql}") == [(200_000,)]
        assert engine._limit > duckdb._LITTLE


def test_where_the_machine_s_memory_is_not_enough_the_message_says_so_and_what_to_do(monkeypatch):
    monkeypatch.setattr(duckdb, "MEMORY", 4 * 2**20)
    with DuckDB() as engine:
        engine._most = engine._limit
        with pytest.raises(
            EngineError, match=r"^the machine's memory is not enough: choose fewer columns, or a machine"
        ):
            engine.rows(f"SELECT {', '.join(f'max(md5(concat(i, {c})))' for c in range(300))} FROM range(3000) AS t(i)")


def test_a_query_that_only_waits_is_ended_and_named(monkeypatch):
    monkeypatch.setattr(watchdog, "PATIENCE", 0.3)
    with DuckDB() as engine, pytest.raises(EngineError, match=r"^DuckDB stopped working on a query and was ended"):
        engine.rows("SELECT sum(sleep_ms(10)) FROM range(10000000)")


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_a_wide_table_is_written_in_its_order_with_little_memory(tmp_path, suffix):
    out = tmp_path / f"out.{suffix}"
    with DuckDB() as engine:
        table = engine.define(wide(40, 100_000))
        engine.write(f"SELECT * FROM {table.sql}", str(out))
        assert engine._limit == duckdb.MEMORY
        first = engine.rows(
            f"SELECT count(*), count(*) FILTER (WHERE c0 <> n || ' of column 0') FROM "
            f"(SELECT c0, row_number() OVER () - 1 AS n FROM '{out}')"
        )[0]
    assert first == (100_000, 0)


def test_an_instant_s_day_is_that_of_utc_whatever_the_machine_s_time_zone(tmp_path):
    path = tmp_path / "orders.parquet"
    library.sql(
        "SELECT 'a' AS customer_id, to_timestamp(1709335800 + 14400 * i) AS created_at, 10.0 AS amount "
        "FROM range(2) AS t(i)"
    ).write_parquet(str(path))  # 2024-03-01 23:30 and 2024-03-02 03:30 in UTC
    for zone in ("UTC", "America/Los_Angeles", "Asia/Tokyo"):
        command = [sys.executable, "-m", "training", "rfm", str(path), str(tmp_path / "rfm.csv")]
        subprocess.run(command, env={**os.environ, "TZ": zone}, cwd=ROOT, capture_output=True, check=True)
        assert (tmp_path / "rfm.csv").read_text().splitlines()[1] == "a,1,2,20", zone


def test_an_instant_s_day_is_that_of_the_time_zone_asked_for_and_it_is_said_which(tmp_path):
    path, out = tmp_path / "orders.parquet", tmp_path / "rfm.csv"
    library.sql("SELECT 'a' AS customer_id, to_timestamp(1709335800) AS created_at, 10.0 AS amount").write_parquet(
        str(path)
    )  # 2024-03-01 23:30 in UTC, the next day in Berlin
    for zone, recency in (("UTC", 9), ("Europe/Berlin", 8)):
        done = CliRunner().invoke(main, ["rfm", str(path), str(out), "--as-of", "2024-03-10", "--time-zone", zone])
        assert f"created_at: days are those of {zone}; another zone with --time-zone." in done.stderr
        assert out.read_text().splitlines()[1] == f"a,{recency},1,10"


def test_an_unknown_time_zone_is_refused():
    done = CliRunner().invoke(main, ["rfm", "orders.parquet", "out.csv", "--time-zone", "Berlin"])
    assert done.exit_code == 2
    assert "expected a time zone such as Europe/Berlin or UTC, found 'Berlin'" in done.stderr


@pytest.mark.slow
def test_a_table_of_a_few_rows_and_many_columns_is_fitted_and_scored(tmp_path):
    names = [f"f{number}" for number in range(MAX_FEATURES)]
    rows = [";".join(str((row * 7 + column * 3) % 10 + 0.5) for column in range(len(names))) for row in range(6)]
    (tmp_path / "table.csv").write_text("\n".join([";".join(names), *rows]))
    model = tmp_path / "segmenter.joblib"
    run("fit", tmp_path / "table.csv", "--features", ",".join(names), "--k", 2, "--out", tmp_path)
    run("score", tmp_path / "table.csv", tmp_path / "scored.csv", "--model", model)
    assert len((tmp_path / "scored.csv").read_text().splitlines()) == 7


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_csv('{elsewhere}/table.csv')",
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM glob('/etc/*')",
        "COPY (SELECT 1) TO '{elsewhere}/out.csv'",
        "ATTACH '{elsewhere}/other.duckdb'",
        "SELECT * FROM read_csv('https://shop.example/table.csv')",
        "INSTALL httpfs",
        "SET enable_external_access = true",
        "SET allowed_directories = ['/']",
    ],
)
def test_an_engine_within_a_folder_opens_nothing_outside_of_it(tmp_path, tmp_path_factory, sql):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    for folder in (tmp_path, elsewhere):
        (folder / "table.csv").write_text("a\n1\n")
    with DuckDB(within=tmp_path) as engine:
        assert engine.rows(f"SELECT * FROM read_csv('{tmp_path}/table.csv')") == [(1,)]
        with pytest.raises(EngineError, match="DuckDB gave up"):
            engine.rows(sql.format(elsewhere=elsewhere))
        with pytest.raises(EngineError, match="--within"):
            engine.location(str(elsewhere / "table.csv"))
        (tmp_path / "link.csv").symlink_to(elsewhere / "table.csv")
        with pytest.raises(EngineError, match="--within"):
            engine.location(str(tmp_path / "link.csv"))


def test_an_engine_within_a_folder_spills_and_writes_as_any_other(tmp_path):
    with DuckDB(within=tmp_path) as engine:
        table = engine.keep("SELECT range AS a, md5(CAST(range AS STRING)) AS b FROM range(300000)")
        engine.write(f"SELECT * FROM {table.sql} ORDER BY b", str(tmp_path / "out.csv"))
        assert (tmp_path / "out.csv").read_text().count("\n") == 300_001


@pytest.mark.parametrize(
    ("values", "different"),
    [
        ("(1), (2), (2), (NULL), (5)", 3),
        ("(-3), (-3), (7)", 2),
        ("(-9223372036854775808), (9223372036854775807), (0), (0)", 3),
        ("(CAST(NULL AS BIGINT))", 0),
    ],
)
def test_different_whole_numbers_are_counted_in_a_short_range_and_in_a_long_one(values, different):
    with DuckDB() as engine:
        table = engine.keep(f"SELECT * FROM (VALUES {values}) AS t(n)")
        low, high = engine.rows(f"SELECT coalesce(min(n), 0), coalesce(max(n), 0) FROM {table.sql}")[0]
        assert engine.rows(f"SELECT {engine.count_different('n', low, high)} FROM {table.sql}") == [(different,)]
