"""The training service: the commands of the command line over HTTP, each job a process that leaves nothing behind."""

import base64
import csv
import json
import os
import signal
import socket
import sys

import pytest

from function.model import loads
from tests.helpers import service as function_service
from tests.helpers.campaign import MAY, spring
from tests.helpers.command_line import rows, run
from tests.helpers.results import assert_same
from tests.helpers.service import PATIENCE_SECONDS, wait_until
from tests.helpers.training_service import (
    PAGE,
    alive,
    ask,
    environment_of,
    form,
    jobs,
    last,
    on_one_processor,
    parent_of,
    running_training,
)
from training.jobs.commands import COMMANDS
from training.tables.synthetic import write_customers

pytestmark = [pytest.mark.slow, pytest.mark.measured]


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with running_training(tmp_path_factory.mktemp("training")) as service:
        yield service


@pytest.fixture
def training(running):
    """Return the service when nothing is left of what earlier tests have asked for."""
    wait_until(lambda: is_idle(running))
    return running


@pytest.fixture(scope="module")
def customers(tmp_path_factory):
    path = tmp_path_factory.mktemp("table") / "table.csv"
    write_customers(path, 1)
    return path


@pytest.fixture(scope="module")
def fitted(running, customers):
    """Return the lines of a fit of the customers."""
    return list(ask(running, "/fit", customers.read_bytes(), {"Origin": PAGE}, k="5").lines())


def refused(training, path, body, headers=None, **options):
    """Return status and problem of a request that is answered at once."""
    conversation = ask(training, path, body, headers, **options)
    assert conversation.response.getheader("content-type") == "application/problem+json"
    problem = json.loads(conversation.read())
    assert problem["status"] == conversation.response.status
    return problem["status"], problem["detail"]


def folders(service):
    return list((service.log_path.parent / "jobs").iterdir())


def is_idle(service):
    return not jobs(service) and not folders(service)


def ask_and_freeze(service, table):
    """Ask for a fit that begins, but does not go on: it takes as long as a test looks at it."""
    conversation = ask(service, "/fit", table)
    assert next(conversation.lines()) == {"progress": "Reading the table"}
    (job,) = jobs(service)
    os.kill(job, signal.SIGSTOP)
    return conversation


def test_a_fit_tells_its_steps_then_the_model_that_the_command_line_makes(fitted, customers, tmp_path):
    assert {"progress": "Reading the table"} in fitted[:-1]
    result = fitted[-1]["result"]
    run("fit", customers, "--out", tmp_path / "model", "--k", "5")
    run("score", customers, tmp_path / "scored.csv", "--model", tmp_path / "model/segmenter.joblib")
    content = (tmp_path / "model/segmenter.joblib").read_bytes()
    assert base64.b64decode(result["file"]) == content
    assert result["model"]["hash"] == loads(content).hash
    assert result["card"] == (tmp_path / "model/README.md").read_text()
    assert result["report"] == (tmp_path / "model/report.html").read_text()
    assert result["rows"] == {"segment_id": [int(row["segment_id"]) for row in rows(tmp_path / "scored.csv")]}


def test_the_model_is_described_as_the_function_does_it(fitted, tmp_path):
    result = fitted[-1]["result"]
    (tmp_path / "model").write_bytes(base64.b64decode(result["file"]))
    with function_service.running(tmp_path / "model", tmp_path / "log") as function:
        assert result["model"] == function.send("/model").json()


def test_orders_become_customers_with_their_features_and_segments(training, shop, tmp_path):
    result = last(ask(training, "/fit?orders&k=4", (shop / "orders.csv").read_bytes()))["result"]
    (tmp_path / "model").write_bytes(base64.b64decode(result["file"]))
    run("score", shop / "orders.csv", tmp_path / "scored.csv", "--orders", "--model", tmp_path / "model")
    scored = rows(tmp_path / "scored.csv")
    assert result["rows"]["customer_id"] == [row["customer_id"] for row in scored]
    assert result["rows"]["segment_id"] == [int(row["segment_id"]) for row in scored]
    assert result["rows"]["monetary"] == [float(row["monetary"]) for row in scored]
    assert result["rows"].keys() == {"customer_id", "recency_days", "frequency", "monetary", "segment_id"}


