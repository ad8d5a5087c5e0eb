"""Reads the bodies of requests: counted, in time, and never more at once than the instance can hold."""

import asyncio
from http import HTTPStatus

from starlette.requests import ClientDisconnect, Request
from starlette.types import Message

from .operations import check_length
from .problems import RequestError

IDLE_SECONDS = 4
"""How long to wait for the next piece of a body: a client that stalls must not hold one of the instance's places."""
MAX_HELD = 64 * 1024 * 1024
"""Most bytes of unfinished bodies held at once: with them the instance stays within its 256 MiB."""


class Intake:
    """Reads bodies for requests that are answered at the same time.

    Parameters
    ----------
    most : int, bytes of unfinished bodies held at once
    """

    def __init__(self, most: int = MAX_HELD) -> None:
        self._most = most
        self._held = 0

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
                message = await _received(request)
                chunks.append(message.get("body", b""))
                length += len(chunks[-1])
                self._held += len(chunks[-1])
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


class _Patience:
    """Ends the wait within it after `IDLE_SECONDS`; asyncio.timeout does so too, in 5 us a request instead of 2."""

    def __enter__(self) -> None:
        self._task = asyncio.current_task()
        self._over = False
        self._timer = asyncio.get_running_loop().call_later(IDLE_SECONDS, self._end)

    def _end(self) -> None:
        self._over = True
        if self._task:
            self._task.cancel()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _trace: object) -> None:
        self._timer.cancel()
        if self._over and self._task and kind is asyncio.CancelledError and not self._task.uncancel():
            detail = f"Nothing of the body came for {IDLE_SECONDS} s."
            raise RequestError(HTTPStatus.REQUEST_TIMEOUT, detail) from error


async def _received(request: Request) -> Message:
    with _Patience():
        message = await request.receive()
    if message["type"] == "http.disconnect":
        raise ClientDisconnect
    return message
