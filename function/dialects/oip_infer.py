"""Inference of the Open Inference Protocol v2: tensors of customers in, tensors of segments out.

References
----------
Open Inference Protocol, version 2 (REST): inference; binary tensor data extension.
"""

import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any

import msgspec

from ..model.content import LARGEST, Feature, Segment
from ..operations import (
    BYTES,
    JSON,
    MODEL_NAME,
    PLATFORM_ANSWER,
    SERVING_BODY,
    Headers,
    Operation,
    Reply,
    cut,
    json_reply,
)
from ..schemas import Answers
from . import oip_tensors
from .oip_tensors import Tensor, refusal

OUTPUTS = {"segment_id": "INT64", "segment_name": "BYTES", "confidence": "FP64"}
"""Names and datatypes of the outputs; the names are fields of `schemas.Scored`."""

_JSON_LENGTH = "Inference-Header-Content-Length"
_LENGTH = re.compile(rb"[0-9]{1,9}")
_SHAPES = (
    "The input is one tensor of any name: for c customers it has the shape [c, {n}] and c x {n} values, row by row, in "
    "the order of the model's features. Or it is one tensor a feature, of the feature's name and the shape [c]. Values "
    "may follow the JSON as bytes (binary tensor data extension)."
)


class RequestedOutput(msgspec.Struct):
    """An output that the client wants."""

    name: Annotated[str, msgspec.Meta(extra_json_schema={"enum": list(OUTPUTS)})]
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


def operation(answers: Answers) -> Operation:
    """Return what answers an inference request."""
    decoder = msgspec.json.Decoder(InferRequest)

    def answer(headers: Headers, body: bytes) -> Reply:
        length = _json_length(headers, body)
        try:
            asked = decoder.decode(body[:length])
        except (msgspec.DecodeError, RecursionError) as error:  # msgspec's words quote no value of these types
            raise refusal("#", str(error)) from error
        wanted = _wanted(asked)
        rows = oip_tensors.read(asked.inputs, body[length:], answers.features)
        outputs = _outputs(answers, rows, list(wanted))
        reply = _reply(InferResponse(MODEL_NAME, answers.hash, outputs, asked.id), list(wanted.values()))
        if len(reply.body) > PLATFORM_ANSWER:
            fit = len(rows) * PLATFORM_ANSWER // len(reply.body) // 2  # half, because rows differ
            raise refusal("#/inputs", f"expected at most {fit} customers: the answer would be too large")
        return reply

    values = list(answers.examples[0].values())
    customer = {"name": "customers", "shape": [1, len(values)], "datatype": "FP64", "data": values}
    return Operation(
        "Infer (Open Inference Protocol)",
        answer,
        accepts=(_documented(answers.features),),
        returns=(InferResponse,),
        examples={"one customer": {"inputs": [customer]}},
        max_body=SERVING_BODY,
        media=frozenset({JSON, BYTES, ""}),  # some clients name none
        produces=(JSON, BYTES),
        description=_SHAPES.format(n=len(values)),
    )


def _documented(features: list[Feature]) -> type[msgspec.Struct]:
    """Return `InferRequest` with a JSON Schema of one customer: that n rows need n times the values it cannot say."""
    floats = _tensor_schema(features, oip_tensors.FLOATS, "number")
    integers = _tensor_schema(features, oip_tensors.INTEGERS, "integer")
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


def _json_length(headers: Headers, body: bytes) -> int:
    text = headers.get(_JSON_LENGTH.lower().encode(), b"%d" % len(body))
    if not (_LENGTH.fullmatch(text) and int(text) <= len(body)):
        raise refusal("#", f"expected the header {_JSON_LENGTH} to be a number of bytes within the body")
    return int(text)


def _wanted(asked: InferRequest) -> dict[str, bool]:
    """Return the names of the outputs to send, and whether to send their values as bytes."""
    as_bytes = asked.parameters.get("binary_data_output") is True
    wanted = {}
    for number, output in enumerate(asked.outputs):
        if output.name not in OUTPUTS:
            raise refusal(f"#/outputs/{number}/name", f"expected one of {', '.join(OUTPUTS)}")
        wanted[output.name] = (output.parameters or {}).get("binary_data", as_bytes) is True
    return wanted or dict.fromkeys(OUTPUTS, as_bytes)


def _outputs(answers: Answers, rows: list[tuple[float, ...]], names: list[str]) -> list[Tensor]:
    segments: list[Segment] = []
    confidences: list[float] = []
    for part in cut(rows):
        nearest, sure = answers.score_many(part)
        segments += nearest
        confidences += sure
    values: dict[str, Callable[[], list[Any]]] = {
        "segment_id": lambda: [segment.id for segment in segments],
        "segment_name": lambda: [segment.name for segment in segments],
        "confidence": lambda: confidences,
    }
    return [Tensor(name, [len(rows)], OUTPUTS[name], values[name]()) for name in names]


def _reply(response: InferResponse, as_bytes: list[bool]) -> Reply:
    customers = response.outputs[0].shape[0]
    if not any(as_bytes):
        return json_reply(response, customers=customers)
    pairs = [oip_tensors.write(one) if raw else (one, b"") for one, raw in zip(response.outputs, as_bytes, strict=True)]
    head = msgspec.json.encode(msgspec.structs.replace(response, outputs=[tensor for tensor, _ in pairs]))
    headers = {
        "Content-Type": BYTES,
        "Cache-Control": "no-store",
        _JSON_LENGTH: str(len(head)),
    }
    return Reply(head + b"".join(data for _, data in pairs), headers=headers, log={"customers": customers})
