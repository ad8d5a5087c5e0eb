"""Which columns hold contacts, by what is in them: by the cases that training has too."""

import csv
import io

import pytest

from tests.helpers.cases import load

_MANY = 2000
_FIND = """async (text) => {
  const [{ Table }, { matchPersonal }] = await Promise.all(
    ['/customers/table/table.js', '/customers/table/headers.js'].map((module) => import(module)));
  const { header, empty } = await Table.open(new File([text], 'shop.csv'));
  return matchPersonal(header, empty);
}"""


@pytest.mark.parametrize("case", load("contact_columns")["cases"], ids=lambda case: case["name"])
def test_a_column_without_values_gives_way_to_the_next_of_its_kind(blank, case):
    rows = [*case["rows"] * _MANY, case["last"]] if "last" in case else case["rows"]
    text = io.StringIO()
    csv.writer(text).writerows([case["headers"], *rows])
    columns = blank.evaluate(_FIND, text.getvalue())
    assert {kind: column for kind, column in columns.items() if column >= 0} == case["columns"]
