"""The function's HTTP side: path, method, body, CORS, status, problem details, log.

Run it with ``functions-framework --target segment --source function/main.py``. Settings come from the environment:

MODEL_PATH : the model file; default models/segmenter.joblib beside this folder
ALLOWED_ORIGINS : the pages that may call, comma-separated (``https://shop.example``), or ``*``, the default
GOOGLE_CLOUD_PROJECT : names the project in the log's trace field
"""

import functools
import gc
import os
import re
import sys
import time
import traceback
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import functions_framework.aio
import msgspec
from starlette.requests import ClientDisconnect, Request
from starlette.types import Receive, Scope, Send

from .body import ENCODINGS, BodyReader, coding
from .dialects.routes import routes
from .documentation import operations as documentation
from .model import ModelError, load
from .operations import Headers, Operation
from .origins import ANY, read_origins
from .problems import RequestError, problem_details
from .replies import JSON, Reply, begin_log, encode_headers, finish, make_reply
from .schemas import Answers

PREFLIGHT_SECONDS = 7200
"""How long a browser may remember a preflight; Chromium's own ceiling."""
LONGEST_TYPE = 100
"""Bytes of a Content-Type that are looked at, and kept: the header may be a megabyte long."""
_ALLOWED = (
    "Authorization",
    "Content-Encoding",
    "Content-Type",
    "If-None-Match",
    "Inference-Header-Content-Length",
    "X-Request-Id",
)
"""Headers that a page of another origin may send."""
_REQUEST_ID = re.compile(rb"[\x21-\x7e]{1,128}")
_TRACE = re.compile(rb"([0-9a-f]{32})(/\d+)?(;o=\d)?")
_LOG = sys.stdout.fileno()
"""Where the log goes; the framework, told to label log lines, puts something else in the place of sys.stdout later."""


def _start() -> Answers:
    """Load the model, or refuse to start and say why."""
    path = os.environ.get("MODEL_PATH") or Path(__file__).parent.parent / "models" / "segmenter.joblib"
    try:
        return Answers(load(Path(path)))
    except ModelError as error:
        raise _refusal(f"the model is refused: {error}") from error


def _refusal(reason: str) -> SystemExit:
    """Log why the function does not start, and return what ends it."""
    os.write(_LOG, msgspec.json.encode({"severity": "CRITICAL", "message": reason}) + b"\n")
    return SystemExit(f"The function does not start: {reason}")


def _cors(origins: str) -> tuple[dict[bytes, list[tuple[bytes, bytes]]], list[tuple[bytes, bytes]]]:
    """Return the headers of every answer by the origin that asks, and those for any other origin."""
    vary = (b"vary", b"Origin")
    allow = b"access-control-allow-origin"
    try:
        allowed = read_origins(origins)
    except ValueError as error:
        raise _refusal(str(error)) from error
    if ANY in allowed:
        return {}, [(allow, ANY.encode())]
    return {origin.encode(): [vary, (allow, origin.encode())] for origin in allowed}, [vary]


def _fields(path: str) -> str:
    """Return what the log says of every request for a path: the middle of a JSON object."""
    return msgspec.json.encode({"path": path, "model": _ANSWERS.hash}).decode()[1:-1]


_ANSWERS = _start()
_PROJECT = os.environ.get("GOOGLE_CLOUD_PROJECT", "")
_CORS, _STRANGERS = _cors(os.environ.get("ALLOWED_ORIGINS", "*"))
_BODIES = BodyReader()
_ROUTES = documentation.add(routes(_ANSWERS, os.environ), _ANSWERS)
_TRACES = msgspec.json.encode(f"projects/{_PROJECT}/traces/").decode()[1:-1] if _PROJECT else ""
_FIELDS = {path: _fields(path) for path in _ROUTES}
_UNKNOWN = _fields("unknown")


