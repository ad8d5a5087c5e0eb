"""The questions of a campaign and of movement: what they ask for, how they fail, and that nothing chosen is lost."""

import json
import re

import pytest
from playwright.sync_api import expect

from tests.page.helpers.audience import choose_by_key, download, rows_of
from tests.page.helpers.campaigns import MEASURED, MOVED, choose, files, problem
from tests.page.helpers.modules import call_each
from tests.page.helpers.parts import await_confirmed, await_part
from tests.page.helpers.training_stub import standing_in
from tests.page.test_accessibility import LOOKS, violations

DATES = 'orders.csv: column "order_date": every date could be %d/%m/%Y or %m/%d/%Y; say which with --date-format'
ENDS = "the newest order is from 2026-05-28, so name the last day with --to"
FOCUSED = "node => node === document.activeElement"


@pytest.fixture
def stub():
    with standing_in() as stub:
        stub.answers = [[{"progress": "Comparing the groups"}, {"result": MEASURED}]]
        yield stub


@pytest.fixture
def paths(tmp_path):
    return files(tmp_path)


def compare(page):
    page.get_by_role("button", name="Compare the groups").click()


def asked(stub):
    return [path for path, _, _ in stub.requests if path.startswith(("/measure", "/movement"))]


def alert(page, text):
    return page.get_by_role("alert").filter(has_text=text)


def test_nothing_of_it_is_loaded_before_it_is_asked_for(visitor):
    loaded: list[str] = []
    visitor.on("request", lambda request: loaded.append(request.url))
    visitor.reload()
    await_confirmed(visitor)
    visitor.get_by_role("link", name="Campaigns").click()
    await_part(visitor, "Campaigns")
    assert [url for url in loaded if "/campaigns/" in url or "/training" in url] == []
    visitor.get_by_role("button", name="Choose the two files").click()
    expect(visitor.get_by_label("Assignment")).to_be_focused()
    assert [url for url in loaded if "/campaigns/" in url]


def test_customers_are_told_apart_by_their_id_or_else_by_their_address_as_in_orders(blank):
    headers = [["E-mail", "Customer ID"], ["Zip", "E-mail"], ["Zip"]]
    calls = [(header, []) for header in headers]
    assert call_each(blank, "customers/campaigns/asked/columns:customerIn", calls) == [1, 1, -1]


def test_without_a_training_service_the_commands_are_all_there_is(page, address):
    page.goto(address)
    await_confirmed(page)
    part = page.get_by_role("region", name="Campaigns")
    expect(part.get_by_role("button")).to_have_count(0)
    expect(part.get_by_text("python -m training measure")).to_be_visible()
    expect(part.get_by_text("These figures come from the command line")).to_be_visible()


def test_an_error_that_names_an_option_leads_to_its_control_and_keeps_everything(visitor, stub, paths):
    stub.answers = [[problem("data", ENDS)], [problem("data", DATES)], [{"result": MEASURED}]]
    choose(visitor, paths, "Assignment", "Orders")
    compare(visitor)
    expect(
        alert(visitor, "The newest order is from 2026-05-28, so choose an earlier day under “Last day that counts”.")
    ).to_be_visible()
    expect(visitor.get_by_label("Last day that counts")).to_be_focused()
    visitor.get_by_label("Last day that counts").fill("2026-05-28")
    compare(visitor)
    expect(
        alert(visitor, "every date could be day/month/year or month/day/year; say which with “Dates are written”")
    ).to_be_visible()
    dates = visitor.get_by_label("Dates are written")
    expect(dates).to_be_focused()
    assert violations(visitor) == []
    dates.select_option("Month first: 12/31/2024")
    compare(visitor)
    await_part(visitor, "What the campaign spring changed")
    expect(alert(visitor, "every date")).to_have_count(0)
    _, first, second = asked(stub)
    assert "date-format" not in first
    assert "date-format=%25m" in second
    assert "from=2026-05-01&to=2026-05-28" in second


