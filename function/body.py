"""Reads the bodies of requests: counted, decoded, in time, and never more at once than the instance can hold."""

import asyncio
import contextlib
import gc
import time
import zlib
from http import HTTPStatus
from typing import Any

import msgspec
from starlette.requests import ClientDisconnect, Request
from starlette.types import Message

from .operations import Headers, Operation, check_length
from .problems import RequestError
from .replies import Reply, Steps
from .stalls import StallTimer

IDLE_SECONDS = 4
"""How long to wait for the next piece of a body: a client that stalls must not hold one of the instance's places."""
MAX_HELD = 48 * 1024 * 1024
"""Most bytes of bodies held at once: with them and the work on one of them the instance stays within its 256 MiB."""
MAX_DISCARDED = 64 * 1024 * 1024
"""Most bytes that are read of a body that is refused."""
STEP_SECONDS = 0.005
"""How long steps of an answer are taken one after the other before other requests are let in."""
SMALL = 64 * 1024
"""Bytes of a body that is answered at once; a larger one waits for its turn."""
ENCODINGS = (b"gzip", b"x-gzip", b"deflate", b"identity")
"""What a Content-Encoding may be; x-gzip is an old name of gzip (RFC 9110, 8.4.1.3)."""
_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS
_RAW = -zlib.MAX_WBITS


class BodyReader:
    """Reads bodies, and has them answered, for requests that come at the same time.

    Parameters
    ----------
    most : int, bytes of bodies held at once
    """

    def __init__(self, most: int = MAX_HELD) -> None:
        self._most = most
        self._held = 0
        self._unfinished: set[_Unfinished] = set()
        self._stalls = StallTimer(IDLE_SECONDS)
        self._turn = asyncio.Lock()
        self._step = asyncio.Lock()

    async def answer(self, request: Request, operation: Operation, headers: Headers) -> Reply:
        """Return an operation's reply to a request's body.

        Small bodies are answered at once. Of the others one has its turn at a time, as each may take a third of the
        instance's memory; between the steps of its answer other requests are let in.

        Parameters
        ----------
        request : Request
        operation : Operation, whose `max_body` holds before and after decoding
        headers : Headers, whose `coding` is one of `ENCODINGS`

        Raises
        ------
        RequestError
            408 for a body that stalls, 413 over the limit, 503 when too many bodies are being read, 400 for one that
            cannot be decoded; and what the operation raises.
        ClientDisconnect
            The client left.
        """
        if b"expect" in headers:  # a client that asks first is not told to send what will be refused
            check_length(int(headers.get(b"content-length", 0)), operation.max_body)
        body, more = _piece(await self._stalls.wait(request.receive()))
        encoding = coding(headers)
        if not more and len(body) <= SMALL and encoding == b"identity":
            reply = operation.answer(headers, body)
            return reply if isinstance(reply, Reply) else await self._in_turns(reply)
        unfinished = _Unfinished(asyncio.current_task())
        try:
            if more:
                body = await self._read(request, headers, operation.max_body, body, unfinished)
            async with self._turn:
                gc.disable()  # what is read has no cycles, and looking for some takes longer than reading
                try:
                    check_length(len(body), operation.max_body)
                    body = decode(body, encoding, operation.max_body)
                    reply = operation.answer(headers, body)
                    return reply if isinstance(reply, Reply) else await self._in_turns(reply)
                finally:
                    gc.enable()
        finally:
            self._release(unfinished)

    async def discard(self, request: Request, headers: Headers) -> None:
        """Read a body that is refused, and keep nothing of it, if the connection is closed after the answer.

        Closed while the client still sends, it would be reset, and the client might never see the answer.
        """
        closes = b"close" in headers.get(b"connection", b"").lower() or request.scope["http_version"] == "1.0"
        if not closes or b"expect" in headers:  # a client that asks first has sent nothing
            return
        length, more = 0, True
        with contextlib.suppress(RequestError, ClientDisconnect):
            while more and length < MAX_DISCARDED:
                piece, more = _piece(await self._stalls.wait(request.receive()))
                length += len(piece)

    async def _read(
        self, request: Request, headers: Headers, limit: int, first: bytes, unfinished: "_Unfinished"
    ) -> bytes:
        """Return a request's whole body, counting: its Content-Length is only a claim."""
        chunks = [first]
        more = True
        self._unfinished.add(unfinished)
        try:
            self._count(unfinished, len(first), limit)
            while more:
                chunk, more = _piece(await self._stalls.wait(request.receive()))
                chunks.append(chunk)
                self._count(unfinished, len(chunk), limit)
        except asyncio.CancelledError:
            if unfinished.evicted and unfinished.task and not unfinished.task.uncancel():
                raise _too_many() from None
            raise
        except RequestError as error:
            self._release(unfinished)
            chunks.clear()
            if more and error.status != HTTPStatus.REQUEST_TIMEOUT:
                await self.discard(request, headers)
            raise
        finally:
            self._unfinished.discard(unfinished)
        return b"".join(chunks)

    def _count(self, body: "_Unfinished", length: int, limit: int) -> None:
        """Count a piece of a body; where too much is held, give up the slowest of those that hold more than a share."""
        body.length += length
        self._held += length
        check_length(body.length, limit)
        if self._held <= self._most:
            return
        share = self._most / (len(self._unfinished) + 1)
        large = [other for other in self._unfinished if other.length > share] or [body]
        slowest = min(large, key=_Unfinished.rate)
        if slowest is body or slowest.task is None:
            raise _too_many()
        self._unfinished.remove(slowest)
        self._release(slowest)
        slowest.evicted = True
        slowest.task.cancel()

    async def _in_turns(self, steps: Steps) -> Reply:
        """Return a reply in the making: a step, of all such replies one at a time, then whatever else is to be done."""
        while True:
            async with self._step:
                end = time.monotonic() + STEP_SECONDS
                try:
                    next(steps)
                    while time.monotonic() < end:
                        next(steps)
                except StopIteration as done:
                    return done.value  # type: ignore[no-any-return]
                await asyncio.sleep(0)

    def _release(self, body: "_Unfinished") -> None:
        """Hold nothing of a body any more."""
        self._held -= body.length
        body.length = 0


