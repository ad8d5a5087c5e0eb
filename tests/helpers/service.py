"""The real thing: functions-framework in its own process, as the cloud runs it."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PYTHONPATH = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
"""For processes that import the project from another folder; what measures coverage stays."""
PATIENCE_SECONDS = 100
"""How long tests wait for what must come: long enough for a busy machine, and a test that passes never waits for it."""


@dataclass(frozen=True)
class Answer:
    """An HTTP answer, whatever its status; header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """Return the decoded body."""
        return json.loads(self.body)


@dataclass
class Service:
    """A running function and the file that collects its log."""

    url: str
    process: subprocess.Popen[bytes]
    log_path: Path
    headers: dict[str, str] = field(default_factory=dict)

    def send(self, path: str, body: bytes | None = None, method: str | None = None, **headers: str) -> Answer:
        """Send a request; keyword headers have _ for -."""
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request(self.url + path, data=body, method=method, headers=names)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as response:
                return _answer(response)
        except urllib.error.HTTPError as error:
            return _answer(error)

    def post(self, content: object, path: str = "/segment", **headers: str) -> Answer:
        """Post JSON (bytes are sent as they are)."""
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        return self.send(path, body, "POST", **{"Content_Type": "application/json", **headers})

    def log(self) -> list[dict[str, Any]]:
        """Return the log's lines."""
        return [json.loads(line) for line in self.log_path.read_text().splitlines() if line.startswith("{")]


def free_port() -> int:
    """Return a port that nothing listens on, and that nobody else is given while this process lives.

    It stays bound here, which keeps the system from handing it out, but does not listen: with SO_REUSEADDR, which every
    server sets, another process may.
    """
    kept = socket.socket()
    kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    kept.bind(("127.0.0.1", 0))
    port = int(kept.getsockname()[1])
    kept.detach()  # open until the process ends
    return port


def wait_until(holds: Callable[[], object]) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.01)


def command(port: int, python: str = sys.executable) -> list[str]:
    """Return the command line that starts the function, as the cloud does."""
    options = ["--target", "segment", "--source", str(ROOT / "function" / "main.py"), "--host", "127.0.0.1"]
    return [python, "-m", "functions_framework", *options, "--port", str(port)]


def limited_command(port: int) -> list[str]:
    """Return the command line that starts the function with limits of its own, as container and emulator do."""
    return [sys.executable, "-m", "gunicorn", "--config", "python:function.server", "--bind", f"127.0.0.1:{port}"]


@contextlib.contextmanager
def running(
    model: Path, log_path: Path, port: int = 0, start: Callable[[int], list[str]] = command, **environment: str
) -> Iterator[Service]:
    """Start the function on a port (0: a free one), wait until it answers, stop it at the end."""
    port = port or free_port()
    variables = {**os.environ, "MODEL_PATH": str(model), **environment}
    with log_path.open("wb") as log:
        process = subprocess.Popen(start(port), cwd=ROOT, env=variables, stdout=log, stderr=subprocess.STDOUT)
    service = Service(f"http://127.0.0.1:{port}", process, log_path)
    try:
        wait_until_healthy(service.url, lambda: process.poll() is None, log_path)
        yield service
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE_SECONDS)


def wait_until_healthy(url: str, alive: Callable[[], bool], log_path: Path) -> str:
    """Wait until a function that is starting answers; return its address."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while alive() and time.monotonic() < deadline:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{url}/healthz", timeout=PATIENCE_SECONDS):
            return url
        time.sleep(0.02)
    raise RuntimeError(f"the function did not start: {log_path.read_text()}")


def _answer(response: Any) -> Answer:
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Answer(response.status, headers, response.read())
