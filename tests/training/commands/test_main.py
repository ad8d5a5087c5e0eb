"""The command line, as its users meet it."""

import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from function.model import load
from tests.helpers.service import ROOT
from tests.helpers.tables import MALL, needs_mall
from training.commands import main
from training.naming.words import VERDICTS


def run(*arguments):
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    path = tmp_path_factory.mktemp("table") / "customers.csv"
    assert run("sample", path).exit_code == 0
    return path


def test_fit_writes_a_model_that_loads_and_a_card_that_names_it(table, tmp_path):
    done = run("fit", table, "--out", tmp_path)
    assert done.exit_code == 0, done.output
    segmenter = load(tmp_path / "segmenter.joblib")
    card = (tmp_path / "README.md").read_text()
    assert card.startswith(f"# Customer segments `{segmenter.hash}`\n")
    for segment in segmenter.model.segments:
        assert segment.name in done.stdout
        assert f"{segment.name} ({segment.slug}) | {segment.size} |" in card
    assert str(segmenter.model.provenance["sha256"]) in card
    assert f"{segmenter.model.metrics['silhouette']:.6f}" in card


@pytest.mark.slow
def test_the_command_runs_from_a_shell_with_results_on_stdout_and_notes_on_stderr(table, tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "training", "fit", table, "--out", tmp_path],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) == 5
    assert "written to" in done.stderr


@pytest.mark.parametrize("arguments", [["--help"], ["fit", "--help"], ["sample", "--help"]])
def test_help_ends_well_and_shows_examples(arguments):
    done = run(*arguments)
    assert done.exit_code == 0
    assert arguments == ["--help"] or "Examples:\n    python -m training " in done.output


@pytest.mark.parametrize(
    "arguments",
    [
        ["fit"],
        ["fit", "t.csv", "--k", "1"],
        ["fit", "t.csv", "--k", "many"],
        ["fit", "t.csv", "--seed", "-1"],
        ["fill", "t.csv"],
        ["fit", ""],
        ["fit", "t.csv", "--out", ""],
        ["fit", "t.csv", "--out="],
        ["score", "t.csv", "o.csv", "--model", ""],
        ["fit", "t.csv", "--encoding", "idna"],
    ],
)
def test_wrong_usage_is_exit_code_2_and_says_how(arguments):
    done = run(*arguments)
    assert done.exit_code == 2
    assert "Usage: " in done.stderr


def test_a_missing_table_is_one_line_and_exit_code_1(tmp_path):
    done = run("fit", tmp_path / "none.csv", "--out", tmp_path)
    assert done.exit_code == 1
    assert done.stderr == f"Error: {tmp_path / 'none.csv'}: cannot be read: no such file or directory\n"


@pytest.mark.parametrize("name", ["[/red]", "[bold]", "a\nb"])
def test_a_name_that_looks_like_markup_or_has_two_lines_is_only_a_name(table, tmp_path, name):
    result = run("fit", table, "--k", "2", "--out", tmp_path / name)
    assert result.exit_code == 0, result.output
    assert (tmp_path / name / "segmenter.joblib").exists()


