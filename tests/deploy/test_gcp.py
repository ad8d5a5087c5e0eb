"""`./deploy.sh gcp`, `status`, `destroy`: the real gcloud, the uploaded function really run, the page in Chromium."""

import gzip
import io
import re
import stat
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.deploy.cloud.gcloud import BUCKET, PATIENCE, PROJECT, TARGET, set_up
from tests.deploy.cloud.http import Request, error
from tests.deploy.cloud.storage import new_bucket
from tests.helpers import published, tree
from tests.page.helpers.parts import answer, await_confirmed

pytestmark = [pytest.mark.gcloud, pytest.mark.python313, pytest.mark.timeout(3 * PATIENCE)]

FUNCTION = f"projects/{PROJECT}/locations/us-central1/functions/segment"
ACCOUNT = f"segment-function@{PROJECT}.iam.gserviceaccount.com"
ORIGIN = f"https://{BUCKET}.storage.googleapis.com"
YEAR, FRESH = "public, max-age=31536000, immutable, no-transform", "no-cache, no-transform"
SWITCHED_OFF = error(403, "Cloud Functions API has not been used in project 1 before.", "SERVICE_DISABLED")
UNTRACKED = ("static/customers.csv", "static/.env", "function/service-account.json", "function/.env")


@pytest.fixture(scope="module")
def setting(tmp_path_factory, gcloud):
    setting = set_up(tmp_path_factory.mktemp("cloud"), gcloud)
    for name in UNTRACKED:
        (setting.copy / name).write_text("SECRET=1")
    add_file(setting, "static/map/brackets[1].js", "export const odd = 1;\n")
    for name in ("requirements.txt", "function/main.py"):
        (setting.copy / name).chmod(0o600)  # as a checkout under umask 077 has them
    yield setting
    setting.stop()


@pytest.fixture(scope="module")
def first(setting):
    """A private function for a page behind an address of its own."""
    with setting.little_page():
        result = setting.deploy("gcp", *TARGET, "--private", "--origin", "https://www.example.com")
    assert result.returncode == 0, result.stdout + result.stderr
    return Deployment(result.stdout, version(setting), setting.cloud.snapshot())


@pytest.fixture(scope="module")
def second(setting, first):  # noqa: ARG001
    """The same, public and at the bucket's own address, with another style."""
    with (setting.copy / "static/style.css").open("a") as style:
        style.write(".another { color: red }\n")
    result = setting.deploy("gcp", *TARGET)
    assert result.returncode == 0, result.stdout + result.stderr
    return Deployment(result.stdout, version(setting), setting.cloud.snapshot())


@pytest.fixture(autouse=True)
def deployed(setting, second):
    """Each test finds the second deployment, whatever the one before it did."""
    setting.cloud.restore(second.state)


@dataclass
class Deployment:
    """What a deployment printed, the version it made, and what there was then."""

    stdout: str
    version: str
    state: dict


def add_file(setting, name, text):
    (setting.copy / name).write_text(text)
    with (setting.copy / ".deploy/files.txt").open("a") as names:
        names.write(f"{name}\n")


def objects(setting):
    return setting.cloud.storage.buckets[BUCKET]["objects"]


def version(setting):
    page = gzip.decompress(objects(setting)["index.html"][1]).decode()
    return re.search(r'src="([0-9a-f]{16})/[a-z]+.js"', page)[1]


def put(setting, name, mark):
    setting.cloud.storage.put(BUCKET, {"name": name, "metadata": {"segment-page": mark}}, b"old")


def public(setting, name, **headers):
    return setting.cloud.answer(Request("GET", f"{BUCKET}.storage.googleapis.com", f"/{name}", headers, b""))


def test_a_private_function_serves_only_the_given_origin_and_refuses_strangers(first):
    assert "segment" not in first.state["policies"]
    environment = first.state["functions"][FUNCTION]["serviceConfig"]["environmentVariables"]
    assert environment["ALLOWED_ORIGINS"] == "https://www.example.com"
    assert first.stdout.endswith("Page      https://www.example.com/index.html\n")


def test_the_second_deployment_creates_and_removes_nothing(setting, first, second):
    commands = re.findall(r"^\+ gcloud (.*)", second.stdout, re.MULTILINE)
    assert [line for line in commands if " create " in line or line.startswith("storage rm")] == []
    assert first.version != second.version
    assert {name.partition("/")[0] for name in objects(setting)} == {"index.html", first.version, second.version}


