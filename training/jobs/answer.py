"""Sends a job's answer, to whoever takes it in time."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, aclosing

from starlette.requests import ClientDisconnect
from starlette.responses import StreamingResponse
from starlette.types import Message, Receive, Scope, Send

STALL_SECONDS = 60
"""How long a client may take for the next piece of an answer."""
LINE_SECONDS = 300
"""How long it may take for a whole line."""
PIECE = 64 * 1024
"""Bytes of a piece: about as many as the server keeps for a client that does not read."""


class Answer(StreamingResponse):
    """Lines of JSON; however the answer ends, its job is over then and what it had is freed.

    Parameters
    ----------
    lines : async iterator of bytes
    stack : ExitStack, of what is freed
    headers : dict of str
    """

    def __init__(self, lines: AsyncIterator[bytes], stack: ExitStack, headers: dict[str, str]) -> None:
        super().__init__(lines, headers=headers, media_type="application/jsonl")
        self._lines = lines
        self._stack = stack

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the lines; the connection of who does not take them is closed."""
        with self._stack, contextlib.suppress(TimeoutError, ClientDisconnect):
            async with aclosing(self._lines):  # type: ignore[type-var]
                await super().__call__(scope, receive, in_time(send))


def in_time(send: Send) -> Send:
    """Return a way to send by pieces, each of which must be taken in time.

    Parameters
    ----------
    send : of ASGI; it waits until the client has taken what was sent before

    Returns
    -------
    Send : as it, but raises TimeoutError
    """

    async def send_on(message: Message) -> None:
        async with asyncio.timeout(LINE_SECONDS):
            for piece in _pieces(message):
                async with asyncio.timeout(STALL_SECONDS):
                    await send(piece)

    return send_on


def _pieces(message: Message) -> Iterator[Message]:
    body = message.get("body", b"")
    last = max(len(body) - 1, 0) // PIECE * PIECE
    for start in range(0, last, PIECE):
        yield {**message, "body": body[start : start + PIECE], "more_body": True}
    yield {**message, "body": body[last:]} if last else message
