"""`--dry-run` prints the exact commands and needs neither gcloud nor a login.

The commands are kept in tests/deploy/cloud/transcripts; KEEP_TRANSCRIPTS=1 writes them anew, to be read
before a commit.
"""

import json
import os
import re
import shutil
import subprocess

import pytest

from tests.deploy.cloud.gcloud import NOT_SOURCE, TARGET
from tests.helpers import service

TRANSCRIPTS = service.ROOT / "tests/deploy/cloud/transcripts"
PRIVATE = ["--private", "--origin", "https://www.example.com", "--region", "europe-west1", "--name", "kinds"]
TRAIN = ["train", "--project", "my-shop", "--table", "gs://my-shop-data/customers/"]
PROJECT_ID = "a project's id, 6 to 30 lower-case letters, digits and hyphens"
BY_HAND = [
    "--bucket",
    "my-shop-spark",
    "--out",
    "gs://my-shop-models/spring",
    "--region",
    "europe-west1",
    "--subnet",
    "eu",
]
RUNS = {
    "gcp": ["gcp", *TARGET],
    "gcp-private": ["gcp", *TARGET, *PRIVATE],
    "gcp-training": ["gcp", *TARGET, "--training"],
    "status": ["status", *TARGET],
    "destroy": ["destroy", *TARGET],
    "train": TRAIN,
    "train-by-hand": [*TRAIN, *BY_HAND, "--", "--features", "age,visits per month", "--playbook", "words.toml"],
}


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """A copy of the repository with a small page and an empty lock, so that transcripts stay when those grow."""
    copy = tmp_path_factory.mktemp("copy") / "repository"
    shutil.copytree(service.ROOT, copy, ignore=NOT_SOURCE)
    shutil.rmtree(copy / "static")
    (copy / "static").mkdir()
    for name in ("index.html", "config.js", "app.js", "style.css"):
        (copy / "static" / name).touch()
    (copy / "training/requirements.txt").write_text("")
    (copy / "words.toml").touch()
    return copy


@pytest.fixture(scope="module")
def tools(tmp_path_factory):
    """A PATH without gcloud, curl and Python."""
    folder = tmp_path_factory.mktemp("bin")
    for tool in ("bash", "cksum", "dirname", "mktemp", "readlink", "rm", "tr"):
        (folder / tool).symlink_to(shutil.which(tool))
    return folder


