"""Every regular expression of the function is linear: twice the input takes twice the steps, whatever it is."""

import importlib
import pkgutil
import re
from itertools import product
from pathlib import Path
from typing import Any

import pytest

import function
from function.dialects.routes import key_pattern
from function.model.bounds import _UNSEEN
from tests.helpers.backtracking import steps

SIZE = 200
SIGNS = '0a .,:]}"e-+/;=_\u00e9\u202e'
"""Of these, one or two at a time are repeated: what the patterns look for, and what they do not."""
ENDS = ["", "x", "!", "]", ",", ":", "0"]
SEARCHED = ["parts._ITEM_END", "bounds._UNSEEN", "routes.key_pattern"]
"""Those that look for a match anywhere; the others are matched against the whole."""


def _patterns() -> dict[str, re.Pattern[Any]]:
    names = [module.name for module in pkgutil.walk_packages(function.__path__, "function.")]
    patterns = {
        f"{name}.{attribute}": value
        for name in names
        if name != "function.main"  # it would start; its two patterns are written out
        for attribute, value in vars(importlib.import_module(name)).items()
        if isinstance(value, re.Pattern)
    }
    written = re.findall(r're\.compile\(rb"(.*)"\)', Path(function.__path__[0], "main.py").read_text())
    patterns |= {f"function.main {number}": re.compile(text.encode()) for number, text in enumerate(written)}
    patterns["function.model.bounds._UNSEEN"] = re.compile(_UNSEEN)  # a text there, compiled where it is needed
    return {**patterns, "function.dialects.routes.key_pattern": key_pattern(["calls", "customers", "instances"])}


PATTERNS = _patterns()


def test_the_patterns_are_there():
    assert {"function.dialects.bigquery._NUMBER", "function.main 0", "function.main 1"} <= set(PATTERNS)
    assert all(any(name.endswith(searched) for name in PATTERNS) for searched in SEARCHED)


@pytest.mark.slow
@pytest.mark.parametrize("name", PATTERNS)
def test_a_pattern_takes_steps_in_proportion_to_the_input(name):
    search = any(name.endswith(searched) for searched in SEARCHED)
    for pair, end in product([*SIGNS, *map("".join, product('0 .e"]', repeat=2))], ENDS):
        counts = [steps(PATTERNS[name], pair * (size // len(pair)) + end, search=search) for size in (SIZE, 2 * SIZE)]
        assert counts[1] <= 2.2 * counts[0] + 40, (pair, end)


def test_the_count_tells_a_pattern_that_is_not_linear():
    pattern = re.compile(r"(\d+\.?\d*|\.\d+)", re.ASCII)
    short, long = (steps(pattern, "1" * size + "x", search=False) for size in (SIZE, 2 * SIZE))
    assert long > 3.5 * short
