"""What a first visit loads: little before the answer, the rest after it, and what nobody asks for not at all."""

import gzip
import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Response, Route, expect

from tests.helpers import models, published
from tests.helpers.service import ROOT
from tests.page.helpers.audience import FEATURES, choose, score, write
from tests.page.helpers.parts import (
    STANDARD,
    Held,
    answer,
    answer_with,
    await_confirmed,
    await_part,
    box,
    cards,
    slider,
    verdict,
)

AFTER = ["map/map.js", "customer/confirmation.js", "customer/changes.js"]
"""What follows the answer; each brings what it imports."""
ON_DEMAND = ["customer/cards.js", "customers/shop.js", "customers/table/numbers.js"]
ICON = """async () => {
  const picture = new Image();
  picture.src = document.querySelector('link[rel=icon]').href;
  await picture.decode();
  return picture.naturalWidth;
}"""
MOST_FILES = 12
"""Before the answer is shown."""
MOST_MEGABYTES = 0.045
MOST_DOLLARS = 12
"""A million visits, with all that is in sight."""
AS_FAR = "of these as far as the answer, all that a phone loads at first"
README = (ROOT / "README.md").read_text()

pytestmark = pytest.mark.usefixtures("context")
"""A first visit is that of a visitor who has nothing of the page."""


@pytest.fixture
def bodies(page: Page, address: str) -> dict[str, bytes]:
    """Return what the page's own address sends from now on, by path."""
    bodies: dict[str, bytes] = {}

    def keep(response: Response) -> None:
        if response.url.startswith(address):
            bodies[urlsplit(response.url).path.lstrip("/") or "index.html"] = response.body()

    page.on("response", keep)
    return bodies


def stated(what: str) -> tuple[int, object]:
    """Return the files and about the megabytes of a row of README's table of costs, whose dollars are their sum."""
    row = re.search(rf"^\| {what} \| (\d+) files .*?, (0\.\d+) MB .*? \| (\d+\.\d+) \|$", README, re.MULTILINE)
    files, megabytes = int(row[1]), float(row[2])
    assert float(row[3]) == round(dollars(files, megabytes), 2)
    return files, pytest.approx(megabytes, abs=0.001)


def dollars(files: int, megabytes: float) -> float:
    """Return what a million visits cost, by README's prices."""
    return files * 0.4 + megabytes * 120


def sums(bodies: dict[str, bytes]) -> tuple[int, float]:
    """Return how many files, and how many megabytes the bucket sends for them."""
    sent = [gzip.compress(published.page.condensed(body)) for body in bodies.values()]
    return len(bodies), sum(len(body) for body in sent) / 1e6


def test_the_answer_is_shown_before_anything_else_is_fetched(page, address, bodies):
    held = [Held(page, f"**/{module}") for module in AFTER]
    page.goto(address + STANDARD)
    expect(verdict(page)).to_have_text("Standard")
    expect(answer(page)).to_contain_text("Preview")
    for request in held:
        request.wait()
    preloaded = page.locator("link[rel=modulepreload]").evaluate_all(
        "links => links.map((link) => link.attributes.href.value)"
    )
    assert set(bodies) == {"index.html", "style.css", "app.js", *preloaded}
    files, megabytes = sums(bodies)
    assert files <= MOST_FILES
    assert (files, megabytes) == stated(AS_FAR)
    for request in held:
        request.let_go()
    await_confirmed(page)


def test_the_readme_s_sum_of_a_first_visit_is_what_is_loaded(page, address, bodies):
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(address)
    await_confirmed(page)
    page.wait_for_load_state("networkidle")
    assert not set(bodies) & set(ON_DEMAND)
    assert page.evaluate(ICON) > 0
    files, megabytes = sums(bodies)
    assert megabytes <= MOST_MEGABYTES
    assert dollars(files, megabytes) <= MOST_DOLLARS
    assert (files, megabytes) == stated("a million first visits of the page, with all that is in sight")


@pytest.mark.parametrize("sign", ["scrolled to", "scrolled past", "printed", "segment visited"])
def test_on_a_phone_what_follows_the_answer_is_loaded_once_it_is_needed(page, address, bodies, sign):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(address)
    expect(verdict(page)).to_have_text("Standard")
    page.wait_for_load_state("networkidle")
    assert sums(bodies) == stated(AS_FAR)
    if sign == "scrolled to":
        page.get_by_role("heading", name="One customer").scroll_into_view_if_needed()
    elif sign == "scrolled past":
        page.get_by_role("heading", name="What would change it").scroll_into_view_if_needed()
    elif sign == "printed":
        page.evaluate("() => { window.print = () => document.querySelector('.plane').classList.add('printed'); }")
        page.get_by_role("button", name="Print").click()
        expect(page.locator(".plane.printed")).to_have_count(1)
    else:
        page.get_by_role("button", name="Careful", exact=True).click()
        expect(page.get_by_role("slider", name="Customer on the map")).to_be_focused()
    await_confirmed(page)


