"""Cloud Functions v2, Cloud Run's IAM, Service Usage and IAM service accounts: what `deploy.sh` needs of them."""

import copy
import itertools
import re

from tests.deploy.cloud import dataproc, secretmanager, storage
from tests.deploy.cloud.http import Reply, Routes, content, error
from tests.deploy.cloud.platform import BuildError, Instance
from tests.deploy.cloud.storage import etag, merge

routes = Routes()
TABLES = (routes, storage.routes, dataproc.routes, secretmanager.routes)
FUNCTIONS = r"cloudfunctions\.googleapis\.com"
RUN = r"(?:[a-z0-9-]+-)?run\.googleapis\.com"
IAM = r"iam\.googleapis\.com"
USAGE = r"serviceusage\.googleapis\.com"
PROJECTS = r"cloudresourcemanager\.googleapis\.com"
NUMBER = "123456789"
BUILDER = f"{NUMBER}-compute@developer.gserviceaccount.com"
LOCATION = r"/v2/projects/([^/]+)/locations/([^/:]+)"


class Cloud:
    """All state: what exists and what shall fail.

    unknown : requests that the stand-in had no answer for
    faults : list of (expression for "METHOD host/path", Reply or a function that returns one or None); the first that
        matches and has a reply answers
    foreign_buckets : names that somebody else owns; what is in storage.buckets too is open to us all the same
    hidden_accounts : how often a new service account is asked for before it is shown
    """

    def __init__(self, folder):
        self.folder = folder
        self.storage = storage.Storage()
        self.functions, self.instances, self.policies, self.batches = {}, {}, {}, {}
        self.accounts, self.services, self.secrets = {}, set(), {}
        self.sources, self.operations = {}, {}
        self.unknown, self.faults, self.foreign_buckets = [], [], set()
        self.hidden_accounts, self.asked = 0, {}
        self.numbers = itertools.count(1)

    def answer(self, request):
        line = f"{request.method} {request.host}{request.path}"
        for pattern, reply in self.faults:
            if re.fullmatch(pattern, line) and (answer := reply() if callable(reply) else reply):
                return answer
        handler = next(filter(None, (table.find(request) for table in TABLES)), None)
        try:
            if handler is not None:
                return handler(self)
            problem = f"the stand-in does not know {line}"
        except (KeyError, ValueError) as failure:
            problem = f"the stand-in failed at {line}: {failure!r}"
        self.unknown.append(problem)
        return error(400, problem)  # not 5xx, which gcloud repeats for half a minute

    def operation(self, response=None, failure=None, metadata=None):
        """Register an operation that is done and return its answer."""
        name = f"projects/p/locations/r/operations/operation-{next(self.numbers)}"
        result = {"error": {"code": 3, "message": failure}} if failure else {"response": response or {}}
        self.operations[name] = {"name": name, "done": True, "metadata": metadata or {}, **result}
        return content(self.operations[name])

    def snapshot(self):
        """Return what there is, for restore."""
        state = {name: dict(getattr(self, name)) for name in ("functions", "instances", "policies", "accounts")}
        state |= {"secrets": copy.deepcopy(self.secrets)}
        return state | {"buckets": copy.deepcopy(self.storage.buckets), "foreign_buckets": set(self.foreign_buckets)}

    def restore(self, snapshot):
        """Put everything back as it was: what was started meanwhile is stopped, what was stopped runs again."""
        for name, instance in self.instances.items():
            if instance is not snapshot["instances"].get(name):
                instance.stop()
        self.storage.buckets = copy.deepcopy(snapshot["buckets"])
        for name in snapshot.keys() - {"buckets"}:
            setattr(self, name, type(snapshot[name])(snapshot[name]))
        for instance in self.instances.values():
            instance.resume()
        self.faults, self.hidden_accounts = [], 0

    def stop(self):
        for running in (*self.instances.values(), *self.batches.values()):
            running.stop()


# ---- Cloud Functions


@routes.add(FUNCTIONS, "GET", LOCATION + "/runtimes")
def runtimes(_cloud, _request, _project, _region):
    return content({"runtimes": [{"name": "python313", "environment": "GEN_2", "stage": "GA"}]})


