"""The page when something is wrong: a function that sleeps, goes away, lies or changes, and values that are none."""

import http.server
import json

import pytest
from playwright.sync_api import Route, expect

from tests.helpers import models, service, web
from tests.page.conftest import SHIPPED
from tests.page.helpers.parts import (
    CONFIRMED,
    STANDARD,
    Held,
    answer,
    answer_with,
    await_confirmed,
    box,
    posts_of,
    slider,
    verdict,
)


def test_a_function_that_takes_longer_than_a_second_is_said_to_wake_up(context, page, address):
    context.clock.install(time=0)
    context.clock.pause_at(1)  # or a second is over before the test has looked
    held = Held(page, "**/model")
    page.goto(address)
    held.wait()
    expect(page.get_by_role("status").first).to_contain_text("Loading the model")
    context.clock.fast_forward(1100)
    expect(page.get_by_role("status").first).to_contain_text("Waking up the service")
    held.let_go()
    expect(verdict(page)).to_be_visible()


def test_a_late_answer_is_said_to_wait_for_the_function_and_the_preview_goes_on(context, page, address):
    page.goto(address + STANDARD)
    await_confirmed(page)
    context.clock.install()
    page.route("**/segment", lambda _: None)
    slider(page, "Annual income").fill("56")
    context.clock.fast_forward(1100)
    expect(answer(page)).to_contain_text("waking up")
    slider(page, "Spending score").fill("95")
    expect(verdict(page)).to_have_text("High-Spending Target")


def test_a_function_that_is_down_and_comes_back_loses_no_value(page, site, tmp_path):
    port = service.free_port()
    with site.naming(f"http://127.0.0.1:{port}") as url:
        page.goto(url + "#annual_income=80&spending_score=90")
        expect(page.get_by_role("alert")).to_contain_text("The service cannot be reached")
        with service.running(SHIPPED, tmp_path / "log", port=port):
            page.get_by_role("button", name="Try again").click()
            expect(verdict(page)).to_have_text("High-Spending Target")
            await_confirmed(page)
        slider(page, "Spending score").fill("10")
        expect(verdict(page)).to_have_text("Careful")
        expect(answer(page)).to_contain_text("Preview only · The service cannot be reached")
        with service.running(SHIPPED, tmp_path / "log", port=port):
            page.get_by_role("button", name="Try again").click()
            await_confirmed(page)
        expect(page.get_by_role("button", name="Try again")).to_be_hidden()


def test_offline_says_so_and_asks_again_when_the_connection_is_back(page, context, address):
    page.goto(address + STANDARD)
    await_confirmed(page)
    context.set_offline(True)
    slider(page, "Spending score").fill("95")
    expect(answer(page)).to_contain_text("Preview only · you are offline")
    context.set_offline(False)
    await_confirmed(page)


def test_a_box_without_a_number_is_marked_and_sends_nothing(page, address):
    page.goto(address + STANDARD)
    await_confirmed(page)
    posts = posts_of(page)
    box(page, "Annual income").fill("")
    expect(page.get_by_text("Enter a number")).to_be_visible()
    expect(box(page, "Annual income")).to_have_attribute("aria-invalid", "true")
    expect(answer(page)).to_contain_text("Not up to date")
    box(page, "Annual income").fill("1e16")
    expect(page.get_by_text("Enter a number")).to_be_visible()
    assert posts == []
    box(page, "Annual income").fill("90")
    expect(page.get_by_text("Enter a number")).to_be_hidden()
    await_confirmed(page)


def test_a_late_answer_does_not_confirm_what_has_become_invalid(page, address):
    page.goto(address + STANDARD)
    await_confirmed(page)
    held = Held(page, "**/segment")
    slider(page, "Annual income").fill("56")
    expect(answer(page)).to_contain_text("Preview")
    box(page, "Annual income").fill("")
    with page.expect_response("**/segment"):
        held.let_go()
    page.get_by_role("button", name="Pin to compare").click()
    expect(answer(page)).to_contain_text("Not up to date")
    expect(box(page, "Annual income")).to_have_value("")