@pytest.mark.parametrize("module", ["map/geometry.js", "customer/confirmation.js", "customer/changes.js"])
def test_the_answer_stays_where_what_follows_cannot_be_loaded(page, address, module):
    page.route(f"**/{module}", lambda route: route.abort())
    page.goto(address + STANDARD)
    expect(page.get_by_role("alert")).to_contain_text("A part of this page could not be loaded")
    expect(verdict(page)).to_have_text("Standard")
    expect(answer(page)).to_contain_text("Preview only · a part could not be loaded")


@pytest.mark.parametrize(("missing", "address_is_left"), [("app.js", False), ("model", True)])
def test_a_link_at_the_top_takes_the_focus_to_its_part_once_that_is_there(page, address, missing, address_is_left):
    held = Held(page, f"**/{missing}")
    page.goto(address + STANDARD, wait_until="commit")
    if missing == "model":
        expect(page.get_by_text("Loading the model")).to_be_visible()
    page.get_by_role("link", name="Campaigns").click()
    held.let_go()
    await_part(page, "Campaigns")
    expect(page.get_by_role("heading", name="Campaigns")).to_be_in_viewport()
    assert page.url.endswith(STANDARD) == address_is_left


def test_a_number_typed_before_its_reader_is_there_is_not_lost(page, address):
    held = Held(page, "**/numbers.js")
    page.goto(address + STANDARD)
    await_confirmed(page)
    box(page, "Spending score").fill("10")
    slider(page, "Annual income").fill("80")
    expect(box(page, "Annual income")).to_have_value("80")
    held.let_go()
    page.wait_for_url("**/#annual_income=80&spending_score=10")
    expect(box(page, "Spending score")).to_have_value("10")
    expect(slider(page, "Spending score")).to_have_value("10")


def test_what_is_chosen_before_its_part_is_there_is_not_lost(page, address):
    held = Held(page, "**/customers/shop.js")
    page.goto(address + STANDARD)
    page.get_by_role("button", name="Make an audience: Careful").click()
    rows = b"annual_income,spending_score\n80,90\n"
    page.get_by_label("Choose a CSV file").set_input_files({"name": "few.csv", "mimeType": "text/csv", "buffer": rows})
    held.let_go()
    expect(page.get_by_role("heading", name="Match the columns")).to_be_visible()
    expect(page.get_by_text("the audience of Careful")).to_be_visible()


@pytest.mark.parametrize("sign", ["pointer", "focus", "dragged file"])
def test_what_works_on_a_file_is_loaded_with_the_first_sign_of_one(page, address, sign):
    page.goto(address + STANDARD)
    await_confirmed(page)
    with page.expect_request("**/customers/shop.js"):
        if sign == "pointer":
            page.get_by_label("Choose a CSV file").hover()
        elif sign == "focus":
            page.get_by_label("Choose a CSV file").focus()
        else:
            page.dispatch_event("body", "dragenter")


def test_a_file_that_is_kept_is_opened_by_a_page_that_nobody_touches(page, address, tmp_path):
    page.goto(address)
    choose(page, write(tmp_path / "few.csv", [["80", "90"]] * 3, FEATURES))
    score(page)
    expect(page.get_by_text("Kept in this browser")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="Result")).to_be_visible()


def test_another_model_takes_over_what_was_loaded_after_the_answer(page, open_model):
    open_model(models.square())
    await_confirmed(page)
    expect(cards(page).first).to_contain_text("Kind 0")

    def other(route: Route) -> None:
        model = route.fetch().json()
        segments = [{**each, "name": f"Sort {each['id']}"} for each in model["segments"]]
        answer_with(route, {**model, "hash": "e" * 12, "segments": segments})

    page.route("**/model", other)
    page.route("**/segment", lambda route: answer_with(route, {"title": "Unprocessable Content", "status": 422}, 422))
    mark = page.get_by_role("slider", name="Customer on the map")
    mark.press("ArrowRight")
    expect(verdict(page)).to_contain_text("Sort")
    expect(mark).to_be_focused()
    expect(page.get_by_role("group", name="Decision map")).to_contain_text("Sort 0")
    expect(cards(page).first).to_contain_text("Sort 0")
    page.unroute_all(behavior="wait")
