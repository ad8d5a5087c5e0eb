"""The function over HTTP: a real functions-framework process, the square model (see tests/helpers/models.py)."""

import contextlib
import gzip
import http.client
import json
import math
import socket
import subprocess
import threading
import zlib
from pathlib import Path

import msgspec
import pytest

from tests.helpers import models, service

NEAR_0 = {"x": 3, "y": 2}


def _connection(square: service.Service, seconds: float = service.PATIENCE_SECONDS) -> socket.socket:
    host, port = square.url.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), seconds)


def test_one_customer_gets_the_segment_how_sure_and_what_to_do(square):
    answer = square.post(NEAR_0)
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/json"
    assert not {"cache-control", "expires"} & {name.lower() for name in answer.headers}  # else a POST could be kept
    body = answer.json()
    assert body.pop("confidence") == pytest.approx(5 / 6)
    assert body.pop("probability") == pytest.approx(1 / (1 + math.exp(-12)))  # (5^2 - 1^2) / 2
    assert len(body.pop("model")) == 12
    assert {name: body[name] for name in body if name != "changes"} == {
        "segment_id": 0,
        "segment_name": "Kind 0",
        "segment": "kind-0",
        "borderline": False,
        "runner_up": {"name": "Kind 1", "slug": "kind-1"},
        "typical": True,
        "incomplete": False,
        "out_of_range": [],
        "description": "What kind 0 is.",
        "action": "What to do for kind 0.",
    }


def test_the_root_path_assigns_too(square):
    assert square.post(NEAR_0, "/").json() == square.post(NEAR_0).json()


@pytest.mark.parametrize(
    "query", ["explain=none", "utm_source=x&explain=none", "explain=none&explain=none", "explain=%6Eone"]
)
@pytest.mark.parametrize("path", ["/segment", "/"])
def test_a_client_that_wants_no_explanation_gets_the_answer_without_it(square, path, query):
    customer = {"x": 3, "y": 2.5}
    explained = square.post(customer).json()
    assert explained.pop("changes")
    brief = square.post(customer, path=f"{path}?{query}")
    assert (brief.status, brief.json()) == (200, explained)


@pytest.mark.parametrize("query", ["explain=all", "explain", "explain=none&explain=all"])
def test_another_wish_to_explain_is_refused(square, query):
    refused = square.post({"x": 3, "y": 2.5}, path=f"/segment?{query}")
    assert (refused.status, refused.json()["detail"]) == (400, "Expected explain=none in the query, or no explain.")


@pytest.mark.parametrize("query", ["", "a=%FF", "%F0%9F%91%8D&=", "&&;==%", "explanation=none"])
def test_a_query_that_asks_for_nothing_else_changes_nothing(square, query):
    customer = {"x": 3, "y": 2.5}
    assert square.post(customer, path=f"/segment?{query}").json() == square.post(customer).json()


def test_lists_are_answered_the_same_without_an_explanation(square):
    customers = {"customers": [{"x": 3, "y": 2.5}]}
    assert square.post(customers, path="/segment?explain=none").json() == square.post(customers).json()


def test_many_customers_are_answered_in_order_without_the_texts(square):
    customers = [{"x": 8, "y": 8}, {"x": 2, "y": 2}, {"x": 2, "y": 9}, {"x": 12, "y": 2}]
    answer = square.post({"customers": customers})
    segments = answer.json()["segments"]
    assert [segment["segment_id"] for segment in segments] == [3, 0, 2, 1]
    assert segments[3]["out_of_range"] == ["x"]
    texts = {"description", "action", "changes"}
    for customer, segment in zip(customers, segments, strict=True):
        single = square.post(customer).json()
        assert segment == {name: single[name] for name in single if name not in texts}


def test_ten_thousand_customers_are_answered_and_one_more_is_refused(square):
    assert len(square.post({"customers": [NEAR_0] * 10_000}).json()["segments"]) == 10_000
    refused = square.post({"customers": [NEAR_0] * 10_001})
    assert refused.status == 422
    assert refused.json()["errors"] == [
        {"pointer": "#/customers", "detail": "expected 1 to 10000 customers, found 10001"}
    ]