def test_two_versions_before_stay_for_open_tabs_and_older_ones_go_as_do_stopped_uploads(setting):
    oldest, older, before, stopped = (letter * 16 for letter in "abcd")
    setting.cloud.storage.buckets[BUCKET]["objects"].clear()
    for name in (oldest, older, before, stopped):
        put(setting, f"{name}/app.js", name)
    put(setting, "index.html", f"{before} {older} {oldest}")
    with setting.little_page():
        result = setting.deploy("gcp", *TARGET)
    assert result.returncode == 0, result.stderr
    names = {name.partition("/")[0] for name in objects(setting)}
    assert names == {"index.html", older, before, version(setting)}


def test_only_the_function_its_model_and_its_requirements_travel(setting):
    function = tree.outgoing("function/")
    assert "function/main.py" in function
    assert setting.cloud.instances["segment"].files == sorted(
        [*function, "models/segmenter.joblib", "requirements.txt"]
    )


def test_another_user_may_read_all_that_travels(setting):
    *_, source = setting.cloud.sources.values()
    with zipfile.ZipFile(io.BytesIO(source)) as archive:
        hidden = [info.filename for info in archive.infolist() if not info.external_attr >> 16 & stat.S_IROTH]
    assert hidden == []


@pytest.mark.parametrize("path", ["/", "/health", "/model", "/openapi.json"])
def test_the_deployed_function_answers_everywhere(setting, path):
    request = Request("GET", "segment-abcdef1234-uc.a.run.app", path, {}, b"")
    assert setting.cloud.answer(request).status == 200


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


def test_the_bucket_is_uniform_public_and_opens_with_the_page(setting):
    bucket = setting.cloud.storage.buckets[BUCKET]
    assert bucket["resource"]["iamConfiguration"]["uniformBucketLevelAccess"]["enabled"] is True
    assert bucket["resource"]["website"] == {"mainPageSuffix": "index.html"}
    assert bucket["policy"]["bindings"] == [{"role": "roles/storage.objectViewer", "members": ["allUsers"]}]


def sent(setting, name):
    """Return what a visitor gets of a file of the page, uncompressed."""
    return published.page.condensed((setting.copy / "static" / name).read_bytes())


def test_the_page_is_stored_compressed_with_its_types_and_lasts_a_year_but_for_index_html(setting, second):
    types = {".css": "text/css", ".html": "text/html", ".js": "text/javascript"}
    names = [name.removeprefix("static/") for name in tree.outgoing("static/")]
    names = [*names, "map/brackets[1].js"]
    places = {name: name if name == "index.html" else f"{second.version}/{name}" for name in names}
    for name, place in places.items():
        resource, data = objects(setting)[place]
        assert resource["contentType"] == types[Path(name).suffix]
        assert resource["contentEncoding"] == "gzip"
        assert resource["cacheControl"] == (FRESH if name == "index.html" else YEAR)
        if name not in {"index.html", "config.js"}:
            assert gzip.decompress(data) == sent(setting, name)
    kept = [name for name in objects(setting) if name.startswith((second.version, "index.html"))]
    assert sorted(kept) == sorted(places.values())


def test_what_goes_over_the_wire_is_the_compressed_form(setting, second):
    reply = public(setting, f"{second.version}/style.css", **{"accept-encoding": "gzip, br"})
    plain = sent(setting, "style.css")
    assert reply.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(reply.body) == plain
    assert len(reply.body) < len(plain) / 2


def test_nothing_but_the_project_s_own_files_is_published_or_uploaded(setting):
    names = [*objects(setting), *setting.cloud.instances["segment"].files]
    assert len(names) > 50
    assert [name for name in names if Path(name).name in {Path(path).name for path in UNTRACKED}] == []


def test_every_file_that_index_html_names_is_there(setting):
    page = gzip.decompress(objects(setting)["index.html"][1]).decode()
    named = re.findall(r'(?:href|src)="([^"#:]+)"', page)
    assert len(named) > 10
    assert [name for name in named if name not in objects(setting)] == []


def test_the_page_may_call_its_own_function_and_no_other(setting):
    uri = setting.cloud.functions[FUNCTION]["serviceConfig"]["uri"]
    page = gzip.decompress(objects(setting)["index.html"][1]).decode()
    assert re.findall(r"connect-src ([^;\"]*)", page) == [f"'self' {uri}"]


def test_config_js_names_the_deployed_function_and_the_tree_is_left_as_it_was(setting, second):
    uri = setting.cloud.functions[FUNCTION]["serviceConfig"]["uri"]
    config = gzip.decompress(public(setting, f"{second.version}/config.js").body).decode()
    assert config == f"export const FUNCTION_URL = '{uri}';\nexport const TRAINING_URL = null;\n"
    assert uri not in (setting.copy / "static/config.js").read_text()
    assert list(setting.copy.glob(".build*")) == []


