"""A scored file survives a reload, is forgotten when its user says so, and unsaved work is not left unasked."""

import re

import msgspec
from playwright.sync_api import Page, expect

from tests.helpers import models
from tests.page.helpers import functions
from tests.page.helpers.audience import FEATURES, choose, customers, download, rows_of, score, shown_counts, write
from tests.page.helpers.parts import await_confirmed, await_part

KEPT = "Kept in this browser, even after a reload"
NO_STORAGE = "Object.defineProperty(self, 'indexedDB', { value: { open() { throw new DOMException('none'); } } });"
LEAVES = "() => dispatchEvent(new Event('beforeunload', { cancelable: true }))"


def test_a_scored_file_survives_a_reload_with_all_that_can_be_done_with_it(builder, proxy, tmp_path):
    choose(builder, write(tmp_path / "shop.csv", customers(400)))
    score(builder)
    expect(builder.get_by_text(KEPT)).to_be_visible()
    counts = shown_counts(builder)
    table = rows_of(download(builder, "Table with segments"))
    bodies = len(proxy.bodies)
    builder.get_by_role("heading", name="Who is in a segment").evaluate(
        "node => scrollBy(0, node.getBoundingClientRect().top - 20)"
    )
    builder.reload()
    expect(builder.get_by_text("400 customers of shop.csv")).to_be_visible()
    top = "() => Math.abs(document.querySelector('#audience-members').getBoundingClientRect().top - 20) < 2"
    builder.wait_for_function(top)
    assert builder.evaluate("document.activeElement === document.body"), "no focus is taken"
    assert shown_counts(builder) == counts
    assert rows_of(download(builder, "Table with segments")) == table
    expect(builder.get_by_role("region", name="Customers of the segment").get_by_role("row").nth(1)).to_be_visible()
    assert len([body for body in proxy.bodies[bodies:] if b"inputs" in body]) == 0, "nothing is scored again"
    builder.get_by_role("button", name="Change the columns").click()
    await_part(builder, "Match the columns")
    score(builder)
    assert shown_counts(builder) == counts


def test_a_file_that_is_to_be_forgotten_is(builder, tmp_path):
    choose(builder, write(tmp_path / "shop.csv", customers(20)))
    score(builder)
    expect(builder.get_by_text(KEPT)).to_be_visible()
    builder.get_by_role("button", name="Forget this file").click()
    expect(builder.get_by_role("heading", name="Result")).to_have_count(0)
    expect(builder.get_by_text("200 customers that the model learned from")).to_be_visible()
    builder.reload()
    await_confirmed(builder)
    assert builder.evaluate("localStorage.length") == 0
    kept = """async () => (await import('/customers/table/storage.js')).kept().then((entry) => entry ?? null)"""
    assert builder.evaluate(kept) is None


def test_a_file_scored_with_another_model_is_not_shown_as_this_ones(builder, proxy, segmenter, tmp_path):
    choose(builder, write(tmp_path / "shop.csv", customers(20)))
    score(builder)
    expect(builder.get_by_text(KEPT)).to_be_visible()
    first, *others = segmenter.model.segments
    renamed = msgspec.structs.replace(first, name="Renamed")
    models.write(tmp_path / "other.joblib", msgspec.structs.replace(segmenter.model, segments=[renamed, *others]))
    with functions.running(tmp_path / "other.joblib", tmp_path / "log") as other:
        proxy.target = other
        builder.reload()
        await_confirmed(builder)
        expect(builder.get_by_text("Opening your file again")).to_have_count(0)
        expect(builder.get_by_role("heading", name="Result")).to_have_count(0)


def test_a_file_whose_titles_an_earlier_page_took_for_customers_is_not_shown(builder, tmp_path):
    choose(builder, write(tmp_path / "shop.csv", customers(20)))
    score(builder)
    expect(builder.get_by_text(KEPT)).to_be_visible()
    builder.evaluate("""async () => {
      const { keep, kept } = await import('/customers/table/storage.js');
      const { titleRows, ...entry } = await kept();
      const file = new File(['My shop\\n', entry.file], entry.file.name);
      await keep({ ...entry, file });
    }""")
    builder.reload()
    builder.wait_for_function("() => localStorage.length === 0")
    expect(builder.get_by_role("heading", name="Result")).to_have_count(0)


def test_the_files_result_prints_before_the_customers_page(builder, tmp_path):
    choose(builder, write(tmp_path / "shop.csv", [*customers(60), *[["x"] * 11] * 60]))
    score(builder)
    builder.get_by_text("60 rows without score").click()
    for format_ in ("A4", "Letter"):
        pages = len(re.findall(rb"/Type\s*/Page\b", builder.pdf(format=format_, print_background=True)))
        assert pages <= 2, format_
    builder.emulate_media(media="print")
    expect(builder.get_by_role("heading", name="Result")).to_be_visible()
    for hidden in ("Who is in a segment", "Files"):
        expect(builder.get_by_role("heading", name=hidden)).to_be_hidden()
    assert builder.locator(".refusals").evaluate("({ scrollHeight, clientHeight }) => scrollHeight <= clientHeight")


def test_a_visitor_without_a_kept_file_loads_nothing_for_it(page: Page, address):
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    page.goto(address)
    await_confirmed(page)
    assert [url for url in fetched if "audience" in url] == []


def test_leaving_asks_while_a_file_is_scored_and_not_once_it_is_kept(builder, proxy, tmp_path):
    assert builder.evaluate(LEAVES), "nothing to lose"
    proxy.delay_seconds = 60
    choose(builder, write(tmp_path / "shop.csv", customers(20)))
    builder.get_by_role("button", name="Score customers").click()
    expect(builder.get_by_role("progressbar", name="Scoring")).to_be_visible()
    assert not builder.evaluate(LEAVES)
    proxy.released.set()
    expect(builder.get_by_text(KEPT)).to_be_visible()
    assert builder.evaluate(LEAVES)


def test_a_file_that_another_window_takes_the_place_of_is_not_said_to_be_kept_and_leaving_asks(builder, tmp_path):
    choose(builder, write(tmp_path / "shop.csv", customers(20)))
    score(builder)
    expect(builder.get_by_text(KEPT)).to_be_visible()
    other = builder.context.new_page()
    other.goto(builder.url)
    expect(other.get_by_text(KEPT)).to_be_visible()
    choose(other, write(tmp_path / "newer.csv", customers(30)))
    score(other)
    expect(builder.get_by_text("No longer kept")).to_be_visible()
    assert not builder.evaluate(LEAVES)
    builder.get_by_role("button", name="Forget this file").click()
    other.reload()
    expect(other.get_by_text("30 customers of newer.csv")).to_be_visible()
    other.close()


def test_where_the_browser_keeps_nothing_that_is_said_and_leaving_asks(page: Page, site, proxy, tmp_path):
    def without(route):
        route.fulfill(response=(response := route.fetch()), body=NO_STORAGE + response.text())

    page.route("**/storage.js", without)
    with site.naming(proxy.url) as url:
        page.goto(url)
        choose(page, write(tmp_path / "shop.csv", [["80", "90"]], FEATURES))
        score(page)
        expect(page.get_by_text("This browser does not keep it")).to_be_visible()
        assert not page.evaluate(LEAVES)


def test_where_the_browser_cannot_note_that_a_file_is_kept_the_page_does_not_say_so(builder, tmp_path):
    builder.evaluate(
        "() => { Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); }; }"
    )
    choose(builder, write(tmp_path / "shop.csv", customers(5)))
    score(builder)
    expect(builder.get_by_text("This browser does not keep it")).to_be_visible()
