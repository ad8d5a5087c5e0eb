"""Campaigns: what the page says of them is what the command line takes."""

import shlex

import click
import pytest
from playwright.sync_api import expect

from tests.page.helpers.parts import await_confirmed, await_part, verdict
from tests.page.test_accessibility import violations
from training.commands import main


def test_each_command_that_the_page_names_takes_the_options_and_tables_it_is_given(page, address):
    page.goto(address)
    await_confirmed(page)
    blocks = page.get_by_role("region", name="Campaigns").locator("pre").all_inner_texts()
    lines = [shlex.split(line) for block in blocks for line in block.splitlines()]
    assert [line[3] for line in lines] == ["holdout", "measure", "movement"]
    for python, _, training, name, *words in lines:
        assert (python, training) == ("python", "training")
        command = main.get_command(click.Context(main), name)
        given, extra, _ = command.make_parser(click.Context(command)).parse_args(words)
        assert extra == []
        assert given["table"] in ("SCORED", "ASSIGNMENT", "THEN")


@pytest.mark.parametrize("width", [768, 1440])
def test_the_link_at_the_top_leads_to_the_campaigns(page, address, width):
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(address)
    expect(verdict(page)).to_be_visible()  # before its script has come, the link leads there as any link does
    page.get_by_role("link", name="Campaigns").click()
    await_part(page, "Campaigns")
    expect(page.get_by_role("heading", name="Campaigns")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert violations(page) == []


@pytest.mark.parametrize("width", [320, 390])
def test_on_a_phone_two_links_stand_at_the_top_and_the_campaigns_fit(page, address, width):
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(address)
    expect(page.get_by_role("navigation").get_by_role("link")).to_have_text(["Your customers", "One customer"])
    assert page.evaluate("document.documentElement.scrollWidth") == width
    expect(page.get_by_role("region", name="Campaigns")).to_be_attached()
