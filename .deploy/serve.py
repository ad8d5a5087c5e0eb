"""Serves the page on this machine: ``serve.py PORT FOLDER``."""

import sys
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer


class Handler(SimpleHTTPRequestHandler):
    """The folder's files, asked for anew each time: left alone, browsers keep old ones for days beside new ones."""

    def end_headers(self) -> None:
        """Add the header that says so."""
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()


if __name__ == "__main__":
    port, folder = sys.argv[1:]
    ThreadingHTTPServer(("127.0.0.1", int(port)), partial(Handler, directory=folder)).serve_forever()
