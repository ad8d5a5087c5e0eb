"""Nothing on the page moves by itself, whatever the font, and everything stays inside its card."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.helpers import models
from tests.page.helpers.audience import choose, score, write
from tests.page.helpers.parts import Held, answer, await_confirmed, await_part, box
from tests.page.screenshots import large_model

FONTS = {"narrow": "Liberation Sans", "wide": "DejaVu Sans"}
WIDTHS = [320, 390, 768, 1440]
SETTLED = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(shifts.flat()))))"
PARTS = [".shop", ".inputs", ".answer", "[data-slot='map']", ".verdict", ".foot", ".changes"]
PLACES = """(parts) => Object.fromEntries(parts.map((selector) => {
  const { x, y, width, height } = document.querySelector(selector).getBoundingClientRect();
  return [selector, [x, y + scrollY, width, height].map(Math.round)];
}))"""


@pytest.fixture(params=list(FONTS.values()), ids=list(FONTS))
def lettered(request, page: Page) -> Page:
    """Return the page in a narrow or a wide font."""

    page.add_init_script(f"""
        const sheet = new CSSStyleSheet();
        sheet.replaceSync('*, ::before, ::after {{ font-family: "{request.param}" !important; }}');
        document.adoptedStyleSheets = [sheet];
    """)
    return page


def resize(page: Page, width: int) -> None:
    """Change the window's width, and let what observes sizes have done with it."""
    page.set_viewport_size({"width": width, "height": 800})
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(null))))")


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_moves_when_the_model_and_answers_arrive(lettered, address, width):
    page = lettered
    page.set_viewport_size({"width": width, "height": 800})
    page.add_init_script("""
        window.shifts = [];
        const seen = ({ node }) => node?.outerHTML?.slice(0, 90) ?? node?.textContent;
        const kept = ({ value, sources }) => shifts.push(`${value} ${sources.map(seen).join(' and ')}`);
        new PerformanceObserver((list) => list.getEntries().forEach(kept))
          .observe({ type: 'layout-shift', buffered: true });
    """)
    held = Held(page, "**/segment")
    page.goto(address + "#annual_income=75&spending_score=50")
    held.let_go()
    await_confirmed(page)
    assert page.evaluate(SETTLED) == []


def test_no_value_moves_or_stretches_anything(lettered, address):
    page = lettered
    page.goto(address)
    for width in WIDTHS:
        resize(page, width)
        box(page, "Annual income").fill("55")
        box(page, "Spending score").fill("50")
        await_confirmed(page)
        before = page.evaluate(PLACES, PARTS)
        for income in ["500", "75", "-99", "", "1,234", "26"]:
            box(page, "Annual income").fill(income)
            assert page.evaluate(PLACES, PARTS) == before, (width, income)
        box(page, "Annual income").fill("-1e9")  # too long for the room of what would change it
        assert page.evaluate(PLACES, PARTS[:-1]) == {part: before[part] for part in PARTS[:-1]}, width
        box(page, "Spending score").fill("61.04321")
        await_confirmed(page)
        assert page.evaluate(PLACES, PARTS) == before, width


def test_nothing_reaches_out_of_its_card(lettered, open_model):
    page = lettered
    long = "A rather long label of a feature that somebody has written out in full, with all its words"
    features = [
        models.feature("a", label=long, unit="thousand dollars a year", max=123_456_789.0, scale=1e7, step=1000.0),
        models.feature("b", label=long.replace(" ", "_")[:80], max=9_999_999.0, scale=1e6, step=0.01),
    ]
    segments = [models.segment(i, [i * 4e7, i * 3e6], name=f"{long[:30]} {i}", action=long) for i in range(3)]
    open_model(models.model(features, segments))
    for width in WIDTHS:
        resize(page, width)
        page.get_by_role("region", name="Customer", exact=True).scroll_into_view_if_needed()
        await_confirmed(page)
        assert page.evaluate("document.documentElement.scrollWidth") == width
        outside = page.evaluate("""() => [...document.querySelectorAll('.bench .card')].flatMap((card) => {
            const frame = card.getBoundingClientRect();
            return [...card.querySelectorAll('*')].filter((node) => {
              if (node.matches('.region, polygon, ellipse, defs *, [popover], [popover] *, .room')) return false;
              const { left, right, width } = node.getBoundingClientRect();
              return width > 0 && node.checkVisibility({ visibilityProperty: true }) &&
                (left < frame.left - 1 || right > frame.right + 1);
            }).map((node) => `${node.tagName} ${node.getAttribute('class')} ${node.textContent}`);
        })""")
        assert outside == [], width
        cut = page.evaluate("""() => [...document.querySelectorAll('.answer *, .changes *')]
            .filter((node) => node.scrollWidth > node.clientWidth + 1 && getComputedStyle(node).overflowX !== 'visible')
            .map((node) => node.textContent)""")
        assert cut == [], width


def test_customers_and_customer_both_stand_in_the_first_screen(lettered, address):
    page = lettered
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(address)
    await_confirmed(page)
    for part in (*jobs(page), answer(page).get_by_role("button", name="Pin to compare")):
        expect(part).to_be_in_viewport(ratio=1)
    table = page.get_by_role("region", name="Customers by segment")
    assert table.evaluate("(node) => node.scrollHeight <= node.clientHeight"), "every segment is in sight"


