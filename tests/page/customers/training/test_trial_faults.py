"""What the page says where no segments can be made: the words of each fault; the file and the choices are kept."""

import json
import re

import pytest
from playwright.sync_api import expect

from tests.page.customers.training.test_trial import HEADER, drop, orders, shop
from tests.page.helpers.audience import write
from tests.page.helpers.parts import await_confirmed, await_part
from tests.page.test_accessibility import refusing_port, violations

ORDER, *ORDERS = orders(10)
KEPT = "Your file and your choices are kept."


def problem(kind, detail):
    return {"problem": {"kind": kind, "detail": detail, "status": 500, "title": "x", "type": "about:blank"}}


def ask(page):
    page.get_by_role("button", name="Make segments", exact=True).click()


def chosen(page, path):
    """Choose a file, and something else than the page suggests."""
    drop(page, path)
    page.get_by_role("checkbox", name="Age").uncheck()
    page.get_by_label("Number of segments").select_option("5")


def expect_choices(page):
    expect(page.get_by_role("heading", name="Make segments of these customers")).to_be_visible()
    expect(page.get_by_role("checkbox", name="Age")).not_to_be_checked()
    expect(page.get_by_label("Number of segments")).to_have_value("5")


LASTING = [
    ("memory", "The job needed more than 2 GB of memory: send fewer rows or columns."),
    ("time", "The job took longer than 300 s: send fewer rows or columns, or use the command line."),
    ("data", 'shop.csv: column "Visits": expected customers of several kinds, found one.'),
    ("request", "Option k: expected a number."),
]


def test_what_lasts_is_said_beside_the_choices(visitor, stub, tmp_path):
    chosen(visitor, write(tmp_path / "shop.csv", shop(30), HEADER))
    for kind, detail in LASTING:
        stub.answers = [[{"progress": "Reading"}, problem(kind, detail.replace("shop.csv", "table.csv"))]]
        ask(visitor)
        expect(visitor.get_by_text(f"{detail} {KEPT}")).to_be_visible()
        expect_choices(visitor)
    assert violations(visitor) == []


PASSING = [
    ([problem("busy", "10 jobs are here already; try again in a minute.")], "10 jobs are here already"),
    ([problem("ended", "The job ended by itself, without a result.")], "The job ended by itself"),
    ([{"progress": "Reading"}], "The training service stopped in the middle of the work."),
    ([b"<html>"], "sent something that this page cannot read"),
]


def test_what_may_pass_can_be_tried_again(visitor, stub, tmp_path):
    chosen(visitor, write(tmp_path / "shop.csv", shop(30), HEADER))
    for answer, said in PASSING:
        stub.requests.clear()
        stub.answers = [answer, [problem("data", "Reached.")]]
        ask(visitor)
        expect(visitor.get_by_text(re.compile(f"{said}.*{KEPT}"))).to_be_visible()
        expect(visitor.get_by_role("button", name="Try again"), said).to_be_focused()
        visitor.get_by_role("button", name="Try again").click()
        expect(visitor.get_by_text(f"Reached. {KEPT}"), said).to_be_visible()
        expect_choices(visitor)
        first, second = (body for _, _, body in stub.requests)
        assert first == second, f"{said}: the same is sent again"
    stub.answers = [PASSING[0][0]]
    ask(visitor)
    expect(visitor.get_by_role("button", name="Try again")).to_be_focused()
    assert violations(visitor) == []


def test_a_service_that_is_away_can_be_waited_for(page, site, shipped, tmp_path):
    with refusing_port() as port, site.naming(shipped.url, f"http://127.0.0.1:{port}") as url:
        page.goto(url)
        await_confirmed(page)
        chosen(page, write(tmp_path / "shop.csv", shop(30), HEADER))
        ask(page)
        expect(page.get_by_text(f"The training service cannot be reached. {KEPT}")).to_be_visible()
        page.get_by_role("button", name="Cancel").click()
        expect_choices(page)


def test_a_job_that_waits_says_its_place_and_one_that_takes_long_its_seconds(context, visitor, stub, tmp_path):
    def wait(handler):
        handler.wfile.write(b'{"waiting": 3}\n{"waiting": 1}\n')
        handler.wfile.flush()
        stub.released.wait(30)
        handler.wfile.write(b'{"progress": "Trying 4 segments"}\n')
        handler.wfile.flush()
        handler.rfile.read(1)

    stub.answers = [wait]
    context.clock.install()
    chosen(visitor, write(tmp_path / "shop.csv", shop(30), HEADER))
    ask(visitor)
    expect(visitor.get_by_text("Waiting: yours is next")).to_be_visible()
    stub.released.set()
    expect(visitor.get_by_text("Trying 4 segments")).to_be_visible()
    context.clock.run_for(42_000)
    expect(visitor.get_by_text("Trying 4 segments · 42 s")).to_be_visible()


