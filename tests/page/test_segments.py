"""The table of segments: what their verdict means is said in training's words."""

import pytest

from tests.page.modules import call
from training.naming.words import VERDICTS


@pytest.mark.parametrize("verdict", ["natural", "reproducible"])
def test_a_verdict_means_what_training_says(blank, verdict):
    assert call(blank, "customers/segments:meaningOf", verdict) == VERDICTS[verdict]


@pytest.mark.parametrize("verdict", ["constructed", None, "another"])
def test_a_verdict_that_is_a_warning_or_not_known_is_not_said_again(blank, verdict):
    assert call(blank, "customers/segments:meaningOf", verdict) is None
