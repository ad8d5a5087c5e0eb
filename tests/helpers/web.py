"""A web server for the length of a test."""

import contextlib
import http.server
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

OFTEN_SECONDS = 0.01
"""How often a server looks whether it is to end: each test waits for that."""


class _Server(http.server.ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), ConnectionError):  # who asked may have left
            super().handle_error(request, client_address)


@contextlib.contextmanager
def serving(handler: Callable[..., http.server.BaseHTTPRequestHandler]) -> Iterator[str]:
    """Answer each request by a handler, in a thread of its own; yield the address, without a slash at its end."""
    with _Server(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(OFTEN_SECONDS,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
