"""The real gcloud against the stand-in: its environment, and deploy.sh run in it."""

import contextlib
import os
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from tests.deploy.cloud import warm
from tests.deploy.cloud.apis import Cloud
from tests.deploy.cloud.proxy import Proxy
from tests.helpers import service

PROJECT, BUCKET = "my-shop", "my-shop-segments"
TARGET = ["--project", PROJECT, "--bucket", BUCKET]
LITTLE_PAGE = ("index.html", "config.js", "app.js")
"""A page of 3 files instead of 150, which are an upload each."""
PATIENCE = 400
"""Seconds for a deployment on a busy machine; a quiet one needs 20."""
NOT_SOURCE = shutil.ignore_patterns(".git", ".venv", ".tools", "__pycache__", ".*_cache", ".hypothesis")


@dataclass
class Setting:
    """A copy of the repository, the cloud it deploys to and the way there."""

    copy: Path
    cloud: Cloud
    proxy: Proxy
    environment: dict
    gcloud: subprocess.Popen | None

    def deploy(self, *arguments, answer="", **environment):
        """Run deploy.sh; answer is what is typed."""
        return subprocess.run(
            ["./deploy.sh", *arguments],
            cwd=self.copy,
            env=self.environment | environment,
            input=answer,
            capture_output=True,
            text=True,
            timeout=2 * PATIENCE,
            check=False,
        )

    def shrink_page(self):
        """Leave little of the page: for tests that are about other things than what it consists of."""
        for path in (self.copy / "static").rglob("*"):
            if path.is_file() and path.relative_to(self.copy / "static").as_posix() not in LITTLE_PAGE:
                path.unlink()

    @contextlib.contextmanager
    def little_page(self):
        """Leave little of the page meanwhile."""
        page, whole = self.copy / "static", self.copy / "whole"
        shutil.copytree(page, whole)
        self.shrink_page()
        try:
            yield
        finally:
            shutil.rmtree(page)
            whole.rename(page)

    def stop(self):
        if self.gcloud:
            self.gcloud.kill()
            self.gcloud.wait()
        self.proxy.stop()
        self.cloud.stop()


def set_up(folder):
    """Return a Setting in the folder; the copy has the .venv of the repository."""
    copy = Path(shutil.copytree(service.ROOT, folder / "repository", ignore=NOT_SOURCE))
    (copy / ".venv").symlink_to(service.ROOT / ".venv")
    cloud = Cloud(folder)
    proxy = Proxy(cloud.answer, folder / "ca.pem").start()
    (folder / "gcloud").mkdir()
    (folder / "gcloud/gce").write_text("False")  # or gcloud looks for a metadata server at every call
    environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    gcloud = keep_warm(folder / "bin")
    # the pauses of deploy.sh are as short as gcloud's
    put_program(folder / "bin/sleep", f"exec {shutil.which('sleep')} {warm.PAUSE_SECONDS}")
    environment |= {
        "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "LC_ALL": "C.UTF-8",
        "CLOUDSDK_CONFIG": str(folder / "gcloud"),
        "CLOUDSDK_PROXY_TYPE": "http",
        "CLOUDSDK_PROXY_ADDRESS": "127.0.0.1",
        "CLOUDSDK_PROXY_PORT": str(proxy.port),
        "CLOUDSDK_CORE_CUSTOM_CA_CERTS_FILE": str(folder / "ca.pem"),
        "CLOUDSDK_AUTH_ACCESS_TOKEN": "anything",
        "CLOUDSDK_CORE_DISABLE_PROMPTS": "1",
        "CLOUDSDK_CORE_DISABLE_USAGE_REPORTING": "1",
        "CLOUDSDK_CORE_USER_OUTPUT_ENABLED": "0",
        "CLOUDSDK_CORE_VERBOSITY": "none",
        "CLOUDSDK_SURVEY_DISABLE_PROMPTS": "1",
        "CLOUDSDK_COMPONENT_MANAGER_DISABLE_UPDATE_CHECK": "1",
        "CLOUDSDK_STORAGE_PROCESS_COUNT": "1",
        "CLOUDSDK_STORAGE_THREAD_COUNT": "1",
    }
    return Setting(copy, cloud, proxy, environment, gcloud)


def keep_warm(folder):
    """Put a program gcloud into a new folder, behind which the real one is loaded; return its process.

    Where gcloud has not brought its own Python along the folder stays empty, and gcloud starts anew for each call.
    """
    folder.mkdir()
    root = Path(shutil.which("gcloud")).resolve().parents[1]
    python = root / "platform/bundledpythonunix/bin/python3"
    if not (python.exists() and (root / "lib/gcloud.py").exists()):
        return None
    address = folder / "socket"
    put_program(folder / "gcloud", f'exec {python} -S -E -P {warm.__file__} call {address} "$@"')
    settings = {"CLOUDSDK_ROOT_DIR": str(root), "CLOUDSDK_ENCODING": "UTF-8", "PYTHONIOENCODING": "UTF-8"}
    command = [python, "-S", "-P", warm.__file__, "serve", address, root / "lib"]
    process = subprocess.Popen(command, env=os.environ | settings, start_new_session=True)
    while not address.exists():
        assert process.poll() is None, "gcloud could not be loaded"
        time.sleep(0.05)
    return process


def put_program(path, command):
    """Write a script of one line that can be run."""
    path.write_text(f"#!/bin/sh\n{command}\n")
    path.chmod(0o755)
