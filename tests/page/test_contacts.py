"""Contacts in the form the ad networks hash, and the hashes."""

import pytest

from tests.page.audience import digest
from tests.page.modules import call


@pytest.mark.parametrize(
    ("cell", "normal"),
    [
        ("  Test@Example.COM ", "test@example.com"),
        ("John_Smith@gmail.com", "john_smith@gmail.com"),
        ("Jane.Doe+shop@Gmail.com", "janedoe@gmail.com"),
        ("jane.doe+shop@googlemail.com", "janedoe@googlemail.com"),
        ("jane.doe+shop@example.com", "jane.doe+shop@example.com"),
        ("nobody", ""),
        ("a@b", ""),
        ("a b@c.de", ""),
        ("", ""),
    ],
)
def test_an_address_is_written_as_google_hashes_it(blank, cell, normal):
    assert call(blank, "customers/files/contacts:googleEmail", cell) == normal


def test_meta_keeps_the_dots_of_a_gmail_address(blank):
    assert call(blank, "customers/files/contacts:email", " Jane.Doe+shop@Gmail.com") == "jane.doe+shop@gmail.com"


@pytest.mark.parametrize(
    ("function", "arguments", "normal"),
    [
        ("googleFirstName", ["  Mary   Ann "], "mary ann"),
        ("googleLastName", ["O'Brien-Smith"], "obriensmith"),
        ("metaName", ["  Mary "], "mary"),
        ("metaName", ["Vale\u0301ry"], "val\u00e9ry"),
        ("metaName", ["정"], "정"),
        ("metaPlace", ["St. John's"], "stjohns"),
        ("metaState", ["California", "US"], "ca"),
        ("metaState", ["Île-de-France", "FR"], "îledefrance"),
        ("metaZip", ["94035-1234", "US"], "94035"),
        ("metaZip", ["M1 1AE", "GB"], "m11ae"),
        ("zip", ["1234", "US"], "01234"),
        ("zip", ["WC2H  8LG ", "GB"], "WC2H 8LG"),
    ],
)
def test_names_and_places_are_written_as_the_networks_hash_them(blank, function, arguments, normal):
    assert call(blank, f"customers/files/contacts:{function}", *arguments) == normal


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("US", "US"),
        ("usa", "US"),
        ("United States", "US"),
        ("U.K.", "GB"),
        ("Deutschland", "DE"),
        ("España", "ES"),
        ("Czech Republic", "CZ"),
        ("Atlantis", ""),
        ("", ""),
    ],
)
def test_a_country_is_known_by_its_names(blank, text, code):
    assert call(blank, "customers/files/countries:countryCode", text) == code


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
