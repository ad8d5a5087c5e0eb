"""What stands before the training service, keeps what it was sent, and answers in its place where a test says so."""

import contextlib
import http.client
import http.server
import json
import select
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from tests.helpers import web
from tests.helpers.service import PATIENCE_SECONDS

Answer = list[dict[str, Any] | bytes] | Callable[[http.server.BaseHTTPRequestHandler], None]
RESULT: dict[str, Any] = {"result": {"answer": 42}}


@dataclass
class Stub:
    """A running stand-in.

    target : address of the service that requests are passed on to; '' for none
    answers : without one, what each POST is answered with, the last one again and again: lines, pieces of bytes, or a
        function that gets the request's handler
    status : of these answers
    requests : path with query, head and body of each POST
    released : for answers that wait until the test lets them go on, or ends
    """

    url: str = ""
    target: str = ""
    status: int = 200
    answers: list[Answer] = field(default_factory=lambda: [[RESULT]])
    requests: list[tuple[str, str, bytes]] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)


@contextlib.contextmanager
def standing_in(target: str = "") -> Iterator[Stub]:
    """Start the stand-in."""
    stub = Stub(target=target)

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_OPTIONS(self):
            self.begin(204, **{"Access-Control-Allow-Headers": "Authorization, Content-Type"})

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            stub.requests.append((self.path, str(self.headers), body))
            if stub.target:
                _pass_on(self, stub.target, body)
                return
            self.begin(stub.status)
            answer = stub.answers[min(len(stub.requests), len(stub.answers)) - 1]
            if callable(answer):
                answer(self)
                return
            for piece in answer:
                self.wfile.write(piece if isinstance(piece, bytes) else json.dumps(piece).encode() + b"\n")

        def begin(self, status: int, **headers: str) -> None:
            self.send_response(status)
            for name, value in {"Access-Control-Allow-Origin": "*", **headers}.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *_):
            """Keep the test's output clean."""

    with web.serving(Handler) as stub.url:
        yield stub
        stub.released.set()


def _pass_on(handler: Any, target: str, body: bytes) -> None:
    """Ask the service, and answer as it answers, piece by piece; who asked may leave."""
    kept = {name: handler.headers[name] for name in ("Content-Type", "Authorization") if name in handler.headers}
    service = http.client.HTTPConnection(urlsplit(target).netloc, timeout=PATIENCE_SECONDS)
    with contextlib.closing(service):
        service.request("POST", handler.path, body, {**kept, "Connection": "close"})
        client, upstream = handler.connection, service.sock
        select.select([client, upstream], [], [])
        answer = service.getresponse()
        handler.begin(answer.status)
        while piece := answer.read1():
            handler.wfile.write(piece)
            waiting, _, _ = select.select([client, upstream], [], [])
            if client in waiting:  # nothing more is sent but the end
                return