def test_whatever_fails_is_said_and_the_same_files_can_be_compared_again(visitor, stub, paths):
    faults = [
        ([{"progress": "Reading the orders"}], "stopped in the middle"),
        ([{"result": {**MEASURED, "all": None}}], "cannot be read (all: expected an object)"),
        ([problem("busy", "Nine jobs wait already: try again in a minute.")], "Nine jobs wait already"),
        ([problem("data", "the newest order is from 2026-05-02, before the window ends")], "The newest order is from"),
    ]
    stub.answers = [*(answer for answer, _ in faults), [{"result": MEASURED}]]
    choose(visitor, paths, "Assignment", "Orders")
    for _, said in faults:
        compare(visitor)
        expect(alert(visitor, said)).to_be_visible()
        expect(visitor.get_by_role("button", name="Compare the groups")).to_be_focused()
    compare(visitor)
    await_part(visitor, "What the campaign spring changed")


def test_a_service_that_asks_for_its_key_is_asked_again_with_it(visitor, stub, paths):
    stub.answers = [[problem("key", "Expected the key of this training service, found none.")], [{"result": MEASURED}]]
    choose(visitor, paths, "Assignment", "Orders")
    compare(visitor)
    expect(visitor.get_by_label("Key, or the link that carries it")).to_be_focused()
    assert violations(visitor) == []
    visitor.keyboard.type("opensesame")
    visitor.keyboard.press("Enter")
    await_part(visitor, "What the campaign spring changed")
    assert "Bearer opensesame" in stub.requests[-1][1]


def test_a_comparison_can_be_cancelled_and_begun_again(visitor, stub, paths):
    def wait(handler):
        handler.wfile.write(json.dumps({"waiting": 2}).encode() + b"\n")
        handler.wfile.flush()
        stub.released.wait()

    stub.answers = [wait, [{"result": MEASURED}]]
    choose(visitor, paths, "Assignment", "Orders")
    card = visitor.get_by_role("region", name="What did a campaign change?")
    before = card.evaluate("node => [node.offsetTop, node.offsetHeight]")
    compare(visitor)
    expect(visitor.get_by_text("Waiting: 1 job before yours")).to_be_visible()
    assert card.evaluate("node => [node.offsetTop, node.offsetHeight]") == before, "nothing moves"
    expect(visitor.get_by_role("button", name="Cancel")).to_be_focused()
    assert violations(visitor) == []
    visitor.keyboard.press("Enter")
    expect(visitor.get_by_role("button", name="Compare the groups")).to_be_focused()
    expect(visitor.get_by_role("progressbar")).to_have_count(0)
    visitor.keyboard.press("Enter")
    await_part(visitor, "What the campaign spring changed")


def test_another_file_than_the_one_that_is_asked_for_is_refused_here(visitor, stub, paths):
    visitor.get_by_role("button", name="Choose the two files").click()
    visitor.get_by_label("Assignment").set_input_files(paths["Orders"])
    expect(alert(visitor, "Expected the columns segment_id, segment, segment_name")).to_be_visible()
    visitor.get_by_label("Orders", exact=True).set_input_files(paths["Orders"])
    visitor.get_by_label("First day that counts").fill("2026-05-01")
    visitor.get_by_label("Last day that counts").fill("2026-05-28")
    compare(visitor)
    visitor.get_by_label("Assignment").set_input_files(paths["Assignment"])
    expect(alert(visitor, "Expected the columns")).to_have_count(0)
    compare(visitor)
    await_part(visitor, "What the campaign spring changed")
    assert len(asked(stub)) == 1


def test_days_before_the_draw_and_days_in_the_wrong_order_are_not_sent(visitor, stub, paths):
    choose(visitor, paths, "Assignment", "Orders")
    first, last = visitor.get_by_label("First day that counts"), visitor.get_by_label("Last day that counts")
    expect(first).to_have_value("2026-05-01")
    expect(last).to_have_value("2026-05-30")
    first.fill("2026-04-30")
    compare(visitor)
    assert "drawn on 2026-05-01" in first.evaluate("node => node.validationMessage")
    first.fill("2026-05-10")
    last.fill("2026-05-09")
    compare(visitor)
    assert "before the first one" in last.evaluate("node => node.validationMessage")
    last.fill("2999-01-01")
    compare(visitor)
    assert last.evaluate("node => node.validity.rangeOverflow")
    assert asked(stub) == []


