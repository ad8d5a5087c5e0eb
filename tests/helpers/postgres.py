"""A PostgreSQL server of the tests' own: Debian's programs, a new folder, no network."""

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.helpers.service import PATIENCE_SECONDS

PROGRAMS = max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name), default=None)
_OWNER = "postgres"


@contextlib.contextmanager
def running() -> Iterator[str]:
    """Start a server, yield how to connect to it, stop it at the end."""
    folder = Path(tempfile.mkdtemp(prefix="pg"))  # short: the socket's path may have 107 bytes
    owner = _OWNER if os.geteuid() == 0 else None  # PostgreSQL refuses to run as root
    try:
        if owner:
            shutil.chown(folder, owner)
        data, log = folder / "data", folder / "log"
        _run("initdb", "-D", data, "--auth=trust", f"--username={_OWNER}", "--encoding=UTF8", "--no-sync", user=owner)
        options = f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync=off"
        _run("pg_ctl", "start", "-D", data, "-l", log, "-o", options, "-w", user=owner)
        try:
            yield f"host={folder} user={_OWNER} dbname=postgres"
        finally:
            _run("pg_ctl", "stop", "-D", data, "-m", "immediate", "-w", user=owner)
    finally:
        shutil.rmtree(folder)


def _run(program: str, *arguments: str | Path, user: str | None) -> None:
    command = [PROGRAMS / program, *arguments]
    subprocess.run(command, user=user, check=True, stdout=subprocess.DEVNULL, timeout=PATIENCE_SECONDS, cwd="/")
