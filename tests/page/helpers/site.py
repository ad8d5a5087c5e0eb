"""The page as a visitor gets it: static/ behind a plain file server, with a config.js of its own."""

import contextlib
import functools
import http.server
import json
from collections.abc import Iterator
from dataclasses import dataclass

from tests.helpers import web
from tests.helpers.service import ROOT


def _config(function_url: str, training_url: str | None) -> bytes:
    return (
        f"export const FUNCTION_URL = {json.dumps(function_url)};\n"
        f"export const TRAINING_URL = {json.dumps(training_url)};\n"
    ).encode()


@dataclass
class Site:
    """A running server of the page: one for many tests, as a browser reads and compiles again what has a new address.

    url : its address
    config : what config.js says now
    """

    url: str = ""
    config: bytes = _config("", None)

    @contextlib.contextmanager
    def naming(self, function_url: str, training_url: str | None = None) -> Iterator[str]:
        """Serve the page for a function and, where one is named, a training service; yield its address."""
        before, self.config = self.config, _config(function_url, training_url)
        yield self.url
        self.config = before


class _Handler(http.server.SimpleHTTPRequestHandler):
    """Serves static/, but for config.js, which names the function of this test."""

    def __init__(self, *args, site: Site, **options):
        self.site = site
        super().__init__(*args, **options)

    def do_GET(self):
        if self.path != "/config.js":
            super().do_GET()
            return
        content = self.site.config
        self.send_response(200)
        self.send_header("Content-Type", "text/javascript")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def end_headers(self):
        self.send_header("Cache-Control", "no-store" if self.path == "/config.js" else "max-age=3600")
        super().end_headers()

    def log_message(self, *_):
        """Keep the test's output clean."""


@contextlib.contextmanager
def started() -> Iterator[Site]:
    """Start a server."""
    site = Site()
    with web.serving(functools.partial(_Handler, site=site, directory=str(ROOT / "static"))) as url:
        site.url = f"{url}/"
        yield site


@contextlib.contextmanager
def serving(function_url: str, training_url: str | None = None) -> Iterator[str]:
    """Serve the page by a server of its own; yield its address."""
    with started() as site, site.naming(function_url, training_url) as url:
        yield url
