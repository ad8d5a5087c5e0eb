"""The function's own dialect: a customer or a list of customers in, segments out; the model; the health."""

import functools
from collections.abc import Mapping
from http import HTTPStatus

import msgspec

from .operations import JSON, Dialect, Operation, Reply, constant, json_reply
from .schemas import Answer, Batch, ModelAnswer, Schemas

REMEMBERED = 4096
"""Answers kept for customers asked about again, as sliders do: about 8 MB, and a hundredth of the work."""


class Health(msgspec.Struct, frozen=True):
    """The answer of ``GET /health``."""

    status: str
    model: str


def dialect(schemas: Schemas, _settings: Mapping[str, str]) -> Dialect:
    """Return the operations that only look at the model."""
    up = health(schemas)
    # Google's front end keeps some paths that end in z for itself, so /healthz has a second name.
    return Dialect({"/model": {"GET": _describe(schemas)}, "/health": {"GET": up}, "/healthz": {"GET": up}})


def health(schemas: Schemas) -> Operation:
    """Return what says that the function is up: one whose golden vectors failed did not start."""
    return constant("Say that the function is up", Health("ok", schemas.hash))


def assign(schemas: Schemas) -> Operation:
    """Return what the shared paths do with a body that has no other dialect's key."""

    def answer(_headers: Mapping[str, str], body: bytes) -> Reply:
        rows, many = schemas.decode(body)
        return json_reply(schemas.answer_many(rows), customers=len(rows)) if many else one(rows[0])

    @functools.lru_cache(REMEMBERED)
    def one(values: tuple[float, ...]) -> Reply:
        scored = schemas.answer(values)
        return json_reply(scored, segment=scored.segment)

    return Operation(
        "Assign customers to segments",
        answer,
        accepts=(schemas.customer, schemas.customers),
        returns=(Answer, Batch),
        examples={"customer": schemas.examples[0], "customers": {"customers": schemas.examples}},
    )


def _describe(schemas: Schemas) -> Operation:
    body = msgspec.json.encode(schemas.model())
    etag = f'"{schemas.hash}"'

    def answer(headers: Mapping[str, str], _body: bytes) -> Reply:
        ours = {"Content-Type": JSON, "Cache-Control": "no-cache", "ETag": etag}
        known = {tag.strip().removeprefix("W/") for tag in headers.get("if-none-match", "").split(",")}
        if known & {etag, "*"}:
            return Reply(b"", HTTPStatus.NOT_MODIFIED, ours)
        return Reply(body, headers=ours)

    return Operation("Describe the model", answer, returns=(ModelAnswer,), etag=True)
