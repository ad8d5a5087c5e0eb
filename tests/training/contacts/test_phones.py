"""Phone numbers are those of libphonenumber, or left out."""

import random
from collections.abc import Iterator

import phonenumbers
import pytest
from phonenumbers import PhoneNumberFormat, PhoneNumberType
from phonenumbers.phonenumberutil import SUPPORTED_REGIONS

from tests.helpers import phone_table
from tests.helpers.cases import load
from tests.helpers.service import ROOT
from training.contacts.phones import phone

MOST_LEFT_OUT = 0.03
TYPES = (PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE, PhoneNumberType.TOLL_FREE)


@pytest.mark.parametrize(("cell", "country", "number"), load("phones")["cases"])
def test_a_phone_number_becomes_e164_or_nothing(cell, country, number):
    assert phone(cell, country) == number


@pytest.mark.parametrize("path", phone_table.texts())
def test_the_numbering_plans_are_those_of_the_metadata(path):
    assert (ROOT / path).read_text(encoding="utf-8") == phone_table.texts()[path]


@pytest.mark.slow
def test_numbers_of_every_country_are_right_or_left_out_however_they_are_written():
    cases = list(written_numbers(random.Random(18)))
    answers = [(cell, country, phone(cell, country), number) for cell, country, number in cases]
    assert len(cases) > 5000
    assert [answer for answer in answers if answer[2] not in ("", answer[3])] == []
    left_out = sum(answer == "" for _, _, answer, _ in answers)
    assert left_out / len(cases) <= MOST_LEFT_OUT


@pytest.mark.parametrize("region", sorted(SUPPORTED_REGIONS))
def test_a_number_that_no_plan_allows_is_left_out(region):
    number = phonenumbers.invalid_example_number(region)
    if number is None:
        pytest.skip("libphonenumber has no example")
    assert phone(phonenumbers.format_number(number, PhoneNumberFormat.E164), "") == ""
    assert phone(phonenumbers.national_significant_number(number), region) == ""


def test_random_digits_are_a_number_where_libphonenumber_says_so():
    chance = random.Random(18)
    codes = sorted(phonenumbers.COUNTRY_CODE_TO_REGION_CODE)
    cells = [f"+{chance.choice(codes)}{chance.randint(2, 10 ** chance.randint(6, 11))}" for _ in range(5000)]
    assert {cell: phone(cell, "") for cell in cells} == {cell: _of_the_oracle(cell) for cell in cells}


def written_numbers(chance: random.Random) -> Iterator[tuple[str, str, str]]:
    """Yield numbers of every country as people write them: the cell, its customer's country, and what it means."""
    for region in sorted(SUPPORTED_REGIONS):
        for kind in TYPES:
            number = _vary(phonenumbers.example_number_for_type(region, kind), chance)
            if number:
                yield from ((*written, _e164(number)) for written in _ways(number, region))


def _ways(number: phonenumbers.PhoneNumber, region: str) -> Iterator[tuple[str, str]]:
    international = phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)
    national = phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)
    digits = _e164(number)[1:]
    yield from [
        (f"+{digits}", ""),
        (international, "US"),
        (f" {international} ".replace(" ", "\u00a0"), ""),
        (national, region),
        (f"{national} ext. 12", region),
        (f"00{digits}", "DE"),
        (digits, region),
        (f"{digits}.0", region),
        (f"{phonenumbers.national_significant_number(number)}.0", region),
    ]
    for country in ("US", "AU", "JP", "NG", "KE", "RU", "FR"):
        yield phonenumbers.format_out_of_country_calling_number(number, country), country


def _vary(number: phonenumbers.PhoneNumber | None, chance: random.Random) -> phonenumbers.PhoneNumber | None:
    """Return another number of the same kind, if there is one."""
    if number is None:
        return None
    other = phonenumbers.parse(f"{_e164(number)[:-2]}{chance.randint(0, 99):02d}")
    return other if phonenumbers.is_valid_number(other) else number


def _of_the_oracle(cell: str) -> str:
    try:
        number = phonenumbers.parse(cell)
    except phonenumbers.NumberParseException:
        return ""
    return _e164(number) if phonenumbers.is_valid_number(number) else ""


def _e164(number: phonenumbers.PhoneNumber) -> str:
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)
