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
CLIENT = Path(__file__).with_name("client.py")
NOT_SOURCE = shutil.ignore_patterns(".git", ".venv", ".tools", "__pycache__", ".*_cache", ".hypothesis")


@dataclass
class Setting:
    """A copy of the repository, the cloud it deploys to and the way there."""

    copy: Path
    cloud: Cloud
    proxy: Proxy
    environment: dict

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
        self.proxy.stop()
        self.cloud.stop()


def set_up(folder, gcloud):
    """Return a Setting in the folder, whose gcloud is in another; the copy has the .venv of the repository."""
    copy = Path(shutil.copytree(service.ROOT, folder / "repository", ignore=NOT_SOURCE))
    (copy / ".venv").symlink_to(service.ROOT / ".venv")
    cloud = Cloud(folder)
    proxy = Proxy(cloud.answer, folder / "ca.pem").start()
    (folder / "gcloud").mkdir()
    (folder / "gcloud/gce").write_text("False")  # or gcloud looks for a metadata server at every call
    environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    # the pauses of deploy.sh are as short as gcloud's
    (folder / "bin").mkdir()
    put_program(folder / "bin/sleep", f"#!/bin/sh\nexec {shutil.which('sleep')} {warm.PAUSE_SECONDS}\n")
    environment |= {
        "PATH": os.pathsep.join([f"{folder / 'bin'}", f"{gcloud}", os.environ["PATH"]]),
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
    return Setting(copy, cloud, proxy, environment)


@contextlib.contextmanager
def kept_warm(folder):
    """Put a program gcloud into a folder, behind which the real one is loaded until the end.

    Where gcloud has not brought its own Python along the folder stays empty, and gcloud starts anew for each call.
    """
    root = Path(shutil.which("gcloud")).resolve().parents[1]
    python = root / "platform/bundledpythonunix/bin/python3"
    if not (python.exists() and (root / "lib/gcloud.py").exists()):
        yield
        return
    address = folder / "socket"
    put_program(folder / "gcloud", f"#!{python} -SEP\n{CLIENT.read_text()}")
    settings = {"CLOUDSDK_ROOT_DIR": str(root), "CLOUDSDK_ENCODING": "UTF-8", "PYTHONIOENCODING": "UTF-8"}
    command = [python, "-S", "-P", warm.__file__, address, root / "lib"]
    process = subprocess.Popen(command, env=os.environ | settings, start_new_session=True)
    while not address.exists():
        assert process.poll() is None, "gcloud could not be loaded"
        time.sleep(0.05)
    yield
    process.kill()
    process.wait()


def put_program(path, script):
    """Write a script that can be run."""
    path.write_text(script)
    path.chmod(0o755)
