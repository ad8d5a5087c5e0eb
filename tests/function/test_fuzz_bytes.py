"""Strangers who speak the protocols nearly right: valid requests of every dialect, with some of their bytes changed.

Seeded, and twenty times as many with ``--hypothesis-profile=weekly``; for an hour and with other seeds:
``python -m pytest tests/function/test_fuzz_bytes.py --long``.
"""

import contextlib
import gzip
import http.client
import itertools
import json
import random
import socket
import struct
import time
import zlib
from collections.abc import Callable, Iterator

import pytest
from hypothesis import settings

from tests.helpers import service

pytestmark = pytest.mark.slow

SECRET = b"geheim-4711"
N_BODIES, N_SOCKETS = (times * settings.default.max_examples for times in (50, 20))
"""As the profile has it: 5,000 and 2,000 in a usual run."""
LONG_SECONDS = 1_800
"""Of each of the two, with --long."""
INFER = "/v2/models/segmenter/infer"
TENSOR = {"name": "c", "shape": [2, 2], "datatype": "FP64", "data": [3, 2, 8, 8], "parameters": {}}
BODIES: list[tuple[str, bytes]] = [
    (path, json.dumps(content).encode())
    for path, content in [
        ("/segment", {"x": 3, "y": 2}),
        ("/segment", {"customers": [{"x": 3, "y": 2}, {"x": 8.5, "y": 8}]}),
        ("/", {"calls": [[3, 2], ["8", None]], "userDefinedContext": {"mode": "full", "customers": SECRET.decode()}}),
        ("/", {"instances": [{"x": 3, "y": 2}, [8, 8]], "parameters": {"mode": "name"}}),
        ("/v1/models/segmenter:predict", {"instances": [[3, 2], [8, 8]]}),
        (
            INFER,
            {"id": "7", "inputs": [TENSOR], "outputs": [{"name": "segment_id", "parameters": {"binary_data": True}}]},
        ),
        (INFER, {"inputs": [{**TENSOR, "name": name, "shape": [4], "datatype": "INT64"} for name in "xy"]}),
    ]
]
PIECES = [
    b'"', b"[", b"]", b"{", b"}", b",", b":", b"\xff", b"\xc3", b"\xef\xbb\xbf", b"\x00", b"NaN", b"-Infinity",
    b"1e999", b"null", b"true", b"-1", b"9" * 4_300, b"1" * 40_000 + b"x", b" " * 5_000, b"[" * 5_000, b"[]," * 3_000,
    b'"\\ud800"', b'"calls":[]', b'"customers":', b"\\", SECRET, b"0.0000001", b"18446744073709551616",
    b"[[]]", b"2,2",
]  # fmt: skip


@pytest.fixture(scope="module")
def target(square_file, tmp_path_factory) -> Iterator[service.Service]:
    log = tmp_path_factory.mktemp("fuzz") / "log"
    with service.running(square_file, log, start=service.limited_command) as running:
        yield running
        assert not [line for line in running.log() if line["severity"] in ("ERROR", "CRITICAL")]
        assert SECRET not in log.read_bytes()


@pytest.fixture
def rounds(request) -> Callable[[int], Iterator[random.Random]]:
    """Return what yields a source of chance for every round: so many rounds, or with --long for so long."""

    def endless() -> Iterator[random.Random]:
        begun = time.monotonic()
        for seed in itertools.count(time.time_ns()):
            if time.monotonic() - begun > LONG_SECONDS:
                return
            yield random.Random(seed)

    def of(number: int) -> Iterator[random.Random]:
        return endless() if request.config.getoption("--long") else (random.Random(seed) for seed in range(number))

    return of


def _spoilt(body: bytes, generator: random.Random) -> bytes:
    """Return a body with one to four pieces put in, taken out, doubled or put in the place of others."""
    for _ in range(generator.randrange(1, 5)):
        start = generator.randrange(len(body) + 1)
        end = min(len(body), start + generator.choice([0, 0, 1, 1, 2, 8]))
        piece = generator.choice([*PIECES, b"", body[start:], body[:start], bytes([generator.randrange(256)])])
        body = (body[:start] + piece + body[end:])[:200_000]
    return body


def _headers(body: bytes, generator: random.Random) -> tuple[bytes, dict[str, str]]:
    """Return the body as it is sent and its headers: sometimes encoded, sometimes with values behind the JSON."""
    headers = {"Content-Type": generator.choice(["application/json"] * 9 + ["application/octet-stream"])}
    if generator.random() < 0.2:
        headers["Inference-Header-Content-Length"] = str(generator.choice([len(body), 0, -1, 10**9, len(body) // 2]))
        body += struct.pack("<4d", *generator.choices([3.0, float("nan"), 1e300, -0.0], k=4))
    if generator.random() < 0.2:
        headers["Content-Encoding"] = generator.choice(["gzip", "deflate"])
        encoded = gzip.compress(body) if headers["Content-Encoding"] == "gzip" else zlib.compress(body)
        body = generator.choice([encoded, encoded[:-3], body])
    return body, headers


def test_nearly_valid_bodies_of_every_dialect_are_answered_or_refused(target, rounds):
    host = target.url.removeprefix("http://")
    connection = http.client.HTTPConnection(host, timeout=service.PATIENCE_SECONDS)
    for generator in rounds(N_BODIES):
        path, body = generator.choice(BODIES)
        body, headers = _headers(_spoilt(body, generator), generator)
        try:
            connection.request("POST", path, body, headers)
            response = connection.getresponse()
        except (ConnectionError, http.client.HTTPException):  # it had been idle, or the last refusal closed it
            connection.close()
            connection.request("POST", path, body, headers)
            response = connection.getresponse()
        answer = response.read()
        assert response.status < 500, (path, body[:500], headers)
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        if response.status >= 400:
            assert SECRET not in answer
            assert b"9" * 20 not in answer
    connection.close()


def test_nearly_valid_http_is_answered_or_cut_and_the_next_client_is_served(target, rounds):
    host, port = target.url.removeprefix("http://").split(":")
    for generator in rounds(N_SOCKETS):
        path, body = generator.choice(BODIES)
        head = (
            f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        request = _spoilt(head.encode() + body, generator) * generator.choice([1, 1, 1, 3])
        size = generator.choice([7, 1_000, 1_000_000])
        parts = [request[start : start + size] for start in range(0, min(len(request), 100 * size), size)]
        assert b"HTTP/1.1 5" not in _exchange((host, int(port)), parts), request[:500]
    assert target.post({"x": 3, "y": 2}).status == 200


def _exchange(address: tuple[str, int], parts: list[bytes]) -> bytes:
    """Send parts one by one and nothing more; return what is answered until the connection is closed."""
    answer = b""
    with socket.create_connection(address, timeout=service.PATIENCE_SECONDS) as client:
        with contextlib.suppress(OSError):  # it was refused before its end
            for part in parts:
                client.sendall(part)
            client.shutdown(socket.SHUT_WR)
        with contextlib.suppress(ConnectionError):
            while data := client.recv(65_536):
                answer += data
    return answer