def test_an_error_is_one_line_whatever_the_header_holds(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text('"a\nb",c,' + ",".join(f"f{number}" for number in range(2000)) + "\n" + "1," * 2001 + "1\n")
    result = run("fit", path, "--features", "nope", "--out", tmp_path / "out")
    assert result.exit_code == 1
    assert result.stderr.count("\n") == 1
    assert result.stderr.rstrip().endswith(
        'expected a column "nope", found a\\nb, c, '
        + ", ".join(f"f{number}" for number in range(18))
        + " and 1,982 more"
    )


def test_what_is_said_about_the_file_goes_for_every_command(tmp_path):
    path, out = tmp_path / "table.txt", tmp_path / "out.csv"
    path.write_bytes("Müller^80^90\nJosé^20^20\nZoë^50^70\n".encode("cp1252"))
    options = ["--delimiter", "^", "--encoding", "windows-1252", "--no-header"]
    result = run("score", path, out, *options)
    assert "found none for Annual income and Spending score among column_1, column_2, column_3" in result.output
    for command in (["drift", path], ["rfm", path, out]):
        assert "column_1, column_2, column_3" in run(*command, *options).output
    suggested = run("fit", path, *options).output
    assert "table.txt --delimiter '^' --encoding cp1252 --no-header --features column_2,column_3" in suggested
    assert "expected comma, semicolon, tab, bar or one sign" in run("score", path, out, "--delimiter", "xx").output
    assert "expected an encoding such as" in run("score", path, out, "--encoding", "nonsense").output


def test_a_table_without_the_pair_lists_its_numeric_columns_and_a_ready_command(tmp_path):
    path = tmp_path / "shop list.csv"
    path.write_text("name,age,visits\nAnn,31,4\nBob,,7\nCec,44,9\nDan,52,1\n")
    done = run("fit", path, "--out", tmp_path)
    assert done.exit_code == 1
    assert "numeric columns: visits, age" in done.stderr
    assert f"python -m training fit '{path}' --features visits,age --out {tmp_path}" in done.stderr


def test_an_unknown_column_is_named_beside_those_there_are(table, tmp_path):
    done = run("fit", table, "--features", "age", "--out", tmp_path)
    assert done.exit_code == 1
    assert 'expected a column "age", found CustomerID, Annual Income (k$), Spending Score (1-100)' in done.stderr


def test_a_folder_that_cannot_be_written_is_exit_code_1(table, tmp_path):
    (tmp_path / "file").write_text("")
    done = run("fit", table, "--out", tmp_path / "file" / "models")
    assert done.exit_code == 1
    assert done.stderr.count("\n") == 1
    assert "cannot be written" in done.stderr


@needs_mall
def test_the_shipped_model_is_the_one_that_training_makes_of_the_mall_table(tmp_path):
    assert run("fit", MALL, "--out", tmp_path).exit_code == 0
    made, shipped = load(tmp_path / "segmenter.joblib").model, load(ROOT / "models" / "segmenter.joblib").model
    assert made.features == shipped.features
    for ours, theirs in zip(made.segments, shipped.segments, strict=True):
        assert (ours.id, ours.slug, ours.name, ours.size) == (theirs.id, theirs.slug, theirs.name, theirs.size)
        assert (ours.description, ours.action) == (theirs.description, theirs.action)
        assert ours.centroid == pytest.approx(theirs.centroid, rel=1e-12)


@pytest.fixture(scope="module")
def orders(tmp_path_factory):
    path = tmp_path_factory.mktemp("orders") / "orders.csv"
    rows = [
        f"{customer},2024-{1 + (customer + order) % 12:02}-{1 + customer % 28:02},{5 + customer % 50}"
        for customer in range(120)
        for order in range(1 + customer % 3)
    ]
    path.write_text("customer,date,amount\n" + "\n".join(rows) + "\n")
    return path


def test_orders_become_a_model_of_recency_frequency_and_monetary_value(orders, tmp_path):
    done = run("fit", orders, "--orders", "--k", "4", "--out", tmp_path)
    assert done.exit_code == 0, done.output
    model = load(tmp_path / "segmenter.joblib").model
    assert [(f.name, f.unit) for f in model.features] == [
        ("recency_days", "days"),
        ("frequency", "orders"),
        ("monetary", ""),
    ]
    assert model.provenance["rows"] == 120
    assert "of 120 customers" in done.stderr
    assert "of 120 customers" in (tmp_path / "README.md").read_text()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["rfm.csv", "rfm.parquet"])
