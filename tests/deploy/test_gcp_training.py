"""`./deploy.sh gcp --training`: the training service beside the function, really run as it was uploaded."""

import gzip
import json
import re
from dataclasses import dataclass

import pytest

from tests.deploy.cloud.gcloud import BUCKET, PATIENCE, PROJECT, TARGET, set_up
from tests.deploy.cloud.http import Request, error
from tests.helpers import tree

pytestmark = [pytest.mark.gcloud, pytest.mark.python313, pytest.mark.timeout(3 * PATIENCE)]

SECRET = "segment-training-key"
FUNCTION = f"projects/{PROJECT}/locations/us-central1/functions/segment-train"
ACCOUNT = f"segment-train@{PROJECT}.iam.gserviceaccount.com"
HOST = "segment-train-abcdef1234-uc.a.run.app"
ORIGIN = f"https://{BUCKET}.storage.googleapis.com"
READ_KEY = f"Its key   gcloud secrets versions access latest --secret={SECRET} --project={PROJECT}\n"
TABLE = "income,visits\n" + "".join(f"{number % 7},{number % 11}\n" for number in range(200))
SWITCHED_OFF = error(403, "Secret Manager API has not been used in project 1 before.", "SERVICE_DISABLED")
EXHAUSTED = error(429, "Quota exceeded for quota metric 'Write requests'.", "RESOURCE_EXHAUSTED")
FORBIDDEN = error(400, "Constraint constraints/gcp.resourceLocations is violated.", "FAILED_PRECONDITION")
DENIED = error(403, "Permission 'secretmanager.secrets.setIamPolicy' denied on resource.", "PERMISSION_DENIED")


@dataclass
class Deployment:
    """What a deployment printed, and what there was then."""

    stdout: str
    state: dict


@pytest.fixture(scope="module")
def setting(tmp_path_factory, gcloud):
    setting = set_up(tmp_path_factory.mktemp("cloud"), gcloud)
    setting.shrink_page()
    yield setting
    setting.stop()


@pytest.fixture(scope="module")
def first(setting):
    result = setting.deploy("gcp", *TARGET, "--training")
    assert result.returncode == 0, result.stdout + result.stderr
    return Deployment(result.stdout, setting.cloud.snapshot())


@pytest.fixture(autouse=True)
def deployed(setting, first):
    """Each test finds the first deployment, whatever the one before it did."""
    setting.cloud.restore(first.state)


def deploy(setting, *options):
    result = setting.deploy("gcp", *TARGET, *options)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def published(setting):
    """Return index.html and config.js as a visitor gets them now."""
    objects = setting.cloud.storage.buckets[BUCKET]["objects"]
    page = gzip.decompress(objects["index.html"][1]).decode()
    version = re.search(r'src="([0-9a-f]{16})/[a-z]+.js"', page)[1]
    return page, gzip.decompress(objects[f"{version}/config.js"][1]).decode()


def fit(setting, key=None, origin=ORIGIN):
    headers = {"content-type": "text/csv", "origin": origin, **({"authorization": f"Bearer {key}"} if key else {})}
    return setting.cloud.answer(Request("POST", HOST, "/fit?features=income,visits&k=2", headers, TABLE.encode()))


def key_of(setting):
    return setting.cloud.secrets[SECRET]["versions"][-1]


def test_a_page_with_the_key_fits_a_table_on_the_deployed_service(setting):
    reply = fit(setting, key_of(setting))
    assert (reply.status, reply.headers["access-control-allow-origin"]) == (200, ORIGIN)
    result = json.loads(reply.body.splitlines()[-1])["result"]
    assert len(result["rows"]["segment_id"]) == 200


@pytest.mark.parametrize("key", [None, "x", ""])
def test_who_has_no_key_or_another_is_refused(setting, key):
    reply = fit(setting, key)
    assert (reply.status, json.loads(reply.body)["kind"]) == (401, "key")


def test_another_page_is_refused_even_with_the_key(setting):
    reply = fit(setting, key_of(setting), "https://other.example")
    assert reply.status == 403
    assert "access-control-allow-origin" not in reply.headers


def test_the_service_is_set_up_as_documented(setting):
    function = setting.cloud.functions[FUNCTION]
    build, service = function["buildConfig"], function["serviceConfig"]
    assert (build["runtime"], build["entryPoint"]) == ("python313", "train")
    assert build["environmentVariables"] == {"GOOGLE_FUNCTION_SOURCE": "training/service.py"}
    assert service["environmentVariables"].items() >= {"ALLOWED_ORIGINS": ORIGIN}.items()
    assert (service["availableMemory"], service["availableCpu"], service["timeoutSeconds"]) == ("2Gi", "1", 300)
    assert (service["maxInstanceRequestConcurrency"], service["maxInstanceCount"]) == (1, 1)
    assert service.get("minInstanceCount", 0) == 0
    assert service["serviceAccountEmail"] == ACCOUNT
    assert "TRAINING_KEY" not in service["environmentVariables"]


