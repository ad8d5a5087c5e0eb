"""Tensors of the Open Inference Protocol: their values as JSON, or as bytes behind the JSON.

References
----------
Open Inference Protocol, version 2 (REST): required inference API; binary tensor data extension.
"""

import math
import struct
from collections.abc import Iterator, Sequence
from http import HTTPStatus
from itertools import islice
from typing import Any

import msgspec

from ..model.content import LARGEST, Feature, most_gaps
from ..problems import Problem, RequestError
from ..validation import UNREADABLE, value_fault

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
MAX_ROWS = 200_000
MAX_VALUES = 1_000_000
"""Most customers and most values of one request: with them it stays within the instance's memory."""
_PART = 10_000
"""Customers that are looked at or answered at a time; between the parts other requests are let in."""
_OUTPUT_LETTERS = _LETTERS | {"BOOL": "?"}
_FLAT = msgspec.json.Decoder(list[int | float | None])
_NESTED = msgspec.json.Decoder(list[list[int | float | None]])
_ITEMS = msgspec.json.Decoder(list[msgspec.Raw])
_KINDS = {
    b"": "nothing",
    b"[": "an array",
    b"{": "an object",
    b'"': "a string",
    b"t": "a boolean",
    b"f": "a boolean",
    b"n": "null",
}
"""JSON types by their first byte; what begins otherwise is a number."""

Scalar = bool | int | float | str | None
"""What a parameter may be: what is nested could be very large."""
Values = Sequence[Any]
"""A tensor's values in row-major order; None where one is missing."""


class Tensor(msgspec.Struct, omit_defaults=True):
    """An output; data is left out where parameters say that its bytes follow the JSON."""

    name: str
    shape: list[int]
    datatype: str
    data: list[Any] | None = None
    parameters: dict[str, Any] | None = None


class InputParameters(msgspec.Struct):
    """What else is said of an input; parameters of other names are passed over.

    binary_data_size : length of its values behind the JSON, in bytes
    """

    binary_data_size: Scalar = None


class Input(msgspec.Struct):
    """An input whose values are still JSON: its shape is checked before any of them is read."""

    name: str
    shape: list[int]
    datatype: str
    data: msgspec.Raw = msgspec.Raw()
    parameters: InputParameters | None = None


def refusal(pointer: str, detail: str) -> RequestError:
    """Return the refusal of a request with one fault."""
    return RequestError(
        HTTPStatus.BAD_REQUEST,
        "The body is not an inference request that this model answers.",
        [Problem(pointer, detail)],
    )


