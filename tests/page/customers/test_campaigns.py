"""Whom a campaign goes to: consent, lists of people to leave out, its name in the draw, what can be seen of it."""

import hashlib
import random

from playwright.sync_api import expect

from tests.helpers.cases import load
from tests.page.helpers.audience import FEATURES, choose, digest, download, rows_of, score, write
from tests.page.helpers.modules import call_each
from training.contacts.person import KINDS, customer_key, is_findable
from training.targeting.holdout import has_contacts
from training.targeting.plan import place

ODD = ("", " ", "NA", "Zoë", "İ", "O\u00b4Brien", "\u200bx", "😀", "正", "a\u0301", "A\u00a0b", "'7", "12125650000.0")

_KNOWN = """async ([people, contacts]) => {
  const { Person } = await import('/customers/files/person.js');
  const { canBeFound } = await import('/customers/files/networks.js');
  const persons = people.map((cells) => new Person(cells, contacts));
  return persons.map((person) => [person.key, canBeFound(person, contacts)]);
}"""


def test_what_can_be_seen_is_said_as_training_says_it(blank):
    cases = load("advice")["cases"]
    answers = call_each(blank, "customers/files/advice:advise", [tuple(case[:3]) for case in cases])
    assert answers == [{"sentence": said, "hopeless": hopeless} for *_, said, hopeless in cases]


def test_a_customer_has_the_same_key_on_the_page_and_in_training(blank):
    people = list(_odd_people(10_000))
    columns = {kind: position for position, kind in enumerate(KINDS)}
    contacts = {"columns": columns, "country": "", "always": False}
    known = blank.evaluate(_KNOWN, [people, contacts])
    assert known == [[customer_key(*cells) or "\n".join(cells), is_findable(*cells)] for cells in people]


def test_of_a_table_without_contacts_everyone_counts_as_findable_as_in_training(blank):
    tables = [[kind for place, kind in enumerate(KINDS) if number >> place & 1] for number in range(2 ** len(KINDS))]
    columns = [{kind: kinds.index(kind) if kind in kinds else -1 for kind in KINDS} for kinds in tables]
    answers = call_each(blank, "customers/files/person:hasContacts", [(column,) for column in columns])
    assert answers == [has_contacts(dict.fromkeys(kinds, "")) for kinds in tables]
    nothing = {"columns": dict.fromkeys(KINDS, -1), "country": "", "always": False}
    assert blank.evaluate(_KNOWN, [[["c1"]], nothing]) == [["c1", True]]


def test_who_did_not_agree_is_in_no_list(builder, tmp_path):
    said = ["yes", "no", "", "perhaps"]
    path = _table(
        tmp_path / "crm.csv", ["Email", "Accepts Marketing"], [[f"u{n}@x.de", said[n % 4]] for n in range(40)]
    )
    _open(builder, path)
    sentence = _said(builder, "without 10 who did not agree, 10 whose answer cannot be read, and 10 who did not answer")
    expect(sentence).to_contain_text("10 can be found")
    assert _listed(builder) == [digest(f"u{n}@x.de") for n in range(0, 40, 4)]
    builder.get_by_label("Also write to customers whose consent is not recorded").check()
    assert _listed(builder) == [digest(f"u{n}@x.de") for n in range(40) if n % 4 in (0, 2)]
    everyone = rows_of(download(builder, "Table with segments"))
    assert len(everyone) == 41


def test_people_on_a_list_are_left_out_also_by_their_digests(builder, tmp_path):
    path = _table(tmp_path / "crm.csv", ["Email", "Phone"], [[f"u{n}@x.de", f"+1212565{n:04d}"] for n in range(10)])
    _open(builder, path)
    gone = tmp_path / "gone.csv"
    hashed = hashlib.sha256(b"u3@x.de").hexdigest()
    gone.write_text(f"email\nU1@X.de\n+1 (212) 565-0002\n{hashed}\nnobody\n")
    builder.get_by_label("List of people to leave out").set_input_files(gone)
    expect(builder.get_by_text("3 addresses and phones read, 1 row not.")).to_be_visible()
    expect(_said(builder, "without 3 on your list")).to_be_visible()
    assert _listed(builder) == [digest(f"u{n}@x.de") for n in range(10) if n not in (1, 2, 3)]


def test_a_list_without_a_header_is_read_too(builder, tmp_path):
    _open(builder, _table(tmp_path / "crm.csv", ["Email"], [[f"u{n}@x.de"] for n in range(5)]))
    gone = tmp_path / "gone.txt"
    gone.write_text("u1@x.de\n")
    builder.get_by_label("List of people to leave out").set_input_files(gone)
    expect(_said(builder, "without 1 on your list")).to_be_visible()


