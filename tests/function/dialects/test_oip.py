"""The Open Inference Protocol v2: its documents' forms, and an independent client (Triton's) against the process."""

import json
import struct

import numpy as np
import pytest
from tritonclient import http as triton
from tritonclient.utils import InferenceServerException

from function.dialects import oip_tensors
from function.problems import Problem, RequestError
from tests.helpers import models, service

MODEL = "/v2/models/segmenter"
INFER = f"{MODEL}/infer"
POINTS = np.array([[3.0, 2.0], [8.0, 8.0], [2.0, 9.0]])


@pytest.fixture
def client(square):
    with triton.InferenceServerClient(square.url.removeprefix("http://")) as client:
        yield client


def _tensor(data, shape=(1, 2), datatype="FP64", name="customers", **more):
    return {"name": name, "shape": list(shape), "datatype": datatype, "data": data, **more}


def _outputs(answer):
    assert answer.status == 200, answer.body
    return {output["name"]: output["data"] for output in answer.json()["outputs"]}


def _input(points, datatype, binary=True, name="customers"):
    tensor = triton.InferInput(name, list(points.shape), datatype)
    tensor.set_data_from_numpy(points, binary_data=binary)
    return tensor


def test_a_client_finds_server_and_model_alive_ready_and_described(client, square):
    assert client.is_server_live()
    assert client.is_server_ready()
    assert client.is_model_ready("segmenter")
    version = square.send("/health").json()["model"]
    server = client.get_server_metadata()
    assert server == {"name": "segmenter", "version": version, "extensions": ["binary_tensor_data"]}
    model = client.get_model_metadata("segmenter")
    assert (model["name"], model["versions"]) == ("segmenter", [version])
    assert model["inputs"] == [{"name": "customers", "datatype": "FP64", "shape": [-1, 2]}]
    outputs = {output["name"]: (output["datatype"], output["shape"]) for output in model["outputs"]}
    assert outputs == {
        "segment_id": ("INT64", [-1]),
        "segment_name": ("BYTES", [-1]),
        "confidence": ("FP64", [-1]),
        "probability": ("FP64", [-1]),
        "incomplete": ("BOOL", [-1]),
    }


@pytest.mark.parametrize("binary", [(True, True), (True, False), (False, True), (False, False)])
@pytest.mark.parametrize(("dtype", "datatype"), [(np.float64, "FP64"), (np.int64, "INT64"), (np.float32, "FP32")])
def test_a_client_infers_with_json_and_with_bytes(client, square, binary, dtype, datatype):
    names = ["segment_id", "segment_name", "confidence", "probability", "incomplete"]
    outputs = [triton.InferRequestedOutput(name, binary_data=binary[1]) for name in names]
    inputs = [_input(POINTS.astype(dtype), datatype, binary[0])]
    result = client.infer("segmenter", inputs, outputs=outputs, request_id="7")
    customers = [dict(zip("xy", point, strict=True)) for point in POINTS.tolist()]
    expected = square.post({"customers": customers}).json()["segments"]
    assert result.as_numpy("segment_id").tolist() == [one["segment_id"] for one in expected]
    for name in ("confidence", "probability", "incomplete"):
        assert result.as_numpy(name).tolist() == [one[name] for one in expected]
    texts = [text.decode() if isinstance(text, bytes) else text for text in result.as_numpy("segment_name")]
    assert texts == [one["segment_name"] for one in expected]
    assert result.get_response()["id"] == "7"


def test_a_client_that_names_no_outputs_gets_all_as_bytes(client):
    result = client.infer("segmenter", [_input(POINTS, "FP64")])
    assert result.as_numpy("segment_name").tolist() == [b"Kind 0", b"Kind 3", b"Kind 2"]
    assert result.as_numpy("segment_id").dtype == np.int64


