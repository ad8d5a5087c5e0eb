"""What a refused request is told: problem details that name every fault and repeat no value.

References
----------
Nottingham, M., Wilde, E. and Dalal, S. (2023). Problem Details for HTTP APIs. RFC 9457.
https://doi.org/10.17487/RFC9457
"""

import json
import math
from http import HTTPStatus
from typing import Any

import msgspec

from .format import LARGEST, Feature

MAX_CUSTOMERS = 10_000
"""Most customers in one request: about half of the largest body for two features."""
MAX_PROBLEMS = 20
"""Most faults named in one refusal."""

_KINDS = {bool: "a boolean", str: "a string", list: "an array", dict: "an object", type(None): "null"}


class Problem(msgspec.Struct, frozen=True):
    """One fault of a request: where (a JSON pointer) and what. Never the value itself."""

    pointer: str
    detail: str


class RequestError(Exception):
    """A request that is refused, and what its sender is told.

    Parameters
    ----------
    status : HTTPStatus, 4xx
    detail : str, what was expected and found, without any value of the customer
    problems : list of Problem, the faults of the body
    headers : dict of str, sent with the refusal
    """

    def __init__(
        self,
        status: HTTPStatus,
        detail: str,
        problems: list[Problem] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.problems = problems or []
        self.headers = headers or {}


class ProblemDetails(msgspec.Struct, frozen=True):
    """The body of every refusal, application/problem+json (RFC 9457)."""

    title: str
    status: int
    detail: str
    type: str = "about:blank"
    errors: list[Problem] = []


def diagnose(body: bytes, features: list[Feature], *, many: bool) -> RequestError:
    """Say all that is wrong with a body that the request types refused.

    Parameters
    ----------
    body : bytes, as received
    features : list of Feature, what a customer has
    many : bool, whether the body is a list of customers

    Returns
    -------
    RequestError : 400 for what is no JSON, 422 with the first faults for JSON that is no customer
    """
    malformed = RequestError(HTTPStatus.BAD_REQUEST, "The body is not valid JSON.")
    try:
        # Python's reader also takes NaN, Infinity and 1e999, so that the field that holds one can be named.
        data = json.loads(body.decode(), parse_int=float)
    except (ValueError, RecursionError):
        return malformed
    problems = _list_problems(data, features) if many else _customer_problems(data, features, "#")
    if not problems:  # Python's reader is the more lenient of the two
        return malformed
    detail = "The body does not hold the model's features as numbers; see errors."
    return RequestError(HTTPStatus.UNPROCESSABLE_ENTITY, detail, problems[:MAX_PROBLEMS])


def _list_problems(data: Any, features: list[Feature]) -> list[Problem]:
    if not isinstance(data, dict):
        return [Problem("#", f"expected an object, found {_kind(data)}")]
    if set(data) != {"customers"}:
        return [Problem("#", "expected the field customers and no other")]
    customers = data["customers"]
    if not isinstance(customers, list):
        return [Problem("#/customers", f"expected an array, found {_kind(customers)}")]
    if not 1 <= len(customers) <= MAX_CUSTOMERS:
        return [Problem("#/customers", f"expected 1 to {MAX_CUSTOMERS} customers, found {len(customers)}")]
    problems: list[Problem] = []
    for number, customer in enumerate(customers):
        problems += _customer_problems(customer, features, f"#/customers/{number}")
        if len(problems) >= MAX_PROBLEMS:
            break
    return problems


def _customer_problems(customer: Any, features: list[Feature], pointer: str) -> list[Problem]:
    if not isinstance(customer, dict):
        return [Problem(pointer, f"expected an object, found {_kind(customer)}")]
    faults = {feature.name: _fault(customer, feature) for feature in features}
    problems = [Problem(f"{pointer}/{_escape(name)}", fault) for name, fault in faults.items() if fault]
    if set(customer) - set(faults):
        problems.append(Problem(pointer, f"unknown field; the fields are {', '.join(faults)}"))
    return problems


def _fault(customer: dict[str, Any], feature: Feature) -> str | None:
    """Return what is wrong with a customer's value of a feature, or None."""
    if feature.name not in customer:
        return "expected a number, found nothing"
    value = customer[feature.name]
    if not isinstance(value, float):
        return f"expected a number, found {_kind(value)}"
    if math.isnan(value):
        return "expected a number, found NaN"
    if feature.log and value <= 0:
        return "expected a number above 0"
    if abs(value) > LARGEST:
        return f"expected a number between -{LARGEST:g} and {LARGEST:g}"
    return None


def _kind(value: Any) -> str:
    return _KINDS.get(type(value), "a number")


def _escape(name: str) -> str:
    """Escape a name for a JSON pointer (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")
