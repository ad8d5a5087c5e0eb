"""What a refused request is told: problem details that name every fault and repeat no value.

References
----------
Nottingham, M., Wilde, E. and Dalal, S. (2023). Problem Details for HTTP APIs. RFC 9457.
https://doi.org/10.17487/RFC9457
"""

from http import HTTPStatus

import msgspec

MAX_PROBLEMS = 20
"""Most faults named in one refusal."""
MAX_MESSAGE = 1000
"""Longest error message in bytes; BigQuery shows the first kilobyte."""


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


class ProblemDetails(msgspec.Struct, frozen=True, rename={"error_message": "errorMessage"}):
    """The body of every refusal, application/problem+json (RFC 9457).

    error, error_message : the detail and the first fault in one line, where the serving protocols and BigQuery look
    """

    title: str
    status: int
    detail: str
    error: str
    error_message: str
    type: str = "about:blank"
    errors: list[Problem] = []


def problem_details(error: RequestError) -> ProblemDetails:
    """Return the body of a refusal."""
    faults = [f"{problem.pointer}: {problem.detail}" for problem in error.problems[:1]]
    line = " ".join([error.detail, *faults]).encode()[:MAX_MESSAGE].decode(errors="ignore")
    return ProblemDetails(error.status.phrase, error.status, error.detail, line, line, errors=error.problems)