def test_cells_that_must_not_leave_are_counted_beside_the_result(visitor, paths):
    text = paths["Orders"].read_text().replace(",5.5\n", ",call Anna Müller\n")
    paths["Orders"].write_text(text)
    choose(visitor, paths, "Assignment", "Orders")
    compare(visitor)
    expect(visitor.get_by_text("orders.csv: 1 cell of amount stayed here and counted as empty")).to_be_visible()


def test_customers_named_by_address_are_the_same_in_both_files_whatever_the_case(visitor, stub, paths):
    paths["Assignment"].write_text(paths["Assignment"].read_text().replace("@shop.example", "@SHOP.example"))
    choose(visitor, paths, "Assignment", "Orders")
    for label, column in (("Assignment", "E-mail"), ("Orders", "email")):
        place = visitor.locator(".drop").filter(has=visitor.get_by_label(label, exact=True))
        place.get_by_text("Columns:").click()
        place.get_by_role("combobox", name=re.compile("^Customer")).select_option(column)
    compare(visitor)
    await_part(visitor, "What the campaign spring changed")
    body = stub.requests[-1][2].decode()
    tables = re.findall(r"; filename=.*?\r\n\r\n(.*?)\r\n--", body, re.DOTALL)
    assigned, ordered = ([line.split(",")[0] for line in table.splitlines()[1:]] for table in tables)
    assert assigned == [str(number) for number in range(1, 61)]
    assert set(ordered) == set(assigned)


def test_customers_whom_no_order_knows_are_asked_about(visitor, stub, paths):
    nobody = {name: {**MEASURED["all"][name], "buyers": 0} for name in ("treated", "control")}
    stub.answers = [[{"result": {**MEASURED, "all": {**MEASURED["all"], **nobody}}}]]
    choose(visitor, paths, "Assignment", "Orders")
    compare(visitor)
    expect(visitor.get_by_text("Do both files name customers by the same column")).to_be_visible()


def test_who_moved_are_rows_of_the_later_file_with_what_the_service_says(visitor, stub, paths):
    stub.answers = [[{"result": MOVED}]]
    choose(visitor, paths, "Then", "Now")
    visitor.get_by_role("button", name="Compare the tables").click()
    await_part(visitor, "Who moved between may.csv and june.csv")
    header, *movers = rows_of(download(visitor, "Download who moved"))
    assert header[-2:] == ["segment_then", "near_border"]
    assert [(row[0], *row[-2:]) for row in movers] == [("K1", "At risk", "true"), ("K3", "Champions", "false")]
    assert download(visitor, "Download the report").decode() == "<!doctype html><title>may.csv and june.csv</title>"


def test_axe_finds_nothing_and_everything_fits_in_both_answers(visitor, stub, paths):
    stub.answers = [[{"result": MEASURED}], [{"result": MOVED}]]
    choose(visitor, paths, "Assignment", "Orders")
    compare(visitor)
    await_part(visitor, "What the campaign spring changed")
    visitor.get_by_role("button", name="Choose the two tables").click()
    visitor.get_by_label("Then", exact=True).set_input_files(paths["Then"])
    visitor.get_by_label("Now", exact=True).set_input_files(paths["Now"])
    expect(visitor.get_by_text("Worth = monetary")).to_have_count(2)
    visitor.get_by_role("button", name="Compare the tables").click()
    await_part(visitor, "Who moved between may.csv and june.csv")
    for summary in ("The figures by segment", "The flows one by one"):
        details = visitor.locator("details").filter(has_text=summary)
        details.evaluate("node => { node.open = true; }")
    figures = visitor.get_by_role("region", name="Buyers and revenue by segment")
    for width, scheme in LOOKS:
        visitor.emulate_media(color_scheme=scheme)
        visitor.set_viewport_size({"width": width, "height": 900})
        assert violations(visitor) == [], (width, scheme)
        assert visitor.evaluate("document.documentElement.scrollWidth") == width
        assert figures.evaluate("(node) => node.scrollWidth <= node.clientWidth"), f"out of sight at {width}"


