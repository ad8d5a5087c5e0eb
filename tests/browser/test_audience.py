"""The audience builder by hand: a file in, segments and lists out, and nothing personal on the wire."""

import csv
import hashlib
import io
import random
import re
from collections import Counter
from pathlib import Path

import msgspec
import pytest
from playwright.sync_api import Page, expect

from function.model import load
from tests import models, service, tables
from tests.browser import site
from tests.browser.conftest import SHIPPED

HEADER = ["CustomerID", "E-mail", "Phone", "First name", "Last name", "Zip", "City", "State", "Country"]
FEATURES = ["Annual Income (k$)", "Spending Score (1-100)"]
SCORED_MS = 60_000


@pytest.fixture
def builder(page, proxy):
    """Yield the page with the audience builder open, its function behind the proxy."""
    with site.serving(proxy.url) as url:
        page.goto(url)
        expect(page.get_by_text("Confirmed")).to_be_visible()
        proxy.forget()
        page.get_by_role("button", name="Segment a file").click()
        expect(page.get_by_label("Choose a CSV file")).to_be_visible()
        yield page


@pytest.fixture(scope="module")
def segmenter():
    """Return the shipped model, to compare with."""
    return load(SHIPPED)


def customers(count: int, seed: int = 1) -> list[list[str]]:
    """Return rows of HEADER and FEATURES."""
    chance = random.Random(seed)
    return [
        [
            f"C{number}",
            f"user{number}@example.com",
            f"(212) 565-{number % 10_000:04d}",
            chance.choice(["Mary", "Zoë", "Jean-Luc"]),
            chance.choice(["O'Brien", "Pérez", "Smith"]),
            f"{number % 100_000:05d}",
            "New York",
            "New York",
            "US",
            str(chance.randint(15, 137)),
            str(chance.randint(1, 99)),
        ]
        for number in range(count)
    ]


def write(path: Path, rows: list[list[str]], header: list[str] | None = None) -> Path:
    """Write a table as Python writes it."""
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header or HEADER + FEATURES, *rows])
    return path


def choose(page: Page, path: Path) -> None:
    """Choose a file and wait until its columns are shown."""
    page.get_by_label("Choose a CSV file").set_input_files(path)
    expect(page.get_by_role("heading", name="Match the columns")).to_be_focused()


def score(page: Page) -> None:
    """Score the chosen file and wait for the result."""
    page.get_by_role("button", name="Score customers").click()
    expect(page.get_by_role("heading", name="Your customers")).to_be_focused(timeout=SCORED_MS)


def paragraph(page: Page, text: str):
    """Return the paragraph that says something."""
    return page.get_by_role("paragraph").filter(has_text=text)


def download(page: Page, button: str) -> bytes:
    """Download a file and return its content."""
    with page.expect_download(timeout=SCORED_MS) as started:
        page.get_by_role("button", name=button, exact=True).click()
    return Path(started.value.path()).read_bytes()


def rows_of(content: bytes, delimiter: str = ",") -> list[list[str]]:
    """Read a downloaded table."""
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=delimiter))


def digest(text: str) -> str:
    """Return SHA-256 in hexadecimal, '' for ''."""
    return hashlib.sha256(text.encode()).hexdigest() if text else ""


def shown_counts(page: Page) -> dict[str, int]:
    """Read the customers of each segment from the result."""
    lines = page.get_by_role("region", name="Customers by segment").get_by_role("row").all_inner_texts()[1:]
    return {name: int(count.replace(",", "")) for name, count in (line.split("\t")[:2] for line in lines)}


