"""Makes pages of HTML from the templates beside it: whole in one file, without scripts, texts escaped."""

from pathlib import Path
from typing import Any

import jinja2

_PAGES = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
)


def render(template: str, **values: Any) -> str:
    """Return a page."""
    return _PAGES.get_template(template).render(**values)
