"""The audience builder by hand: a file in, segments out, and nothing personal on the wire."""

import json
import re
from collections import Counter

from playwright.sync_api import Page, expect

from tests.page.helpers.audience import (
    FEATURES,
    HEADER,
    NAME,
    assert_same,
    choose,
    choose_by_key,
    customers,
    digest,
    download,
    paragraph,
    results_of,
    rows_of,
    score,
    shown_counts,
    write,
)
from tests.page.helpers.parts import await_part
from training.scoring.score import RESULTS


def test_customers_of_three_batches_get_the_segments_that_the_model_gives_them(builder, proxy, segmenter, tmp_path):
    rows = customers(20_500)
    choose(builder, write(tmp_path / "customers.csv", rows))
    score(builder)
    expect(paragraph(builder, "All 20,500 rows scored.")).to_be_visible()
    answers = {pair: results_of(segmenter, *map(float, pair)) for pair in {tuple(row[-2:]) for row in rows}}
    expected = [answers[tuple(row[-2:])] for row in rows]
    assert shown_counts(builder) == Counter(answer[NAME] for answer in expected)
    header, *table = rows_of(download(builder, "Table with segments"))
    assert header == [*HEADER, *FEATURES, *RESULTS]
    assert_same(table, [[*row, *answer] for row, answer in zip(rows, expected, strict=True)])
    assert len(proxy.bodies) == 3
    assert all(len(body) < 4 * 1024 * 1024 for body in proxy.bodies)


def test_the_table_the_model_learned_from_gives_the_shares_of_the_training(builder, segmenter, mall_table):
    choose(builder, mall_table)
    score(builder)
    assert shown_counts(builder) == {segment.name: segment.size for segment in segmenter.model.segments}
    expect(builder.get_by_text("spread over the segments")).to_have_count(0)


def test_customers_of_one_kind_only_are_reported_as_drift(builder, tmp_path):
    choose(builder, write(tmp_path / "one.csv", [["80", "90"]] * 500, FEATURES))
    score(builder)
    expect(paragraph(builder, "spread over the segments very differently from those the model learned")).to_be_visible()


def test_nothing_but_the_features_leaves_the_browser(builder, proxy, context, tmp_path):
    requests = []

    def record(request):  # Playwright cannot take a list's own method
        requests.append(request)

    context.on("request", record)
    rows = customers(10_100)
    consenting = [[*row[:9], "agreed" if number % 2 else "declined", *row[9:]] for number, row in enumerate(rows)]
    choose(builder, write(tmp_path / "customers.csv", consenting, [*HEADER, "Consent", *FEATURES]))
    score(builder)
    (tmp_path / "gone.csv").write_text("email\nuser1@example.com\n")
    builder.get_by_label("List of people to leave out").set_input_files(tmp_path / "gone.csv")
    builder.get_by_label("Name of the campaign").fill("secret sale")
    builder.get_by_label("Value of a customer, for Meta").select_option("Zip")
    expect(builder.get_by_text("1 on your list")).to_be_visible()
    for button in ("Table with segments", "Google Customer Match", "Meta customer list", "Control group", "Assignment"):
        download(builder, button)
    sent = b"".join(proxy.bodies)
    assert len(proxy.bodies) == 2
    protocol = {b"inputs", b"outputs", b"name", b"customers", b"datatype", b"FP64", b"shape", b"data"}
    assert set(re.findall(rb'"(\w+)"', sent)) == protocol | {b"segment_id", b"probability"}
    values = [json.loads(body)["inputs"][0]["data"] for body in proxy.bodies]
    assert sorted(values) == sorted(
        [int(value) for row in part for value in row[-2:]] for part in (rows[:10_000], rows[10_000:])
    )
    posts = [request for request in requests if request.method == "POST"]
    assert sorted(request.post_data_buffer for request in posts) == sorted(proxy.bodies), (
        "the browser's own record agrees"
    )
    local = (proxy.url, builder.url.split("#")[0], "blob:")
    assert all(request.url.startswith(local) for request in requests)
    wire = "".join(request.url for request in requests) + sent.decode() + "".join(proxy.heads)
    for personal in ("agreed", "declined", "secret", "gone.csv"):
        assert personal not in wire
    for personal in ("example.com", "565-", "2125650", "Mary", "Zo", "Brien", "New York", digest("user1@example.com")):
        assert personal not in wire


