"""A browser, the shipped model's function and the page for it."""

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from function.model import Model, Segmenter, load
from tests.helpers import models, service
from tests.page.helpers import functions
from tests.page.helpers.parts import await_confirmed
from tests.page.helpers.proxy import Proxy, before
from tests.page.helpers.site import Site, started
from tests.page.helpers.training_stub import Stub, standing_in
from tests.page.helpers.visitors import DESKTOP, PATIENCE_MS, Home, new_visitor

SHIPPED = service.ROOT / "models" / "segmenter.joblib"

expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="session")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[service.Service]:
    """Yield a running function with the shipped model."""
    log = tmp_path_factory.mktemp("log") / "log"
    with service.running(SHIPPED, log, ALLOWED_ORIGINS="*") as running:
        yield running


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    """Yield the server of the page, which serves it for the function that a test names."""
    with started() as site:
        yield site


@pytest.fixture
def address(site: Site, shipped: service.Service) -> Iterator[str]:
    """Yield the address of the page for the shipped model."""
    with site.naming(shipped.url) as url:
        yield url


@pytest.fixture
def proxy(shipped: service.Service) -> Iterator[Proxy]:
    """Yield a proxy before the function of the shipped model."""
    with before(shipped.url) as proxy:
        yield proxy


@pytest.fixture(scope="session")
def home(browser: Browser, site: Site) -> Iterator[Home]:
    """Yield what opens the windows of the tests."""
    home = Home(browser, site.url + "config.js")
    yield home
    home.close()


@pytest.fixture
def window(home: Home) -> Iterator[Page]:
    """Yield a blank window of a visitor of whom nothing is kept, neither before the test nor after it."""
    with home.window() as window:
        yield window


@pytest.fixture
def device() -> dict[str, Any]:
    """Return what the visitor looks with; tests of phones have another."""
    return DESKTOP


@pytest.fixture
def context(browser: Browser, device: dict[str, Any]) -> Iterator[BrowserContext]:
    """Yield a visitor of the test's own: for another device, clock or network than those of all windows of `home`."""
    context = new_visitor(browser, device)
    yield context
    context.close()


@pytest.fixture
def page(request: pytest.FixtureRequest) -> Iterator[Page]:
    """Yield a blank page; errors of its scripts and violations of its policy fail the test at the end.

    It is a window of `home`, or a page of `context` for a test that takes that as well.
    """
    own = "context" in request.fixturenames
    page = request.getfixturevalue("context").new_page() if own else request.getfixturevalue("window")
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: wrong.append(message.text) if "Content Security" in message.text else None)
    yield page
    assert wrong == []


@pytest.fixture
def open_model(page: Page, site: Site, tmp_path: Path) -> Iterator[Callable[[Model], Page]]:
    """Yield a way to open the page for a model made in the test."""
    with contextlib.ExitStack() as stack:

        def open_page(model: Model) -> Page:
            models.write(tmp_path / "segmenter.joblib", model)
            url = stack.enter_context(functions.running(tmp_path / "segmenter.joblib", tmp_path / "log"))
            page.goto(stack.enter_context(site.naming(url)))
            return page

        yield open_page


@pytest.fixture(scope="module")
def blank(home: Home, site: Site) -> Iterator[Page]:
    """Yield a page of the site's origin that runs nothing itself, to call single modules in."""
    with home.window() as page:
        page.goto(site.url + "config.js")
        yield page


@pytest.fixture
def builder(page: Page, site: Site, proxy: Proxy) -> Iterator[Page]:
    """Yield the page with the audience builder open, its function behind the proxy."""
    with site.naming(proxy.url) as url:
        page.goto(url)
        await_confirmed(page)
        proxy.forget()
        expect(page.get_by_label("Choose a CSV file")).to_be_visible()
        yield page


@pytest.fixture
def stub() -> Iterator[Stub]:
    """Yield what stands in for a training service; tests of the real one have a stub before it."""
    with standing_in() as stub:
        yield stub


@pytest.fixture
def visitor(page: Page, site: Site, shipped: service.Service, stub: Stub) -> Iterator[Page]:
    """Yield the page with a training service."""
    with site.naming(shipped.url, stub.url) as url:
        page.goto(url)
        await_confirmed(page)
        yield page


@pytest.fixture(scope="module")
def segmenter() -> Segmenter:
    """Return the shipped model, to compare with."""
    return load(SHIPPED)
