"""Plugin of coverage that saves what was measured before a process ends itself by a signal.

The workers of servers do that: uvicorn takes a signal, shuts down, and raises the signal again, which then has no
handler. Nothing of Python runs afterwards, so the workers' lines would not be counted.
"""

import signal
from typing import Any

from coverage import Coverage


def coverage_init(_registry: object, _options: dict[str, Any]) -> None:
    """Save before any signal that a process raises for itself."""
    raise_signal = signal.raise_signal

    def save_and_raise(number: int) -> None:
        measured = Coverage.current()
        if measured is not None:
            measured.stop()
            measured.save()
        raise_signal(number)

    signal.raise_signal = save_and_raise
