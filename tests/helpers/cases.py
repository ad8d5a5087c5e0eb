"""The cases that the tests of Python and of the page share."""

import json
from pathlib import Path
from typing import Any

CASES = Path(__file__).resolve().parents[1] / "cases"


def load(name: str) -> Any:
    """Return the cases in a file of tests/cases/."""
    return json.loads((CASES / f"{name}.json").read_text(encoding="utf-8"))