@pytest.mark.parametrize(
    ("body", "pointer", "detail"),
    [
        ("{}", "#/y", "expected a number, found nothing; at most 1 may be missing"),
        ('{"x": "1", "y": 2}', "#/x", "expected a number, found a string"),
        ('{"x": true, "y": 2}', "#/x", "expected a number, found a boolean"),
        ('{"x": null}', "#/x", "expected a number, found null; at most 1 may be missing"),
        ('{"x": null, "z": 2}', "#", "unknown field; the fields are x, y"),
        ('{"x": [1], "y": 2}', "#/x", "expected a number, found an array"),
        ('{"x": {}, "y": 2}', "#/x", "expected a number, found an object"),
        ('{"x": NaN, "y": 2}', "#/x", "expected a number, found NaN"),
        ('{"x": Infinity, "y": 2}', "#/x", "expected a number between -1e+15 and 1e+15"),
        ('{"x": -Infinity, "y": 2}', "#/x", "expected a number between -1e+15 and 1e+15"),
        ('{"x": 1e999, "y": 2}', "#/x", "expected a number between -1e+15 and 1e+15"),
        ('{"x": 1' + "0" * 5000 + ', "y": 2}', "#/x", "expected a number between -1e+15 and 1e+15"),
        ('{"x": 1.1e15, "y": 2}', "#/x", "expected a number between -1e+15 and 1e+15"),
        ('{"x": 1, "y": 2, "z": 3}', "#", "unknown field; the fields are x, y"),
        ('{"x": 1, "x": 2, "y": 2}', "#/x", "expected a number, found the field twice"),
        ('{"x": 1, "\\u0078": 1}', "#/x", "expected a number, found the field twice"),
        ('{"x": null, "x": 2}', "#/x", "expected a number, found the field twice"),
        ('{"x": "no", "x": 2, "y": 2}', "#/x", "expected a number, found the field twice"),
        (
            '{"customers": [{"x": 1}, {"y": 1, "x": 2, "y": 2}]}',
            "#/customers/1/y",
            "expected a number, found the field twice",
        ),
        ('{"customers": [{"x": 1}], "customers": []}', "#/customers", "expected an array, found the field twice"),
        ('{"customers": [], "customers": [{"x": 1}]}', "#/customers", "expected an array, found the field twice"),
        ("[]", "#", "expected an object, found an array"),
        ("7", "#", "expected an object, found a number"),
        ('{"customers": 7}', "#/customers", "expected an array, found a number"),
        ('{"customers": []}', "#/customers", "expected 1 to 10000 customers, found 0"),
        ('{"customers": [], "x": 1}', "#", "expected the field customers and no other"),
        ('["customers"]', "#", "expected an object, found an array"),
        ('{"customers": [{"x": 1, "y": 2}, 5]}', "#/customers/1", "expected an object, found a number"),
        (
            '{"customers": [{"x": 1, "y": 2}, {"x": null}]}',
            "#/customers/1/y",
            "expected a number, found nothing; at most 1 may be missing",
        ),
    ],
)
def test_json_that_is_no_customer_is_refused_with_its_path(square, body, pointer, detail):
    answer = square.post(body.encode())
    assert answer.status == 422
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert (problem["type"], problem["title"], problem["status"]) == ("about:blank", "Unprocessable Entity", 422)
    assert {"pointer": pointer, "detail": detail} in problem["errors"]


def test_every_fault_of_a_customer_is_named_at_once(square):
    answer = square.post(b'{"x": "a", "y": true, "z": 1}')
    assert [error["pointer"] for error in answer.json()["errors"]] == ["#/x", "#/y", "#"]


@pytest.mark.parametrize("customer", [{"y": 7}, {"x": None, "y": 7}])
def test_a_customer_who_lacks_half_of_the_values_is_answered_by_the_others(square, customer):
    answer = square.post(customer).json()
    # (2, 8) and (8, 8) are equally far in y: the first, as far as one can say
    assert (answer["segment_id"], answer["runner_up"]["slug"], answer["probability"]) == (2, "kind-3", 0.5)
    assert (answer["incomplete"], answer["changes"]) == (True, [])
    listed = square.post({"customers": [NEAR_0, customer]}).json()["segments"]
    assert [one["incomplete"] for one in listed] == [False, True]
    assert listed[1]["segment_id"] == 2


