"""Makes pages of HTML from the templates beside it: whole in one file, without scripts, texts escaped."""

import functools
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

if TYPE_CHECKING:
    import jinja2

_RIGHT_TO_LEFT = "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
RIGHT_TO_LEFT_WORDS = re.compile(rf"({_RIGHT_TO_LEFT}(?:[^A-Za-z,;:.(){{}}<>&]*{_RIGHT_TO_LEFT})?)")
"""Words from right to left with what stands between them, as a group."""


def isolated(name: str) -> Markup:
    """Return a name escaped; one with words from right to left keeps to itself, as an element `bdi`."""
    return Markup("<bdi>{}</bdi>").format(name) if RIGHT_TO_LEFT_WORDS.search(name) else escape(name)


def isolated_words(text: str) -> Markup:
    """Return a sentence escaped; its words from right to left keep to themselves, so that what is beside them stays."""
    return Markup("").join(map(isolated, RIGHT_TO_LEFT_WORDS.split(text)))


def render(template: str, **values: Any) -> str:
    """Return a page."""
    return _pages().get_template(template).render(**values)


@functools.cache
def _pages() -> "jinja2.Environment":
    import jinja2  # noqa: PLC0415 - most commands write no page unless asked to

    pages = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
    )
    pages.filters.update(isolated=isolated, isolated_words=isolated_words)
    return pages
