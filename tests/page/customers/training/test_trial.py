"""A shop's own segments by the training service: what leaves, what is made, and what is kept in the browser."""

import contextlib
import csv
import io
import random
import re
import threading

import pytest
from playwright.sync_api import expect

from function.model import loads
from tests.helpers import models
from tests.helpers.command_line import run
from tests.helpers.training_service import running_training
from tests.page.customers.test_kept import LEAVES
from tests.page.helpers import functions
from tests.page.helpers.audience import NAME, download, rows_of, shown_counts, write
from tests.page.helpers.parts import Held, answer, await_confirmed, await_part, box
from tests.page.helpers.training_stub import standing_in
from tests.page.test_accessibility import violations

HEADER = ["Customer ID", "E-mail", "First name", "Age", "Visits", "Spend (EUR)", "Newsletter", "Store", "Joined"]
MADE_MS = 120_000


def shop(count=300, seed=3):
    """Return customers of three kinds, each as HEADER has it."""
    chance = random.Random(seed)
    kinds = [(30, 5, 200), (55, 20, 900), (40, 2, 60)]
    rows = []
    for number in range(count):
        age, visits, spend = chance.choice(kinds)
        rows.append(
            [
                *(f"C{number:05}", f"user{number}@example.com", chance.choice(["Mary", "Zoë", "Jean-Luc"])),
                *(str(round(chance.gauss(age, 4))), str(max(1, round(chance.gauss(visits, 1))))),
                *(f"{max(1, chance.gauss(spend, spend / 6)):.2f}", chance.choice(["yes", "no"]), "Main Street"),
                f"{number % 28 + 1}/{number % 12 + 1}/{2020 + number % 4}",
            ]
        )
    return rows


def orders(count=80, seed=5):
    """Return orders of an export, with contacts and states."""
    chance = random.Random(seed)
    rows = [["Order ID", "Email", "Shipping name", "Created at", "Total", "Financial Status"]]
    for number in range(count):
        often = number % 3 == 0
        for _ in range(chance.randint(6, 9) if often else chance.randint(1, 2)):
            day = f"2024-{chance.randint(10, 12) if often else chance.randint(1, 6):02}-{chance.randint(1, 28):02}"
            total = f"{chance.uniform(80, 120) if often else chance.uniform(5, 25):.2f}"
            state = "refunded" if chance.random() < 0.05 else "paid"
            rows.append(
                [f"SO-{len(rows):06}", f"buyer{number}@example.org", f"Secret Person {number}", day, total, state]
            )
    return rows


@pytest.fixture(scope="module")
def training(tmp_path_factory):
    with running_training(tmp_path_factory.mktemp("training")) as service_:
        yield service_


@pytest.fixture
def stub(training):
    with standing_in(training.url) as stub:
        yield stub


def drop(page, path):
    page.get_by_label("Choose a CSV file").set_input_files(path)
    await_part(page, "Make segments of these customers")


def make(page):
    page.get_by_role("button", name="Make segments", exact=True).click()
    await_part(page, "Making segments")
    await_part(page, "Your own segments, on trial", MADE_MS)
    expect(page.get_by_role("heading", name="Result")).to_be_visible()


def sent_table(stub):
    return list(csv.reader(io.StringIO(stub.requests[-1][2].decode())))


def command_line(folder, table, *options):
    """Fit and score a table by the command line; return the model's folder and the scored rows."""
    (folder / "table.csv").write_bytes(table)
    with contextlib.chdir(folder):
        run("fit", "table.csv", "--out", "model", *options)
        run("score", "table.csv", "scored.csv", "--model", "model/segmenter.joblib")
    return folder / "model"


