"""Cloud Storage's JSON API and the public addresses of its objects."""

import base64
import email
import gzip
import hashlib
import itertools
import json
import re
import urllib.parse

from tests.deploy.cloud.http import Reply, Routes, content, error

routes = Routes()
API = r"storage\.googleapis\.com"
BUCKET = r"/storage/v1/b/([^/]+)"

SLOW_TO_CHECK = 2**20
"""Size from which an object has no CRC here, which Python takes long for; gcloud then goes by its MD5."""


class Storage:
    """Buckets by name: {"resource", "policy", "objects": {name: (resource, bytes)}}."""

    def __init__(self):
        self.buckets = {}
        self.uploads = {}
        self.numbers = itertools.count(1)

    def put(self, bucket, resource, data):
        number = str(next(self.numbers))
        name = resource["name"]
        quoted = urllib.parse.quote(name, safe="")
        full = {
            "contentType": "application/octet-stream",
            **resource,
            "kind": "storage#object",
            "id": f"{bucket}/{name}/{number}",
            "bucket": bucket,
            "mediaLink": f"https://storage.googleapis.com/download/storage/v1/b/{bucket}/o/{quoted}?alt=media",
            "size": str(len(data)),
            "generation": number,
            "metageneration": "1",
            "etag": etag(number),
            "md5Hash": base64.b64encode(hashlib.md5(data).digest()).decode(),
            **({"crc32c": crc32c(data)} if len(data) < SLOW_TO_CHECK else {}),
            "storageClass": "STANDARD",
            "timeCreated": f"2026-01-01T00:{int(number) // 60:02}:{int(number) % 60:02}Z",
            "updated": "2026-01-01T00:00:00Z",
        }
        self.buckets[bucket]["objects"][name] = (full, data)
        return content(full)


def etag(text):
    """gcloud decodes etags: they must be base64."""
    return base64.b64encode(str(text).encode()).decode()


def remainder(crc):
    for _ in range(8):
        crc = (crc >> 1) ^ (0x82F63B78 if crc & 1 else 0)
    return crc


REMAINDERS = [remainder(byte) for byte in range(256)]
"""What each byte leaves of a CRC-32C."""


