"""What commands say to a person and to a program: lines of JSON, progress first, one result or one error last."""

import json
import re

import click
import pytest
from click.testing import CliRunner

from tests.helpers.campaign import MAY, spring
from tests.helpers.command_line import invoke, run
from tests.helpers.service import ROOT
from training.commands import main
from training.commands.drift import DRIFTED

MODEL = ROOT / "models/segmenter.joblib"
README = (ROOT / "training/README.md").read_text()
SHAPES = json.loads(re.search(r"## Results as JSON.*?```json\n(.*?)```", README, re.DOTALL)[1])
LEAVES = {
    "text": str,
    "number": (int, float),
    "count": int,
    "yes or no": bool,
    "by column, then by value": dict,
    "the model as its file holds it, and its hash": dict,
}


def as_json(*arguments):
    """Return the exit code and the lines that a program reads."""
    done = invoke(*arguments, "--json")
    return done.exit_code, [json.loads(line) for line in done.stdout.splitlines()]


def test_a_fit_tells_its_progress_then_the_model(table, tmp_path):
    code, lines = as_json("fit", table, "--out", tmp_path)
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
    code, lines = as_json("score", table, out, "--model", MODEL)
    result = lines[-1]["result"]
    assert (code, result["out"], result["unassigned"]) == (0, out, 0)
    assert result["rows"] > 100
    _, lines = as_json("drift", table, "--model", MODEL)
    assert set(lines[-1]["result"]) >= {"drifted", "features", "shares", "segments", "outside", "unusable"}


def test_an_error_is_a_line_too(tmp_path):
    code, lines = as_json("score", tmp_path / "none.csv", tmp_path / "out.csv", "--model", MODEL)
    assert code == 2
    assert lines[-1]["error"]["code"] == 2
    assert "cannot be read" in lines[-1]["error"]["message"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["rfm", "orders.csv", "--nonsense"], "No such option '--nonsense'."),
        (["measure", "spring.csv"], "Missing argument 'ORDERS'."),
        (["fit", "orders.csv", "--orders", "--value", "x"], "leave out --value"),
        (["rfm", "orders.csv", "x.csv", "--amount", ""], "expected a value after --amount, found an empty one"),
    ],
)
def test_a_fault_in_the_command_is_a_line_too(words, message):
    code, lines = as_json(*words)
    assert (code, [line["error"]["code"] for line in lines]) == (2, [2])
    assert message in lines[0]["error"]["message"]


def test_a_person_reads_lines_and_no_json(table):
    done = invoke("drift", table, "--model", MODEL)
    assert "Shares of the segments" in done.stdout
    assert "{" not in done.stdout


def test_a_name_between_colons_is_no_smiley(tmp_path):
    (tmp_path / "orders.csv").write_text("customer_id,:smile:,order_date,amount\na,1,2026-01-01,5\nb,2,2026-02-01,6\n")
    done = invoke("rfm", tmp_path / "orders.csv", tmp_path / "figures.csv", "--order", ":smile:")
    assert "frequency counts distinct :smile:." in done.stderr


def test_a_command_that_is_suggested_to_a_program_leaves_out_what_is_only_the_programs(tmp_path):
    (tmp_path / "table.csv").write_text("age,visits\n" + "".join(f"{20 + n % 30},{n % 7}\n" for n in range(60)))
    code, lines = as_json("fit", str(tmp_path / "table.csv"), "--within", tmp_path, "--out", str(tmp_path / "out"))
    assert code == 1
    assert lines[-1]["error"]["message"].endswith(f"table.csv --features visits,age --out {tmp_path / 'out'}")


def check(shape, value, where):
    """Compare plain data with its shape as the README has it."""
    if isinstance(shape, dict) and next(iter(shape)).startswith("by "):
        (each,) = shape.values()
        for key, part in value.items():
            check(each, part, f"{where}.{key}")
    elif isinstance(shape, dict):
        assert list(value) == list(shape), where
        for key, part in shape.items():
            check(part, value[key], f"{where}.{key}")
    elif isinstance(shape, list):
        for place, part in enumerate(value):
            check(shape[0], part, f"{where}[{place}]")
    elif value is None:
        assert shape.endswith("?"), where
    elif shape.rstrip("?") in LEAVES:
        assert isinstance(value, LEAVES[shape.rstrip("?")]), where
    else:
        check(SHAPES[shape.rstrip("?")], value, where)


def test_json_has_the_sentences_that_a_person_reads(shop, tmp_path):
    orders = spring(shop, tmp_path / "spring.csv", effect=0.15)
    measure = ("measure", tmp_path / "spring.csv", orders, *MAY)
    movement = ("movement", shop / "january.csv", shop / "july.csv")
    effects, moved = (
        json.loads(run(*words, "--json").stdout.splitlines()[-1])["result"] for words in (measure, movement)
    )
    said = [
        effect[kind] for effect in (effects["all"], *effects["segments"]) for kind in ("sentence", "revenue_sentence")
    ]
    assert [line.strip() for line in run(*measure).stdout.splitlines()] == said
    assert run(*movement).stdout.splitlines() == moved["sentences"]


@pytest.mark.slow
def test_results_have_the_shape_that_the_readme_says(shop, tmp_path):
    orders = spring(shop, tmp_path / "spring.csv", effect=0.15)
    past, model = shop / "orders.csv", ("--model", shop / "model" / "segmenter.joblib")
    draw = ("holdout", shop / "july.csv", tmp_path / "draw.csv", "--campaign", "fall", "--share", "20")
    answered = set()
    for command in (
        ("export", "--to", "duckdb", "--model", model[1]),
        ("export", "--to", "sheets", "--model", model[1], "--out", tmp_path / "formula.txt"),
        ("sample", tmp_path / "made_up.csv"),
        ("sample", tmp_path / "made_up.csv", "--orders"),
        ("fit", past, "--orders", "--k", "3", "--describe", "email", "--out", tmp_path),
        ("fit", past, "--orders", "--k", "3", "--out", tmp_path),
        ("rfm", past, tmp_path / "rfm.csv"),
        ("drift", past, "--orders", *model),
        ("drift", past, "--orders", "--as-of", "2025-09-01", *model),
        ("score", shop / "july.csv", tmp_path / "again.csv", *model, "--value", "monetary"),
        draw,
        (*draw, "--base-rate", "0.1"),
        ("measure", tmp_path / "spring.csv", orders, *MAY),
        ("movement", shop / "january.csv", shop / "july.csv"),
        ("movement", shop / "july.csv", shop / "july.csv"),
        ("profile", shop / "july.csv", "--describe", "email,monetary"),
    ):
        name = "sample --orders" if command[0] == "sample" and "--orders" in command else command[0]
        done = CliRunner().invoke(main, [*map(str, command), "--json"])
        assert done.exit_code in (0, DRIFTED if name == "drift" else 0), done.output
        answer = json.loads(done.stdout.splitlines()[-1])["result"]
        answered.add(name)
        assert answer.pop("notes") is not None
        assert answer.pop("warnings") is not None
        check(SHAPES[name], answer, name)
    commands = {name for name in main.list_commands(click.Context(main)) if takes_json(name)}
    assert {name.partition(" ")[0] for name in answered} == commands


def takes_json(name):
    command = main.get_command(click.Context(main), name)
    return any("--json" in option.opts for option in command.params)
