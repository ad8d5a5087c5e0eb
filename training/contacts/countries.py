"""Countries by their codes and names, in the languages that the page knows and their own.

The page knows the same (static/customers/contacts/countries.js); the names stand in country_names.json, made by
tests/helpers/country_table.py.
"""

import functools
import json
from pathlib import Path

from .words import bag


def country_code(text: str) -> str:
    """Return a country's two letters of ISO 3166-1, or "" if the text names none.

    Parameters
    ----------
    text : str, a code of two or three letters, or a name
    """
    return _codes().get(bag(text), "")


@functools.cache
def _codes() -> dict[str, str]:
    names: dict[str, list[str]] = json.loads(Path(__file__).with_name("country_names.json").read_bytes())
    return {name: code for code, (_, words) in names.items() for name in words.split("|")}
