"""Contacts in the form the ad networks hash, and the hashes."""

import pytest

from tests.helpers import country_table
from tests.helpers.cases import load
from tests.page.helpers.audience import digest
from tests.page.helpers.modules import call_each
from training.contacts.countries import country_code

CASES = load("contacts")


@pytest.mark.parametrize(
    ("function", "kind", "answer"),
    [
        ("contacts:email", "emails", 1),
        ("contacts:googleEmail", "emails", 2),
        ("contacts:customerOf", "customers_by_address", -1),
        ("contacts:googleFirstName", "google_first_names", -1),
        ("contacts:googleLastName", "google_last_names", -1),
        ("contacts:metaName", "meta_names", -1),
        ("contacts:metaPlace", "meta_places", -1),
        ("contacts:zip", "zips", -1),
        ("contacts:metaZip", "meta_zips", -1),
        ("contacts:metaState", "meta_states", -1),
        ("countries:countryCode", "countries", -1),
    ],
)
def test_contacts_are_written_as_the_networks_hash_them(blank, function, kind, answer):
    calls = [(case[0],) if kind == "emails" else tuple(case[:-1]) for case in CASES[kind]]
    answers = call_each(blank, f"customers/contacts/{function}", calls)
    assert list(zip(calls, answers, strict=True)) == [
        (call, case[answer]) for call, case in zip(calls, CASES[kind], strict=True)
    ]


def test_consent_is_read_in_the_words_of_shops(blank):
    cases = load("consent")["cases"]
    assert call_each(blank, "customers/contacts/consent:consent", [(cell,) for cell, _ in cases]) == [
        said for _, said in cases
    ]


def test_every_name_of_a_country_is_known(blank):
    names = [(name,) for _, words in country_table.names().values() for name in words.split("|")]
    assert call_each(blank, "customers/contacts/countries:countryCode", names) == [
        country_code(name) for (name,) in names
    ]


# The examples of Google's and Meta's own pages, with the digests Meta publishes.
@pytest.mark.parametrize(
    ("text", "published"),
    [
        ("john_smith@gmail.com", "62a14e44f765419d10fea99367361a727c12365e2520f32218d505ed9aa0f62f"),
        ("16505551212", "e323ec626319ca94ee8bff2e4c87cf613be6ea19919ed1364124e16807ab3176"),
        ("mary", "6915771be1c5aa0c886870b6951b03d7eafc121fea0e80a5ea83beb7c449f4ec"),
        ("test@example.com", digest("test@example.com")),
        ("+12125650000", digest("+12125650000")),
    ],
)
def test_digests_are_the_published_ones(blank, text, published):
    lines = blank.evaluate(
        """async (value) => {
          const { Hasher } = await import('/customers/files/hashing.js');
          const hasher = new Hasher();
          const text = [value, '', value].join('\\n');
          const columns = [
            { text, hashed: true, repeats: false },
            { text, hashed: true, repeats: true },
            { text, hashed: false, repeats: true },
          ];
          const [once, again] = [await hasher.lines(columns), await hasher.lines(columns)];
          return [await once.text(), await again.text()];
        }""",
        text,
    )
    line = f"{published},{published},{text}\n"
    assert lines == [f"{line},,\n{line}"] * 2


def test_values_of_any_length_are_hashed(blank):
    values = ["é" * size for size in (1, 1364, 1365, 1366, 4096, 100_000)]
    lines = blank.evaluate(
        """async (values) => {
          const { Hasher } = await import('/customers/files/hashing.js');
          return (await new Hasher().lines([{ text: values.join('\\n'), hashed: true, repeats: false }])).text();
        }""",
        values,
    )
    assert lines.split() == [digest(value) for value in values]