def test_a_hundred_thousand_customers_get_the_segments_that_the_model_gives_them(builder, proxy, segmenter, tmp_path):
    rows = customers(100_000)
    choose(builder, write(tmp_path / "customers.csv", rows))
    score(builder)
    expect(paragraph(builder, "All 100,000 rows scored.")).to_be_visible()
    answers = {pair: segmenter.assign([float(value) for value in pair]) for pair in {tuple(row[-2:]) for row in rows}}
    expected = [answers[tuple(row[-2:])] for row in rows]
    assert shown_counts(builder) == Counter(answer.segment.name for answer in expected)
    header, *table = rows_of(download(builder, "Table with segments"))
    assert header == [*HEADER, *FEATURES, "segment", "confidence"]
    assert table == [
        [*row, answer.segment.name, f"{answer.confidence:.4f}"] for row, answer in zip(rows, expected, strict=True)
    ]
    assert all(len(body) < 1024 * 1024 for body in proxy.bodies)


@tables.needs_mall
def test_the_table_the_model_learned_from_gives_the_shares_of_the_training(builder, segmenter):
    choose(builder, tables.MALL)
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
    rows = customers(7000)
    choose(builder, write(tmp_path / "customers.csv", rows))
    score(builder)
    for button in ("Table with segments", "Google Customer Match", "Meta customer list", "Control group"):
        download(builder, button)
    sent = b"".join(proxy.bodies)
    assert len(proxy.bodies) == 2
    assert set(re.findall(rb'"(\w+)"', sent)) == {b"customers", b"annual_income", b"spending_score"}
    posts = [request for request in requests if request.method == "POST"]
    assert sorted(request.post_data_buffer for request in posts) == sorted(proxy.bodies), (
        "the browser's own record agrees"
    )
    local = (proxy.url, builder.url.split("#")[0], "blob:")
    assert all(request.url.startswith(local) for request in requests)
    wire = "".join(request.url for request in requests) + sent.decode() + "".join(proxy.heads)
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
    expect(paragraph(builder, "3 of 4 rows scored, 1 not.")).to_be_visible()
    builder.get_by_text("1 row without score").click()
    expect(builder.get_by_text("Line 7: Spending score is empty")).to_be_visible()
    content = download(builder, "Table with segments")

    def scores(*values):
        answer = segmenter.assign(values)
        return f"{answer.segment.name};{answer.confidence:.4f}"

    assert content.decode() == (
        '\ufeffName;Annual income;"Note; ""free"" text";Spending score;segment;confidence\r\n'
        f'"Müller; ""Max""";"80,5";"two\r\nlines";90;{scores(80.5, 90)}\r\n'
        f';"1.000,0";\'=1+1;5;{scores(1000, 5)}\r\n'
        f'Zoë;55;;"50,0";{scores(55, 50)};;\r\n'
        "kurz;20;;;;\r\n"
    )


def test_a_function_that_fails_every_third_batch_loses_nothing(builder, proxy, segmenter, tmp_path):
    rows = customers(60_000)
    proxy.fails = lambda number: number % 3 == 0
    choose(builder, write(tmp_path / "customers.csv", rows))
    score(builder)
    assert len(proxy.bodies) > 12
    header, *table = rows_of(download(builder, "Table with segments"))
    names = {
        pair: segmenter.assign([float(value) for value in pair]).segment.name for pair in {(r[-2], r[-1]) for r in rows}
    }
    assert [row[-2] for row in table] == [names[row[-2], row[-1]] for row in rows]
    assert header[-2:] == ["segment", "confidence"]


def test_a_function_that_stops_midway_can_be_tried_again_where_it_stopped(builder, proxy, tmp_path):
    rows = customers(50_000)
    proxy.fails = lambda number: number > 4
    choose(builder, write(tmp_path / "customers.csv", rows))
    builder.get_by_role("button", name="Score customers").click()
    again = builder.get_by_role("button", name="Try again")
    expect(again).to_be_focused(timeout=30_000)
    expect(builder.get_by_role("alert").filter(has_text="The function cannot be reached.")).to_be_visible()
    assert proxy.answered == 4
    proxy.fails = lambda _: False
    again.press("Enter")
    expect(paragraph(builder, "All 50,000 rows scored.")).to_be_visible(timeout=SCORED_MS)
    assert proxy.answered == 10, "no batch was sent again that had been answered"
    assert sum(shown_counts(builder).values()) == 50_000


