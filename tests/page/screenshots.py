"""Take pictures of the page's main states, and the README's: ``python -m tests.page.screenshots [FOLDER]``."""

import contextlib
import json
import random
import re
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import click
from playwright.sync_api import Browser, Page, Route

from function.model import Model
from tests.helpers import models, service
from tests.page.helpers import campaigns, chromium, site
from tests.page.helpers.parts import cards

README_PICTURE = Path(__file__).parent / "screenshots" / "page.png"
SHIPPED = service.ROOT / "models" / "segmenter.joblib"
SIZES = {"320": (320, 640), "390": (390, 844), "768": (768, 1024), "1440": (1440, 900)}
CUSTOMER = "#annual_income=85&spending_score=75"
KINDS = {(55, 50): 40, (87, 82): 20, (88, 17): 18, (26, 21): 12, (26, 79): 10}
"""A made-up shop: where its kinds of customers lie, and how many per hundred."""


@click.command(help=__doc__)
@click.argument("folder", type=click.Path(path_type=Path), required=False)
def main(folder: Path | None) -> None:
    """Take the README's picture; with a folder every state at every size, in light and dark, into that folder."""
    with contextlib.ExitStack() as stack:
        temporary = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        browser = stack.enter_context(chromium.launched())
        functions = {"": stack.enter_context(service.running(SHIPPED, temporary / "log")).url}
        for name, shape in LARGE.items():
            models.write(temporary / name, large_model(*shape))
            functions[name] = stack.enter_context(service.running(temporary / name, temporary / "log")).url
        addresses = {name: stack.enter_context(site.serving(url)) for name, url in functions.items()}
        addresses |= dict.fromkeys(
            WITH_TRAINING, stack.enter_context(site.serving(functions[""], "http://127.0.0.1:9"))
        )
        if folder is None:
            README_PICTURE.parent.mkdir(exist_ok=True)
            with _visit(browser, addresses[""], SIZES["1440"], "light") as page:
                shown(page)
                page.screenshot(path=README_PICTURE)
            return
        folder.mkdir(parents=True, exist_ok=True)
        for name, act in STATES.items():
            for size, pixels in SIZES.items():
                for scheme in ("light", "dark"):
                    path = folder / f"{name.replace(' ', '-')}-{size}-{scheme}.png"
                    with _visit(browser, addresses.get(name, addresses[""]), pixels, scheme) as page:
                        act(page)
                        if page.get_by_role("heading", name="The segments", exact=True).is_visible():
                            cards(page)  # not where there is no model
                        page.screenshot(path=path, full_page=True)


def large_model(n_features: int, n_segments: int) -> Model:
    """Return a model of many features, one of them logarithmic, and of segments with long names."""
    features = [models.feature(f"feature_{i}", label=f"Feature number {i}", step=0.1) for i in range(n_features - 1)]
    features.insert(
        1, models.feature("spend", label="Yearly spend", unit="$", min=1.0, max=5e4, mean=5.0, scale=2.0, offset=0.0)
    )
    at = [[1.0 + (s * (f + 3) * 7) % 9 + s / 50 for f in range(n_features)] for s in range(n_segments)]
    centroids = [[value**4 if f == 1 else value for f, value in enumerate(values)] for values in at]
    parts = n_segments * (n_segments + 1) / 2
    segments = [
        models.segment(i, values, name=f"High-spending, seldom seen {i}", share=(n_segments - i) / parts)
        for i, values in enumerate(centroids)
    ]
    return models.model(features, segments)


def answered(page: Page) -> None:
    """Wait until the function has confirmed the answer."""
    page.locator("[data-kind='confirmed']").wait_for()


def compared(page: Page) -> None:
    """Pin a customer and move on to an unusual one."""
    answered(page)
    page.get_by_role("button", name="Pin to compare").click()
    page.get_by_role("spinbutton", name="Annual income").fill("150")
    page.get_by_role("spinbutton", name="Spending score").fill("30")
    answered(page)


def away(page: Page) -> None:
    """Lose the function after the model has been loaded."""
    answered(page)
    page.route("**/segment", lambda route: route.abort())
    page.get_by_role("spinbutton", name="Annual income").fill("40")
    page.locator("[data-kind='failed']").wait_for()


def failed(page: Page) -> None:
    """Find no function at all."""
    page.route("**/model", lambda route: route.abort())
    page.reload()
    page.get_by_role("alert").wait_for()


def loading(page: Page) -> None:
    """Wait for a function that is waking up."""
    page.add_init_script("window.fetch = () => new Promise(() => {})")
    page.reload()
    page.get_by_text("Waking up").wait_for()


def warned(page: Page) -> None:
    """Show what the model warns of."""

    def warn(route):
        warnings = ["Fitted on 200 customers: shares are rough.", "Two features overlap almost entirely."]
        route.fulfill(json={**route.fetch().json(), "warnings": warnings})

    page.route("**/model", warn)
    page.reload()
    answered(page)


def matched(page: Page) -> None:
    """Choose a file for the audience builder; one column is in dollars and half unreadable."""
    answered(page)
    incomes = ("about 20" if i % 2 else 15_000 + i * 600 for i in range(200))
    rows = "".join(f"{i};u{i}@example.com;{income};{i % 99 + 1}\n" for i, income in enumerate(incomes))
    content = f"Id;Mail;Income;Spending score\n{rows}".encode()
    file = {"name": "customers.csv", "mimeType": "text/csv", "buffer": content}
    page.get_by_label("Choose a CSV file").set_input_files(file)
    page.get_by_role("combobox", name="Annual income").select_option("Income")
    page.get_by_role("checkbox", name="Divide by 1,000").wait_for()


