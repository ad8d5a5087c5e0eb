"""Fields that an object has twice are found, whatever their names and values hold."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from function.problems import RequestError
from function.repeats import repeat_problems

NAMES = st.sampled_from(["a", "b", '"', '""', "\\", '\\"', "ü", "\u2028", ""])
VALUES = NAMES | st.integers() | st.lists(NAMES) | st.dictionaries(NAMES, NAMES) | st.none()


@given(st.lists(st.tuples(NAMES, VALUES), max_size=5), st.booleans())
def test_an_object_is_named_exactly_when_it_has_a_field_twice(pairs, ascii_only):
    fields = (f"{json.dumps(name)}: {json.dumps(value, ensure_ascii=ascii_only)}" for name, value in pairs)
    problems = repeat_problems(f"{{{', '.join(fields)}}}".encode(), {"a"})
    assert [problem.pointer for problem in problems] == ["#"] * (len(dict(pairs)) < len(pairs))


@pytest.mark.parametrize(
    ("text", "pointers"),
    [
        (b'{"a": {"x": 1, "x": 1}}', ["#/a"]),
        (b'{"a": {"x": 1, "\\u0078": 1}}', ["#/a"]),
        (b'{"a": [{"x": 1}, {"x": 1, "x": 1}, 5, {"y": 1, "y": 1}]}', ["#/a/1", "#/a/3"]),
        (b'{"a": {"a": {"x": 1, "x": 1}}}', ["#/a/a"]),
        (b'{"a": {"a": {"a": {"x": 1, "x": 1}}}}', []),
        (b'{"secret": {"x": 1, "x": 1}, "a": "{x, x}"}', []),
    ],
)
def test_objects_are_looked_into_by_their_names_and_three_deep(text, pointers):
    assert [problem.pointer for problem in repeat_problems(text, {"a"})] == pointers


def test_a_name_that_is_no_utf_8_is_no_json():
    with pytest.raises(RequestError, match="not valid JSON"):
        repeat_problems(b'{"\xff": 1}', {"a"})
