"""The command line, as its users meet it."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.command_line import invoke, run
from tests.helpers.round_trip import formulas_keep_their_customers
from tests.helpers.service import ROOT


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
    assert f"stands in {tmp_path / 'report.html'}" in done.stderr


@pytest.mark.parametrize("arguments", [["--help"], ["fit", "--help"], ["sample", "--help"]])
def test_help_ends_well_and_shows_examples(arguments):
    done = invoke(*arguments)
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
    done = invoke(*arguments)
    assert done.exit_code == 2
    assert "Usage: " in done.stderr


NOT_THERE = "none: cannot be read: no such file or directory"


@pytest.mark.parametrize(
    ("code", "arguments", "message"),
    [
        (2, ["fit", "none"], NOT_THERE),
        (2, ["fit", "."], ".: cannot be read: is a directory"),
        (2, ["fit", "http://shop.example/t.csv"], "expected a file, found an address"),
        (2, ["fit", "empty.csv", "--playbook", "none"], NOT_THERE),
        (2, ["fit", "empty.csv", "--k", "2.5"], "expected a whole number from 2 to 50, or auto, found '2.5'"),
        (2, ["fit", "empty.csv", "--seed", "x"], "'x' is not a valid whole number"),
        (2, ["rfm", "none", "out.csv"], NOT_THERE),
        (2, ["score", "none", "out.csv"], NOT_THERE),
        (2, ["score", "empty.csv", "out.csv", "--model", "none"], "none: no such file; make a model with fit"),
        (2, ["score", "empty.csv", "out.csv", "--model", "."], ".: expected a model file, found a folder"),
        (2, ["score", "empty.csv", "out.xlsx"], "expected a name that ends in .csv or .parquet"),
        (2, ["drift", "none"], NOT_THERE),
        (2, ["profile", "none", "--describe", "a"], NOT_THERE),
        (2, ["holdout", "none", "out.csv", "--share", "20"], NOT_THERE),
        (2, ["holdout", "empty.csv", "out.csv", "--share", "all"], "'all' is not a valid number"),
        (2, ["measure", "none", "none", "--from", "2026-05-01", "--to", "2026-05-31"], NOT_THERE),
        (2, ["movement", "none", "none"], NOT_THERE),
        (2, ["sample", "out.xlsx"], "out.xlsx: expected a name that ends in .csv"),
        (1, ["fit", "empty.csv"], "expected a customer table, found an empty file"),
        (1, ["fit", "empty.csv", "--playbook", "words.toml"], "words.toml: expected TOML"),
        (1, ["score", "empty.csv", "out.csv", "--model", "empty.csv"], "empty.csv: not a model file"),
        (1, ["drift", "empty.csv"], "found an empty file"),
        (1, ["score", "empty.csv", "none/out.csv"], "none/out.csv: cannot be written: no such file or directory"),
        (1, ["export", "--to", "json", "--out", "none/x"], "'none/x': No such file or directory"),
    ],
)
def test_what_is_asked_for_and_cannot_be_is_exit_code_2_and_what_a_file_holds_is_1(
    tmp_path, monkeypatch, code, arguments, message
):
    monkeypatch.chdir(tmp_path)
    Path("empty.csv").touch()
    Path("words.toml").write_text("name = [")
    done = invoke(*arguments)
    assert done.exit_code == code, done.stderr
    assert message in done.stderr


def test_a_full_device_as_out_says_so_and_stays_a_device(table):
    for command in (["sample", "/dev/full"], ["export", "--to", "json", "--out", "/dev/full"]):
        done = invoke(*command)
        assert done.exit_code == 1
        assert done.stderr == "Error: the result: cannot be written: no space left on device\n"
        assert Path("/dev/full").is_char_device()
    assert invoke("score", table, "/dev/full").exit_code == 2


@pytest.mark.slow
@pytest.mark.parametrize(
    ("commands", "unused"),
    [
        ("rfm, score, holdout", ["numpy", "jinja2", "rich"]),
        (
            "drift, measure, movement, profile",
            ["sklearn", "scipy.stats", "scipy.optimize", "pandas", "matplotlib", "jinja2", "rich"],
        ),
    ],
)
def test_a_command_starts_without_libraries_that_it_does_not_use(commands, unused):
    program = (
        f"import sys, duckdb; from training.commands import {commands}; "
        f"print([name for name in {unused} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.slow
def test_ids_that_a_spreadsheet_would_run_are_the_same_customers_all_the_way(tmp_path):
    formulas_keep_their_customers(tmp_path)


@pytest.mark.slow
def test_the_worked_example_of_the_readme_is_true_as_it_stands(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    section = (ROOT / "training/README.md").read_text().partition("## From orders to a measured campaign\n")[2]
    commands, shown = (re.search(f"```{language}\n(.*?)```", section, re.DOTALL)[1] for language in ("sh", "text"))
    outputs = []
    for command in commands.splitlines():
        assert command.startswith("python -m training ")
        outputs.append(run(*shlex.split(command)[3:]))
    said = "".join(done.stdout for done in outputs).splitlines()
    assert [line for line in shown.splitlines() if line not in said] == []
    brought = int(re.search(r"brought (\d+) buyers", outputs[0].stderr)[1])
    assert f"an effect that is known: {brought} buyers" in section
    low, high = map(int, re.search(r"The campaign brought \d+ more buyers \(95%: (\d+) to (\d+)\)", shown).groups())
    assert low < brought < high
    assert {path.name for path in tmp_path.iterdir()} >= {"spring.html", "movement.html", "movers.csv"}
