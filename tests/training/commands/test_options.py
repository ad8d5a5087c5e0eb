"""What is said about a table's file, about orders, and about what customers are worth."""

import json
import re

import numpy as np
import pytest

from function.model import load
from tests.helpers.command_line import invoke


def test_what_is_said_about_the_file_goes_for_every_command(tmp_path):
    path, out = tmp_path / "table.txt", tmp_path / "out.csv"
    path.write_bytes("Müller^80^90\nJosé^20^20\nZoë^50^70\nAda^30^60\n".encode("cp1252"))
    options = ["--delimiter", "^", "--encoding", "windows-1252", "--no-header"]
    result = invoke("score", path, out, *options)
    assert "found none for Annual income and Spending score among column_1, column_2, column_3" in result.output
    for command in (["drift", path], ["rfm", path, out]):
        assert "column_1, column_2, column_3" in invoke(*command, *options).output
    suggested = invoke("fit", path, *options).output
    assert "table.txt --delimiter '^' --encoding cp1252 --no-header --features column_2,column_3" in suggested
    assert "expected comma, semicolon, tab, bar or one sign" in invoke("score", path, out, "--delimiter", "xx").output
    assert "expected an encoding such as" in invoke("score", path, out, "--encoding", "nonsense").output


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--customer", "who"], "--customer is about an order table: add --orders"),
        (["--since", "2024-01-01"], "--since is about an order table: add --orders"),
        (["--orders", "--features", "age"], "--orders computes its own features: leave out --features"),
        (["--orders", "--value", "x"], "--orders adds up what customers are worth: leave out --value"),
        (["--orders", "--as-of", "soon"], "expected a day such as 2026-05-31, found 'soon'"),
    ],
)
def test_options_that_do_not_go_together_are_wrong_usage(orders, options, message):
    done = invoke("fit", orders, *options)
    assert done.exit_code == 2
    assert message in done.stderr


def test_letters_that_the_wanted_encoding_cannot_read_are_refused_in_one_line(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("id,age\n1,20\n")
    done = invoke("fit", path, "--encoding", "punycode")
    assert done.exit_code == 1
    assert len(done.stderr.splitlines()) == 1
    assert "expected punycode, found bytes that are not" in done.stderr


@pytest.mark.parametrize("command", ["score", "drift"])
def test_a_missing_model_is_wrong_usage(table, tmp_path, command):
    out = [tmp_path / "out.csv"] if command == "score" else []
    done = invoke(command, table, *out, "--model", tmp_path / "none.joblib")
    assert done.exit_code == 2
    assert "none.joblib: no such file; make a model with fit, or name another" in done.stderr


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
    done = invoke("fit", valued, *options)
    assert done.exit_code == 0, done.output
    assert re.findall(r"(\d+)  +([\d.]+%)  +([\d.]+%) of revenue", done.stdout) == [
        ("6", "50.0%", "4.6%"),
        ("6", "50.0%", "95.4%"),
    ]
    assert "revenue: missing in 1 row, which count as 0 of the segments' value" in done.stderr
    assert [s.value_share for s in load(tmp_path / "segmenter.joblib").model.segments] == pytest.approx(
        [60 / 1300, 1240 / 1300]
    )
    assert "(50% of customers, 95% of revenue)" in (tmp_path / "README.md").read_text()
    assert "6 customers, 95% of revenue" in (tmp_path / "report.html").read_text()
    model = ["--model", tmp_path / "segmenter.joblib"]
    done = invoke("score", valued, tmp_path / "scored.csv", *model, "--value", "revenue", "--json")
    segments = json.loads(done.stdout.splitlines()[-1])["result"]["segments"]
    assert [(s["customers"], s["value_share"]) for s in segments] == [(6, 60 / 1300), (6, 1240 / 1300)]


def test_a_value_that_is_not_there_or_is_text_is_refused(valued, tmp_path):
    for value, message in (("turnover", 'expected a column "turnover", found id, age'), ("id", "found words")):
        for command in (["fit", valued, "--features", "age,visits", "--k", "2"], ["fit", valued, "--features", "age"]):
            done = invoke(*command, "--value", value, "--out", tmp_path)
            assert done.exit_code == 1
            assert message in done.stderr


def test_without_more_sales_than_returns_no_segment_has_a_share_of_the_value(valued, tmp_path):
    table = tmp_path / "customers.csv"
    table.write_text(
        valued.read_text().replace(",10\n", ",-10\n").replace(",60\n", ",10\n").replace(",1000\n", ",10\n")
    )
    done = invoke("fit", table, "--features", "age,visits", "--k", "2", "--value", "revenue", "--out", tmp_path)
    assert done.exit_code == 0
    assert "of revenue" not in done.stdout
    assert {s.value_share for s in load(tmp_path / "segmenter.joblib").model.segments} == {None}
    model = ["--model", tmp_path / "segmenter.joblib", "--value", "revenue"]
    assert "of revenue" not in invoke("score", table, tmp_path / "scored.csv", *model).stdout


def test_a_model_of_orders_says_what_part_of_the_revenue_each_segment_is(orders, tmp_path):
    assert invoke("fit", orders, "--orders", "--k", "4", "--out", tmp_path).exit_code == 0
    segments = load(tmp_path / "segmenter.joblib").model.segments
    values = [segment.value_share or 0.0 for segment in segments]
    assert sum(values) == pytest.approx(1)
    means = [value / segment.share for value, segment in zip(values, segments, strict=True)]
    assert np.argmax(means) == np.argmax([segment.centroid[2] for segment in segments])
    done = invoke("score", orders, tmp_path / "scored.csv", "--orders", "--model", tmp_path / "segmenter.joblib")
    assert re.findall(r"([\d.]+%) of monetary value", done.stdout) == [f"{value:.1%}" for value in values]
