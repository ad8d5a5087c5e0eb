"""The parts of the page as a visitor finds them, by role and label, and what stands in for the function."""

import json
from collections.abc import Callable

from playwright.sync_api import Page, Request, Route, expect

from tests.helpers.service import wait_until

CORS = {"Access-Control-Allow-Origin": "*"}
CONFIRMED = "Confirmed"
STANDARD = "#annual_income=55&spending_score=50"


def answer(page: Page):
    """Return the region that holds the answer."""
    return page.get_by_role("region", name="Answer")


def verdict(page: Page):
    """Return the heading that names the segment."""
    return answer(page).get_by_role("heading")


def slider(page: Page, name: str):
    """Return the slider of a feature."""
    return page.get_by_role("slider", name=name)


def box(page: Page, name: str):
    """Return the number box of a feature."""
    return page.get_by_role("spinbutton", name=name)


def cards(page: Page):
    """Scroll to the cards of the segments, which are loaded when a reader comes near, and return their list."""
    page.get_by_role("heading", name="The segments", exact=True).scroll_into_view_if_needed()
    listed = page.get_by_role("region", name="The segments").get_by_role("listitem")
    listed.first.wait_for()
    return listed


def posts_of(page: Page) -> list[Request]:
    """Return the list that collects the customers sent from now on."""
    posts: list[Request] = []
    page.on("request", lambda request: posts.append(request) if request.method == "POST" else None)
    return posts


def await_confirmed(page: Page) -> None:
    """Wait until the function has confirmed the answer.

    Not by `expect`, as nearly all tests wait for this: it describes the whole page at each try in vain, for 20 ms of a
    processor.
    """
    answer(page).get_by_text(CONFIRMED).wait_for()


def await_part(page: Page, heading: str, timeout: float | None = None) -> None:
    """Wait until a part of the page has come, whose heading takes the focus."""
    node = page.get_by_role("heading", name=heading)
    node.wait_for(timeout=timeout)
    expect(node).to_be_focused(timeout=timeout)


def answer_with(route: Route, body: object, status: int = 200) -> None:
    """Answer a request in the function's place."""
    text = body if isinstance(body, str) else json.dumps(body)
    route.fulfill(status=status, headers=CORS, content_type="application/json", body=text)


def await_on(page: Page, holds: Callable[[], object]) -> None:
    """Let the page go on until something is so in the test: a request came, an event was heard."""
    wait_until(lambda: page.evaluate("null") or holds())


class Held:
    """The first request to a path, which waits until it is let go."""

    def __init__(self, page: Page, path: str) -> None:
        self._page, self._routes = page, list[Route]()
        page.route(path, self._keep_first)

    def _keep_first(self, route: Route) -> None:
        if self._routes:
            route.continue_()
        else:
            self._routes.append(route)

    def wait(self) -> None:
        """Wait until the page has sent it."""
        await_on(self._page, lambda: self._routes)

    def let_go(self) -> None:
        """Pass it on, when the page has sent it."""
        self.wait()
        self._routes[0].continue_()
