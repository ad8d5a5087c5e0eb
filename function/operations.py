"""What a dialect is made of: replies, and operations by path and method (OpenAPI's words)."""

import functools
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, TypeVar

import msgspec

from .problems import RequestError

JSON = "application/json"
BYTES = "application/octet-stream"
HTML = "text/html; charset=utf-8"
MODEL_NAME = "segmenter"
"""What the serving protocols call the model in their paths."""
PLAIN_BODY = 1024 * 1024
"""Largest body of one customer or of a list of customers, in bytes."""
BATCH_BODY = 10 * 1024 * 1024
"""Largest batch of BigQuery, in bytes; it is read part by part."""
SERVING_BODY = 4 * 1024 * 1024
"""Largest body of a serving protocol, in bytes."""
PLATFORM_ANSWER = 10_000_000
"""Largest answer to a platform, in bytes: BigQuery takes no more."""
PART = 10_000
"""Customers of a batch whose full answers are in memory at a time."""
_WITHOUT_BODY = {204, 304}

Row = TypeVar("Row")
Sent = Sequence[tuple[bytes, bytes]]
"""Headers of an answer as they are sent; replies that are kept share them."""


def encode_headers(headers: Mapping[str, str]) -> Sent:
    """Return headers as they are sent."""
    return [(name.lower().encode(), value.encode()) for name, value in headers.items()]


_JSON_TYPE = encode_headers({"Content-Type": JSON})


def begin_log(status: int = HTTPStatus.OK, **facts: Any) -> str:
    """Return the beginning of an answer's line in the log: a JSON object that is still open.

    Parameters
    ----------
    status : int
    **facts : plain data, what else the log may say of the answer
    """
    severity = "ERROR" if status >= 500 else "WARNING" if status >= 400 else "INFO"
    return msgspec.json.encode({"severity": severity, "status": status, **facts}).decode()[:-1]


class Reply(msgspec.Struct, frozen=True, gc=False):
    """What an operation answers, encoded once, however often it is sent; made by `make_reply` and `json_reply`.

    body : bytes
    status : int; a member of HTTPStatus would take longer wherever it is looked at
    headers : list of pairs of bytes, with the body's length where the status allows a body
    log : the beginning of its line in the log, from `begin_log`
    """

    body: bytes
    status: int
    headers: list[tuple[bytes, bytes]]
    log: str


def make_reply(body: bytes, status: int = HTTPStatus.OK, headers: Sent = (), log: str = "") -> Reply:
    """Return a reply.

    Parameters
    ----------
    body : bytes
    status : int
    headers : Sent, without the body's length
    log : str, from `begin_log`; "" where there is nothing to say but the status
    """
    length = [] if status in _WITHOUT_BODY else [_length(len(body))]
    return Reply(body, int(status), [*headers, *length], log or begin_log(status))


@functools.lru_cache(1024)
def _length(n_bytes: int) -> tuple[bytes, bytes]:
    return b"content-length", b"%d" % n_bytes


Headers = Mapping[bytes, bytes]
"""Of a request, the names in lower case."""
Steps = Generator[None, None, Reply]
"""A reply in the making: at each yield, tens of milliseconds apart, other requests may be answered."""
Handler = Callable[[Headers, bytes], Reply | Steps]
"""Takes the request's headers and body (empty for GET); raises RequestError where it refuses."""


class Operation(msgspec.Struct, frozen=True):
    """What one method of one path does, and what its documentation says.

    summary, description : one line and what else a reader must know
    answer : does it
    accepts, returns : msgspec types of the JSON that may go in and out; none for what is not JSON
    examples : requests by name; tests send them
    max_body : largest body, in bytes
    media : content types that a body may have; "" for a request that names none
    produces : content types of an answer
    etag : whether a client that knows the answer's ETag is told that it has it
    brief : what answers in its place with ``?explain=none``
    """

    summary: str
    answer: Handler
    accepts: tuple[Any, ...] = ()
    returns: tuple[Any, ...] = ()
    examples: dict[str, Any] = {}
    max_body: int = PLAIN_BODY
    media: frozenset[str] = frozenset({JSON})
    produces: tuple[str, ...] = (JSON,)
    etag: bool = False
    description: str = ""
    brief: "Operation | None" = None


