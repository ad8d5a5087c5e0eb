"""What the words of order tables say, by the cases that the page is held to as well."""

import pytest

from tests.helpers.cases import load
from training.tables.orders.words import pays_back

CASES = load("row_kinds")


@pytest.mark.parametrize("cell", CASES["pays_back"])
def test_a_kind_of_row_that_pays_something_back_is_known(cell):
    assert pays_back(cell)


@pytest.mark.parametrize("cell", CASES["does_not"])
def test_other_kinds_of_rows_do_not_pay_anything_back(cell):
    assert not pays_back(cell)
