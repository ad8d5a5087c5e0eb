"""The limits of the server that stands alone, in container and emulator, over raw sockets."""

import contextlib
import json
import resource
import signal
import socket
from collections.abc import Iterator

import pytest

from function.server import MAX_HEAD
from tests.helpers import service

IDLE = 2_000
CHUNKED = (
    b"POST /segment HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"d\r\n" + b'{"x":2,"y":2}' + b"\r\n"
)
"""A request, but for its end."""


@pytest.fixture(scope="module")
def alone(square_file, tmp_path_factory) -> Iterator[service.Service]:
    log = tmp_path_factory.mktemp("server") / "log"
    with service.running(square_file, log, start=service.limited_command) as running:
        yield running


def _connect(target: service.Service) -> socket.socket:
    host, port = target.url.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), timeout=service.PATIENCE_SECONDS)


def _answer(client: socket.socket, last: bytes | None = None) -> bytes:
    """Return all that the server sends until it closes the connection or has sent certain bytes."""
    answer = b""
    with contextlib.suppress(ConnectionError):
        while not (last and last in answer) and (data := client.recv(65_536)):
            answer += data
    return answer


def test_it_answers_as_the_framework_s_own_command_does(alone, square):
    for path in ("/model", "/healthz"):
        assert alone.send(path).body == square.send(path).body
    assert alone.post({"x": 3, "y": 2}).body == square.post({"x": 3, "y": 2}).body


@pytest.mark.parametrize(
    "head",
    [
        b"GET /model HTTP/1.1\r\nHost: x\r\nX-Long: " + b"a" * MAX_HEAD + b"\r\n\r\n",
        b"GET /model HTTP/1.1\r\nHost: x\r\n" + b"X-A: 1\r\n" * 5_000 + b"\r\n",
        b"GET /" + b"a" * MAX_HEAD + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /model HTTP/1.1\r\nHost: x\r\nX-Endless: " + b"a" * 500_000,
        b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /model HTTP/1.1\r\nX-Long: " + b"a" * MAX_HEAD + b"\r\n\r\n",
        CHUNKED + b"0\r\nX-Endless: " + b"a" * 500_000,
        CHUNKED + b"0\r\n" + b"X-A: 1\r\n" * 100_000,
        CHUNKED + b"1;x=" + b"a" * 500_000,
    ],
    ids=[
        "one header",
        "many headers",
        "path",
        "without end",
        "second request",
        "field behind a body",
        "fields behind a body",
        "extension of a chunk",
    ],
)
def test_a_head_over_the_limit_is_refused(alone, head):
    with _connect(alone) as client:
        with contextlib.suppress(ConnectionError):
            client.sendall(head)
        answer = _answer(client).replace(b"HTTP/1.1 200 OK\r\n", b"", head.count(b"healthz"))
        assert b" 200 OK" not in answer
        assert b" 408 " not in answer  # it was refused before its sender stalled
    assert alone.post({"x": 3, "y": 2}).status == 200


@pytest.mark.parametrize(
    ("sent", "status", "detail"),
    [
        (
            b"GET /" + b"a" * MAX_HEAD + b" HTTP/1.1\r\n\r\n",
            431,
            f"The head of a request may have {MAX_HEAD} bytes at most.",
        ),
        (b"GET / HTTP/1.1\r\nX Y: 1\r\n\r\n", 400, "The request is not valid HTTP/1.1."),
        (CHUNKED + b"-1\r\n", 400, "The request is not valid HTTP/1.1."),
        (CHUNKED.replace(b"Host: x", b"Content-Length: 3"), 400, "The request is not valid HTTP/1.1."),
        (b"GET / HTTP/1.1\r\nContent-Length: 1e3\r\n\r\n", 400, "The request is not valid HTTP/1.1."),
    ],
    ids=["long", "name of a field", "size of a chunk", "two lengths", "length"],
)
def test_what_never_gets_to_the_function_is_refused_as_everything_else(alone, sent, status, detail):
    with _connect(alone) as client:
        client.sendall(sent)
        head, _, body = _answer(client).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 %d " % status)
    assert {b"Content-Type: application/problem+json", b"Access-Control-Allow-Origin: *"} < {*head.split(b"\r\n")}
    assert (json.loads(body)["status"], json.loads(body)["detail"]) == (status, detail)


def test_a_head_just_within_the_limit_is_read(alone):
    assert alone.send("/healthz", X_Long="a" * (MAX_HEAD - 500)).status == 200


def test_a_field_behind_a_body_is_none_of_the_head(alone):
    with _connect(alone) as client:
        client.sendall(CHUNKED + b"0\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n")
        assert client.recv(65_536).startswith(b"HTTP/1.1 200")


def test_fields_behind_a_body_do_not_count_for_the_next_head(alone):
    field = b"X-Long: " + b"a" * (MAX_HEAD * 2 // 3) + b"\r\n\r\n"
    next_head = b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
    with _connect(alone) as client:
        for begun in (CHUNKED + b"0\r\n", next_head):
            client.sendall(begun)
            for begin in range(0, len(field), 64):  # in pieces, each of which is counted
                client.sendall(field[begin : begin + 64])
        assert _answer(client).count(b"HTTP/1.1 200") == 2


def test_pipelined_and_dripped_requests_are_answered(alone):
    head = b"POST /segment HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 13\r\n\r\n"
    with _connect(alone) as client:
        for byte in head + b'{"x":2,"y":2}' + head + b'{"x":8,"y":8}':
            client.sendall(bytes([byte]))
        answers = b""
        while answers.count(b'"action"') < 2:
            answers += client.recv(65_536)
    assert answers.count(b"HTTP/1.1 200") == 2


@pytest.mark.slow
def test_half_a_head_is_cut_in_time_and_idle_connections_keep_nobody_out(alone):
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 65_536), hard))
    with contextlib.ExitStack() as clients:
        idle = clients.enter_context(_connect(alone))
        idle.sendall(CHUNKED)
        assert alone.post({"x": 3, "y": 2}).status == 200
        idle.sendall(b"0\r\n\r\n")  # comes by itself, and is no beginning of another head
        assert _answer(idle, b'"action"').startswith(b"HTTP/1.1 200")
        half = clients.enter_context(_connect(alone))
        half.sendall(b"GET /model HTTP/1.1\r\nX-Slow: ")
        for _ in range(IDLE):
            clients.enter_context(_connect(alone))
        assert alone.post({"x": 3, "y": 2}).status == 200
        assert not _answer(half).startswith(b"HTTP/1.1 200")
        idle.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
        assert b"HTTP/1.1 200" in _answer(idle, b'"ok"')
    assert alone.post({"x": 3, "y": 2}).status == 200


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGQUIT])
def test_a_signal_to_the_master_alone_ends_it_and_its_worker(square_file, tmp_path, number):
    waits = {"GUNICORN_CMD_ARGS": "--graceful-timeout 100000"}  # after which it would kill the worker
    with (
        service.running(square_file, tmp_path / "log", start=service.limited_command, **waits) as running,
        _connect(running) as idle,
    ):
        idle.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
        assert idle.recv(65_536).startswith(b"HTTP/1.1 200")
        running.process.send_signal(number)
        assert running.process.wait(timeout=service.PATIENCE_SECONDS) == 0
