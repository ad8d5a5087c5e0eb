"""`./deploy.sh gcp`, `status`, `destroy`: the real gcloud, the uploaded function really run, the page in Chromium."""

import re

import pytest
from playwright.sync_api import expect

from tests.deploy.cloud.gcloud import BUCKET, PATIENCE, PROJECT, TARGET, set_up
from tests.deploy.cloud.http import Request
from tests.page.parts import CONFIRMED, answer

pytestmark = [pytest.mark.gcloud, pytest.mark.python313, pytest.mark.timeout(PATIENCE)]

FUNCTION = f"projects/{PROJECT}/locations/us-central1/functions/segment"
ACCOUNT = f"segment-function@{PROJECT}.iam.gserviceaccount.com"
ORIGIN = f"https://{BUCKET}.storage.googleapis.com"
HOUR = "public, max-age=3600"


@pytest.fixture(scope="module")
def setting(tmp_path_factory):
    setting = set_up(tmp_path_factory.mktemp("cloud"))
    (setting.copy / "static/old.css").write_text("/* goes away with the second deployment */")
    (setting.copy / "function/.env").write_text("SECRET=1")
    yield setting
    setting.stop()


@pytest.fixture(scope="module")
def first(setting):
    """A private function for a page behind an address of its own."""
    result = setting.deploy("gcp", *TARGET, "--private", "--origin", "https://www.example.com")
    assert result.returncode == 0, result.stdout + result.stderr
    return result


@pytest.fixture(scope="module")
def second(setting, first):  # noqa: ARG001
    """The same, public and at the bucket's own address."""
    (setting.copy / "static/old.css").unlink()
    result = setting.deploy("gcp", *TARGET)
    assert result.returncode == 0, result.stdout + result.stderr
    return result


def objects(setting):
    return setting.cloud.storage.buckets[BUCKET]["objects"]


def test_a_private_function_serves_only_the_given_origin_and_refuses_strangers(setting, first):
    assert "allUsers" not in str(setting.cloud.policies.get("segment"))
    environment = setting.cloud.functions[FUNCTION]["serviceConfig"]["environmentVariables"]
    assert environment["ALLOWED_ORIGINS"] == "https://www.example.com"
    assert first.stdout.endswith("Page      https://www.example.com/index.html\n")
    assert "old.css" in objects(setting)


def test_the_second_deployment_creates_nothing_and_removes_what_is_obsolete(setting, second):
    commands = re.findall(r"^\+ gcloud (.*)", second.stdout, re.MULTILINE)
    assert [line for line in commands if " create " in line] == []
    assert [line for line in commands if line.startswith("storage rm")] == [
        f"storage rm gs://{BUCKET}/old.css --project={PROJECT} --quiet"
    ]
    assert "old.css" not in objects(setting)


@pytest.mark.usefixtures("second")
def test_only_the_function_its_model_and_its_requirements_travel(setting):
    paths = [path.relative_to(setting.copy).as_posix() for path in (setting.copy / "function").rglob("*")]
    function = {
        path for path in paths if (setting.copy / path).is_file() and "/." not in path and "__pycache__" not in path
    }
    expected = function | {"models/segmenter.joblib", "requirements.txt"}
    assert setting.cloud.instances["segment"].files == sorted(expected)
    assert "function/main.py" in expected


@pytest.mark.usefixtures("second")
@pytest.mark.parametrize("path", ["/", "/health", "/model", "/openapi.json"])
def test_the_deployed_function_answers_everywhere(setting, path):
    request = Request("GET", "segment-abcdef1234-uc.a.run.app", path, {}, b"")
    assert setting.cloud.answer(request).status == 200


@pytest.mark.usefixtures("second")
def test_the_function_is_set_up_as_documented(setting):
    function = setting.cloud.functions[FUNCTION]
    build, service = function["buildConfig"], function["serviceConfig"]
    assert (build["runtime"], build["entryPoint"]) == ("python313", "segment")
    assert build["environmentVariables"] == {"GOOGLE_FUNCTION_SOURCE": "function/main.py"}
    assert (
        service["environmentVariables"].items() >= {"ALLOWED_ORIGINS": ORIGIN, "GOOGLE_CLOUD_PROJECT": PROJECT}.items()
    )
    assert (service["availableMemory"], service["availableCpu"], service["timeoutSeconds"]) == ("256Mi", "1", 30)
    assert (service["maxInstanceRequestConcurrency"], service["maxInstanceCount"]) == (80, 3)
    assert service.get("minInstanceCount", 0) == 0
    assert service["serviceAccountEmail"] == ACCOUNT
    assert setting.cloud.policies["segment"]["bindings"] == [{"role": "roles/run.invoker", "members": ["allUsers"]}]


@pytest.mark.usefixtures("second")
def test_the_bucket_is_uniform_public_and_opens_with_the_page(setting):
    bucket = setting.cloud.storage.buckets[BUCKET]
    assert bucket["resource"]["iamConfiguration"]["uniformBucketLevelAccess"]["enabled"] is True
    assert bucket["resource"]["website"] == {"mainPageSuffix": "index.html"}
    assert bucket["policy"]["bindings"] == [{"role": "roles/storage.objectViewer", "members": ["allUsers"]}]