def test_a_table_is_scored_by_the_model_that_is_sent_along(training, fitted, customers):
    body, header = form(table=customers.read_bytes(), model=base64.b64decode(fitted[-1]["result"]["file"]))
    result = last(ask(training, "/score", body, header))["result"]
    assert result["model"] == fitted[-1]["result"]["model"]["hash"]
    assert result["rows"] == fitted[-1]["result"]["rows"]


def test_a_table_alone_is_scored_by_the_deployed_model(training, customers, tmp_path):
    result = last(ask(training, "/score", customers.read_bytes()))["result"]
    run("score", customers, tmp_path / "scored.csv")
    assert result["rows"]["segment_id"] == [int(row["segment_id"]) for row in rows(tmp_path / "scored.csv")]
    assert "out" not in result


def test_a_cell_may_be_as_long_as_the_table(training):
    table = b"annual income,spending score,remark\n15,39,short\n16,,\n,,%s\n" % (b"x" * 1_000_000)
    result = last(ask(training, "/score", table))["result"]
    assert [segment is None for segment in result["rows"]["segment_id"]] == [False, False, True]


def test_who_moved_is_told_of_two_tables(training, shop, tmp_path):
    run("movement", shop / "january.csv", shop / "july.csv", tmp_path / "movers.csv")
    body, header = form(table=(shop / "january.csv").read_bytes(), now=(shop / "july.csv").read_bytes())
    result = last(ask(training, "/movement", body, header))["result"]
    assert list(csv.reader(result["movers"].splitlines())) == list(
        csv.reader((tmp_path / "movers.csv").read_text().splitlines())
    )
    assert result["report"].startswith("<!doctype html>")


def test_a_campaign_is_measured(training, shop, tmp_path):
    orders = spring(shop, tmp_path / "spring.csv", effect=0.15)
    done = run("measure", tmp_path / "spring.csv", orders, *MAY, "--json")
    body, header = form(table=(tmp_path / "spring.csv").read_bytes(), orders=orders.read_bytes())
    options = {"from": "2026-05-01", "to": "2026-05-31"}
    result = last(ask(training, "/measure", body, header, **options))["result"]
    assert result.pop("report").startswith("<!doctype html>")
    assert_same(result, json.loads(done.stdout.splitlines()[-1])["result"])


@pytest.mark.parametrize("name", ["out", "engine", "playbook", "model", "within", "json", "fresh", "K", ""])
def test_options_that_name_files_or_engines_are_not_offered(training, name):
    status, detail = refused(training, "/fit", b"a,b\n1,2\n", **{name: "/tmp/x"})
    assert status == 400
    assert detail.startswith(("The options of fit are k, features", "Expected options"))
    assert "/tmp" not in detail


@pytest.mark.parametrize("value", ["--out=/tmp/x", "-h", "; rm -rf /", "../x", "'); COPY t TO '/tmp/x'"])
def test_an_options_value_is_only_ever_a_value(training, customers, value):
    line = last(ask(training, "/fit", customers.read_bytes(), features=value))
    assert line["problem"]["status"] == 422
    assert "expected a column" in line["problem"]["detail"]


@pytest.mark.parametrize("query", ["k=%FF", "k=%00", "k=2%0A", "k", "orders=perhaps"])
def test_a_query_that_is_none_is_refused(training, query):
    answer = training.send(f"/fit?{query}", b"a\n1\n", "POST", Content_Type="text/csv")
    assert answer.status == 400


def test_a_fault_of_an_option_or_of_the_table_is_told_without_the_folder(training, customers):
    line = last(ask(training, "/fit", customers.read_bytes(), k="1"))
    assert line["problem"]["status"] == 400
    assert (
        line["problem"]["detail"] == "Invalid value for '--k': expected a whole number from 2 to 50, or auto, found '1'"
    )
    line = last(ask(training, "/fit", b"annual income,spending score\n1,2\n3,tulip\n"))
    assert line["problem"]["kind"] == "data"
    assert line["problem"]["detail"].startswith("table.csv")
    assert "tulip" not in line["problem"]["detail"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"PAR1" + b"\0" * 100 + b"PAR1", 400),
        (b"PAR1 but text", 400),
        (b"PK\x03\x04" + b"\xff" * 100, 400),
        (b'\xef\xbb\xbf [{"a": 1}]', 400),
        ("a,b\n1,2\n".encode("utf-16"), 400),
        ("größe\n1\n".encode("latin-1"), 400),
        (b"a,b\n1,\xe4", 400),
        (b"", 400),
        (b"\n \n", 400),
        (b"a,b\n" + b"1,2\n" * (8 * 2**20 + 1), 413),
    ],
    ids=["parquet", "like parquet", "zip", "json", "utf-16", "latin-1", "cut", "empty", "blank", "large"],
)
def test_only_csv_of_a_bounded_size_reaches_an_engine(training, body, status):
    assert refused(training, "/fit", body)[0] == status
    assert folders(training) == []