def test_segments_of_a_file_are_those_of_the_command_line_and_no_other_cell_leaves(visitor, stub, context, tmp_path):
    requests = []

    def record(request):  # Playwright cannot take a list's own method
        requests.append(request)

    context.on("request", record)
    rows = shop()
    drop(visitor, write(tmp_path / "shop.csv", rows, HEADER))
    expect(visitor.get_by_role("region", name="First row as it is sent").get_by_role("cell")).to_have_text(
        ["1", *rows[0][3:6]]
    )
    expect(visitor.get_by_text("Only here: E-mail, First name, Newsletter, Store, and Joined.")).to_be_visible()
    visitor.get_by_label("Number of segments").select_option("3")
    visitor.get_by_role("checkbox", name="Spend (EUR)").uncheck()
    visitor.get_by_label("What a customer is worth").select_option("Spend (EUR)")
    visitor.get_by_role("checkbox", name="Joined").check()
    visitor.get_by_label("Days count to").fill("2024-06-30")
    make(visitor)
    header, *table = sent_table(stub)
    assert header == ["Customer ID", "Age", "Visits", "Joined", "Spend (EUR)"]
    assert table == [[str(number), *row[3:5], row[8], row[5]] for number, row in enumerate(rows, 1)]
    expect(visitor.get_by_role("columnheader", name="Share of value")).to_be_visible()
    posts = [request for request in requests if request.method == "POST" and stub.url not in request.url]
    assert posts == [], "a trial asks the function for nothing"
    wire = stub.requests[-1][2].decode() + "".join(request.url for request in requests)
    for personal in ("example.com", "Mary", "Zo", "C00001", "Main Street", "shop.csv"):
        assert personal not in wire
    options = ("--k", "3", "--features", "Age,Visits,Joined", "--as-of", "2024-06-30", "--value", "Spend (EUR)")
    folder = command_line(tmp_path, stub.requests[-1][2], *options)
    model = (folder / "segmenter.joblib").read_bytes()
    expect(visitor.get_by_text(re.compile(f"^Model {loads(model).hash} "))).to_be_attached()
    assert download(visitor, "Download the model") == model
    assert download(visitor, "Card") == (folder / "README.md").read_bytes()
    assert download(visitor, "Report") == (folder / "report.html").read_bytes()
    scored = list(csv.DictReader((tmp_path / "scored.csv").read_text(encoding="utf-8").splitlines()))
    shown = rows_of(download(visitor, "Table with segments"))
    assert shown[0][:9] == HEADER
    assert [row[11] for row in shown[1:]] == [row["segment_name"] for row in scored]
    assert [row[13] for row in shown[1:]] == [row["confidence"] for row in scored]
    assert sum(shown_counts(visitor).values()) == len(rows)


def test_everything_on_the_page_goes_by_the_trial_which_survives_a_reload_until_it_is_discarded(
    visitor, stub, tmp_path
):
    drop(visitor, write(tmp_path / "shop.csv", shop(), HEADER))
    make(visitor)
    banner = visitor.get_by_role("region", name="Your own segments, on trial")
    expect(banner).to_contain_text("300 customers of shop.csv. The service still answers with the deployed model.")
    assert violations(visitor) == []
    box(visitor, "Visits").fill("21")
    visitor.wait_for_url(re.compile(r"[&#]visits=21\b"))
    expect(answer(visitor)).to_contain_text("On trial: computed by this page")
    way = visitor.get_by_role("region", name="What would change it").get_by_role("listitem").first
    other = way.get_by_role("strong").inner_text()
    way.get_by_role("button").click()
    expect(answer(visitor).get_by_role("heading")).to_have_text(other)
    expect(visitor).not_to_have_url(re.compile(r"[&#]visits=21\b"))  # the address follows a moment later
    name = answer(visitor).get_by_role("heading").inner_text()
    counts = shown_counts(visitor)
    assert name in counts
    expect(visitor.get_by_role("slider", name="Annual income")).to_have_count(0)
    visitor.get_by_role("button", name=f"Make an audience: {name}").click()
    expect(visitor.get_by_role("checkbox", name=name)).to_be_focused()
    expect(visitor.get_by_text("Kept in this browser, even after a reload")).to_be_visible()
    visitor.reload()
    expect(banner).to_be_visible()
    expect(visitor.get_by_role("heading", name="Result")).to_be_visible()
    assert shown_counts(visitor) == counts
    expect(answer(visitor).get_by_role("heading")).to_have_text(name)
    banner.get_by_role("button", name="Back to the deployed model").click()
    expect(visitor.get_by_role("button", name="Show it again")).to_be_focused()
    expect(visitor.get_by_role("slider", name="Annual income")).to_be_visible()
    assert violations(visitor) == []
    await_confirmed(visitor)
    expect(visitor.get_by_text("This link has values")).to_have_count(0)
    visitor.reload()
    await_confirmed(visitor)
    visitor.get_by_role("button", name="Show it again").click()
    await_part(visitor, "Your own segments, on trial")
    expect(visitor.get_by_role("slider", name="Visits")).to_be_visible()
    banner.get_by_role("button", name="Back to the deployed model").click()
    visitor.get_by_role("button", name="Discard it").click()
    expect(visitor.get_by_role("button", name="Show it again")).to_have_count(0)
    visitor.reload()
    await_confirmed(visitor)
    expect(visitor.get_by_text("Your trial is kept")).to_have_count(0)
    assert len(stub.requests) == 1


