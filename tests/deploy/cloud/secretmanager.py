"""Secret Manager: what `deploy.sh gcp --training` needs of it."""

import base64

from tests.deploy.cloud.http import Routes, content, error
from tests.deploy.cloud.storage import etag

routes = Routes()
HOST = r"secretmanager\.googleapis\.com"
SECRETS = r"/v1/projects/([^/]+)/secrets"
SECRET = SECRETS + "/([^/:]+)"
ACCESSOR = "roles/secretmanager.secretAccessor"


class AccessError(Exception):
    """A function may not read a secret; worded as Cloud Run reports it."""


def variables(cloud, service):
    """Return a function's secrets by the names of their variables, if its account may read them."""
    values, member = {}, f"serviceAccount:{service['serviceAccountEmail']}"
    for each in service.get("secretEnvironmentVariables", []):
        secret = cloud.secrets[each["secret"]]
        readers = (binding["members"] for binding in secret["policy"]["bindings"] if binding["role"] == ACCESSOR)
        if not any(member in members for members in readers):
            raise AccessError(f"Permission denied on secret: {each['secret']} for Revision service account {member}.")
        values[each["key"]] = secret["versions"][-1 if each["version"] == "latest" else int(each["version"]) - 1]
    return values


def described(project, name):
    return {"name": f"projects/{project}/secrets/{name}", "createTime": "2026-01-01T00:00:00Z", "etag": '"1"'}


@routes.add(HOST, "GET", SECRET)
def get_secret(cloud, _request, project, name):
    if name not in cloud.secrets:
        return error(404, f"Secret [projects/{project}/secrets/{name}] not found.", "NOT_FOUND")
    return content(described(project, name))


@routes.add(HOST, "POST", SECRETS)
def create_secret(cloud, request, project):
    name = request.query["secretId"]
    cloud.secrets[name] = {"versions": [], "policy": {"bindings": [], "etag": etag(0)}, "resource": request.json()}
    return content(described(project, name))


@routes.add(HOST, "DELETE", SECRET)
def delete_secret(cloud, _request, _project, name):
    del cloud.secrets[name]
    return content({})


@routes.add(HOST, "POST", SECRET + ":addVersion")
def add_version(cloud, request, project, name):
    cloud.secrets[name]["versions"].append(base64.b64decode(request.json()["payload"]["data"]).decode())
    return content(latest(cloud, project, name))


@routes.add(HOST, "GET", SECRET + "/versions/latest")
def get_version(cloud, _request, project, name):
    if not cloud.secrets.get(name, {"versions": []})["versions"]:
        message = f"Secret Version [projects/{project}/secrets/{name}/versions/latest] not found."
        return error(404, message, "NOT_FOUND")
    return content(latest(cloud, project, name))


@routes.add(HOST, "GET", SECRET + "/versions")
def list_versions(cloud, _request, project, name):
    numbers = range(len(cloud.secrets[name]["versions"]), 0, -1)
    return content({"versions": [version(cloud, project, name, number) for number in numbers]})


@routes.add(HOST, "POST", SECRET + r"/versions/(\d+):destroy")
def destroy_version(cloud, _request, project, name, number):
    cloud.secrets[name]["versions"][int(number) - 1] = None
    return content(version(cloud, project, name, int(number)))


def latest(cloud, project, name):
    return version(cloud, project, name, len(cloud.secrets[name]["versions"]))


def version(cloud, project, name, number):
    destroyed = cloud.secrets[name]["versions"][number - 1] is None
    state = {"state": "DESTROYED" if destroyed else "ENABLED", "clientSpecifiedPayloadChecksum": True}
    return described(project, f"{name}/versions/{number}") | state


@routes.add(HOST, "GET", SECRET + ":getIamPolicy")
def get_policy(cloud, _request, _project, name):
    return content(cloud.secrets[name]["policy"])


@routes.add(HOST, "POST", SECRET + ":setIamPolicy")
def set_policy(cloud, request, _project, name):
    cloud.secrets[name]["policy"] = request.json()["policy"]
    return content(cloud.secrets[name]["policy"])