def test_the_service_may_read_its_key_and_nothing_else_and_nobody_else_may(setting):
    secret = setting.cloud.secrets[SECRET]
    reader = {"role": "roles/secretmanager.secretAccessor", "members": [f"serviceAccount:{ACCOUNT}"]}
    assert secret["policy"]["bindings"] == [reader]
    assert secret["resource"]["replication"] == {"userManaged": {"replicas": [{"location": "us-central1"}]}}
    assert ACCOUNT not in json.dumps(setting.cloud.policies)


def test_only_training_what_it_needs_of_the_function_the_model_and_the_requirements_travel(setting):
    code = [*tree.outgoing("function/model/", "training/"), "function/__init__.py", "function/origins.py"]
    expected = sorted([*code, "models/segmenter.joblib", "requirements.txt"])
    assert setting.cloud.instances["segment-train"].files == expected


def test_the_page_knows_both_functions_and_may_call_no_other(setting):
    page, config = published(setting)
    function, training = "https://segment-abcdef1234-uc.a.run.app", f"https://{HOST}"
    assert config == f"export const FUNCTION_URL = '{function}';\nexport const TRAINING_URL = '{training}';\n"
    assert re.findall(r"connect-src ([^;\"]*)", page) == [f"'self' {function} {training}"]


def test_the_link_with_the_key_is_printed_at_the_end_and_the_key_nowhere_else(setting, first):
    key = key_of(setting)
    assert len(key) >= 43
    assert first.stdout.count(key) == 1
    assert f"\nTraining  https://{HOST}\nLink      {ORIGIN}/index.html#training-key={key}\n" in first.stdout
    assert first.stdout.endswith(READ_KEY)


def test_a_later_deployment_updates_it_unasked_and_keeps_its_key(setting):
    before, instance = key_of(setting), setting.cloud.instances["segment-train"]
    printed = deploy(setting)
    assert setting.cloud.secrets[SECRET]["versions"] == [before]
    assert before not in printed
    assert printed.endswith(f"\nTraining  https://{HOST}\n{READ_KEY}")
    assert setting.cloud.instances["segment-train"] is not instance
    assert f"TRAINING_URL = 'https://{HOST}'" in published(setting)[1]


def test_a_new_key_replaces_the_old_one(setting):
    old = key_of(setting)
    printed = deploy(setting, "--training", "--new-key")
    assert f"{ORIGIN}/index.html#training-key={key_of(setting)}\n" in printed
    assert [fit(setting, key).status for key in (old, key_of(setting))] == [401, 200]
    assert setting.cloud.secrets[SECRET]["versions"] == [None, key_of(setting)], "the old one is gone"


def test_it_can_be_removed_alone(setting):
    deploy(setting, "--without-training", "--yes")
    assert [name.rpartition("/")[2] for name in setting.cloud.functions] == ["segment"]
    assert setting.cloud.secrets == {}
    assert ACCOUNT not in setting.cloud.accounts
    page, config = published(setting)
    assert "TRAINING_URL = null" in config
    assert HOST not in page


def test_it_is_not_removed_without_a_yes(setting):
    result = setting.deploy("gcp", *TARGET, "--without-training", answer="n\n")
    assert "error: not confirmed: nothing was removed." in result.stderr
    assert FUNCTION in setting.cloud.functions


def test_status_names_it_and_sees_that_it_answers_and_asks_for_the_key(setting):
    result = setting.deploy("status", *TARGET)
    assert result.returncode == 0, result.stderr
    assert result.stdout.endswith(f"\nTraining  https://{HOST}\n{READ_KEY}")


@pytest.mark.parametrize(
    ("request_line", "reply", "message"),
    [
        ("POST secretmanager.*/secrets", EXHAUSTED, "could not create the secret: a quota of the project is used up."),
        (
            "POST secretmanager.*/secrets",
            FORBIDDEN,
            "could not create the secret: a policy of the organization forbids the region us-central1.",
        ),
        (
            "(GET|POST) secretmanager.*",
            SWITCHED_OFF,
            "could not create the secret: one of the project's services is not switched on everywhere yet.",
        ),
        (
            "POST secretmanager.*:setIamPolicy",
            DENIED,
            f"could not let the training service read its key: the account may not do this, or the project {PROJECT} "
            "does not exist.",
        ),
    ],
)
def test_a_refused_step_is_named_with_its_reason_and_what_to_do(setting, request_line, reply, message):
    setting.cloud.secrets.clear()
    setting.cloud.faults = [(request_line, reply)]
    result = setting.deploy("gcp", *TARGET, "--training")
    assert result.returncode == 1
    assert f"\nerror: {message}\n" in result.stderr


def test_destroy_leaves_nothing_of_it(setting):
    setting.cloud.secrets["other"] = setting.cloud.secrets[SECRET]
    result = setting.deploy("destroy", *TARGET, "--yes")
    assert result.returncode == 0, result.stderr
    assert setting.cloud.functions == setting.cloud.accounts == setting.cloud.instances == {}
    assert list(setting.cloud.secrets) == ["other"]


def test_the_stand_in_knew_every_request(setting):
    assert setting.cloud.unknown == []
