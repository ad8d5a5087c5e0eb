"""Calls a function of one of the page's modules in the browser."""

import json
from typing import Any

from playwright.sync_api import Page

_CALL = """async ([module, name, calls]) => {
  const { [name]: named } = await import(module);
  return JSON.stringify(calls.map((call) => named(...call)));
}"""


def call(blank: Page, function: str, *arguments: Any) -> Any:
    """Return what a function answers; it is named module:function, such as ui/dom:title."""
    return call_each(blank, function, [arguments])[0]


def call_each(blank: Page, function: str, calls: list[tuple[Any, ...]]) -> list[Any]:
    """Return the answers to many calls."""
    module, name = function.split(":")
    return json.loads(blank.evaluate(_CALL, [f"/{module}.js", name, calls]))
