"""Requests, replies and routes of the stand-in."""

import json
import re
import urllib.parse
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Request:
    """An HTTP request; header names are lower case, query holds the last value of each name."""

    method: str
    host: str
    target: str
    headers: dict
    body: bytes

    @property
    def path(self):
        return urllib.parse.urlsplit(self.target).path

    @property
    def query(self):
        return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.target).query, keep_blank_values=True))

    def json(self):
        return json.loads(self.body)


@dataclass(frozen=True)
class Reply:
    status: int = 200
    body: bytes = b""
    headers: dict = field(default_factory=dict)


def content(value, status=200):
    return Reply(status, json.dumps(value).encode(), {"Content-Type": "application/json"})


def error(status, message, reason=""):
    """Return an error as the APIs word it; reason is the gRPC status, e.g. PERMISSION_DENIED."""
    return content({"error": {"code": status, "message": message, "status": reason}}, status)


class Routes:
    """Handlers by host, method and path; the groups of the path's expression become arguments, unquoted."""

    def __init__(self):
        self._routes = []

    def add(self, host, method, path):
        def register(handler):
            self._routes.append((re.compile(host), method, re.compile(path), handler))
            return handler

        return register

    def find(self, request):
        """Return a function that answers the request, or None."""
        for host, method, path, handler in self._routes:
            match = host.fullmatch(request.host) and method == request.method and path.fullmatch(request.path)
            if match:
                groups = [urllib.parse.unquote(group) for group in match.groups()]
                return lambda cloud, handler=handler, groups=groups: handler(cloud, request, *groups)
        return None
