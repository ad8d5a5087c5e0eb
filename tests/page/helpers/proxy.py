"""A proxy before the function: it passes everything on, keeps what it saw, and fails when a test says so."""

import contextlib
import http.client
import http.server
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from tests.helpers import web
from tests.helpers.service import PATIENCE_SECONDS

PASSED_ON = {
    "content-type",
    "content-length",
    "origin",
    "access-control-request-headers",
    "access-control-request-method",
}
KEPT_BACK = {"connection", "transfer-encoding", "server", "date"}


@dataclass
class Proxy:
    """A running proxy.

    target : address of the function
    fails : tells of each POST, numbered from 1, whether the connection is cut instead of an answer
    delay_seconds : what each POST waits for
    """

    target: str
    url: str = ""
    fails: Callable[[int], bool] = lambda _: False
    delay_seconds: float = 0
    bodies: list[bytes] = field(default_factory=list)
    heads: list[str] = field(default_factory=list)
    answered: int = 0
    released: threading.Event = field(default_factory=threading.Event)

    def forget(self) -> None:
        """Forget what was seen so far."""
        self.bodies.clear()
        self.heads.clear()
        self.answered = 0


@contextlib.contextmanager
def before(function_url: str) -> Iterator[Proxy]:
    """Start a proxy before a function."""
    proxy = Proxy(function_url)
    lock = threading.Lock()

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            with lock:
                proxy.bodies.append(body)
                number = len(proxy.bodies)
            if proxy.fails(number):
                self.close_connection = True
                return
            proxy.released.wait(proxy.delay_seconds)
            self._pass_on(body)

        def do_GET(self):
            self._pass_on(None)

        do_OPTIONS = do_GET  # noqa: N815

        def _pass_on(self, body):
            proxy.heads.append(f"{self.requestline}\n{self.headers}")
            target = urlsplit(proxy.target)
            connection = http.client.HTTPConnection(target.hostname, target.port, timeout=PATIENCE_SECONDS)
            headers = {name: value for name, value in self.headers.items() if name.lower() in PASSED_ON}
            connection.request(self.command, self.path, body, headers)
            answer = connection.getresponse()
            content = answer.read()
            connection.close()
            if body is not None:  # counted before the page can have it
                with lock:
                    proxy.answered += 1
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in KEPT_BACK | {"content-length"}:
                    self.send_header(name, value)
            if answer.status != 204:
                self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            with contextlib.suppress(OSError):  # the page may have hung up
                self.wfile.write(content)

        def log_message(self, *_):
            """Keep the test's output clean."""

    with web.serving(Handler) as proxy.url:
        yield proxy
        proxy.released.set()
