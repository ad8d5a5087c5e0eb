"""What is wrong with a body: every fault named by its place and repeated by none of its values."""

import collections
import json
import math
from collections.abc import Iterable, Sequence
from http import HTTPStatus
from typing import Any

import msgspec

from .model.content import LARGEST, Feature, most_gaps
from .problems import MAX_PROBLEMS, Problem, RequestError

MAX_CUSTOMERS = 10_000
"""Most customers in one request: about half of the largest body for two features."""
UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What msgspec raises for a body that is not JSON, or not of a type; bytes that are not UTF-8 are the second."""
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
"""Some programs begin UTF-8 with it; RFC 8259 lets a reader pass over it."""

_NOTHING: Any = type("Nothing", (), {})()
"""Stands for a field that is not there."""
_TWICE: Any = type("Twice", (tuple,), {})()
"""Stands for a field that an object has twice: which of the two is meant nobody can say (RFC 8259, 4)."""
_KINDS = {
    bool: "a boolean",
    str: "a string",
    list: "an array",
    dict: "an object",
    type(None): "null",
    type(_NOTHING): "nothing",
    type(_TWICE): "the field twice",
}


def diagnose(body: bytes, features: list[Feature], *, many: bool) -> RequestError:
    """Say all that is wrong with a body that the request types refused.

    Parameters
    ----------
    body : bytes, as received
    features : list of Feature, what a customer has
    many : bool, whether the body is a list of customers

    Returns
    -------
    RequestError : 400 for what is not JSON, 422 with the first faults for JSON that is not a customer
    """
    data = read(body)
    problems = _list_problems(data, features) if many else customer_problems(data, features, "#")
    if not problems:  # Python's reader is the more lenient of the two
        return malformed()
    return unprocessable(problems)


def read(body: bytes) -> Any:
    """Read JSON as leniently as Python does: NaN, Infinity and 1e999 are taken, so that what holds one can be named.

    A field that an object has twice is read as neither of the two.

    Raises
    ------
    RequestError
        400 for what is not JSON.
    """
    try:
        return json.loads(body.decode(), parse_int=float, object_pairs_hook=_fields)
    except (ValueError, RecursionError) as error:
        raise malformed(error) from error


def unread(content: Any) -> msgspec.Raw:
    """Return what `read` gave as JSON again, to be read part by part."""
    try:
        return msgspec.Raw(json.dumps(content))
    except RecursionError as error:
        raise malformed(error) from error


def malformed(error: Exception | None = None) -> RequestError:
    """Return the refusal of what is not JSON, and say where it is not if Python's reader has said it."""
    if isinstance(error, RecursionError):
        return RequestError(HTTPStatus.BAD_REQUEST, "The body is nested too deeply.")
    where = ""
    if isinstance(error, json.JSONDecodeError):
        where = f": line {error.lineno}, column {error.colno}" if error.doc.strip() else ": it is empty"
    elif isinstance(error, UnicodeDecodeError):
        where = f": byte {error.start + 1} is not UTF-8"
    return RequestError(HTTPStatus.BAD_REQUEST, f"The body is not valid JSON{where}.")


def unprocessable(problems: list[Problem]) -> RequestError:
    """Return the refusal of JSON that is not a customer."""
    detail = "The body does not hold the model's features as numbers; see errors."
    return RequestError(HTTPStatus.UNPROCESSABLE_ENTITY, detail, problems[:MAX_PROBLEMS])


def _fields(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return the fields of an object, and `_TWICE` for those that it has twice."""
    fields = dict(pairs)
    if len(fields) < len(pairs):
        counts = collections.Counter(name for name, _ in pairs)
        fields |= {name: _TWICE for name, count in counts.items() if count > 1}
    return fields


def _list_problems(data: Any, features: list[Feature]) -> list[Problem]:
    if not isinstance(data, dict):
        return [Problem("#", f"expected an object, found {kind(data)}")]
    if set(data) != {"customers"}:
        return [Problem("#", "expected the field customers and no other")]
    customers = data["customers"]
    if not isinstance(customers, list):
        return [Problem("#/customers", f"expected an array, found {kind(customers)}")]
    if not 1 <= len(customers) <= MAX_CUSTOMERS:
        return [Problem("#/customers", f"expected 1 to {MAX_CUSTOMERS} customers, found {len(customers)}")]
    return first_problems(
        customer_problems(customer, features, f"#/customers/{number}") for number, customer in enumerate(customers)
    )


def envelope_problems(data: Any, items: str, options: str, modes: tuple[str, ...]) -> list[Problem]:
    """Return what is wrong with an object that should hold a list of items and may hold options with a mode."""
    if not isinstance(data, dict):
        return [Problem("#", f"expected an object, found {kind(data)}")]
    problems = []
    if not isinstance(data.get(items), list):
        problems.append(Problem(f"#/{items}", f"expected an array, found {kind(data.get(items))}"))
    chosen = data.get(options)
    if not isinstance(chosen, dict | None):
        problems.append(Problem(f"#/{options}", f"expected an object, found {kind(chosen)}"))
    elif chosen and chosen.get("mode", modes[0]) not in modes:
        problems.append(Problem(f"#/{options}/mode", f"expected {' or '.join(modes)}"))
    return problems


def first_problems(of_items: Iterable[list[Problem]]) -> list[Problem]:
    """Collect the problems of items, and stop looking when there are enough to show."""
    problems: list[Problem] = []
    for of_item in of_items:
        problems += of_item
        if len(problems) >= MAX_PROBLEMS:
            break
    return problems


def customer_problems(customer: Any, features: list[Feature], pointer: str) -> list[Problem]:
    """Return what is wrong with an object that should hold one number per feature."""
    if not isinstance(customer, dict):
        return [Problem(pointer, f"expected an object, found {kind(customer)}")]
    values = [customer.get(feature.name, _NOTHING) for feature in features]
    problems = [
        Problem(f"{pointer}/{_escape(feature.name)}", fault)
        for feature, fault in zip(features, value_faults(values, features), strict=True)
        if fault
    ]
    names = [feature.name for feature in features]
    if set(customer) - set(names):
        problems.append(Problem(pointer, f"unknown field; the fields are {', '.join(names)}"))
    return problems


def value_faults(values: Sequence[Any], features: list[Feature]) -> list[str | None]:
    """Return what is wrong with each value of a customer, or None; gaps are a fault where there are too many."""
    most = most_gaps(len(features))
    gaps = [value is None or value is _NOTHING for value in values]
    if sum(gaps) <= most:
        pairs = zip(values, features, gaps, strict=True)
        return [None if gap else value_fault(value, feature) for value, feature, gap in pairs]
    allowed = f"; at most {most} may be missing" if most else ""
    return [
        f"expected a number, found {kind(value)}{allowed}" if gap else value_fault(value, feature)
        for value, feature, gap in zip(values, features, gaps, strict=True)
    ]


def value_fault(value: Any, feature: Feature) -> str | None:
    """Return what is wrong with a value of a feature, or None."""
    if type(value) not in (int, float):
        return f"expected a number, found {kind(value)}"
    if isinstance(value, float) and math.isnan(value):
        return "expected a number, found NaN"
    if feature.offset == 0 and value <= 0:
        return "expected a number above 0"
    if not feature.lowest <= value <= LARGEST:
        return f"expected a number between {feature.lowest:g} and {LARGEST:g}"
    return None


def kind(value: Any) -> str:
    """Name the JSON type of a value."""
    return _KINDS.get(type(value), "a number")


def _escape(name: str) -> str:
    """Escape a name for a JSON pointer (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")