def test_a_file_too_large_is_not_sent_but_said(visitor, stub, tmp_path):
    rows = [[f"c{number}", f"{number % 97}.{'7' * 6000}"] for number in range(6000)]
    drop(visitor, write(tmp_path / "large.csv", rows, ["customer id", "score"]))
    ask(visitor)
    expect(
        visitor.get_by_text(re.compile(r"There are 3\d MB to send, and the training service takes 32 MB"))
    ).to_be_visible()
    assert stub.requests == []


def test_a_model_of_another_version_is_not_shown(visitor, stub, tmp_path):
    result = {"model": {"hash": "new"}, "file": "", "card": "", "report": "", "notes": [], "rows": {"segment_id": []}}
    stub.answers = [[{"result": result}]]
    chosen(visitor, write(tmp_path / "shop.csv", shop(30), HEADER))
    ask(visitor)
    expect(visitor.get_by_text("The training service and this page are of different versions")).to_be_visible()
    expect_choices(visitor)
    expect(visitor.get_by_role("heading", name="Your own segments, on trial")).to_have_count(0)


def test_a_key_is_asked_for_and_the_job_goes_on_with_it(visitor, stub, tmp_path):
    detail = "Expected the key of this training service, found none or another; use the link that deploy.sh printed."

    def guard(handler):
        right = handler.headers["Authorization"] == "Bearer k3y"
        said = problem("data", "Reached.") if right else problem("key", detail)
        handler.wfile.write(json.dumps(said).encode() + b"\n")

    stub.answers = [guard]
    chosen(visitor, write(tmp_path / "shop.csv", shop(30), HEADER))
    ask(visitor)
    await_part(visitor, "The training service asks for its key")
    assert violations(visitor) == []
    field = visitor.get_by_label("Key, or the link that carries it")
    field.fill("two words")
    field.press("Enter")
    expect(field).to_have_js_property("validity.customError", True)
    field.fill("https://shop.example/index.html#training-key=k3y")
    field.press("Enter")
    expect(visitor.get_by_text(f"Reached. {KEPT}")).to_be_visible()
    expect_choices(visitor)


def test_a_date_that_can_be_read_in_two_ways_is_settled_by_the_field_that_the_message_names(visitor, stub, tmp_path):
    said = 'table.csv: column "Created at": every date could be %d/%m/%Y or %m/%d/%Y; say which with --date-format'
    stub.answers = [[problem("data", said)]]
    turned = [[*row[:3], "01/02/2024", *row[4:]] for row in ORDERS]
    drop(visitor, write(tmp_path / "orders.csv", turned, ORDER))
    ask(visitor)
    words = 'orders.csv: column "Created at": every date could be day/month/year or month/day/year; say which with '
    expect(visitor.get_by_text(f"{words}“Dates are written”. {KEPT}")).to_be_visible()
    dates = visitor.get_by_label("Dates are written").filter(visible=True)
    dates.select_option("Day first: 31/12/2024")
    ask(visitor)
    expect(visitor.get_by_text(KEPT)).to_be_visible()
    assert "date-format=%25d%2F%25m%2F%25Y" in stub.requests[-1][0]
    assert "date-format" not in stub.requests[0][0]


def test_orders_without_names_of_columns_are_read_anew_where_segments_are_made(visitor, stub, tmp_path):
    rows = "".join(f"c{n % 9}@x.org,2024-01-{n % 28 + 1:02d},{n}\n" for n in range(30))
    path = tmp_path / "orders.csv"
    path.write_text(rows)
    drop(visitor, path)
    expect(visitor.get_by_text("The first row looks like data.")).to_be_visible()
    visitor.get_by_role("checkbox", name="The first row names the columns").uncheck()
    expect(visitor.get_by_text("The first row looks like data.")).to_have_count(0)
    visitor.get_by_role("radio", name="an order").check()
    for place, name in enumerate(("Customer", "Date", "Amount"), 1):
        visitor.get_by_role("combobox", name=name, exact=True).select_option(f"Column {place}")
    with visitor.expect_response("**/fit?*"):
        ask(visitor)
    assert b"Column 1,Column 2,Column 3\n1,2024-01-01,0\n" in stub.requests[-1][2].replace(b"\r", b"")


