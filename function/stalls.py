"""Ends waits for a client that take too long."""

import asyncio
from collections.abc import Awaitable
from http import HTTPStatus
from typing import Any

from starlette.types import Message

from .problems import RequestError


class StallTimer:
    """Waits, and ends waits that take too long with a RequestError: 408.

    One timer looks after all of them, every second; asyncio.timeout has one for each and takes ten times as long.

    Parameters
    ----------
    seconds : int, how long a task may wait, to the second
    """

    def __init__(self, seconds: int) -> None:
        self._seconds = seconds
        self._looks: dict[asyncio.Task[Any] | None, int] = {}
        self._watching = False

    async def wait(self, message: Awaitable[Message]) -> Message:
        """Return a message when it has come."""
        task = asyncio.current_task()
        self._looks[task] = 0
        if not self._watching:
            self._watch()
        try:
            return await message
        except asyncio.CancelledError as error:
            if self._looks[task] > self._seconds and task and not task.uncancel():
                detail = f"Nothing of the body came for {self._seconds} s."
                raise RequestError(HTTPStatus.REQUEST_TIMEOUT, detail) from error
            raise
        finally:
            del self._looks[task]

    def _watch(self) -> None:
        """Look at those who wait, and look again as long as there are any."""
        self._watching = bool(self._looks)
        for task in self._looks:
            self._looks[task] += 1
            if self._looks[task] == self._seconds + 1 and task:
                task.cancel()
        if self._watching:
            asyncio.get_running_loop().call_later(1, self._watch)