def test_quotes_line_breaks_marks_and_semicolons_survive(builder, segmenter, tmp_path):
    path = tmp_path / "kunden.csv"
    path.write_text(
        '\ufeffName;Annual income;"Note; ""free"" text";Spending score\r\n'
        '"Müller; ""Max""";"80,5";"two\r\nlines";90\r\n'
        ";1.000,0;=1+1;5\r\n"
        "\r\n"
        "Zoë;55;;50,0;;\r\n"
        "kurz;20\r\n",
        encoding="utf-8",
        newline="",
    )
    choose(builder, path)
    expect(
        paragraph(builder, f"kunden.csv · {path.stat().st_size} bytes · 4 columns, separated by semicolons")
    ).to_be_visible()
    score(builder)
    expect(
        paragraph(builder, "All 4 rows scored. 1 row went by the values there are: some were missing.")
    ).to_be_visible()
    content = download(builder, "Table with segments")
    table = [row[4:15] for row in rows_of(content, ";")[1:]]
    assert_same(table, [results_of(segmenter, *pair) for pair in ((80.5, 90), (1000, 5), (55, 50), (20, None))])
    max_, formula, zoe, short = map(";".join, table)
    assert content.decode() == (
        f'\ufeffName;Annual income;"Note; ""free"" text";Spending score;{";".join(RESULTS)}\r\n'
        f'"Müller; ""Max""";"80,5";"two\r\nlines";90;{max_}\r\n'
        f';"1.000,0";\'=1+1;5;{formula}\r\n'
        f'Zoë;55;;"50,0";{zoe};;\r\n'
        f"kurz;20;;;{short}\r\n"
    )


def test_rows_that_cannot_be_scored_are_listed_with_line_and_reason(builder, tmp_path):
    rows = [["80", "90"], ["abc", "90"], ["", ""], ["80", "1e300"], ["80", "90", "stray"], ["1,234", "5"], ["15", "1"]]
    rows.append(["1.234", "5"])  # with the other: a column of two decimal signs
    choose(builder, write(tmp_path / "few.csv", rows, FEATURES))
    score(builder)
    expect(paragraph(builder, "2 of 8 rows scored, 6 not.")).to_be_visible()
    builder.get_by_text("6 rows without score").click()
    reasons = [
        "Line 3: Annual income is not a number",
        "Line 4: Annual income is empty",
        "Line 5: Spending score is too large",
        "Line 6: more cells than the header has; is a delimiter not quoted?",
        "Line 7: Annual income can be read in two ways, such as 1,234; say which decimal sign the file uses",
        "Line 9: Annual income can be read in two ways, such as 1,234; say which decimal sign the file uses",
    ]
    expect(builder.get_by_role("listitem").filter(has_text=re.compile("^Line "))).to_have_text(reasons)
    listed = rows_of(download(builder, "Download the list of rows without score"))
    assert listed == [["line", "reason"], *([line[5:6], line[8:]] for line in reasons)]


def test_a_wrong_column_is_corrected_by_hand(builder, segmenter, tmp_path):
    path = tmp_path / "few.csv"
    path.write_text("money,points,income in dollars,worth\n15,90,80500,$ 80\n15,20,20000,€ 20\n", encoding="utf-8")
    choose(builder, path)
    builder.get_by_role("button", name="Score customers").click()
    expect(builder.get_by_role("heading", name="Match the columns")).to_be_visible()
    builder.get_by_role("combobox", name="Spending score").select_option("income in dollars")
    expect(builder.get_by_label("Dates are written").filter(visible=True)).to_have_count(0)
    builder.get_by_role("combobox", name="Annual income").select_option("worth")
    builder.get_by_role("button", name="Score customers").click()
    expect(builder.get_by_text("Several currencies, or some numbers in percent and some not.")).to_be_visible()
    expect(builder.get_by_role("heading", name="Match the columns")).to_be_visible()
    builder.get_by_role("combobox", name="Annual income").select_option("income in dollars")
    builder.get_by_role("button", name="Score customers").click()
    expect(builder.get_by_role("alert").filter(has_text="Two features have the same column.")).to_be_visible()
    builder.get_by_role("combobox", name="Spending score").select_option("points")
    expect(builder.get_by_text("Most values lie outside 15 k$ to 137 k$")).to_be_visible()
    builder.get_by_role("checkbox", name="Divide by 1,000").check()
    expect(builder.get_by_text("Most values lie outside")).to_have_count(0)
    score(builder)
    _, *table = rows_of(download(builder, "Table with segments"))
    assert_same([row[4:] for row in table], [results_of(segmenter, 80.5, 90), results_of(segmenter, 20, 20)])