def shown(page: Page) -> None:
    """Score a shop's own customers and look at them."""
    answered(page)
    chance = random.Random(1)
    kinds = chance.choices(list(KINDS), weights=list(KINDS.values()), k=2400)
    rows = [(chance.gauss(income, 8), chance.gauss(score, 8)) for income, score in kinds]
    lines = [f"C{i},{max(15, round(income))},{min(99, max(1, round(score)))}" for i, (income, score) in enumerate(rows)]
    content = "\n".join(["Customer,Annual income,Spending score", *lines]).encode()
    file = {"name": "my-shop.csv", "mimeType": "text/csv", "buffer": content}
    page.get_by_label("Choose a CSV file").set_input_files(file)
    page.get_by_role("button", name="Score customers").click()
    page.get_by_role("heading", name="Result").wait_for()
    page.emulate_media(reduced_motion="reduce")
    page.get_by_role("link", name="Your customers", exact=True).click()
    page.evaluate("scrollTo(0, 0)")
    page.mouse.move(0, 0)


def stopped(page: Page) -> None:
    """Lose the function while a file is scored, by a page that does not try again by itself."""
    page.route("**/table/scoring.js", _without_pauses)
    matched(page)
    page.route("**/infer", lambda route: route.abort())
    page.get_by_role("button", name="Score customers").click()
    page.locator(".audience").get_by_role("button", name="Try again").wait_for()


def _without_pauses(route: Route) -> None:
    source, count = re.subn(r"(?<=PAUSES = )\[.*?\]", "[]", route.fetch().text())
    assert count == 1
    route.fulfill(body=source, content_type="text/javascript")


def listed(page: Page) -> None:
    """Score a file and write a list."""
    matched(page)
    page.get_by_role("checkbox", name="Divide by 1,000").check()
    page.get_by_role("button", name="Score customers").click()
    page.get_by_text("100 rows without score").click()
    with page.expect_download():
        page.get_by_role("button", name="Google Customer Match").click()
    page.get_by_role("list", name="Your files").get_by_role("link").wait_for()


def measured(page: Page) -> None:
    """Ask what a campaign changed."""
    _compare(page, "measure", "Choose the two files", "Compare the groups", ["Assignment", "Orders"])


def moved(page: Page) -> None:
    """Ask who moved."""
    _compare(page, "movement", "Choose the two tables", "Compare the tables", ["Then", "Now"])


def _compare(page: Page, command: str, opens: str, compares: str, labels: list[str]) -> None:
    answered(page)
    page.route(f"**/{command}?*", lambda route: route.fulfill(body=json.dumps({"result": campaigns.ANSWERS[command]})))
    page.get_by_role("button", name=opens).click()
    with tempfile.TemporaryDirectory() as folder:
        paths = campaigns.files(Path(folder))
        for label in labels:
            page.get_by_label(label, exact=True).set_input_files(paths[label])
        page.get_by_text("Columns: Customer = customer_id").nth(1).wait_for()
        page.get_by_role("button", name=compares).click()
        page.locator(".result").wait_for()


def chosen(page: Page) -> None:
    """Choose what segments of a file's own are made of."""
    answered(page)
    rows = [
        f"C{i},u{i}@shop.example,{20 + i % 50},{i % 9 + 1},{i * 7 % 400 + 0.5},{i % 9 + 1}/3/2024" for i in range(200)
    ]
    content = "\n".join(["Customer ID,E-mail,Age,Visits,Spend (EUR),Last order", *rows]).encode()
    file = {"name": "my-shop.csv", "mimeType": "text/csv", "buffer": content}
    page.get_by_label("Choose a CSV file").set_input_files(file)
    page.get_by_role("heading", name="Make segments of these customers").wait_for()
    page.get_by_role("checkbox", name="Last order").check()


def tried(page: Page) -> None:
    """Make them; what the training service answers stands in for it."""
    chosen(page)
    with page.expect_response("**/model") as response:
        page.evaluate("import('./service/api.js').then(({ getModel }) => getModel())")
    model = response.value.json()
    numbers = [segment["id"] for segment in model["segments"]]
    result = {"model": model, "file": "", "card": "", "report": "", "notes": [], "rows": {"segment_id": numbers * 40}}
    page.route("**/fit?*", lambda route: route.fulfill(body=json.dumps({"result": result})))
    page.get_by_label("Days count to").fill("2024-12-31")
    page.get_by_label("Dates are written").filter(visible=True).select_option("Day first: 31/12/2024")
    page.get_by_role("button", name="Make segments", exact=True).click()
    page.get_by_role("heading", name="Your own segments, on trial").wait_for()
    page.get_by_role("heading", name="One customer").scroll_into_view_if_needed()
    page.get_by_text("computed by this page").wait_for()


WITH_TRAINING: dict[str, Callable[[Page], None]] = {
    "campaign measured": measured,
    "customers moved": moved,
    "own segments chosen": chosen,
    "own segments on trial": tried,
}
"""States that need a training service."""

LARGE = {"5 segments of 8 features": (8, 5), "12 segments of 30 features": (30, 12), "20 segments": (12, 20)}
"""Models by the states that show them: how many features and segments they have."""

STATES: dict[str, Callable[[Page], None]] = {
    "answer": answered,
    "comparison": compared,
    "function away": away,
    "failure": failed,
    "loading": loading,
    "warnings": warned,
    "file matched": matched,
    "file shown": shown,
    "file stopped": stopped,
    "file listed": listed,
    **dict.fromkeys(LARGE, answered),
    **WITH_TRAINING,
}


@contextlib.contextmanager
def _visit(browser: Browser, address: str, size: tuple[int, int], scheme: str) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": size[0], "height": size[1]}, color_scheme=scheme)
    page.goto(address + CUSTOMER)
    yield page
    page.unroute_all(behavior="ignoreErrors")
    page.close()


if __name__ == "__main__":
    main()
