"""Load and faults, on this machine only and bounded in time: ``python -m tests.load [--seconds 60]``.

Starts the function, keeps 64 connections busy, and meanwhile lets clients stall; then has clients hold as many bytes of
unfinished bodies as they can, and others send what takes the most work; then kills the worker under load; then asks it
to stop under load. Prints what happened and exits 1 if anything is not as it must be.
"""

import contextlib
import http.client
import json
import os
import signal
import socket
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import click

from tests.helpers import models, service

CONNECTIONS = 64
GROWTH = 10.0
"""Megabytes that the load may add to the memory after its first quarter."""
PLATFORM_SECONDS = 10
"""What the platform gives a stopping instance."""
BODY = json.dumps({"x": 3, "y": 2}).encode()


@dataclass
class Clients:
    """Threads that post one customer after another, each on its own connection."""

    address: tuple[str, int]
    counts: Counter[str] = field(default_factory=Counter)
    stopping: threading.Event = field(default_factory=threading.Event)
    threads: list[threading.Thread] = field(default_factory=list)

    def start(self) -> None:
        """Start all of them."""
        self.threads = [threading.Thread(target=self._run) for _ in range(CONNECTIONS)]
        for thread in self.threads:
            thread.start()

    def stop(self) -> Counter[str]:
        """Stop them; return how many requests ended how."""
        self.stopping.set()
        for thread in self.threads:
            thread.join()
        return self.counts

    def _run(self) -> None:
        connection = http.client.HTTPConnection(*self.address, timeout=5)
        while not self.stopping.is_set():
            try:
                connection.request("POST", "/segment", BODY, {"Content-Type": "application/json"})
                response = connection.getresponse()
                response.read()
                self.counts[str(response.status)] += 1
            except (OSError, http.client.HTTPException) as error:
                self.counts[type(error).__name__] += 1
                connection.close()
                time.sleep(0.02)
        connection.close()


@click.command(help=__doc__.splitlines()[0])
@click.option("--seconds", default=60, show_default=True, help="How long the steady load lasts.")
def main(seconds: int) -> None:
    """Run the scenes."""
    with tempfile.TemporaryDirectory() as folder:
        models.write(Path(folder) / "model")
        for scene in (steady, hoarded, costly, killed, stopped):
            with service.running(Path(folder) / "model", Path(folder) / "log", WORKERS="1") as target:
                fault = scene(target, seconds)
            if fault:
                raise click.ClickException(f"{scene.__name__}: {fault}")


def steady(target: service.Service, seconds: int) -> str | None:
    """Keep 64 connections busy while 16 clients stall: no error, flat memory."""
    clients = Clients(_address(target))
    stalled = [_stall(target) for _ in range(16)]
    clients.start()
    time.sleep(seconds / 4)
    before = _memory(target)
    time.sleep(seconds * 3 / 4)
    growth = _memory(target) - before
    counts = clients.stop()
    for connection in stalled:
        connection.close()
    click.echo(f"steady: {dict(counts)} in {seconds} s, memory grew by {growth:.1f} MB")
    if set(counts) != {"200"}:
        return "expected every answer to be 200"
    return None if growth < GROWTH else f"expected less than {GROWTH:g} MB of growth"


def hoarded(target: service.Service, _seconds: int) -> str | None:
    """Have 12 clients hold 9 MiB each of bodies that never end: all others are answered."""
    clients = Clients(_address(target))
    clients.start()
    head = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 10485760\r\n\r\n"
    with contextlib.ExitStack() as hoarders:
        for _ in range(12):
            hoarder = hoarders.enter_context(socket.create_connection(_address(target), timeout=30))
            with contextlib.suppress(ConnectionError):  # it may be given up for the sake of the others
                hoarder.sendall(head + b" " * 9 * 1024 * 1024)
        memory = _memory(target)
        time.sleep(2)
    counts = clients.stop()
    click.echo(f"hoarded: {dict(counts)}; memory {memory:.0f} MB")
    return None if set(counts) == {"200"} else "expected every other client to be answered"


def costly(target: service.Service, _seconds: int) -> str | None:
    """Send batches of BigQuery as large as they may be: others wait for less than a second."""
    body = b'{"calls":[' + b",".join([b'["3","2"]'] * 600_000) + b"]}"
    costly_client = threading.Thread(target=target.post, args=(body, "/"))
    costly_client.start()
    longest = 0.0
    while costly_client.is_alive():
        begun = time.monotonic()
        if _status(target) != 200:
            return "expected the others to be answered"
        longest = max(longest, time.monotonic() - begun)
    click.echo(f"costly: the others waited for at most {longest * 1e3:.0f} ms; memory {_memory(target):.0f} MB")
    return None if longest < 1 else "expected the others to wait for less than a second"


def killed(target: service.Service, _seconds: int) -> str | None:
    """Kill the worker under load: only open requests fail, and a new worker takes over."""
    clients = Clients(_address(target))
    clients.start()
    time.sleep(2)
    begun = time.monotonic()
    os.kill(_worker(target), signal.SIGKILL)
    while _status(target) != 200:
        time.sleep(0.02)
    away = time.monotonic() - begun
    time.sleep(2)
    counts = clients.stop()
    failed = sum(number for outcome, number in counts.items() if outcome != "200")
    click.echo(f"killed: {dict(counts)}; answering again after {away:.2f} s")
    refused = counts["ConnectionRefusedError"]
    return (
        None if failed - refused <= 2 * CONNECTIONS else f"expected at most the open requests to fail, found {failed}"
    )


def stopped(target: service.Service, _seconds: int) -> str | None:
    """Ask the function to stop under load: what it has begun it finishes, and it exits 0 in time."""
    clients = Clients(_address(target))
    clients.start()
    time.sleep(2)
    begun = time.monotonic()
    begun_request = _stall(target)
    time.sleep(0.2)
    target.process.terminate()
    time.sleep(0.5)
    begun_request.sendall(BODY[1:])
    finished = begun_request.recv(65_536).startswith(b"HTTP/1.1 200")
    begun_request.close()
    code = target.process.wait(timeout=2 * PLATFORM_SECONDS)
    took = time.monotonic() - begun
    counts = clients.stop()
    click.echo(f"stopped: {dict(counts)}; open request finished: {finished}; exit {code} after {took:.2f} s")
    if code != 0 or took > PLATFORM_SECONDS:
        return f"expected exit 0 within {PLATFORM_SECONDS} s"
    return None if finished else "expected the open request to be answered"


def _address(target: service.Service) -> tuple[str, int]:
    host, port = target.url.removeprefix("http://").split(":")
    return host, int(port)


def _stall(target: service.Service) -> socket.socket:
    """Open a connection, send half a request and stop reading and writing."""
    connection = socket.create_connection(_address(target), timeout=5)
    head = b"POST /segment HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
    connection.sendall(head % len(BODY) + BODY[:1])
    return connection


def _status(target: service.Service) -> int:
    try:
        return target.send("/healthz").status
    except OSError:
        return 0


def _worker(target: service.Service) -> int:
    pid = target.process.pid
    return int(Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0])


def _memory(target: service.Service) -> float:
    """Return the resident memory of the worker in MB."""
    status = Path(f"/proc/{_worker(target)}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1000


if __name__ == "__main__":
    main()