@routes.add(FUNCTIONS, "GET", LOCATION + "/functions/([^/:]+)")
def get_function(cloud, request, *_):
    name = request.path.removeprefix("/v2/")
    if name not in cloud.functions:
        return error(404, f"Resource '{name}' was not found", "NOT_FOUND")
    return content(cloud.functions[name])


@routes.add(FUNCTIONS, "GET", LOCATION + "/functions")
def list_functions(cloud, *_):
    return content({"functions": list(cloud.functions.values())})


@routes.add(FUNCTIONS, "POST", LOCATION + "/functions:generateUploadUrl")
def generate_upload_url(cloud, _request, project, region):
    number = next(cloud.numbers)
    source = {"bucket": f"gcf-v2-uploads-{project}.{region}.cloudfunctions.appspot.com", "object": f"{number}.zip"}
    return content({"uploadUrl": f"https://storage.googleapis.com/source/{number}.zip?signed", "storageSource": source})


@routes.add(storage.API, "PUT", "/source/(.+)")
def upload_source(cloud, request, name):
    cloud.sources[name] = request.body
    return Reply()


@routes.add(FUNCTIONS, "POST", LOCATION + "/functions")
def create_function(cloud, request, project, region):
    name = f"projects/{project}/locations/{region}/functions/{request.query['functionId']}"
    return roll_out(cloud, name, request.json())


@routes.add(FUNCTIONS, "PATCH", LOCATION + "/functions/([^/:]+)")
def patch_function(cloud, request, *_):
    name = request.path.removeprefix("/v2/")
    function, change = cloud.functions[name], request.json()
    for field in request.query["updateMask"].split(","):
        function = replace_field(function, change, [camel_case(part) for part in field.split(".")])
    return roll_out(cloud, name, function)


@routes.add(FUNCTIONS, "DELETE", LOCATION + "/functions/([^/:]+)")
def delete_function(cloud, request, *_):
    name = request.path.removeprefix("/v2/")
    del cloud.functions[name]
    service = name.rpartition("/")[2]
    cloud.instances.pop(service).stop()
    cloud.policies.pop(service, None)
    return cloud.operation()


@routes.add(FUNCTIONS, "GET", r"/v2/(projects/[^/]+/locations/[^/]+/operations/.+)")
def get_operation(cloud, _request, name):
    return content(cloud.operations[name])


def roll_out(cloud, name, resource):
    """Build and start what the resource describes; the old instance serves on until the new one answers."""
    service = name.rpartition("/")[2]
    host = f"{service}-abcdef1234-uc.a.run.app"
    source = cloud.sources[resource["buildConfig"]["source"]["storageSource"]["object"]]
    try:
        variables = secretmanager.variables(cloud, resource["serviceConfig"])
        instance = Instance(source, resource, cloud.folder, f"{service}-{next(cloud.numbers)}", variables)
    except (BuildError, secretmanager.AccessError) as failure:
        return cloud.operation(failure=str(failure))
    before, cloud.instances[service] = cloud.instances.get(service), instance
    if before:
        before.stop()
    added = {"uri": f"https://{host}", "service": name.replace("/functions/", "/services/"), "revision": f"{service}-1"}
    project, region = name.split("/")[1], name.split("/")[3]
    address = f"https://{region}-{project}.cloudfunctions.net/{service}"
    computed = {"name": name, "state": "ACTIVE", "environment": "GEN_2", "url": address, "serviceConfig": added}
    cloud.functions[name] = merge(resource, computed)
    return cloud.operation({"@type": "type.googleapis.com/google.cloud.functions.v2.Function", **cloud.functions[name]})


def camel_case(name):
    first, *rest = name.split("_")
    return first + "".join(part.title() for part in rest)


def replace_field(resource, change, path):
    """Return the resource with the field at path taken from change, as an update mask does."""
    key, *rest = path
    if rest:
        return {**resource, key: replace_field(resource.get(key, {}), change.get(key, {}), rest)}
    kept = {name: value for name, value in resource.items() if name != key}
    return kept | ({key: change[key]} if key in change else {})


