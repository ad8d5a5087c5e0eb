"""Who is in a segment of a file: listed, searched, sorted, opened, and a sample of all as points on the map."""

import random
import re

from playwright.sync_api import Page, expect

from tests.page.helpers.audience import FEATURES, choose, customers, score, write
from tests.page.helpers.parts import await_confirmed, await_part, box, verdict

DRAWN = """([size, rows]) => import('/customers/table/sample.js').then(({ Sample }) => {
  const sample = new Sample(size);
  for (const row of rows) sample.offer(row, () => row);
  return sample.items();
})"""


BELOW_THE_HEAD = """() => document.activeElement.getBoundingClientRect().top >=
  document.querySelector('.listed thead th').getBoundingClientRect().bottom"""


def listed(page: Page):
    """Return the rows of the list, without its head."""
    return page.get_by_role("region", name="Customers of the segment").locator("tbody").get_by_role("row")


def names(page: Page) -> list[str]:
    """Return who is listed."""
    return [row.split("\t")[0] for row in listed(page).all_inner_texts()]


def test_the_customers_of_a_segment_are_listed_searched_and_sorted_by_how_sure_that_is(builder, segmenter, tmp_path):
    rows = customers(3000)
    choose(builder, write(tmp_path / "shop.csv", rows))
    score(builder)
    answers = [segmenter.assign([float(value) for value in row[-2:]]) for row in rows]
    careful = [(row, a.probability) for row, a in zip(rows, answers, strict=True) if a.segment.name == "Careful"]
    builder.get_by_role("combobox", name="Customers of").select_option("Careful")
    expect(builder.get_by_text(f"{len(careful)} customers; the first 50 are shown.")).to_be_visible()
    assert names(builder) == [row[0] for row, _ in careful[:50]]
    for number in (49, 20):  # upwards, as Shift and Tab go
        listed(builder).nth(number).get_by_role("button").focus()
    assert builder.evaluate(BELOW_THE_HEAD)
    builder.get_by_role("combobox", name="Order").select_option("Surest first")
    surest = sorted(careful, key=lambda pair: -pair[1])
    expect(listed(builder).first).to_contain_text(surest[0][0][0])
    assert names(builder) == [row[0] for row, _ in surest[:50]]
    wanted = surest[-1][0]
    builder.get_by_role("searchbox", name="Search").fill(wanted[1].upper())
    expect(builder.get_by_text(f"1 customer with “{wanted[1].upper()}”.")).to_be_visible()
    assert names(builder) == [wanted[0]]


def test_a_listed_customer_opens_as_the_one_customer_and_the_list_can_be_skipped(builder, tmp_path):
    choose(builder, write(tmp_path / "shop.csv", [["C1", "88,5", "17"], ["C2", "87", ""]], ["Id", *FEATURES]))
    score(builder)
    builder.get_by_role("button", name="Make an audience: Careful").click()
    expect(listed(builder).first).to_contain_text("C1")
    address = builder.url
    builder.get_by_role("combobox", name="Order").press("Tab")
    expect(builder.get_by_role("link", name="Skip the list")).to_be_focused()
    builder.keyboard.press("Enter")
    expect(builder.get_by_role("heading", name="Files")).to_be_focused()
    assert builder.url == address, "the customer's values stay in it"
    builder.get_by_role("button", name="Open C1").press("Enter")
    expect(verdict(builder)).to_be_focused()
    expect(verdict(builder)).to_have_text("Careful")
    expect(box(builder, "Annual income")).to_have_value("88.5")
    await_confirmed(builder)


def test_who_lacks_a_value_is_listed_and_cannot_be_opened(builder, tmp_path):
    choose(builder, write(tmp_path / "shop.csv", [["C2", "87", ""]], ["Id", *FEATURES]))
    score(builder)
    expect(listed(builder)).to_contain_text("A value is missing")
    expect(builder.get_by_role("button", name="Open C2")).to_have_count(0)


def test_on_a_phone_all_that_is_said_of_a_customer_is_in_sight(builder, tmp_path):
    builder.set_viewport_size({"width": 320, "height": 640})
    choose(builder, write(tmp_path / "shop.csv", customers(30)))
    score(builder)
    table = builder.get_by_role("region", name="Customers of the segment")
    expect(listed(builder).first).to_be_visible()
    assert table.evaluate("(node) => node.scrollWidth <= node.clientWidth")
    expect(listed(builder).first.get_by_role("button")).to_be_visible()
    for column in ("Annual income (k$)", "Probability"):
        expect(listed(builder).first.get_by_role("cell", name=column)).to_be_visible()


def test_each_customer_can_be_opened_beside_columns_of_any_width_and_direction(builder, tmp_path):
    header = ["Donaudampfschifffahrtsgesellschaftskunde", "E-mail address of the customer", "Last name", *FEATURES]
    rows = [["C" * 60, f"{'a' * 60}@example.com", name, "50", "50"] for name in ("Kapitän", "דוד", "李")]
    choose(builder, write(tmp_path / "shop.csv", rows, header))
    score(builder)
    for width in (320, 768, 1440):
        builder.set_viewport_size({"width": width, "height": 900})
        listed(builder).first.scroll_into_view_if_needed()
        expect(listed(builder).first.get_by_role("button")).to_be_in_viewport(ratio=1)
    assert (
        len({row.get_by_role("cell").nth(0).locator("span").bounding_box()["x"] for row in listed(builder).all()}) == 1
    )
    builder.set_viewport_size({"width": 320, "height": 900})
    table = builder.get_by_role("region", name="Customers of the segment")
    assert table.evaluate("(node) => node.scrollWidth <= node.clientWidth")


def test_a_sample_of_the_files_customers_stands_on_the_map_until_the_file_goes(builder, tmp_path):
    points = "paths => paths.map(path => path.getAttribute('d').split('M').length - 1)"
    choose(builder, write(tmp_path / "shop.csv", [["80", "90"]] * 300 + [["20", "20"]] * 100, FEATURES))
    score(builder)
    crowd = builder.locator(".crowd path")
    expect(builder.get_by_text("Small points are customers of your file.")).to_be_visible()
    assert sorted(crowd.evaluate_all(points)) == [0, 0, 0, 100, 300]
    builder.get_by_role("button", name="Change the columns").click()
    expect(builder.get_by_text("Small points are customers of your file.")).to_have_count(0)
    assert crowd.evaluate_all(points) == [0] * 5


def test_the_sample_is_the_same_in_any_order_and_even(blank):
    rows = list(range(20_000))
    first = blank.evaluate(DRAWN, [500, rows])
    random.Random(1).shuffle(rows)
    assert blank.evaluate(DRAWN, [500, rows]) == first
    assert len(set(first)) == 500
    assert abs(sum(first) / 500 - 10_000) < 1_000, "mean within four standard errors"
    assert sorted(blank.evaluate(DRAWN, [500, [3, 1, 2]])) == [1, 2, 3]


def test_values_in_another_unit_are_asked_about_before_training_is_advised(builder, tmp_path):
    choose(builder, write(tmp_path / "shop.csv", [["80000", "90"]] * 500, FEATURES))
    score(builder)
    question = builder.get_by_text(re.compile("Most values lie outside what the model has seen: Annual income"))
    expect(question).to_contain_text("15 k$ to 137 k$")
    expect(builder.get_by_text("spread over the segments")).to_have_count(0)
    builder.get_by_role("button", name="Check columns and units").click()
    await_part(builder, "Match the columns")
    builder.get_by_role("checkbox", name="Divide by 1,000").check()
    score(builder)
    expect(question).to_have_count(0)