LIES = {
    "not JSON": "<html>",
    "no features": {"hash": "x", "features": [], "segments": [], "warnings": []},
    "another shape": {"features": {"length": 2}},
    "a text for a number": '{"hash": "x", "features": [{"name": "a", "label": "a", "unit": "", "min": "0"}]}',
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES.keys())
def test_a_function_that_describes_no_model_is_an_error_to_try_again(page, address, lie):
    page.route("**/model", lambda route: answer_with(route, lie))
    page.goto(address + "#annual_income=80&spending_score=90")
    expect(page.get_by_role("alert")).to_contain_text("The model could not be loaded")
    page.unroute("**/model")
    page.get_by_role("button", name="Try again").click()
    expect(verdict(page)).to_have_text("High-Spending Target")


class _Endless(http.server.BaseHTTPRequestHandler):
    """Answers without ever coming to an end."""

    def do_GET(self):
        self.send_response(200)
        self.send_header("Access-Control-Allow-Origin", "*")
        self.end_headers()
        while True:
            self.wfile.write(b" " * 65_536)

    def log_message(self, *_):
        """Keep the test's output clean."""


def test_an_answer_without_end_is_cut_off(page, site):
    with web.serving(_Endless) as endless, site.naming(endless) as url:
        page.goto(url)
        expect(page.get_by_role("alert")).to_contain_text("more than an answer can hold")


@pytest.mark.parametrize("lie", ["{}", "[", json.dumps({"segment_id": 1, "confidence": "high"})])
def test_an_answer_that_cannot_be_read_leaves_the_preview(page, address, lie):
    page.route("**/segment", lambda route: answer_with(route, lie))
    page.goto(address + STANDARD)
    expect(answer(page)).to_contain_text("answer cannot be read")
    expect(verdict(page)).to_have_text("Standard")


def test_an_answer_that_never_ends_is_given_up(context, page, address):
    page.goto(address + STANDARD)
    await_confirmed(page)
    context.clock.install()
    page.route("**/segment", lambda _: None)
    slider(page, "Annual income").fill("56")
    context.clock.run_for(31_000)
    expect(answer(page)).to_contain_text("No answer within 30 seconds")


def test_a_refusal_is_shown_with_its_reason(page, address):
    problem = {
        "type": "about:blank",
        "title": "Unprocessable Content",
        "status": 422,
        "detail": "",
        "errors": [{"pointer": "#/annual_income", "detail": "expected a smaller number"}],
    }
    page.route("**/segment", lambda route: answer_with(route, problem, 422))
    page.goto(address + STANDARD)
    expect(answer(page)).to_contain_text("Unprocessable Content (422). annual_income: expected a smaller number")


def test_where_function_and_preview_differ_the_function_is_shown_and_the_page_says_so(page, address):
    def contradict(route: Route) -> None:
        said = route.fetch().json()
        answer_with(route, {**said, "segment_id": 4, "segment_name": "Careless", "segment": "careless"})

    page.route("**/segment", contradict)
    page.goto(address + STANDARD)
    expect(answer(page)).to_contain_text("the preview said otherwise")
    expect(verdict(page)).to_have_text("Careless")


def test_a_retrained_model_is_taken_over_with_the_values_kept(page, address):
    page.goto(address + "#annual_income=80&spending_score=90")
    await_confirmed(page)
    renamed = {"segment_name": "Renamed", "model": "ffffffffffff"}
    page.route("**/segment", lambda route: answer_with(route, {**route.fetch().json(), **renamed}))

    def retrained(route: Route) -> None:
        model = route.fetch().json()
        names = [{**segment, "name": "Renamed"} for segment in model["segments"][1:2]]
        segments = model["segments"][:1] + names + model["segments"][2:]
        answer_with(route, {**model, "hash": "ffffffffffff", "segments": segments})

    page.route("**/model", retrained)
    slider(page, "Annual income").fill("81")
    expect(verdict(page)).to_have_text("Renamed")
    expect(page.get_by_role("contentinfo")).to_contain_text("ffffffffffff")
    await_confirmed(page)
    expect(box(page, "Annual income")).to_have_value("81")


@pytest.mark.parametrize("module", ["config.js", "ui/dom.js", "customer/inputs.js"])
def test_one_module_that_cannot_be_loaded_gives_an_error_and_a_way_to_try_again(context, address, module):
    page = context.new_page()
    page.route(f"**/{module}", lambda route: route.abort())
    page.goto(address + STANDARD)
    expect(page.get_by_role("alert")).to_contain_text("A part of this page could not be loaded")
    expect(page.locator(".spinner")).to_be_hidden()
    page.unroute(f"**/{module}")
    page.get_by_role("button", name="Try again").click()
    expect(verdict(page)).to_have_text("Standard")


