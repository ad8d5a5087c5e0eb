"""How bodies that come at the same time are answered: in turns."""

import asyncio
from collections.abc import Iterator

from starlette.requests import Request

from function import body
from function.operations import Operation
from function.replies import Reply, Steps, make_reply


def _request(content: bytes) -> Request:
    messages: Iterator[dict] = iter([{"type": "http.request", "body": content}])

    async def receive() -> dict:
        return next(messages)

    return Request({"type": "http", "headers": []}, receive)


def test_answers_in_the_making_take_turns_by_the_step_and_a_quick_one_waits_for_one_step(monkeypatch):
    monkeypatch.setattr(body, "STEP_SECONDS", 0.0)
    events: list[str] = []

    def answer(_headers: object, content: bytes) -> Reply | Steps:
        if content == b"quick":
            events.append("quick")
            return make_reply(content)
        return _steps(content.decode())

    def _steps(name: str) -> Steps:
        for _ in range(3):
            events.append(name)
            yield
        return make_reply(name.encode())

    async def ask() -> list[Reply]:
        reader = body.BodyReader()
        operation = Operation("Answer", answer)
        return await asyncio.gather(
            *(reader.answer(_request(content), operation, {}) for content in (b"a", b"b", b"quick"))
        )

    replies = asyncio.run(ask())
    assert [reply.body for reply in replies] == [b"a", b"b", b"quick"]
    assert events == ["a", "quick", "b", "a", "b", "a", "b"]
