"""The audience builder when the function fails, stops or changes, and when the user changes their mind."""

import re

import msgspec
from playwright.sync_api import expect

from function.model import load
from tests.helpers import models
from tests.page.helpers import functions
from tests.page.helpers.audience import (
    FEATURES,
    NAME,
    SCORED_MS,
    choose,
    customers,
    download,
    paragraph,
    rows_of,
    score,
    shown_counts,
    write,
)
from tests.page.helpers.parts import await_on, await_part
from training.scoring.score import RESULTS


def pairs(count: int) -> list[list[str]]:
    """Return rows of FEATURES alone: all that is sent."""
    return [[str(15 + number % 123), str(1 + number % 99)] for number in range(count)]


def test_a_function_that_fails_every_third_batch_loses_nothing(builder, proxy, segmenter, tmp_path):
    rows = pairs(50_000)
    proxy.fails = lambda number: number % 3 == 0
    choose(builder, write(tmp_path / "customers.csv", rows, FEATURES))
    score(builder)
    assert len(proxy.bodies) > 5
    header, *table = rows_of(download(builder, "Table with segments"))
    names = {
        pair: segmenter.assign([float(value) for value in pair]).segment.name for pair in {(r[0], r[1]) for r in rows}
    }
    assert [row[NAME] for row in table] == [names[row[0], row[1]] for row in rows]
    assert header[-len(RESULTS) :] == list(RESULTS)


def test_a_function_that_stops_midway_can_be_tried_again_where_it_stopped(builder, proxy, tmp_path):
    proxy.fails = lambda number: number > 4
    choose(builder, write(tmp_path / "customers.csv", pairs(60_000), FEATURES))
    builder.get_by_role("button", name="Score customers").click()
    again = builder.get_by_role("button", name="Try again")
    expect(again).to_be_focused(timeout=SCORED_MS)
    expect(builder.get_by_role("alert").filter(has_text="The service cannot be reached.")).to_be_visible()
    assert proxy.answered == 4
    proxy.fails = lambda _: False
    again.press("Enter")
    expect(paragraph(builder, "All 60,000 rows scored.")).to_be_visible(timeout=SCORED_MS)
    assert proxy.answered == 6, "no batch was sent again that had been answered"
    assert sum(shown_counts(builder).values()) == 60_000


def test_cancel_and_another_file_stop_the_sending(builder, proxy, tmp_path):
    proxy.delay_seconds = 60
    choose(builder, write(tmp_path / "customers.csv", pairs(60_000), FEATURES))
    builder.get_by_role("button", name="Score customers").click()
    expect(builder.get_by_role("progressbar", name="Scoring")).to_be_visible()
    await_on(builder, lambda: len(proxy.bodies) >= 4)  # as many are under way as may be
    builder.get_by_role("button", name="Cancel").click()
    await_part(builder, "Match the columns")
    assert len(proxy.bodies) == 4
    proxy.released.set()
    score(builder)
    expect(paragraph(builder, "All 60,000 rows scored.")).to_be_visible()
    assert len(proxy.bodies) == 4 + 6, "none was sent between the two"
    proxy.released.clear()
    builder.get_by_role("button", name="Change the columns").click()
    builder.get_by_role("button", name="Score customers").click()
    await_on(builder, lambda: len(proxy.bodies) >= 14)
    choose(builder, write(tmp_path / "few.csv", [["80", "90"]], FEATURES))
    proxy.released.set()
    score(builder)
    expect(paragraph(builder, "All 1 row scored.")).to_be_visible()
    expect(builder.get_by_text("1 customer of few.csv")).to_be_visible()
    assert len(proxy.bodies) == 14 + 1
    proxy.released.clear()
    builder.get_by_role("button", name="Change the columns").click()
    builder.get_by_role("button", name="Score customers").click()
    await_on(builder, lambda: len(proxy.bodies) >= 16)
    (tmp_path / "photo.csv").write_bytes(b"\x89PNG\x00\x00")
    builder.get_by_label("Choose a CSV file").set_input_files(tmp_path / "photo.csv")
    expect(builder.get_by_role("alert").filter(has_text="photo.csv: This is not a text file.")).to_be_visible()
    await_part(builder, "Match the columns")
    expect(paragraph(builder, "few.csv")).to_be_visible()