Routes = dict[str, dict[str, Operation]]
"""Operations by path, then by method."""


class Dialect(msgspec.Struct, frozen=True):
    """One way of asking.

    routes : paths of its own
    keys : what answers a body with this field at the paths that dialects share
    """

    routes: Routes = {}
    keys: dict[str, Operation] = {}


def json_reply(content: Any, log: str = "") -> Reply:
    """Answer 200 with JSON; `log` as for `make_reply`.

    No cache keeps it, though no header says so: an answer to POST is kept only where it asks for that.

    References
    ----------
    Fielding, R., Nottingham, M. and Reschke, J. (2022). HTTP Semantics. RFC 9110, 9.3.3.
    https://doi.org/10.17487/RFC9110
    """
    body = msgspec.json.encode(content)
    return Reply(body, 200, [*_JSON_TYPE, _length(len(body))], log or begin_log())


def finish(reply: Reply | Steps) -> Reply:
    """Return a reply, making it to the end if it is in the making."""
    if isinstance(reply, Reply):
        return reply
    try:
        while True:
            next(reply)
    except StopIteration as done:
        return done.value  # type: ignore[no-any-return]


def reply_in_parts(
    key: str, parts: Iterable[Sequence[Row]], encode: Callable[[Sequence[Row]], bytes], advice: str
) -> Steps:
    """Answer a batch part by part, and stop where the answer gets too large.

    Parameters
    ----------
    key : str, the field of the answer that holds the list
    parts : iterable of sequences of any kind of row
    encode : callable, returns the JSON array of the answers to some rows
    advice : str, what to do instead; {rows} is how many rows fit

    Raises
    ------
    RequestError
        400 for an answer over `PLATFORM_ANSWER`.
    """
    answers: list[bytes] = []
    size = n_rows = 0
    for rows in parts:
        answers.append(encode(rows)[1:-1])
        size += len(answers[-1]) + 1
        n_rows += len(rows)
        if size > PLATFORM_ANSWER:
            raise too_large(n_rows * PLATFORM_ANSWER // size // 2, advice)  # half, because rows differ
        yield
    body = b'{"%b":[%b]}' % (key.encode(), b",".join(answers))
    return make_reply(body, headers=_JSON_TYPE, log=begin_log(customers=n_rows))


def check_answer(n_rows: int, smallest: int, advice: str) -> None:
    """Refuse a batch before any of it is read if even the shortest answers would be too large.

    Parameters
    ----------
    n_rows : int, rows at least
    smallest : int, bytes of the shortest answer to a row
    advice : str, as for `reply_in_parts`
    """
    if n_rows * smallest > PLATFORM_ANSWER:
        raise too_large(PLATFORM_ANSWER // smallest // 2, advice)


def too_large(fit: int, advice: str) -> RequestError:
    """Return the refusal of a batch whose answer would be too large; `fit` is the number of rows to send instead."""
    detail = f"The answer would be larger than {PLATFORM_ANSWER} bytes; {advice.format(rows=fit)}."
    return RequestError(HTTPStatus.BAD_REQUEST, detail)


def constant(summary: str, content: msgspec.Struct) -> Operation:
    """Return an operation that always answers the same JSON."""
    headers = encode_headers({"Content-Type": JSON, "Cache-Control": "no-store"})
    reply = make_reply(msgspec.json.encode(content), headers=headers)
    return Operation(summary, lambda _headers, _body: reply, returns=(type(content),))


def check_length(length: int, limit: int) -> None:
    """Raise RequestError for a body over a limit, both in bytes."""
    if length > limit:
        detail = f"The body may have {limit} bytes at most; send fewer rows a request."
        raise RequestError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, detail)
