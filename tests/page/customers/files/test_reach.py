"""The audience as a sentence: whom a network can find, counted before a list is written."""

import re

from playwright.sync_api import Page, expect

from tests.page.helpers.audience import FEATURES, choose, customers, download, rows_of, write
from tests.page.helpers.modules import call
from tests.page.helpers.parts import await_part

DAY = "2026-03-01"


def sentence(page: Page):
    """Return the paragraph that says the audience's numbers."""
    return page.get_by_role("status").filter(has_text="can be found by their contacts")


def scored(page: Page, path) -> None:
    """Score a file and leave the choice of the segment to the page."""
    choose(page, path)
    page.get_by_role("button", name="Score customers").click()
    await_part(page, "Result")


def test_the_numbers_of_the_sentence_are_the_rows_of_the_lists_at_every_share(builder, tmp_path):
    rows = customers(400)
    for row in rows[::5]:
        row[1:9] = [""] * 8  # nothing to be found by
    scored(builder, write(tmp_path / "shop.csv", rows))
    for share in ("10", "0", "33"):
        builder.get_by_label("Control group held back").fill(share)
        expect(sentence(builder)).not_to_contain_text("…")
        text = sentence(builder).inner_text()
        written = len(rows_of(download(builder, "Google Customer Match"))) - 1
        counts = [int(count) for count in re.findall(r"\d+(?= customers| can| after)", text)]
        assert counts[0] > counts[1] >= written > 0, "a fifth has no contacts"
        assert counts[-1] == written
        assert len(rows_of(download(builder, "Meta customer list"))) - 1 == written


def test_one_segment_is_chosen_and_the_file_says_which_for_whom_and_when(context, builder, tmp_path):
    context.clock.set_fixed_time(f"{DAY}T12:00:00Z")
    scored(builder, write(tmp_path / "my shop.csv", customers(200)))
    boxes = builder.get_by_role("group", name="Segments").get_by_role("checkbox", checked=True)
    expect(boxes).to_have_count(1)
    builder.get_by_role("button", name="Make an audience: Careful").click()
    with builder.expect_download() as started:
        builder.get_by_role("button", name="Meta customer list").click()
    assert started.value.suggested_filename == f"my-shop-careful-meta-customer-list-{DAY}.csv"
    with builder.expect_download() as started:
        builder.get_by_role("button", name="Table with segments").click()
    assert started.value.suggested_filename == f"my-shop-segments-{DAY}.csv"


def test_a_long_name_of_a_table_leaves_room_for_what_the_file_is_and_for_the_day(blank):
    audience = {"segments": [0, 1], "campaign": "春" * 20}
    for table in ("x" * 300, "顧客" * 100):
        name = call(blank, "customers/steps/shelf:nameOf", table, ["careful", "frugal"], "meta", audience)
        assert 236 < len(name.encode()) <= 240
        assert re.fullmatch(f"{table[:2]}.*-{'春' * 20}-careful-and-frugal-meta-customer-list-[-0-9]{{10}}.csv", name)


def test_without_contacts_no_list_is_offered_until_their_column_is_chosen(builder, tmp_path):
    rows = [["80", "90", f"user{number}@example.com"] for number in range(40)]
    scored(builder, write(tmp_path / "shop.csv", rows, [*FEATURES, "how to reach them"]))
    expect(builder.get_by_text("No list: nobody has an e-mail address")).to_be_visible()
    google = builder.get_by_role("button", name="Google Customer Match")
    expect(google).to_be_disabled()
    builder.get_by_role("combobox", name="E-mail").select_option("how to reach them")
    expect(sentence(builder)).to_contain_text("40 customers, 40 can be found by their contacts")
    expect(google).to_be_enabled()
    expect(builder.get_by_text("No list:")).to_have_count(0)


def test_no_file_of_no_rows_is_written(builder, tmp_path):
    scored(builder, write(tmp_path / "shop.csv", customers(3)))
    builder.get_by_label("Control group held back").fill("0")
    builder.get_by_role("button", name="Control group").click()
    expect(builder.get_by_role("list", name="Your files")).to_contain_text("Control group: no customer is in it")
    expect(builder.get_by_role("list", name="Your files").get_by_role("link")).to_have_count(0)


def test_nothing_moves_when_the_contacts_have_been_counted(builder, tmp_path):
    builder.set_viewport_size({"width": 390, "height": 844})
    scored(builder, write(tmp_path / "shop.csv", customers(300)))
    expect(sentence(builder)).not_to_contain_text("…")
    button = builder.get_by_role("button", name="Google Customer Match")
    top = "(node) => node.getBoundingClientRect().top + scrollY"
    before = button.evaluate(top)
    builder.get_by_label("Control group held back").fill("25")
    expect(sentence(builder)).to_contain_text("25% held back")
    assert button.evaluate(top) == before