def test_too_few_and_too_many_columns_have_their_words(visitor, stub, tmp_path):
    header = ["id", *(f"measure {number}" for number in range(31)), "same", "Last order"]
    rows = [
        [f"c{row}", *(str((row * column) % 37 / 2) for column in range(1, 32)), "1", f"{row % 28 + 1} March 2024"]
        for row in range(40)
    ]
    drop(visitor, write(tmp_path / "wide.csv", rows, header))
    boxes = visitor.get_by_role("group", name="Columns that make the segments").get_by_role("checkbox")
    expect(boxes).to_have_count(31)
    assert sum(box.is_checked() for box in boxes.all()) == 12
    boxes.nth(20).check()
    expect(visitor.get_by_text("With more than 12 columns")).to_be_visible()
    boxes.evaluate_all("boxes => boxes.filter(({ checked }) => !checked).forEach((box) => box.click())")
    ask(visitor)
    expect(boxes.nth(0)).to_have_js_property("validationMessage", "Choose at most 30 columns.")
    boxes.evaluate_all("boxes => boxes.slice(1).forEach((box) => box.click())")
    expect(visitor.get_by_text("With one column the segments are ranges of its values.")).to_be_visible()
    boxes.nth(0).uncheck()
    ask(visitor)
    expect(boxes.nth(0)).to_have_js_property("validationMessage", "Choose at least one column.")
    assert stub.requests == []
    visitor.get_by_text("Columns that are not offered").click()
    expect(visitor.get_by_text("id only tells rows apart.")).to_be_visible()
    expect(visitor.get_by_text("same is the same in every row.")).to_be_visible()
    expect(visitor.get_by_text("Last order holds dates in words or short years")).to_be_visible()
    expect(visitor.get_by_text("python -m training fit TABLE --as-of 2024-12-31")).to_be_visible()


def test_the_way_to_segments_is_gone_by_keyboard_alone(visitor, stub, tmp_path):
    stub.answers = [[problem("data", "Reached.")]]
    drop(visitor, write(tmp_path / "shop.csv", shop(30), HEADER))
    press = visitor.keyboard.press

    def tab_to(locator):
        for _ in range(40):
            press("Tab")
            if locator.evaluate("node => node === document.activeElement"):
                return
        raise AssertionError

    tab_to(visitor.get_by_role("radio", name="a customer"))
    tab_to(visitor.get_by_role("checkbox", name="Age"))
    press("Space")
    tab_to(visitor.get_by_label("Number of segments"))
    press("ArrowDown")
    tab_to(visitor.get_by_role("region", name="First row as it is sent"))
    tab_to(visitor.get_by_role("button", name="Make segments", exact=True))
    press("Enter")
    expect(visitor.get_by_text(f"Reached. {KEPT}")).to_be_visible()
    assert "k=2" in stub.requests[0][0]
    assert b"Age" not in stub.requests[0][2]


def test_a_table_without_numbers_has_its_words_and_sends_nothing(visitor, stub, tmp_path):
    drop(visitor, write(tmp_path / "words.csv", [[f"c{row}", "red"] for row in range(9)], ["id", "colour"]))
    expect(visitor.get_by_text("No column holds numbers that tell kinds of customers apart.")).to_be_visible()
    ask(visitor)
    expect(visitor.get_by_role("radio", name="a customer")).to_have_js_property("validity.customError", True)
    assert stub.requests == []


@pytest.mark.parametrize(("rows", "header", "kind"), [(shop(30), HEADER, "a customer"), (ORDERS, ORDER, "an order")])
def test_axe_finds_nothing_in_the_choices_of_customers_and_of_orders(visitor, tmp_path, rows, header, kind):
    drop(visitor, write(tmp_path / "shop.csv", rows, header))
    expect(visitor.get_by_role("radio", name=kind)).to_be_checked()
    for width, scheme in [(320, "light"), (1440, "dark")]:
        visitor.emulate_media(color_scheme=scheme)
        visitor.set_viewport_size({"width": width, "height": 900})
        assert violations(visitor) == [], (width, scheme)
        assert visitor.evaluate("document.documentElement.scrollWidth") == width
