"""How gunicorn serves the function where no front end stands before it: ``gunicorn --config python:function.server``.

The same as ``functions-framework --target segment --source function/main.py``, with limits that Google's front end sets
in the cloud: on the length of a request's head, on the time that it may take to come, and on idle connections.
"""

import asyncio
import resource
import signal
from http import HTTPStatus
from pathlib import Path
from typing import Any

import msgspec
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn_worker import UvicornWorker

from .problems import RequestError, problem_details

MAX_HEAD = 32 * 1024
"""Longest head of a request: its line and headers, in bytes."""
HEAD_SECONDS = 10
"""How long a connection may take to send the head of a request."""
KEEP_ALIVE_SECONDS = 80
"""How long a connection may be idle: longer than proxies keep theirs (60 to 75 s), which else meet a closed one."""
MAX_FILES = 65_536
"""Connections that may be open at once, if the system lets us; the soft limit is often 1,024."""
_TOO_LONG = RequestError(
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, f"The head of a request may have {MAX_HEAD} bytes at most."
)
_NO_HTTP = RequestError(HTTPStatus.BAD_REQUEST, "The request is not valid HTTP/1.1.")


class LimitedProtocol(HttpToolsProtocol):
    """HTTP/1.1 whose heads have a longest length and a longest time."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._in_head = True
        self._idle_bytes = 0
        """Bytes that came since the last piece of a body: of a head, of chunks' sizes or of fields behind a body."""
        self._cut: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a head."""
        super().connection_made(transport)
        self._cut = self.loop.call_later(HEAD_SECONDS, transport.close)

    def connection_lost(self, exc: Exception | None) -> None:
        """End all waits."""
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Count what is no body, and go on waiting for the end of a head."""
        self._idle_bytes += len(data)
        super().data_received(data)
        if self._idle_bytes > MAX_HEAD:
            self._refuse(_TOO_LONG)
        elif self._in_head and self._idle_bytes and self._cut is None:
            self._cut = self.loop.call_later(HEAD_SECONDS, self.transport.close)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take no field behind a body for one of the head."""
        if self._in_head:
            super().on_header(name, value)

    def on_body(self, body: bytes) -> None:
        """Begin to count anew."""
        self._idle_bytes = 0
        super().on_body(body)

    def on_headers_complete(self) -> None:
        """Refuse a head that is too long; else the head is over."""
        self._stop_waiting()
        if len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers) > MAX_HEAD:
            self._refuse(_TOO_LONG)
            raise ValueError("the head is too long")  # the parser stops
        self._in_head = False
        self._idle_bytes = 0
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Take what comes next for a head."""
        self._in_head = True
        self._idle_bytes = 0
        super().on_message_complete()

    def send_400_response(self, _msg: str) -> None:
        """Refuse what is no HTTP as everything else is refused."""
        self._refuse(_NO_HTTP)

    def _refuse(self, error: RequestError) -> None:
        if not self.transport.is_closing():
            self.transport.write(_whole(error))
            self.transport.close()

    def _stop_waiting(self) -> None:
        if self._cut is not None:
            self._cut.cancel()
            self._cut = None


def _whole(error: RequestError) -> bytes:
    """Return all of the answer to what never gets to the function; any page may read it."""
    body = msgspec.json.encode(problem_details(error))
    headers = {
        "Content-Type": "application/problem+json",
        "Content-Length": len(body),
        "Access-Control-Allow-Origin": "*",
        "Connection": "close",
    }
    lines = [f"HTTP/1.1 {error.status.value} {error.status.phrase}", *(f"{name}: {headers[name]}" for name in headers)]
    return "\r\n".join([*lines, "", ""]).encode() + body


class Worker(UvicornWorker):  # type: ignore[misc]
    """The framework's worker, with that protocol and room for connections."""

    CONFIG_KWARGS = {"loop": "auto", "http": LimitedProtocol}  # noqa: RUF012 - the base class has it so

    def init_process(self) -> None:
        """Raise the number of open files as far as the system lets us."""
        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, MAX_FILES), hard))
        super().init_process()

    def handle_exit(self, _signal: int, _frame: object) -> None:
        """End as on SIGTERM: what gunicorn does after SIGINT or SIGQUIT, uvicorn does not follow."""
        signal.raise_signal(signal.SIGTERM)


# Settings of gunicorn, as the framework has them.
wsgi_app = "functions_framework:create_app()"
raw_env = ["FUNCTION_TARGET=segment", f"FUNCTION_SOURCE={Path(__file__).with_name('main.py')}"]
worker_class = Worker
preload_app = True
timeout = 0
keepalive = KEEP_ALIVE_SECONDS
loglevel = "error"
control_socket_disable = True  # it would lie in the home of whoever starts the server
limit_request_line = 0
