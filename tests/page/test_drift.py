"""Drift: the page judges as the command does."""

import json
from pathlib import Path

import pytest

from tests.page.modules import call

CASES = json.loads((Path(__file__).parents[1] / "cases" / "drift.json").read_text())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_drift_is_judged_as_in_the_cases_that_the_command_runs_too(blank, case):
    judged = call(blank, "customers/drift:judge", case["then"], case["now"], case["trained"], case["scored"])
    assert judged["index"] == pytest.approx(case["index"], rel=1e-7, abs=1e-12)
    assert judged["chance"] == pytest.approx(case["chance"], rel=1e-6, abs=1e-12)
    assert judged["verdict"] == case["verdict"]
