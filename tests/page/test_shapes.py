"""The page for other models: any number of features and segments, logarithms, names that look like markup."""

from pathlib import Path

import msgspec
import pytest
from playwright.sync_api import expect

from tests.helpers import models
from tests.page.helpers.modules import call, call_each
from tests.page.helpers.parts import await_confirmed, box, cards, slider, verdict


def test_names_that_look_like_markup_stay_names(page, open_model):
    evil = "<img src=x onerror=alert(1)>"
    plain = models.square()
    features = [
        msgspec.structs.replace(plain.features[0], label=evil, unit=evil),
        msgspec.structs.replace(plain.features[1], label="constructor"),
    ]
    segments = [
        msgspec.structs.replace(segment, name=f"{evil}{i}", description=evil, action=evil)
        for i, segment in enumerate(plain.segments)
    ]
    open_model(msgspec.structs.replace(plain, features=features, segments=segments, warnings=[evil]))
    expect(verdict(page)).to_contain_text(evil)
    await_confirmed(page)
    expect(page.get_by_role("region", name="Before you rely on this model")).to_contain_text(evil)
    expect(page.locator("img")).to_have_count(0)


@pytest.mark.parametrize(("n_features", "n_segments"), [(1, 2), (3, 4), (30, 50)])
def test_the_page_is_built_for_models_of_any_shape(page, open_model, n_features, n_segments):
    features = [models.feature(f"feature_{i}") for i in range(n_features)]
    centroids = [[(3 * s + 7 * f + s * f) % 11 * 0.9 + s / 100 for f in range(n_features)] for s in range(n_segments)]
    segments = [models.segment(i, centroid, share=1 / n_segments) for i, centroid in enumerate(centroids)]
    open_model(models.model(features, segments))
    await_confirmed(page)
    inputs = page.get_by_role("region", name="Customer", exact=True)
    if n_features == 30:
        expect(inputs.get_by_role("slider")).to_have_count(6)
        page.get_by_text("24 more").click()
    expect(inputs.get_by_role("slider")).to_have_count(n_features)
    expect(cards(page)).to_have_count(n_segments)
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_a_phone_shows_the_largest_of_many_segments_first_and_paper_all(page, open_model):
    segments = [models.segment(i, [i / 5, 3.0], size=10 + i % 20, share=1 / 50) for i in range(50)]
    open_model(models.model([models.feature("x"), models.feature("y")], segments))
    rows = page.locator(".segments tbody tr:visible")
    expect(rows).to_have_count(50)
    page.set_viewport_size({"width": 390, "height": 844})
    expect(rows).to_have_count(8)
    numbers = [int(row.split("\n")[0].removeprefix("Kind ")) for row in rows.all_inner_texts()]
    assert numbers == [16, 17, 18, 19, 36, 37, 38, 39]
    page.emulate_media(media="print")
    expect(rows).to_have_count(50)
    page.emulate_media(media="screen")
    button = page.get_by_role("region", name="Customers by segment").get_by_role("button", expanded=False)
    button.press("Enter")
    expect(rows).to_have_count(50)
    expect(page.get_by_role("button", name="Show the 8 largest only").and_(page.locator(":focus"))).to_be_visible()


COVERED = """() => document.activeElement.getBoundingClientRect().bottom >
  Math.min(innerHeight, document.querySelector('.ribbon').getBoundingClientRect().top)"""


def test_the_ribbon_of_a_phone_says_long_names_in_full_in_a_room_of_their_own_and_covers_no_focus(page, open_model):
    features = [models.feature(f"feature_{i}") for i in range(10)]
    names = ["Loyal spenders of the middle of the week", "Careful newcomers without a second order", "New"]
    segments = [models.segment(i, [3.0 * i] * 10, name=name, share=0.3) for i, name in enumerate(names)]
    page.set_viewport_size({"width": 390, "height": 844})
    open_model(models.model(features, segments))
    ribbon = page.locator(".ribbon")
    heights = set()
    for value in (0, 1.5, 6):
        page.evaluate("hash => { location.hash = hash }", "&".join(f"feature_{i}={value}" for i in range(10)))
        expect(ribbon).to_contain_text("New" if value == 6 else "Loyal")
        heights.add(ribbon.bounding_box()["height"])
        assert ribbon.evaluate("node => node.scrollWidth <= node.clientWidth")
    assert len(heights) == 1
    page.set_viewport_size({"width": 390, "height": 450})
    page.evaluate("scrollTo(0, 0)")
    boxes = page.get_by_role("region", name="Customer", exact=True).get_by_role("spinbutton")
    for number in range(6):
        boxes.nth(number).focus()
        assert page.evaluate(COVERED) is False, number


STEPS = """async (feature) => {
  const { fromPosition, stepped } = await import('/model/segmenter.js');
  const up = [feature.min];
  while (up.at(-1) < feature.max) up.push(stepped(feature, up.at(-1), 1));
  const down = [feature.max];
  while (down.at(-1) > feature.min && down.length < 2000) down.push(stepped(feature, down.at(-1), -1));
  return [up, down, Array.from({ length: 201 }, (_, position) => fromPosition(feature, position))];
}"""