def test_a_page_whose_first_module_is_blocked_offers_to_load_it_again(context, address):
    page = context.new_page()
    page.route("**/app.js", lambda route: route.abort())
    page.goto(address + STANDARD)
    expect(page.locator(".spinner")).to_be_hidden()
    expect(page.get_by_role("link", name="Load it again")).to_be_visible()


def test_without_scripts_the_page_says_so_and_shows_no_spinner(browser, address):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    expect(page.locator("noscript p")).to_be_visible()
    expect(page.locator(".spinner")).to_be_hidden()
    context.close()


def test_a_model_with_other_features_is_taken_over_and_the_focus_stays(page, open_model):
    plain = models.square()
    open_model(plain)
    await_confirmed(page)

    def refuse(route: Route) -> None:
        answer_with(route, {"title": "Unprocessable Content", "status": 422, "errors": []}, 422)

    def other(route: Route) -> None:
        model = route.fetch().json()
        third = {**model["features"][0], "name": "z", "label": "Zeal"}
        segments = [
            {**each, "centroid": [*each["centroid"], 5.0], "spread": [[1, 0, 0], [0, 1, 0], [0, 0, 1]]}
            for each in model["segments"]
        ]
        answer_with(route, {**model, "hash": "e" * 12, "features": [*model["features"], third], "segments": segments})

    page.route("**/segment", refuse)
    page.route("**/model", other)
    box(page, "X").fill("7")
    expect(slider(page, "Zeal")).to_be_visible()
    expect(box(page, "X")).to_be_focused()
    expect(box(page, "X")).to_have_value("7")
    page.unroute_all(behavior="wait")


def test_a_number_is_read_as_people_write_it(page, address):
    page.goto(address + STANDARD)
    written = [("61,5", "61.5"), ("$61", "61"), (" 61.5 ", "61.5"), ("61 k$", "61"), ("1,234.5", "1234.5")]
    for text, value in written:
        box(page, "Annual income").fill("")
        box(page, "Annual income").press_sequentially(text)
        page.wait_for_url(f"**/#annual_income={value}&spending_score=50")
        expect(answer(page), text).to_contain_text(CONFIRMED)
        expect(box(page, "Annual income")).to_have_value(text)


def test_what_can_be_read_in_two_ways_or_in_none_is_refused_never_repaired(page, address):
    page.goto(address + STANDARD)
    for text in ("1,234", "61,5,3", "6 1", "abc", "0x1F", "1e400", "-"):
        box(page, "Annual income").fill("55")
        expect(answer(page), f"before {text}").to_contain_text(CONFIRMED)
        box(page, "Annual income").fill("")
        box(page, "Annual income").fill(text)
        expect(box(page, "Annual income"), text).to_have_attribute("aria-invalid", "true")
        expect(answer(page), text).to_contain_text("Not up to date")
        assert page.evaluate("location.hash") == STANDARD, text


def test_arrow_keys_step_in_the_box(page, address):
    page.goto(address + STANDARD)
    box(page, "Annual income").press("ArrowUp")
    expect(box(page, "Annual income")).to_have_value("56")
    box(page, "Annual income").press("PageDown")
    expect(box(page, "Annual income")).to_have_value("46")


def test_a_link_with_values_that_the_model_cannot_read_says_so(page, address):
    page.goto(address + "#annual_income=rich&spending_score=50&shoe_size=42")
    expect(
        page.get_by_text("This link has values that the model cannot read: annual_income, shoe_size.")
    ).to_be_visible()
    page.goto(address + STANDARD)
    expect(page.get_by_text("This link has values")).to_be_hidden()
    page.goto(address + "#" + "".join(f"{'a' * 100}{number}=1&" for number in range(9)))
    expect(page.get_by_text(f"cannot read: {', '.join(['a' * 40] * 3)}, …. Average")).to_be_visible()


def test_values_are_said_to_be_kept_only_where_there_are_some(page, address):
    page.route("**/model", lambda route: route.abort())
    page.goto(address)
    expect(page.get_by_role("alert")).to_contain_text("The model could not be loaded")
    expect(page.get_by_role("alert")).not_to_contain_text("kept")
    page.goto("about:blank")
    page.goto(address + STANDARD)
    expect(page.get_by_role("alert")).to_contain_text("The values in the address are kept")
