"""The function's HTTP side: path, method, body, CORS, status, problem details, log.

Run it with ``functions-framework --target segment --source function/main.py``. Settings come from the environment:

MODEL_PATH : the model file; default models/segmenter.joblib beside this folder
ALLOWED_ORIGINS : the pages that may call, comma-separated (``https://shop.example``), or ``*``, the default
GOOGLE_CLOUD_PROJECT : names the project in the log's trace field
"""

import os
import re
import sys
import time
import traceback
from http import HTTPStatus
from pathlib import Path
from typing import Any

import functions_framework.aio
import msgspec
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from . import dialects
from .intake import Intake
from .model import ModelError, load
from .operations import JSON, Reply
from .problems import RequestError, problem_details
from .schemas import Schemas

PREFLIGHT_SECONDS = 7200
"""How long a browser may remember a preflight; Chromium's own ceiling."""
_WITHOUT_BODY = {204, 304}
_REQUEST_ID = re.compile(r"[\x21-\x7e]{1,128}")
_TRACE = re.compile(r"([0-9a-f]{32})(/\d+)?(;o=\d)?")


def _log(severity: str, **fields: Any) -> None:
    """Write one line of Cloud Logging's structured JSON to standard output."""
    sys.stdout.buffer.write(msgspec.json.encode({"severity": severity, **fields}) + b"\n")
    sys.stdout.buffer.flush()


def _start() -> Schemas:
    """Load the model, or refuse to start and say why."""
    path = os.environ.get("MODEL_PATH") or Path(__file__).parent.parent / "models" / "segmenter.joblib"
    try:
        return Schemas(load(Path(path)))
    except ModelError as error:
        _log("CRITICAL", message=f"the model is refused: {error}")
        sys.exit(f"The function does not start: the model is refused: {error}")


def _cors(origins: str) -> tuple[dict[str, list[tuple[bytes, bytes]]], list[tuple[bytes, bytes]]]:
    """Return the headers of every answer by the origin that asks, and those for any other origin."""
    always = [
        (b"vary", b"Origin"),
        (b"x-content-type-options", b"nosniff"),
        (b"access-control-expose-headers", b"ETag, X-Request-Id"),
    ]
    allow = b"access-control-allow-origin"
    allowed = [origin.strip() for origin in origins.split(",")]
    if "*" in allowed:
        return {}, [*always, (allow, b"*")]
    return {origin: [*always, (allow, origin.encode())] for origin in allowed}, always


_SCHEMAS = _start()
_PROJECT = os.environ.get("GOOGLE_CLOUD_PROJECT", "")
_CORS, _STRANGERS = _cors(os.environ.get("ALLOWED_ORIGINS", "*"))
_INTAKE = Intake()
_ROUTES = dialects.routes(_SCHEMAS, os.environ)


class RawResponse(Response):
    """A response whose headers are bytes already; Starlette would spend longer on them than we on the answer."""

    def __init__(self, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
        self.status_code = status
        self.raw_headers = headers
        self.body = body
        self.background = None


@functions_framework.aio.http
async def segment(request: Request) -> RawResponse:
    """Answer every path and method; nothing escapes, so that every answer has its CORS headers."""
    started = time.perf_counter()
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in request.scope["headers"]}
    path = request.scope["path"].rstrip("/") or "/"
    try:
        reply = await _reply(request, path, headers)
    except RequestError as error:
        reply = _problem(error)
    except ClientDisconnect:
        reply = Reply(b"", status=499)  # nobody is left to read it; the log keeps nginx's number for this
    except Exception as error:  # the boundary: the log gets the place, the client a plain 500
        failure = RequestError(HTTPStatus.INTERNAL_SERVER_ERROR, "The answer could not be computed.")
        reply = _problem(failure, log={"error": _place(error)})
    _log_request(request.method, path, headers, reply, time.perf_counter() - started)
    return RawResponse(reply.status, _headers(reply, headers), reply.body)


async def _reply(request: Request, path: str, headers: dict[str, str]) -> Reply:
    route = _ROUTES.get(path)
    if route is None:
        raise RequestError(HTTPStatus.NOT_FOUND, f"The paths are {', '.join(_ROUTES)}.")
    if request.method == "OPTIONS":
        return _preflight(route)
    operation = route.get("GET" if request.method == "HEAD" else request.method)
    if operation is None:
        allow = _allow(route)
        raise RequestError(HTTPStatus.METHOD_NOT_ALLOWED, f"The methods are {allow}.", headers={"Allow": allow})
    body = b""
    if request.method == "POST":
        if headers.get("content-type", "").partition(";")[0].strip().lower() not in operation.media:
            raise RequestError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"The Content-Type must be {JSON}.")
        body = await _INTAKE.read(request, operation.max_body)
    return operation.answer(headers, body)


def _allow(route: dict[str, Any]) -> str:
    return ", ".join([*route, *(["HEAD"] if "GET" in route else []), "OPTIONS"])


def _preflight(route: dict[str, Any]) -> Reply:
    headers = {
        "Allow": _allow(route),
        "Access-Control-Allow-Methods": _allow(route),
        "Access-Control-Allow-Headers": "Authorization, Content-Type, If-None-Match, X-Request-Id",
        "Access-Control-Max-Age": str(PREFLIGHT_SECONDS),
    }
    return Reply(b"", status=HTTPStatus.NO_CONTENT, headers=headers)


def _problem(error: RequestError, log: dict[str, Any] | None = None) -> Reply:
    headers = {"Content-Type": "application/problem+json", "Cache-Control": "no-store", **error.headers}
    return Reply(msgspec.json.encode(problem_details(error)), error.status, headers, log or {})


def _place(error: Exception) -> str:
    """Say what failed where, without the exception's own text: it may quote a customer's value."""
    frames = reversed(traceback.extract_tb(error.__traceback__))
    return f"{type(error).__name__} at " + " < ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames)


def _headers(reply: Reply, asked: dict[str, str]) -> list[tuple[bytes, bytes]]:
    """Return the headers of an answer: its own, its length, CORS, the request's id."""
    headers = [(name.encode(), value.encode()) for name, value in reply.headers.items()]
    headers += _CORS.get(asked.get("origin", ""), _STRANGERS)
    if reply.status not in _WITHOUT_BODY:
        headers.append((b"content-length", str(len(reply.body)).encode()))
    request_id = asked.get("x-request-id", "")
    if _REQUEST_ID.fullmatch(request_id):
        headers.append((b"x-request-id", request_id.encode()))
    return headers


def _log_request(method: str, path: str, headers: dict[str, str], reply: Reply, seconds: float) -> None:
    """Log a request without anything its sender chose: no input, no query, no unknown path."""
    fields: dict[str, Any] = {
        "method": method,
        "path": path if path in _ROUTES else "unknown",
        "status": int(reply.status),
        "latency": f"{seconds:.6f}s",
        "model": _SCHEMAS.hash,
        **reply.log,
    }
    trace = _TRACE.fullmatch(headers.get("x-cloud-trace-context", ""))
    if trace:
        name = f"projects/{_PROJECT}/traces/{trace[1]}" if _PROJECT else trace[1]
        fields["logging.googleapis.com/trace"] = name
    _log("ERROR" if reply.status >= 500 else "WARNING" if reply.status >= 400 else "INFO", **fields)
