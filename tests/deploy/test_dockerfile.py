"""function/Dockerfile: its steps performed one by one in a fresh folder with a fresh environment, without an engine."""

import json
import os
import shlex
import shutil
import signal
import stat
import subprocess
import time
import urllib.request

import pytest

from tests.helpers import service
from tests.helpers.tools import find_python

pytestmark = [pytest.mark.python313, pytest.mark.slow]

DOCKERFILE = service.ROOT / "function/Dockerfile"


def instructions():
    lines = DOCKERFILE.read_text().splitlines()
    return [tuple(line.split(" ", 1)) for line in lines if line and not line.startswith("#")]


def values(name):
    return [value for instruction, value in instructions() if instruction == name]


@pytest.fixture(scope="module")
def image(tmp_path_factory):
    """Perform every step; return the working folder, the variables and the command."""
    root = tmp_path_factory.mktemp("image")
    subprocess.run([str(find_python("3.13")), "-m", "venv", root / "env"], check=True)
    variables = {"PATH": f"{root / 'env/bin'}{os.pathsep}{os.defpath}"}
    folder = root
    for instruction, value in instructions():
        match instruction:
            case "WORKDIR":
                folder = root / value.lstrip("/")
                folder.mkdir()
            case "COPY":
                source, target = value.split()
                copy(service.ROOT / source, folder / target)
            case "RUN":
                subprocess.run(value, shell=True, cwd=folder, env=os.environ | variables, check=True)
            case "ENV":
                variables |= dict(part.split("=", 1) for part in shlex.split(value))
            case "CMD":
                command = json.loads(value)
            case "FROM" | "USER" | "EXPOSE":
                pass
            case _:
                pytest.fail(f"the test does not know {instruction}")
    return folder, variables, command


def copy(source, target):
    """Copy as from a checkout that was made under umask 077."""
    target.parent.mkdir(exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    else:
        shutil.copy(source, target)
    subprocess.run(["chmod", "-R", "go=", target], check=True)


def status(address):
    try:
        with urllib.request.urlopen(address, timeout=service.PATIENCE_SECONDS) as answer:
            return answer.status
    except OSError:  # it does not listen yet
        return None


def test_the_steps_give_a_function_that_honours_port_and_stops_on_sigterm(image):
    folder, variables, command = image
    port = service.free_port()
    process = subprocess.Popen(command, cwd=folder, env=variables | {"PORT": str(port), "HOST": "127.0.0.1"})
    address = f"http://127.0.0.1:{port}"
    while status(f"{address}/health") is None and process.poll() is None:
        time.sleep(0.1)
    answers = [status(f"{address}/{path}") for path in ("health", "model", "openapi.json", "")]
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=service.PATIENCE_SECONDS) == 0
    assert answers == [200, 200, 200, 200]


def test_the_image_has_only_the_packages_of_production(image):
    folder, variables, _ = image
    listed = subprocess.run(
        ["pip", "list", "--format=freeze"], env=variables, capture_output=True, text=True, check=True
    )
    names = {line.partition("==")[0].lower() for line in listed.stdout.splitlines()}
    assert "functions-framework" in names
    assert names.isdisjoint({"scikit-learn", "joblib", "scipy", "pandas", "pytest"})
    assert sorted(path.name for path in folder.iterdir()) == ["function", "models", "requirements.txt"]


def test_another_user_may_read_all_that_runs(image):
    folder, _, _ = image
    code = [path for name in ("function", "models") for path in (folder / name).rglob("*")]
    assert len(code) > 20
    assert [path.name for path in code if not path.stat().st_mode & stat.S_IROTH] == []


def test_it_runs_the_python_of_the_cloud_without_root():
    assert values("FROM") == ["python:3.13-slim"]
    assert "--runtime=python313" in (service.ROOT / ".deploy/cloud.sh").read_text()
    assert values("USER") == ["65534:65534"]