def test_rfm_writes_a_table_that_fits_to_the_same_segments_as_the_orders(orders, tmp_path, name):
    assert run("rfm", orders, tmp_path / name).exit_code == 0
    features = "recency_days,frequency,monetary"
    assert run("fit", tmp_path / name, "--features", features, "--k", "4", "--out", tmp_path / "a").exit_code == 0
    assert run("fit", orders, "--orders", "--k", "4", "--out", tmp_path / "b").exit_code == 0
    a, b = (load(tmp_path / folder / "segmenter.joblib").model for folder in "ab")
    assert [(s.name, s.size, s.centroid) for s in a.segments] == [(s.name, s.size, s.centroid) for s in b.segments]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--customer", "who"], "--customer is about an order table: add --orders"),
        (["--since", "2024-01-01"], "--since is about an order table: add --orders"),
        (["--orders", "--features", "age"], "--orders computes its own features: leave out --features"),
        (["--orders", "--value", "x"], "--orders adds up what customers are worth: leave out --value"),
        (["--orders", "--as-of", "soon"], "'soon' does not match the format '%Y-%m-%d'"),
    ],
)
def test_options_that_do_not_go_together_are_wrong_usage(orders, options, message):
    done = run("fit", orders, *options)
    assert done.exit_code == 2
    assert message in done.stderr


def test_a_table_that_cannot_be_written_is_exit_code_1_and_leaves_nothing(orders, tmp_path):
    done = run("rfm", orders, tmp_path / "none" / "rfm.csv")
    assert done.exit_code == 1
    assert "rfm.csv: cannot be written" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_k_is_chosen_with_the_whole_table_in_the_card(table, tmp_path):
    assert run("fit", table, "--k", "auto", "--out", tmp_path).exit_code == 0
    assert len(load(tmp_path / "segmenter.joblib").model.segments) == 5
    card = (tmp_path / "README.md").read_text()
    assert all(f"\n| {k} | " in card for k in (2, 3, 4, 6, 7, 8, 9, 10))
    assert "\n| 5 (chosen) | " in card


def test_k_is_chosen_where_the_features_are_not_the_pair_and_noise_is_a_warning(tmp_path):
    random = np.random.default_rng(0)
    path = tmp_path / "noise.csv"
    path.write_text("age,visits\n" + "".join(f"{a:.4f},{b:.4f}\n" for a, b in random.uniform(size=(300, 2))))
    done = run("fit", path, "--features", "age,visits", "--out", tmp_path)
    assert done.exit_code == 0
    model = load(tmp_path / "segmenter.joblib").model
    assert model.verdict == "constructed"
    assert model.warnings[0] == VERDICTS["constructed"]
    assert model.warnings[0] in done.stderr
    assert model.warnings[0] in (tmp_path / "README.md").read_text()
    assert model.metrics["stability"] < 1


@pytest.mark.parametrize(
    ("features", "code", "message"),
    [("", 2, "--features"), (",", 1, 'expected a column ""'), ("CustomerID,customerid", 1, "found one twice")],
)
def test_features_that_name_nothing_or_one_thing_twice_are_refused(table, features, code, message):
    done = run("fit", table, "--features", features)
    assert done.exit_code == code
    assert message in done.stderr


def test_a_playbook_survives_retraining_and_fresh_forgets_it(table, tmp_path):
    words = tmp_path / "words.toml"
    words.write_text('fixed = ["Annual income"]\n\n[careful]\nname = "Quality seekers"\n')
    out = ["--out", tmp_path]
    assert run("fit", table, *out, "--playbook", words).exit_code == 0
    again = run("fit", table, *out)
    assert "5 segments continue those of model" in again.stderr
    assert "0.0% of these customers changed segment" in again.stderr
    assert "| continues |" in (tmp_path / "README.md").read_text()
    named = {s.slug: s.name for s in load(tmp_path / "segmenter.joblib").model.segments}
    assert named["careful"] == "Quality seekers"
    assert [f.fixed for f in load(tmp_path / "segmenter.joblib").model.features] == [True, False]
    assert run("fit", table, *out, "--fresh").exit_code == 0
    fresh = load(tmp_path / "segmenter.joblib").model
    assert "Careful" in [s.name for s in fresh.segments]
    assert [f.fixed for f in fresh.features] == [False, False]