def test_a_client_may_send_a_tensor_a_feature_in_any_order(client):
    inputs = [_input(POINTS[:, i], "FP64", name=name) for i, name in [(1, "y"), (0, "x")]]
    assert client.infer("segmenter", inputs).as_numpy("segment_id").tolist() == [0, 3, 2]


def test_a_client_is_told_what_is_wrong(client):
    with pytest.raises(InferenceServerException, match=r"#/inputs/0/shape: expected \[n, 2\]"):
        client.infer("segmenter", [_input(np.zeros((1, 3)), "FP64")])
    with pytest.raises(InferenceServerException, match="customer 0: expected at most 1 missing values, found more"):
        client.infer("segmenter", [_input(np.array([[np.nan, np.nan]]), "FP64")])


@pytest.mark.parametrize("columns", [False, True])
def test_a_client_sends_what_is_missing_as_not_a_number(client, columns):
    points = np.array([[3, 2], [np.nan, 7], [7, np.nan]])
    inputs = [_input(points[:, i], "FP64", name=name) for i, name in enumerate("xy")]
    result = client.infer("segmenter", inputs if columns else [_input(points, "FP64")])
    assert result.as_numpy("segment_id").tolist() == [0, 2, 1]
    assert result.as_numpy("incomplete").tolist() == [False, True, True]


@pytest.mark.parametrize("data", [[3, 2, 8, 8], [[3, 2], [8, 8]]])
def test_data_may_be_flat_or_nested(square, data):
    answer = square.post({"id": "42", "inputs": [_tensor(data, (2, 2), name="input-0")]}, INFER)
    assert _outputs(answer)["segment_id"] == [0, 3]
    body = answer.json()
    assert (body["id"], body["model_name"]) == ("42", "segmenter")
    assert body["outputs"][1] == {
        "name": "segment_name",
        "shape": [2],
        "datatype": "BYTES",
        "data": ["Kind 0", "Kind 3"],
    }


def test_only_the_outputs_asked_for_are_sent(square):
    answer = square.post({"inputs": [_tensor([3, 2])], "outputs": [{"name": "segment_id"}]}, INFER)
    assert _outputs(answer) == {"segment_id": [0]}


def test_what_is_missing_is_null_in_json(square):
    answer = square.post({"inputs": [_tensor([3, 2, None, 7, 7, None], (3, 2))]}, INFER)
    outputs = _outputs(answer)
    assert (outputs["segment_id"], outputs["incomplete"]) == ([0, 2, 1], [False, True, True])
    assert outputs["probability"][1:] == [0.5, 0.5]


def test_columns_may_have_one_value_a_row(square):
    inputs = [_tensor([[3], [8]], (2, 1), name="x"), _tensor([2, 8], (2,), "INT64", "y")]
    assert _outputs(square.post({"inputs": inputs}, INFER))["segment_id"] == [0, 3]


def test_no_customers_have_empty_outputs(square):
    assert _outputs(square.post({"inputs": [_tensor([], (0, 2))]}, INFER))["segment_id"] == []


