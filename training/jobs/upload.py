"""Writes the tables of a request into the folder of its job, counted and in time."""

import asyncio
import codecs
import contextlib
import errno
from collections.abc import AsyncIterator, Iterator
from http import HTTPStatus
from pathlib import Path

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.types import Message

from .commands import Command
from .problem import JobError

MAX_BYTES = 32 * 1024 * 1024
"""Most bytes of a request's body."""
STALL_SECONDS = 10
"""How long to wait for the next piece of a body."""
UPLOAD_SECONDS = 300
"""How long a whole body may take."""
MODEL = "model"
"""Name of the part that holds a model."""
_PIECE = 1024 * 1024
_NO_CSV = (b"PAR1", b"{", b"[")  # Parquet and JSON; archives and workbooks are no text
_LONGEST_MARK = max(map(len, _NO_CSV))


class Body:
    """A request's body: no more of it is received than it may have, and no longer than it may take.

    Parameters
    ----------
    request : Request
    """

    def __init__(self, request: Request) -> None:
        self._receive = request.receive
        self._length = int(request.headers.get("content-length", 0))  # the server takes digits only
        self._bytes = 0
        self._over = False
        self._end = asyncio.get_running_loop().time() + UPLOAD_SECONDS

    async def receive(self) -> Message:
        """Return the next piece, as ASGI has it.

        Raises
        ------
        JobError
            413 for a body that is too large, before it comes where its length is announced.
        TimeoutError
        """
        if self._length > MAX_BYTES:
            raise _too_large()
        message = await self._next()
        self._bytes += len(message.get("body", b""))
        if self._bytes > MAX_BYTES:
            raise _too_large()
        return message

    async def drain(self) -> None:
        """Let the rest come and forget it, as long as it does: who sends all before they read would miss the answer."""
        with contextlib.suppress(TimeoutError):
            while not self._over:
                await self._next()

    async def _next(self) -> Message:
        async with asyncio.timeout_at(min(self._end, asyncio.get_running_loop().time() + STALL_SECONDS)):
            message = await self._receive()
        self._over = not message.get("more_body")
        return message


async def receive(request: Request, body: Body, command: Command, folder: Path) -> list[str]:
    """Write what a request brings; return the names of the files, those of the tables first.

    Parameters
    ----------
    request : Request, text/csv for a single table or multipart/form-data with a part for each
    body : Body, of it
    command : Command
    folder : Path, of the job

    Raises
    ------
    JobError
        400 for a body that is not what the command reads, 408 for one that stalls, 413 for one that is too large, 415
        for one of another type, 507 where the service's disk is full.
    """
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if "content-encoding" in request.headers:
        raise _unsupported("Send the body as it is, without a Content-Encoding.")
    counted = Request(request.scope, body.receive)
    with _in_time(), _with_room():
        if media == "text/csv" and len(command.tables) == 1:
            await _write_csv(folder / _file(command.tables[0]), counted.stream())
            return [_file(command.tables[0])]
        if media == "multipart/form-data":
            return await _receive_parts(counted, command, folder)
    parts = " and ".join(command.tables)
    single = "text/csv or " if len(command.tables) == 1 else ""
    raise _unsupported(f"Expected a body of {single}multipart/form-data with {parts}, found another type.")


@contextlib.contextmanager
def _in_time() -> Iterator[None]:
    try:
        yield
    except TimeoutError as error:
        detail = f"Nothing of the body came for {STALL_SECONDS} s, or it took longer than {UPLOAD_SECONDS} s."
        raise JobError("request", HTTPStatus.REQUEST_TIMEOUT, detail) from error


@contextlib.contextmanager
def _with_room() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        detail = "There is no room for the table on the training service's disk: send fewer rows, or make room there."
        raise JobError("memory", HTTPStatus.INSUFFICIENT_STORAGE, detail) from error


async def _receive_parts(request: Request, command: Command, folder: Path) -> list[str]:
    allowed = {*command.tables, *([MODEL] if command.takes_model else [])}
    try:
        async with request.form(max_files=len(allowed), max_fields=0) as form:
            parts = {name: part for name, part in form.multi_items() if isinstance(part, UploadFile)}
            if not set(command.tables) <= parts.keys() <= allowed or len(parts) < len(form.multi_items()):
                raise _bad(f"Expected the parts {', '.join(sorted(allowed))}, each once and as a file.")
            for name in command.tables:
                await _write_csv(folder / _file(name), _pieces(parts[name]))
            if MODEL in parts:
                (folder / MODEL).write_bytes(await parts[MODEL].read())
    except (MultiPartException, HTTPException) as error:
        raise _bad("The body is not multipart/form-data with files.") from error
    return [*map(_file, command.tables), *([MODEL] if MODEL in parts else [])]


async def _pieces(part: UploadFile) -> AsyncIterator[bytes]:
    while piece := await part.read(_PIECE):
        yield piece


async def _write_csv(path: Path, pieces: AsyncIterator[bytes]) -> None:
    """Write text that is UTF-8 and may be CSV: nothing else reaches an engine."""
    text = codecs.getincrementaldecoder("utf-8")()
    begins = b""  # however small the pieces are
    try:
        with path.open("wb") as file:
            async for piece in pieces:
                if len(begins) < _LONGEST_MARK:
                    begins = (begins + piece).removeprefix(codecs.BOM_UTF8).lstrip()[:_LONGEST_MARK]
                if "\0" in text.decode(piece) or begins.startswith(_NO_CSV):
                    raise _no_csv(path)
                file.write(piece)
        text.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise _no_csv(path) from error
    if not begins:
        raise _bad(f"{path.name}: expected a table, found nothing.")


def _file(table: str) -> str:
    return f"{table}.csv"


def _too_large() -> JobError:
    detail = (
        f"Expected at most {MAX_BYTES // 2**20} MB, found more: send fewer rows or columns, or use the command line."
    )
    return JobError("request", HTTPStatus.REQUEST_ENTITY_TOO_LARGE, detail)


def _no_csv(path: Path) -> JobError:
    return _bad(f"{path.name}: expected CSV in UTF-8, found something else.")


def _bad(detail: str) -> JobError:
    return JobError("request", HTTPStatus.BAD_REQUEST, detail)


def _unsupported(detail: str) -> JobError:
    return JobError("request", HTTPStatus.UNSUPPORTED_MEDIA_TYPE, detail)
