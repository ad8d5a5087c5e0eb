"""Numbers as people type them."""

import pytest

from tests.page.modules import call


@pytest.mark.parametrize(
    ("cell", "decimal", "number"),
    [
        ("80", None, 80),
        (" 80.5 ", None, 80.5),
        ("0,5", None, 0.5),
        ("1,234.50", None, 1234.5),
        ("1.234,50", None, 1234.5),
        ("1,234,567", None, 1234567),
        ("1.234.567", None, 1234567),
        ("12,34,567", None, 1234567),
        ("1 234 567,8", None, 1234567.8),
        ("1\u202f234", None, 1234),
        ("1'234.5", None, 1234.5),
        ("$ 80", None, 80),
        ("80 €", None, 80),
        ("-€1,234.00", None, -1234),
        ("(12)", None, -12),
        ("\u22125", None, -5),
        ("+5", None, 5),
        ("1.2E+04", None, 12000),
        ("80 k$", None, 80),
        ("1,234", ".", 1234),
        ("1,234", ",", 1.234),
        ("1.234", ",", 1234),
        ("1.234", ".", 1.234),
        ("1,234", None, "ambiguous"),
        ("1.234", None, "ambiguous"),
        ("$1,234", None, "ambiguous"),
        ("1,23", ".", "not-a-number"),
        ("1.2.3", None, "not-a-number"),
        ("12 5", None, "not-a-number"),
        ("45%", None, "not-a-number"),
        ("n/a", None, "not-a-number"),
        ("NaN", None, "not-a-number"),
        ("Infinity", None, "not-a-number"),
        ("0x10", None, "not-a-number"),
        ("-", None, "not-a-number"),
        (".", None, "not-a-number"),
        ("--5", None, "not-a-number"),
        ("", None, "empty"),
        ("  ", None, "empty"),
        ("€", None, "empty"),
    ],
)
def test_a_number_is_read_unless_it_has_two_meanings(blank, cell, decimal, number):
    assert call(blank, "customers/table/numbers:parseNumber", cell, decimal, "k$") == number


@pytest.mark.parametrize(
    ("cells", "sign"),
    [
        (["12", "1,234"], None),
        (["1,234", "12.5"], "."),
        (["1.234", "12,5"], ","),
        (["1,234.5"], "."),
        (["1.234.567"], ","),
        (["0.123", "1.234"], "."),
        (["12.5", "12,5"], None),
        (["name", "1234.567"], "."),
    ],
)
def test_the_decimal_sign_is_the_one_that_a_column_proves(blank, cells, sign):
    assert call(blank, "customers/table/numbers:detectDecimalSign", cells) == sign
