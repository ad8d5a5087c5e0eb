"""The decision map: exact regions, and a customer that is dragged, clicked and moved by keys."""

import math
import random
import re
from collections.abc import Sequence

import msgspec
import pytest
from playwright.sync_api import Page, expect

from function.model import Model, Segmenter
from tests.helpers import models
from tests.helpers.customers import Row, customers, segmenter_with_offsets
from tests.page.helpers.parts import STANDARD, await_confirmed, box, cards, slider, verdict

TWO_FRAMES = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(null))))"
REGION_AT = """([x, y]) => document.elementsFromPoint(x, y)
    .find((node) => node.matches('.region'))?.dataset.segment ?? null"""


def customer(page: Page):
    """Return the point on the map."""
    return page.get_by_role("slider", name="Customer on the map")


def plane(page: Page) -> dict[str, float]:
    """Return the map's plot area on the screen, scrolled into view."""
    clip = page.locator(".plane")
    clip.scroll_into_view_if_needed()
    return page.evaluate("""() => {
        const { left, top } = document.querySelector('.plane').getBoundingClientRect();
        const area = document.querySelector('#map-area rect');
        const [x, y, width, height] = ['x', 'y', 'width', 'height'].map((name) => Number(area.getAttribute(name)));
        return { x: left + x, y: top + y, width, height };
    }""")


def clicked_points(page: Page, count: int) -> list[tuple[float, float]]:
    """Return points of the screen spread over the map."""
    area, chance = plane(page), random.Random(1)
    return [
        (
            area["x"] + area["width"] * chance.uniform(0.05, 0.95),
            area["y"] + area["height"] * chance.uniform(0.05, 0.95),
        )
        for _ in range(count)
    ]


def random_model(n_features: int, n_segments: int, log: bool, seed: int) -> Model:
    """Return a model of centroids anywhere in the features' ranges, with sliders fine enough for every pixel."""
    chance = random.Random(seed)
    plain = {"min": 1.0, "max": 1000.0, "step": 0.001}
    scales = {"offset": 0.0, "mean": 3.0, "scale": 1.5} if log else {"mean": 400.0, "scale": 250.0}
    features = [models.feature(f"f{i}", **plain, **scales) for i in range(n_features)]
    values = [
        [10 ** chance.uniform(0, 3) if log else chance.uniform(1, 1000) for _ in features] for _ in range(n_segments)
    ]
    return models.model(features, [models.segment(i, value, share=1 / n_segments) for i, value in enumerate(values)])


@pytest.mark.parametrize(
    ("n_features", "n_segments", "log"), [(2, 5, False), (2, 12, True), (4, 6, False), (3, 5, True), (1, 4, False)]
)
def test_each_point_of_a_region_belongs_to_its_segment(page, open_model, n_features, n_segments, log):
    model = random_model(n_features, n_segments, log, seed=n_segments)
    names = {str(segment.id): segment.name for segment in model.segments}
    open_model(model)
    await_confirmed(page)
    for x, y in clicked_points(page, 12):
        region = page.evaluate(REGION_AT, [x, y])
        page.mouse.click(x, y)
        expect(verdict(page)).to_have_text(names[region])
        await_confirmed(page)
        assert page.evaluate(REGION_AT, [x, y]) == region


def placed_by_page(page: Page, model: Model, rows: Sequence[Sequence[float]]) -> list[list]:
    """Return what the page's own arithmetic says of each customer."""
    return page.evaluate(
        """async ([model, customers]) => {
            const { Segmenter } = await import('/model/segmenter.js');
            const segmenter = new Segmenter(model);
            return customers.map((values) => segmenter.place(values)).map(({ segment, runnerUp, ...rest }) =>
                [segment.id, runnerUp.id, rest.confidence, rest.borderline, rest.typical, rest.outOfRange]);
        }""",
        [msgspec.to_builtins(model), rows],
    )


def placed_by_function(model: Model, rows: Sequence[Row]) -> list[list]:
    """Return the same, as the function says it."""
    answers = map(Segmenter(model, "0" * 64).assign, rows)
    return [[a.segment.id, a.runner_up.id, a.confidence, a.borderline, a.typical, a.out_of_range] for a in answers]


def test_page_and_function_agree_to_the_last_bit_on_borders_too(page, address):
    page.goto(address)
    model = models.square()
    scaled = [msgspec.structs.replace(feature, mean=5.1, scale=2.7) for feature in model.features]
    model = models.model(scaled, model.segments)
    grid = [[x / 2, y / 2] for x in range(-2, 23) for y in range(-2, 23)]
    assert placed_by_page(page, model, grid) == placed_by_function(model, grid)


