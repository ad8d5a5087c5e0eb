"""The page for everyone: axe-core in every state, keyboard, screen reader, forced colours, zoom, motion."""

import contextlib
import re
import socket
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.helpers import models
from tests.page.helpers.parts import (
    STANDARD,
    answer,
    answer_with,
    await_confirmed,
    box,
    cards,
    slider,
    verdict,
)

AXE = Axe()
LOOKS = [(320, "dark"), (768, "light"), (1440, "dark")]
"""Widths and schemes that axe-core looks at: all of both, not each pair, as no width has colours of its own."""


def violations(page: Page) -> list[str]:
    """Return what axe-core finds wrong."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.axe_script)
    return page.evaluate("""async () => {
      const { violations } = await axe.run({ resultTypes: ['violations'], preload: false });
      return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
    }""")


@contextlib.contextmanager
def refusing_port() -> Iterator[int]:
    """Yield a port that refuses every connection: bound, so that nobody else takes it, but not listening."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        yield silent.getsockname()[1]


def test_axe_finds_nothing_in_the_answer_and_the_comparison(page, address):
    page.goto(address + "#annual_income=500&spending_score=61")
    await_confirmed(page)
    page.get_by_role("button", name="Pin to compare").click()
    slider(page, "Spending score").fill("20")
    await_confirmed(page)
    expect(cards(page)).to_have_count(5)
    for width, scheme in LOOKS:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 900})
        assert violations(page) == [], (width, scheme)
        assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_while_loading_and_when_the_function_is_away(page, site, scheme):
    page.emulate_media(color_scheme=scheme)
    with refusing_port() as port, site.naming(f"http://127.0.0.1:{port}") as url:
        page.route("**/model", lambda _: None)
        page.goto(url)
        expect(page.get_by_role("status").filter(has_text=re.compile("Loading the model|Waking up"))).to_be_visible()
        assert violations(page) == []
        page.unroute("**/model")
        page.reload()
        expect(page.get_by_role("alert")).to_be_visible()
        assert violations(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_errors_beside_the_answer(page, address, scheme):
    page.emulate_media(color_scheme=scheme)
    page.route("**/segment", lambda route: route.abort())
    page.goto(address + STANDARD)
    expect(answer(page)).to_contain_text("Preview only")
    assert violations(page) == []
    box(page, "Annual income").fill("")
    expect(page.get_by_text("Enter a number")).to_be_visible()
    assert violations(page) == []


def test_axe_finds_nothing_where_features_are_many_and_the_model_warns(page, open_model):
    features = [models.feature(f"feature_{i}") for i in range(12)]
    segments = [models.segment(i, [(i * 7 + f * 3) % 10 + i / 100 for f in range(12)]) for i in range(20)]
    model = models.model(features, segments)
    page.route("**/model", lambda route: answer_with(route, {**route.fetch().json(), "warnings": ["Few customers."]}))
    open_model(model)
    expect(page.get_by_text("Few customers.")).to_be_visible()
    await_confirmed(page)
    expect(cards(page)).to_have_count(20)
    assert violations(page) == []


def test_the_keyboard_alone_reaches_and_works_everything(page, address):
    page.goto(address)
    await_confirmed(page)
    reached = []
    for _ in range(32):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate("""() => {
            const { activeElement: node } = document;
            const style = getComputedStyle(node.querySelector('.halo') ?? node);
            const seen = style.outlineStyle !== 'none' || Number.parseFloat(style.strokeWidth) > 3;
            return [node.getAttribute('aria-label') ?? node.textContent ?? '', node.type ?? '', seen];
        }""")
        )
    names = [name for name, _, _ in reached]
    assert names[:5] == ["Skip to your customers", "Your customers", "One customer", "Campaigns", "Print"]
    kinds = [kind for _, kind, _ in reached]
    assert kinds[kinds.index("file") :][:6] == ["file", "button", "text", "range", "text", "range"]
    assert "Customer on the map" in names
    assert "Try it: High-Spending Target" in names
    assert "Make an audience: Careful" in names
    assert [name for name, _, seen in reached if not seen] == []
    page.get_by_role("button", name="Try it: High-Spending Target").press("Enter")
    expect(verdict(page)).to_have_text("High-Spending Target")


def test_the_live_region_speaks_once_after_a_movement_not_during_it(context, page, address):
    context.clock.install(time=0)
    page.goto(address + STANDARD)
    await_confirmed(page)
    context.clock.pause_at(100_000)
    page.evaluate("""() => {
        window.said = [];
        const region = document.querySelector('[data-slot="announcer"]');
        new MutationObserver(() => said.push(region.textContent)).observe(region, { childList: true });
    }""")
    for score in range(60, 96, 5):
        slider(page, "Spending score").fill(str(score))
        context.clock.run_for(600)
    slider(page, "Annual income").fill("85")
    context.clock.run_for(600)
    assert page.evaluate("said") == []
    context.clock.run_for(2000)
    assert page.evaluate("said") == [
        "High-Spending Target. Clearly High-Spending Target, over 99%. Second choice: Standard."
    ]


def test_an_outage_is_announced(page, address):
    page.route("**/segment", lambda route: route.abort())
    page.goto(address + STANDARD)
    expect(page.locator("[data-slot='announcer']")).to_contain_text("The service cannot be reached")