class RawResponse(msgspec.Struct, gc=False):
    """A response whose headers are bytes already; Starlette would spend longer on them than we on the answer."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        """Send it, as ASGI has it."""
        await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
        await send({"type": "http.response.body", "body": self.body})


async def segment(request: Request) -> RawResponse:
    """Answer every path and method; nothing escapes, so that every answer has its CORS headers."""
    started = time.perf_counter_ns()
    scope = request.scope
    method = scope["method"]
    path = scope["path"].rstrip("/") or "/"
    headers = dict(scope["headers"])
    operation = None
    try:
        media = headers.get(b"content-type", b"")[:LONGEST_TYPE]
        operation = _operation(method, path, media, coding(headers))
        if operation.brief and scope["query_string"]:
            operation = _asked(operation, operation.brief, scope["query_string"])
        if method == "POST":
            reply = await _BODIES.answer(request, operation, headers)
        else:
            reply = finish(operation.answer(headers, b""))
    except RequestError as error:
        if operation is None:
            await _BODIES.discard(request, headers)
        reply = _problem(error)
    except ClientDisconnect:
        reply = make_reply(b"", status=499)  # nobody is left to read it; the log keeps nginx's number for this
    except Exception as error:  # the boundary: the log gets the place, the client a plain 500
        failure = RequestError(HTTPStatus.INTERNAL_SERVER_ERROR, "The answer could not be computed.")
        reply = _problem(failure, error=_place(error))
    response = RawResponse(reply.status, _headers(reply, headers), reply.body)
    _log(reply, method, path, headers, time.perf_counter_ns() - started)
    return response


@functools.lru_cache(64)  # clients send the same again and again, and what is refused is not kept
def _operation(method: str, path: str, media: bytes, encoding: bytes) -> Operation:
    """Return what answers a request, by its Content-Type and Content-Encoding too, or raise RequestError."""
    route = _ROUTES.get(path)
    if route is None:
        raise RequestError(HTTPStatus.NOT_FOUND, f"The paths are {', '.join(_ROUTES)}.")
    if method == "OPTIONS":
        return _preflight(path)
    operation = route.get("GET" if method == "HEAD" else method)
    if operation is None:
        allow = _allow(route)
        raise RequestError(HTTPStatus.METHOD_NOT_ALLOWED, f"The methods are {allow}.", headers={"Allow": allow})
    if method == "POST":
        _check_type(operation, media, encoding)
    return operation


def _asked(operation: Operation, brief: Operation, query: bytes) -> Operation:
    """Return which of two operations a query asks for; names other than explain ask for nothing."""
    if query == b"explain=none":  # as its clients send it
        return brief
    explain = [value for name, value in parse_qsl(query.decode("latin-1"), keep_blank_values=True) if name == "explain"]
    if explain and set(explain) != {"none"}:
        raise RequestError(HTTPStatus.BAD_REQUEST, "Expected explain=none in the query, or no explain.")
    return brief if explain else operation


def _check_type(operation: Operation, media: bytes, encoding: bytes) -> None:
    """Raise RequestError for a body of a type or an encoding that is not read."""
    if media.decode("latin-1").partition(";")[0].strip().lower() not in operation.media:
        raise RequestError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"The Content-Type must be {JSON}.")
    if encoding not in ENCODINGS:
        accepted = ", ".join(encoding.decode() for encoding in ENCODINGS)
        detail = f"The Content-Encoding must be one of {accepted}."
        raise RequestError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, detail, headers={"Accept-Encoding": accepted})


def _allow(route: dict[str, Any]) -> str:
    return ", ".join([*route, *(["HEAD"] if "GET" in route else []), "OPTIONS"])


@functools.cache
def _preflight(path: str) -> Operation:
    allow = _allow(_ROUTES[path])
    headers = encode_headers(
        {
            "Allow": allow,
            "Access-Control-Allow-Methods": allow,
            "Access-Control-Allow-Headers": ", ".join(_ALLOWED),
            "Access-Control-Max-Age": str(PREFLIGHT_SECONDS),
        }
    )
    reply = make_reply(b"", status=HTTPStatus.NO_CONTENT, headers=headers)
    return Operation("Say what is allowed", lambda _headers, _body: reply)


def _problem(refusal: RequestError, **facts: str) -> Reply:
    """Return the answer to a request that is refused, and what else the log says of it."""
    headers = {"Content-Type": "application/problem+json", "Cache-Control": "no-store", **refusal.headers}
    body = msgspec.json.encode(problem_details(refusal))
    return make_reply(body, refusal.status, encode_headers(headers), begin_log(refusal.status, **facts))


def _place(error: Exception) -> str:
    """Say what failed where, without the exception's own text: it may quote a customer's value."""
    frames = reversed(traceback.extract_tb(error.__traceback__))
    return f"{type(error).__name__} at " + " < ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames)


def _headers(reply: Reply, asked: Headers) -> list[tuple[bytes, bytes]]:
    """Return the headers of an answer: its own, CORS, the request's id."""
    headers = reply.headers + _CORS.get(asked.get(b"origin", b""), _STRANGERS)
    request_id = asked.get(b"x-request-id")
    if request_id and _REQUEST_ID.fullmatch(request_id):
        headers += [(b"x-request-id", request_id), (b"access-control-expose-headers", b"X-Request-Id")]
    return headers


def _log(reply: Reply, method: str, path: str, headers: Headers, nanoseconds: int) -> None:
    """Log a request in a line of Cloud Logging's structured JSON, without anything its sender chose.

    No input, no query, no unknown path; of methods there are only those that the framework lets through.
    """
    line = f'{reply.log},"method":"{method}",{_FIELDS.get(path, _UNKNOWN)},"latency_us":{nanoseconds // 1000}'
    trace = headers.get(b"x-cloud-trace-context")
    if trace and (parts := _TRACE.fullmatch(trace)):
        line += f',"logging.googleapis.com/trace":"{_TRACES}{parts[1].decode()}"'
    try:  # contextlib.suppress would take longer than the rest
        os.write(_LOG, f"{line}}}\n".encode())
    except OSError:
        return  # a full disk behind the log must not cost the customer the answer


# Called for its entry in the framework's list: the function that comes back would only call this one.
functions_framework.aio.http(segment)  # type: ignore[arg-type]
gc.freeze()  # what the start has made is not looked through again: that takes 15 to 30 ms, in which customers wait