def test_at_most_twenty_faults_are_named(square):
    assert len(square.post({"customers": [{"z": 1}] * 1000}).json()["errors"]) == 20  # each has three


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (b"", "not valid JSON: it is empty"),
        (b"{", "not valid JSON: line 1, column 2"),
        (b'{"x": 1,\n "y": 2} x', "not valid JSON: line 2, column 10"),
        (b"\xff\xfe", "not valid JSON: byte 1 is not UTF-8"),
        (b'{"x": "\xff"}', "not valid JSON: byte 8 is not UTF-8"),
        (b'{"customers": "\xff"}', "not valid JSON: byte 16 is not UTF-8"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"x": ' + b"[" * 2_000 + b"]" * 2_000 + b"}", "nested too deeply"),
        (b"nope", "not valid JSON: line 1, column 1"),
    ],
)
def test_what_is_no_json_is_refused_where_it_is_not(square, body, what):
    answer = square.post(body)
    assert answer.json()["title"] == "Bad Request"
    assert (answer.status, answer.json()["detail"]) == (400, f"The body is {what}.")


def test_a_body_that_is_announced_as_too_long_is_refused_before_it_is_asked_for(square):
    head = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nExpect: 100-continue\r\n"
    with _connection(square) as client:
        client.sendall(head + b"Content-Length: 99999999\r\n\r\n")
        assert client.recv(4096).startswith(b"HTTP/1.1 413 ")


def test_a_byte_order_mark_is_passed_over(square):
    mark = b"\xef\xbb\xbf"
    assert square.post(mark + b'{"x": 3, "y": 2}').json() == square.post(NEAR_0).json()
    bodies = [("customers", [NEAR_0]), ("calls", [[3, 2]]), ("instances", [[3, 2]])]
    for key, rows in bodies:
        assert square.post(mark + json.dumps({key: rows}).encode(), "/").status == 200
    assert square.post(mark + b'{"instances": [[3, 2]]}', "/v1/models/segmenter:predict").status == 200
    tensor = {"name": "c", "shape": [1, 2], "datatype": "FP64", "data": [3, 2]}
    assert square.post(mark + json.dumps({"inputs": [tensor]}).encode(), "/v2/models/segmenter/infer").status == 200


@pytest.mark.parametrize(
    ("encoding", "encode"),
    [
        ("gzip", gzip.compress),
        ("x-gzip", gzip.compress),
        ("GZIP", gzip.compress),
        ("deflate", zlib.compress),
        ("deflate", lambda body: zlib.compress(body, wbits=-zlib.MAX_WBITS)),
        (" Gzip , ", gzip.compress),
        ("identity", bytes),
        ("", bytes),
    ],
)
def test_an_encoded_body_is_decoded(square, encoding, encode):
    encoded = encode(json.dumps(NEAR_0).encode())
    assert square.post(encoded, Content_Encoding=encoding).json() == square.post(NEAR_0).json()


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip", "," * 5000 + "br", "secret"])
def test_a_body_in_another_encoding_is_refused_with_those_that_are_read(square, encoding):
    answer = square.post(NEAR_0, Content_Encoding=encoding)
    assert (answer.status, answer.headers["accept-encoding"]) == (415, "gzip, x-gzip, deflate, identity")
    assert b"secret" not in answer.body


@pytest.mark.parametrize(
    "body",
    [b"", b"{}", gzip.compress(b"{}")[:-1], gzip.compress(b"{}") + b"x", b"\x1f\x8b" + b"\xff" * 50],
    ids=["nothing", "plain", "cut", "more", "broken"],
)
def test_what_is_not_gzip_is_refused(square, body):
    answer = square.post(body, Content_Encoding="gzip")
    assert (answer.status, answer.json()["detail"]) == (400, "The body is not in one piece of gzip.")


@pytest.mark.parametrize(("path", "limit"), [("/", 10), ("/v2/models/segmenter/infer", 4)])
def test_a_bomb_is_refused_at_the_limit_of_what_it_holds(square, path, limit):
    bomb = gzip.compress(b" " * 50_000_000)
    answer = square.post(bomb, path, Content_Encoding="gzip")
    assert answer.status == 413
    assert f"{limit * 1024 * 1024} bytes at most" in answer.json()["detail"]
    assert square.post(gzip.compress(b" " * (limit * 1024 * 1024)), path, Content_Encoding="gzip").status in (400, 413)