def test_the_sliders_say_their_value_with_its_unit(page, address):
    page.goto(address + STANDARD)
    expect(slider(page, "Annual income")).to_have_attribute("aria-valuetext", "55 k$")
    expect(page.get_by_role("meter", name="Probability")).to_have_attribute(
        "aria-valuetext", "Clearly Standard, over 99%"
    )


def test_the_meter_says_in_words_how_sure_the_answer_is(page, address):
    page.goto(address + STANDARD)
    meter = page.get_by_role("meter", name="Probability")
    slider(page, "Spending score").fill("60")
    for income, words in (
        (66, "Clearly Standard, 96%"),
        (67, "Rather Standard than High-Spending Target, 94%"),
        (72, "Rather Standard than High-Spending Target, 81%"),
        (73, "Between Standard and High-Spending Target, 76%"),
    ):
        slider(page, "Annual income").fill(str(income))
        expect(meter).to_have_attribute("aria-valuetext", words)


def test_forced_colours_keep_regions_and_the_customer_apart(page, address):
    page.emulate_media(forced_colors="active")
    page.goto(address + STANDARD)
    await_confirmed(page)
    strokes = page.evaluate("""['.region.current', '.region:not(.current)', '.halo'].map((selector) =>
        getComputedStyle(document.querySelector(selector)).stroke)""")
    assert "none" not in strokes
    assert strokes[0] != strokes[1]
    fills = page.evaluate("""['.plane .axis', '.plane .name', '.tick text'].map((selector) =>
        getComputedStyle(document.querySelector(selector)).fill)""")
    assert len(set(fills)) == 1, "the reader's own colour"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_who_asks_for_more_contrast_reads_no_grey_text(page, address, scheme):
    page.emulate_media(contrast="more", color_scheme=scheme)
    page.goto(address + STANDARD)
    expect(verdict(page)).to_be_visible()
    colours = page.evaluate("""['body', '.title p', '.todo', '.between', '.hint'].map((selector) =>
        getComputedStyle(document.querySelector(selector)).color)""")
    assert len(set(colours)) == 1


@pytest.mark.usefixtures("context")
@pytest.mark.parametrize("device", [{"viewport": {"width": 390, "height": 844}, "has_touch": True}])
def test_a_finger_finds_every_button(page, address):
    page.goto(address + STANDARD)
    page.get_by_role("region", name="Answer").scroll_into_view_if_needed()
    await_confirmed(page)
    cards(page)
    small = page.evaluate("""() => [...document.querySelectorAll('button:not(.ask), nav a, summary')]
        .filter((node) => node.checkVisibility() && Math.min(node.offsetHeight, node.offsetWidth) < 44)
        .map((node) => node.textContent)""")
    assert small == []


def test_at_200_percent_zoom_nothing_scrolls_sideways(page, address):
    page.set_viewport_size({"width": 640, "height": 480})  # 1280 x 960 pixels at 200 %
    page.goto(address + STANDARD)
    await_confirmed(page)
    assert page.evaluate("document.documentElement.scrollWidth") == 640


@pytest.mark.parametrize(
    ("motion", "scrolling", "seconds"), [("no-preference", "smooth", "0.12s"), ("reduce", "auto", "0s")]
)
def test_nothing_moves_by_itself_for_who_asks_for_less_motion(page, address, motion, scrolling, seconds):
    page.emulate_media(reduced_motion=motion)
    page.goto(address + STANDARD)
    expect(verdict(page)).to_be_visible()
    button = page.get_by_role("button").first
    assert button.evaluate("node => getComputedStyle(node).transitionDuration").split(", ")[0] == seconds
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == scrolling


@pytest.mark.parametrize("width", [320, 1440])
def test_from_right_to_left_the_page_keeps_its_width_and_sliders_and_axes_stay_readable(page, address, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(address + STANDARD)
    await_confirmed(page)
    page.evaluate("document.documentElement.dir = 'rtl'")
    assert page.evaluate("document.documentElement.scrollWidth") == width
    filled_from = slider(page, "Spending score").evaluate(
        "(node) => getComputedStyle(node).getPropertyValue('--along')"
    )
    assert filled_from == "to left"
    assert page.evaluate("""() => {
      const regions = [...document.querySelectorAll('.region')];
      const left = Math.min(...regions.map((node) => node.getBoundingClientRect().left));
      const ends = [...document.querySelectorAll('.tick text[text-anchor="end"]')];
      return ends.length > 0 && ends.every((node) => node.getBoundingClientRect().right <= left);
    }""")


@pytest.mark.parametrize("width", [320, 1440])
def test_in_forced_colours_the_edges_of_buttons_stay_inside_their_cards(page, address, width):
    page.emulate_media(forced_colors="active")
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(address + STANDARD)
    await_confirmed(page)
    outside = page.evaluate("""() => [...document.querySelectorAll('.card button, .drop button')].filter((node) => {
      const [button, card] = [node, node.closest('.card, .drop')].map((each) => each.getBoundingClientRect());
      return button.width > 0 && (button.left < card.left + 8 || button.right > card.right - 8);
    }).map((node) => node.textContent)""")
    assert outside == []
