"""Whose turn it is: one job a processor; the others wait and know their place."""

import asyncio
from collections.abc import AsyncIterator
from http import HTTPStatus

from .problem import JobError

MOST = 8
"""Jobs that may wait, or send their table, besides those that run."""


class Queue:
    """The jobs of a service, in the order of their coming.

    Parameters
    ----------
    processors : list of int, numbers of the processors that jobs may have
    """

    def __init__(self, processors: list[int]) -> None:
        self._most = len(processors) + MOST
        self._free = processors
        self._waiting: list[Ticket] = []
        self._jobs = 0

    def enter(self) -> None:
        """Let a job in that has still to send its table.

        Raises
        ------
        JobError
            503 where there are too many.
        """
        if self._jobs >= self._most:
            detail = f"{self._jobs} jobs are here already; try again in a minute."
            raise JobError("busy", HTTPStatus.SERVICE_UNAVAILABLE, detail, headers={"Retry-After": "60"})
        self._jobs += 1

    def leave(self) -> None:
        """Let a job out that was let in."""
        self._jobs -= 1

    def join(self) -> "Ticket":
        """Give a job its place behind all others."""
        ticket = Ticket(self)
        self._waiting.append(ticket)
        self._serve()
        return ticket

    def place(self, ticket: "Ticket") -> int:
        """Return a waiting job's place, from 1."""
        return self._waiting.index(ticket) + 1

    def end(self, ticket: "Ticket") -> None:
        """Free what a job had: its place, or its processor."""
        if ticket.processor is None:
            self._waiting.remove(ticket)
        else:
            self._free.append(ticket.processor)
        self._serve()

    def _serve(self) -> None:
        while self._free and self._waiting:
            ticket = self._waiting.pop(0)
            ticket.processor = self._free.pop(0)
            ticket.moved.set()
        for ticket in self._waiting:
            ticket.moved.set()


class Ticket:
    """A job's place in the queue; a context manager that frees it.

    processor : the number of its processor, once it has its turn
    """

    def __init__(self, queue: Queue) -> None:
        self._queue = queue
        self.moved = asyncio.Event()
        self.processor: int | None = None

    def __enter__(self) -> "Ticket":
        return self

    def __exit__(self, *_error: object) -> None:
        self._queue.end(self)

    async def wait(self) -> AsyncIterator[int]:
        """Yield the place, each time that it changes, until it is the job's turn."""
        last = 0
        while self.processor is None:
            self.moved.clear()
            place = self._queue.place(self)
            if place != last:
                yield place
            last = place
            await self.moved.wait()