def test_orders_become_customers_with_segments_and_contacts_of_their_own(visitor, stub, tmp_path):
    header, *rows = orders()
    drop(visitor, write(tmp_path / "orders.csv", rows, header))
    expect(visitor.get_by_role("radio", name="an order")).to_be_checked()
    expect(visitor.get_by_text("Only here: Shipping name.")).to_be_visible()
    make(visitor)
    sent = stub.requests[-1][2].decode()
    assert sent.splitlines()[0] == "Email,Order ID,Created at,Total,Financial Status"
    for personal in ("@example", "Secret", "SO-"):
        assert personal not in sent
    expect(visitor.get_by_role("region", name="Your own segments, on trial")).to_contain_text("customers of orders.csv")
    shown = rows_of(download(visitor, "Table with segments"))
    assert shown[0][:4] == ["Email", "recency_days", "frequency", "monetary"]
    paid = {}
    for row in rows:
        if row[5] == "paid":
            paid.setdefault(row[1], []).append(row)
    assert {row[0]: (int(row[2]), float(row[3])) for row in shown[1:]} == {
        email: (len(own), pytest.approx(sum(float(row[4]) for row in own))) for email, own in paid.items()
    }
    first = [email for email in dict.fromkeys(row[1] for row in rows) if email in paid]
    assert [row[0] for row in shown[1:]] == first, "in the order in which they came"
    often = {row[NAME] for row in shown[1:] if int(re.search(r"\d+", row[0])[0]) % 3 == 0}
    seldom = {row[NAME] for row in shown[1:] if int(re.search(r"\d+", row[0])[0]) % 3}
    assert not often & seldom
    drop(visitor, write(tmp_path / "again.csv", rows, header))
    visitor.get_by_role("button", name="Score them with the segments shown").click()
    await_part(visitor, "Result", MADE_MS)
    assert stub.requests[-1][0].startswith("/score?")
    assert b'name="model"' in stub.requests[-1][2], "the model on trial travels along"
    assert rows_of(download(visitor, "Table with segments")) == shown


def test_orders_are_scored_with_a_deployed_model_of_recency_frequency_and_monetary(page, site, stub, tmp_path):
    features = [
        models.feature("recency_days", label="Recency", unit="days", min=1.0, max=365.0, mean=150.0, scale=100.0),
        models.feature("frequency", label="Frequency", unit="orders", min=1.0, max=9.0, mean=3.0, scale=3.0),
        models.feature("monetary", label="Monetary value", min=5.0, max=1000.0, mean=300.0, scale=300.0),
    ]
    segments = [
        models.segment(0, [40.0, 7.0, 700.0], name="Often"),
        models.segment(1, [250.0, 1.5, 25.0], name="Seldom"),
    ]
    models.write(tmp_path / "segmenter.joblib", models.model(features, segments))
    header, *rows = orders()
    with (
        functions.running(tmp_path / "segmenter.joblib", tmp_path / "log") as function,
        site.naming(function, stub.url) as url,
    ):
        page.goto(url)
        await_confirmed(page)
        stub.target, stub.answers = "", [[{"progress": "Scoring"}, {"result": scored_orders(rows)}]]
        drop(page, write(tmp_path / "orders.csv", rows, header))
        page.get_by_label("Orders before this day count").fill("2030-01-01")
        page.get_by_role("button", name="Score them with the segments shown").click()
        await_part(page, "Result", MADE_MS)
        assert stub.requests[-1][0].startswith("/score?orders=true&customer=Email")
        assert "&as-of=2030-01-01" in stub.requests[-1][0]
        shown = rows_of(download(page, "Table with segments"))
        assert {row[0]: row[NAME] for row in shown[1:]} == {
            row[1]: "Often" if int(re.search(r"\d+", row[1])[0]) % 3 == 0 else "Seldom" for row in rows
        }
        expect(page.get_by_role("region", name="Your own segments, on trial")).to_have_count(0)


def scored_orders(rows):
    """Return what the service answers of the orders, with customers numbered as they come."""
    numbers = list(dict.fromkeys(row[1] for row in rows))
    often = [int(re.search(r"\d+", email)[0]) % 3 == 0 for email in numbers]
    return {
        "rows": {
            "customer_id": [str(number) for number in range(1, len(numbers) + 1)],
            "recency_days": [40 if many else 250 for many in often],
            "frequency": [7 if many else 1 for many in often],
            "monetary": [700.0 if many else 25.0 for many in often],
            "segment_id": [0 if many else 1 for many in often],
        }
    }