def columns(inputs: Sequence[Input], features: list[Feature]) -> list[list[Feature]]:
    """Return the features that each tensor holds, after a look at names and shapes alone.

    Parameters
    ----------
    inputs : sequence of Input: one of any name and the shape [customers, features], or one per feature, of the
        feature's name and the shape [customers] or [customers, 1]
    features : list of Feature

    Raises
    ------
    RequestError
        400 where names and shapes do not go together or hold too many customers.
    """
    held = _held(inputs, features)
    for number, (tensor, some) in enumerate(zip(inputs, held, strict=True)):
        _check_shape(tensor.shape, len(some), inputs[0].shape[:1], f"#/inputs/{number}/shape")
    most = min(MAX_ROWS, MAX_VALUES // len(features))
    if inputs[0].shape[0] > most:
        raise refusal("#/inputs", f"expected at most {most} customers a request")
    return held


def read(inputs: Sequence[Input], extra: bytes) -> Iterator[Values]:
    """Return each tensor's values, as many as its shape says; shapes are as `columns` wants them.

    A missing value is null in JSON and not a number among bytes.

    Parameters
    ----------
    inputs : sequence of Input
    extra : bytes that follow the JSON, of the tensors that have a binary_data_size, in their order

    Raises
    ------
    RequestError
        400 where shapes, datatypes and data do not go together.
    """
    for number, tensor in enumerate(inputs):
        pointer = f"#/inputs/{number}"
        if tensor.datatype not in _LETTERS:
            raise refusal(f"{pointer}/datatype", f"expected one of {', '.join(_LETTERS)}")
        size = tensor.parameters.binary_data_size if tensor.parameters else None
        if size is None:
            yield _from_json(tensor, pointer)
        else:
            n_bytes = _n_bytes(tensor, extra, size, pointer)
            values = struct.unpack(f"<{_size(tensor)}{_LETTERS[tensor.datatype]}", extra[:n_bytes])
            yield [None if value != value else value for value in values]  # noqa: PLR0124 - NaN differs from itself
            extra = extra[n_bytes:]
    if extra:
        raise refusal("#/inputs", f"expected no more bytes than the tensors have, found {len(extra)} more")


def check(values: Values, features: list[Feature], pointer: str) -> Iterator[None]:
    """Raise RequestError for the first value that a customer cannot have, part by part.

    Parameters
    ----------
    values : sequence, whole rows
    features : list of Feature, those of the tensor
    pointer : str, where the values are
    """
    size = _PART * len(features)
    for first in range(0, len(values), size):
        part = values[first : first + size]
        if not _fit(part, features):
            _refuse(part, features, pointer, first)
        yield


def rows(tensors: Sequence[Values], held: list[list[Feature]], features: list[Feature]) -> Iterator[list[Any]]:
    """Return the customers of tensors part by part: tuples of shape (n_features,) in the features' order.

    Raises
    ------
    RequestError
        400 for a customer who lacks too many values.
    """
    if len(tensors) == 1:
        customers = zip(*[iter(tensors[0])] * len(features), strict=True)
    else:
        by_name = {of_tensor[0].name: values for of_tensor, values in zip(held, tensors, strict=True)}
        customers = zip(*(by_name[feature.name] for feature in features), strict=True)
    most, first = most_gaps(len(features)), 0
    while part := list(islice(customers, _PART)):
        for number, customer in enumerate(part, first):
            if customer.count(None) > most:
                raise refusal("#/inputs", f"customer {number}: expected at most {most} missing values, found more")
        yield part
        first += len(part)


def write(tensor: Tensor) -> tuple[Tensor, bytes]:
    """Return an output tensor without its data, and the data as bytes."""
    values = tensor.data or []
    if tensor.datatype == "BYTES":
        texts = [text.encode() for text in values]
        data = b"".join(struct.pack("<I", len(text)) + text for text in texts)
    else:
        data = struct.pack(f"<{len(values)}{_OUTPUT_LETTERS[tensor.datatype]}", *values)
    parameters = {"binary_data_size": len(data)}
    return msgspec.structs.replace(tensor, data=None, parameters=parameters), data


def _held(inputs: Sequence[Input], features: list[Feature]) -> list[list[Feature]]:
    if len(inputs) == 1:
        return [features]
    by_name = {feature.name: feature for feature in features}
    if sorted(tensor.name for tensor in inputs) != sorted(by_name):
        raise refusal("#/inputs", f"expected one tensor, or the tensors {', '.join(by_name)}")
    return [[by_name[tensor.name]] for tensor in inputs]


def _check_shape(shape: list[int], width: int, n_rows: list[int], pointer: str) -> None:
    fits = shape == [*n_rows, width] or (width == 1 and shape == n_rows)
    if not (fits and n_rows and n_rows[0] >= 0):
        raise refusal(pointer, f"expected [n, {width}] with the same n, 0 or more, in all inputs")


def _fit(values: Values, features: list[Feature]) -> bool:
    """Tell quickly whether all values are fine; what is not is then looked for one by one."""
    kinds = set(map(type, values))
    if not kinds <= {int, float, type(None)}:
        return False
    columns = [values[number :: len(features)] for number in range(len(features))]
    if type(None) in kinds:
        columns = [[value for value in column if value is not None] for column in columns]
    return all(
        min(column, default=1) >= feature.lowest and max(column, default=1) <= LARGEST
        for column, feature in zip(columns, features, strict=True)
    )


def _refuse(values: Values, features: list[Feature], pointer: str, first: int) -> None:
    """Raise RequestError for the first value that a customer cannot have; `first` is the position of the first."""
    for number, value in enumerate(values):
        fault = None if value is None else value_fault(value, features[number % len(features)])
        if fault:
            raise refusal(f"{pointer}/{first + number}", fault)


def _from_json(tensor: Input, pointer: str) -> list[Any]:
    text = bytes(memoryview(tensor.data))
    if not text.startswith(b"["):
        raise refusal(f"{pointer}/data", f"expected an array, found {_KINDS.get(text[:1], 'a number')}")
    # However the values are nested, there is a comma between each two.
    n_values = text.count(b",") + 1 if text[1:-1].strip() else 0
    if n_values != _size(tensor):
        raise refusal(f"{pointer}/data", f"expected {_size(tensor)} values as the shape says, found {n_values}")
    values = _flat(text, tensor, pointer)
    if tensor.datatype in INTEGERS:
        for number, value in enumerate(values):
            if isinstance(value, float) and not value.is_integer():
                raise refusal(f"{pointer}/data/{number}", f"expected an integer for {tensor.datatype}")
    return values


def _flat(text: bytes, tensor: Input, pointer: str) -> list[Any]:
    """Return the values of an array of numbers or of rows of numbers, or say which is not one."""
    if text[1:].lstrip().startswith(b"["):
        return _from_rows(text, tensor, pointer)
    try:
        return _FLAT.decode(text)
    except UNREADABLE:
        pass
    for number, item in enumerate(_ITEMS.decode(text)):
        first = bytes(memoryview(item)[:1])
        if first in _KINDS and first != b"n":
            raise refusal(f"{pointer}/data/{number}", f"expected a number, found {_KINDS[first]}")
        if first != b"n" and abs(float(memoryview(item))) > LARGEST:
            raise refusal(f"{pointer}/data/{number}", f"expected a number between -{LARGEST:g} and {LARGEST:g}")
    raise refusal(f"{pointer}/data", "expected numbers")


def _from_rows(text: bytes, tensor: Input, pointer: str) -> list[Any]:
    """Return the values of an array of rows."""
    n_rows, width = [*tensor.shape, 1][:2]
    try:
        # brackets are counted first, so that no more rows are read than there may be
        nested = _NESTED.decode(text) if text.count(b"[") == n_rows + 1 else []
    except UNREADABLE:
        nested = []
    if [len(row) for row in nested] != [width] * n_rows:
        raise refusal(f"{pointer}/data", "expected rows of numbers as the shape says")
    return [value for row in nested for value in row]


def _n_bytes(tensor: Input, extra: bytes, size: Scalar, pointer: str) -> int:
    """Return how many of the bytes that follow the JSON are a tensor's."""
    expected = _size(tensor) * struct.calcsize(f"<{_LETTERS[tensor.datatype]}")
    if type(size) is not int or size != expected or len(extra) < expected:
        raise refusal(f"{pointer}/parameters/binary_data_size", f"expected {expected} bytes as shape and datatype say")
    return expected


def _size(tensor: Input) -> int:
    return math.prod(tensor.shape)
