"""The page draws, leaves out and lists as the command line does, of the same files."""

import csv
import hashlib
import json
import random
import re

import pytest
from click.testing import CliRunner
from playwright.sync_api import expect

from tests.page.helpers import functions
from tests.page.helpers.audience import FEATURES, assert_same, choose, digest, download, rows_of, score, write
from training.commands import main
from training.contacts.countries import country_code
from training.contacts.people import google_email, google_first_name, google_last_name, zip_code
from training.contacts.phones import phone

CAMPAIGN, SHARE, COUNTRY = "Frühling | 26", 20, "DE"
HEADER = ["Kundennummer", "E-Mail", "Telefon", "Vorname", "Nachname", "PLZ", "Land", "Newsletter", "Phone", *FEATURES]
MAILS = (
    "ada{n}@x.de",
    " Ada{n}@X.DE ",
    "mailto:ada{n}@x.de",
    "Ada <ada{n}@x.de>",
    "a.d.a+{n}@GMail.com",
    "ada{n}@@x.de",
    "'ada{n}@x.de",
    "=ada{n}@x.de",
    "ada\u200b{n}@x.de",
    "",
)
PHONES = (
    "0151 1234{n:04d}",
    "+49 (0)151 1234{n:04d}",
    "0049151 1234{n:04d}",
    "+44 020 7031 {n:04d}",
    "4915112340000.0",
    "(212) 565-{n:04d}",
    "030/1234{n:04d}",
    "000-000-0000",
    "",
)
FIRST = ("Zoë", "Dr. Ada", "İpek", "Jean-Luc", " Mary ", "正", "", "NA")
LAST = ("O'Brien", "O\u2019Brien", "Smith Jr.", "Müller-Lüdenscheidt", "De la Cruz III", "", "NULL")
CODES = ("01067", "1067", "1067.0", "D-10115", "94035-1234", "sw1a1aa", "")
COUNTRIES = ("Deutschland", "UK", "US", "Italia", "Atlantis", "", "The Netherlands", "de")
ANSWERS = ("ja", "nein", "Yes", "0", "oui", "opt-out", "", "perhaps", "TRUE", "x")


def odd_shop(count: int) -> list[list[str]]:
    """Return rows of HEADER as people write them."""
    chance = random.Random(26)
    pick = chance.choice
    return [
        [
            f"{pick(('', '=', '@', '00', ' '))}{number}",
            pick(MAILS).format(n=number),
            pick(PHONES).format(n=number),
            pick(FIRST),
            pick(LAST),
            pick(CODES),
            pick(COUNTRIES),
            pick(ANSWERS),
            "",  # no phone: Telefon has it
            str(chance.randint(15, 137)),
            str(chance.randint(1, 99)),
        ]
        for number in range(count)
    ]


@pytest.fixture
def shop(tmp_path):
    """Write the shop's customers and a list of people to leave out."""
    rows = odd_shop(900)
    gone = [*(row[1] for row in rows[:60]), *(row[2] for row in rows[60:120])]
    gone += [hashlib.sha256(f"ada{number}@x.de".encode()).hexdigest() for number in range(120, 160)]
    (tmp_path / "gone.csv").write_text("\n".join(gone) + "\n", encoding="utf-8")
    return write(tmp_path / "shop.csv", rows, HEADER)


def command(*words: object) -> str:
    """Run a command of the command line and return what it says."""
    done = CliRunner().invoke(main, [str(word) for word in words])
    assert done.exit_code == 0, done.output
    return done.output


