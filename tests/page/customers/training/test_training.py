"""The page's calls of the training service: what is sent, what is told, and every way in which it can fail."""

import json
import socket

import pytest
from playwright.sync_api import expect

from tests.helpers.service import wait_until
from tests.helpers.training_service import jobs, running_training
from tests.page.helpers.parts import await_confirmed, await_on
from tests.page.helpers.training_stub import RESULT

TABLE = "age,visits\n" + "".join(f"{20 + number % 40},{number % 9}\n" for number in range(200))

TRAIN = """async ([command, tables, options, cancel]) => {
  const { train } = await import('/service/training.js');
  const said = [];
  const controller = new AbortController();
  const report = (step) => { said.push(step); if (said.length === cancel) controller.abort(); };
  const blobs = Object.fromEntries(Object.entries(tables).map(([name, text]) => [name, new Blob([text])]));
  try {
    return { said, result: await train(command, { tables: blobs, options, signal: controller.signal, report }) };
  } catch ({ name, kind, message, passing }) {
    return { said, name, kind, message, passing };
  }
}"""


@pytest.fixture
def visitor(page, site, stub):
    """Yield a page of an origin whose training service is the stand-in."""
    with site.naming("", stub.url) as url:
        page.goto(url + "config.js")
        yield page


def train(page, command="fit", tables=None, options=None, cancel=0):
    return page.evaluate(TRAIN, [command, tables or {"table": "age\n1\n"}, options or {}, cancel])


def failure(page):
    answer = train(page)
    return answer["kind"], answer["message"]


def test_a_table_is_sent_as_it_is_with_its_options_and_the_steps_are_told(visitor, stub):
    stub.answers = [[{"waiting": 2}, {"waiting": 1}, {"progress": "Reading"}, RESULT]]
    answer = train(visitor, options={"k": "auto", "features": "age,größe"})
    assert answer == {"said": [{"waiting": 2}, {"waiting": 1}, {"progress": "Reading"}], "result": {"answer": 42}}
    [(path, head, body)] = stub.requests
    assert path == "/fit?k=auto&features=age%2Cgr%C3%B6%C3%9Fe"
    assert body == b"age\n1\n"
    assert "Content-Type: text/csv" in head
    assert "Authorization" not in head
    assert "Cookie" not in head
    assert "Referer" not in head


def test_two_tables_are_sent_as_a_form(visitor, stub):
    train(visitor, "movement", {"table": "a\n1\n", "now": "a\n2\n"})
    [(path, head, body)] = stub.requests
    assert path.startswith("/movement?")
    assert "Content-Type: multipart/form-data" in head
    assert body.index(b'name="table"') < body.index(b"a\n1\n") < body.index(b'name="now"') < body.index(b"a\n2\n")


def test_lines_are_read_wherever_they_are_cut(visitor, stub):
    line = json.dumps({"result": {"name": "Größe 𝄞"}}, ensure_ascii=False).encode() + b"\n"

    def write_in_pieces(handler):
        for at in range(len(line)):
            handler.wfile.write(line[at : at + 1])
            handler.wfile.flush()

    stub.answers = [write_in_pieces]
    assert train(visitor)["result"] == {"name": "Größe 𝄞"}


@pytest.mark.parametrize("kind", ["request", "data", "memory", "time", "busy", "ended"])
@pytest.mark.parametrize("begun", [True, False])
def test_what_the_service_says_of_a_fault_is_told_with_its_kind(visitor, stub, kind, begun):
    problem = {"type": "about:blank", "title": "No", "status": 422, "detail": "Expected more.", "kind": kind}
    stub.answers = [[{"progress": "Reading"}, {"problem": problem}] if begun else [problem]]
    stub.status = 200 if begun else 422
    assert failure(visitor) == (kind, "Expected more.")


def test_a_service_that_stops_in_the_middle_is_told_from_one_that_is_not_there(visitor, stub):
    stub.answers = [[{"progress": "Reading"}]]
    assert failure(visitor) == ("broken", "The training service stopped in the middle of the work.")

    def cut(handler):
        handler.wfile.write(b'{"progress": "Reading"}\n')
        handler.wfile.flush()
        handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")  # reset, not closed
        handler.connection.close()

    stub.answers = [cut]
    assert failure(visitor)[0] in ("broken", "unreachable")


def test_a_service_that_is_not_there_cannot_be_reached(page, site):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with site.naming("", f"http://127.0.0.1:{port}") as url:
        page.goto(url + "config.js")
        assert failure(page) == ("unreachable", "The training service cannot be reached.")


