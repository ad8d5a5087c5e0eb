"""Drift: the page judges as the command does."""

import pytest

from tests.helpers.cases import load
from tests.page.helpers.modules import call

CASES = load("drift")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_drift_is_judged_as_in_the_cases_that_the_command_runs_too(blank, case):
    judged = call(blank, "customers/drift:judge", case["then"], case["now"], case["trained"], case["scored"])
    assert judged["index"] == pytest.approx(case["index"], rel=1e-7, abs=1e-12)
    assert judged["chance"] == pytest.approx(case["chance"], rel=1e-6, abs=1e-12)
    assert judged["verdict"] == case["verdict"]
