"""What a user does with the audience builder, and the tables they have."""

import csv
import hashlib
import io
import random
from pathlib import Path

from playwright.sync_api import Page, expect

from function.model import Segmenter
from tests.page.helpers.parts import await_part
from training.scoring.score import RESULTS

HEADER = ["CustomerID", "E-mail", "Phone", "First name", "Last name", "Zip", "City", "State", "Country"]
FEATURES = ["Annual Income (k$)", "Spending Score (1-100)"]
SCORED_MS = 60_000
NAME = RESULTS.index("segment_name") - len(RESULTS)
PROBABILITY = RESULTS.index("probability") - len(RESULTS)
"""Places of a segment's name and of its probability in a row of the scored table, from its end."""

LAST_DIGITS = 1e-12
"""The last digits of Math.exp are each browser's own: a probability is the same within this, all else to the letter."""


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
    field = page.get_by_label("Choose a CSV file")
    expect(field).to_be_visible()  # a visitor cannot choose before the model is there
    field.set_input_files(path)
    await_part(page, "Match the columns")


def choose_by_key(page: Page, path: Path) -> None:
    """Choose a file in the field that has the focus, by the keyboard."""
    with page.expect_file_chooser() as chooser:
        page.evaluate("null")  # a key may overtake the order to watch for choosers, an answer may not
        page.keyboard.press("Space")
    chooser.value.set_files(path)


def score(page: Page) -> None:
    """Score the chosen file, wait for the result and choose every segment."""
    page.get_by_role("button", name="Score customers").click()
    await_part(page, "Result", SCORED_MS)
    boxes = page.get_by_role("group", name="Segments").get_by_role("checkbox")
    boxes.evaluate_all("(boxes) => boxes.filter(({ checked }) => !checked).forEach((box) => box.click())")


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


def assert_same(table: list[list[str]], expected: list[list[str]]) -> None:
    """Compare rows of the scored table that the page wrote with what the function or the command line says."""
    (exactly, nearly), (exactly_expected, nearly_expected) = map(_apart, (table, expected))
    assert exactly == exactly_expected
    pairs = zip(nearly, nearly_expected, strict=True)
    assert [pair for pair in pairs if abs(pair[0] - pair[1]) > LAST_DIGITS] == []


def _apart(table: list[list[str]]) -> tuple[list[list[object]], list[float]]:
    """Return the rows without their probabilities, and the probabilities: none of a row without score."""
    rows = [[*row[:PROBABILITY], bool(row[PROBABILITY]), *row[PROBABILITY + 1 :]] for row in table]
    return rows, [float(row[PROBABILITY]) for row in table if row[PROBABILITY]]


def digest(text: str) -> str:
    """Return SHA-256 in hexadecimal, '' for ''."""
    return hashlib.sha256(text.encode()).hexdigest() if text else ""


def results_of(segmenter: Segmenter, *values: float | None) -> list[str]:
    """Return what the page writes of a customer in the columns of RESULTS."""
    answer = segmenter.assign(list(values))
    return [
        str(answer.segment.id),
        answer.segment.slug,
        answer.segment.name,
        answer.runner_up.slug,
        *(repr(number).removesuffix(".0") for number in (answer.confidence, answer.probability)),
        *(str(said).lower() for said in (answer.borderline, answer.typical, None in values)),
        " ".join(answer.out_of_range),
        segmenter.hash,
    ]


def shown_counts(page: Page) -> dict[str, int]:
    """Read the customers of each segment from the result."""
    rows = page.get_by_role("region", name="Customers by segment").locator("tbody tr")
    shown = rows.evaluate_all("rows => rows.map(({ cells: [name, count] }) => [name.innerText, count.innerText])")
    return {name.strip(): int(count.replace(",", "")) for name, count in shown}