class _Unfinished(msgspec.Struct, eq=False):
    """A body as far as it has come, in bytes, and since when."""

    task: asyncio.Task[Any] | None
    begun: float = msgspec.field(default_factory=time.monotonic)
    length: int = 0
    evicted: bool = False

    def rate(self) -> float:
        """Return the bytes that came per second."""
        return self.length / (time.monotonic() - self.begun + 1e-9)


def coding(headers: Headers) -> bytes:
    """Return what the Content-Encoding says, in lower case; an empty part of its list says nothing.

    References
    ----------
    Fielding, R., Nottingham, M. and Reschke, J. (2022). HTTP Semantics. RFC 9110, 5.6.1.2.
    https://doi.org/10.17487/RFC9110
    """
    named = headers.get(b"content-encoding")
    if named is None:
        return b"identity"
    return b",".join(filter(None, map(bytes.strip, named.lower().split(b",")))) or b"identity"


def decode(body: bytes, encoding: bytes, limit: int) -> bytes:
    """Return what a body held before it was encoded, at most `limit` bytes of it.

    What is called deflate may lack the frame of zlib, as in .NET (RFC 9110, 8.4.1.2).

    Parameters
    ----------
    body : bytes
    encoding : bytes, one of `ENCODINGS`
    limit : int, most bytes of the decoded body

    Raises
    ------
    RequestError
        400 for what cannot be decoded, 413 over the limit, whatever more there would be.
    """
    if encoding == b"identity":
        return body
    for window in (_GZIP_OR_ZLIB, _RAW) if encoding == b"deflate" else (_GZIP_OR_ZLIB,):
        inflater = zlib.decompressobj(window)
        with contextlib.suppress(zlib.error):
            decoded = inflater.decompress(body, limit + 1)
            check_length(len(decoded), limit)
            if inflater.eof and not inflater.unused_data:
                return decoded
    raise RequestError(HTTPStatus.BAD_REQUEST, f"The body is not in one piece of {encoding.decode()}.")


def _piece(message: Message) -> tuple[bytes, bool]:
    """Return the next bytes of a body and whether there are more."""
    if message["type"] == "http.disconnect":
        raise ClientDisconnect
    return message.get("body", b""), message.get("more_body", False)


def _too_many() -> RequestError:
    detail = "Too many large bodies are being read; try again."
    return RequestError(HTTPStatus.SERVICE_UNAVAILABLE, detail, headers={"Retry-After": "1"})
