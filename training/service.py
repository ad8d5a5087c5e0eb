"""The training service: commands of the command line over HTTP, for the page's customers who have none.

Run it with ``functions-framework --target train --source training/service.py``. Settings come from the environment:

ALLOWED_ORIGINS : the pages that may call, comma-separated (``https://shop.example``), or ``*``; none by default
TRAINING_KEY : if set, what requests must send as ``Authorization: Bearer KEY``

``POST /fit``, ``/score``, ``/movement`` and ``/measure`` take tables as CSV and options in the query. The answer is a
stream of JSON lines: {"waiting": place}, {"progress": step}, at last {"result": {...}} or {"problem": {...}}.
"""

import hmac
import json
import os
import sys
import time
from collections.abc import AsyncIterator
from contextlib import ExitStack, aclosing
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import functions_framework.aio
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.types import Message, Receive, Scope, Send

sys.path.append(str(Path(__file__).parents[1]))  # where the function is; the framework puts only this folder there
from function.origins import ANY, read_origins

from .engines.unfinished import scratch_folder
from .jobs.answer import Answer
from .jobs.commands import COMMANDS, Command, read_options
from .jobs.job import Job, encode, work
from .jobs.problem import JobError, unexpected
from .jobs.queue import Queue
from .jobs.upload import Body, receive

HEALTH = ("/health", "/healthz")
PREFLIGHT_SECONDS = 7200
"""How long a browser may remember a preflight; Chromium's own ceiling."""
_SEVERITIES = {"ended": "ERROR", "busy": "WARNING", "memory": "WARNING", "time": "WARNING"}
"""Of problems that an operator should know of: faults of ours, and limits that were met; others are the sender's."""


def _settings() -> tuple[frozenset[str], bytes]:
    """Return which pages may call and the key that requests must bear, or refuse to start and say why."""
    refusal = "The training service does not start: "
    try:
        origins = read_origins(os.environ.get("ALLOWED_ORIGINS", ""))
    except ValueError as error:
        raise SystemExit(f"{refusal}{error}") from error
    key = os.environ.get("TRAINING_KEY")
    if key is not None and not key.strip():
        raise SystemExit(f"{refusal}TRAINING_KEY: expected a key, found a blank; unset it where no key is asked for")
    return origins, (key or "").strip().encode()  # one that came from a file ends with a line break


_ORIGINS, _KEY = _settings()
_QUEUE = Queue(
    sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else list(range(os.cpu_count() or 1))
)


@functions_framework.aio.http
async def train(request: Request) -> Response:
    """Answer every path and method; nothing escapes, so that every answer has its CORS headers."""
    started = time.monotonic()
    cors, body = _cors(request), Body(request)
    try:
        command = _command(request, allowed=len(cors) > 1)
        if isinstance(command, Response):
            command.headers.update(cors)
            return command
        return await _begin(request, body, command, cors, started)
    except ClientDisconnect:
        _log(request, 499, started)
        return Response(status_code=499)  # nobody is left to read it
    except JobError as error:
        problem = error
    except Exception:  # the boundary: the log gets the place, the client a plain 500
        problem = unexpected()
    _log(request, problem.status, started, problem)
    headers = {**cors, **problem.headers, "Cache-Control": "no-store"}
    return _Refusal(problem, headers, body)


def _command(request: Request, *, allowed: bool) -> Command | Response:
    """Return the command that a request asks for, or what else there is to answer."""
    path, method = request.scope["path"].rstrip("/") or "/", request.method
    if path not in (*COMMANDS, *HEALTH):
        raise JobError("request", HTTPStatus.NOT_FOUND, f"The paths are {', '.join((*COMMANDS, *HEALTH))}.")
    methods = ("GET", "HEAD") if path in HEALTH else ("POST",)
    if method == "OPTIONS":
        return Response(status_code=HTTPStatus.NO_CONTENT, headers=_preflight(methods))
    if method not in methods:
        allow = ", ".join((*methods, "OPTIONS"))
        raise JobError("request", HTTPStatus.METHOD_NOT_ALLOWED, f"The methods are {allow}.", headers={"Allow": allow})
    if "origin" in request.headers and not allowed:  # a form of another page is sent without a preflight
        raise JobError("request", HTTPStatus.FORBIDDEN, "Pages of this origin may not call the training service.")
    if path in HEALTH:
        return JSONResponse({"status": "ok"})
    _check_key(request)
    return COMMANDS[path]


