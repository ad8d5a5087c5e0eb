"""Debian's Chromium, driven by Playwright."""

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

PROGRAM = shutil.which("chromium-headless-shell")
_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
UNDRAWN = "--force-gpu-mem-available-mb=1"
"""Leaves no memory for pixels, which no test looks at: layout, frames and clicks are the same, for a seventh less."""


@contextlib.contextmanager
def launched(*flags: str) -> Iterator[Browser]:
    """Start the browser, with more flags, and close it at the end."""
    if PROGRAM is None:
        raise FileNotFoundError("chromium-headless-shell")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=Path(PROGRAM), args=[*_FLAGS, *flags])
        yield browser
        browser.close()
