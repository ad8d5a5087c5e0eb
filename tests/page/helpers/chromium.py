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


@contextlib.contextmanager
def launched() -> Iterator[Browser]:
    """Start the browser and close it at the end."""
    if PROGRAM is None:
        raise FileNotFoundError("chromium-headless-shell")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=Path(PROGRAM), args=_FLAGS)
        yield browser
        browser.close()
