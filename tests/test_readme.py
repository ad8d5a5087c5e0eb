"""The READMEs are true: the request gets its answer, commands and folders exist, figures are those measured."""

import json
import re
import subprocess
import sys

import pytest

from function.model import VERSION
from tests.helpers import service, tree

README = (service.ROOT / "README.md").read_text()
FOLDERS = [
    path.read_text() for path in sorted(service.ROOT.glob("[!m.]*/README.md"))
]  # training writes models/README.md
READMES = "\n\n".join([README, *FOLDERS])
CONTENDERS = ["the floor", "the usual way", "this function"]
VISIBLE = {"README.md", "deploy.sh", "function", "models", "requirements.txt", "static", "tests", "training"}


@pytest.fixture(scope="module")
def shipped(tmp_path_factory):
    path = service.ROOT / "models" / "segmenter.joblib"
    with service.running(path, tmp_path_factory.mktemp("shipped") / "log") as running:
        yield running


def test_the_request_gets_the_answer_shown(shipped):
    contract = (service.ROOT / "function/README.md").read_text()
    request = re.search(r"-d '({.*?})'", contract)[1]
    shown = json.loads(re.search(r"```json\n(.*?)```", contract, re.DOTALL)[1])
    assert request in README
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
    paths = re.findall(r"`GET (/\S*?)`", READMES)
    assert len(paths) >= 4
    for path in paths:
        assert shipped.send(path).status == 200, path


def test_the_training_commands_of_the_table_exist():
    done = subprocess.run(
        [sys.executable, "-m", "training", "--help"], cwd=service.ROOT, capture_output=True, text=True, check=True
    )
    there = set(re.findall(r"^  (\w+)  ", done.stdout, re.MULTILINE))
    table = READMES.partition("| Command | What it does |")[2].partition("\n\n")[0]
    assert set(re.findall(r"^\| `(\w+)", table, re.MULTILINE)) == there != set()


def test_only_what_the_owner_wants_is_visible_at_the_top():
    assert {path.split("/")[0] for path in tree.files() if not path.startswith(".")} == VISIBLE


def cells(line):
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def table_with(text, *titles):
    """Return the table that has these columns as {label: {title: cell}}."""
    for block in re.findall(r"(?:^\|.*\n)+", text + "\n", re.MULTILINE):
        header, _, *rows = map(cells, block.splitlines())
        if set(titles) <= set(header):
            return {row[0]: dict(zip(header, row, strict=True)) for row in rows}
    raise AssertionError(f"no table has the columns {titles}")


def test_a_table_s_figures_are_read_whole():
    text = "| | the floor | ours |\n| --- | ---: | ---: |\n| start, s | 0.22 | 10.22 |\n"
    assert table_with(text, "the floor")["start, s"] == {"": "start, s", "the floor": "0.22", "ours": "10.22"}
    with pytest.raises(AssertionError, match="no table has the columns"):
        table_with(text, "the usual way")


def test_the_measured_figures_are_those_of_the_benchmark():
    results = (service.ROOT / "tests/bench/RESULTS.md").read_text()
    header = next(cells(line) for line in results.splitlines() if line.startswith("|"))
    measured = {
        re.sub(r" \(.*?\)", "", label): [row[header[column]].partition(" (")[0] for column in (1, 2, 4)]
        for label, row in table_with(results, *header).items()
    }
    shown = {label: [row[name] for name in CONTENDERS] for label, row in table_with(READMES, *CONTENDERS).items()}
    assert len(shown) >= 5
    assert shown == {label: measured[label] for label in shown}


def test_every_target_that_the_benchmark_missed_is_said_and_no_other():
    targets = table_with((service.ROOT / "tests/bench/RESULTS.md").read_text(), "Target", "Wanted")
    missed = {label: (row["Measured"], row["Wanted"]) for label, row in targets.items() if row[""] != "met"}
    said = table_with((service.ROOT / "function/README.md").read_text(), "Missed", "Target")
    assert len(targets) > len(missed)
    assert {label: (row["Measured"], row["Target"]) for label, row in said.items()} == missed


@pytest.mark.parametrize(
    ("script", "row"),
    [
        ("cloud.sh", "the most in 30 days, under attack"),
        ("service.sh", "the most in 30 days of the training service, if someone with the key keeps it busy"),
    ],
)
def test_the_ceilings_of_the_bill_are_those_of_what_is_deployed(script, row):
    options = dict(re.findall(r"--(memory|cpu|max-instances)=(\d+)", (service.ROOT / ".deploy" / script).read_text()))
    gibibytes = {"256": 0.25, "2": 2}[options["memory"]]
    second = int(options["cpu"]) * 0.000024 + gibibytes * 0.0000025
    most = int(options["max-instances"]) * 30 * 24 * 3600 * second
    assert table_with(README, "What", "Worked out")[row]["US dollars"] == f"{most:.2f}"


@pytest.mark.parametrize("readme", [path for path in tree.files() if path.endswith("README.md")])
def test_every_file_named_is_there(readme):
    path = service.ROOT / readme
    for target in re.findall(r"\]\(([\w/.-]+)\)", path.read_text()):
        assert (path.parent / target).exists(), target


@pytest.mark.parametrize("text", [README, *FOLDERS], ids=lambda text: text.partition("\n")[0])
def test_every_block_of_code_says_its_language_and_is_closed(text):
    fences = re.findall(r"^```.*$", text, re.MULTILINE)
    assert all(re.fullmatch(r"```[a-z]+", fence) for fence in fences[::2])
    assert set(fences[1::2]) <= {"```"}
    assert len(fences) % 2 == 0


def test_the_first_readme_fits_on_three_screens_and_says_how_to_begin():
    sections = re.findall(r"^## (.*)$", README, re.MULTILINE)
    assert sections == ["Run", "Test", "Your own customers", "Ask", "Deploy", "Folders", "Limits"]
    assert len(README.splitlines()) <= 150


def test_every_folder_says_what_it_is_for():
    assert len(FOLDERS) == len(VISIBLE) - len({"README.md", "deploy.sh", "requirements.txt", "models"})


def test_the_newest_version_of_the_changelog_is_what_the_command_line_says():
    newest = re.search(r"^## (\S+)$", (service.ROOT / ".github/CHANGELOG.md").read_text(), re.MULTILINE)[1]
    done = subprocess.run(
        [sys.executable, "-m", "training", "--version"], cwd=service.ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == f"customer segments, version {newest}\n"
    assert newest == VERSION
