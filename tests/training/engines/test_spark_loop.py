"""What a campaign changed, who moved and who the customers are is the same by Spark as by DuckDB."""

import csv
import json

import numpy as np
import pytest
from click.testing import CliRunner

from tests.helpers.results import assert_same
from tests.helpers.round_trip import formulas_keep_their_customers
from tests.helpers.spark import needs_spark, spark_session
from training.commands import main
from training.engines.duckdb import DuckDB

pytestmark = [needs_spark, pytest.mark.timeout(900)]

MAY = ("--from", "2026-05-01", "--to", "2026-05-31")
DATES = ("--date-format", "%Y-%m-%d")  # else Spark tries each way of writing dates, for more than a second


@pytest.fixture(scope="module", autouse=True)
def two_cores():
    session = spark_session("local[2]", {})
    yield
    session.stop()


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """Return a folder with a made-up shop's orders, scored before and after its campaign, and who was held back."""
    folder = tmp_path_factory.mktemp("shop")
    run("sample", folder / "orders.csv", "--orders")
    model = folder / "segmenter.joblib"
    run("fit", folder / "orders.csv", "--orders", "--as-of", "2026-05-01", "--out", folder, "--k", "4")
    for name, day in (("may", "2026-05-01"), ("june", "2026-06-01")):
        run("score", folder / "orders.csv", folder / f"{name}.csv", "--orders", "--as-of", day, "--model", model)
    may = list(csv.DictReader((folder / "may.csv").read_text().splitlines()))
    rng = np.random.default_rng(71)
    with (folder / "spring.csv").open("w", newline="") as file:
        added = ["channel", "age", "campaign", "group", "findable", "share", "day"]
        writer = csv.DictWriter(file, [*may[0], *added])
        writer.writeheader()
        for row in may:
            group = "control" if rng.random() < 0.2 else "treated"
            channel = "online" if rng.random() < 0.2 + 0.2 * int(row["segment_id"]) else "store"
            cells = (channel, rng.integers(18, 80), "spring", group, "true", 0.2, "2026-05-01")
            writer.writerow({**row, **dict(zip(added, cells, strict=True))})
    return folder


