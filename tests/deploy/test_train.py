"""`./deploy.sh train`: the real gcloud, and what it uploaded really run by spark-submit with the runtime's Python."""

import io
import shutil
import tarfile

import numpy as np
import pytest
from click.testing import CliRunner

from function.model import load
from tests.deploy.cloud.gcloud import PATIENCE, PROJECT, set_up
from tests.deploy.cloud.http import error
from tests.deploy.cloud.storage import new_bucket
from training.commands import main
from training.tables.synthetic import write_customers

pytestmark = [
    pytest.mark.gcloud,
    pytest.mark.python312,
    pytest.mark.spark,
    pytest.mark.timeout(2 * PATIENCE),
]
DATA, STAGING = "my-shop-data", f"{PROJECT}-training"
TARGET = ["--project", PROJECT, "--table", f"gs://{DATA}/customers/"]
PLAYBOOK = '[frugal]\nname = "Careful with money"\n'


@pytest.fixture(scope="module")
def setting(tmp_path_factory, gcloud):
    setting = set_up(tmp_path_factory.mktemp("cloud"), gcloud)
    (setting.copy / "function/.env").write_text("SECRET=1")
    (setting.copy / "words.toml").write_text(PLAYBOOK)
    write_customers(setting.copy / "customers.csv", 0)
    put_table(setting, "customers/part-0.csv", (setting.copy / "customers.csv").read_bytes())
    yield setting
    setting.stop()


@pytest.fixture(scope="module")
def trained(setting):
    setting.cloud.storage.put(DATA, {"name": "models/segmenter.joblib"}, b"an old model")
    out = ["--out", f"gs://{DATA}/models"]
    result = setting.deploy("train", *TARGET, *out, "--yes", "--", "--seed", "7", "--playbook", "words.toml")
    assert result.returncode == 0, result.stdout + result.stderr
    return result


def put_table(setting, name, data):
    setting.cloud.storage.buckets.setdefault(DATA, new_bucket({"name": DATA}))
    setting.cloud.storage.put(DATA, {"name": name}, data)


def models(setting):
    return {path.name: path.read_bytes() for path in (setting.copy / "models").iterdir()}


def failure(setting, *arguments, faults=(), answer=""):
    """Train, which must fail and leave models/ alone, and return the script's own message."""
    before, setting.cloud.faults = models(setting), list(faults)
    result = setting.deploy("train", *arguments, answer=answer)
    setting.cloud.faults = []
    assert (result.returncode, models(setting)) == (1, before), result.stdout + result.stderr
    return result.stderr[result.stderr.index("error: ") :]


def test_without_a_yes_nothing_is_started(setting):
    assert failure(setting, *TARGET, answer="n\n").startswith("error: not confirmed: nothing was started.\n")
    assert STAGING not in setting.cloud.storage.buckets


def test_the_model_is_the_one_that_fit_makes_on_this_machine(setting, trained, tmp_path):
    shutil.copy("models/segmenter.joblib", tmp_path)
    options = ["--seed", "7", "--playbook", str(setting.copy / "words.toml"), "--out", str(tmp_path)]
    CliRunner().invoke(main, ["fit", str(setting.copy / "customers.csv"), *options], catch_exceptions=False)
    ours, theirs = (load(folder / "segmenter.joblib").model for folder in (setting.copy / "models", tmp_path))
    assert [(s.id, s.name, s.size) for s in ours.segments] == [(s.id, s.name, s.size) for s in theirs.segments]
    assert [f.name for f in ours.features] == ["annual_income", "spending_score"]
    assert "Careful with money" in [s.name for s in ours.segments]
    for one, other in zip(ours.segments, theirs.segments, strict=True):
        np.testing.assert_allclose(one.centroid, other.centroid, rtol=1e-9)
    assert ours.provenance["versions"]["scikit-learn"] == theirs.provenance["versions"]["scikit-learn"]
    assert ours.provenance["versions"]["python"].startswith("3.12.")
    digest = load(setting.copy / "models/segmenter.joblib").hash
    assert f"Model {digest} written to gs://{DATA}/models\n" in trained.stdout