NO_TABLES = [
    ("book.xlsx", b"PK\x03\x04 and more", "This is a workbook or an archive."),
    ("photo.csv", b"\x89PNG\x00\x00", "This is not a text file."),
    ("empty.csv", b"", "The file is empty"),
    ("header.csv", b"annual_income,spending_score\n", "The file has one row"),
    ("large.csv", b"annual_income,spending_score\n" + b"1,2\n" * 1_200_000, "more than 1,000,000 rows. Split it"),
    ("open.csv", b'annual_income,spending_score\n1,"2\n3,4\n', "line 2: expected a closing quote"),
    ("blank.csv", b" \n\n ,\n", "blank.csv: The file is empty"),
    ("export.xls", b"\xef\xbb\xbf\n<html><table><tr><td>1</td></tr></table>", "This is a web page or XML"),
    ("list.pdf", b"%PDF-1.7\n1 0 obj\n", "This is a PDF."),
    ("orders.json", b'[\n  {"a": 1},\n {"a": 2}]\n', "This is JSON."),
]


def test_what_is_no_table_is_refused_with_a_reason(builder, tmp_path):
    for name, content, message in NO_TABLES:
        (tmp_path / name).write_bytes(content)
        builder.get_by_label("Choose a CSV file").set_input_files(tmp_path / name)
        refusal = builder.get_by_role("alert").filter(has_text=name).filter(has_text=message)
        expect(refusal, name).to_be_visible()


def test_a_wrong_file_leaves_what_was_scored_before_as_it_is(builder, tmp_path):
    choose(builder, write(tmp_path / "shop.csv", [["80", "90"], ["20", "20"]], FEATURES))
    score(builder)
    (tmp_path / "photo.csv").write_bytes(b"\x89PNG\x00\x00")
    builder.get_by_label("Choose a CSV file").set_input_files(tmp_path / "photo.csv")
    expect(builder.get_by_role("alert").filter(has_text="photo.csv: This is not a text file.")).to_be_visible()
    expect(builder.get_by_text("2 customers of shop.csv")).to_be_visible()
    assert len(rows_of(download(builder, "Table with segments"))) == 3


def test_encodings_are_recognised(builder, tmp_path):
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "windows-1252"):
        path = tmp_path / f"{encoding}.csv"
        path.write_bytes("Name,annual_income,spending_score\r\nZoë Müller,80,90\r\n".encode(encoding))
        choose(builder, path)
        expect(builder.get_by_text(f"{encoding}.csv · ")).to_be_visible()
        said = builder.get_by_text("The file is not UTF-8.")
        expect(said, encoding).to_have_count(1 if encoding == "windows-1252" else 0)
        letters = builder.get_by_label("Letters are written in")
        expect(letters, encoding).to_have_count(1 if encoding == "windows-1252" else 0)
        score(builder)
        content = download(builder, "Table with segments")
        assert rows_of(content)[1][0] == "Zoë Müller", encoding
        assert content.startswith(b"\xef\xbb\xbf") == (encoding != "utf-8"), f"{encoding}: a spreadsheet needs a mark"


def test_the_template_can_be_filled_in_and_scored(builder, tmp_path):
    path = tmp_path / "template.csv"
    path.write_bytes(download(builder, "Download a template"))
    choose(builder, path)
    score(builder)
    expect(paragraph(builder, "All 2 rows scored.")).to_be_visible()
    builder.get_by_label("Control group held back").fill("0")
    assert len(rows_of(download(builder, "Google Customer Match"))) == 3