def test_cancel_stops_the_sending(builder, proxy, tmp_path):
    proxy.delay_seconds = 60
    choose(builder, write(tmp_path / "customers.csv", customers(60_000)))
    builder.get_by_role("button", name="Score customers").click()
    expect(builder.get_by_role("progressbar", name="Scoring")).to_be_visible()
    builder.wait_for_timeout(300)
    builder.get_by_role("button", name="Cancel").click()
    expect(builder.get_by_role("heading", name="Match the columns")).to_be_focused()
    sent = len(proxy.bodies)
    proxy.released.set()
    builder.wait_for_timeout(500)
    assert len(proxy.bodies) == sent <= 4
    score(builder)
    expect(paragraph(builder, "All 60,000 rows scored.")).to_be_visible()


def test_cancel_ends_the_writing_of_a_file(builder, tmp_path):
    choose(builder, write(tmp_path / "customers.csv", customers(100_000)))
    score(builder)
    start = builder.get_by_role("button", name="Meta customer list")
    start.click()
    builder.get_by_role("list", name="Your files").get_by_role("button", name="Cancel").click()
    expect(start).to_be_focused()
    expect(builder.get_by_role("list", name="Your files").get_by_role("listitem")).to_have_count(0)
    assert len(rows_of(download(builder, "Control group"))) > 1


def test_rows_that_cannot_be_scored_are_listed_with_line_and_reason(builder, tmp_path):
    rows = [["80", "90"], ["abc", "90"], ["", "5"], ["80", "1e300"], ["80", "90", "stray"], ["1,234", "5"], ["15", "1"]]
    choose(builder, write(tmp_path / "few.csv", rows, FEATURES))
    score(builder)
    expect(paragraph(builder, "2 of 7 rows scored, 5 not.")).to_be_visible()
    builder.get_by_text("5 rows without score").click()
    reasons = [
        "Line 3: Annual income is not a number",
        "Line 4: Annual income is empty",
        "Line 5: Spending score is too large",
        "Line 6: more cells than the header has; is a delimiter not quoted?",
        "Line 7: Annual income can be read in two ways, such as 1,234; say which decimal sign the file uses",
    ]
    expect(builder.get_by_role("listitem").filter(has_text=re.compile("^Line "))).to_have_text(reasons)
    listed = rows_of(download(builder, "Download the list of rows without score"))
    assert listed == [["line", "reason"], *([line[5:6], line[8:]] for line in reasons)]


def test_a_wrong_column_is_corrected_by_hand(builder, segmenter, tmp_path):
    path = tmp_path / "few.csv"
    path.write_text("money,points,income in dollars\n15,90,80500\n15,20,20000\n")
    choose(builder, path)
    builder.get_by_role("button", name="Score customers").click()
    expect(builder.get_by_role("heading", name="Match the columns")).to_be_visible()
    builder.get_by_role("combobox", name="Annual income").select_option("income in dollars")
    builder.get_by_role("combobox", name="Spending score").select_option("income in dollars")
    builder.get_by_role("button", name="Score customers").click()
    expect(builder.get_by_role("alert").filter(has_text="Two features have the same column.")).to_be_visible()
    builder.get_by_role("combobox", name="Spending score").select_option("points")
    expect(builder.get_by_text("Most values lie outside 15 k$ to 137 k$")).to_be_visible()
    builder.get_by_role("checkbox", name="Divide by 1,000").check()
    expect(builder.get_by_text("Most values lie outside")).to_have_count(0)
    score(builder)
    _, first, second = rows_of(download(builder, "Table with segments"))
    assert first[-1] == f"{segmenter.assign([80.5, 90]).confidence:.4f}"
    assert second[-1] == f"{segmenter.assign([20, 20]).confidence:.4f}"