def test_model_card_and_report_are_fetched_together(setting, trained):  # noqa: ARG001
    digest = load(setting.copy / "models/segmenter.joblib").hash
    for name in ("README.md", "report.html"):
        assert digest in (setting.copy / "models" / name).read_text()
    assert list(setting.copy.glob(".build*")) == []
    kept = [name for name in setting.cloud.storage.buckets[DATA]["objects"] if name.startswith("models/")]
    assert sorted(kept) == ["models/README.md", "models/report.html", "models/segmenter.joblib"]
    fetched = (setting.copy / "models/segmenter.joblib").read_bytes()
    assert setting.cloud.storage.buckets[DATA]["objects"]["models/segmenter.joblib"][1] == fetched


def test_the_bucket_is_not_public_and_holds_no_hidden_file_of_ours(setting, trained):
    assert "+ gcloud storage buckets create gs://my-shop-training" in trained.stdout
    access = setting.cloud.storage.buckets[STAGING]["resource"]["iamConfiguration"]
    assert access["publicAccessPrevention"] == "enforced"
    objects = setting.cloud.storage.buckets[STAGING]["objects"]
    code = next(data for name, (_, data) in objects.items() if name.endswith("/code.tar.gz"))
    with tarfile.open(fileobj=io.BytesIO(code)) as archive:
        names = archive.getnames()
    assert {
        "function/model/segmenter.py",
        "training/reports/templates/report.html.j2",
        "models/segmenter.joblib",
    } <= set(names)
    assert [name for name in names if "/." in name or "__pycache__" in name] == []


@pytest.mark.usefixtures("trained")
def test_a_batch_that_fails_says_what_fit_said_and_leaves_the_model(setting):
    result = setting.deploy("train", *TARGET, "--yes", "--", "--features", "annual_income,nowhere")
    assert result.returncode == 1
    assert f'Error: gs://{DATA}/customers/: expected a column "nowhere", found ' in result.stderr
    assert "\nerror: could not train: its batch failed, and models/ is as it was.\n" in result.stderr
    assert " pip install " not in result.stdout  # the packages are there since the first training


@pytest.mark.usefixtures("trained")
def test_a_batch_that_is_refused_is_named(setting):
    denied = error(403, "Permission 'dataproc.batches.create' denied on the project.", "PERMISSION_DENIED")
    message = failure(setting, *TARGET, "--yes", faults=[("POST dataproc.*", denied)])
    assert message.startswith("error: could not train: the account may not do this, or the project")


def test_a_table_that_is_not_there_starts_nothing(setting):
    message = failure(setting, *TARGET[:-1], f"gs://{DATA}/nowhere/", "--yes")
    assert message.startswith(f"error: there is no table gs://{DATA}/nowhere/.\n")


def test_a_table_that_may_not_be_read_starts_nothing(setting):
    denied = error(403, "me@example.com does not have storage.objects.list access to the Google Cloud Storage bucket.")
    message = failure(setting, *TARGET, "--yes", faults=[("GET storage.*/o", denied)])
    assert message.startswith("error: could not look for the table: the account may not use that bucket.\n")


def test_a_bucket_of_somebody_else_gets_no_code(setting):
    setting.cloud.foreign_buckets.add("taken")
    message = failure(setting, *TARGET, "--bucket", "taken", "--yes")
    assert message.startswith("error: could not create the bucket: the bucket taken belongs to another project.\n")


def test_a_bucket_that_changes_hands_meanwhile_gets_no_code(setting):
    def change_hands():
        setting.cloud.foreign_buckets.add(STAGING)

    batches, faults = dict(setting.cloud.batches), [(f"GET storage.*/b/{STAGING}/o.*", change_hands)]
    message = failure(setting, *TARGET, "--yes", faults=faults)
    setting.cloud.foreign_buckets.clear()
    assert f"the bucket {STAGING} is no longer one of the project {PROJECT}." in message
    assert setting.cloud.batches == batches


def test_the_stand_in_knew_every_request(setting):
    assert setting.cloud.unknown == []