def test_a_damaged_last_model_is_refused_unless_fresh(table, tmp_path):
    (tmp_path / "segmenter.joblib").write_bytes(b"damaged")
    done = run("fit", table, "--out", tmp_path)
    assert done.exit_code == 1
    assert (
        "segmenter.joblib: byte 0: holds DICT, expected plain data; to start anew without it, add --fresh"
        in done.stderr
    )
    assert run("fit", table, "--out", tmp_path, "--fresh").exit_code == 0


def test_ids_that_were_retired_are_in_the_model_and_never_come_back(table, tmp_path):
    out = ["--out", tmp_path]
    assert run("fit", table, *out).exit_code == 0
    assert run("fit", table, "--features", "spending_score", "--k", "3", *out).exit_code == 0
    model = load(tmp_path / "segmenter.joblib").model
    assert model.retired_ids == [0, 1, 2, 3, 4]
    assert sorted(s.id for s in model.segments) == [5, 6, 7]


def test_a_model_without_a_common_feature_is_not_continued(table, orders, tmp_path):
    out = ["--out", tmp_path]
    assert run("fit", table, *out).exit_code == 0
    done = run("fit", orders, "--orders", "--k", "3", *out)
    model = load(tmp_path / "segmenter.joblib").model
    assert (model.retired_ids, sorted(s.id for s in model.segments)) == ([], [0, 1, 2])
    assert "continue" not in done.stderr


def test_score_writes_every_row_with_its_segment(table, tmp_path):
    assert run("fit", table, "--out", tmp_path).exit_code == 0
    done = run("score", table, tmp_path / "scored.csv", "--model", tmp_path / "segmenter.joblib")
    assert done.exit_code == 0, done.output
    lines = (tmp_path / "scored.csv").read_text().splitlines()
    assert len(lines) == 201
    model = load(tmp_path / "segmenter.joblib").model
    for part in model.segments:
        assert sum(f",{part.slug},{part.name}," in line for line in lines) == part.size


def test_drift_is_exit_code_3_once_the_customers_are_others(table, tmp_path):
    assert run("fit", table, "--out", tmp_path).exit_code == 0
    option = ["--model", tmp_path / "segmenter.joblib"]
    same = run("drift", table, *option)
    assert same.exit_code == 0
    assert "0.0000  Annual income: too few customers to tell" in same.stdout  # 200 of 200: 0.2 may be chance
    assert "0.0%  of the rows could not be used, 0.0% in training" in same.stdout
    richer = tmp_path / "richer.csv"
    header, *lines = table.read_text().splitlines()
    cells = [line.split(",") for line in lines]
    richer.write_text("\n".join([header, *(f"{i},{int(income) + 40},{score}" for i, income, score in cells)]))
    done = run("drift", richer, *option)
    assert done.exit_code == 3
    assert "Annual income: differs a lot: fit again" in done.stdout
    assert "Warning: Annual income: " in done.stderr
    assert "of the customers are outside the range that training saw; check the unit." in done.stderr
    assert run("drift", richer, *option, "--limit", "1000").exit_code == 0


@pytest.mark.parametrize("command", ["score", "drift"])
def test_a_missing_model_is_exit_code_1(table, tmp_path, command):
    out = [tmp_path / "out.csv"] if command == "score" else []
    done = run(command, table, *out, "--model", tmp_path / "none.joblib")
    assert done.exit_code == 1
    assert "none.joblib: No such file or directory" in done.stderr


def test_orders_are_scored_one_row_a_customer_with_the_newest_contacts(orders, tmp_path):
    assert run("fit", orders, "--orders", "--k", "4", "--out", tmp_path).exit_code == 0
    shop = tmp_path / "shop.csv"
    shop.write_text(
        "customer,date,amount,email,city\n"
        "a,2024-01-01,5,old@x.org,Bonn\n"
        "a,2024-02-01,7,new@x.org,\n"
        "b,2024-02-03,9,,Rome\n"
    )
    out = tmp_path / "scored.csv"
    done = run("score", shop, out, "--orders", "--model", tmp_path / "segmenter.joblib", "--as-of", "2024-02-04")
    assert done.exit_code == 0, done.output
    header, *rows = [line.split(",") for line in out.read_text().splitlines()]
    assert header[:7] == ["customer_id", "recency_days", "frequency", "monetary", "email", "city", "segment_id"]
    assert [row[:6] for row in rows] == [
        ["a", "3", "2", "12", "new@x.org", "Bonn"],
        ["b", "1", "1", "9", "", "Rome"],
    ]
    assert all(row[6] for row in rows)


