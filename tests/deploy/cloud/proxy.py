"""The network: an HTTP proxy that answers CONNECT itself, with a certificate of its own for every host."""

import contextlib
import functools
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import trustme

from tests.deploy.cloud.http import Request


class Proxy(ThreadingHTTPServer):
    """Answers every https request that goes through it with `answer(request) -> Reply`."""

    daemon_threads = True

    def __init__(self, answer, ca_file):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answer = answer
        self._authority = trustme.CA()
        self._authority.cert_pem.write_to_path(ca_file)
        self._lock = threading.Lock()

    @property
    def port(self):
        return self.server_address[1]

    def start(self):
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def stop(self):
        self.shutdown()
        self.server_close()

    def context(self, host):
        with self._lock:
            return self._context(host)

    @functools.cache  # noqa: B019  one proxy, a dozen hosts
    def _context(self, host):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._authority.issue_cert(host).configure_cert(context)
        return context


class _Handler(BaseHTTPRequestHandler):
    server: Proxy
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # or each answer of a head and a body waits 40 ms for the client's word
    wbufsize = -1

    def do_CONNECT(self):
        self.host = self.path.partition(":")[0]
        self.send_response(200, "Connection established")
        self.end_headers()
        self.wfile.flush()
        try:
            self.request = self.server.context(self.host).wrap_socket(self.connection, server_side=True)
        except OSError:  # the client went away or does not trust us
            self.close_connection = True
            return
        self.setup()  # the next requests are read from inside the tunnel
        self.close_connection = False

    def handle(self):
        with contextlib.suppress(ConnectionError, ssl.SSLError):
            super().handle()

    def finish(self):
        with contextlib.suppress(OSError, ValueError):
            super().finish()
        self.connection.close()

    def answer(self):
        request = Request(
            self.command, self.host, self.path, {k.lower(): v for k, v in self.headers.items()}, self._body()
        )
        reply = self.server.answer(request)
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if reply.status not in {204, 304}:
            self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(reply.body)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = answer  # noqa: N815  http.server's names

    def _body(self):
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        chunks = []
        while size := int(self.rfile.readline().partition(b";")[0], 16):
            chunks.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(chunks)

    def log_message(self, *_):
        pass