@pytest.mark.parametrize("width", [320, 768])
def test_a_matrix_of_many_segments_is_readable_breaks_no_number_and_is_printed(visitor, stub, paths, width):
    visitor.set_viewport_size({"width": width, "height": 900})
    segments = [{"id": n, "slug": f"s{n}", "name": f"High-spending, seldom seen {n}"} for n in range(12)]
    matrix = [[900 if row == column else 5 for column in range(12)] for row in range(12)]
    each = {"lost": [0] * 12, "new": [0] * 12, "kept": [0.9] * 12}
    stub.answers = [[{"result": {**MOVED, **each, "segments": segments, "matrix": matrix, "flows": []}}]]
    choose(visitor, paths, "Then", "Now")
    visitor.get_by_role("button", name="Compare the tables").click()
    await_part(visitor, "Who moved between may.csv and june.csv")
    visitor.emulate_media(media="print")
    expect(visitor.locator(".matrix")).to_be_visible()
    expect(visitor.get_by_role("button", name="Compare the tables")).to_be_hidden()
    visitor.emulate_media(media="screen")
    expect(visitor.locator(".matrix")).to_be_visible(visible=width == 768)
    visitor.locator("details").filter(has_text="From segment").evaluate("node => { node.open = true; }")
    assert violations(visitor) == []
    lines = visitor.locator(".matrix .same").first.evaluate("""(cell) => {
      const range = document.createRange();
      range.selectNodeContents(cell.lastChild);
      return new Set([...range.getClientRects()].map(({ top }) => top)).size;
    }""")
    assert lines == 1


def test_the_keyboard_alone_chooses_both_files_and_reads_the_answer(visitor, paths):
    visitor.get_by_role("button", name="Choose the two files").focus()
    visitor.keyboard.press("Enter")
    expect(visitor.get_by_label("Assignment")).to_be_focused()
    for label in ("Assignment", "Orders"):
        while not visitor.get_by_label(label, exact=True).evaluate(FOCUSED):
            visitor.keyboard.press("Tab")
        choose_by_key(visitor, paths[label])
    expect(visitor.get_by_text("Columns: Customer = customer_id")).to_have_count(2)
    while not visitor.get_by_role("button", name="Compare the groups").evaluate(FOCUSED):
        visitor.keyboard.press("Tab")
    visitor.keyboard.press("Enter")
    await_part(visitor, "What the campaign spring changed")
    visitor.keyboard.press("Tab")
    expect(visitor.get_by_text("The figures by segment")).to_be_focused()
    visitor.keyboard.press("Tab")
    expect(visitor.get_by_role("region", name="Buyers and revenue by segment")).to_be_focused()
    visitor.keyboard.press("Tab")
    expect(visitor.get_by_role("button", name="Download the report")).to_be_focused()


def test_a_file_may_be_dropped_on_its_place(visitor):
    visitor.get_by_role("button", name="Choose the two tables").click()
    visitor.get_by_label("Then", exact=True).evaluate("""(input) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File(['customer_id,monetary\\n1,2\\n'], 'old.csv'));
      input.dispatchEvent(new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer }));
    }""")
    expect(
        alert(visitor, "Expected the columns segment_id, segment, segment_name, borderline, and model")
    ).to_be_visible()


def test_right_to_left_the_scale_stays_under_the_intervals(visitor, paths):
    visitor.evaluate("document.documentElement.dir = 'rtl'")
    choose(visitor, paths, "Assignment", "Orders")
    compare(visitor)
    await_part(visitor, "What the campaign spring changed")
    picture = visitor.get_by_role("figure").filter(has_text="How many more")
    zero = picture.locator("line.zero").first.bounding_box()
    mark = picture.locator(".marks").get_by_text("0", exact=True).bounding_box()
    assert abs(zero["x"] + zero["width"] / 2 - mark["x"] - mark["width"] / 2) < 2
    assert visitor.evaluate("document.documentElement.scrollWidth") == 1280
