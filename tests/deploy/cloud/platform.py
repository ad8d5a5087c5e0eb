"""Builds and runs an uploaded function as the platform does: its own folder, its own environment, nothing else."""

import contextlib
import hashlib
import http.client
import io
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from pathlib import Path

from tests.deploy.cloud.http import Reply
from tests.helpers.service import ROOT, free_port
from tests.helpers.tools import find_python

START_SECONDS = 120
PACKAGES = ROOT / ".tools/cloud"
"""Installed packages by the hash of their requirements, kept between runs."""
PASSED_ON = {"content-length", "transfer-encoding", "connection"}


class BuildError(Exception):
    """The source does not build or start; worded as Cloud Functions reports it."""


class Instance:
    """A running function. One that was stopped and is there again starts with the next call, as many are never called.

    Parameters
    ----------
    source : bytes, the zip that was uploaded
    resource : dict, the function's resource: buildConfig, serviceConfig
    folder : Path where it is unpacked, in a folder of this name
    secrets : dict, further variables of its environment
    """

    def __init__(self, source, resource, folder, name, secrets):
        self._folder = folder / name
        self.files = unpack(source, self._folder / "workspace")
        self._port = free_port()
        requirements = (self._folder / "workspace/requirements.txt").read_bytes()
        self._packages = PACKAGES / hashlib.sha256(requirements).hexdigest()
        if not self._packages.exists():
            self._build()
        self._resource, self._secrets = resource, secrets
        self._asleep, self._waking = False, threading.Lock()
        self._process = self._start(resource)
        self._await_start()

    def resume(self):
        """Be there again if stopped."""
        self._asleep = self._process.poll() is not None

    def call(self, request):
        """Pass a request on and return the answer."""
        with self._waking:
            if self._asleep:
                self._process = self._start(self._resource)
                self._await_start()
                self._asleep = False
        headers = {name: value for name, value in request.headers.items() if name not in PASSED_ON}
        seconds = self._resource["serviceConfig"]["timeoutSeconds"]
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self._port, timeout=seconds)) as connection:
            connection.request(request.method, request.target, request.body, headers)
            response = connection.getresponse()
            headers = {name: value for name, value in response.getheaders() if name.lower() not in PASSED_ON}
            return Reply(response.status, response.read(), headers)

    def stop(self):
        self._asleep = False
        self._process.terminate()
        self._process.wait()

    def running(self):
        return self._asleep or self._process.poll() is None

    def log(self):
        return (self._folder / "log").read_text()

    def _build(self):
        """Install as Google's buildpack does: into a user's site-packages that PYTHONUSERBASE names."""
        PACKAGES.mkdir(parents=True, exist_ok=True)
        built = Path(tempfile.mkdtemp(dir=PACKAGES))
        options = ["--user", "--ignore-installed", "--quiet", "--requirement", "requirements.txt"]
        done = subprocess.run(
            [sys.executable, "-m", "pip", "--python", find_python("3.13") or "python3.13", "install", *options],
            cwd=self._folder / "workspace",
            env=os.environ | {"PYTHONUSERBASE": str(built), "PIP_NO_WARN_SCRIPT_LOCATION": "0"},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            shutil.rmtree(built)
            raise BuildError(f"Build failed with status: FAILURE and message: {done.stderr.strip()[-500:]}")
        try:
            built.rename(self._packages)
        except OSError:  # another process was faster
            shutil.rmtree(built)

    def _start(self, resource):
        """Start the server with the variables that the build and the service define, and no others."""
        build, service = resource["buildConfig"], resource["serviceConfig"]
        variables = {
            "PORT": str(self._port),
            "HOST": "127.0.0.1",
            "PATH": f"{self._packages / 'bin'}{os.pathsep}{os.defpath}",
            "PYTHONUSERBASE": str(self._packages),
            "FUNCTION_TARGET": build["entryPoint"],
            "FUNCTION_SOURCE": build.get("environmentVariables", {}).get("GOOGLE_FUNCTION_SOURCE", "main.py"),
            **service.get("environmentVariables", {}),
            **self._secrets,
        }
        with (self._folder / "log").open("w") as log:
            command = [self._packages / "bin/functions-framework"]
            return subprocess.Popen(command, cwd=self._folder / "workspace", env=variables, stdout=log, stderr=log)

    def _await_start(self):
        for _ in range(START_SECONDS * 10):
            try:
                socket.create_connection(("127.0.0.1", self._port), timeout=1).close()
            except OSError:
                if self._process.poll() is not None:
                    break
                time.sleep(0.1)
            else:
                return
        self.stop()
        raise BuildError("Could not create or update Cloud Run service, Container Healthcheck failed: " + self.log())


def unpack(source, folder):
    """Unpack the zip and return the names of its files, sorted."""
    with zipfile.ZipFile(io.BytesIO(source)) as archive:
        archive.extractall(folder)
        return sorted(name for name in archive.namelist() if not name.endswith("/"))
