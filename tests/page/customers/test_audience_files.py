"""The files of the audience builder: the networks' lists and the control group."""

from playwright.sync_api import expect

from tests.page.helpers.audience import FEATURES, NAME, choose, customers, digest, download, rows_of, score, write

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
    item = builder.get_by_role("listitem").filter(has_text="google-customer-match")
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
    builder.get_by_label("Country, where a row names none").select_option("Germany")
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
    chosen = [row for row in table if row[NAME] not in ("Frugal", "Careless")]
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