def test_the_assignment_says_who_is_in_which_group_of_the_campaign(builder, tmp_path):
    rows = [[f"c{n}", f"u{n}@x.de" if n % 5 else "none"] for n in range(200)]
    _open(builder, _table(tmp_path / "crm.csv", ["CustomerID", "Email"], rows))
    builder.get_by_label("Control group held back").fill("20")
    builder.get_by_label("Name of the campaign").fill("spring sale")
    builder.get_by_label("Name of the campaign").press("Tab")
    header, *assigned = rows_of(download(builder, "Assignment"))
    expect(builder.get_by_role("link", name="crm-spring-sale-")).to_be_visible()
    assert header[-8:] == ["segment_id", "segment", "segment_name", "campaign", "group", "findable", "share", "day"]
    groups = {row[0]: (row[header.index("group")], row[header.index("findable")]) for row in assigned}
    keys = {number: mail if mail != "none" else number for number, mail in rows}
    assert groups == {
        number: ("control" if place(key, "spring sale") < 0.2 else "treated", "true" if "@" in key else "false")
        for number, key in keys.items()
    }
    held = {number for number, group in groups.items() if group == ("control", "true")}
    assert {row[0] for row in rows_of(download(builder, "Control group"))[1:]} == held
    listed = [digest(mail) for number, mail in rows if groups[number] == ("treated", "true")]
    assert [row[0] for row in rows_of(download(builder, "Google Customer Match"))[1:]] == listed
    again = builder.get_by_role("alert").filter(has_text="Write them again, so that all go together")
    expect(again).to_have_count(0)
    builder.get_by_label("Control group held back").fill("30")
    download(builder, "Assignment")
    expect(again).to_be_visible()


def test_the_smallest_effect_follows_share_and_base_rate(builder, tmp_path):
    _open(builder, _table(tmp_path / "crm.csv", ["Email"], [[f"u{n}@x.de"] for n in range(2000)]))
    builder.get_by_label("Control group held back").fill("10")
    builder.get_by_label("Customers who buy anyway").fill("5")
    advice = _said(builder, "are held back: you will see a change of")
    expect(advice).to_contain_text("Of 2,000 customers")
    expect(advice).to_contain_text("Only an increase by half or more would be seen")
    builder.get_by_label("Customers who buy anyway").fill("60")
    expect(advice).not_to_contain_text("Only an increase")


def test_meta_takes_what_a_customer_is_worth(builder, tmp_path):
    rows = [["a@x.de", "12.50"], ["b@x.de", "-3"], ["c@x.de", "none"], ["d@x.de", "0"]]
    _open(builder, _table(tmp_path / "crm.csv", ["Email", "LTV"], rows))
    builder.get_by_label("Control group held back").fill("0")
    builder.get_by_label("Value of a customer, for Meta").select_option("LTV")
    header, *listed = rows_of(download(builder, "Meta customer list"))
    assert header[-1] == "value"
    assert [row[-1] for row in listed] == ["12.5", "", "", "0"]
    expect(builder.get_by_text("2 customers without a value")).to_be_visible()
    assert "value" not in rows_of(download(builder, "Google Customer Match"))[0]


def test_a_country_that_is_not_known_is_counted_and_may_take_the_chosen_one(builder, tmp_path):
    rows = [["0151 12345678", "Atlantis"], ["+12125650000", "US"]]
    _open(builder, _table(tmp_path / "crm.csv", ["Phone", "Country"], rows))
    builder.get_by_label("Control group held back").fill("0")
    builder.get_by_label("Country, where a row names none").select_option("Germany")
    known, taken = digest("+12125650000"), digest("+4915112345678")
    expect(_said(builder, "1 with a country that is not recognised")).to_be_visible()
    assert [row[1] for row in rows_of(download(builder, "Google Customer Match"))[1:]] == [known]
    builder.get_by_label("country is not recognised").check()
    expect(_said(builder, "1 with a country that is not recognised")).to_be_visible()
    assert [row[1] for row in rows_of(download(builder, "Google Customer Match"))[1:]] == [taken, known]


def _table(path, header, rows):
    return write(path, [[*row, "80", "90"] for row in rows], [*header, *FEATURES])


def _open(builder, path):
    choose(builder, path)
    score(builder)


def _said(builder, text):
    return builder.get_by_role("status").filter(has_text=text)


def _listed(builder):
    builder.get_by_label("Control group held back").fill("0")
    return [row[0] for row in rows_of(download(builder, "Google Customer Match"))[1:]]


def _odd_people(count):
    """Yield cells of KINDS: mail addresses, phones, numbers and names as odd as people write them."""
    chance = random.Random(17)
    mails = (
        "ada+1@GMail.com",
        "mailto:ada{n}@x.de",
        " ADA{n} @x.de",
        "<ada{n}@x.de>",
        "ada{n}",
        "a\u00ada{n}@x.de",
        "",
    )
    phones = ("0151 {n}", "+44 020 7031 {n:04d}", "{n}.0", "(212) 565-{n:04d}", "06 1234 {n:04d}", "", "none")
    countries = ("Germany", "UK", "US", "Italia", "", "Atlantis", "The Netherlands")
    for _ in range(count):
        number = chance.randrange(10_000)
        mail, phone = (chance.choice(kinds).format(n=number) for kinds in (mails, phones))
        mail = mail if chance.random() < 0.3 else ""
        phone = phone if chance.random() < 0.5 else ""
        others = [chance.choice(ODD) for _ in range(4)]
        yield [mail, phone, others[0], others[1], others[2], others[3], chance.choice(countries)]