@routes.add(r"[a-z0-9-]+\.a\.run\.app", "GET", ".*")
@routes.add(r"[a-z0-9-]+\.a\.run\.app", "POST", ".*")
@routes.add(r"[a-z0-9-]+\.a\.run\.app", "OPTIONS", ".*")
def call_function(cloud, request):
    service = request.host.removesuffix("-abcdef1234-uc.a.run.app")
    if service not in cloud.instances or request.path.endswith("z"):  # Google's front end keeps such paths to itself
        return Reply(404, b"Not Found")
    if not any("allUsers" in binding["members"] for binding in cloud.policies.get(service, {}).get("bindings", [])):
        return Reply(403, b"Your client does not have permission to get URL from this server.")
    return cloud.instances[service].call(request)


# ---- Cloud Run: who may call


@routes.add(RUN, "GET", r"/v1/projects/[^/]+/locations/[^/]+/services/([^/:]+):getIamPolicy")
def get_run_policy(cloud, _request, service):
    return content(cloud.policies.get(service, {"etag": etag(0)}))


@routes.add(RUN, "POST", r"/v1/projects/[^/]+/locations/[^/]+/services/([^/:]+):setIamPolicy")
def set_run_policy(cloud, request, service):
    cloud.policies[service] = request.json()["policy"]
    return content(cloud.policies[service])


# ---- Service Usage


@routes.add(USAGE, "GET", r"/v1/projects/[^/]+/services/([^/:]+)")
def get_service(cloud, _request, name):
    return content({"config": {"name": name}, "state": "ENABLED" if name in cloud.services else "DISABLED"})


@routes.add(USAGE, "POST", r"/v1/projects/[^/]+/services:batchEnable")
def enable_services(cloud, request):
    cloud.services.update(request.json()["serviceIds"])
    return cloud.operation()


@routes.add(USAGE, "POST", r"/v1/projects/[^/]+/services/([^/:]+):enable")
def enable_service(cloud, _request, name):
    cloud.services.add(name)
    return cloud.operation()


# ---- what gcloud looks up to see whether builds are allowed


@routes.add(r"cloudbuild\.googleapis\.com", "GET", r"/v1/(projects/[^/]+/locations/[^/]+/defaultServiceAccount)")
def build_account(_cloud, _request, name):
    return content({"name": name, "serviceAccountEmail": f"projects/p/serviceAccounts/{BUILDER}"})


@routes.add(PROJECTS, "GET", r"/v1/projects/([^/:]+)")
def get_project(_cloud, _request, project):
    return content({"projectId": project, "projectNumber": NUMBER, "lifecycleState": "ACTIVE"})


@routes.add(PROJECTS, "POST", r"/v1/projects/[^/]+:getIamPolicy")
def get_project_policy(_cloud, _request):
    return content(
        {"bindings": [{"role": "roles/cloudbuild.builds.builder", "members": [f"serviceAccount:{BUILDER}"]}]}
    )


# ---- IAM: service accounts


@routes.add(IAM, "GET", r"/v1/projects/[^/]+/serviceAccounts/([^/:]+)")
def get_account(cloud, _request, address):
    cloud.asked[address] = cloud.asked.get(address, 0) + 1
    if address not in cloud.accounts or cloud.asked[address] <= cloud.hidden_accounts:
        return error(404, "Unknown service account", "NOT_FOUND")
    return content(cloud.accounts[address])


@routes.add(IAM, "POST", r"/v1/projects/([^/]+)/serviceAccounts")
def create_account(cloud, request, project):
    address = f"{request.json()['accountId']}@{project}.iam.gserviceaccount.com"
    name = f"projects/{project}/serviceAccounts/{address}"
    cloud.asked[address] = 0
    cloud.accounts[address] = {**request.json().get("serviceAccount", {}), "name": name, "email": address}
    return content(cloud.accounts[address])


@routes.add(IAM, "DELETE", r"/v1/projects/[^/]+/serviceAccounts/([^/:]+)")
def delete_account(cloud, _request, address):
    del cloud.accounts[address]
    return content({})
