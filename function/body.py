"""Reads the bodies of requests: counted, in time, and never more at once than the instance can hold."""

import asyncio
from http import HTTPStatus
from typing import Any

from starlette.requests import ClientDisconnect, Request

from .operations import check_length
from .problems import RequestError

IDLE_SECONDS = 4
"""How long to wait for the next piece of a body: a client that stalls must not hold one of the instance's places."""
MAX_HELD = 64 * 1024 * 1024
"""Most bytes of unfinished bodies held at once: with them the instance stays within its 256 MiB."""


class BodyReader:
    """Reads bodies for requests that are answered at the same time.

    Parameters
    ----------
    most : int, bytes of unfinished bodies held at once
    """

    def __init__(self, most: int = MAX_HELD) -> None:
        self._most = most
        self._held = 0
        self._stalls = StallTimer(IDLE_SECONDS)

    async def read(self, request: Request, limit: int) -> bytes:
        """Return a request's body, counting: its Content-Length is only a claim.

        Parameters
        ----------
        request : Request
        limit : int, most bytes of this body

        Raises
        ------
        RequestError
            408 for a body that stalls, 413 over the limit, 503 when too many bodies are being read.
        ClientDisconnect
            The client left.
        """
        chunks: list[bytes] = []
        length = 0
        more = True
        try:
            while more:
                with self._stalls:
                    message = await request.receive()
                if message["type"] == "http.disconnect":
                    raise ClientDisconnect
                chunk = message.get("body", b"")
                chunks.append(chunk)
                length += len(chunk)
                self._held += len(chunk)
                check_length(length, limit)
                self._check_held()
                more = message.get("more_body", False)
        finally:
            self._held -= length
        return b"".join(chunks)

    def _check_held(self) -> None:
        if self._held > self._most:
            detail = "Too many large bodies are being read; try again."
            raise RequestError(HTTPStatus.SERVICE_UNAVAILABLE, detail, headers={"Retry-After": "1"})


class StallTimer:
    """Ends the waits of tasks that are within it for too long, with a RequestError: 408.

    One timer looks after all of them, every second; asyncio.timeout has one for each and takes ten times as long.

    Parameters
    ----------
    seconds : int, how long a task may wait, to the second
    """

    def __init__(self, seconds: int) -> None:
        self._seconds = seconds
        self._looks: dict[asyncio.Task[Any] | None, int] = {}
        self._watching = False

    def __enter__(self) -> None:
        self._looks[asyncio.current_task()] = 0
        if not self._watching:
            self._watch()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _trace: object) -> None:
        task = asyncio.current_task()
        looks = self._looks.pop(task)
        if looks > self._seconds and kind is asyncio.CancelledError and task and not task.uncancel():
            detail = f"Nothing of the body came for {self._seconds} s."
            raise RequestError(HTTPStatus.REQUEST_TIMEOUT, detail) from error

    def _watch(self) -> None:
        """Look at those who wait, and look again as long as there are any."""
        self._watching = bool(self._looks)
        for task in self._looks:
            self._looks[task] += 1
            if self._looks[task] == self._seconds + 1 and task:
                task.cancel()
        if self._watching:
            asyncio.get_running_loop().call_later(1, self._watch)