def test_a_body_over_the_limit_is_refused_though_its_length_was_not_announced(square):
    connection = http.client.HTTPConnection(square.url.removeprefix("http://"), timeout=service.PATIENCE_SECONDS)
    chunks = (b" " * 65_536 for _ in range(17))
    connection.request("POST", "/segment", chunks, {"Content-Type": "application/json"}, encode_chunked=True)
    response = connection.getresponse()
    assert response.status == 413
    assert json.loads(response.read())["status"] == 413
    connection.close()


@pytest.mark.parametrize(
    ("line", "kind", "status"),
    [
        ("POST /nowhere HTTP/1.1", "application/json", 404),
        ("PUT /segment HTTP/1.1", "application/json", 405),
        ("POST /segment HTTP/1.1", "text/plain", 415),
        ("POST /segment HTTP/1.0", "text/plain", 415),
        ("POST / HTTP/1.1", "application/json", 413),
        ("POST / HTTP/1.0", "application/json", 413),
    ],
)
def test_a_client_that_closes_reads_the_refusal_though_it_still_sends(square, line, kind, status):
    body = b" " * 11_000_000
    head = f"{line}\r\nHost: x\r\nConnection: close\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
    with _connection(square) as client, client.makefile("rb") as answer:
        client.sendall(head.encode() + body)
        assert answer.read().startswith(b"HTTP/1.1 %d " % status)


@pytest.mark.parametrize("path", ["/nowhere", "/segment"])
def test_a_client_that_closes_and_has_sent_all_is_refused_at_once(square, path):
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{{}}"
    with _connection(square, 3) as client, client.makefile("rb") as answer:  # a body is waited for for longer
        client.sendall(head.encode())
        assert answer.read().startswith(b"HTTP/1.1 4")


def test_a_body_of_the_limit_is_read(square):
    body = json.dumps(NEAR_0).encode()
    assert square.post(body + b" " * (1024 * 1024 - len(body))).status == 200
    assert square.post(body + b" " * (1024 * 1024 - len(body) + 1)).status == 413


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/jsonx", ""])
def test_another_content_type_is_refused(square, kind):
    answer = square.post(NEAR_0, Content_Type=kind)
    assert (answer.status, answer.json()["detail"]) == (415, "The Content-Type must be application/json.")


def test_a_content_type_may_name_its_charset(square):
    assert square.post(NEAR_0, Content_Type="Application/JSON; charset=utf-8").status == 200


def test_an_unknown_path_is_refused_with_the_paths_there_are(square):
    answer = square.send("/nope")
    assert answer.status == 404
    assert "/segment" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("GET", "/segment", "POST, OPTIONS"),
        ("DELETE", "/segment", "POST, OPTIONS"),
        ("POST", "/model", "GET, HEAD, OPTIONS"),
        ("PUT", "/healthz", "GET, HEAD, OPTIONS"),
    ],
)
def test_another_method_is_refused_with_those_allowed(square, method, path, allow):
    answer = square.send(path, method=method)
    assert (answer.status, answer.headers["allow"]) == (405, allow)
    assert answer.json()["status"] == 405


def test_the_model_is_described_with_all_that_a_page_needs(square):
    answer = square.send("/model")
    body = answer.json()
    content = json.loads(msgspec.json.encode(models.square()))
    for part in ("features", "segments", "metrics", "warnings"):
        assert body[part] == content[part]
    assert answer.headers["etag"] == f'"{body["hash"]}"'
    assert answer.headers["access-control-expose-headers"] == "ETag"
    assert square.post(NEAR_0).json()["model"] == body["hash"]


@pytest.mark.parametrize("pattern", ["{}", "W/{}", '"other", {}', "*"])
def test_a_known_model_is_not_sent_again(square, pattern):
    etag = square.send("/model").headers["etag"]
    answer = square.send("/model", If_None_Match=pattern.format(etag))
    assert (answer.status, answer.body, answer.headers["etag"]) == (304, b"", etag)


def test_another_model_is_sent(square):
    assert square.send("/model", If_None_Match='"other"').status == 200


