"""The real gcloud against the stand-in: its environment, and deploy.sh run in it."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.deploy.cloud.apis import Cloud
from tests.deploy.cloud.proxy import Proxy
from tests.helpers import service

PROJECT, BUCKET = "my-shop", "my-shop-segments"
TARGET = ["--project", PROJECT, "--bucket", BUCKET]
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

    def stop(self):
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
    environment |= {
        "LC_ALL": "C.UTF-8",
        "CLOUDSDK_CONFIG": str(folder / "gcloud"),
        "CLOUDSDK_PROXY_TYPE": "http",
        "CLOUDSDK_PROXY_ADDRESS": "127.0.0.1",
        "CLOUDSDK_PROXY_PORT": str(proxy.port),
        "CLOUDSDK_CORE_CUSTOM_CA_CERTS_FILE": str(folder / "ca.pem"),
        "CLOUDSDK_AUTH_ACCESS_TOKEN": "anything",
        "CLOUDSDK_CORE_DISABLE_PROMPTS": "1",
        "CLOUDSDK_CORE_DISABLE_USAGE_REPORTING": "1",
        "CLOUDSDK_SURVEY_DISABLE_PROMPTS": "1",
        "CLOUDSDK_COMPONENT_MANAGER_DISABLE_UPDATE_CHECK": "1",
        "CLOUDSDK_STORAGE_PROCESS_COUNT": "1",
        "CLOUDSDK_STORAGE_THREAD_COUNT": "1",
    }
    return Setting(copy, cloud, proxy, environment)