def by_command(shop, *options: str) -> list[dict[str, str]]:
    """Return the assignment that score and holdout write of the shop."""
    folder = shop.parent
    command("score", shop, folder / "scored.csv")
    drawn = ("--campaign", CAMPAIGN, "--share", SHARE, "--country", COUNTRY, "--leave-out", folder / "gone.csv")
    command("holdout", folder / "scored.csv", folder / "drawn.csv", *drawn, "--key", HEADER[0], *options)
    with (folder / "drawn.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def prepare(page, shop) -> None:
    """Score the shop on the page and say the same there."""
    choose(page, shop)
    score(page)
    page.get_by_label("Country, where a row names none").select_option("Germany")
    page.get_by_label("Name of the campaign").fill(CAMPAIGN)
    page.get_by_label("Control group held back").fill(str(SHARE))
    page.get_by_label("List of people to leave out").set_input_files(shop.parent / "gone.csv")
    expect(page.get_by_text("addresses and phones read")).to_be_visible()


def test_page_and_command_assign_the_same_customers_to_the_same_groups(builder, shop):
    prepare(builder, shop)
    for silent in ((), ("--without-answer", "yes")):
        if silent:
            builder.get_by_label("Also write to customers whose consent is not recorded").check()
        header, *rows = rows_of(download(builder, "Assignment"))
        page = [dict(zip(header, row, strict=True)) for row in rows]
        drawn = by_command(shop, *silent)
        columns = [column for column in header if column != "day"]
        assert 100 < len(page) < 800
        assert {row["group"] for row in page} == {"control", "treated"}
        assert {row["findable"] for row in page} == {"true", "false"}
        assert [[row[column] for column in columns] for row in page] == [
            [row[column] for column in columns] for row in drawn
        ], silent


def test_the_page_writes_the_table_that_score_writes(builder, shop):
    rows = odd_shop(300)
    for row, income in zip(rows, ("", "NA", "1e3", "-5", "12.50"), strict=False):
        row[-2] = income
    rows[7][-2:] = ["", ""]
    choose(builder, write(shop, rows, HEADER))
    score(builder)
    header, *table = rows_of(download(builder, "Table with segments"))
    command("score", shop, shop.parent / "scored.csv")
    header_scored, *scored = rows_of((shop.parent / "scored.csv").read_bytes())
    assert header == header_scored
    assert_same(table, scored)


def test_dates_become_the_days_that_score_makes_of_them(page, site, tmp_path):
    chance = random.Random(20)
    kinds = [(2023, 20), (2021, 60), (2024, 5)]
    rows = []
    for n in range(240):
        year, visits = kinds[n % 3]
        day = f"{year}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
        rows.append([f"C{n}", day, "/".join(reversed(day.split("-"))), f"{chance.gauss(visits, 2):.1f}"])
    rows[5][1:3] = ["2021-03-04 10:30", ""]
    rows[6][1] = "n/a"
    shop = write(tmp_path / "shop.csv", rows, ["Customer", "Signup", "Last order", "Visits"])
    fit = ("--as-of", "2024-12-31", "--features", "Signup,Last order,Visits", "--k", 3, "--out", tmp_path / "model")
    command("fit", shop, *fit)
    model = tmp_path / "model" / "segmenter.joblib"
    command("score", shop, tmp_path / "scored.csv", "--model", model)
    with (
        functions.running(model, tmp_path / "log") as function,
        site.naming(function) as url,
    ):
        page.goto(url)
        choose(page, shop)
        expect(page.get_by_text("Dates count as days before 2024-12-31.")).to_have_count(2)
        score(page)
        assert rows_of(download(page, "Table with segments")) == rows_of((tmp_path / "scored.csv").read_bytes())


def test_tables_that_the_page_scored_are_taken_by_movement(builder, shop):
    rows = odd_shop(300)
    for name, changed in (("january", []), ("july", rows[:40])):
        for row in changed:
            row[-2:] = ["80", "90"]
        choose(builder, write(shop.parent / f"of-{name}.csv", rows, HEADER))
        score(builder)
        (shop.parent / f"{name}.csv").write_bytes(download(builder, "Table with segments"))
    said = command("movement", shop.parent / "january.csv", shop.parent / "july.csv", "--key", HEADER[0], "--json")
    result = json.loads(said.splitlines()[-1])["result"]
    assert (result["in_both"], result["new"], result["lost"]) == (300, [0] * 5, [0] * 5)
    assert 20 < result["moved"] <= 40


def test_the_page_lists_whom_the_command_writes_to_by_the_same_hashes(builder, shop):
    prepare(builder, shop)
    header, *listed = rows_of(download(builder, "Google Customer Match"))
    assert header == ["Email", "Phone", "First Name", "Last Name", "Country", "Zip"]
    treated = [row for row in by_command(shop) if row["group"] == "treated" and row["findable"] == "true"]
    assert listed == [google_row(row) for row in treated]


def test_measure_says_the_same_of_the_page_s_assignment_as_of_the_command_s(builder, shop):
    prepare(builder, shop)
    (shop.parent / "page.csv").write_bytes(download(builder, "Assignment"))
    drawn = by_command(shop)
    header, *rows = rows_of((shop.parent / "page.csv").read_bytes())
    day = max(drawn[0]["day"], rows[0][header.index("day")])  # midnight may have been between the two
    bought = [row["Kundennummer"] for n, row in enumerate(drawn) if n % (5 if row["group"] == "control" else 3) == 0]
    orders = [[who, f"o{n}", day, f"{10 + n % 7}.50"] for n, who in enumerate([*bought, *bought[::4], "stranger"])]
    write(shop.parent / "orders.csv", orders, ["customer_id", "order_id", "order_date", "amount"])
    results = []
    for assignment in ("page.csv", "drawn.csv"):
        files = (shop.parent / assignment, shop.parent / "orders.csv")
        said = command("measure", *files, "--from", day, "--to", day, "--key", HEADER[0], "--json")
        results.append(json.loads(said.splitlines()[-1])["result"])
    assert results[0] == results[1]
    assert results[0]["all"]["treated"]["buyers"] > results[0]["all"]["control"]["buyers"] > 0


def google_row(row: dict[str, str]) -> list[str]:
    """Return a customer as Google takes it, by training's rules."""
    country = country_code(row["Land"] or COUNTRY)
    hashed = (
        google_email(row["E-Mail"]),
        phone(row["Telefon"], country),
        google_first_name(row["Vorname"]),
        google_last_name(row["Nachname"]),
    )
    return [*map(digest, hashed), country, zip_code(row["PLZ"], country)]


def test_who_buys_anyway_is_measured_as_holdout_measures_it_from_the_orders(page, site, tmp_path):
    orders, scored, drawn = (tmp_path / name for name in ("orders.csv", "scored.csv", "drawn.csv"))
    command("sample", orders, "--orders")
    command("fit", orders, "--orders", "--out", tmp_path / "model", "--k", 3)
    command("score", orders, scored, "--orders", "--model", tmp_path / "model" / "segmenter.joblib")
    drawing = (scored, drawn, "--campaign", CAMPAIGN, "--share", SHARE, "--orders", orders, "--json")
    said = next(line for line in command("holdout", *drawing).splitlines() if "of the customers bought from" in line)
    share = re.search(r"([\d.]+)% of the customers bought", said)[1]
    with (
        functions.running(tmp_path / "model" / "segmenter.joblib", tmp_path / "log") as function,
        site.naming(function) as url,
    ):
        page.goto(url)
        choose(page, scored)
        score(page)
        boxes = page.get_by_role("group", name="Segments").get_by_role("checkbox")
        boxes.first.check()
        boxes.last.uncheck()
        page.get_by_role("button", name=f"{share}% of all in the file bought in the last 30 days: use it").click()
        expect(page.get_by_label("Customers who buy anyway")).to_have_value(share)
        expect(page.get_by_text("are held back: you will see a change of")).to_be_visible()
