"""The README is true: its request gets its answer, its commands and folders exist."""

import json
import re
import subprocess
import sys

import pytest

from tests.helpers import service

README = (service.ROOT / "README.md").read_text()
VISIBLE = {"README.md", "deploy.sh", "function", "models", "requirements.txt", "static", "tests", "training"}


@pytest.fixture(scope="module")
def shipped(tmp_path_factory):
    path = service.ROOT / "models" / "segmenter.joblib"
    with service.running(path, tmp_path_factory.mktemp("shipped") / "log") as running:
        yield running


def test_the_request_gets_the_answer_shown(shipped):
    request = re.search(r"-d '({.*?})'", README)[1]
    shown = json.loads(re.search(r"```json\n(.*?)```", README, re.DOTALL)[1])
    assert shipped.post(request.encode()).json() == shown


@pytest.mark.parametrize(
    ("income", "score", "name"),
    [
        (80, 90, "High-Spending Target"),
        (20, 10, "Frugal"),
        (90, 15, "Careful"),
        (20, 85, "Careless"),
        (55, 50, "Standard"),
    ],
)
def test_the_shipped_model_names_the_five_kinds(shipped, income, score, name):
    assert shipped.post({"annual_income": income, "spending_score": score}).json()["segment_name"] == name


def test_the_paths_of_the_table_are_answered(shipped):
    for path in re.findall(r"`GET (/\S*?)`", README):
        assert shipped.send(path).status == 200, path


def test_the_training_commands_of_the_table_exist():
    done = subprocess.run(
        [sys.executable, "-m", "training", "--help"], cwd=service.ROOT, capture_output=True, text=True, check=True
    )
    there = set(re.findall(r"^  (\w+)  ", done.stdout, re.MULTILINE))
    table = README.partition("| Command |")[2].partition("\n\n")[0]
    assert set(re.findall(r"^\| `(\w+)", table, re.MULTILINE)) == there


def test_only_what_the_owner_wants_is_visible_at_the_top():
    tracked = subprocess.run(["git", "ls-files"], cwd=service.ROOT, capture_output=True, text=True, check=False)
    if tracked.returncode:
        pytest.skip("not a git checkout")
    top = {path.split("/")[0] for path in tracked.stdout.splitlines()}
    assert {name for name in top if not name.startswith(".")} == VISIBLE


def test_the_measured_figures_are_those_of_the_benchmark():
    results = (service.ROOT / "tests" / "bench" / "RESULTS.md").read_text()
    measured = README.partition("## Measured")[2].partition("\n\nAll targets are met")[0]
    rows = [line.split("|")[2:5] for line in measured.splitlines() if line.startswith("| ")][2:]
    assert len(rows) == 6
    for figure in (cell.strip() for row in rows for cell in row):
        assert figure in results
    assert "missed" not in results.partition("## Targets")[2].partition("## Growth")[0]


def test_every_file_named_is_there():
    for path in re.findall(r"\]\(([\w/.-]+)\)", README):
        assert (service.ROOT / path).exists(), path


def test_every_block_of_code_says_its_language_and_is_closed():
    fences = re.findall(r"^```.*$", README, re.MULTILINE)
    assert all(re.fullmatch(r"```[a-z]+", fence) for fence in fences[::2])
    assert set(fences[1::2]) == {"```"}


def test_every_way_to_use_it_has_its_section():
    sections = re.findall(
        r"^## (.*)$", re.sub(r"^```.*?^```", "", README, flags=re.DOTALL | re.MULTILINE), re.MULTILINE
    )
    asked = [
        "Run",
        "Test",
        "Train",
        "Ask",
        "The page",
        "A whole file",
        "Cloud",
        "Folders",
        "Measured",
        "Limits",
        "Decisions",
    ]
    assert [section for section in sections if section in asked] == asked