@pytest.mark.parametrize("shape", [None, (2, 12), (30, 8)], ids=str)
def test_the_whole_answer_stands_in_the_first_screen_in_a_usual_font(page, address, open_model, shape):
    page.set_viewport_size({"width": 1440, "height": 900})
    if shape:
        open_model(large_model(*shape))
    else:
        page.goto(address)
    await_confirmed(page)
    for part in (*jobs(page), answer(page).get_by_role("button", name="Pin to compare")):
        expect(part).to_be_in_viewport(ratio=1)
    if not shape:
        expect(answer(page)).to_be_in_viewport(ratio=1)


def jobs(page: Page) -> list[Locator]:
    """Return what an owner comes for: the shop's own customers, and where one customer belongs."""
    return [
        page.get_by_role("region", name="Customers by segment"),
        page.get_by_label("Choose a CSV file"),
        page.get_by_role("region", name="Customer", exact=True).get_by_role("slider").nth(1),
        answer(page).get_by_role("heading"),
        answer(page).get_by_role("meter"),
        answer(page).get_by_role("definition"),
    ]


def test_no_column_of_the_segments_is_cut_off(lettered, open_model, tmp_path):
    page = lettered
    segments = [
        models.segment(i, [i * 3.0, i * 3.0], name=f"High-spending, seldom seen {i}", value_share=0.25, firmness=firm)
        for i, firm in enumerate([0.74, 0.5, 0.75, 0.49])
    ]
    open_model(models.model([models.feature("x"), models.feature("y")], segments))
    choose(page, write(tmp_path / "shop.csv", [["1", "2"]] * 30, ["X", "Y"]))
    score(page)
    table = page.get_by_role("region", name="Customers by segment")
    expect(table.locator(".firmness")).to_have_text(["Fair", "Fair", "Firm", "Loose"])
    page.set_viewport_size({"width": 1440, "height": 900})
    assert table.evaluate("(node) => node.scrollHeight <= node.clientHeight"), "beside a file every segment is in sight"
    for width in (320, 390, 600, 768, 992, 1024, 1152, 1280, 1366, 1440):
        page.set_viewport_size({"width": width, "height": 800})
        assert table.evaluate("(node) => node.scrollWidth <= node.clientWidth"), width
        for said in ("25%", "Firm", "What to do for kind 2.", "Make an audience"):
            expect(table.locator("tr", has_text="seldom seen 2").get_by_text(said).first).to_be_visible()


@pytest.mark.parametrize(("n_features", "n_segments"), [(8, 3), (30, 12)])
def test_many_inputs_have_all_the_room_beside_the_answer(page, open_model, n_features, n_segments):
    page.set_viewport_size({"width": 1440, "height": 900})
    features = [models.feature(f"feature_{i}") for i in range(n_features)]
    centroids = [[(3 * s + 7 * f + s * f) % 11 * 0.9 + s / 100 for f in range(n_features)] for s in range(n_segments)]
    names = [f"High-spending, seldom seen {i}" for i in range(n_segments)]
    open_model(models.model(features, [models.segment(i, at, name=names[i]) for i, at in enumerate(centroids)]))
    await_confirmed(page)
    inputs = page.get_by_role("region", name="Customer", exact=True)
    boxes = [part.bounding_box() for part in (inputs, answer(page), inputs.locator(".controls").first)]
    ends = [box["y"] + box["height"] for box in boxes]
    assert abs(ends[0] - ends[1]) < 1
    assert 0 < ends[0] - ends[2] < 16
    inputs.get_by_role("button", name="Reset to the average customer").click()


@pytest.mark.parametrize("width", [390, 1440])
def test_the_links_at_the_top_lead_to_the_parts_and_keep_the_address(page, address, width):
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(address)
    page.get_by_role("link", name="One customer").click()
    await_part(page, "One customer")
    await_confirmed(page)
    expect(page.get_by_role("heading", name="One customer")).to_be_in_viewport()
    page.wait_for_url("**/#annual_income=61&spending_score=50")
    page.get_by_role("link", name="Your customers", exact=True).click()
    await_part(page, "Your customers")


def test_on_a_phone_an_address_with_values_opens_at_the_customer(page, address):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(address + "#annual_income=80&spending_score=90")
    expect(page.get_by_role("heading", name="One customer")).to_be_in_viewport()
    expect(page.get_by_role("heading", name="Your customers")).not_to_be_in_viewport()
    page.keyboard.press("Tab")
    expect(box(page, "Annual income")).to_be_focused()


def test_a_link_to_a_part_opens_there_in_a_tab_of_its_own_too(page, address):
    page.goto(address + "#campaigns")
    await_part(page, "Campaigns")
    expect(page.get_by_role("heading", name="Campaigns")).to_be_in_viewport()
    expect(page.get_by_text("This link has values")).to_be_hidden()


@pytest.mark.parametrize("n_features", [2, 8, 30])
def test_a_customer_prints_on_one_page(page, open_model, n_features):
    features = [models.feature(f"feature_{i}") for i in range(n_features)]
    centroids = [[(3 * s + 7 * f + s * f) % 11 * 0.9 + s / 100 for f in range(n_features)] for s in range(5)]
    open_model(models.model(features, [models.segment(i, at, share=0.2) for i, at in enumerate(centroids)]))
    await_confirmed(page)
    for format_ in ("A4", "Letter"):
        pages = len(re.findall(rb"/Type\s*/Page\b", page.pdf(format=format_, print_background=True)))
        assert pages == 1, format_