def test_a_content_type_is_not_needed(square):
    body = json.dumps({"inputs": [_tensor([3, 2])]}).encode()
    assert square.post(body, INFER, Content_Type="").status == 200


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ([], "#/inputs: expected one tensor, or the tensors x, y"),
        ([_tensor([3, 2], (2,))], "#/inputs/0/shape: expected [n, 2]"),
        ([_tensor([3, 2], (1, 3))], "#/inputs/0/shape: expected [n, 2]"),
        ([_tensor([3, 2], ())], "#/inputs/0/shape: expected [n, 2]"),
        ([_tensor([3, 2], (-1, 2))], "#/inputs/0/shape: expected [n, 2]"),
        ([_tensor([3, 2], (2, 2))], "#/inputs/0/data: expected 4 values as the shape says, found 2"),
        ([_tensor([[3, 2, 1]], (1, 2))], "#/inputs/0/data: expected 2 values as the shape says, found 3"),
        ([_tensor([[3], [2]], (1, 2))], "#/inputs/0/data: expected rows of numbers as the shape says"),
        ([_tensor([[3, 2], "8", 8], (2, 2))], "#/inputs/0/data: expected rows of numbers as the shape says"),
        ([_tensor([[3, 2], [8, "8"]], (2, 2))], "#/inputs/0/data: expected rows of numbers as the shape says"),
        ([_tensor({"a": 1, "b": 2})], "#/inputs/0/data: expected an array, found an object"),
        ([_tensor([3], (), name="x"), _tensor([3], (), name="y")], "#/inputs/0/shape: expected [n, 1]"),
        ([_tensor([3], (1, 1, 1), name="x"), _tensor([3], (1,), name="y")], "#/inputs/0/shape: expected [n, 1]"),
        ([_tensor([3, 2], (200_001, 2))], "#/inputs: expected at most 200000 customers a request"),
        ([_tensor([3, 2], (10**30, 2))], "#/inputs: expected at most 200000 customers a request"),
        ([_tensor([3, 2], datatype="BYTES")], "#/inputs/0/datatype: expected one of FP64"),
        ([_tensor([3, 2.5], datatype="INT64")], "#/inputs/0/data/1: expected an integer for INT64"),
        ([_tensor([3, "2"])], "#/inputs/0/data/1: expected a number, found a string"),
        ([_tensor([None, None])], "#/inputs: customer 0: expected at most 1 missing values, found more"),
        ([_tensor([3, True])], "#/inputs/0/data/1: expected a number, found a boolean"),
        ([_tensor([3, [2]])], "#/inputs/0/data/1: expected a number, found an array"),
        ([_tensor([3, 2e15])], "#/inputs/0/data/1: expected a number between -1e+15 and 1e+15"),
        ([_tensor(None)], "#/inputs/0/data: expected an array, found null"),
        ([_tensor([3, 2], name="x"), _tensor([3, 2], name="z")], "#/inputs: expected one tensor, or the tensors x, y"),
        ([_tensor([3], (1,), name="x"), _tensor([3, 2], (2,), name="y")], "#/inputs/1/shape: expected [n, 1]"),
        ([_tensor([3, 2], parameters={"binary_data_size": 16})], "binary_data_size: expected 16 bytes"),
        ([_tensor([3, 2], parameters={"binary_data_size": "16"})], "binary_data_size: expected 16 bytes"),
        (
            [_tensor([3, 2], (2**64, 2), parameters={"binary_data_size": 16})],
            "#/inputs: expected at most 200000 customers",
        ),
        ([_tensor([3, 2], (2, 2), parameters={"binary_data_size": 16})], "binary_data_size: expected 32 bytes"),
        ("secret", "Expected `array`, got `str`"),
        ([5], "Expected `object`, got `int`"),
    ],
    ids=range(31),
)
def test_tensors_that_do_not_fit_are_refused_with_their_place(square, inputs, message):
    answer = square.post({"inputs": inputs}, INFER)
    assert answer.status == 400
    assert message in answer.json()["error"]
    assert b"secret" not in answer.body


@pytest.mark.parametrize(
    "shape", ["[]", "[[]]", "[1e999,2]", f"[{'9' * 4300},2]", f"[{'9' * 5000},2]", "[-1,2]", "[2.5,2]"]
)
@pytest.mark.parametrize("parameters", ["null", '{"binary_data_size": 16}'])
def test_a_shape_that_cannot_be_is_refused_and_not_repeated(square, shape, parameters):
    tensor = f'{{"name":"c","shape":{shape},"datatype":"FP64","data":[3,2],"parameters":{parameters}}}'
    answer = square.post(f'{{"inputs":[{tensor}]}}'.encode(), INFER)
    assert answer.status == 400
    assert b"99" not in answer.body