def test_a_body_of_another_type_or_with_other_parts_is_refused(training):
    assert refused(training, "/fit", b"{}", {"Content-Type": "application/json"})[0] == 415
    assert refused(training, "/fit", b"a\n1\n", {"Content-Encoding": "gzip"})[0] == 415
    assert refused(training, "/movement", b"a\n1\n")[0] == 415
    for parts in ({"table": b"a\n1\n"}, {"table": b"a\n1\n", "orders": b"a\n1\n"}, {"now": b"a\n1\n"}):
        assert refused(training, "/movement", *form(**parts))[0] == 400
    assert refused(training, "/movement", b"nothing", {"Content-Type": "multipart/form-data; boundary=x"})[0] == 400
    assert refused(training, "/movement", b"nothing", {"Content-Type": "multipart/form-data"})[0] == 400
    assert folders(training) == []


def test_other_paths_and_methods_are_refused(training):
    assert training.send("/fit").status == 405
    assert training.send("/").status == 404
    assert training.send("/fit/../etc/passwd").status == 404
    assert training.send("/health").json() == {"status": "ok"}
    assert set(COMMANDS) == {"/fit", "/score", "/movement", "/measure"}


def test_only_the_page_may_call(training):
    preflight = training.send("/fit", method="OPTIONS", Origin=PAGE, Access_Control_Request_Method="POST")
    assert (preflight.status, preflight.headers["access-control-allow-origin"]) == (204, PAGE)
    assert "Authorization" in preflight.headers["access-control-allow-headers"]
    stranger = training.send("/fit", b"a\n1\n", "POST", Content_Type="text/csv", Origin="http://other.example")
    assert stranger.status == 403
    assert "access-control-allow-origin" not in stranger.headers
    own = training.send("/fit", b"", "POST", Content_Type="text/csv", Origin=PAGE)
    assert (own.status, own.headers["access-control-allow-origin"]) == (400, PAGE)


def test_with_a_key_only_its_bearers_have_jobs(tmp_path, customers):
    with running_training(tmp_path, TRAINING_KEY="s3cret\n", ALLOWED_ORIGINS="*") as training:
        for sent in ({}, {"Authorization": "Bearer s3cre"}, {"Authorization": "s3cret"}, {"Authorization": "Bearer é"}):
            assert refused(training, "/fit", b"a\n1\n", sent)[0] == 401
        assert training.send("/health").status == 200
        sent = {"Authorization": "Bearer s3cret", "Origin": PAGE}
        conversation = ask(training, "/fit", customers.read_bytes(), sent, k="2")
        assert conversation.response.getheader("access-control-allow-origin") == PAGE
        assert next(conversation.lines()) == {"progress": "Reading the table"}
        assert "s3cret" not in str(environment_of(jobs(training)[0]))
        assert "result" in last(conversation)


@pytest.mark.parametrize(
    ("setting", "value", "reason"),
    [
        ("ALLOWED_ORIGINS", f"{PAGE}/", "ALLOWED_ORIGINS: expected https://www.example.com without a path"),
        ("TRAINING_KEY", "\n", "TRAINING_KEY: expected a key, found a blank"),
    ],
)
def test_a_setting_that_cannot_be_meant_keeps_it_from_starting(tmp_path, setting, value, reason):
    refused = f"The training service does not start: {reason}"
    with pytest.raises(RuntimeError, match=refused), running_training(tmp_path, **{setting: value}):
        pytest.fail("it started")


def test_a_job_that_is_done_leaves_nothing_and_the_log_tells_no_more_than_that(training, fitted):
    assert "result" in fitted[-1]
    ask(training, "/fit", b"tulip,rose\n1,daisy\n", features="tulip").read()
    wait_until(lambda: is_idle(training))
    log = training.log_path.read_text()
    assert '"path": "/fit", "status": 200' in log
    assert not [word for word in ("tulip", "daisy", "features", "Income", "customer-segments") if word in log]


