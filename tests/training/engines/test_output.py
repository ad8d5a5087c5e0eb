"""Nothing is overwritten by accident."""

import os

import pytest
from click.testing import CliRunner

from tests.helpers.service import ROOT
from training.commands import main

ORDERS = "customer,date,amount\na,2024-01-01,5\n"


@pytest.mark.parametrize("command", ["rfm", "score"])
@pytest.mark.parametrize("link", ["none", "symbolic", "hard"])
def test_the_table_itself_is_refused_as_out_and_stays(tmp_path, command, link):
    table = tmp_path / "orders.csv"
    table.write_text(ORDERS)
    out = table if link == "none" else tmp_path / "out.csv"
    if link == "symbolic":
        out.symlink_to(table)
    if link == "hard":
        out.hardlink_to(table)
    done = CliRunner().invoke(main, [command, str(table), str(out)])
    assert done.exit_code == 2
    assert "is the table that is read; give the result another name" in done.stderr
    assert table.read_text() == ORDERS


@pytest.mark.parametrize("name", ["out.xlsx", "out", "out.json"])
def test_another_ending_than_that_of_what_is_written_is_refused(tmp_path, name):
    table = tmp_path / "orders.csv"
    table.write_text(ORDERS)
    done = CliRunner().invoke(main, ["rfm", str(table), str(tmp_path / name)])
    assert done.exit_code == 2
    assert "expected a name that ends in .csv or .parquet" in done.stderr
    assert list(tmp_path.iterdir()) == [table]


def test_a_pipe_is_not_replaced(tmp_path):
    table, pipe = tmp_path / "orders.csv", tmp_path / "pipe.csv"
    table.write_text(ORDERS)
    os.mkfifo(pipe)
    done = CliRunner().invoke(main, ["rfm", str(table), str(pipe)])
    assert done.exit_code == 2
    assert pipe.is_fifo()


@pytest.mark.parametrize(
    ("out", "why"),
    [
        ("none/out.csv", "no such file or directory"),
        ("o.csv/out.csv", "not a directory"),
    ],
)
@pytest.mark.parametrize(
    "command",
    [
        ["rfm"],
        ["score"],
        ["holdout", "--campaign", "may", "--share", "10"],
        ["movement", "o.csv"],
        ["movement", "o.csv", "--out-html"],
        ["measure", "o.csv", "--from", "2026-01-01", "--to", "2026-01-02", "--out"],
    ],
)
def test_a_place_where_nothing_can_be_written_is_told_before_the_table_is_read(
    tmp_path, monkeypatch, command, out, why
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "o.csv").write_text("no,such\ncolumns,here\n", encoding="utf-8")
    model = ["--model", str(ROOT / "models" / "segmenter.joblib")] if command == ["score"] else []
    name, *options = command
    result = CliRunner().invoke(main, [name, "o.csv", *options, out, *model])
    assert (result.exit_code, result.stderr) == (1, f"Error: {out}: cannot be written: {why}\n")


def test_a_folder_of_that_name_is_told_before_the_table_is_read(tmp_path):
    out = tmp_path / "folder.csv"
    out.mkdir()
    result = CliRunner().invoke(main, ["rfm", str(tmp_path / "none.csv"), str(out)])
    assert (result.exit_code, result.stderr) == (1, f"Error: {out}: cannot be written: is a directory\n")


@pytest.mark.parametrize("title", ["# My shop\n", "# Customer segments\n"])
def test_a_readme_that_is_no_card_stays(tmp_path, title):
    readme, table = tmp_path / "README.md", tmp_path / "customers.csv"
    readme.write_text(title)
    assert CliRunner().invoke(main, ["sample", str(table)]).exit_code == 0
    done = CliRunner().invoke(main, ["fit", str(table), "--out", str(tmp_path)])
    assert done.exit_code == 2
    assert "is not a model's card and would be lost; name another folder with --out" in done.stderr
    assert sorted(tmp_path.iterdir()) == [readme, table]
    assert readme.read_text() == title
