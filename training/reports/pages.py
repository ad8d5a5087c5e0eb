"""Makes pages of HTML from the templates beside it: whole in one file, without scripts, texts escaped."""

import re
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup, escape

_RIGHT_TO_LEFT = "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
_WORDS = re.compile(rf"({_RIGHT_TO_LEFT}(?:[^A-Za-z,;:.(){{}}<>&]*{_RIGHT_TO_LEFT})?)")
"""Words from right to left with what stands between them."""


def isolated(name: str) -> Markup:
    """Return a name escaped; one with words from right to left keeps to itself, as an element `bdi`."""
    return Markup("<bdi>{}</bdi>").format(name) if _WORDS.search(name) else escape(name)


def isolated_words(text: str) -> Markup:
    """Return a sentence escaped; its words from right to left keep to themselves, so that what is beside them stays."""
    return Markup("").join(map(isolated, _WORDS.split(text)))


_PAGES = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
)
_PAGES.filters.update(isolated=isolated, isolated_words=isolated_words)


def render(template: str, **values: Any) -> str:
    """Return a page."""
    return _PAGES.get_template(template).render(**values)
