"""The audience builder for everyone: axe-core in every state, narrow, zoomed, announced."""

import threading

import pytest
from playwright.sync_api import Page, expect

from tests.page.helpers.audience import FEATURES, SCORED_MS, choose, customers, download, score, write
from tests.page.helpers.parts import await_confirmed, await_part
from tests.page.test_accessibility import violations


def check(page: Page, width: int) -> None:
    """Expect that axe-core finds nothing wrong and nothing sticks out."""
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize(("scheme", "width"), [("light", 320), ("dark", 1280)])
def test_axe_finds_nothing_from_the_file_to_the_lists(builder, proxy, tmp_path, scheme, width):
    builder.emulate_media(color_scheme=scheme)
    builder.set_viewport_size({"width": width, "height": 900})
    builder.get_by_role("region", name="Customer", exact=True).scroll_into_view_if_needed()
    await_confirmed(builder)
    check(builder, width)
    builder.get_by_label("Choose a CSV file").set_input_files(write(tmp_path / "x.csv", [["1"]], ["one"]))
    expect(builder.get_by_role("heading", name="Match the columns")).to_be_visible()
    check(builder, width)
    choose(builder, write(tmp_path / "few.csv", [*customers(50), *[["stray", *[""] * 10]] * 60]))
    looked = threading.Event()
    proxy.fails = lambda _: looked.wait(SCORED_MS / 1000)  # the work goes on until the test has looked at it
    builder.get_by_role("button", name="Score customers").click()
    expect(builder.get_by_role("progressbar", name="Scoring")).to_be_visible()
    check(builder, width)
    looked.set()
    expect(builder.get_by_role("button", name="Try again")).to_be_focused(timeout=SCORED_MS)
    check(builder, width)
    proxy.fails = lambda _: False
    builder.get_by_role("button", name="Try again").click()
    await_part(builder, "Result")
    for summary in ("60 rows without score", "Contact columns"):
        builder.get_by_text(summary).click()
    download(builder, "Google Customer Match")
    check(builder, width)
    builder.set_viewport_size({"width": 390, "height": 900})
    builder.evaluate("document.documentElement.style.fontSize = '150%'")
    assert builder.evaluate("document.documentElement.scrollWidth") == 390, "larger letters have room on a phone"


def test_nothing_moves_under_the_reader_when_files_are_written(page, address, tmp_path):
    page.goto(address)
    choose(page, write(tmp_path / "few.csv", customers(50)))
    score(page)
    button = page.get_by_role("button", name="Google Customer Match")
    top = "(node) => node.getBoundingClientRect().top + scrollY"
    before = button.evaluate(top)
    download(page, "Google Customer Match")
    expect(page.get_by_role("list", name="Your files").get_by_role("link")).to_have_count(1)
    assert button.evaluate(top) == before


def test_a_screen_reader_hears_the_result(page, address, tmp_path):
    page.goto(address)
    choose(page, write(tmp_path / "few.csv", [["80", "90"], ["", ""]], FEATURES))
    score(page)
    expect(page.get_by_role("status").filter(has_text="1 of 2 rows scored, 1 not.")).to_be_attached()


def test_no_segment_and_no_share_are_refused_where_they_stand(page, address, tmp_path):
    page.goto(address)
    choose(page, write(tmp_path / "few.csv", customers(5)))
    score(page)
    boxes = page.get_by_role("group", name="Segments").get_by_role("checkbox")
    for box in boxes.all():
        box.uncheck()
    page.get_by_role("button", name="Meta customer list").click()
    expect(boxes.first).to_be_focused()
    boxes.first.check()
    share = page.get_by_label("Control group held back")
    share.fill("80")
    page.get_by_role("button", name="Meta customer list").click()
    expect(share).to_be_focused()
    expect(page.get_by_role("list", name="Your files").get_by_role("listitem")).to_have_count(0)
    share.hover()
    top = page.evaluate("scrollY")
    page.mouse.wheel(0, 100)
    page.wait_for_function("(top) => scrollY > top", arg=top)
    expect(share).to_have_value("80")