@pytest.mark.parametrize(
    "scale",
    [
        {"min": 1.0, "max": 60.0, "step": 1.0, "offset": 0.0},
        {"min": 0.0, "max": 45.0, "step": 1.0, "offset": 2.7},
        {"min": 3.0, "max": 90_000.0, "step": 50.0, "offset": 0.0},
        {"min": 0.0, "max": 0.9, "step": 0.01, "offset": 0.125},
        {"min": 1.0, "max": 1.5, "step": 0.01, "offset": 0.0},
    ],
)
def test_each_step_of_a_logarithmic_feature_changes_it_and_whole_numbers_stay_whole(blank, scale):
    up, down, positions = blank.evaluate(STEPS, {"mean": 0.0, "scale": 1.0, **scale})
    assert sorted(set(up)) == up
    assert sorted(set(down), reverse=True) == down
    assert [up[0], up[-1], down[0], down[-1]] == [scale["min"], scale["max"], scale["max"], scale["min"]]
    if scale["max"] > 2:
        assert [value for value in (*up, *down, *positions) if value != round(value)] == []


def test_values_that_six_decimals_cannot_tell_from_0_have_three_digits(blank):
    values = [0, 5e-9, -2.5e-7, 0.000012, 0.5, 1234.5, 1e12]
    said = ["0", "5e-9", "-2.5e-7", "0.000012", "0.5", "1,234.5", "1T"]
    assert call_each(blank, "ui/dom:formatTick", [(value,) for value in values]) == said
    feature = {"step": 1e-10, "offset": None, "unit": "g"}
    assert call(blank, "ui/dom:formatValue", feature, 4.5678e-9) == "4.57e-9 g"


def test_the_template_s_customers_have_values_that_the_model_takes(blank):
    amount = models.feature("amount", min=1.0, max=10_000.0, step=50.0, mean=4.6, scale=2.0, offset=0.0)
    model = models.model([amount], [models.segment(0, [3.0]), models.segment(1, [1000.0])])
    save = "model => import('/customers/steps/template.js').then(({ saveTemplate }) => saveTemplate(model))"
    with blank.expect_download() as started:
        blank.evaluate(save, msgspec.to_builtins(model))
    rows = Path(started.value.path()).read_text().splitlines()
    assert [row.rpartition(",")[2] for row in rows] == ["Amount", "3", "1000"]


def test_each_field_has_its_own_hint_whatever_letters_its_name_has(blank):
    described = blank.evaluate("""async () => {
      const { field } = await import('/customers/steps/fields.js');
      const input = () => document.createElement('input');
      document.body.append(...['รายได้', 'ราคา'].map((name) => field(name, input(), `Hint of ${name}`)));
      return [...document.querySelectorAll('input')].map((input) => input.ariaDescribedByElements[0].textContent);
    }""")
    assert described == ["Hint of รายได้", "Hint of ราคา"]


def test_one_order_is_one_order(blank):
    feature = {"step": 1, "offset": 0, "unit": "orders"}
    said = call_each(blank, "ui/dom:formatValue", [(feature, value) for value in (1, 2, 1.5)])
    assert said == ["1 order", "2 orders", "1.5 orders"]


def test_a_sign_of_money_stands_before_its_amount(blank):
    feature = {"step": 0.01, "offset": None, "unit": "€"}
    assert call_each(blank, "ui/dom:formatValue", [(feature, value) for value in (1234.5, -3)]) == ["€1,234.5", "-€3"]
    assert call(blank, "ui/dom:formatValue", {**feature, "unit": "k$"}, 89) == "89 k$"


def test_a_logarithmic_feature_has_a_slider_of_even_factors_and_takes_no_zero(page, open_model):
    amount = models.feature("amount", min=1.0, max=10_000.0, step=1.0, mean=4.6, scale=2.0, offset=0.0)
    open_model(models.model([amount], [models.segment(0, [10.0]), models.segment(1, [1000.0])]))
    slider(page, "Amount").press("Home")
    for value, key in [("2", "ArrowRight"), ("3", "ArrowUp"), ("2", "ArrowLeft"), ("1", "ArrowDown")]:
        slider(page, "Amount").press(key)
        expect(box(page, "Amount")).to_have_value(value)
    box(page, "Amount").fill("2.9")
    slider(page, "Amount").press("ArrowLeft")
    expect(box(page, "Amount")).to_have_value("2")
    slider(page, "Amount").fill("100")
    expect(box(page, "Amount")).to_have_value("100")
    slider(page, "Amount").fill("200")
    expect(box(page, "Amount")).to_have_value("10000")
    box(page, "Amount").fill("0")
    expect(page.get_by_text("Enter a number above 0")).to_be_visible()
    box(page, "Amount").fill("101")
    expect(slider(page, "Amount")).to_have_value("100")
    expect(verdict(page)).to_have_text("Kind 1")
    await_confirmed(page)