def test_the_orders_that_a_model_was_fitted_to_have_not_drifted(orders, tmp_path):
    assert run("fit", orders, "--orders", "--k", "4", "--out", tmp_path).exit_code == 0
    done = run("drift", orders, "--orders", "--model", tmp_path / "segmenter.joblib")
    assert done.exit_code == 0, done.output
    assert "of 120 customers" in done.stderr


def test_orders_before_since_do_not_count(orders, tmp_path):
    assert run("rfm", orders, tmp_path / "a.csv", "--since", "2024-06-01").exit_code == 0
    assert len((tmp_path / "a.csv").read_text().splitlines()) < 121


@pytest.mark.slow
def test_a_date_among_the_features_is_fitted_and_scored_as_days(tmp_path):
    path = tmp_path / "t.csv"
    rows = [f"{i},2024-{1 + i % 12:02}-{1 + i % 28:02},{'yes' if i % 3 else 'no'},{i % 7}%" for i in range(60)]
    path.write_text("id,Signup date,member,rate\n" + "\n".join(rows) + "\n")
    features = ["--features", "Signup date,member,rate", "--k", "2", "--out", tmp_path]
    assert run("fit", path, *features).exit_code == 1
    done = run("fit", path, *features, "--as-of", "2025-01-01")
    assert done.exit_code == 0, done.output
    features_of_model = load(tmp_path / "segmenter.joblib").model.features
    assert [(f.name, f.unit, f.day) for f in features_of_model] == [
        ("signup_date_days", "days", "2025-01-01"),
        ("member", "", None),
        ("rate", "%", None),
    ]
    done = run("score", path, tmp_path / "s.csv", "--model", tmp_path / "segmenter.joblib")
    assert done.exit_code == 0, done.output
    assert "60 rows written" in done.stderr


def test_a_model_of_other_features_is_not_continued(table, tmp_path):
    assert run("fit", table, "--out", tmp_path).exit_code == 0
    path = tmp_path / "t.csv"
    path.write_text("age,visits\n" + "".join(f"{20 + i * 7 % 40},{i * 5 % 23}\n" for i in range(60)))
    done = run("fit", path, "--features", "age,visits", "--k", "3", "--out", tmp_path)
    assert done.exit_code == 0, done.output
    assert "retired" not in done.stderr
    assert sorted(s.id for s in load(tmp_path / "segmenter.joblib").model.segments) == [0, 1, 2]


@pytest.fixture(scope="module")
def valued(tmp_path_factory):
    """Return a table of ten customers in two groups, who spent 10 each and 60 each; one more of whom it is
    not known, and one whose age is not known.
    """
    path = tmp_path_factory.mktemp("valued") / "customers.csv"
    lines = [f"a{i},{20 + i},{1 + i % 2},10" for i in range(6)] + [f"b{i},{60 + i},{8 + i % 2},60" for i in range(4)]
    path.write_text("\n".join(["id,age,visits,revenue", *lines, "b4,64,8,", "b5,,8,1000"]) + "\n")
    return path


