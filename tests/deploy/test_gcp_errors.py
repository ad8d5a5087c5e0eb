"""What `./deploy.sh gcp` says when a step fails, and that a failed step loses nothing."""

import shutil
from urllib.parse import quote

import pytest

from tests.deploy.cloud.gcloud import BUCKET, PATIENCE, PROJECT, TARGET, set_up
from tests.deploy.cloud.http import Request, error
from tests.deploy.cloud.storage import new_bucket
from tests.helpers import service

pytestmark = [pytest.mark.gcloud, pytest.mark.python313, pytest.mark.timeout(PATIENCE)]

ACCOUNT = f"segment-function@{PROJECT}.iam.gserviceaccount.com"
PRIVATE = ["customers.csv", "holiday [1].jpg", "what?*.txt", "x/segments.csv"]
DENIED = error(403, "Permission denied.", "PERMISSION_DENIED")
NO_BILLING = error(400, "Billing account for project '1' is not found.", "FAILED_PRECONDITION")
EXHAUSTED = error(429, "Maximum number of service accounts on project reached.", "RESOURCE_EXHAUSTED")
FORBIDDEN = error(412, "One or more users named in the policy do not belong to a permitted customer.")


@pytest.fixture(scope="module")
def setting(tmp_path_factory, gcloud):
    setting = set_up(tmp_path_factory.mktemp("cloud"), gcloud)
    setting.shrink_page()
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
    for tool in ("bash", "dirname", "mktemp", "readlink", "rm"):
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


@pytest.fixture
def private(setting):
    """A bucket of the project that nobody but its owner may read, with files of theirs."""
    setting.cloud.storage.buckets = {BUCKET: new_bucket({"name": BUCKET})}
    for name in PRIVATE:
        setting.cloud.storage.put(BUCKET, {"name": name}, b"private")
    yield setting.cloud.storage.buckets[BUCKET]
    setting.cloud.storage.buckets = {}


def read_by_anyone(setting, names):
    """Return the statuses that a visitor without a login gets for these objects."""
    host = f"{BUCKET}.storage.googleapis.com"
    return {setting.cloud.answer(Request("GET", host, f"/{quote(name)}", {}, b"")).status for name in names}


def test_a_bucket_that_holds_something_else_is_not_taken_without_a_yes(setting, private):
    result = setting.deploy("gcp", *TARGET, answer="n\n")
    assert f"The bucket {BUCKET} holds 4 files without this command's mark" in result.stdout
    assert "error: not confirmed: nothing was removed." in result.stderr
    assert sorted(private["objects"]) == PRIVATE
    assert private["policy"]["bindings"] == []
    assert private["resource"].get("labels", {}) == {}


@pytest.mark.parametrize(
    ("request_line", "reply", "said"),
    [
        ("GET cloudfunctions.*/functions/segment", DENIED, "could not deploy the function: "),
        ("POST storage.*/upload/.*", DENIED, "could not upload the page: "),
        ("DELETE storage.*/o/.*", DENIED, "could not remove what the page does not need: "),
        (
            "PUT storage.*/iam",
            FORBIDDEN,
            "could not make the page readable by everyone: a policy of the organization forbids it.\n",
        ),
    ],
)
def test_whichever_step_fails_private_files_never_become_public(setting, private, request_line, reply, said):
    message = failure(setting, "--yes", faults=[(request_line, reply)])
    assert message.startswith(f"error: {said}")
    assert len(message.splitlines()) == 3, "and what to do"
    assert read_by_anyone(setting, [*PRIVATE, *private["objects"]]) <= {403}
    assert private["policy"].get("bindings", []) == []


def test_with_a_yes_the_files_go_whatever_their_names_are_and_then_the_bucket_opens(setting, private):
    result = setting.deploy("gcp", *TARGET, "--yes")
    assert result.returncode == 0, result.stderr
    assert not {*PRIVATE} & private["objects"].keys()
    assert private["resource"]["labels"] == {"segment-page": "used"}
    assert read_by_anyone(setting, private["objects"]) == {200}
    result = setting.deploy("destroy", *TARGET, "--yes")
    assert result.returncode == 0, result.stderr
    assert private["objects"] == {}
    assert private["policy"].get("bindings", []) == []
    assert private["resource"].get("labels", {}) == {}
    assert private["resource"].get("website", {}) == {}
    assert setting.cloud.accounts == {}


def test_an_open_bucket_of_somebody_else_is_not_written_to(setting, private):
    setting.cloud.foreign_buckets.add(BUCKET)
    message = failure(setting, "--yes")
    setting.cloud.foreign_buckets.clear()
    assert f"error: could not create the bucket: the bucket {BUCKET} belongs to another project.\n" in message
    assert sorted(private["objects"]) == PRIVATE
    assert private["resource"].get("labels", {}) == {}


def test_a_bucket_that_changes_hands_meanwhile_is_not_written_to(setting, private):
    def change_hands():
        setting.cloud.foreign_buckets.add(BUCKET)

    message = failure(setting, "--yes", faults=[("POST cloudfunctions.*", change_hands)])
    setting.cloud.foreign_buckets.clear()
    assert (
        f"error: could not upload the page: the bucket {BUCKET} is no longer one of the project {PROJECT}." in message
    )
    assert sorted(private["objects"]) == PRIVATE


def test_a_bucket_that_was_just_made_when_a_run_was_stopped_is_the_page_s_and_goes_with_it(setting):
    setting.cloud.storage.buckets = {}
    message = failure(setting, faults=[("PATCH storage.*", DENIED)])
    assert message.startswith("error: could not set up the bucket:")
    assert "labels" not in setting.cloud.storage.buckets[BUCKET]["resource"]
    result = setting.deploy("destroy", *TARGET, "--yes")
    assert result.returncode == 0, result.stderr
    assert setting.cloud.storage.buckets == {}


def test_a_new_service_account_is_waited_for(setting):
    setting.cloud.accounts.clear()
    setting.cloud.hidden_accounts = 2
    message = failure(setting, faults=[("GET storage.*", DENIED)])
    setting.cloud.hidden_accounts = 0
    assert message.startswith("error: could not look for the bucket:")


def test_a_function_is_deployed_again_while_its_new_account_is_not_known_everywhere(setting):
    unknown = [error(400, f"Service account {ACCOUNT} was not found.", "FAILED_PRECONDITION")]
    faults = [
        ("(POST|PATCH) cloudfunctions.*/functions(/segment)?", lambda: unknown.pop() if unknown else None),
        ("POST storage.*/upload/.*", DENIED),
    ]
    message = failure(setting, faults=faults)
    assert message.startswith("error: could not upload the page:")
    assert unknown == []


def test_an_unlabelled_bucket_is_left_alone_by_destroy(setting, private):
    result = setting.deploy("destroy", *TARGET, "--yes")
    assert result.returncode == 0, result.stderr
    assert f"The bucket {BUCKET} is not the page's: left as it is.\n" in result.stdout
    assert sorted(private["objects"]) == PRIVATE


def test_the_stand_in_knew_every_request(setting):
    assert setting.cloud.unknown == []
