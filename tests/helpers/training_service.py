"""The training service in its own process, as the cloud runs it, and answers of it read as they come."""

import contextlib
import http.client
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tests.helpers.service import PATIENCE_SECONDS, ROOT, Service, running

PAGE = "http://page.example"


def command(port: int) -> list[str]:
    """Return the command line that starts the service, as the cloud does: without the project on the path."""
    options = ["--target", "train", "--source", str(ROOT / "training" / "service.py"), "--host", "127.0.0.1"]
    return [sys.executable, "-P", "-m", "functions_framework", *options, "--port", str(port)]


def on_one_processor(port: int) -> list[str]:
    """Return the command line that starts it with room for one job at a time."""
    program = (
        "import os, sys; os.sched_setaffinity(0, [min(os.sched_getaffinity(0))]); os.execv(sys.argv[1], sys.argv[1:])"
    )
    return [sys.executable, "-c", program, *command(port)]


@contextlib.contextmanager
def running_training(folder: Path, start: Any = command, **environment: str) -> Iterator[Service]:
    """Start the service; its jobs have their folders in `folder`/jobs."""
    (folder / "jobs").mkdir()
    settings = {"ALLOWED_ORIGINS": PAGE, "TMPDIR": str(folder / "jobs"), **environment}
    with running(Path("unused"), folder / "log", start=start, **settings) as service:
        yield service


def form(**parts: bytes) -> tuple[bytes, dict[str, str]]:
    """Return a body of multipart/form-data and its header."""
    lines = [
        b'--border\r\nContent-Disposition: form-data; name="%s"; filename="x"\r\n\r\n%s\r\n' % (name.encode(), part)
        for name, part in parts.items()
    ]
    return b"".join(lines) + b"--border--\r\n", {"Content-Type": "multipart/form-data; boundary=border"}


@dataclass
class Conversation:
    """A request whose answer is read line by line."""

    connection: http.client.HTTPConnection
    response: http.client.HTTPResponse

    def lines(self) -> Iterator[dict[str, Any]]:
        """Yield the lines as they come."""
        while line := self.response.readline():
            yield json.loads(line)
        self.leave()

    def read(self) -> bytes:
        """Return the whole answer."""
        content = self.response.read()
        self.leave()
        return content

    def leave(self) -> None:
        """Break off."""
        self.response.close()
        self.connection.close()


def ask(
    service: Service, path: str, body: bytes, headers: dict[str, str] | None = None, **options: str
) -> Conversation:
    """Post a table with options."""
    host = service.url.removeprefix("http://")
    connection = http.client.HTTPConnection(host, timeout=PATIENCE_SECONDS)
    query = f"?{urlencode({name.replace('_', '-'): value for name, value in options.items()})}" if options else ""
    connection.request(
        "POST", path + query, body, {"Content-Type": "text/csv", "Connection": "close", **(headers or {})}
    )
    return Conversation(connection, connection.getresponse())


def last(conversation: Conversation) -> dict[str, Any]:
    """Return the last line of an answer."""
    *_, line = conversation.lines()
    return line


def jobs(service: Service) -> list[int]:
    """Return the processes that work in the folders of a service's jobs."""
    pids = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if (process / "cwd").readlink().is_relative_to(service.log_path.parent / "jobs"):
                pids.append(int(process.name))
    return pids


def parent_of(pid: int) -> int:
    """Return the process that has started another."""
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def alive(pid: int) -> bool:
    """Say whether a process is there and no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def environment_of(pid: int) -> dict[str, str]:
    """Return the environment of a process."""
    pairs = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    return dict(os.fsdecode(pair).split("=", 1) for pair in pairs if pair)