def test_what_part_of_the_value_a_segment_is_stands_in_model_card_report_and_scored_table(valued, tmp_path):
    options = ["--features", "age,visits", "--k", "2", "--value", "revenue", "--out", tmp_path]
    done = run("fit", valued, *options)
    assert done.exit_code == 0, done.output
    assert re.findall(r"(\d+)  +([\d.]+%)  +([\d.]+%) of revenue", done.stdout) == [
        ("6", "50.0%", "4.6%"),
        ("6", "50.0%", "95.4%"),
    ]
    assert "revenue: missing in 1 row, which count as 0 of the segments' value" in done.stderr
    assert [s.value_share for s in load(tmp_path / "segmenter.joblib").model.segments] == pytest.approx(
        [60 / 1300, 1240 / 1300]
    )
    assert "(50 % of customers, 95 % of revenue)" in (tmp_path / "README.md").read_text()
    assert "6 customers, 95% of revenue" in (tmp_path / "report.html").read_text()
    model = ["--model", tmp_path / "segmenter.joblib"]
    done = run("score", valued, tmp_path / "scored.csv", *model, "--value", "revenue", "--json")
    segments = json.loads(done.stdout.splitlines()[-1])["result"]["segments"]
    assert [(s["customers"], s["value_share"]) for s in segments] == [(6, 60 / 1300), (6, 1240 / 1300)]


def test_a_value_that_is_not_there_or_is_text_is_refused(valued, tmp_path):
    for value, message in (("turnover", 'expected a column "turnover", found id, age'), ("id", "found words")):
        for command in (["fit", valued, "--features", "age,visits", "--k", "2"], ["fit", valued, "--features", "age"]):
            done = run(*command, "--value", value, "--out", tmp_path)
            assert done.exit_code == 1
            assert message in done.stderr


def test_without_more_sales_than_returns_no_segment_has_a_share_of_the_value(valued, tmp_path):
    table = tmp_path / "customers.csv"
    table.write_text(
        valued.read_text().replace(",10\n", ",-10\n").replace(",60\n", ",10\n").replace(",1000\n", ",10\n")
    )
    done = run("fit", table, "--features", "age,visits", "--k", "2", "--value", "revenue", "--out", tmp_path)
    assert done.exit_code == 0
    assert "of revenue" not in done.stdout
    assert {s.value_share for s in load(tmp_path / "segmenter.joblib").model.segments} == {None}


def test_a_model_of_orders_says_what_part_of_the_revenue_each_segment_is(orders, tmp_path):
    assert run("fit", orders, "--orders", "--k", "4", "--out", tmp_path).exit_code == 0
    segments = load(tmp_path / "segmenter.joblib").model.segments
    values = [segment.value_share or 0.0 for segment in segments]
    assert sum(values) == pytest.approx(1)
    means = [value / segment.share for value, segment in zip(values, segments, strict=True)]
    assert np.argmax(means) == np.argmax([segment.centroid[2] for segment in segments])
    done = run("score", orders, tmp_path / "scored.csv", "--orders", "--model", tmp_path / "segmenter.joblib")
    assert re.findall(r"([\d.]+%) of monetary value", done.stdout) == [f"{value:.1%}" for value in values]


def test_letters_that_the_wanted_encoding_cannot_read_are_refused_in_one_line(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("id,age\n1,20\n")
    done = run("fit", path, "--encoding", "punycode")
    assert done.exit_code == 1
    assert len(done.stderr.splitlines()) == 1
    assert "expected punycode, found bytes that are not" in done.stderr


def test_a_refused_model_in_the_folder_gives_one_line(table, tmp_path):
    (tmp_path / "segmenter.joblib").write_bytes(b"\x80\x04crap")
    done = run("fit", table, "--out", tmp_path)
    assert done.exit_code == 1
    assert done.stderr.startswith("Error: ")
    assert done.stderr.rstrip().endswith("to start anew without it, add --fresh")
    assert len(done.stderr.splitlines()) == 1


def test_a_full_device_as_out_says_so_and_stays_a_device(table):
    for command in (["sample", "/dev/full"], ["export", "--to", "json", "--out", "/dev/full"]):
        done = run(*command)
        assert done.exit_code == 1
        assert done.stderr == "Error: the result: cannot be written: no space left on device\n"
        assert Path("/dev/full").is_char_device()
    assert run("score", table, "/dev/full").exit_code == 2