def run(*arguments):
    done = CliRunner().invoke(main, [str(argument) for argument in arguments], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done


def result(*arguments):
    return json.loads(run(*arguments, "--json").stdout.splitlines()[-1])["result"]


def same_rows(folder):
    """Return how many rows both engines have written, once they are the same."""
    with DuckDB() as engine:
        spark, duckdb = (
            f"read_csv('{folder}/{name}', all_varchar = true)" for name in ("spark.csv/*.csv", "duckdb.csv")
        )
        apart = f"(FROM {spark} EXCEPT FROM {duckdb}) UNION ALL (FROM {duckdb} EXCEPT FROM {spark})"
        assert engine.rows(f"SELECT count(*) FROM ({apart})") == [(0,)]
        return engine.rows(f"SELECT count(*) FROM {spark}")[0][0]


def run_to_table(command, table, out, *options):
    """Return the rows that a command wrote, by customer, numbers as numbers."""
    run(command, table, out, *options)
    parts = sorted(out.glob("part-*")) if out.is_dir() else [out]
    rows = [row for part in parts for row in list(csv.reader(part.read_text().splitlines()))[1:]]
    return sorted(([number(cell) for cell in row] for row in rows), key=lambda row: row[0])


def number(cell):
    try:
        return float(cell)
    except ValueError:
        return cell


def test_orders_become_the_same_model_answers_and_comparison(shop, tmp_path):
    results = {}
    for engine in ("spark", "duckdb"):
        folder, options = tmp_path / engine, ("--engine", engine)
        model = ("--model", folder / "segmenter.joblib")
        orders, day = (shop / "orders.csv", "--orders", *DATES), ("--as-of", "2026-05-01")
        fitted = result("fit", *orders, *day, "--k", "4", "--out", folder, *options)
        scored = run_to_table("score", orders[0], folder / "may.csv", *orders[1:], *day, *model, *options)
        drifted = result("drift", *orders, "--as-of", "2026-05-20", *model, *options)
        parts = [(part["name"], part["size"], part["value_share"]) for part in fitted["model"]["segments"]]
        results[engine] = [fitted["notes"], *map(list, parts), drifted, [row[:-1] for row in scored]]
    assert len(results["spark"][-1]) > 3000
    assert {"recency_days", "frequency", "monetary"} < set((shop / "may.csv").read_text().split("\n")[0].split(","))
    assert_same(results["spark"], results["duckdb"])


def test_a_campaign_changed_the_same(shop):
    command = ("measure", shop / "spring.csv", shop / "orders.csv", *MAY)
    ours = result(*command, "--engine", "spark")
    assert ours["all"]["revenue_difference"] is not None
    assert ours["all"]["variance_saved"] > 0
    assert_same(ours, result(*command))


def test_the_same_customers_moved_though_their_ids_end_with_spaces(shop):
    lines = (shop / "may.csv").read_text().splitlines()
    key = lines[1].split(",")[0]
    odd = [lines[0], lines[1].replace(key, f'"{key}\t"', 1), lines[2].replace(",", " ,", 1), *lines[3:]]
    (shop / "odd.csv").write_text("\n".join(odd) + "\n")
    ours = result("movement", shop / "odd.csv", shop / "june.csv", shop / "spark.csv", "--engine", "spark")
    theirs = result("movement", shop / "may.csv", shop / "june.csv", shop / "duckdb.csv")
    assert ours["moved"] > 0
    assert_same(ours, theirs)
    assert same_rows(shop) == ours["moved"]


def test_the_same_customers_are_held_back_and_the_share_that_buys_anyway_is_the_same(shop, tmp_path):
    customers = list(csv.DictReader((shop / "may.csv").read_text().splitlines()))
    (tmp_path / "gone.csv").write_text(f"email\n{customers[0]['email']}\n")
    scored = tmp_path / "may.csv"  # as if segments were made of something else: then each has a share of its own
    scored.write_text((shop / "may.csv").read_text().replace("recency_days", "days_ago", 1))
    drawn = ("--campaign", "Frühling", "--share", 20, "--leave-out", tmp_path / "gone.csv")
    options = (*drawn, "--orders", shop / "orders.csv", "--days", 45, *DATES)
    ours = result("holdout", scored, tmp_path / "spark.csv", *options, "--engine", "spark")
    theirs = result("holdout", scored, tmp_path / "duckdb.csv", *options)
    assert ours["left_out"] == {"suppressed": 1}
    assert_same(ours, theirs)
    assert any("of the customers bought from" in note for note in ours["notes"])
    assert len({segment["base_rate"] for segment in ours["segments"]}) > 1
    assert same_rows(tmp_path) == len(customers) - 1


def test_segments_have_the_same_customers(shop):
    command = ("profile", shop / "spring.csv", "--describe", "channel,age,email")
    ours = result(*command, "--engine", "spark")
    assert [descriptor["matters"] for descriptor in ours["descriptors"]] == [True, False, False]
    assert_same(ours, result(*command))


def test_fit_says_the_same_of_value_and_customers(shop, tmp_path):
    models = {}
    for engine in ("spark", "duckdb"):
        options = ["--features", "frequency,recency_days", "--k", "3", "--value", "monetary", "--describe", "channel"]
        models[engine] = result("fit", shop / "spring.csv", *options, "--out", tmp_path / engine, "--engine", engine)
    assert_same(models["spark"]["profile"], models["duckdb"]["profile"])
    shares = {engine: [s["value_share"] for s in found["model"]["segments"]] for engine, found in models.items()}
    assert_same(shares["spark"], shares["duckdb"])


def test_ids_that_a_spreadsheet_would_run_are_the_same_customers(tmp_path):
    formulas_keep_their_customers(tmp_path, "--engine", "spark")
