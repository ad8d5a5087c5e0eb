"""What commands say to a program: lines of JSON, progress first, one result or one error last."""

import json

import pytest
from click.testing import CliRunner

from tests.helpers.service import ROOT
from training.commands import main
from training.tables.synthetic import write_customers

MODEL = ROOT / "models/segmenter.joblib"


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    path = tmp_path_factory.mktemp("table") / "customers.csv"
    write_customers(path, 1)
    return str(path)


def run(*arguments):
    """Return the exit code and the lines that a program reads."""
    done = CliRunner().invoke(main, [*arguments, "--json"])
    return done.exit_code, [json.loads(line) for line in done.stdout.splitlines()]


def test_a_fit_tells_its_progress_then_the_model(table, tmp_path):
    code, lines = run("fit", table, "--out", str(tmp_path))
    assert code == 0
    assert len(lines) > 3
    assert all(set(line) == {"progress"} for line in lines[:-1])
    result = lines[-1]["result"]
    assert [segment["id"] for segment in result["model"]["segments"]] == [0, 1, 2, 3, 4]
    assert result["folder"] == str(tmp_path)
    assert isinstance(result["notes"], list)
    assert isinstance(result["warnings"], list)


def test_a_score_and_a_comparison_have_their_figures(table, tmp_path):
    out = str(tmp_path / "scored.csv")
    code, lines = run("score", table, out, "--model", str(MODEL))
    result = lines[-1]["result"]
    assert (code, result["out"], result["unassigned"]) == (0, out, 0)
    assert result["rows"] > 100
    _, lines = run("drift", table, "--model", str(MODEL))
    assert set(lines[-1]["result"]) >= {"drifted", "features", "shares", "segments", "outside", "unusable"}


def test_an_error_is_a_line_too(tmp_path):
    code, lines = run("score", str(tmp_path / "none.csv"), str(tmp_path / "out.csv"), "--model", str(MODEL))
    assert code == 1
    assert lines[-1]["error"]["code"] == 1
    assert "cannot be read" in lines[-1]["error"]["message"]


def test_a_person_reads_lines_and_no_json(table):
    done = CliRunner().invoke(main, ["drift", table, "--model", str(MODEL)])
    assert "Shares of the segments" in done.stdout
    assert "{" not in done.stdout


def test_a_command_that_is_suggested_to_a_program_leaves_out_what_is_only_the_programs(tmp_path):
    (tmp_path / "table.csv").write_text("age,visits\n" + "".join(f"{20 + n % 30},{n % 7}\n" for n in range(60)))
    code, lines = run("fit", str(tmp_path / "table.csv"), "--within", str(tmp_path), "--out", str(tmp_path / "out"))
    assert code == 1
    assert lines[-1]["error"]["message"].endswith(f"table.csv --features visits,age --out {tmp_path / 'out'}")
