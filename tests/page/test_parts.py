"""Parts that are loaded on demand, where a module cannot be: each says so in its place, and comes at a later try."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.helpers.service import Service
from tests.page.helpers.parts import Held, answer, box, verdict
from tests.page.helpers.site import Site
from tests.page.helpers.training_stub import Stub

CUSTOMERS = {"name": "few.csv", "mimeType": "text/csv", "buffer": b"annual_income,spending_score\n80,90\n"}


class Part(NamedTuple):
    """A module, what a visitor does to need it, and what they see once it is there."""

    module: str
    ask: Callable[[Page], object]
    sight: Callable[[Page], Locator]


def choose_file(page: Page) -> None:
    """Choose a file, which loads all that works on one."""
    page.get_by_label("Choose a CSV file").set_input_files(CUSTOMERS)


def columns(page: Page) -> Locator:
    """Return the heading of the first step."""
    return page.get_by_role("heading", name="Match the columns")


PARTS = [
    Part("map/geometry.js", lambda _: None, lambda page: page.get_by_role("slider", name="Customer on the map")),
    Part(
        "customer/cards.js",
        lambda page: page.get_by_role("heading", name="The segments", exact=True).scroll_into_view_if_needed(),
        lambda page: page.get_by_role("button", name="Show its typical customer").first,
    ),
    Part("customers/shop.js", choose_file, columns),
    Part("customers/steps/match.js", choose_file, columns),
    Part("customers/training/flow.js", choose_file, columns),
    Part(
        "customer/names.js",
        lambda page: page.get_by_text("Rename the segments").click(),
        lambda page: page.get_by_role("textbox", name="Careful"),
    ),
    Part(
        "campaigns/measuring.js",
        lambda page: page.get_by_role("button", name="Choose the two files").click(),
        lambda page: page.get_by_label("Assignment", exact=True),
    ),
]


@pytest.fixture
def url(site: Site, shipped: Service, stub: Stub) -> Iterator[str]:
    """Yield the address of the page with a training service."""
    with site.naming(shipped.url, stub.url) as url:
        yield url


def without(page: Page, url: str, part: Part) -> None:
    """Ask for a part whose module cannot be loaded."""
    page.route(f"**/{part.module}", lambda route: route.abort())
    page.goto(url)
    expect(verdict(page)).to_be_visible()
    part.ask(page)
    expect(page.get_by_role("alert").filter(has_text="A part of this page could not be loaded")).to_be_visible()


def again(page: Page) -> Locator:
    """Return the button that loads the page again."""
    return page.get_by_role("button", name="Load the page again")


@pytest.mark.parametrize("part", PARTS, ids=[part.module for part in PARTS])
def test_a_part_comes_when_its_module_can_be_loaded_again_or_the_page_is_loaded_anew(page, url, part):
    without(page, url, part)
    expect(again(page)).to_be_hidden()
    page.unroute(f"**/{part.module}")
    page.get_by_role("button", name="Try again").click()
    expect(part.sight(page).or_(again(page)).first).to_be_visible()
    if again(page).is_visible():  # a browser that keeps a module's failure, as Chromium did until 150
        again(page).click()
        expect(verdict(page)).to_be_visible()
        part.ask(page)
    expect(part.sight(page)).to_be_visible()
    expect(page.get_by_text("could not be loaded")).to_have_count(0)


@pytest.mark.parametrize("part", PARTS, ids=[part.module for part in PARTS])
def test_after_one_try_in_vain_the_page_is_offered_to_be_loaded_again(page, url, part):
    without(page, url, part)
    page.get_by_role("button", name="Try again").press("Enter")
    expect(again(page)).to_be_focused()
    page.unroute(f"**/{part.module}")
    again(page).press("Enter")
    expect(again(page)).to_have_count(0)
    expect(verdict(page)).to_be_visible()
    part.ask(page)
    expect(part.sight(page)).to_be_visible()


def test_a_part_that_takes_long_is_said_to_be_loading(visitor):
    held = Held(visitor, "**/customer/names.js")
    visitor.get_by_text("Rename the segments").click()
    part = visitor.get_by_role("region", name="The segments")
    expect(part.get_by_text("Loading…")).to_be_visible()
    held.let_go()
    expect(part.get_by_role("textbox", name="Careful")).to_be_visible()
    expect(part.get_by_text("Loading…")).to_have_count(0)


def test_a_template_that_cannot_be_loaded_is_saved_at_a_later_try(page, url):
    template = Part(
        "steps/template.js", lambda page: page.get_by_role("button", name="Download a template").click(), again
    )
    without(page, url, template)
    page.get_by_role("button", name="Try again").click()
    expect(again(page)).to_be_visible()
    page.unroute(f"**/{template.module}")
    again(page).click()
    expect(again(page)).to_have_count(0)
    expect(verdict(page)).to_be_visible()
    with page.expect_download():
        template.ask(page)


def test_a_number_typed_while_its_reader_cannot_be_loaded_is_read_at_a_later_try(visitor):
    visitor.route("**/numbers.js", lambda route: route.abort())
    box(visitor, "Annual income").fill("80")
    expect(answer(visitor)).to_contain_text("Not up to date")
    expect(visitor.get_by_text("Not loaded: type again or reload")).to_be_visible()
    visitor.unroute("**/numbers.js")
    box(visitor, "Annual income").fill("81")
    expect(answer(visitor).get_by_text("Confirmed").or_(visitor.get_by_text("type again or reload"))).to_be_visible()
    if visitor.get_by_text("type again or reload").is_visible():  # a browser that keeps a module's failure
        visitor.reload()
        box(visitor, "Annual income").fill("81")
    visitor.wait_for_url("**/#annual_income=81&spending_score=50")


def test_a_key_that_cannot_be_taken_from_the_address_gives_an_error_and_a_way_to_try_again(context, url):
    page = context.new_page()
    page.route("**/service/key.js", lambda route: route.abort())
    page.goto(url + "#training-key=abc")
    expect(page.get_by_role("alert")).to_contain_text("A part of this page could not be loaded")
    page.unroute("**/service/key.js")
    page.get_by_role("button", name="Try again").click()
    expect(verdict(page)).to_be_visible()
    assert "training-key" not in page.url
