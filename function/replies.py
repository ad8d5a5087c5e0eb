"""What is answered: encoded once, at a stroke or in steps, within what a platform takes."""

import functools
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, TypeVar

import msgspec

from .problems import RequestError

JSON = "application/json"
BYTES = "application/octet-stream"
HTML = "text/html; charset=utf-8"
PLATFORM_ANSWER = 10_000_000
"""Largest answer to a platform, in bytes: BigQuery takes no more."""
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


Steps = Generator[None, None, Reply]
"""A reply in the making: at each yield, tens of milliseconds apart, other requests may be answered."""


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