@pytest.mark.parametrize("datatype", ["UINT8", "FP16"])
def test_more_customers_than_are_answered_are_refused_by_their_shape_alone(square, datatype):
    size = 4_000_000
    n_rows = size // (2 if datatype == "UINT8" else 4)
    head = json.dumps(
        {"inputs": [_tensor(None, (n_rows, 2), datatype, parameters={"binary_data_size": size})]}
    ).encode()
    answer = square.post(head + b"2" * size, INFER, Inference_Header_Content_Length=str(len(head)))
    assert (answer.status, answer.json()["errors"][0]["detail"]) == (400, "expected at most 200000 customers a request")


@pytest.mark.parametrize("place", range(4))
@pytest.mark.parametrize("value", [float("inf"), -float("inf"), 2e15, -2e15])
def test_one_value_among_bytes_that_no_customer_has_is_refused_with_its_place(square, value, place):
    values = [3.0, 2.0, 8.0, 8.0]
    values[place] = value
    tensor = _tensor(None, (2, 2), parameters={"binary_data_size": 32})
    head = json.dumps({"inputs": [tensor]}).encode()
    answer = square.post(head + struct.pack("<4d", *values), INFER, Inference_Header_Content_Length=str(len(head)))
    assert answer.status == 400
    assert f"#/inputs/0/data/{place}: expected a number" in answer.json()["error"]


@pytest.mark.parametrize("value", [0, -0.5])
def test_a_logged_feature_is_above_zero(value):
    features = [models.feature("x"), models.feature("spend", min=1.0, max=9.0, offset=0.0)]
    assert not any(oip_tensors.check([-1, 2, value, 3], features, "#/inputs/0/data"))
    with pytest.raises(RequestError) as refused:
        list(oip_tensors.check([-1, 2, 3, value], features, "#/inputs/0/data"))
    assert refused.value.problems == [Problem("#/inputs/0/data/3", "expected a number above 0")]


def test_an_unknown_output_is_refused(square):
    answer = square.post({"inputs": [_tensor([3, 2])], "outputs": [{"name": "secret"}]}, INFER)
    assert (answer.status, b"secret" in answer.body) == (400, False)
    assert "#/outputs/0/name: expected one of segment_id, segment_name, confidence" in answer.json()["error"]


@pytest.mark.parametrize(
    ("before", "twice", "place"),
    [
        ('{"inputs"', '{"id": "1", "id": "2", "inputs"', "#"),
        ('"name"', '"name": "x", "name"', "#/inputs/0"),
        ('"data"', '"data": [1, 2], "data"', "#/inputs/0"),
        ('"parameters": {', '"parameters": {"binary_data_size": 8, ', "#/inputs/0/parameters"),
        ('{"name": "confidence"', '{"name": "confidence"}, {"name": "confidence"', "#/outputs/1/name"),
        ('"binary_data": ', '"binary_data": true, "binary_data": ', "#/outputs/0/parameters"),
    ],
)
def test_a_field_or_an_output_given_twice_is_refused_with_its_place(square, before, twice, place):
    tensor = _tensor([3, 2], parameters={"binary_data_size": None})
    output = {"name": "confidence", "parameters": {"binary_data": False}}
    body = json.dumps({"inputs": [tensor], "outputs": [output]})
    assert square.post(body.encode(), INFER).status == 200
    answer = square.post(body.replace(before, twice).encode(), INFER)
    assert (answer.status, answer.json()["errors"][0]["pointer"]) == (400, place)


@pytest.mark.parametrize("length", ["-1", "x", "99999", "9" * 5000, "", "\u00b2"])
def test_a_length_that_is_not_within_the_body_is_refused(square, length):
    body = json.dumps({"inputs": [_tensor([3, 2])]}).encode()
    answer = square.post(body, INFER, Inference_Header_Content_Length=length)
    assert answer.status == 400