def test_both_addresses_are_printed_at_the_end(setting, second):
    uri = setting.cloud.functions[FUNCTION]["serviceConfig"]["uri"]
    assert second.stdout.endswith(f"\nFunction  {uri}\nPage      {ORIGIN}/index.html\n")


def test_status_names_both_addresses(setting):
    result = setting.deploy("status", *TARGET)
    assert result.returncode == 0, result.stderr
    assert f"Page      {ORIGIN}/index.html\n" in result.stdout


def test_the_deployed_page_shows_a_segment_of_the_deployed_function(setting, browser):
    context = browser.new_context(proxy={"server": f"http://127.0.0.1:{setting.proxy.port}"}, ignore_https_errors=True)
    page = context.new_page()
    answers = []
    page.on("response", lambda response: answers.append((response.url, response.status)))
    page.goto(f"{ORIGIN}/index.html#annual_income=20&spending_score=10")
    await_confirmed(page)
    expect(answer(page)).to_contain_text("Frugal")
    uri = setting.cloud.functions[FUNCTION]["serviceConfig"]["uri"]
    assert (f"{uri}/segment", 200) in answers
    assert answers.count((f"{uri}/model", 200)) == 1, "what is preloaded is used"
    context.close()


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


def test_two_deployments_at_once_do_not_disturb_each_other(setting):
    def deploy(name):
        return setting.deploy("gcp", "--project", PROJECT, "--bucket", f"my-shop-{name}", "--name", name)

    with setting.little_page(), ThreadPoolExecutor() as pool:
        results = list(pool.map(deploy, ["spring", "autumn"]))
    assert [result.returncode for result in results] == [0, 0], [result.stderr for result in results]
    for name in ("spring", "autumn"):
        stored = setting.cloud.storage.buckets[f"my-shop-{name}"]["objects"]
        config = next(data for key, (_, data) in stored.items() if key.endswith("/config.js"))
        assert f"https://{name}-" in gzip.decompress(config).decode()


@pytest.mark.parametrize("functions_api", [[], [("GET cloudfunctions.*", SWITCHED_OFF)]], ids=["on", "off"])
def test_status_says_that_there_is_no_such_function(setting, functions_api):
    setting.cloud.faults = functions_api
    result = setting.deploy("status", *TARGET, "--name", "never-made")
    setting.cloud.faults = []
    assert (result.returncode, result.stderr) == (
        1,
        "error: there is no function never-made in the project my-shop.\n"
        "       Deploy it first, ./deploy.sh gcp, or give the options that gcp had.\n",
    )


@pytest.mark.parametrize("command", ["gcp", "status", "destroy"])
def test_a_function_of_another_region_is_not_taken_for_none(setting, command):
    result = setting.deploy(command, *TARGET, "--region", "europe-west1")
    assert (result.returncode, result.stderr) == (
        1,
        "error: the function segment is in us-central1, not in europe-west1.\n"
        "       Add --region with where it is; another function needs another --name.\n",
    )


def test_destroy_asks_and_without_a_yes_removes_nothing(setting):
    put(setting, "somebody-else-s.csv", "")
    result = setting.deploy("destroy", *TARGET, answer="n\n")
    assert result.returncode == 1
    assert f" in {BUCKET} (1 file without this command's mark) from the project {PROJECT}?" in result.stdout
    assert "error: not confirmed: nothing was removed." in result.stderr
    assert FUNCTION in setting.cloud.functions
    assert objects(setting)


def test_destroy_leaves_nothing_of_its_own_and_everything_else(setting):
    cloud = setting.cloud
    cloud.functions["projects/my-shop/locations/us-central1/functions/other"] = {}
    cloud.accounts[f"other@{PROJECT}.iam.gserviceaccount.com"] = {}
    cloud.storage.buckets["other"] = new_bucket({"name": "other"})
    result = setting.deploy("destroy", *TARGET, answer="y\n")
    assert result.returncode == 0, result.stderr
    assert [name.rpartition("/")[2] for name in cloud.functions] == ["other"]
    assert list(cloud.accounts) == [f"other@{PROJECT}.iam.gserviceaccount.com"]
    assert list(cloud.storage.buckets) == ["other"]
    assert cloud.instances == {}


def test_destroy_where_nothing_is_there_changes_nothing_and_succeeds(setting):
    result = setting.deploy("destroy", "--project", PROJECT, "--bucket", "never-made", "--name", "never-made", "--yes")
    assert result.returncode == 0, result.stderr
    for what in ("function", "bucket"):
        assert f"\nThere is no {what} never-made in the project {PROJECT}.\n" in result.stdout
    assert not re.search(r"^\+ gcloud .* (delete|rm) ", result.stdout, re.MULTILINE)


def test_the_stand_in_knew_every_request(setting):
    assert setting.cloud.unknown == []
