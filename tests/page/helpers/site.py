"""The page as a visitor gets it: static/ behind a plain file server, with a config.js of its own."""

import contextlib
import functools
import http.server
import json
from collections.abc import Iterator

from tests.helpers import web
from tests.helpers.service import ROOT


class _Handler(http.server.SimpleHTTPRequestHandler):
    """Serves static/, but for config.js, which names the function of this test."""

    def __init__(self, *args, config: bytes, **options):
        self.config = config
        super().__init__(*args, **options)

    def do_GET(self):
        if self.path != "/config.js":
            super().do_GET()
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/javascript")
        self.send_header("Content-Length", str(len(self.config)))
        self.end_headers()
        self.wfile.write(self.config)

    def log_message(self, *_):
        """Keep the test's output clean."""


@contextlib.contextmanager
def serving(function_url: str, training_url: str | None = None) -> Iterator[str]:
    """Serve the page for a function and, where one is named, a training service; yield its address."""
    config = (
        f"export const FUNCTION_URL = {json.dumps(function_url)};\n"
        f"export const TRAINING_URL = {json.dumps(training_url)};\n"
    ).encode()
    handler = functools.partial(_Handler, config=config, directory=str(ROOT / "static"))
    with web.serving(handler) as url:
        yield f"{url}/"
