"""What a dialect is made of: operations by path and method (OpenAPI's words)."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

import msgspec

from .problems import RequestError
from .replies import JSON, Reply, Steps, encode_headers, make_reply

MODEL_NAME = "segmenter"
"""What the serving protocols call the model in their paths."""
PLAIN_BODY = 1024 * 1024
"""Largest body of one customer or of a list of customers, in bytes."""
BATCH_BODY = 10 * 1024 * 1024
"""Largest batch of BigQuery, in bytes; it is read part by part."""
SERVING_BODY = 4 * 1024 * 1024
"""Largest body of a serving protocol, in bytes."""

Headers = Mapping[bytes, bytes]
"""Of a request, the names in lower case."""
Handler = Callable[[Headers, bytes], Reply | Steps]
"""Takes the request's headers and body (empty for GET); raises RequestError where it refuses."""


class Operation(msgspec.Struct, frozen=True):
    """What one method of one path does, and what its documentation says.

    summary, description : one line and what else a reader must know
    answer : does it
    accepts, returns : msgspec types of the JSON that may go in and out; none for what is not JSON
    examples : requests by name; tests send them
    max_body : largest body, in bytes
    media : content types that a body may have; "" for a request that names none
    produces : content types of an answer
    etag : whether a client that knows the answer's ETag is told that it has it
    brief : what answers in its place with ``?explain=none``
    """

    summary: str
    answer: Handler
    accepts: tuple[Any, ...] = ()
    returns: tuple[Any, ...] = ()
    examples: dict[str, Any] = {}
    max_body: int = PLAIN_BODY
    media: frozenset[str] = frozenset({JSON})
    produces: tuple[str, ...] = (JSON,)
    etag: bool = False
    description: str = ""
    brief: "Operation | None" = None


Routes = dict[str, dict[str, Operation]]
"""Operations by path, then by method."""


class Dialect(msgspec.Struct, frozen=True):
    """One way of asking.

    routes : paths of its own
    keys : what answers a body with this field at the paths that dialects share
    """

    routes: Routes = {}
    keys: dict[str, Operation] = {}


def constant(summary: str, content: msgspec.Struct) -> Operation:
    """Return an operation that always answers the same JSON."""
    headers = encode_headers({"Content-Type": JSON, "Cache-Control": "no-store"})
    reply = make_reply(msgspec.json.encode(content), headers=headers)
    return Operation(summary, lambda _headers, _body: reply, returns=(type(content),))


def check_length(length: int, limit: int) -> None:
    """Raise RequestError for a body over a limit, both in bytes."""
    if length > limit:
        detail = f"The body may have {limit} bytes at most; send fewer rows a request."
        raise RequestError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, detail)
