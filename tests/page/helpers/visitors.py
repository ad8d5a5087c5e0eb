"""Visitors of the page: one whose windows the tests share, and others for tests that need one of their own."""

import contextlib
from collections.abc import Iterator
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Error, Page

DESKTOP = {"viewport": {"width": 1280, "height": 900}}
PATIENCE_MS = 30_000
"""How long a visitor waits for what must come: long enough for a busy machine."""

_EVERYTHING_KEPT = {"origin": "*", "storageTypes": "local_storage,indexeddb,cookies"}
_UNTOUCHED = "navigator.onLine && Function.prototype.toString.call(Date).includes('[native code]')"


def new_visitor(browser: Browser, device: dict[str, Any]) -> BrowserContext:
    """Return a visitor, for whom nothing is on its way while a test asks where it is."""
    context = browser.new_context(**device, reduced_motion="reduce")
    context.set_default_timeout(PATIENCE_MS)
    return context


class Home:
    """A blank page that stays open and opens windows, all of one visitor, in its own process.

    To start a process for each, which has compiled and drawn nothing yet, would cost more than most tests.

    Parameters
    ----------
    browser : Browser
    url : of anything that runs nothing, on the host that the windows load from: others have a process of their own
    """

    def __init__(self, browser: Browser, url: str) -> None:
        self._browser, self._url = browser, url
        self._begin()

    def _begin(self) -> None:
        context = new_visitor(self._browser, DESKTOP)
        self._page = context.new_page()
        self._page.goto(self._url)
        self._devtools = context.new_cdp_session(self._page)

    @contextlib.contextmanager
    def window(self) -> Iterator[Page]:
        """Open a blank window; at its end forget what the site has kept, and see that others can be opened as this one.

        Raises
        ------
        AssertionError
            If the process has ended, or all windows have another clock or no network; the next are a new visitor's.
        """
        with self._page.expect_popup() as opening:
            self._page.evaluate("void open()")
        yield opening.value
        opening.value.close()
        usable = False
        with contextlib.suppress(Error):
            self._devtools.send("Storage.clearDataForOrigin", _EVERYTHING_KEPT)
            usable = self._page.evaluate(_UNTOUCHED)
        if not usable:
            self.close()
            self._begin()
        assert usable, "the page has crashed, or the test has changed clock or network of all: then it takes `context`"

    def close(self) -> None:
        """End the visit."""
        self._page.context.close()
