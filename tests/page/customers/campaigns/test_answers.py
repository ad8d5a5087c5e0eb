"""What a campaign changed and who moved, by the real training service: the command line's figures, and nothing personal
leaves.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.helpers.training_service import running_training
from tests.page.helpers.audience import download, rows_of
from tests.page.helpers.modules import call_each
from tests.page.helpers.parts import await_confirmed, await_part
from tests.page.helpers.shop import DAYS, NAMES, Shop, open_shop, rows
from tests.page.helpers.training_stub import standing_in

JOB_MS = 90_000


@pytest.fixture(scope="module")
def shop(tmp_path_factory) -> Shop:
    return open_shop(tmp_path_factory.mktemp("shop"))


@pytest.fixture(scope="module")
def training(tmp_path_factory):
    """Yield what stands before a real training service and keeps what it is sent."""
    folder = tmp_path_factory.mktemp("training")
    with running_training(folder, ALLOWED_ORIGINS="*") as service, standing_in(service.url) as stub:
        yield stub


@pytest.fixture
def visitor(page, site, shipped, training) -> Iterator[Page]:
    with site.naming(shipped.url, training.url) as url:
        page.goto(url)
        await_confirmed(page)
        training.requests.clear()
        yield page


def shown_in(page: Page, name: str) -> str:
    """Return the text of a region, however it is broken into lines."""
    return " ".join(page.get_by_role("region", name=name).inner_text().split())


def cells_of(page: Page, name: str) -> list[list[str]]:
    """Return the rows of a table, by its region's name."""
    table = page.get_by_role("region", name=name)
    return [line.get_by_role("cell").all_inner_texts() for line in table.get_by_role("row").all()[1:]]


def test_the_page_says_of_a_campaign_what_the_command_says_and_sends_nothing_personal(visitor, shop, training):
    heard: list[str] = []
    visitor.on("request", lambda request: heard.append(f"{request.url} {request.headers} {request.post_data_buffer!r}"))
    visitor.get_by_role("button", name="Choose the two files").click()
    expect(visitor.get_by_label("Assignment")).to_be_focused()
    visitor.get_by_label("Assignment").set_input_files(shop.folder / "spring.csv")
    expect(visitor.get_by_text("Campaign spring, drawn on 2026-05-01, 20% held back.")).to_be_visible()
    visitor.get_by_label("Orders", exact=True).set_input_files(shop.folder / "orders.csv")
    visitor.get_by_label("Last day that counts").fill(DAYS[1])
    visitor.get_by_role("button", name="Compare the groups").click()
    title = visitor.get_by_role("heading", name="What the campaign spring changed, from 2026-05-01 to 2026-05-31")
    expect(title).to_be_focused(timeout=JOB_MS)

    effects = [shop.measured["all"], *shop.measured["segments"]]
    shown = shown_in(visitor, "What the campaign spring changed")
    for effect in effects:
        assert f"{effect['sentence']} {effect['revenue_sentence']}" in shown
    assert cells_of(visitor, "Buyers and revenue by segment") == [_figures(effect) for effect in effects]
    points = visitor.get_by_role("figure").get_by_role("listitem").all_inner_texts()
    assert [" ".join(line.split()).replace(" ,", ",") for line in points] == [_interval(effect) for effect in effects]
    report = download(visitor, "Download the report").decode()
    drawn, _, _ = visitor.locator(".check").inner_text().partition(" So they")
    assert drawn in report, "the groups are as they were drawn"
    assert "What the campaign spring changed" in report
    _assert_nothing_personal([*heard, *map(repr, training.requests)], shop)


