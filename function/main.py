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
import uuid
from http import HTTPStatus
from pathlib import Path
from typing import Any

import functions_framework.aio
import msgspec
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from . import dialects
from .model import ModelError, load
from .operations import JSON, Operation, Reply, check_length
from .problems import RequestError, problem_details
from .schemas import Schemas

PREFLIGHT_SECONDS = 7200
"""How long a browser may remember a preflight; Chromium's own ceiling."""

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


_SCHEMAS = _start()
_ORIGINS = frozenset(os.environ.get("ALLOWED_ORIGINS", "*").replace(" ", "").split(","))
_PROJECT = os.environ.get("GOOGLE_CLOUD_PROJECT", "")
_ROUTES = dialects.routes(_SCHEMAS, os.environ)


@functions_framework.aio.http
async def segment(request: Request) -> Response:
    """Answer every path and method; nothing escapes, so that every answer has its CORS headers."""
    started = time.perf_counter()
    try:
        reply = await _reply(request)
    except RequestError as error:
        reply = _problem(error)
    except ClientDisconnect:
        reply = Reply(b"", status=499)  # nobody is left to read it; the log keeps nginx's number for this
    except Exception as error:  # the boundary: the log gets the place, the client a plain 500
        failure = RequestError(HTTPStatus.INTERNAL_SERVER_ERROR, "The answer could not be computed.")
        reply = _problem(failure, log={"error": _place(error)})
    headers = {**reply.headers, **_common_headers(request)}
    _log_request(request, reply, time.perf_counter() - started)
    return Response(reply.body, status_code=reply.status, headers=headers)


async def _reply(request: Request) -> Reply:
    route = _ROUTES.get(_path(request))
    if route is None:
        raise RequestError(HTTPStatus.NOT_FOUND, f"The paths are {', '.join(_ROUTES)}.")
    if request.method == "OPTIONS":
        return _preflight(route)
    method = "GET" if request.method == "HEAD" else request.method
    if method not in route:
        allow = _allow(route)
        raise RequestError(HTTPStatus.METHOD_NOT_ALLOWED, f"The methods are {allow}.", headers={"Allow": allow})
    operation = route[method]
    return operation.answer(request.headers, await _body(request, operation) if method == "POST" else b"")


async def _body(request: Request, operation: Operation) -> bytes:
    """Read the body, counting: the Content-Length header is only a claim."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() not in operation.media:
        raise RequestError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"The Content-Type must be {JSON}.")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        check_length(body, operation.max_body)
    return bytes(body)


def _path(request: Request) -> str:
    return str(request.scope["path"]).rstrip("/") or "/"


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


def _common_headers(request: Request) -> dict[str, str]:
    """Return the headers of every answer: CORS, the request's id."""
    headers = {"Vary": "Origin", "X-Content-Type-Options": "nosniff"}
    origin = request.headers.get("origin", "")
    if "*" in _ORIGINS:
        headers["Access-Control-Allow-Origin"] = "*"
    elif origin in _ORIGINS:
        headers["Access-Control-Allow-Origin"] = origin
    headers["Access-Control-Expose-Headers"] = "ETag, X-Request-Id"
    request_id = request.headers.get("x-request-id", "")
    headers["X-Request-Id"] = request_id if _REQUEST_ID.fullmatch(request_id) else uuid.uuid4().hex
    return headers


def _log_request(request: Request, reply: Reply, seconds: float) -> None:
    """Log a request without anything its sender chose: no input, no query, no unknown path."""
    trace = _TRACE.fullmatch(request.headers.get("x-cloud-trace-context", ""))
    path = _path(request)
    fields: dict[str, Any] = {
        "method": request.method,
        "path": path if path in _ROUTES else "unknown",
        "status": int(reply.status),
        "latency": f"{seconds:.6f}s",
        "model": _SCHEMAS.hash,
        **reply.log,
    }
    if trace:
        name = f"projects/{_PROJECT}/traces/{trace[1]}" if _PROJECT else trace[1]
        fields["logging.googleapis.com/trace"] = name
    severity = "ERROR" if reply.status >= 500 else "WARNING" if reply.status >= 400 else "INFO"
    _log(severity, **fields)
