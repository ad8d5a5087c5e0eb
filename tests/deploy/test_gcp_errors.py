"""What `./deploy.sh gcp` says when a step fails, and that a failed step loses nothing."""

import shutil

import pytest

from tests.deploy.cloud.gcloud import BUCKET, PATIENCE, PROJECT, TARGET, set_up
from tests.deploy.cloud.http import error
from tests.deploy.cloud.storage import new_bucket
from tests.helpers import service

pytestmark = [pytest.mark.gcloud, pytest.mark.python313, pytest.mark.timeout(PATIENCE)]

DENIED = error(403, "Permission denied.", "PERMISSION_DENIED")
NO_BILLING = error(400, "Billing account for project '1' is not found.", "FAILED_PRECONDITION")
EXHAUSTED = error(429, "Maximum number of service accounts on project reached.", "RESOURCE_EXHAUSTED")
FORBIDDEN = error(412, "One or more users named in the policy do not belong to a permitted customer.")
NO_ACCESS = error(403, "me@example.com does not have storage.buckets.get access to the Google Cloud Storage bucket.")


@pytest.fixture(scope="module")
def setting(tmp_path_factory):
    setting = set_up(tmp_path_factory.mktemp("cloud"))
    yield setting
    setting.stop()


def failure(setting, *options, faults=(), **environment):
    """Deploy, which must fail, and return the script's own message: what gcloud said comes before it."""
    setting.cloud.faults = list(faults)
    result = setting.deploy("gcp", *TARGET, *options, **environment)
    setting.cloud.faults = []
    assert result.returncode == 1, result.stdout
    return result.stderr[result.stderr.index("error: ") :]


@pytest.mark.parametrize(
    ("request_line", "reply", "message"),
    [
        (
            "POST serviceusage.*",
            DENIED,
            f"could not switch on the services: the account may not do this, or the project {PROJECT} does not exist.",
        ),
        ("POST serviceusage.*", NO_BILLING, "could not switch on the services: the project has no billing account."),
        ("POST iam.*", EXHAUSTED, "could not create the service account: a quota of the project is used up."),
        (
            "GET storage.*",
            NO_ACCESS,
            f"could not look for the bucket: the bucket {BUCKET} belongs to another project.",
        ),
        (
            "PUT storage.*/iam",
            FORBIDDEN,
            "could not make the page readable by everyone: a policy of the organization forbids it.",
        ),
    ],
)
def test_a_refused_step_is_named_with_its_reason_and_what_to_do(setting, request_line, reply, message):
    first, *advice = failure(setting, faults=[(request_line, reply)]).splitlines()
    assert first == f"error: {message}"
    assert len(advice) == 2


def test_a_bucket_name_that_somebody_else_has_is_refused(setting):
    setting.cloud.storage.buckets.clear()
    setting.cloud.foreign_buckets.add(BUCKET)
    message = failure(setting)
    setting.cloud.foreign_buckets.clear()
    assert f"error: could not create the bucket: the bucket {BUCKET} belongs to another project.\n" in message
    assert "Choose another name with --bucket." in message


def test_a_network_that_is_gone_is_named(setting):
    message = failure(setting, CLOUDSDK_PROXY_PORT=str(service.free_port()))
    assert "error: could not switch on the services: Google Cloud cannot be reached.\n" in message


def test_a_missing_login_is_named(setting):
    message = failure(setting, CLOUDSDK_AUTH_ACCESS_TOKEN="")
    assert "error: could not use gcloud's login: gcloud is not logged in.\n" in message
    assert "gcloud auth login" in message


def test_a_missing_gcloud_is_named_with_the_address_to_get_it(setting, tmp_path):
    for tool in ("bash", "dirname", "mktemp", "rm"):
        (tmp_path / tool).symlink_to(shutil.which(tool))
    message = failure(setting, PATH=str(tmp_path))
    assert message.startswith("error: gcloud is missing.\n       Install it: https://cloud.google.com/sdk/docs/install")


def test_a_damaged_model_is_not_deployed(setting):
    model = setting.copy / "models/segmenter.joblib"
    whole = model.read_bytes()
    model.write_bytes(whole[:-1])
    message = failure(setting)
    model.write_bytes(whole)
    assert "error: models/segmenter.joblib does not load or does not reproduce its golden vectors" in message


def test_a_bucket_that_holds_something_else_is_not_taken_without_a_yes(setting):
    setting.cloud.storage.buckets = {BUCKET: new_bucket({"name": BUCKET})}
    setting.cloud.storage.put(BUCKET, {"name": "holiday.jpg"}, b"picture")
    message = failure(setting)
    assert message.startswith("error: not confirmed: nothing was removed.")
    assert list(setting.cloud.storage.buckets[BUCKET]["objects"]) == ["holiday.jpg"]
    assert setting.cloud.storage.buckets[BUCKET]["policy"]["bindings"] == []


def test_with_a_yes_the_bucket_is_taken_but_its_content_stays_until_the_page_is_there(setting):
    message = failure(setting, "--yes", faults=[("GET cloudfunctions.*/functions/segment", DENIED)])
    assert "error: could not deploy the function: the account may not do this, or the project" in message
    assert setting.cloud.storage.buckets[BUCKET]["resource"]["labels"] == {"segment-page": "used"}
    assert list(setting.cloud.storage.buckets[BUCKET]["objects"]) == ["holiday.jpg"]


def test_destroy_leaves_a_bucket_that_was_there_before_as_it_was(setting):
    result = setting.deploy("destroy", *TARGET, "--yes")
    assert result.returncode == 0, result.stderr
    bucket = setting.cloud.storage.buckets[BUCKET]
    assert bucket["objects"] == {}
    assert bucket["policy"].get("bindings", []) == []
    assert bucket["resource"].get("labels", {}) == {}
    assert bucket["resource"].get("website", {}) == {}
    assert setting.cloud.accounts == {}


def test_the_stand_in_knew_every_request(setting):
    assert setting.cloud.unknown == []


def test_an_unlabelled_bucket_is_left_alone_by_destroy(setting):
    setting.cloud.storage.put(BUCKET, {"name": "holiday.jpg"}, b"picture")
    result = setting.deploy("destroy", *TARGET, "--yes")
    assert result.returncode == 0, result.stderr
    assert f"The bucket {BUCKET} is not the page's: left as it is.\n" in result.stdout
    assert list(setting.cloud.storage.buckets[BUCKET]["objects"]) == ["holiday.jpg"]
