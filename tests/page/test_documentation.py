"""The function's own documentation page in a browser."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.helpers.service import Service


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_is_accessible_and_complete_under_its_own_policy(page: Page, shipped: Service, scheme: str):
    page.emulate_media(color_scheme=scheme)
    page.goto(shipped.url)
    expect(page.get_by_role("heading", name="Customer segments")).to_be_visible()
    expect(page.get_by_role("cell", name="annual_income")).to_be_visible()
    expect(page.get_by_text('curl "$URL/segment"').first).to_be_visible()
    page.locator("details").evaluate_all("operations => operations.forEach(one => { one.open = true; })")
    assert page.evaluate("getComputedStyle(document.body).maxWidth") == "960px"  # the policy lets its style through
    assert Axe().run(page).response["violations"] == []


def test_the_page_fits_a_narrow_screen(page: Page, shipped: Service):
    page.set_viewport_size({"width": 320, "height": 700})
    page.goto(shipped.url)
    assert page.evaluate("document.documentElement.scrollWidth") == 320
