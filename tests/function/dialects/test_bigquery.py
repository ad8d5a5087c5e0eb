"""The remote function of BigQuery, as its documentation describes it, over HTTP."""

import json

import pytest

NAMES = ["Kind 0", "Kind 3"]


def _replies(square, calls, **context):
    answer = square.post({"calls": calls, "userDefinedContext": context} if context else {"calls": calls}, "/")
    assert answer.status == 200
    return answer.json()["replies"]


def test_a_request_of_the_documentation_s_form_is_answered(square):
    request = {
        "requestId": "124ab1c",
        "caller": "//bigquery.googleapis.com/projects/shop/jobs/shop:US.bquxjob_5b4c112c",
        "sessionUser": "analyst@shop.example",
        "userDefinedContext": {"team": "crm", "version": "2"},
        "calls": [[2, 2], [8, "8"], [None, None]],
    }
    answer = square.post(request, "/")
    assert (answer.status, answer.json()) == (200, {"replies": [*NAMES, None]})
    assert answer.headers["content-type"] == "application/json"


@pytest.mark.parametrize("argument", [2, 2.0, "2", "2.0", " 2 ", "+2", "2e0", "20E-1", ".2e1", "2."], ids=repr)
def test_numbers_and_numbers_in_texts_are_taken(square, argument):
    assert _replies(square, [[argument, 2]]) == ["Kind 0"]


@pytest.mark.parametrize(
    "row",
    [
        [None, None], [None, -1e16], [True, 2], ["", 2], ["two", 2], ["1_0", 2],
        ["٢", 2], ["NaN", 2], ["Infinity", 2], ["-Infinity", 2], [1.1e15, 2], ["1e999", 2], [[2], 2], [{}, 2],
        [10**400, 2], [float("nan"), 2], [float("inf"), 2], ["2" * 401, 2],
        ["2" + " " * 400, 2], ["1" * 40_000 + "x", 2],
    ],
    ids=lambda row: repr(row)[:20],
)  # fmt: skip
def test_a_row_that_cannot_be_assigned_is_null_and_the_others_are_answered(square, row):
    assert _replies(square, [[2, 2], row, [8, 8]]) == ["Kind 0", None, "Kind 3"]


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ([], "found 0"), ([2], "found 1"), ([2, 2, 2], "found 3"), ([[2, 2]], "found 1"), (None, "found null"),
        (5, "found a number"), ({}, "found an object"), ("secret", "found a string"),
    ],
    ids=repr,
)  # fmt: skip
def test_a_call_with_other_arguments_than_the_model_s_is_refused_with_both_numbers(square, row, fault):
    answer = square.post({"calls": [[2, 2]] * 40_000 + [row]}, "/")
    assert answer.status == 400
    assert answer.json()["errors"] == [{"pointer": "#/calls/40000", "detail": f"expected 2 arguments (x, y), {fault}"}]


def test_a_row_that_lacks_half_of_the_values_is_answered_by_the_others(square):
    assert _replies(square, [[None, 7], ["8", None], [None, 8]]) == ["Kind 2", "Kind 1", "Kind 2"]
    full = _replies(square, [[None, 7], [3, 2]], mode="full")
    assert full == square.post({"customers": [{"y": 7}, {"x": 3, "y": 2}]}).json()["segments"]
    assert [reply["incomplete"] for reply in full] == [True, False]


def test_a_number_in_a_text_may_have_four_hundred_signs(square):
    assert _replies(square, [["2." + "0" * 398, "8"]]) == ["Kind 2"]


def test_a_number_beyond_all_doubles_makes_one_null(square):
    assert square.post(b'{"calls": [[1e999, 2], [8, 8]]}', "/").json() == {"replies": [None, "Kind 3"]}


def test_an_empty_batch_has_an_empty_answer(square):
    assert _replies(square, []) == []


def test_the_mode_full_answers_what_the_service_answers(square):
    replies = _replies(square, [[3, 2], [None, None]], mode="full")
    assert replies == [square.post({"customers": [{"x": 3, "y": 2}]}).json()["segments"][0], None]


