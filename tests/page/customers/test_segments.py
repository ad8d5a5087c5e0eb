"""The table of segments: what their verdict means is said in training's words."""

import pytest
from playwright.sync_api import expect

from tests.helpers import models
from tests.page.helpers.modules import call
from training.naming.words import VERDICTS


@pytest.mark.parametrize("verdict", ["natural", "reproducible"])
def test_a_verdict_means_what_training_says(blank, verdict):
    assert call(blank, "customers/segments:meaningOf", verdict) == VERDICTS[verdict]


@pytest.mark.parametrize("verdict", ["constructed", None, "another"])
def test_a_verdict_that_is_a_warning_or_not_known_is_not_said_again(blank, verdict):
    assert call(blank, "customers/segments:meaningOf", verdict) is None


def test_every_share_says_on_a_phone_what_it_is_of(open_model, page):
    worth = [models.segment(0, [2.0, 2.0], value_share=0.41), models.segment(1, [8.0, 8.0], value_share=0.59)]
    page.set_viewport_size({"width": 390, "height": 844})
    open_model(models.model([models.feature("x"), models.feature("y")], worth))
    cell = page.get_by_role("region", name="Customers by segment").locator(".worth").first
    expect(cell).to_have_text("41%")
    assert cell.evaluate("(node) => getComputedStyle(node, '::after').content") == '" of the value"'