def test_the_page_says_who_moved_and_hands_over_their_rows(visitor, shop, training):
    visitor.get_by_role("button", name="Choose the two tables").click()
    visitor.get_by_label("Then", exact=True).set_input_files(shop.folder / "may.csv")
    visitor.get_by_label("Now", exact=True).set_input_files(shop.folder / "june.csv")
    expect(visitor.get_by_text("Customer = customer_id")).to_have_count(2)
    visitor.get_by_role("button", name="Compare the tables").click()
    await_part(visitor, "Who moved between may.csv and june.csv", JOB_MS)

    moved, size = shop.moved, len(shop.moved["segments"])
    shown = shown_in(visitor, "Who moved between may.csv and june.csv")
    for sentence in moved["sentences"]:
        assert sentence in shown
    matrix = cells_of(visitor, "Customers by segment then and now")
    counts = [*moved["matrix"], moved["new"]]
    assert [line[:size] for line in matrix] == [[f"{count:,}" for count in line] for line in counts]
    assert [line[size : size + 2] for line in matrix[:-1]] == [
        [f"{lost:,}", f"{kept:.0%}"] for lost, kept in zip(moved["lost"], moved["kept"], strict=True)
    ]
    flows = cells_of(visitor, "Flows between segments")
    place = {segment["slug"]: number for number, segment in enumerate(moved["segments"])}
    then, now, expected = (moved["value"][name] for name in ("then", "now", "expected"))
    for flow, line in zip(moved["flows"], [line for line in flows if not line[1].startswith("-")], strict=True):
        i, j = place[flow["from"]], place[flow["to"]]
        values = [f"{then[i][j]:,.2f}", f"{now[i][j]:,.2f}", f"{expected[i][j]:+,.2f}"]
        assert line == [f"{flow['there']:,}", f"+{flow['net']:,}", _p(flow["p"]), _yes(flow["significant"]), *values]

    movers = rows_of(download(visitor, "Download who moved"))
    by_command = [list(row.values()) for row in rows(shop.folder / "movers.csv")]
    assert movers[0] == list(rows(shop.folder / "movers.csv")[0])
    assert sorted(movers[1:]) == sorted(by_command)
    assert len(by_command) == moved["moved"]
    assert "Who moved between may.csv and june.csv" in download(visitor, "Download the report").decode()
    _assert_nothing_personal([repr(request) for request in training.requests], shop)


def test_figures_are_rounded_as_python_rounds(blank):
    chance = [index * 1.37 - 611.3 for index in range(900)]
    values = [0.125, 0.375, 2.5, 3.5, -2.5, 1234567.885, 0.005, -0.004, 0.0, 1e12 + 0.5, 0.145, 1.005, *chance]
    values += [index / 8 for index in range(-80, 80)]
    module = "customers/campaigns/answers/figures"
    for name, write in (("whole", "{:,.0f}"), ("money", "{:,.2f}"), ("percent", "{:,.1%}")):
        shown = call_each(blank, f"{module}:{name}", [(value,) for value in values])
        assert shown == [write.format(value) for value in values]
    shown = call_each(blank, f"{module}:points", [(value / 100,) for value in values])
    assert shown == [f"{100 * (value / 100):+,.1f}" for value in values]


def _figures(effect):
    treated, control = effect["treated"], effect["control"]
    extra, revenue = effect["extra_buyers"], effect["revenue_difference"]
    more = "too few buyers"
    if revenue:
        more = f"{revenue['estimate']:+,.2f} ({revenue['low']:+,.2f} to {revenue['high']:+,.2f})"
    return [
        f"{treated['customers']:,}",
        f"{control['customers']:,}",
        f"{treated['buyers']:,} ({treated['rate']:.1%})",
        f"{control['buyers']:,} ({control['rate']:.1%})",
        _points(effect["rate_difference"]),
        _p(effect["rate_p"]),
        f"{extra['estimate']:,.0f} ({extra['low']:,.0f} to {extra['high']:,.0f})",
        more,
        "" if effect["revenue_p"] is None else _p(effect["revenue_p"]),
    ]


def _points(interval):
    estimate, low, high = (100 * interval[name] for name in ("estimate", "low", "high"))
    return f"{estimate:+.1f} ({low:+.1f} to {high:+.1f})"


def _interval(effect):
    difference, chance = _points(effect["rate_difference"]), not effect["told_apart"]
    said = difference.replace(" (", " points (")
    return f"{effect['name'] or 'All'} {said}, {'may be chance' if chance else 'more than chance'}"


def _p(value):
    return "under 0.001" if value < 0.0005 else f"{value:.3f}"


def _yes(flag):
    return "yes" if flag else "no"


def _assert_nothing_personal(said: list[str], shop: Shop) -> None:
    assert any("POST" in one or "/measure" in one or "/movement" in one for one in said)
    traffic = "\n".join(said)
    assert not re.search(r"C\d{5}\b", traffic), "a customer's number left"
    for word in ("shop.example", "Secret Road", *map(repr, NAMES)):
        assert word.strip("'") not in traffic, word
    assert Path(shop.folder).name not in traffic
