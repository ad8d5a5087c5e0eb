"""The function's own dialect: a customer or a list of customers in, segments out; the model; the health."""

from collections.abc import Mapping
from http import HTTPStatus

import msgspec

from ..operations import Dialect, Headers, Operation, Routes
from ..replies import JSON, Reply, Steps, begin_log, encode_headers, json_reply, make_reply
from ..schemas import Advised, Answer, Answers, Batch, ModelAnswer
from .status import health


def dialect(answers: Answers, _settings: Mapping[str, str]) -> Dialect:
    """Return the operations that only look at the model, and what answers a list of customers."""
    up = health(answers)
    # Google's front end keeps some paths that end in z for itself, so /healthz has a second name.
    routes: Routes = {"/model": {"GET": _describe(answers)}, "/health": {"GET": up}, "/healthz": {"GET": up}}
    return Dialect(routes, {"customers": _assign_list(answers)})


def assign(answers: Answers) -> Operation:
    """Return what the shared paths do with a body that has no dialect's key: it is one customer."""
    slugs = [segment.slug for segment in answers.model().segments]
    logs = {slug: begin_log(segment=slug) for slug in slugs}

    def explain(_headers: Headers, body: bytes) -> Reply:
        answer = answers.answer(answers.decode(body))
        return json_reply(answer, logs[answer.segment])

    def explain_in_steps(_headers: Headers, body: bytes) -> Steps:
        answer = yield from answers.answer_in_steps(answers.decode(body))
        return json_reply(answer, logs[answer.segment])

    def advise(_headers: Headers, body: bytes) -> Reply:
        advice = answers.advise(answers.decode(body))
        return json_reply(advice, logs[advice.segment])

    brief = Operation(
        "Assign customers to segments, without what would change them",
        advise,
        accepts=(answers.customer,),
        returns=(Advised,),
        examples={"customer": answers.examples[0]},
    )
    return Operation(
        "Assign customers to segments",
        explain if answers.quick else explain_in_steps,
        accepts=(answers.customer,),
        returns=(Answer, Advised),
        examples={"customer": answers.examples[0]},
        brief=brief,
    )


def _assign_list(answers: Answers) -> Operation:
    def answer(_headers: Headers, body: bytes) -> Reply:
        rows = answers.decode_many(body)
        return json_reply(answers.answer_many(rows), begin_log(customers=len(rows)))

    return Operation(
        "Assign a list of customers, in order",
        answer,
        accepts=(answers.customers,),
        returns=(Batch,),
        examples={"customers": {"customers": answers.examples}},
    )


def _describe(answers: Answers) -> Operation:
    etag = f'"{answers.hash}"'
    headers = encode_headers(
        {"Content-Type": JSON, "Cache-Control": "no-cache", "ETag": etag, "Access-Control-Expose-Headers": "ETag"}
    )
    whole = make_reply(msgspec.json.encode(answers.model()), headers=headers)
    unchanged = make_reply(b"", HTTPStatus.NOT_MODIFIED, headers)

    def answer(headers: Headers, _body: bytes) -> Reply:
        known = {tag.strip().removeprefix(b"W/") for tag in headers.get(b"if-none-match", b"").split(b",")}
        return unchanged if known & {etag.encode(), b"*"} else whole

    return Operation("Describe the model", answer, returns=(ModelAnswer,), etag=True)