def test_the_mode_name_is_the_default_one(square):
    assert _replies(square, [[2, 2]], mode="name") == _replies(square, [[2, 2]], other="option") == ["Kind 0"]


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ('{"calls": null}', "#/calls: expected an array, found null"),
        ('{"calls": {}}', "#/calls: expected an array, found an object"),
        ('{"calls": 5}', "#/calls: expected an array, found a number"),
        ('{"calls": [], "userDefinedContext": 5}', "#/userDefinedContext: expected an object, found a number"),
        ('{"calls": [], "userDefinedContext": false}', "#/userDefinedContext: expected an object, found a boolean"),
        ('{"calls": [], "userDefinedContext": {"mode": "x"}}', "#/userDefinedContext/mode: expected name or full"),
        ('{"calls": [], "userDefinedContext": {"mode": [1]}}', "#/userDefinedContext/mode: expected name or full"),
        ('{"calls": [], "calls": [[1, 2]]}', "#: expected each field once"),
        ('{"calls": NaN, "calls": []}', "#/calls: expected an array, found the field twice"),
        (
            '{"calls": [], "userDefinedContext": {"mode": "full", "mode": "name"}}',
            "#/userDefinedContext: expected each field once",
        ),
        ('{"calls": [[1, 2]', "The body is not valid JSON: line 1, column 18."),
        (b'{"calls": [["\xff", 2]]}', "The body is not valid JSON."),
        ('{"calls": [' + "1," * 2_000_000 + "1]}", "none of them longer than 262144 bytes."),
        ('{"calls": [' + "[" * 100_000, "The body is nested too deeply."),
    ],
)
def test_an_envelope_that_cannot_be_read_is_400_with_a_short_message(square, body, fault):
    answer = square.post(body if isinstance(body, bytes) else body.encode(), "/")
    assert answer.status == 400
    message = answer.json()["errorMessage"]
    assert message.endswith(fault)
    assert len(message.encode()) < 1024


def test_a_hundred_thousand_rows_are_answered_in_order(square):
    rows = [[2, 2], [8, 8], [None, None]] * 33_334
    assert _replies(square, rows) == [*NAMES, None] * 33_334


def test_an_answer_larger_than_bigquery_takes_says_how_to_ask_for_less(square):
    answer = square.post({"calls": [[2, 2]] * 60_000, "userDefinedContext": {"mode": "full"}}, "/")
    assert answer.status == 400
    advised = int(answer.json()["errorMessage"].split("max_batching_rows = ")[1].split(".")[0])
    smaller = square.post({"calls": [[2, 2]] * advised, "userDefinedContext": {"mode": "full"}}, "/")
    assert smaller.status == 200
    assert 2_000_000 < len(smaller.body) <= 10_000_000


def test_a_body_over_the_limit_is_no_failure_that_bigquery_repeats(square):
    row = b"[2, 2],"
    body = b'{"calls": [' + row * (10 * 1024 * 1024 // len(row)) + b"[2, 2]]}"
    answer = square.post(body, "/")
    assert answer.status == 413
    assert "10485760 bytes" in answer.json()["errorMessage"]


def test_no_fault_of_a_batch_repeats_what_was_sent(square):
    for body in ('{"calls": "secret"}', '{"calls": [], "userDefinedContext": {"mode": "secret"}}', '{"calls": [secret'):
        assert b"secret" not in square.post(body.encode(), "/").body


def test_the_log_counts_the_rows_and_holds_none(square):
    square.post(json.dumps({"calls": [["secret", 2]] * 7}).encode(), "/")
    line = [line for line in square.log() if line.get("customers") == 7][-1]
    assert line["severity"] == "INFO"
    assert "secret" not in square.log_path.read_text()


@pytest.mark.unmeasured
@pytest.mark.slow
@pytest.mark.parametrize("separator", [",", " ,\n\t "])
def test_rows_keep_their_order_wherever_the_batch_is_cut_to_be_read(square, separator):
    """Rows of many lengths, some with closing brackets of their own, in and out of texts."""
    odd = [["],", 2], [[[1], [2]], 3], ["a],[b", 2], [2, {"x": [1], "y": 2}], [0, True], [None, "8,1"], ["8", 8]]
    rows, expected = [], []
    for number in range(40_000):
        rows += [[2, 2 + number / 1e5], odd[number % 7], [8, 8]]
        expected += ["Kind 0", "Kind 3" if number % 7 == 6 else None, "Kind 3"]
    body = '{"calls": [' + separator.join(map(json.dumps, rows)) + "]}"
    assert len(body) > 1024 * 1024
    assert square.post(body.encode(), "/").json()["replies"] == expected


def test_a_batch_that_is_no_json_in_the_midst_of_it_is_refused(square):
    rows = ",".join(["[2, 2]"] * 200_000)
    for broken in ("[2, 2", "2, 2]", '["2, 2]', "[2,, 2]", "]", "{", "[2, nope]"):
        answer = square.post(f'{{"calls": [{rows},{broken},{rows}]}}'.encode(), "/")
        assert (answer.status, answer.json()["detail"]) == (400, "The body is not valid JSON.")
