"""The Open Inference Protocol v2 over HTTP (KServe, Triton, Seldon and their clients).

The input is one tensor of any name and the shape [customers, features], columns in the order of the model's features,
or one tensor a feature, of the feature's name and the shape [customers] or [customers, 1].

References
----------
Open Inference Protocol, version 2 (REST): health, metadata, inference; binary tensor data extension.
"""

from collections.abc import Mapping
from operator import attrgetter
from typing import Annotated, Any

import msgspec

from . import tensors
from .format import LARGEST, Feature
from .kserve import ModelReady
from .operations import (
    BYTES,
    JSON,
    MODEL_NAME,
    PART,
    PLATFORM_ANSWER,
    PLATFORM_BODY,
    Dialect,
    Operation,
    Reply,
    Routes,
    constant,
    json_reply,
)
from .problems import value_fault
from .schemas import Schemas
from .tensors import Tensor, refusal

_BINARY = "binary_tensor_data"
_JSON_LENGTH = "Inference-Header-Content-Length"
_SHAPES = (
    "The input is one tensor of any name: for c customers it has the shape [c, {n}] and c x {n} values, row by row, in "
    "the order of the model's features. Or it is one tensor a feature, of the feature's name and the shape [c]. Values "
    "may follow the JSON as bytes (binary tensor data extension)."
)
_OUTPUTS = {"segment_id": "INT64", "segment_name": "BYTES", "confidence": "FP64"}


class ServerLive(msgspec.Struct):
    """The function is up."""

    live: bool = True


class ServerReady(msgspec.Struct):
    """The function can be asked."""

    ready: bool = True


class ServerMetadata(msgspec.Struct):
    """What the server is."""

    name: str
    version: str
    extensions: list[str]


class TensorMetadata(msgspec.Struct):
    """An input or an output of the model; -1 stands for any number of customers."""

    name: str
    datatype: str
    shape: list[int]


class ModelMetadata(msgspec.Struct):
    """What the model takes and gives."""

    name: str
    versions: list[str]
    platform: str
    inputs: list[TensorMetadata]
    outputs: list[TensorMetadata]


class RequestedOutput(msgspec.Struct):
    """An output that the client wants."""

    name: Annotated[str, msgspec.Meta(extra_json_schema={"enum": list(_OUTPUTS)})]
    parameters: dict[str, Any] | None = None


class InferOptions(msgspec.Struct, kw_only=True):
    """What a request may say besides its inputs."""

    outputs: list[RequestedOutput] = []
    id: str | None = None
    parameters: dict[str, Any] = {}


class InferRequest(InferOptions, kw_only=True):
    """One tensor of the shape [customers, features], or one tensor a feature."""

    inputs: list[Tensor]


class InferResponse(msgspec.Struct, omit_defaults=True):
    """The outputs, each of the shape [customers]."""

    model_name: str
    model_version: str
    outputs: list[Tensor]
    id: str | None = None


def dialect(schemas: Schemas, _settings: Mapping[str, str]) -> Dialect:
    """Return the protocol's paths."""
    model = f"/v2/models/{MODEL_NAME}"
    ready = constant("Say that the model is ready (Open Inference Protocol)", ModelReady(MODEL_NAME))
    routes: Routes = {
        "/v2": {"GET": constant("Describe the server", ServerMetadata(MODEL_NAME, schemas.hash, [_BINARY]))},
        "/v2/health/live": {"GET": constant("Say that the function is up", ServerLive())},
        "/v2/health/ready": {"GET": constant("Say that the function can be asked", ServerReady())},
        model: {"GET": constant("Describe the model's tensors", _metadata(schemas))},
        f"{model}/ready": {"GET": ready},
        f"{model}/infer": {"POST": _infer(schemas)},
    }
    return Dialect(routes)


def _metadata(schemas: Schemas) -> ModelMetadata:
    inputs = [TensorMetadata("customers", "FP64", [-1, len(schemas.names)])]
    outputs = [TensorMetadata(name, datatype, [-1]) for name, datatype in _OUTPUTS.items()]
    return ModelMetadata(MODEL_NAME, [schemas.hash], "nearest-centroid", inputs, outputs)


def _infer(schemas: Schemas) -> Operation:
    decoder = msgspec.json.Decoder(InferRequest)

    def answer(headers: Mapping[str, str], body: bytes) -> Reply:
        length = _json_length(headers, body)
        try:
            asked = decoder.decode(body[:length])
        except (msgspec.DecodeError, RecursionError) as error:  # msgspec's words quote no value of these types
            raise refusal("#", str(error)) from error
        wanted = _wanted(asked)
        rows = _rows(asked.inputs, body[length:], schemas.features)
        outputs = _outputs(schemas, rows, list(wanted))
        reply = _reply(InferResponse(MODEL_NAME, schemas.hash, outputs, asked.id), list(wanted.values()))
        if len(reply.body) > PLATFORM_ANSWER:
            fit = len(rows) * PLATFORM_ANSWER // len(reply.body) // 2  # half, because rows differ
            raise refusal("#/inputs", f"expected at most {fit} customers: the answer would be too large")
        return reply

    values = list(schemas.examples[0].values())
    customer = {"name": "customers", "shape": [1, len(values)], "datatype": "FP64", "data": values}
    return Operation(
        "Infer (Open Inference Protocol)",
        answer,
        accepts=(_documented(schemas.features),),
        returns=(InferResponse,),
        examples={"one customer": {"inputs": [customer]}},
        max_body=PLATFORM_BODY,
        media=frozenset({JSON, BYTES, ""}),  # some clients name none
        produces=(JSON, BYTES),
        description=_SHAPES.format(n=len(values)),
    )


