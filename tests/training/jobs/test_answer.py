"""Answers to who reads them and to who does not; the rest is asked of a running service, in test_service.py."""

import asyncio
from contextlib import ExitStack

import pytest

from tests.helpers.coroutines import finished
from training.jobs import answer
from training.jobs.answer import PIECE, Answer

BEGIN = b'{"progress": "Reading the table"}\n'
RESULT = b"x" * (2 * PIECE + 1)


def exchange(client):
    """Send an answer to a client that stays connected; return what was freed by its end."""
    freed = []

    async def lines():
        try:
            yield BEGIN
            yield RESULT
        finally:
            freed.append("job")

    async def converse():
        stack = ExitStack()
        stack.callback(freed.append, "place")
        await Answer(lines(), stack, {})({"type": "http"}, asyncio.Event().wait, client)

    finished(converse())
    return freed


def test_a_long_line_is_sent_in_pieces():
    messages = []

    async def client(message):
        messages.append(message)

    assert exchange(client) == ["job", "place"]
    start, *bodies = messages
    assert start["status"] == 200
    assert [len(message["body"]) for message in bodies] == [len(BEGIN), PIECE, PIECE, 1, 0]
    assert [message["more_body"] for message in bodies] == [True, True, True, True, False]
    assert b"".join(message["body"] for message in bodies) == BEGIN + RESULT


@pytest.mark.parametrize("limit", ["STALL_SECONDS", "LINE_SECONDS"])
def test_a_client_that_stops_reading_keeps_no_place(monkeypatch, limit):
    monkeypatch.setattr(answer, limit, 0.01)
    taken = []

    async def client(message):
        if len(taken) == 3:
            await asyncio.Event().wait()
        taken.append(message)

    assert exchange(client) == ["job", "place"]
    assert [len(message.get("body", b"")) for message in taken] == [0, len(BEGIN), PIECE]