def test_bytes_that_belong_to_no_tensor_are_refused(square):
    head = json.dumps({"inputs": [_tensor([3, 2])]}).encode()
    answer = square.post(head + struct.pack("<d", 1.0), INFER, Inference_Header_Content_Length=str(len(head)))
    assert answer.status == 400
    assert "found 8 more" in answer.json()["error"]


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[" * 100_000, b"\xff", b'{"id": "\xff", "inputs": []}', b"{}", b"null", b'{"inputs": [1e999]}'],
)
def test_what_is_no_inference_request_is_refused(square, body):
    assert square.post(body, INFER).status == 400


def test_a_request_that_is_nested_too_deeply_is_told_so(square):
    body = b'{"inputs": [], "parameters": {"a": ' + b"[" * 2_000 + b"]" * 2_000 + b"}}"
    assert square.post(body, INFER).json()["detail"] == "The body is nested too deeply."


def test_the_version_that_is_announced_has_paths_of_its_own(client, square):
    version = square.send(MODEL).json()["versions"][0]
    assert client.is_model_ready("segmenter", version)
    assert not client.is_model_ready("segmenter", "9")
    assert client.get_model_metadata("segmenter", version) == client.get_model_metadata("segmenter")
    result = client.infer("segmenter", [_input(POINTS, "FP64")], model_version=version)
    assert result.as_numpy("segment_id").tolist() == [0, 3, 2]


@pytest.mark.parametrize("compression", ["gzip", "deflate"])
def test_a_client_may_compress_its_request(client, compression):
    result = client.infer("segmenter", [_input(POINTS, "FP64")], request_compression_algorithm=compression)
    assert result.as_numpy("segment_id").tolist() == [0, 3, 2]


def test_a_page_of_another_origin_may_send_bytes_and_take_an_answer_of_bytes_apart(square):
    asked = {"Origin": "https://shop.example", "Access_Control_Request_Method": "POST"}
    preflight = square.send(INFER, None, "OPTIONS", **asked)
    assert "Inference-Header-Content-Length" in preflight.headers["access-control-allow-headers"].split(", ")
    body = {"inputs": [_tensor([3, 2])], "parameters": {"binary_data_output": True}}
    answer = square.post(body, INFER, Origin="https://shop.example")
    assert answer.headers["access-control-expose-headers"] == "Inference-Header-Content-Length"
    assert int(answer.headers["inference-header-content-length"]) < len(answer.body)


@pytest.mark.parametrize("path", ["/v2/models/other", "/v2/models/other/infer", "/v2/models/segmenter/versions/9"])
def test_another_model_is_not_found(square, path):
    answer = square.send(path)
    assert (answer.status, bool(answer.json()["error"])) == (404, True)


def test_an_answer_that_would_be_too_large_says_how_many_customers_fit(tmp_path):
    """Names so long that the most customers of a request have more than the largest answer."""
    long = [models.segment(number, [2.0 + 6 * number], name=f"{number}" * 60) for number in range(2)]
    models.write(tmp_path / "long", models.model([models.feature("x")], long))
    with service.running(tmp_path / "long", tmp_path / "log") as running:
        answer = running.post({"inputs": [_tensor([3] * 190_000, (190_000, 1))]}, INFER)
        assert answer.status == 400
        fit = int(answer.json()["error"].split("at most ")[1].split(" ")[0])
        fitting = running.post({"inputs": [_tensor([3] * fit, (fit, 1))]}, INFER)
    assert _outputs(fitting)["segment_id"] == [0] * fit
    assert 2_000_000 < len(fitting.body) <= 10_000_000


def test_a_size_in_bytes_is_a_whole_number(square):
    head = json.dumps({"inputs": [_tensor(None, parameters={"binary_data_size": 16.0})]}).encode()
    body = head + struct.pack("<2d", 3.0, 2.0)
    answer = square.post(body, INFER, Inference_Header_Content_Length=str(len(head)))
    assert answer.status == 400
    body = body.replace(b"16.0", b"16")
    answer = square.post(body, INFER, Inference_Header_Content_Length=str(len(head) - 2))
    assert _outputs(answer)["segment_id"] == [0]
