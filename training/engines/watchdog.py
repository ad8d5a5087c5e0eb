"""Notices a query that will never end: its threads all wait, and the process neither computes nor reads nor writes."""

import contextlib
import resource
import threading
from collections.abc import Callable, Iterator

PATIENCE = 60.0
"""Seconds without work after which a query is taken to be stuck."""

_IDLE = 0.05  # share of a processor that waiting takes


@contextlib.contextmanager
def watched(interrupt: Callable[[], object], patience: float | None = None) -> Iterator[Callable[[], bool]]:
    """Interrupt what is done inside if it stops working.

    Parameters
    ----------
    interrupt : callable, ends what hangs
    patience : float, seconds; None for `PATIENCE`

    Yields
    ------
    callable that says whether it was interrupted
    """
    seconds = PATIENCE if patience is None else patience
    over, stuck = threading.Event(), threading.Event()

    def watch() -> None:
        before = _work()
        while not over.wait(seconds):
            now = _work()
            if now[0] - before[0] < _IDLE * seconds and now[1] == before[1]:
                stuck.set()
                interrupt()
                return
            before = now

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield stuck.is_set
    finally:
        over.set()
        watcher.join()


def _work() -> tuple[float, int]:
    """Return the processor's seconds and the disk's blocks that the process took so far."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime, usage.ru_inblock + usage.ru_oublock
