"""Tensors of the Open Inference Protocol: their values as JSON, or as bytes behind the JSON.

References
----------
Open Inference Protocol, version 2 (REST): required inference API; binary tensor data extension.
"""

import math
import struct
from http import HTTPStatus
from typing import Any

import msgspec

from ..model.content import LARGEST, Feature
from ..problems import Problem, RequestError
from ..validation import value_fault

FLOATS = {"FP64": "d", "FP32": "f", "FP16": "e"}
INTEGERS = {
    "INT64": "q",
    "INT32": "i",
    "INT16": "h",
    "INT8": "b",
    "UINT64": "Q",
    "UINT32": "I",
    "UINT16": "H",
    "UINT8": "B",
}
"""Datatypes that a number may have, and their letters in `struct`."""
_LETTERS = FLOATS | INTEGERS


class Tensor(msgspec.Struct, omit_defaults=True):
    """An input or an output; data is left out where parameters say that its bytes follow the JSON."""

    name: str
    shape: list[int]
    datatype: str
    data: list[Any] | None = None
    parameters: dict[str, Any] | None = None


def refusal(pointer: str, detail: str) -> RequestError:
    """Return the refusal of a request with one fault."""
    return RequestError(
        HTTPStatus.BAD_REQUEST, "The body is no inference request that this model answers.", [Problem(pointer, detail)]
    )


def read(inputs: list[Tensor], extra: bytes, features: list[Feature]) -> list[tuple[float, ...]]:
    """Return the customers of input tensors, values in the features' order.

    Parameters
    ----------
    inputs : list of Tensor: one of any name and the shape [customers, features], or one a feature, of the feature's
        name and the shape [customers] or [customers, 1]
    extra : bytes that follow the JSON, of the tensors that have a binary_data_size, in their order
    features : list of Feature

    Raises
    ------
    RequestError
        400 where names, shapes, datatypes and data do not go together, or for a value that is no customer's.
    """
    columns = _columns(inputs, features)
    for number, (tensor, some) in enumerate(zip(inputs, columns, strict=True)):
        _check_shape(tensor.shape, len(some), inputs[0].shape[:1], f"#/inputs/{number}/shape")
    values = _values(inputs, extra)
    for number, some in enumerate(columns):
        _check_values(values[number], some, f"#/inputs/{number}/data")
    if len(inputs) == 1:
        return list(zip(*[iter(values[0])] * len(features), strict=True))
    by_name = {some[0].name: column for some, column in zip(columns, values, strict=True)}
    return list(zip(*(by_name[feature.name] for feature in features), strict=True))


def write(tensor: Tensor) -> tuple[Tensor, bytes]:
    """Return an output tensor without its data, and the data as bytes."""
    values = tensor.data or []
    if tensor.datatype == "BYTES":
        texts = [text.encode() for text in values]
        data = b"".join(struct.pack("<I", len(text)) + text for text in texts)
    else:
        data = struct.pack(f"<{len(values)}{_LETTERS[tensor.datatype]}", *values)
    parameters = {"binary_data_size": len(data)}
    return msgspec.structs.replace(tensor, data=None, parameters=parameters), data


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
    if _fit(values, features):
        return
    for number, value in enumerate(values):
        fault = value_fault(value, features[number % len(features)])
        if fault:
            raise refusal(f"{pointer}/{number}", fault)


def _fit(values: list[Any], features: list[Feature]) -> bool:
    """Tell quickly whether all values are fine; what is not is then looked for one by one."""
    if not set(map(type, values)) <= {int, float}:
        return False
    columns = [values[number :: len(features)] for number in range(len(features))]
    low = [min(column, default=1) for column in columns]
    bounded = min(low) >= -LARGEST and max(values, default=0) <= LARGEST
    positive = all(least > 0 for least, feature in zip(low, features, strict=True) if feature.log)
    return bounded and positive and not math.isnan(sum(values))  # min and max pass over NaN, a sum does not


def _values(tensors: list[Tensor], extra: bytes) -> list[list[Any]]:
    """Return each tensor's values in row-major order, as many as its shape says."""
    found = []
    for number, tensor in enumerate(tensors):
        pointer = f"#/inputs/{number}"
        if tensor.datatype not in _LETTERS:
            raise refusal(f"{pointer}/datatype", f"expected one of {', '.join(_LETTERS)}")
        size = (tensor.parameters or {}).get("binary_data_size")
        if size is None:
            found.append(_from_json(tensor, pointer))
        else:
            found.append(_from_bytes(tensor, extra, size, pointer))
            extra = extra[size:]
    if extra:
        raise refusal("#/inputs", f"expected no more bytes than the tensors have, found {len(extra)} more")
    return found


def _from_json(tensor: Tensor, pointer: str) -> list[Any]:
    values = tensor.data
    if values is None:
        raise refusal(f"{pointer}/data", "expected an array, found nothing")
    if values and isinstance(values[0], list):
        width = tensor.shape[-1]
        if len(values) != tensor.shape[0] or any(not isinstance(row, list) or len(row) != width for row in values):
            raise refusal(f"{pointer}/data", "expected rows as the shape says")
        values = [value for row in values for value in row]
    if len(values) != _size(tensor):
        raise refusal(f"{pointer}/data", f"expected {_size(tensor)} values as the shape says, found {len(values)}")
    if tensor.datatype in INTEGERS:
        for number, value in enumerate(values):
            if isinstance(value, float) and not value.is_integer():
                raise refusal(f"{pointer}/data/{number}", f"expected an integer for {tensor.datatype}")
    return values


def _from_bytes(tensor: Tensor, extra: bytes, size: Any, pointer: str) -> list[Any]:
    letter = _LETTERS[tensor.datatype]
    expected = _size(tensor) * struct.calcsize(f"<{letter}")
    if type(size) is not int or size != expected or len(extra) < expected:
        raise refusal(f"{pointer}/parameters/binary_data_size", f"expected {expected} bytes as shape and datatype say")
    return list(struct.unpack(f"<{_size(tensor)}{letter}", extra[:expected]))


def _size(tensor: Tensor) -> int:
    return math.prod(tensor.shape)