def _documented(features: list[Feature]) -> type[msgspec.Struct]:
    """Return `InferRequest` with a JSON Schema of one customer: that n rows need n times the values it cannot say."""
    floats = _tensor_schema(features, tensors.FLOATS, "number")
    integers = _tensor_schema(features, tensors.INTEGERS, "integer")
    one = msgspec.Meta(extra_json_schema={"minItems": 1, "maxItems": 1, "items": {"anyOf": [floats, integers]}})
    return msgspec.defstruct(
        "InferRequest", [("inputs", Annotated[list[Any], one])], bases=(InferOptions,), kw_only=True
    )


def _tensor_schema(features: list[Feature], datatypes: Mapping[str, str], kind: str) -> dict[str, Any]:
    limits = [{"exclusiveMinimum": 0} if feature.log else {"minimum": -LARGEST} for feature in features]
    values = [{"type": kind, "maximum": LARGEST, **limit} for limit in limits]
    data = {"type": "array", "prefixItems": values, "minItems": len(values), "maxItems": len(values)}
    properties = {
        "name": {"type": "string"},
        "shape": {"const": [1, len(values)]},
        "datatype": {"enum": list(datatypes)},
        "data": data,
    }
    return {"type": "object", "required": list(properties), "properties": properties}


def _json_length(headers: Mapping[str, str], body: bytes) -> int:
    text = headers.get(_JSON_LENGTH.lower(), str(len(body)))
    if not (text.isascii() and text.isdigit() and int(text) <= len(body)):
        raise refusal("#", f"expected the header {_JSON_LENGTH} to be a number of bytes within the body")
    return int(text)


def _wanted(asked: InferRequest) -> dict[str, bool]:
    """Return the names of the outputs to send, and whether to send their values as bytes."""
    as_bytes = asked.parameters.get("binary_data_output") is True
    wanted = {}
    for number, output in enumerate(asked.outputs):
        if output.name not in _OUTPUTS:
            raise refusal(f"#/outputs/{number}/name", f"expected one of {', '.join(_OUTPUTS)}")
        wanted[output.name] = (output.parameters or {}).get("binary_data", as_bytes) is True
    return wanted or dict.fromkeys(_OUTPUTS, as_bytes)


def _rows(inputs: list[Tensor], extra: bytes, features: list[Feature]) -> list[tuple[float, ...]]:
    """Return the customers of the input tensors, values in the order of the model's features."""
    columns = _columns(inputs, features)
    for number, (tensor, some) in enumerate(zip(inputs, columns, strict=True)):
        _check_shape(tensor.shape, len(some), inputs[0].shape[:1], f"#/inputs/{number}/shape")
    values = tensors.read(inputs, extra)
    for number, some in enumerate(columns):
        _check_values(values[number], some, f"#/inputs/{number}/data")
    if len(inputs) == 1:
        return list(zip(*[iter(values[0])] * len(features), strict=True))
    by_name = {some[0].name: column for some, column in zip(columns, values, strict=True)}
    return list(zip(*(by_name[feature.name] for feature in features), strict=True))


def _columns(inputs: list[Tensor], features: list[Feature]) -> list[list[Feature]]:
    """Return the features that each tensor holds."""
    if len(inputs) == 1:
        return [features]
    by_name = {feature.name: feature for feature in features}
    if sorted(tensor.name for tensor in inputs) != sorted(by_name):
        raise refusal("#/inputs", f"expected one tensor, or the tensors {', '.join(by_name)}")
    return [[by_name[tensor.name]] for tensor in inputs]


def _check_shape(shape: list[int], width: int, rows: list[int], pointer: str) -> None:
    fits = shape == [*rows, width] or (width == 1 and shape == rows)
    if not fits or rows[0] < 0:
        raise refusal(pointer, f"expected [n, {width}] with the same n, 0 or more, in all inputs")


def _check_values(values: list[Any], features: list[Feature], pointer: str) -> None:
    for number, value in enumerate(values):
        fault = value_fault(value, features[number % len(features)])
        if fault:
            raise refusal(f"{pointer}/{number}", fault)


def _outputs(schemas: Schemas, rows: list[tuple[float, ...]], names: list[str]) -> list[Tensor]:
    columns: dict[str, list[Any]] = {name: [] for name in names}
    for start in range(0, len(rows), PART):
        scored = schemas.answer_many(rows[start : start + PART]).segments
        for name, column in columns.items():
            column.extend(map(attrgetter(name), scored))
    return [Tensor(name, [len(rows)], _OUTPUTS[name], column) for name, column in columns.items()]


def _reply(response: InferResponse, as_bytes: list[bool]) -> Reply:
    customers = response.outputs[0].shape[0]
    if not any(as_bytes):
        return json_reply(response, customers=customers)
    pairs = [tensors.write(one) if raw else (one, b"") for one, raw in zip(response.outputs, as_bytes, strict=True)]
    head = msgspec.json.encode(msgspec.structs.replace(response, outputs=[tensor for tensor, _ in pairs]))
    headers = {
        "Content-Type": BYTES,
        "Cache-Control": "no-store",
        _JSON_LENGTH: str(len(head)),
    }
    return Reply(head + b"".join(data for _, data in pairs), headers=headers, log={"customers": customers})