def test_page_and_function_agree_on_logarithms(page, address):
    page.goto(address)
    model = random_model(7, 20, log=True, seed=3)
    chance = random.Random(4)
    skewed = [[10 ** chance.uniform(-1, 4) for _ in model.features] for _ in range(300)]
    page_says, function_says = placed_by_page(page, model, skewed), placed_by_function(model, skewed)
    for ours, theirs in zip(page_says, function_says, strict=True):
        assert ours.pop(2) == pytest.approx(theirs.pop(2), rel=1e-12)
        assert ours == theirs


def test_page_and_function_agree_on_offsets_gaps_and_borders(page, address):
    page.goto(address)
    segmenter = segmenter_with_offsets()
    rows = customers(segmenter, 3000)
    page_says = placed_by_page(page, segmenter.model, [[math.nan if x is None else x for x in row] for row in rows])
    for ours, theirs in zip(page_says, placed_by_function(segmenter.model, rows), strict=True):
        assert ours.pop(2) == pytest.approx(theirs.pop(2), rel=1e-12)
        assert ours == theirs


def test_dragging_the_customer_moves_sliders_and_answer(page, address):
    page.goto(address + STANDARD)
    area = plane(page)
    at = customer(page).bounding_box()
    page.mouse.move(at["x"] + at["width"] / 2, at["y"] + at["height"] / 2)
    page.mouse.down()
    page.mouse.move(area["x"] + area["width"] * 0.8, area["y"] + area["height"] * 0.2, steps=5)
    expect(verdict(page)).to_have_text("High-Spending Target")
    page.mouse.move(area["x"] + area["width"] * 0.1, area["y"] + area["height"] * 0.9, steps=5)
    page.mouse.up()
    expect(verdict(page)).to_have_text("Frugal")
    await_confirmed(page)
    assert float(slider(page, "Annual income").input_value()) < 30
    page.mouse.move(area["x"] + area["width"] * 0.8, area["y"] + area["height"] * 0.2)
    expect(verdict(page)).to_have_text("Frugal")


def test_the_lines_cross_at_the_customer(page, address):
    page.emulate_media(reduced_motion="reduce")  # places are read one after the other: no scrolling in between
    page.goto(address + STANDARD)
    for values in ({"Annual income": "20", "Spending score": "90"}, {"Annual income": "120", "Spending score": "15"}):
        for name, value in values.items():
            slider(page, name).fill(value)
        at = customer(page).bounding_box()
        level, plumb = (line.bounding_box() for line in page.locator(".guide").all())
        assert level["y"] == pytest.approx(at["y"] + at["height"] / 2, abs=1)
        assert plumb["x"] == pytest.approx(at["x"] + at["width"] / 2, abs=1)


def test_dragging_beyond_the_map_stops_at_the_range(page, address):
    page.goto(address + STANDARD)
    area = plane(page)
    page.mouse.move(area["x"] + area["width"] / 2, area["y"] + area["height"] / 2)
    page.mouse.down()
    page.mouse.move(area["x"] + area["width"] + 200, area["y"] - 200)
    page.mouse.up()
    expect(box(page, "Annual income")).to_have_value("137")
    expect(box(page, "Spending score")).to_have_value("99")


def test_arrow_keys_move_the_customer_in_both_directions(page, address):
    page.goto(address + STANDARD)
    customer(page).press("ArrowRight")
    customer(page).press("ArrowUp")
    customer(page).press("Shift+ArrowLeft")
    customer(page).press("PageUp")
    expect(box(page, "Annual income")).to_have_value("46")
    expect(box(page, "Spending score")).to_have_value("61")
    expect(customer(page)).to_be_focused()
    expect(customer(page)).to_have_attribute("aria-valuetext", "Annual income 46 k$, Spending score 61: Standard")


PHONE = pytest.mark.parametrize("device", [{"viewport": {"width": 375, "height": 700}, "has_touch": True}])