@pytest.mark.usefixtures("second")
def test_the_page_has_the_right_types_and_cache_headers(setting):
    static = setting.copy / "static"
    stored = {
        name: (resource["contentType"], resource["cacheControl"]) for name, (resource, _) in objects(setting).items()
    }
    types = {".css": "text/css", ".html": "text/html", ".js": "text/javascript", ".svg": "image/svg+xml"}
    fresh = {"index.html", "config.js"}
    paths = [path for path in static.rglob("*") if path.is_file() and path.name != "old.css"]
    files = {str(path.relative_to(static)): types[path.suffix] for path in paths}
    expected = {name: (kind, "no-cache" if name in fresh else HOUR) for name, kind in files.items()}
    assert {name: stored[name] for name in stored if name != "old.css"} == expected
    same = [name for name in files if objects(setting)[name][1] == (static / name).read_bytes()]
    assert set(files) - set(same) == {"config.js"}


@pytest.mark.usefixtures("second")
def test_config_js_names_the_deployed_function_and_the_tree_is_left_as_it_was(setting):
    uri = setting.cloud.functions[FUNCTION]["serviceConfig"]["uri"]
    assert objects(setting)["config.js"][1].decode() == f"export const FUNCTION_URL = '{uri}';\n"
    assert uri not in (setting.copy / "static/config.js").read_text()
    assert not (setting.copy / ".build").exists()


def test_both_addresses_are_printed_at_the_end(setting, second):
    uri = setting.cloud.functions[FUNCTION]["serviceConfig"]["uri"]
    assert second.stdout.endswith(f"\nFunction  {uri}\nPage      {ORIGIN}/index.html\n")


@pytest.mark.usefixtures("second")
def test_status_names_both_addresses(setting):
    result = setting.deploy("status", *TARGET)
    assert result.returncode == 0, result.stderr
    assert f"Page      {ORIGIN}/index.html\n" in result.stdout


@pytest.mark.usefixtures("second")
def test_the_deployed_page_shows_a_segment_of_the_deployed_function(setting, browser):
    context = browser.new_context(proxy={"server": f"http://127.0.0.1:{setting.proxy.port}"}, ignore_https_errors=True)
    page = context.new_page()
    answers = []
    page.on("response", lambda response: answers.append((response.url, response.status)))
    page.goto(f"{ORIGIN}/index.html#annual_income=20&spending_score=10")
    expect(answer(page)).to_contain_text(CONFIRMED)
    expect(answer(page)).to_contain_text("Frugal")
    uri = setting.cloud.functions[FUNCTION]["serviceConfig"]["uri"]
    assert (f"{uri}/segment", 200) in answers
    context.close()


@pytest.mark.usefixtures("second")
def test_a_deployment_that_fails_leaves_the_earlier_function_and_page_as_they_are(setting):
    serving, page = setting.cloud.instances["segment"], dict(objects(setting))
    main = setting.copy / "function/main.py"
    source = main.read_text()
    main.write_text("import no_such_module\n")
    result = setting.deploy("gcp", *TARGET)
    main.write_text(source)
    assert result.returncode == 1
    assert "\nerror: could not deploy the function: the function does not build or does not start.\n" in result.stderr
    assert setting.cloud.instances["segment"] is serving
    assert serving.running()
    assert objects(setting) == page


@pytest.mark.usefixtures("second")
def test_the_stand_in_knew_every_request(setting):
    assert setting.cloud.unknown == []


@pytest.mark.usefixtures("second")
def test_destroy_asks_and_without_a_yes_removes_nothing(setting):
    result = setting.deploy("destroy", *TARGET, answer="n\n")
    assert result.returncode == 1
    assert "error: not confirmed: nothing was removed." in result.stderr
    assert FUNCTION in setting.cloud.functions
    assert objects(setting)


@pytest.mark.usefixtures("second")
def test_destroy_leaves_nothing_of_its_own_and_everything_else(setting):
    cloud = setting.cloud
    cloud.functions["projects/my-shop/locations/us-central1/functions/other"] = {}
    cloud.accounts[f"other@{PROJECT}.iam.gserviceaccount.com"] = {}
    cloud.storage.buckets["other"] = cloud.storage.buckets[BUCKET]
    result = setting.deploy("destroy", *TARGET, answer="y\n")
    assert result.returncode == 0, result.stderr
    assert [name.rpartition("/")[2] for name in cloud.functions] == ["other"]
    assert list(cloud.accounts) == [f"other@{PROJECT}.iam.gserviceaccount.com"]
    assert list(cloud.storage.buckets) == ["other"]
    assert cloud.instances == {}


def test_destroy_where_nothing_is_there_changes_nothing_and_succeeds(setting):
    result = setting.deploy("destroy", "--project", PROJECT, "--bucket", "never-made", "--name", "never-made", "--yes")
    assert result.returncode == 0, result.stderr
    assert not re.search(r"^\+ gcloud .* (delete|rm) ", result.stdout, re.MULTILINE)
