"""Strangers on the internet: whatever is sent, the function answers, soon, and gives nothing away.

Other seeds: ``python -m pytest tests/function/test_fuzz.py --hypothesis-seed=N``; twenty times as many examples:
``--hypothesis-profile=weekly``.
"""

import contextlib
import http.client
import json
import re
import select
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.helpers import service

pytestmark = pytest.mark.slow

SECRET = "geheim-4711"
EXAMPLES = settings.default.max_examples
"""As the profile has it: 100 in a usual run."""
GROWTH = 10.0
"""Megabytes that 10,000 requests may add to the function's memory."""
PIPELINED = 20
"""Requests that are sent before their answers are read, which is quicker."""
FUZZ = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
KEYS = st.sampled_from(["x", "y", "customers", "calls", "instances", "inputs", "parameters", SECRET, ""])
NUMBERS = st.sampled_from(
    ["0", "-0", "1e15", "1e999", "-1e999", "1" * 400, "0.1", "NaN", "Infinity", "1e-400", "01", "+1"]
)
SCALARS = NUMBERS | st.sampled_from(
    ["null", "true", f'"{SECRET}"', '"\\ud800"', '"', "[", "]", "{", "}", ",", ":", "\x00"]
)
TEXT = st.recursive(
    SCALARS,
    lambda inner: (
        st.builds("[{}]".format, st.lists(inner, max_size=4).map(",".join))
        | st.builds("{{{}}}".format, st.lists(st.builds('"{}":{}'.format, KEYS, inner), max_size=4).map(",".join))
    ),
    max_leaves=20,
)
DEEP = st.builds(
    lambda opening, depth: opening * depth,
    st.sampled_from(
        ["[", '{"x":', '{"customers":[', '{"calls":['],
    ),
    st.integers(1, 60_000),
)
BODIES = (TEXT | DEEP).map(str.encode) | st.binary(max_size=300) | TEXT.map(lambda text: text.encode("utf-16"))
PATHS = st.sampled_from(
    ["/", "/segment", "/segment/", "/model", "/healthz", "/openapi.json", "/v2/models/segmenter/infer", "/v1/models"]
) | st.text(st.characters(codec="ascii", min_codepoint=33, exclude_characters="#?\x7f"), max_size=40).map(
    lambda text: f"/{text}"
)
HEADERS = st.dictionaries(
    st.sampled_from(
        ["Origin", "X-Request-Id", "X-Cloud-Trace-Context", "If-None-Match", "Accept", "Content-Type", "X-A"]
    ),
    st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"), max_size=200).map(str.strip),
)


@pytest.fixture(scope="module")
def target(square_file, tmp_path_factory) -> Iterator[service.Service]:
    with service.running(square_file, tmp_path_factory.mktemp("fuzz") / "log") as running:
        yield running
        assert not [line for line in running.log() if line["severity"] in ("ERROR", "CRITICAL")]
        assert SECRET not in running.log_path.read_text()


@pytest.fixture(scope="module")
def connection(target) -> Iterator[http.client.HTTPConnection]:
    connection = http.client.HTTPConnection(_address(target)[0], _address(target)[1], timeout=service.PATIENCE_SECONDS)
    yield connection
    connection.close()


def _address(target: service.Service) -> tuple[str, int]:
    host, port = target.url.removeprefix("http://").split(":")
    return host, int(port)


def _exchange(connection: http.client.HTTPConnection, method: str, path: str, body: bytes, headers: dict) -> None:
    """Send a request that is good HTTP; check what must hold of every answer."""
    try:
        connection.request(method, path, body, headers)
    except (BrokenPipeError, ConnectionResetError, http.client.CannotSendRequest):  # it had been idle, or was refused
        connection.close()
        connection.request(method, path, body, headers)
    response = connection.getresponse()
    answer = response.read()
    assert response.status < 500, answer
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert SECRET.encode() not in answer
    if response.status >= 400 and method != "HEAD":
        assert response.headers["Content-Type"] == "application/problem+json"
        assert json.loads(answer)["status"] == response.status


@settings(FUZZ, max_examples=5 * EXAMPLES)
@given(body=BODIES, path=st.sampled_from(["/", "/segment", "/v2/models/segmenter/infer"]))
def test_any_body_is_answered_or_refused(connection, body, path):
    _exchange(connection, "POST", path, body, {"Content-Type": "application/json"})