LISTED = [
    "7",
    " Jane.Doe+shop@GMail.com",
    "(212) 565-0000",
    "Mary ",
    "O'Brien",
    "94035-1234",
    "St. Louis",
    "California",
    "US",
]
UNITED_KINGDOM = ["8", "test@example.com", "020 7031 3000", "Zoë", "Smith", "WC2H 8LG", "London", "", "United Kingdom"]
UNLISTED = ["9", "no address", "12", "", "", "", "", "", ""]


def test_the_lists_have_the_networks_columns_and_hashes(builder, tmp_path):
    rows = [[*person, "80", "90"] for person in (LISTED, UNITED_KINGDOM, UNLISTED)]
    choose(builder, write(tmp_path / "crm.csv", rows))
    score(builder)
    builder.get_by_label("Control group held back").fill("0")
    google = rows_of(download(builder, "Google Customer Match"))
    assert google[0] == ["Email", "Phone", "First Name", "Last Name", "Country", "Zip"]
    assert google[1:] == [
        [*map(digest, ["janedoe@gmail.com", "+12125650000", "mary", "obrien"]), "US", "94035-1234"],
        [*map(digest, ["test@example.com", "+442070313000", "zoë", "smith"]), "GB", "WC2H 8LG"],
    ]
    item = builder.get_by_role("listitem").filter(has_text="crm-google-customer-match.csv")
    expect(item).to_contain_text(
        "1 customer left out: no e-mail address, phone or full name with postal code and country."
    )
    expect(item).to_contain_text("1 phone number could not be read; is the country missing?")
    meta = rows_of(download(builder, "Meta customer list"))
    assert meta[0] == ["email", "phone", "fn", "ln", "zip", "ct", "st", "country"]
    persons = [
        ["jane.doe+shop@gmail.com", "12125650000", "mary", "obrien", "94035", "stlouis", "ca", "us"],
        ["test@example.com", "442070313000", "zoë", "smith", "wc2h8lg", "london", "", "gb"],
    ]
    assert meta[1:] == [list(map(digest, person)) for person in persons]


def test_a_phone_number_without_country_takes_the_one_the_user_names(builder, tmp_path):
    path = tmp_path / "phones.csv"
    path.write_text("mobile,annual_income,spending_score\n0151 12345678,80,90\n+12125650000,80,90\n")
    choose(builder, path)
    score(builder)
    builder.get_by_label("Control group held back").fill("0")
    builder.get_by_label("Country of customers").select_option("Germany")
    assert [row[1] for row in rows_of(download(builder, "Google Customer Match"))[1:]] == [
        digest("+4915112345678"),
        digest("+12125650000"),
    ]


def test_the_control_group_is_held_back_from_every_list_and_stays_the_same(builder, tmp_path):
    rows = customers(3000)
    choose(builder, write(tmp_path / "spring.csv", rows))
    score(builder)
    builder.get_by_label("Control group held back").fill("20")
    segments = builder.get_by_role("group", name="Segments")
    for name in ("Frugal", "Careless"):
        segments.get_by_label(name).uncheck()
    table = rows_of(download(builder, "Table with segments"))[1:]
    control = rows_of(download(builder, "Control group"))[1:]
    chosen = [row for row in table if row[-2] not in ("Frugal", "Careless")]
    assert 0.15 < len(control) / len(chosen) < 0.25
    assert all(row in chosen for row in control)
    held = {row[1] for row in control}
    for button in ("Google Customer Match", "Meta customer list"):
        listed = [row[0] for row in rows_of(download(builder, button))[1:]]
        assert listed == [digest(row[1]) for row in chosen if row[1] not in held]
    # Another file: fewer columns, another order, other capitals. The same customers are held back.
    others = [[row[1].upper(), *row[-2:]] for row in reversed(rows)]
    choose(builder, write(tmp_path / "autumn.csv", others, ["Mail", *FEATURES]))
    score(builder)
    builder.get_by_label("Control group held back").fill("20")
    again = {row[0].lower() for row in rows_of(download(builder, "Control group"))[1:]}
    assert {row[1] for row in chosen} & again == held


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("book.xlsx", b"PK\x03\x04 and more", "This is a workbook or an archive."),
        ("photo.csv", b"\x89PNG\x00\x00", "This is not a text file."),
        ("empty.csv", b"", "The file is empty"),
        ("header.csv", b"annual_income,spending_score\n", "The file has one row"),
        ("open.csv", b'annual_income,spending_score\n1,"2\n3,4\n', "line 2: expected a closing quote"),
    ],
)
def test_what_is_no_table_is_refused_with_a_reason(builder, tmp_path, name, content, message):
    path = tmp_path / name
    path.write_bytes(content)
    builder.get_by_label("Choose a CSV file").set_input_files(path)
    expect(builder.get_by_role("alert").filter(has_text=message)).to_be_visible()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1252"])