def test_a_spreadsheets_word_on_the_delimiter_is_taken(builder, tmp_path):
    for place, word in enumerate(("sep=;\r\n", "sep=;\n", "")):
        path = tmp_path / f"in {place}.csv"
        path.write_text(f"{word}id;annual_income;spending_score\n1;80;90\n2;20;20\n", newline="")
        choose(builder, path)
        expect(builder.get_by_text(f"in {place}.csv · ")).to_be_visible()
        expect(builder.get_by_label("Columns are separated by"), word).to_have_value(";")
        score(builder)
        expect(paragraph(builder, "All 2 rows scored."), word).to_be_visible()
        header, *rows = rows_of(download(builder, "Table with segments"), ";")
        assert header[:3] == ["id", "annual_income", "spending_score"], word
        assert [row[0] for row in rows] == ["1", "2"], word


def test_a_delimiter_that_was_guessed_wrong_is_chosen(builder, tmp_path):
    path = tmp_path / "in.csv"
    path.write_text("name;note,more;annual_income;spending_score\na;b,c;80;90\n")
    choose(builder, path)
    builder.get_by_label("Columns are separated by").select_option("Comma")
    expect(builder.get_by_text("separated by commas")).to_be_visible()
    builder.get_by_label("Columns are separated by").select_option("Semicolon")
    expect(builder.get_by_text("separated by semicolons")).to_be_visible()
    score(builder)
    expect(paragraph(builder, "All 1 row scored.")).to_be_visible()


def test_letters_that_were_guessed_wrong_are_chosen(builder, tmp_path):
    path = tmp_path / "in.csv"
    path.write_bytes("name,annual_income,spending_score\nŁukasz,80,90\n".encode("cp1250"))
    choose(builder, path)
    letters = builder.get_by_label("Letters are written in")
    expect(letters).to_have_value("windows-1252")
    letters.select_option("Central Europe (Windows-1250)")
    expect(letters).to_have_value("windows-1250")
    score(builder)
    expect(paragraph(builder, "All 1 row scored.")).to_be_visible()
    assert rows_of(download(builder, "Table with segments"))[1][0] == "Łukasz"


def test_a_file_without_names_of_columns_is_read_from_its_first_row(builder, segmenter, tmp_path):
    path = tmp_path / "in.csv"
    path.write_text("80,90\n20,20\n")
    choose(builder, path)
    expect(builder.get_by_text("The first row looks like data.")).to_be_visible()
    builder.get_by_label("The first row names the columns").uncheck()
    expect(builder.get_by_text("The first row looks like data.")).to_be_hidden()
    builder.get_by_role("combobox", name="Annual income").select_option("Column 1")
    builder.get_by_role("combobox", name="Spending score").select_option("Column 2")
    score(builder)
    expect(paragraph(builder, "All 2 rows scored.")).to_be_visible()
    header, *rows = rows_of(download(builder, "Table with segments"))
    assert header == ["Column 1", "Column 2", *RESULTS]
    assert_same([row[2:] for row in rows], [results_of(segmenter, 80, 90), results_of(segmenter, 20, 20)])


def test_the_table_of_segments_tells_of_the_file_and_the_audience_says_its_numbers(builder, tmp_path):
    choose(builder, write(tmp_path / "shop.csv", [["80", "90"]] * 30 + [["20", "20"]] * 10, FEATURES))
    score(builder)
    expect(builder.get_by_text("40 customers of shop.csv")).to_be_visible()
    assert shown_counts(builder)["High-Spending Target"] == 30
    group = builder.get_by_role("group", name="Segments")
    builder.get_by_role("button", name="Make an audience: High-Spending Target").click()
    expect(group.get_by_role("checkbox", checked=True)).to_have_count(1)
    expect(group.get_by_role("checkbox", name="High-Spending Target")).to_be_focused()
    expect(
        builder.get_by_text("High-Spending Target: 30 customers, 0 can be found by their contacts", exact=False)
    ).to_be_visible()
    builder.get_by_role("button", name="Change the columns").click()
    await_part(builder, "Match the columns")
    expect(builder.get_by_text("200 customers that the model learned from")).to_be_visible()
    score(builder)
    expect(builder.get_by_text("40 customers of shop.csv")).to_be_visible()