def test_head_has_the_headers_of_get_and_no_body(square):
    answer = square.send("/model", method="HEAD")
    assert (answer.status, answer.body) == (200, b"")
    assert answer.headers["etag"] == square.send("/model").headers["etag"]


@pytest.mark.parametrize("path", ["/healthz", "/health"])
def test_a_running_function_is_healthy(square, path):
    answer = square.send(path)
    assert (answer.json()["status"], answer.headers["cache-control"]) == ("ok", "no-store")


def test_a_preflight_is_answered_and_may_be_remembered(square):
    asked = {"Origin": "https://shop.example", "Access_Control_Request_Method": "POST"}
    answer = square.send("/segment", method="OPTIONS", **asked)
    assert (answer.status, answer.body) == (204, b"")
    assert "POST" in answer.headers["access-control-allow-methods"]
    assert "Content-Type" in answer.headers["access-control-allow-headers"]
    assert int(answer.headers["access-control-max-age"]) == 7200


@pytest.mark.parametrize(
    ("path", "method", "body"),
    [
        ("/segment", "POST", b'{"x": 1, "y": 2}'),
        ("/segment", "POST", b"{"),
        ("/segment", "PUT", None),
        ("/model", "GET", None),
        ("/nope", "GET", None),
        ("/segment", "OPTIONS", None),
    ],
)
def test_every_answer_has_its_cors_headers_and_the_request_id(square, path, method, body):
    answer = square.send(path, body, method, Origin="https://shop.example", X_Request_Id="request-7")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["x-request-id"] == "request-7"
    assert "X-Request-Id" in answer.headers["access-control-expose-headers"]


def test_an_odd_request_id_is_not_repeated(square):
    for odd in ("x" * 129, "two words"):
        assert "x-request-id" not in square.send("/healthz", X_Request_Id=odd).headers


def test_only_the_origins_allowed_may_read(square_file, tmp_path):
    origins = ["https://shop.example", "http://www.shop.example:8080", "http://[::1]", "capacitor://localhost", "null"]
    setting = ", ".join(origins).replace("shop", "Shop") + ","
    with service.running(square_file, tmp_path / "log", ALLOWED_ORIGINS=setting) as function:
        for origin in origins:
            assert function.post(NEAR_0, Origin=origin).headers["access-control-allow-origin"] == origin
        stranger = function.post(NEAR_0, Origin="https://evil.example")
        assert stranger.status == 200
        assert "access-control-allow-origin" not in stranger.headers
        assert stranger.headers["vary"] == "Origin"
        assert "access-control-allow-origin" not in function.post(NEAR_0).headers


def test_an_origin_that_no_page_has_keeps_the_function_from_starting(square_file, tmp_path):
    refused = "The function does not start: ALLOWED_ORIGINS: expected https://www.example.com without a path"
    with (
        pytest.raises(RuntimeError, match=refused),
        service.running(square_file, tmp_path / "log", ALLOWED_ORIGINS="shop.example"),
    ):
        pytest.fail("it started")


def test_a_request_is_one_log_line_without_its_input(square_file, tmp_path):
    with service.running(square_file, tmp_path / "log", GOOGLE_CLOUD_PROJECT='sh"op\\') as function:
        trace = "105445aa7843bc8bf206b12000100000"
        function.post({"x": 2.718281, "y": 2}, X_Cloud_Trace_Context=f"{trace}/1;o=1")
        function.post({"customers": [NEAR_0] * 3})
        function.post(b'{"x": "secret-name", "secret-field": 2.718281}')
        function.send("/secret-path?secret-query=1")
        model = function.send("/model").json()["hash"]
        lines = function.log()[-5:]
        text = function.log_path.read_text()
    first = lines[0]
    assert first.pop("latency_us") >= 0
    assert first == {
        "severity": "INFO",
        "method": "POST",
        "path": "/segment",
        "status": 200,
        "model": model,
        "segment": "kind-0",
        "logging.googleapis.com/trace": f'projects/sh"op\\/traces/{trace}',
    }
    assert lines[1]["customers"] == 3
    assert (lines[2]["severity"], lines[2]["status"]) == ("WARNING", 422)
    assert (lines[3]["path"], lines[3]["status"]) == ("unknown", 404)
    assert "secret" not in text
    assert "2.718281" not in text