def test_cancel_ends_the_writing_of_a_file_and_what_is_no_table_does_not(builder, tmp_path):
    choose(builder, write(tmp_path / "customers.csv", customers(100_000)))
    score(builder)
    start = builder.get_by_role("button", name="Meta customer list")
    start.click()
    builder.get_by_role("list", name="Your files").get_by_role("button", name="Cancel").click()
    expect(start).to_be_focused()
    expect(builder.get_by_role("list", name="Your files").get_by_role("listitem")).to_have_count(0)
    assert len(rows_of(download(builder, "Control group"))) > 1
    (tmp_path / "photo.csv").write_bytes(b"\x89PNG\x00\x00")
    start.click()
    builder.get_by_label("Choose a CSV file").set_input_files(tmp_path / "photo.csv")
    expect(builder.get_by_role("alert").filter(has_text="This is not a text file.")).to_be_visible()
    expect(builder.get_by_role("link", name=re.compile("meta-customer-list"))).to_be_visible()


def test_a_new_model_in_the_middle_is_not_mixed_in_but_taken_over(builder, proxy, segmenter, tmp_path):
    first, *others = segmenter.model.segments
    renamed = msgspec.structs.replace(first, name="Renamed")
    changed = msgspec.structs.replace(segmenter.model, segments=[renamed, *others])
    models.write(tmp_path / "segmenter.joblib", changed)
    centre = [str(value) for value in first.centroid]
    choose(builder, write(tmp_path / "few.csv", [centre] * 20_500, FEATURES))
    with functions.running(tmp_path / "segmenter.joblib", tmp_path / "log") as other:

        def switch(number):
            if number > 1:
                proxy.target = other
            return False

        proxy.fails = switch
        builder.get_by_role("button", name="Score customers").click()
        expect(builder.get_by_role("alert").filter(has_text="The service has a new model")).to_be_visible()
        expect(builder.get_by_role("heading", name="Result")).to_have_count(0)
        expect(builder.get_by_role("contentinfo")).to_contain_text(load(tmp_path / "segmenter.joblib").hash)
        score(builder)
        assert shown_counts(builder)["Renamed"] == 20_500
        assert {row[NAME] for row in rows_of(download(builder, "Table with segments"))[1:]} == {"Renamed"}


def test_a_worker_that_cannot_be_loaded_is_tried_again_with_the_next_file(context, address, tmp_path):
    page = context.new_page()
    page.goto(address)
    path = write(tmp_path / "few.csv", [["80", "90"]], FEATURES)
    page.route("**/table.worker.js", lambda route: route.abort())
    page.get_by_label("Choose a CSV file").set_input_files(path)
    expect(page.get_by_role("alert").filter(has_text="Check the connection and choose the file again")).to_be_visible()
    page.unroute("**/table.worker.js")
    choose(page, write(tmp_path / "again.csv", [["80", "90"]], FEATURES))


def test_the_table_that_was_matched_is_scored_though_another_was_opened_since(blank):
    counts = """async (model) => {
      const { Remote } = await import('/customers/remote.js');
      const remote = new Remote(new URL('/customers/table.worker.js', location));
      const open = (text) => remote.call('open', { file: new File([text], 'x.csv') });
      const [first, second] = [await open('x,y\\n1,2\\n'), await open('name,x,y\\nA,1,2\\nB,2,1\\nC,9,9\\n')];
      const sources = [0, 1].map((column) => ({ column, decimal: '.', factor: 1, dates: null }));
      const { rows, scored } = await remote.call('score', { table: first.id, model, sources, own: true });
      return [first.id === second.id, rows, scored];
    }"""
    model = {"hash": "a" * 12, "variance": 1.0, **msgspec.to_builtins(models.square())}
    assert blank.evaluate(counts, model) == [False, 1, 1]