def test_an_audience_that_is_asked_for_before_there_is_a_file_is_made_of_the_next(builder, tmp_path):
    builder.get_by_role("button", name="Make an audience: Frugal").click()
    expect(builder.get_by_text("Choose your file first")).to_be_visible()
    expect(builder.get_by_label("Choose a CSV file")).to_be_focused()
    choose(builder, write(tmp_path / "shop.csv", [["80", "90"], ["20", "20"]], FEATURES))
    builder.get_by_role("button", name="Score customers").click()
    chosen = builder.get_by_role("group", name="Segments").get_by_role("checkbox", checked=True)
    expect(chosen).to_have_accessible_name("Frugal")


def test_a_file_can_be_dropped_in_its_place_and_nowhere_else(builder, tmp_path):
    transfer = builder.evaluate_handle(
        """() => {
          const transfer = new DataTransfer();
          const text = 'annual_income,spending_score\\n80,90\\n';
          transfer.items.add(new File([text], 'dropped.csv', { type: 'text/csv' }));
          return transfer;
        }"""
    )
    dragged = """(node, dataTransfer) =>
      !node.dispatchEvent(new DragEvent('dragover', { dataTransfer, bubbles: true, cancelable: true }))"""
    assert builder.locator("footer").evaluate(dragged, transfer), "the page would be replaced by the file"
    builder.dispatch_event(".drop", "drop", {"dataTransfer": transfer})
    expect(builder.get_by_text("dropped.csv · 35 bytes")).to_be_visible()
    transfer.evaluate("(transfer) => transfer.items.add(new File(['1'], 'second.csv'))")
    builder.dispatch_event(".drop", "drop", {"dataTransfer": transfer})
    expect(builder.get_by_text("These are 2 files. Drop one.")).to_be_visible()
    place = builder.locator(".drop").bounding_box()
    devtools = builder.context.new_cdp_session(builder)
    for event in ("dragEnter", "dragOver", "drop"):
        folder = {"items": [], "files": [str(tmp_path)], "dragOperationsMask": 1}
        where = {"x": place["x"] + 30, "y": place["y"] + 30}
        devtools.send("Input.dispatchDragEvent", {"type": event, **where, "data": folder})
    expect(builder.get_by_text("This is a folder.")).to_be_visible()
    expect(builder.get_by_text("dropped.csv · 35 bytes")).to_be_visible()


def test_all_of_it_works_by_keyboard_alone(builder, tmp_path):
    path = write(tmp_path / "few.csv", customers(50))
    keyboard = builder.keyboard
    builder.get_by_label("Choose a CSV file").focus()
    choose_by_key(builder, path)
    await_part(builder, "Match the columns")
    press_until(builder, "Score customers")
    keyboard.press("Enter")
    await_part(builder, "Result")
    press_until(builder, "Google Customer Match")
    with builder.expect_download() as started:
        keyboard.press("Enter")
    assert re.fullmatch(r"few-[a-z-]+-google-customer-match-\d{4}-\d\d-\d\d\.csv", started.value.suggested_filename)


def press_until(page: Page, name: str) -> None:
    """Press Tab until the button is reached."""
    button = page.get_by_role("button", name=name, exact=True)
    for _ in range(40):
        page.keyboard.press("Tab")
        if button.evaluate("(node) => node === document.activeElement"):
            return
    raise AssertionError(f"Tab does not reach {name}")


def test_rows_of_orders_are_told_from_customers_and_may_be_scored_all_the_same(builder, tmp_path):
    orders = [[f"C{number // 3}", "80", "90"] for number in range(60)]
    choose(builder, write(tmp_path / "orders.csv", orders, ["Customer ID", *FEATURES]))
    note = builder.get_by_text("The same customer stands in several rows: 40 of the first 60")
    expect(note).to_contain_text("python -m training score ORDERS CUSTOMERS --orders")
    score(builder)
    expect(paragraph(builder, "All 60 rows scored.")).to_be_visible()
    choose(builder, write(tmp_path / "customers.csv", [[f"C{n}", "80", "90"] for n in range(60)], ["Id", *FEATURES]))
    expect(note).to_have_count(0)
