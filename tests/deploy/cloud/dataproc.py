"""Dataproc Serverless: what `deploy.sh train` needs of it. A batch is really run, on this machine's Spark."""

import hashlib
import os
import subprocess
from importlib.util import find_spec
from pathlib import Path

from tests.deploy.cloud.http import Routes, content, error
from tests.helpers.spark import COMMON, QUICK_JAVA
from tests.helpers.tools import runtime_python

routes = Routes()
DATAPROC = r"dataproc\.googleapis\.com"
BATCHES = r"/v1/(projects/[^/]+/locations/[^/:]+)/batches"
DRIVER_ENV = "spark.dataproc.driverEnv."
AS_GS = {
    "spark.hadoop.fs.gs.impl": "org.apache.hadoop.fs.viewfs.ViewFileSystemOverloadScheme",
    "spark.hadoop.fs.viewfs.overload.scheme.target.gs.impl": "org.apache.hadoop.fs.LocalFileSystem",
}
"""Has Spark reach folders of this machine under gs://; which, `Batch` says."""


class Batch:
    """A batch that runs.

    As on Dataproc, archives lie unpacked in the driver's working folder before it starts, and Spark is set to one
    thread unless the program asks for the executors, `dataproc`; which are two threads here.

    Parameters
    ----------
    resource : dict, the batch's resource
    storage : Storage, which the batch reads when it starts, and which gets what it wrote when it ends
    folder : Path of a new folder
    """

    def __init__(self, name, resource, storage, folder):
        self._resource = resource | {"name": name}
        self._storage, self._buckets, self._work = storage, folder / "buckets", folder / "work"
        self._work.mkdir(parents=True)
        self._log = folder / "log"
        self._state = "RUNNING"
        for bucket, content_ in storage.buckets.items():
            for key, (_, data) in content_["objects"].items():
                path = self._buckets / bucket / key
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
        for archive in resource["pysparkBatch"].get("archiveUris", []):
            uri, _, target = archive.partition("#")
            (self._work / target).symlink_to(unpacked(self._path(uri), folder.parent / "archives"))
        self._process = self._start()

    def resource(self):
        """Return the resource as it is now."""
        code = self._process.poll()
        if self._state == "RUNNING" and code is not None:
            self._collect()
            self._state = "FAILED" if code else "SUCCEEDED"
            if code:
                last = self._log.read_text().strip().rpartition("\n")[2]
                self._resource["stateMessage"] = f"Job failed with message [{last}]. Additional details are in the log"
        return self._resource | {"state": self._state}

    def stop(self):
        self._process.kill()
        self._process.wait()

    def _start(self):
        batch, runtime = self._resource["pysparkBatch"], self._resource["runtimeConfig"]
        spark = Path(find_spec("pyspark").submodule_search_locations[0])
        properties = runtime["properties"]
        conf = {key: value for key, value in properties.items() if not key.startswith(DRIVER_ENV)}
        variables = {key.removeprefix(DRIVER_ENV): properties[key] for key in properties.keys() - conf.keys()}
        conf |= AS_GS | COMMON
        for folder in self._buckets.glob("*/*/"):
            conf[f"spark.hadoop.fs.viewfs.mounttable.{folder.parent.name}.link./{folder.name}"] = folder.as_uri()
        options = [option for key, value in conf.items() for option in ("--conf", f"{key}={value}")]
        arguments = ["local[2]" if argument == "dataproc" else argument for argument in batch["args"]]
        main = self._path(batch["mainPythonFileUri"])
        with self._log.open("w") as log:
            return subprocess.Popen(
                [spark / "bin/spark-submit", "--master", "local", *options, main, *arguments],
                cwd=self._work,
                env={
                    "PATH": os.defpath,
                    "PYSPARK_PYTHON": runtime_python(),
                    "SPARK_HOME": str(spark),
                    "SPARK_LAUNCHER_OPTS": QUICK_JAVA,
                    **variables,
                },
                stdout=log,
                stderr=log,
            )

    def _collect(self):
        """Store what is new or was changed; nothing in our buckets is ever removed but by a rename."""
        for path in self._buckets.rglob("*"):
            if path.is_file() and not path.name.endswith(".crc"):
                bucket, key = str(path.relative_to(self._buckets)).split("/", 1)
                _, data = self._storage.buckets[bucket]["objects"].get(key, (None, None))
                if data != path.read_bytes():
                    self._storage.put(bucket, {"name": key}, path.read_bytes())

    def _path(self, uri):
        return self._buckets / uri.removeprefix("gs://")


def unpacked(archive, folder):
    """Return the folder in which the archive is unpacked: once, however many batches have it."""
    place = folder / hashlib.sha256(archive.read_bytes()).hexdigest()
    if not place.exists():
        place.mkdir(parents=True)
        subprocess.run(["tar", "-xf", archive, "-C", place], check=True)
    return place


@routes.add(DATAPROC, "POST", BATCHES)
def create_batch(cloud, request, parent):
    name = f"{parent}/batches/{request.query['batchId']}"
    if not {"dataproc.googleapis.com", "dataprocrm.googleapis.com"} <= cloud.services:
        return error(403, "Cloud Dataproc API has not been used in project before or it is disabled.")
    cloud.batches[name] = Batch(name, request.json(), cloud.storage, cloud.folder / request.query["batchId"])
    return cloud.operation(metadata={"@type": "type.googleapis.com/google.cloud.dataproc.v1.BatchOperationMetadata"})


@routes.add(DATAPROC, "GET", BATCHES + "/([^/:]+)")
def get_batch(cloud, _request, parent, name):
    return content(cloud.batches[f"{parent}/batches/{name}"].resource())
