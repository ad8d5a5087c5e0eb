"""Coroutines in tests of functions that have to be awaited."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any


def finished(job: Coroutine[Any, Any, Any]) -> Any:
    """Run a job in a thread of its own: a test of the page may have left a loop running in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, job).result()
