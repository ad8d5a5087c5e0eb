"""Runs a command of the command line as a process of its own, within limits, and reads what it says."""

import asyncio
import contextlib
import ctypes
import json
import os
import re
import resource
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Sequence
from http import HTTPStatus
from pathlib import Path
from typing import Any

import anyio

from .problem import JobError

MEMORY = 2 * 10**9
"""Bytes that a job may have."""
SECONDS = 300
"""How long a job may take, by the clock and of a processor."""
FILES = 10**9
"""Bytes of a file that a job writes."""
LONGEST_LINE = 64 * 2**20
"""Bytes of a line that a job says: a model of the largest shape."""
ROOT = Path(__file__).parents[2]
_KEPT = ("HOME", "LANG", "LC_ALL", "PATH", "PYTHONUSERBASE", "SOURCE_DATE_EPOCH")
"""Cloud Functions keeps a function's packages where PYTHONUSERBASE says."""
_OUT_OF_MEMORY = re.compile(
    rb"MemoryError|bad_alloc|failed to map|[Oo]ut of memory|Cannot allocate|memory is not enough"
    rb"|Memory allocation still failed|can't start new thread"  # OpenBLAS; Python, for want of a stack
)
_MISUSE = 2
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG


async def run(words: Sequence[str], folder: Path, processor: int) -> AsyncIterator[dict[str, Any]]:
    """Yield what a command says, line by line; the last has its result.

    Parameters
    ----------
    words : of the command line, from the command's name on
    folder : Path, of the job, where the command runs, and outside of which its engine opens nothing
    processor : number of the processor that it may use

    Raises
    ------
    JobError
        The command fails; that it is out of memory, or of processor time, is told apart.
    """
    parent = os.getpid()
    with (folder / "stderr").open("wb") as stderr:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "training", *words, "--json", "--within", str(folder)),
            cwd=folder,
            env=_environment(folder),
            stdin=DEVNULL,
            stdout=PIPE,
            stderr=stderr,
            limit=LONGEST_LINE,
            start_new_session=True,
            preexec_fn=lambda: _limit(processor, parent),
        )
    try:
        failure = None
        async for line in _lines(process):
            failure = line.get("error", failure)
            if not failure:
                yield line
        code = await process.wait()
        if code or failure:
            raise _error(code, failure, (folder / "stderr").read_bytes())
    finally:
        with anyio.CancelScope(shield=True):
            await _end(process)


async def _lines(process: Process) -> AsyncIterator[dict[str, Any]]:
    assert process.stdout  # noqa: S101 - it was asked for
    while line := await process.stdout.readline():
        yield json.loads(line)


async def _end(process: Process) -> None:
    """End a job with all that it has started."""
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()


def _environment(folder: Path) -> dict[str, str]:
    """Return what a job knows of the service's settings: nothing of its key."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "TMPDIR": str(folder)}


def _limit(processor: int, parent: int) -> None:
    """Bound what this process, between fork and exec, may use; where the system can, it ends with its parent."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILES, FILES))
    if sys.platform == "linux":  # macOS has neither
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        os.sched_setaffinity(0, {processor})
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)


def _error(code: int, failure: dict[str, Any] | None, stderr: bytes) -> JobError:
    """Say why a command failed."""
    said = failure["message"] if failure else ""
    if code == -signal.SIGXCPU:
        return too_long()
    if _OUT_OF_MEMORY.search(said.encode()) or (not failure and _OUT_OF_MEMORY.search(stderr)):
        return _out_of_memory()
    if failure and code == _MISUSE:
        return JobError("request", HTTPStatus.BAD_REQUEST, said)
    if failure:
        return JobError("data", HTTPStatus.UNPROCESSABLE_ENTITY, said)
    if code in (-signal.SIGKILL, -signal.SIGABRT, -signal.SIGSEGV, -signal.SIGBUS):
        return _out_of_memory()
    return JobError("ended", HTTPStatus.INTERNAL_SERVER_ERROR, "The job ended by itself, without a result.")


def too_long() -> JobError:
    """Return what is answered to a job that takes too long."""
    detail = f"The job took longer than {SECONDS} s: send fewer rows or columns, or use the command line."
    return JobError("time", HTTPStatus.SERVICE_UNAVAILABLE, detail)


def _out_of_memory() -> JobError:
    detail = f"The job needed more than {MEMORY / 1e9:.0f} GB of memory: send fewer rows or columns."
    return JobError("memory", HTTPStatus.INSUFFICIENT_STORAGE, detail)
