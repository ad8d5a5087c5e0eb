"""JSON lines and arrays of objects."""

import json
import math

import pytest

from training.files.formats import open_table
from training.files.source import DataError

ITEMS = [{"id": "007", "age": 20, "spend": 1.5, "vip": True}, {"id": "a", "spend": None, "vip": False, "note": "x, y"}]


@pytest.fixture
def opened(engine, tmp_path):
    def open_text(text):
        path = tmp_path / "table.json"
        path.write_text(text, encoding="utf-8")
        return open_table(engine, str(path))

    return open_text


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(map(json.dumps, ITEMS)),
        "\n\n".join(map(json.dumps, ITEMS)) + "\n",
        json.dumps(ITEMS),
        json.dumps(ITEMS, indent=2),
        "\ufeff" + json.dumps(ITEMS, ensure_ascii=False),
    ],
)
def test_objects_are_rows_and_their_values_keep_their_types(opened, engine, text):
    source = opened(text)
    assert source.columns == {"id": "VARCHAR", "age": "BIGINT", "spend": "DOUBLE", "vip": "BOOLEAN", "note": "VARCHAR"}
    assert engine.rows(f"SELECT * FROM {source.sql}") == [
        ("007", 20, 1.5, True, None),
        ("a", None, None, False, "x, y"),
    ]


@pytest.mark.parametrize(
    ("name", "table"),
    [
        ("orders", {"orders": ITEMS}),
        ("results", {"count": 2, "next": None, "of": 'a "shop", [{', "results": ITEMS}),
        ("data", {"data": ITEMS, "errors": [], "meta": {"page": 1}}),
    ],
)
@pytest.mark.parametrize("indent", [None, 2])
def test_a_list_in_an_object_is_a_table_and_that_is_said(opened, engine, name, table, indent):
    source = opened(json.dumps(table, indent=indent) + "\n")
    assert [row[0] for row in engine.rows(f"SELECT id FROM {source.sql}")] == ["007", "a"]
    assert source.notes == (f'Rows are the objects in "{name}".',)


NESTED = [
    {"id": 1, "customer": {"id": 7, "home": {"city": "Rome"}}, "items": [{"price": 1}], "total": 9.5, "notes": {}},
    {"id": 2, "customer": None, "items": [], "total": 3},
]


@pytest.mark.parametrize(
    "text", [json.dumps(NESTED), "\n".join(map(json.dumps, NESTED)), json.dumps({"orders": NESTED})]
)
def test_an_object_in_an_object_gives_columns_called_after_both_and_lists_are_left_out_and_said(opened, engine, text):
    source = opened(text)
    assert [*source.columns] == ["id", "customer.id", "customer.home.city", "total"]
    assert engine.rows(f"SELECT * FROM {source.sql}") == [(1, 7, "Rome", 9.5), (2, None, None, 3.0)]
    assert source.notes[-1] == "Left out, as a list is no cell: items."


def test_lines_of_objects_with_a_list_in_each_are_the_rows_themselves(opened, engine):
    source = opened('{"id": 1, "items": [{"a": 1}]}\n{"id": 2, "items": []}\n')
    assert engine.rows(f"SELECT * FROM {source.sql}") == [(1,), (2,)]


def test_a_row_is_found_by_its_line(opened):
    assert opened('{"a": 1}\n\n{"a": "x"}\n').where(2).endswith("table.json: line 3")


def test_a_number_of_more_digits_than_are_read_is_beyond_all_numbers(opened, engine):
    source = opened('{"a": 1.5}\n{"a": -%s}\n' % ("9" * 5000))
    assert engine.rows(f"SELECT a FROM {source.sql}") == [(1.5,), (-math.inf,)]


def test_many_objects_are_read_in_parts(opened, engine):
    items = [{"a": number, "b": "x" * 50} for number in range(50_000)]
    source = opened(json.dumps(items))
    assert (source.rows, engine.rows(f"SELECT sum(a) FROM {source.sql}")[0][0]) == (50_000, 1_249_975_000)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[{"a": 1},\n{"a": 2}', "line 2: expected ] after the last object, found the end of the file"),
        ('{"a": 1}\n{"a": 2', "line 2: expected a JSON object, found no JSON"),
        ('{"a": 1}\n{"a": [2]}\n', "line 2: expected one kind of value for a, found a list and something else"),
        ('{"a": 1}\n{"a": {"b": 2}}\n', "line 2: expected one kind of value for a, found an object and something else"),
        ('{"a": {"b": 2}}\n{"a": 1}\n', "line 2: expected one kind of value for a, found an object and something else"),
        ('{"a.b": 1, "a": {"b": 2}}\n', "line 1: expected each key once, found one again"),
        ('{"a": [1, 2], "b": [3, 4]}', "expected an array of objects, one per row, found one object with a list in a"),
        ('{"0": {"a": 1}, "1": {"a": 2}}', "one object with an object in 0; keep the rows alone, as an array"),
        ('{"data": {"orders": [{"a": 1}]}}', "expected an array of objects, one per row, found one object with"),
        ('{"a": 1}\n{"a": 2, "a": 3}\n', "line 2: expected each key once, found one again"),
        ('{"a": 1}\n[1, 2]\n', "line 2: expected a JSON object, found another value"),
        ('[{"a": 1}] {"a": 2}', "line 1: expected nothing after the array, found more"),
        ('[["a", "b"], [1, 2]]', "line 1: expected a JSON object, found another value"),
        ("[1, 2]", "line 1: expected a JSON object, found another value"),
        ('{"a": "x"}\n{"a": "\\ud800"}\n', "line 2: expected letters, found half of one"),
        ('{"a": 1}\n{"\\ud800": 2}\n', "line 2: expected letters, found half of one"),
        ('{"a": [{"b": 1}], "c": [{"b": 2}]}', "expected one list of objects, found a, c; keep one of them"),
        ('{"a": [{"b": 1}', "line 1: expected ] after the last object, found the end of the file"),
        ('{"a": [{"b": 1}]', "expected nothing but values after the list a, found no JSON; keep the rows"),
        ("[]", "expected a customer table, found no object with a key"),
    ],
)
def test_what_is_no_table_is_refused_with_its_line(opened, text, message):
    with pytest.raises(DataError) as caught:
        opened(text)
    assert message in str(caught.value)