@settings(FUZZ, max_examples=3 * EXAMPLES)
@given(
    method=st.sampled_from(["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"]),
    path=PATHS.filter(lambda path: path not in ("/robots.txt", "/favicon.ico")),
    headers=HEADERS,
    body=st.just(b'{"x": 1, "y": 2}') | BODIES,
)
def test_any_path_method_and_header_is_answered_or_refused(connection, method, path, headers, body):
    _exchange(connection, method, path, body, headers)


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"\r\n\r\n",
        b"GET\r\n\r\n",
        b"TRACE / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"BREW / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/9.9\r\nHost: x\r\n\r\n",
        b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /model HTTP/1.1\r\n" + b"X-Flood: 1\r\n" * 5_000 + b"\r\n",
        b"GET /model HTTP/1.1\r\nX-Long: " + b"a" * 500_000 + b"\r\n\r\n",
        b"POST /segment HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n{}",
        b"POST /segment HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
        b"POST /segment HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n{}",
        b"POST /segment HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nnope\r\n",
        b"POST /segment HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nfffffffff\r\n{",
        b"POST /segment HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 5\r\n\r\n{",
        bytes(range(256)),
    ],
)
def test_broken_http_is_refused_or_dropped_soon_and_the_next_client_is_served(target, request_bytes):
    client = _connected(target)
    with client, contextlib.suppress(ConnectionError):
        client.sendall(request_bytes)
        client.shutdown(socket.SHUT_WR)
        answer = b"".join(iter(lambda: client.recv(65_536), b""))
        assert not answer.startswith(b"HTTP/1.1 5")
    assert target.post({"x": 3, "y": 2}).status == 200


def test_pipelined_requests_are_answered_in_order(target):
    head = b"POST /segment HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 13\r\n\r\n"
    requests = [head + b'{"x":%d,"y":%d}' % pair for pair in [(2, 2), (8, 2), (2, 8), (8, 8)]]
    answers = b""
    with _connected(target) as client:
        client.sendall(b"".join(requests))
        while answers.count(b'"action"') < len(requests):
            answers += client.recv(65_536)
    assert re.findall(rb'\r\n\r\n{"segment_id":(\d)', answers) == [b"0", b"1", b"2", b"3"]


def test_no_route_repeats_or_logs_what_was_sent(target):
    bodies = [
        {"x": SECRET, "y": 1},
        {SECRET: 1},
        {"customers": [{"x": SECRET}]},
        {"calls": [[SECRET, {SECRET: SECRET}]], "userDefinedContext": {"mode": SECRET}},
        {"instances": [{SECRET: 1}, [SECRET, 2]], "parameters": {"mode": SECRET}},
        {"inputs": [{"name": SECRET, "datatype": SECRET, "shape": [1, 2], "data": [SECRET, 1]}]},
    ]
    headers = {"Origin": f"https://{SECRET}", "X_Cloud_Trace_Context": SECRET, "If_None_Match": SECRET, "X_A": SECRET}
    paths = [*target.send("/openapi.json").json()["paths"], f"/{SECRET}"]
    for path in paths:
        for method in ("GET", "POST", "PUT", "DELETE", "OPTIONS"):
            for body in bodies if method == "POST" else [None]:
                sent = json.dumps(body).encode() if body else None
                answer = target.send(
                    f"{path}?{SECRET}={SECRET}", sent, method, Content_Type="application/json", **headers
                )
                assert SECRET.encode() not in answer.body
                assert SECRET not in str(answer.headers)
    assert len(target.log()) > 5 * len(paths)  # the fixture looks for the mark in them at the end


def test_slow_and_silent_clients_do_not_hold_up_others(target):
    head = b"POST /segment HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n"
    with contextlib.ExitStack() as clients:
        held = []
        for _ in range(100):
            client = clients.enter_context(_connected(target))
            client.sendall(head)
            held.append(client)
        assert target.post({"x": 3, "y": 2}).status == 200
        waiting = select.poll()
        for client in held:
            waiting.register(client, select.POLLIN)
        assert waiting.poll(0) == [], "others are answered while these are neither answered nor closed"


def test_ten_thousand_requests_leave_the_memory_as_it_was(target):
    customers = json.dumps({"customers": [{"x": 3, "y": 2}] * 1000}).encode()
    kinds = [b'{"x": %d.5, "y": 2}', b'{"x": "%d"}', b"[" * 5000, b'{"calls": [[%d, 2]]}']
    head = b"POST /segment HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"

    def body(turn: int) -> bytes:
        kind = kinds[turn % len(kinds)]
        return customers if turn % 500 == 0 else kind % turn if b"%d" in kind else kind

    def send(number: int) -> None:
        with _connected(target) as client, client.makefile("rb") as answers:
            for start in range(0, number, PIPELINED):
                bodies = map(body, range(start, start + PIPELINED))
                client.sendall(b"".join(head % (len(content), content) for content in bodies))
                assert {_status(answers) for _ in range(PIPELINED)} <= {200, 400, 422}

    send(10_000)  # fills what is kept on purpose: remembered answers, numpy
    before = _memory(target.process.pid)
    send(10_000)
    assert _memory(target.process.pid) - before < GROWTH


def _connected(target: service.Service) -> socket.socket:
    return socket.create_connection(_address(target), timeout=service.PATIENCE_SECONDS)


def _status(answers: BinaryIO) -> int:
    """Read an answer of a connection."""
    status, length = int(answers.readline().split()[1]), 0
    while line := answers.readline().strip():
        name, _, value = line.partition(b":")
        length = int(value) if name.lower() == b"content-length" else length
    answers.read(length)
    return status


def _memory(pid: int) -> float:
    """Return the resident memory of a process and its children, in MB."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    resident = int(re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())[1]) / 1000
    return resident + sum(_memory(int(child)) for child in children)
