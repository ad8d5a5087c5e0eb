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

from .problems import Problem, RequestError

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


def read(tensors: list[Tensor], extra: bytes) -> list[list[Any]]:
    """Return the values of input tensors in row-major order, as many as their shapes say.

    Parameters
    ----------
    tensors : list of Tensor
    extra : bytes that follow the JSON, of the tensors that have a binary_data_size, in their order

    Raises
    ------
    RequestError
        400 where datatype, shape and data do not go together.
    """
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
    if size != expected or len(extra) < expected:
        raise refusal(f"{pointer}/parameters/binary_data_size", f"expected {expected} bytes as shape and datatype say")
    return list(struct.unpack(f"<{_size(tensor)}{letter}", extra[:expected]))


def _size(tensor: Tensor) -> int:
    return math.prod(tensor.shape)