def test_a_page_without_a_service_says_so(blank):
    assert failure(blank) == ("none", "This page has no training service.")


@pytest.mark.parametrize("answer", [b"<html>", b"[1]\n", b'{"progress": 1}\n', b'{"result": 1}\n', b'{"problem": 1}\n'])
def test_what_is_no_answer_is_not_taken_for_one(visitor, stub, answer):
    stub.answers = [[answer]]
    assert failure(visitor)[0] == "unreadable"


def test_a_page_of_a_proxy_in_the_services_place_is_not_read(visitor, stub):
    stub.status, stub.answers = 502, [[b"<html>Bad gateway</html>"]]
    assert failure(visitor)[0] == "unreadable"
    stub.answers = [[]]
    assert failure(visitor)[0] == "unreadable"


def test_a_table_that_is_too_large_is_not_sent(visitor, stub):
    answer = visitor.evaluate(
        """async () => {
          const { train } = await import('/service/training.js');
          const table = new Blob([new Uint8Array(33 * 2 ** 20)]);
          return train('fit', { tables: { table } }).catch(({ kind, message }) => ({ kind, message }));
        }"""
    )
    assert answer["kind"] == "too-large"
    assert "33 MB to send, and the training service takes 32 MB" in answer["message"]
    assert stub.requests == []


def test_a_service_that_says_nothing_for_minutes_is_given_up(context, page, site, stub):
    stub.answers = [lambda _: stub.released.wait(60)]
    context.clock.install()
    with site.naming("", stub.url) as url:
        page.goto(url + "config.js")
        page.evaluate(f"() => {{ window.answer = ({TRAIN})(['fit', {{ table: 'a' }}, {{}}, 0]); }}")
        await_on(page, lambda: stub.requests)
        context.clock.run_for(340_000)
        assert page.evaluate("() => window.answer")["kind"] == "slow"


def test_a_missing_key_is_told_and_a_key_is_sent_once_it_is_kept(visitor, stub):
    stub.status = 401
    stub.answers = [[{"status": 401, "detail": "Expected the key of this training service.", "kind": "key"}]]
    assert failure(visitor)[0] == "key"
    kept = "async ([key]) => (await import('/service/key.js')).keepKey(key)"
    assert [visitor.evaluate(kept, [key]) for key in ("", "two words", "ключ", "k3y-_")] == [False, False, False, True]
    train(visitor)
    assert "Authorization: Bearer k3y-_" in stub.requests[-1][1]
    visitor.reload()
    train(visitor)
    assert "Authorization: Bearer k3y-_" in stub.requests[-1][1], "it stays in this browser"


def test_a_link_brings_the_key_which_leaves_the_address_and_stays_in_this_browser(page, address):
    page.goto(address + "#annual_income=80&training-key=k3y%2F&spending_score=20")
    await_confirmed(page)
    assert page.evaluate("localStorage.getItem('training-key')") == "k3y%2F"
    expect(page).to_have_url(address + "#annual_income=80&spending_score=20")
    expect(page.get_by_text("This link has values")).to_have_count(0)
    page.goto(address + "#training-key=other")  # pasted into the open page
    expect(page).to_have_url(address + "#annual_income=80&spending_score=20")
    assert page.evaluate("localStorage.getItem('training-key')") == "other"
    expect(page.get_by_text("This link has values")).to_have_count(0)


@pytest.fixture(scope="module")
def training(tmp_path_factory):
    with running_training(tmp_path_factory.mktemp("training"), TRAINING_KEY="s3cret") as service:
        yield service


def test_the_real_service_answers_who_has_its_key_and_ends_a_job_that_is_cancelled(visitor, stub, training):
    stub.target = training.url
    options = {"features": "age,visits", "k": "3"}
    assert train(visitor, tables={"table": TABLE}, options=options)["kind"] == "key"
    visitor.evaluate("async () => (await import('/service/key.js')).keepKey('s3cret')")
    answer = train(visitor, tables={"table": TABLE}, options=options)
    assert {"progress": "Reading the table"} in answer["said"]
    assert len(answer["result"]["model"]["segments"]) == 3
    cancelled = train(visitor, tables={"table": TABLE}, options=options, cancel=1)
    assert cancelled["name"] == "AbortError"
    wait_until(lambda: not jobs(training))
    assert train(visitor, tables={"table": TABLE}, options={"features": "shoes"})["kind"] == "data"