def test_a_job_that_is_cancelled_ends_and_the_choices_are_kept(visitor, stub, tmp_path):
    left = threading.Event()

    def work_on(handler):
        handler.wfile.write(b'{"waiting": 2}\n{"progress": "Trying 4 segments"}\n')
        handler.wfile.flush()
        handler.rfile.read(1)  # until who asked has left
        left.set()

    stub.target, stub.answers = "", [work_on]
    drop(visitor, write(tmp_path / "shop.csv", shop(), HEADER))
    visitor.get_by_role("checkbox", name="Age").uncheck()
    visitor.get_by_label("Number of segments").select_option("4")
    visitor.get_by_role("button", name="Make segments", exact=True).click()
    expect(visitor.get_by_text("Trying 4 segments")).to_be_visible()
    visitor.get_by_role("button", name="Cancel").click()
    await_part(visitor, "Make segments of these customers")
    assert left.wait(30)
    expect(visitor.get_by_role("checkbox", name="Age")).not_to_be_checked()
    expect(visitor.get_by_label("Number of segments")).to_have_value("4")
    expect(visitor.get_by_role("region", name="Your own segments, on trial")).to_have_count(0)


def test_the_page_loads_nothing_of_training_before_a_file_is_there(page, site, shipped, stub):
    loaded = []
    page.on("request", lambda request: loaded.append(request.url))
    with site.naming(shipped.url, stub.url) as url:
        page.goto(url)
        await_confirmed(page)
        assert [path for path in loaded if "/training" in path or "key.js" in path] == []


def make_at_once(page):
    await_part(page, "Make segments of these customers")
    page.get_by_role("button", name="Make segments", exact=True).click()
    expect(page.get_by_role("heading", name="Your own segments, on trial")).to_be_focused()


def test_of_two_windows_the_one_whose_trial_is_no_longer_kept_says_so_and_discards_no_other(
    visitor, shipped, stub, tmp_path
):
    model = shipped.send("/model").json()
    ids = [segment["id"] for segment in model["segments"]] * 10
    made = {"model": model, "file": "", "card": "", "report": "", "notes": [], "rows": {"segment_id": ids}}
    stub.target, stub.answers = "", [[{"result": made}]]
    path = write(tmp_path / "shop.csv", [[str(i % 7), str(i * i % 90)] for i in range(50)], ["Visits", "Spend"])
    visitor.get_by_label("Choose a CSV file").set_input_files(path)
    make_at_once(visitor)
    expect(visitor.get_by_text("Kept in this browser, even after a reload")).to_be_visible()
    other = visitor.context.new_page()
    flow = Held(other, "**/training/flow.js")
    other.goto(visitor.url)
    banner = "Your own segments, on trial"
    expect(other.get_by_text("Kept in this browser, even after a reload")).to_be_visible()
    other.get_by_role("region", name=banner).get_by_role("button", name="Back to the deployed model").click()
    expect(other.get_by_text("Your trial is kept in this browser: 5 segments of shop.csv.")).to_be_visible()
    assert visitor.evaluate(LEAVES), "it is still kept"
    flow.wait()  # the kept file is opened for the deployed model, and before it is shown another is chosen
    other.get_by_label("Choose a CSV file").set_input_files(path)
    flow.let_go()
    make_at_once(other)
    expect(visitor.get_by_role("region", name=banner)).to_contain_text("The trial is no longer kept")
    assert not visitor.evaluate(LEAVES)
    visitor.get_by_role("button", name="Back to the deployed model").click()
    expect(visitor.get_by_text("Your trial is put aside: 5 segments of shop.csv. The trial is no")).to_be_visible()
    visitor.get_by_role("button", name="Discard it").click()
    other.reload()
    expect(other.get_by_role("region", name=banner)).to_be_visible()
    other.close()


def test_a_trial_of_another_version_of_the_page_is_let_go(visitor):
    visitor.evaluate(
        """async () => {
          const { put } = await import('./customers/store.js');
          await put('trial-model', { json: { hash: 'old' }, notes: [] });
          localStorage.setItem('trial-model', 'shown');
        }"""
    )
    visitor.reload()
    await_confirmed(visitor)
    assert visitor.evaluate("localStorage.getItem('trial-model')") is None