def crc32c(data):
    """CRC-32C (Castagnoli), big-endian in base64."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc = (crc >> 8) ^ REMAINDERS[(crc ^ byte) & 0xFF]
    return base64.b64encode((crc ^ 0xFFFFFFFF).to_bytes(4, "big")).decode()


def merge(resource, patch):
    """Apply a JSON merge patch (RFC 7396)."""
    merged = dict(resource)
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = merge(merged.get(key, {}), value) if isinstance(value, dict) else value
    return merged


def not_found(what):
    return error(404, f"The specified {what} does not exist.", "NOT_FOUND")


def new_bucket(resource):
    """Return an empty bucket that nobody but its project may read."""
    computed = {"kind": "storage#bucket", "id": resource["name"], "metageneration": "1", "etag": etag(1)}
    times = {"timeCreated": "2026-01-01T00:00:00Z", "updated": "2026-01-01T00:00:00Z", "storageClass": "STANDARD"}
    policy = {"bindings": [], "etag": etag(0)}
    return {"resource": resource | computed | times, "policy": policy, "objects": {}}


@routes.add(API, "POST", "/storage/v1/b")
def create_bucket(cloud, request):
    resource = request.json()
    name = resource["name"]
    if name in cloud.foreign_buckets:
        return error(409, "The requested bucket name is not available. Please select a different name and try again.")
    if name in cloud.storage.buckets:
        return error(409, "Your previous request to create the named bucket succeeded and you already own it.")
    cloud.storage.buckets[name] = new_bucket(resource)
    return content(cloud.storage.buckets[name]["resource"])


@routes.add(API, "GET", "/storage/v1/b")
def list_buckets(cloud, _request):
    owned = [bucket["resource"] for name, bucket in cloud.storage.buckets.items() if name not in cloud.foreign_buckets]
    return content({"kind": "storage#buckets", "items": owned})


@routes.add(API, "GET", BUCKET)
def get_bucket(cloud, _request, name):
    bucket = cloud.storage.buckets.get(name)
    return content(bucket["resource"]) if bucket else not_found("bucket")


@routes.add(API, "PATCH", BUCKET)
def patch_bucket(cloud, request, name):
    bucket = cloud.storage.buckets[name]
    bucket["resource"] = merge(bucket["resource"], request.json())
    return content(bucket["resource"])


@routes.add(API, "DELETE", BUCKET)
def delete_bucket(cloud, _request, name):
    if cloud.storage.buckets[name]["objects"]:
        return error(409, "The bucket you tried to delete is not empty.")
    del cloud.storage.buckets[name]
    return Reply(204)


@routes.add(API, "GET", BUCKET + "/iam")
def get_bucket_policy(cloud, _request, name):
    return content(cloud.storage.buckets[name]["policy"])


@routes.add(API, "PUT", BUCKET + "/iam")
def put_bucket_policy(cloud, request, name):
    cloud.storage.buckets[name]["policy"] = request.json()
    return content(request.json())


@routes.add(API, "GET", BUCKET + "/o")
def list_objects(cloud, request, name):
    if name not in cloud.storage.buckets:
        return not_found("bucket")
    prefix, delimiter = request.query.get("prefix", ""), request.query.get("delimiter")
    objects = cloud.storage.buckets[name]["objects"]
    keys = [key for key in sorted(objects) if key.startswith(prefix)]
    folders = {
        key[: key.index(delimiter, len(prefix)) + 1] for key in keys if delimiter and delimiter in key[len(prefix) :]
    }
    items = [objects[key][0] for key in keys if not key.startswith(tuple(folders))]
    return content({"kind": "storage#objects", "items": items, "prefixes": sorted(folders)})


@routes.add(API, "GET", "(?:/download)?" + BUCKET + "/o/([^/]+)")
def get_object(cloud, request, bucket, name):
    if name not in cloud.storage.buckets.get(bucket, {"objects": ()})["objects"]:
        return not_found("object")
    resource, data = cloud.storage.buckets[bucket]["objects"][name]
    return Reply(200, data) if request.query.get("alt") == "media" else content(resource)


@routes.add(API, "DELETE", BUCKET + "/o/([^/]+)")
def delete_object(cloud, _request, bucket, name):
    del cloud.storage.buckets[bucket]["objects"][name]
    return Reply(204)


@routes.add(API, "POST", "(?:/resumable)?/upload" + BUCKET + "/o")
def upload(cloud, request, bucket):
    if bucket not in cloud.storage.buckets:
        return not_found("bucket")
    if request.query["uploadType"] == "resumable":
        upload_id = str(next(cloud.storage.numbers))
        cloud.storage.uploads[upload_id] = [{"name": request.query.get("name")} | request.json(), b""]
        location = f"https://{request.host}/upload/storage/v1/b/{bucket}/o?uploadType=resumable&upload_id={upload_id}"
        return Reply(200, headers={"Location": location})
    (_, resource), (head, data) = parts(request)
    resource = json.loads(resource)
    return cloud.storage.put(bucket, {"contentType": head["content-type"]} | resource, data)


def parts(request):
    """Split a multipart/related body into (headers, bytes) pairs; gcloud quotes the boundary with '."""
    boundary = re.search(r"boundary=[\"']?([^\"';]+)", request.headers["content-type"]).group(1).encode()
    for part in request.body.split(b"--" + boundary)[1:-1]:
        head, blank, data = re.match(rb"\r?\n(.*?)(\r?\n)\r?\n(.*)\2\Z", part, re.DOTALL).groups()
        yield email.message_from_bytes(head + blank), data


@routes.add(API, "PUT", "/upload" + BUCKET + "/o")
def upload_resumable(cloud, request, bucket):
    upload = cloud.storage.uploads[request.query["upload_id"]]
    upload[1] += request.body
    if request.headers.get("content-range", "").endswith("/*"):
        return Reply(308, headers={"Range": f"bytes=0-{len(upload[1]) - 1}"})
    return cloud.storage.put(bucket, *upload)


@routes.add(r"[^.]+\.storage\.googleapis\.com", "GET", "/(.*)")
def public_object(cloud, request, name):
    bucket = cloud.storage.buckets.get(request.host.partition(".")[0])
    if bucket is None:
        return Reply(404, b"NoSuchBucket")
    if not any("allUsers" in binding["members"] for binding in bucket["policy"]["bindings"]):
        return Reply(403, b"AccessDenied")
    if urllib.parse.unquote(name) not in bucket["objects"]:
        return Reply(404, b"NoSuchKey")
    resource, data = bucket["objects"][urllib.parse.unquote(name)]
    headers = {
        "Content-Type": resource["contentType"],
        "ETag": f'"{resource["etag"]}"',
        "Cache-Control": resource.get("cacheControl", "public, max-age=3600"),
    }
    if resource.get("contentEncoding") == "gzip":
        headers["Vary"] = "Accept-Encoding"
        if "gzip" in request.headers.get("accept-encoding", "") or "no-transform" in headers["Cache-Control"]:
            headers["Content-Encoding"] = "gzip"
        else:
            data = gzip.decompress(data)
    return Reply(200, data, headers)