@PHONE
def test_a_finger_drags_the_customer_in_every_direction_by_what_the_axes_say(context, page, address):
    page.goto(address + STANDARD)
    await_confirmed(page)
    plane(page)
    top = page.evaluate("scrollY")
    touch = context.new_cdp_session(page)
    for across, up in ((0, 60), (0, -60), (60, 0), (-60, 0)):
        page.goto(address + "#")
        page.goto(address + STANDARD)
        expect(box(page, "Annual income")).to_have_value("55")
        expect(box(page, "Spending score")).to_have_value("50")
        await_confirmed(page)
        area, at = plane(page), customer(page).bounding_box()
        start = {"x": at["x"] + at["width"] / 2 + 5, "y": at["y"] + at["height"] / 2 - 5}
        touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [start]})
        for part in range(1, 11):
            point = {"x": start["x"] + across * part / 10, "y": start["y"] - up * part / 10}
            touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [point]})
        touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        income = 55 + across * (137 - 15) * 1.08 / area["width"]
        score = 50 + up * (99 - 1) * 1.08 / area["height"]
        expect(box(page, "Annual income")).to_have_value(
            re.compile(f"^({round(income)}|{int(income)}|{int(income) + 1})$")
        )
        expect(box(page, "Spending score")).to_have_value(
            re.compile(f"^({round(score)}|{int(score)}|{int(score) + 1})$")
        )
    assert page.evaluate("scrollY") == pytest.approx(top, abs=1)


@PHONE
@pytest.mark.usefixtures("context")
def test_a_tap_moves_the_customer_and_a_swipe_scrolls(page, address):
    page.goto(address + STANDARD)
    area = plane(page)
    page.touchscreen.tap(area["x"] + area["width"] * 0.8, area["y"] + area["height"] * 0.2)
    expect(verdict(page)).to_have_text("High-Spending Target")
    assert (
        page.locator(".region").first.evaluate("node => getComputedStyle(node.closest('svg')).touchAction") == "pan-y"
    )


@PHONE
def test_a_finger_that_scrolls_over_a_slider_moves_the_page_only_and_one_across_it_the_value(context, page, address):
    page.goto(address + STANDARD)
    await_confirmed(page)
    touch = context.new_cdp_session(page)
    tops: list[float] = []

    def swipe(across: int, up: int) -> None:
        slider(page, "Annual income").evaluate(
            "(node) => node.scrollIntoView({ block: 'center', behavior: 'instant' })"
        )
        page.evaluate(TWO_FRAMES)  # that scrolling is over
        tops.append(page.evaluate("scrollY"))
        page.evaluate("() => { window.rests = false; addEventListener('scrollend', () => { window.rests = true; }); }")
        at = slider(page, "Annual income").bounding_box()
        start = {"x": at["x"] + at["width"] * 0.8, "y": at["y"] + at["height"] / 2}
        touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [start]})
        for part in range(1, 11):
            point = {"x": start["x"] + across * part / 10, "y": start["y"] - up * part / 10}
            touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [point]})
        touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    swipe(0, 150)
    page.wait_for_function("(top) => window.rests && scrollY > top + 50", arg=tops[0])
    expect(box(page, "Annual income")).to_have_value("55")
    swipe(-60, 0)
    expect(box(page, "Annual income")).to_have_value(re.compile("^(8|9)[0-9]$"))


def test_axes_have_titles_with_units_and_each_centroid_its_name(page, address):
    page.goto(address)
    drawing = page.get_by_role("figure", name="Decision map")
    for text in [
        "Annual income (k$)",
        "Spending score (1-100)",
        "Standard",
        "High-Spending Target",
        "Careful",
        "Frugal",
    ]:
        expect(drawing.locator("text", has_text=text).first).to_be_visible()
    expect(drawing.locator("circle.centroid")).to_have_count(5)
    radii = drawing.locator("circle.centroid").evaluate_all(
        "nodes => nodes.map((node) => Number(node.getAttribute('r')))"
    )
    assert radii == sorted(radii, reverse=True)  # the model lists the largest segments first
    assert radii[0] ** 2 / radii[4] ** 2 == pytest.approx(81 / 22)


def test_the_title_beside_the_map_stands_clear_of_its_values(page, open_model):
    ranges = {"y": {"min": -9000.0, "max": 9000.0}, "tiny": {"max": 1e-5, "step": 1e-6}, "small": {}}
    features = [models.feature("x"), *(models.feature(name, **ends) for name, ends in ranges.items())]
    open_model(models.model(features, [models.segment(i, [i * 5.0] * 4) for i in range(2)]))
    drawing = page.get_by_role("figure", name="Decision map")
    page.get_by_label("Across").select_option("X")
    for name in ranges:
        page.get_by_label("Up").select_option(name.title())
        expect(drawing.locator(".axis").last).to_have_text(name.title())
        title = drawing.locator(".axis").last.bounding_box()
        values = drawing.locator(".tick text[text-anchor=end]").evaluate_all(
            "nodes => nodes.map((node) => node.getBoundingClientRect().left)"
        )
        assert min(values) >= title["x"] + title["width"], name


