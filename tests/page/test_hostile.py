"""The page against a function and files that mean harm: it ends in words, within bounds, and shows what is hidden."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.page.helpers.parts import STANDARD, answer, answer_with, await_confirmed, verdict

HUGE = "x" * 1_000_000


def changed(page: Page, change) -> None:
    """Serve the shipped model with a change."""

    def serve(route):
        model = route.fetch().json()
        change(model)
        answer_with(route, model)

    page.route("**/model", serve)


def assign(path: str, value: object):
    """Return a change of one place of a model, such as segments.0.name."""

    def change(model):
        *way, last = [int(key) if key.isdigit() else key for key in path.split(".")]
        for key in way:
            model = model[key]
        model[last] = value

    return change


OFF_CONTRACT = {
    "a name of a megabyte": assign("segments.0.name", HUGE),
    "a label of a megabyte": assign("features.0.label", HUGE),
    "a description of a megabyte": assign("segments.1.description", HUGE),
    "a slug of a megabyte": assign("segments.1.slug", HUGE),
    "warnings without end": assign("warnings", ["x"] * 100_000),
    "a feature of no width": assign("features.0.max", 15),
    "a scale of nothing": assign("features.0.scale", 1e-300),
    "a mean out of this world": assign("features.0.mean", 1e300),
    "a range out of this world": assign("features.0.max", 1e308),
    "a negative size": assign("segments.0.size", -1),
    "a negative share": assign("segments.0.share", -0.5),
    "a spread of another shape": assign("segments.0.spread", [[1]]),
    "a list for a text": assign("segments.0.action", []),
    "ten thousand segments": lambda model: model.update(segments=model["segments"] * 2000),
    "ten thousand features": lambda model: model.update(features=model["features"] * 5000),
}


@pytest.mark.parametrize("change", OFF_CONTRACT.values(), ids=OFF_CONTRACT.keys())
def test_a_model_that_is_not_as_the_contract_says_ends_in_the_error_view(page, address, change):
    changed(page, change)
    page.goto(address)
    expect(page.get_by_role("alert")).to_contain_text("The model could not be loaded")
    expect(page.get_by_role("button", name="Try again")).to_be_visible()


@pytest.mark.parametrize("body", ["[" * 3_000_000, '{"a":' * 600_000, "9" * 3_000_000, "\x00", '"\\ud800"'])
def test_json_that_is_made_to_break_a_reader_ends_in_the_error_view(page, address, body):
    page.route("**/model", lambda route: answer_with(route, body))
    page.goto(address)
    expect(page.get_by_role("alert")).to_contain_text("The model could not be loaded")


def test_answers_without_measure_leave_the_preview(page, address):
    def bloat(route):
        said = route.fetch().json()
        answer_with(route, {**said, "changes": said["changes"] * 2000})

    page.route("**/segment", bloat)
    page.goto(address + STANDARD)
    expect(answer(page)).to_contain_text("Preview only")
    expect(verdict(page)).to_have_text("Standard")


def test_signs_that_cannot_be_seen_are_shown_as_their_numbers(page, address):
    name = "Spend\u202egnihton\u202c\x07\u200bers"
    changed(page, assign("segments.0.name", name))
    page.goto(address + STANDARD)
    shown = "Spend[U+202E]gnihton[U+202C][U+0007][U+200B]ers"
    expect(verdict(page)).to_have_text(shown)
    assert re.search("[\u202e\u202c\x07\u200b]", page.locator("body").inner_text()) is None


def choose(page: Page, content: bytes, name: str = "customers.csv") -> None:
    """Choose a file of this content."""
    page.get_by_label("Choose a CSV file").set_input_files({"name": name, "mimeType": "text/csv", "buffer": content})


def test_a_table_of_300_000_columns_is_refused_with_its_number(builder):
    choose(builder, b",".join([b"c"] * 300_000) + b"\n" + b",".join([b"1"] * 300_000) + b"\n")
    expect(builder.get_by_role("alert").filter(has_text="The file has 300,000 columns")).to_be_visible()


TITLES = {
    "opened": "(" * 60_000,
    "opened and closed": "(" * 30_000 + ")" * 30_000,
    "words": "aB" * 30_000,
    "turned": "\u202e" * 50_000,
}


def test_a_column_with_a_name_of_60_000_signs_is_shown_shortened(builder):
    for kind, title in TITLES.items():
        choose(builder, f'"{title}",annual_income,spending_score\nx,80,90\n'.encode(), f"{kind}.csv")
        expect(builder.get_by_text(f"{kind}.csv · ")).to_be_visible()
        names = builder.get_by_role("combobox", name="Annual income").locator("option").all_inner_texts()
        assert len(names) > 2, kind
        assert max(map(len, names)) < 1000, kind
        expect(builder.get_by_role("combobox", name="Annual income"), kind).to_have_value("1")


def test_a_long_value_is_shown_shortened(builder):
    choose(builder, b"annual_income,spending_score\n" + b"9" * 500_000 + b",90\n")
    expect(builder.get_by_text("First values: 9999")).to_be_visible()
    assert len(builder.get_by_text("First values: 9999").inner_text()) < 100


@pytest.mark.usefixtures("context")  # the memory is that of all pages of a process
def test_a_function_that_sends_gigabytes_keeps_the_page_below_one(page, address):
    body = "[" + ",".join(["{}"] * 2_000_000) + "]"
    page.route("**/model", lambda route: answer_with(route, body))
    page.goto(address)
    expect(page.get_by_role("alert")).to_contain_text("more than an answer can hold")
    assert page.evaluate("performance.memory.usedJSHeapSize") < 1e9
    page.unroute("**/model")
    page.get_by_role("button", name="Try again").click()
    await_confirmed(page)
