"""The prediction protocol of KServe v1 and Vertex AI, as their documentation describes it, over HTTP."""

import pytest

from tests.helpers import service

PREDICT = "/v1/models/segmenter:predict"


def test_lists_are_predicted_in_the_order_of_the_features(square):
    answer = square.post({"instances": [[3, 2], [8, 8]]}, PREDICT)
    assert answer.status == 200
    expected = square.post({"customers": [{"x": 3, "y": 2}, {"x": 8, "y": 8}]}).json()["segments"]
    assert answer.json() == {"predictions": expected}


def test_objects_are_predicted_and_may_stand_among_lists(square):
    answer = square.post({"instances": [{"y": 2, "x": 8}, [8, 8]]}, PREDICT)
    assert [one["segment_id"] for one in answer.json()["predictions"]] == [1, 3]


def test_instances_may_lack_half_of_their_values(square):
    answer = square.post({"instances": [{"y": 7}, {"x": None, "y": 7}, [None, 7], [7, None]]}, PREDICT)
    predictions = answer.json()["predictions"]
    assert [one["segment_id"] for one in predictions] == [2, 2, 2, 1]
    assert all(one["incomplete"] for one in predictions)


@pytest.mark.parametrize("parameters", [{}, None, {"mode": "full"}, {"confidence_threshold": 0.5}])
def test_parameters_need_not_choose(square, parameters):
    answer = square.post({"instances": [[2, 2]], "parameters": parameters}, PREDICT)
    assert answer.json()["predictions"][0]["segment"] == "kind-0"


def test_the_mode_name_predicts_names(square):
    answer = square.post({"instances": [[2, 2], [8, 8]], "parameters": {"mode": "name"}}, PREDICT)
    assert answer.json() == {"predictions": ["Kind 0", "Kind 3"]}


def test_no_instances_have_no_predictions(square):
    assert square.post({"instances": []}, PREDICT).json() == {"predictions": []}


def test_more_instances_than_a_list_of_customers_may_have_are_predicted(square):
    answer = square.post({"instances": [[2, 2]] * 20_000, "parameters": {"mode": "name"}}, PREDICT)
    assert answer.json() == {"predictions": ["Kind 0"] * 20_000}


@pytest.mark.parametrize(
    ("content", "status", "message"),
    [
        (b'{"instances": [[1, 2]', 400, "The body is not valid JSON: line 1, column 22."),
        (b'{"instances": {"x": 1}}', 400, "#/instances: expected an array, found an object"),
        (b'{"instances": null}', 400, "#/instances: expected an array, found null"),
        (b"{}", 400, "#/instances: expected an array, found null"),
        (b"[[1, 2]]", 400, "#: expected an object, found an array"),
        (b'{"instances": [], "parameters": 5}', 400, "#/parameters: expected an object, found a number"),
        (b'{"instances": [], "parameters": {"mode": 5}}', 400, "#/parameters/mode: expected full or name"),
        (b'{"instances": [[1, 2], [1]]}', 422, "#/instances/1: expected 2 numbers, found 1"),
        (b'{"instances": [[1, "2"]]}', 422, "#/instances/0/1: expected a number, found a string"),
        (b'{"instances": [[1, true]]}', 422, "#/instances/0/1: expected a number, found a boolean"),
        (b'{"instances": [[1, NaN]]}', 422, "#/instances/0/1: expected a number, found NaN"),
        (b'{"instances": [[1, 2e15]]}', 422, "#/instances/0/1: expected a number between -1e+15 and 1e+15"),
        (b'{"instances": [{}]}', 422, "#/instances/0/x: expected a number, found nothing; at most 1 may be missing"),
        (b'{"instances": [[null, null]]}', 422, "/0/0: expected a number, found null; at most 1 may be missing"),
        (b'{"instances": [{"x": 1, "y": 2, "z": 3}]}', 422, "#/instances/0: unknown field; the fields are x, y"),
        (
            b'{"instances": [[1, 2], {"x": 1, "x": 2}]}',
            422,
            "#/instances/1/x: expected a number, found the field twice",
        ),
        (b'{"instances": [], "instances": [[1, 2]]}', 400, "#: expected each field once"),
        (
            b'{"instances": [], "parameters": {"mode": "full", "mode": "name"}}',
            400,
            "#/parameters: expected each field once",
        ),
        (b'{"instances": ["secret"]}', 422, "#/instances/0: expected an object, found a string"),
    ],
)
def test_a_bad_instance_is_refused_with_its_path_and_error_in_one_line(square, content, status, message):
    answer = square.post(content, PREDICT)
    assert answer.status == status
    assert answer.json()["error"].endswith(message)
    assert answer.json()["error"] == answer.json()["errorMessage"]
    assert b"secret" not in answer.body


def test_the_model_is_listed_and_ready(square):
    assert square.send("/v1/models").json() == {"models": ["segmenter"]}
    assert square.send("/v1/models/segmenter").json() == {"name": "segmenter", "ready": True}
    missing = square.send("/v1/models/other")
    assert (missing.status, bool(missing.json()["error"])) == (404, True)


def test_vertex_ai_finds_the_function_at_the_paths_that_it_sets(square_file, tmp_path):
    predict, alive = "/v1/endpoints/7/deployedModels/8:predict", "/v1/endpoints/7/deployedModels/8"
    settings = {"AIP_PREDICT_ROUTE": predict, "AIP_HEALTH_ROUTE": alive}
    with service.running(square_file, tmp_path / "log", **settings) as function:
        assert function.send(alive).status == 200
        answer = function.post({"instances": [{"x": 8, "y": 8}]}, predict)
        assert answer.json()["predictions"][0]["segment_name"] == "Kind 3"
        assert function.log()[-1]["path"] == predict


def test_an_answer_that_would_be_too_large_says_how_many_instances_fit(square):
    answer = square.post({"instances": [[2, 2]] * 60_000}, PREDICT)
    assert answer.status == 400
    fit = int(answer.json()["error"].split("send at most ")[1].split(" ")[0])
    fitting = square.post({"instances": [[2, 2]] * fit}, PREDICT)
    assert fitting.status == 200
    assert 2_000_000 < len(fitting.body) <= 10_000_000