def test_the_shown_pair_of_features_can_be_chosen(page, open_model):
    open_model(random_model(3, 4, log=False, seed=2))
    drawing = page.get_by_role("figure", name="Decision map")
    page.get_by_label("Across").select_option("F0")
    page.get_by_label("Up").select_option("F1")
    expect(drawing.locator(".axis")).to_have_text(["F0", "F1"])
    page.get_by_label("Across").select_option("F2")
    expect(drawing.locator(".axis")).to_have_text(["F2", "F1"])
    customer(page).press("ArrowRight")
    before = box(page, "F2").input_value()
    customer(page).press("Shift+ArrowRight")
    assert float(box(page, "F2").input_value()) > float(before)
    page.get_by_label("Up").select_option("F2")
    expect(drawing.locator(".axis")).to_have_text(["F1", "F2"])


def test_a_segment_that_the_shown_pair_does_not_lead_to_is_a_hollow_point_without_a_name(page, open_model):
    features = [models.feature(name) for name in ("x", "y", "z")]
    centroids = [[2.0, 5.0, 5.0], [8.0, 5.0, 5.0], [5.0, 5.0, 500.0]]
    open_model(models.model(features, [models.segment(i, at, share=1 / 3) for i, at in enumerate(centroids)]))
    drawing = page.get_by_role("figure", name="Decision map")
    page.get_by_label("Across").select_option("X")
    page.get_by_label("Up").select_option("Y")
    expect(drawing.locator(".region")).to_have_count(2)
    expect(drawing.locator(".name")).to_have_text(["Kind 0", "Kind 1"])
    expect(drawing.locator(".centroid.elsewhere")).to_have_attribute("data-segment", "2")
    box(page, "Z").fill("400")
    expect(drawing.locator(".region")).to_have_count(1)
    expect(drawing.locator(".centroid.elsewhere")).to_have_count(2)


def test_cards_and_regions_point_at_each_other(page, address):
    page.goto(address + STANDARD)
    await_confirmed(page)
    card = cards(page).filter(has_text="Careful")
    card.hover()
    expect(page.locator(".region.pointed")).to_have_attribute("data-segment", "2")
    area = plane(page)
    page.mouse.move(area["x"] + area["width"] * 0.9, area["y"] + area["height"] * 0.9)
    expect(card).to_have_class("card segment pointed")
    page.mouse.move(area["x"] + area["width"] * 0.9, area["y"] + area["height"] * 0.1)
    expect(card).to_have_class("card segment")


def test_a_pinned_customer_stays_on_the_map(page, address):
    page.goto(address + STANDARD)
    expect(page.locator(".pin")).to_be_hidden()
    page.get_by_role("button", name="Pin to compare").click()
    place = page.locator(".pin").get_attribute("transform")
    slider(page, "Annual income").fill("100")
    expect(page.locator(".pin")).to_be_visible()
    assert page.locator(".pin").get_attribute("transform") == place


def test_the_map_is_drawn_anew_when_its_size_changes(page, address):
    page.goto(address + STANDARD)
    expect(customer(page)).to_be_visible()
    page.set_viewport_size({"width": 320, "height": 640})
    expect(page.locator(".plane")).to_have_attribute("viewBox", re.compile(r"0 0 2\d\d "))
    area = plane(page)
    page.mouse.click(area["x"] + area["width"] * 0.8, area["y"] + area["height"] * 0.2)
    expect(verdict(page)).to_have_text("High-Spending Target")


def test_a_number_that_would_cover_another_s_is_a_point_on_the_map_and_in_its_legend(page, open_model):
    places = [[2.0 + 0.01 * i, 2.0] for i in range(14)] + [[8.0, 8.0]]
    segments = [
        models.segment(i, place, name=f"Kind {i}", share=(20 - i) / 200, radius=9.0) for i, place in enumerate(places)
    ]
    open_model(models.model([models.feature("x"), models.feature("y")], segments))
    legend = page.locator(".legend")
    expect(legend.get_by_role("listitem")).to_have_count(15)
    expect(page.locator(".plane .number")).to_have_text(["1", "15"])
    expect(legend.locator("li:not(.crowded)")).to_have_text(["Kind 0", "Kind 14"])
    expect(page.locator(".plane .spread").filter(visible=True)).to_have_count(1)