def test_a_framework_told_to_label_log_lines_changes_no_answer_and_no_line(square_file, tmp_path):
    with service.running(square_file, tmp_path / "log", LOG_EXECUTION_ID="true") as function:  # as the cloud sets it
        assert function.post(NEAR_0).status == 200
        assert function.post(b"{").status == 400
        assert [line["status"] for line in function.log()[-2:]] == [200, 400]


def test_a_log_that_cannot_be_written_costs_no_answer(square_file):
    with service.running(square_file, Path("/dev/full")) as function:
        assert function.post(NEAR_0).status == 200
        assert function.send("/nope").status == 404


def test_no_refusal_repeats_what_was_sent(square):
    for body in (b'{"x": "secret", "y": 1}', b'{"secret": 1}', b'{"customers": ["secret"]}', b'{"secret'):
        assert b"secret" not in square.post(body).body
    assert b"secret" not in square.send("/secret").body


def test_a_client_that_leaves_early_does_no_harm(square):
    head = b"POST /segment HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{"
    for _ in range(3):
        with _connection(square) as connection:
            connection.sendall(head)
    assert square.post(NEAR_0).status == 200


@pytest.mark.slow
def test_a_client_that_stalls_is_told_so(square):
    head = b"POST /segment HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{"
    with _connection(square) as connection:
        connection.sendall(head)
        answer = connection.recv(65_536)
    assert answer.startswith(b"HTTP/1.1 408 Request Timeout")
    assert b"access-control-allow-origin: *" in answer


@pytest.mark.slow
def test_of_more_large_bodies_than_fit_the_slowest_goes_first(square):
    """Five of 9 MiB fit into the 48 MiB that are held at most; a small one is not given up, however slow it is."""
    part = 9 * 1024 * 1024
    head = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
    body = json.dumps(NEAR_0).encode()
    with contextlib.ExitStack() as clients:
        connections = []
        small = clients.enter_context(_connection(square))
        small.sendall(head % len(body))
        for sent in range(6):
            small.sendall(body[sent : sent + 1])
            connection = clients.enter_context(_connection(square))
            connection.sendall(head % (10 * 1024 * 1024) + b" " * part)
            connections.append(connection)
        small.sendall(body[6:])
        assert small.recv(65_536).startswith(b"HTTP/1.1 200")
        assert square.post({"customers": [NEAR_0] * 10_000}).status == 200  # who sends a little is not kept out
        answers = [connection.recv(65_536) for connection in connections]
    refused = [answer for answer in answers if answer.startswith(b"HTTP/1.1 503")]
    assert refused
    assert all(b"retry-after: 1" in answer.lower() for answer in refused)
    assert len(refused) + sum(answer.startswith(b"HTTP/1.1 408") for answer in answers) == 6  # these had stalled
    assert square.post(NEAR_0).status == 200


def test_many_clients_at_once_get_their_own_answers(square):
    wrong: list[tuple[float, int]] = []

    def ask(x: float, expected: int) -> None:
        for _ in range(20):
            segment_id = square.post({"x": x, "y": 2}).json()["segment_id"]
            if segment_id != expected:
                wrong.append((x, segment_id))

    clients = [threading.Thread(target=ask, args=(x, expected)) for x, expected in [(2, 0), (8, 1)] * 4]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    assert wrong == []


def test_a_changed_model_file_does_not_start_and_says_why(square_file, tmp_path):
    data = bytearray(square_file.read_bytes())
    data[len(data) // 2] ^= 1
    broken = tmp_path / "broken.joblib"
    broken.write_bytes(data)
    with pytest.raises(RuntimeError, match=r"The function does not start: the model is refused: .*broken\.joblib: "):  # noqa: SIM117
        with service.running(broken, tmp_path / "log"):
            pass


def test_a_missing_model_file_does_not_start_and_says_why(tmp_path):
    missing = tmp_path / "missing.joblib"
    start = service.command(service.free_port())
    done = subprocess.run(
        start,
        env={"MODEL_PATH": str(missing)},
        capture_output=True,
        text=True,
        timeout=service.PATIENCE_SECONDS,
        check=False,
    )
    assert done.returncode == 1
    assert f"{missing}: No such file or directory" in done.stderr
    assert "Traceback" not in done.stderr
