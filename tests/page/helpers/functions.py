"""Functions for models that the page's tests make: each is forked from a process that has imported what they need.

Most of what a function takes to start are the imports of the framework: 0.2 of 0.25 s of a processor.
"""

import contextlib
import multiprocessing
import os
import runpy
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.helpers.service import PATIENCE_SECONDS, command, free_port, wait_until_healthy

FRAMEWORK = ["functions_framework.aio", "functions_framework._cli", "functions_framework._http.gunicorn", "msgspec"]

_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload(FRAMEWORK)


@contextlib.contextmanager
def running(model: Path, log: Path) -> Iterator[str]:
    """Start the function, wait until it answers, yield its address, stop it at the end."""
    port = free_port()
    process = _processes.Process(target=_serve, args=(port, model, log), daemon=True)
    process.start()
    try:
        yield wait_until_healthy(f"http://127.0.0.1:{port}", process.is_alive, log)
    finally:
        process.terminate()
        process.join(PATIENCE_SECONDS)


def _serve(port: int, model: Path, log: Path) -> None:
    """Become the framework's command, in a process of its own."""
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for stream in (1, 2):
        os.dup2(descriptor, stream)
    os.environ |= {"MODEL_PATH": str(model), "ALLOWED_ORIGINS": "*"}
    _, _, module, *sys.argv[1:] = command(port)
    runpy.run_module(module, run_name="__main__", alter_sys=True)