def run(copy, tools, *arguments):
    return subprocess.run(
        ["./deploy.sh", *arguments],
        cwd=copy,
        env={"PATH": str(tools), "LC_ALL": "C.UTF-8"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=service.PATIENCE_SECONDS,
        check=False,
    )


@pytest.mark.parametrize("name", RUNS)
def test_the_transcript_is_the_kept_one_and_nothing_is_done(copy, tools, name):
    before = sorted(copy.rglob("*"))
    result = run(copy, tools, RUNS[name][0], "--dry-run", *RUNS[name][1:])
    assert (result.returncode, result.stderr) == (0, "")
    kept = TRANSCRIPTS / f"{name}.txt"
    if os.environ.get("KEEP_TRANSCRIPTS"):
        kept.write_text(result.stdout)
    assert result.stdout == kept.read_text()
    assert sorted(copy.rglob("*")) == before


@pytest.mark.gcloud
def test_gcloud_knows_every_command_and_flag_of_the_transcripts(tmp_path):
    lines = {line for path in TRANSCRIPTS.iterdir() for line in path.read_text().splitlines()}
    commands = sorted(line.removeprefix("+ ") for line in lines if line.startswith("+ gcloud "))
    (tmp_path / "commands.json").write_text(json.dumps([{"command_string": command} for command in commands]))
    environment = os.environ | {"CLOUDSDK_CONFIG": str(tmp_path / "config")}
    lint = ["gcloud", "meta", "lint-gcloud-commands", f"--commands-file={tmp_path / 'commands.json'}"]
    result = subprocess.run(lint, env=environment, capture_output=True, text=True, check=True)
    verdicts = json.loads(result.stdout)
    assert len(verdicts) == len(commands) > 15
    assert [verdict["error_message"] for verdict in verdicts if not verdict["success"]] == []


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["gcp", "--bucket", "pages"], f"--project: expected {PROJECT_ID}, found ''"),
        (["gcp", "--project=My Shop"], f"--project: expected {PROJECT_ID}, found 'My Shop'"),
        (["gcp", "--project=123456789"], f"--project: expected {PROJECT_ID}, found '123456789'"),
        (
            ["gcp", "--project=my-shop", "--bucket", "my-google-pages"],
            "--bucket: expected a name that has no google in it and does not begin with goog, as Google wants it, "
            "found 'my-google-pages'",
        ),
        (["gcp", *TARGET, "--private=no"], "--private: expected no value, found 'no'"),
        (["destroy", *TARGET, "--yes=", "--dry-run"], "--yes: expected no value, found ''"),
        (
            ["gcp", "--project", "my-shop"],
            "--bucket: expected a bucket's name of lower-case letters, digits and hyphens, found ''",
        ),
        (
            ["gcp", "--project", "my-shop", "--bucket", "www.example.com"],
            "--bucket: expected a bucket's name of lower-case letters, digits and hyphens, found 'www.example.com'",
        ),
        (
            ["gcp", *TARGET, "--origin", "https://example.com/shop"],
            "--origin: expected scheme and host without a path, for example https://www.example.com, "
            "found 'https://example.com/shop'",
        ),
        (["gcp", *TARGET, "--origin", "https://a.example:443"], "--origin: expected no :443, which browsers leave out"),
        (
            ["gcp", *TARGET, "--region", "Europe"],
            "--region: expected a region, for example us-central1, found 'Europe'",
        ),
        (["gcp", *TARGET, "--name", "-"], "--name: expected 2 to 20 lower-case letters, digits and hyphens, found '-'"),
        (
            ["gcp", *TARGET, "--name", "shop-train"],
            "--name: expected a name without -train at its end, which is the training service's, found 'shop-train'",
        ),
        (["gcp", *TARGET, "--training", "--without-training"], "--training and --without-training exclude each other"),
        (["gcp", *TARGET, "--new-key"], "--new-key: expected --training with it"),
        (["destroy", "--project", "--bucket"], "--project: expected a value"),
        (["status", *TARGET, "--verbose"], "status: unknown option '--verbose'"),
        (["gcp", *TARGET, "--", "--k"], "gcp: unknown option '--'"),
        (["gcp", "project", "my-shop"], "gcp: unknown word 'project'; options start with --"),
        (["gcp", *TARGET, "private"], "gcp: unknown word 'private'; options start with --"),
        (["gcp", "--project bucket", "my-shop"], "gcp: unknown option '--project bucket'"),
        (["destroy", *TARGET, "yes"], "destroy: unknown word 'yes'; options start with --"),
        (
            ["train", "--project", "my-shop"],
            "--table: expected a file or folder in a bucket, for example gs://my-shop-data/customers/, found ''",
        ),
        ([*TRAIN, "--", "--out", "models"], "train: '--out' cannot follow --; the batch decides it"),
        ([*TRAIN, "--", "--playbook", "nowhere.toml"], "--playbook: no file nowhere.toml"),
    ],
)
def test_a_wrong_option_is_named_before_anything_is_done(copy, tools, arguments, expected):
    result = run(copy, tools, *arguments)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == f"error: {expected}\n       see ./deploy.sh --help\n"


def test_a_bucket_with_dots_is_allowed_for_a_page_with_an_origin_of_its_own(copy, tools):
    dotted = ["--project", "my-shop", "--bucket", "www.example.com", "--origin", "http://www.example.com"]
    result = run(copy, tools, "gcp", *dotted, "--dry-run")
    assert result.returncode == 0
    assert re.search(r"\+ curl .* https://storage.googleapis.com/www.example.com/index.html", result.stdout)