def _check_key(request: Request) -> None:
    sent = request.headers.get("authorization", "").encode("latin-1")
    if _KEY and not hmac.compare_digest(sent, b"Bearer " + _KEY):
        detail = (
            "Expected the key of this training service, found none or another; use the link that deploy.sh printed."
        )
        raise JobError("key", HTTPStatus.UNAUTHORIZED, detail, headers={"WWW-Authenticate": "Bearer"})


async def _begin(request: Request, body: Body, command: Command, cors: dict[str, str], started: float) -> Response:
    """Take a job's table in, and return the answer that will do the job while it is sent."""
    words = read_options(command, _query(request, command))
    with ExitStack() as stack:
        _QUEUE.enter()
        stack.callback(_QUEUE.leave)
        folder = stack.enter_context(scratch_folder())
        files = await receive(request, body, command, folder)
        lines = _lines(request, Job(command, words, files, folder), started)
        return Answer(lines, stack.pop_all(), {**cors, "Cache-Control": "no-store", "X-Accel-Buffering": "no"})


def _query(request: Request, command: Command) -> list[tuple[str, str]]:
    """Return the names and values of a query; a flag may stand there by its name alone."""
    try:
        parts = request.scope["query_string"].decode("ascii").split("&")
        query = "&".join(f"{part}=" if part in command.flags else part for part in parts)
        return parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query), errors="strict")
    except ValueError as error:
        detail = "Expected options as name=value pairs in the query, in UTF-8, found something else."
        raise JobError("request", HTTPStatus.BAD_REQUEST, detail) from error


class _Refusal(JSONResponse):
    """Problem details, sent at once; the answer is over when nothing more of the request comes."""

    def __init__(self, problem: JobError, headers: dict[str, str], body: Body) -> None:
        super().__init__(problem.details(), problem.status, headers, "application/problem+json")
        self._unread = body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_on(message: Message) -> None:
            await send({**message, "more_body": True} if message["type"] == "http.response.body" else message)

        await super().__call__(scope, receive, send_on)
        await self._unread.drain()
        await send({"type": "http.response.body"})


async def _lines(request: Request, job: Job, started: float) -> AsyncIterator[bytes]:
    """Yield the lines of a job's answer: its place until its turn, then its progress, at last its result.

    The next job has the processor by then: who reads the result slowly holds up nobody.
    """
    problem, result = None, b""
    status = 499  # unless it comes to its end
    try:
        with _QUEUE.join() as ticket:
            async with aclosing(ticket.wait()) as places:  # type: ignore[type-var]
                async for place in places:
                    yield encode({"waiting": place})
            async with aclosing(work(job, ticket.processor or 0)) as steps:  # type: ignore[type-var]
                async for line in steps:
                    if "result" in line:
                        result = encode(line)
                    else:
                        yield encode(line)
        yield result
        status = 200
    except JobError as error:
        problem = error
    except Exception:  # the boundary
        problem = unexpected()
    finally:
        _log(request, problem.status if problem else status, started, problem)
    if problem:
        yield encode({"problem": problem.details()})


def _cors(request: Request) -> dict[str, str]:
    origin = request.headers.get("origin", "")
    allowed = {origin, ANY} & _ORIGINS
    return {"Vary": "Origin", **({"Access-Control-Allow-Origin": origin} if origin and allowed else {})}


def _preflight(methods: tuple[str, ...]) -> dict[str, str]:
    return {
        "Access-Control-Allow-Methods": ", ".join(methods),
        "Access-Control-Allow-Headers": "Authorization, Content-Type",
        "Access-Control-Max-Age": str(PREFLIGHT_SECONDS),
    }


def _log(request: Request, status: int, started: float, problem: JobError | None = None) -> None:
    """Log a request in a line of structured JSON, without anything its sender chose."""
    path = request.scope["path"].rstrip("/")
    line: dict[str, Any] = {
        "severity": _SEVERITIES.get(problem.kind, "INFO") if problem else "INFO",
        "method": request.method,
        "path": path if path in COMMANDS else "unknown",
        "status": int(status),
        "seconds": round(time.monotonic() - started, 3),
        **({"kind": problem.kind} if problem else {}),
        **({"error": problem.place} if problem and problem.place else {}),
    }
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()