def test_a_client_that_leaves_ends_its_job(training, customers):
    conversation = ask_and_freeze(training, customers.read_bytes())
    conversation.leave()
    wait_until(lambda: is_idle(training))


def connect(service):
    host, port = service.url.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), timeout=PATIENCE_SECONDS)


def test_a_body_that_says_that_it_is_too_large_is_refused_before_it_comes(training):
    with connect(training) as client:
        client.sendall(b"POST /fit HTTP/1.1\r\nHost: x\r\nContent-Type: text/csv\r\nContent-Length: 33554433\r\n\r\n")
        with client.makefile("rb") as answer:
            assert answer.readline().startswith(b"HTTP/1.1 413")


def test_who_sends_all_before_they_read_gets_the_answer_too(training):
    status, detail = refused(training, "/nothing", b"1,2\n" * 8 * 2**20)
    assert (status, detail[:13]) == (404, "The paths are")


def test_a_client_that_leaves_while_it_sends_leaves_nothing(training):
    with connect(training) as client:
        client.sendall(b"POST /fit HTTP/1.1\r\nHost: x\r\nContent-Type: text/csv\r\nContent-Length: 100\r\n\r\na,b\n")
        wait_until(lambda: folders(training))
    wait_until(lambda: not folders(training))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a process with its parent")
def test_no_job_outlives_the_service(tmp_path, customers):
    with running_training(tmp_path) as training:
        conversation = ask_and_freeze(training, customers.read_bytes())
        (job,) = jobs(training)
        os.kill(parent_of(job), signal.SIGKILL)
        wait_until(lambda: not alive(job))
        conversation.leave()
        assert folders(training)
        assert refused(training, "/fit", b"")[0] == 400  # by the process that takes its place
        assert folders(training) == [], "of the process that was killed neither"


@pytest.mark.skipif(sys.platform != "linux", reason="other systems give no processor to a process")
def test_one_job_runs_on_a_processor_and_the_others_know_their_place(tmp_path, customers):
    table = customers.read_bytes()
    with running_training(tmp_path, on_one_processor) as training:
        first = ask_and_freeze(training, table)
        second, third = ask(training, "/fit", table), ask(training, "/score", table)
        assert next(second.lines()) == {"waiting": 1}
        assert next(third.lines()) == {"waiting": 2}
        assert len(jobs(training)) == 1
        second.leave()
        assert next(third.lines()) == {"waiting": 1}
        first.leave()
        assert next(third.lines()) == {"progress": "Scoring"}
        assert "result" in last(third)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems give no processor to a process")
def test_a_client_that_does_not_read_its_result_holds_up_nobody(tmp_path, customers):
    table = customers.read_bytes()
    head = (
        f"POST /fit?k=2 HTTP/1.1\r\nHost: x\r\nContent-Type: text/csv\r\nContent-Length: {len(table)}\r\n\r\n".encode()
    )
    with running_training(tmp_path, on_one_processor) as training, slow_connection(training) as client:
        client.sendall(head + table)
        wait_until(lambda: jobs(training))
        assert "result" in last(ask(training, "/score", table))
        with client.makefile("rb") as answer:
            assert any(line.startswith(b'{"result"') for line in answer)


def slow_connection(service):
    """Return a connection that takes a few kilobytes and then no more until they are read."""
    host, port = service.url.removeprefix("http://").split(":")
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 536)
    client.settimeout(PATIENCE_SECONDS)
    client.connect((host, int(port)))
    return client


def test_too_many_jobs_are_refused_with_a_time_to_come_back(tmp_path, customers):
    with running_training(tmp_path, on_one_processor) as training:
        first = ask_and_freeze(training, customers.read_bytes())
        conversations = [first, *(ask(training, "/fit", customers.read_bytes()) for _ in range(8))]
        conversation = ask(training, "/fit", customers.read_bytes())
        assert (conversation.response.status, conversation.response.getheader("retry-after")) == (503, "60")
        conversation.leave()
        assert '"WARNING", "method": "POST", "path": "/fit", "status": 503' in training.log_path.read_text()
        for other in conversations:
            other.leave()
        wait_until(lambda: not folders(training))
        assert "result" in last(ask(training, "/score", customers.read_bytes()))