def test_encodings_are_recognised(builder, tmp_path, encoding):
    path = tmp_path / "namen.csv"
    path.write_bytes("Name,annual_income,spending_score\r\nZoë Müller,80,90\r\n".encode(encoding))
    choose(builder, path)
    expect(builder.get_by_text("The file is not UTF-8.")).to_have_count(1 if encoding == "windows-1252" else 0)
    score(builder)
    content = download(builder, "Table with segments")
    assert rows_of(content)[1][0] == "Zoë Müller"
    assert content.startswith(b"\xef\xbb\xbf") == (encoding != "utf-8"), "a mark where a spreadsheet needs one"


def test_a_new_model_in_the_middle_is_not_mixed_in(builder, proxy, segmenter, tmp_path):
    changed = msgspec.structs.replace(segmenter.model, warnings=["another"])
    models.write(tmp_path / "segmenter.joblib", changed)
    choose(builder, write(tmp_path / "few.csv", [["80", "90"]], FEATURES))
    with service.running(tmp_path / "segmenter.joblib", tmp_path / "log", ALLOWED_ORIGINS="*") as other:
        proxy.target = other.url
        builder.get_by_role("button", name="Score customers").click()
        expect(builder.get_by_role("alert").filter(has_text="The function has a new model")).to_be_visible()
    expect(builder.get_by_role("heading", name="Your customers")).to_have_count(0)


def test_the_template_can_be_filled_in_and_scored(builder, tmp_path):
    path = tmp_path / "template.csv"
    path.write_bytes(download(builder, "Download a template"))
    choose(builder, path)
    score(builder)
    expect(paragraph(builder, "All 2 rows scored.")).to_be_visible()
    google = rows_of(download(builder, "Google Customer Match"))
    assert len(google) + len(rows_of(download(builder, "Control group"))) == 4


def test_a_file_can_be_dropped_in_its_place_and_nowhere_else(builder):
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


def test_all_of_it_works_by_keyboard_alone(builder, tmp_path):
    path = write(tmp_path / "few.csv", customers(50))
    keyboard = builder.keyboard
    expect(builder.get_by_label("Choose a CSV file")).to_be_focused()
    with builder.expect_file_chooser() as chooser:
        keyboard.press("Space")
    chooser.value.set_files(path)
    expect(builder.get_by_role("heading", name="Match the columns")).to_be_focused()
    press_until(builder, "Score customers")
    keyboard.press("Enter")
    expect(builder.get_by_role("heading", name="Your customers")).to_be_focused()
    press_until(builder, "Google Customer Match")
    with builder.expect_download() as started:
        keyboard.press("Enter")
    assert started.value.suggested_filename == "few-google-customer-match.csv"


def press_until(page: Page, name: str) -> None:
    """Press Tab until the button is reached."""
    button = page.get_by_role("button", name=name, exact=True)
    for _ in range(40):
        page.keyboard.press("Tab")
        if button.evaluate("(node) => node === document.activeElement"):
            return
    raise AssertionError(f"Tab does not reach {name}")
