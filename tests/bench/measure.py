"""How a server is measured: start, memory, load by wrk or by a Python client, batches, size on disk."""

import contextlib
import http.client
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from tests.bench.contenders import ONE, Contender, customers
from tests.helpers.service import free_port

WRK = shutil.which("wrk")
CLIENT = "wrk" if WRK else "Python threads"
HEADERS = {"Content-Type": "application/json"}
BATCH = 10_000
SETTLE = 0.5
"""Seconds after a load in which a server works off what its clients no longer wait for."""
INSTALL = "pip install -r tests/bench/requirements.txt has what the contenders need"
Ranges = dict[str, tuple[float, float]]
_SECONDS = {"us": 1e-6, "ms": 1e-3, "s": 1.0}


@dataclass(frozen=True)
class Load:
    """Requests a second, latencies in milliseconds, and answers that were not 200."""

    rate: float
    p50: float
    p99: float
    failures: int


@dataclass
class Server:
    """A started process and how long its first answer took, in seconds."""

    contender: Contender
    port: int
    process: subprocess.Popen[bytes]
    first_answer: float = 0.0
    connection: http.client.HTTPConnection = field(init=False)

    def post(self, path: str, body: bytes) -> bytes:
        """Send one request on the kept connection."""
        self.connection.request("POST", path, body, HEADERS)
        response = self.connection.getresponse()
        answer = response.read()
        if response.status != 200:
            raise RuntimeError(f"{self.contender.name} answered {response.status}: {answer[:200]!r}")
        return answer

    def memory(self) -> float:
        """Return the proportional set size of all its processes, in MB: what an instance needs."""
        total = 0
        for process in _family(self.process.pid):
            rollup = Path(f"/proc/{process}/smaps_rollup").read_text()
            total += int(re.search(r"^Pss:\s+(\d+) kB", rollup, re.MULTILINE)[1])
        return total / 1000


@contextlib.contextmanager
def started(
    contender: Contender, environment: dict[str, str] | None = None, first: bytes = json.dumps(ONE).encode()
) -> Iterator[Server]:
    """Start a contender on the first core, time its first answered POST, stop it at the end."""
    port = free_port()
    begun = time.perf_counter()
    process = subprocess.Popen(
        ["taskset", "-c", "0", *contender.command(port)],
        env={**os.environ, **(environment or {})},
        stdout=subprocess.DEVNULL,
        stderr=(errors := tempfile.TemporaryFile()),  # noqa: SIM115  closed with the process
    )
    server = Server(contender, port, process)
    server.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        while True:
            with contextlib.suppress(OSError, http.client.HTTPException):
                server.post(contender.one, first)
                break
            if process.poll() is not None or time.perf_counter() - begun > 60:
                raise RuntimeError(f"{contender.name} did not start: {_last_line(errors)}; {INSTALL}")
            server.connection.close()
            time.sleep(0.002)
        server.first_answer = time.perf_counter() - begun
        yield server
    finally:
        server.connection.close()
        process.terminate()
        process.wait(timeout=20)
        errors.close()


def _last_line(errors: IO[bytes]) -> str:
    errors.seek(0)
    lines = errors.read().decode(errors="replace").splitlines()
    return lines[-1] if lines else "it says nothing"


def load(
    server: Server, connections: int, seconds: float, ranges: Ranges | None = None, path: str | None = None
) -> Load:
    """Post single customers for some seconds from the second core.

    ranges : by feature, what the customer of each request is drawn from, so that none was asked about before; else all
        requests are about the same customer
    path : where to, if not where the contender answers for one customer
    """
    measure = _wrk if WRK else _threads
    result = measure(server, connections, seconds, ranges, path or server.contender.one)
    time.sleep(SETTLE)
    return result


def batch() -> bytes:
    """Return a request about 10,000 customers."""
    rows = customers(BATCH).tolist()
    return json.dumps({"customers": [dict(zip(ONE, row, strict=True)) for row in rows]}).encode()


def batch_rate(server: Server, body: bytes, number: int, repeats: int) -> float:
    """Return customers a second in batches of a number, one after the other: the median over the repeats."""
    times = []
    server.connection.close()  # servers drop a connection that was idle for long; the next request opens a new one
    for _ in range(repeats + 1):
        begun = time.perf_counter()
        server.post(server.contender.many, body)
        times.append(time.perf_counter() - begun)
    return number / sorted(times[1:])[repeats // 2]


def installed_size(contender: Contender) -> float:
    """Return the size of a fresh environment with the contender's packages over one without, in MB."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        empty = _size(Path(folder))
        pip = [f"{folder}/bin/pip", "install", "--quiet", "--no-compile", *contender.requirements]
        subprocess.run(pip, check=True, stderr=subprocess.DEVNULL)
        return (_size(Path(folder)) - empty) / 1e6


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def _family(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(member for child in children for member in _family(int(child)))]


def _wrk(server: Server, connections: int, seconds: float, ranges: Ranges | None, path: str) -> Load:
    fixed = json.dumps(ONE)
    script = f"wrk.method = 'POST'\nwrk.headers['Content-Type'] = 'application/json'\nwrk.body = '{fixed}'\n"
    if ranges:
        body = json.dumps(dict.fromkeys(ranges, "%.6f")).replace('"%.6f"', "%.6f")
        values = ", ".join(f"{low} + math.random() * {high - low}" for low, high in ranges.values())
        script += (
            f"math.randomseed({random.randrange(2**31)})\n"
            f"request = function() return wrk.format(nil, nil, nil, string.format('{body}', {values})) end\n"
        )
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        file.write(script)
        file.flush()
        url = f"http://127.0.0.1:{server.port}{path}"
        command = [
            "taskset",
            "-c",
            "1",
            WRK,
            "-t1",
            f"-c{connections}",
            f"-d{seconds:g}s",
            "--latency",
            "-s",
            file.name,
            url,
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    failures = re.search(r"Non-2xx or 3xx responses: (\d+)", done.stdout)
    return Load(
        rate=float(re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)[1]),
        p50=_milliseconds(re.search(r"50%\s+([\d.]+)(us|ms|s)", done.stdout)),
        p99=_milliseconds(re.search(r"99%\s+([\d.]+)(us|ms|s)", done.stdout)),
        failures=int(failures[1]) if failures else 0,
    )


def _milliseconds(match: re.Match[str]) -> float:
    return float(match[1]) * _SECONDS[match[2]] * 1e3


def _threads(server: Server, connections: int, seconds: float, ranges: Ranges | None, path: str) -> Load:
    latencies: list[float] = []
    failures: list[int] = []
    drawn = [{name: random.uniform(*ends) for name, ends in (ranges or {}).items()} for _ in range(10_000)]
    bodies = [json.dumps(customer).encode() for customer in (drawn if ranges else [ONE])]
    end = time.perf_counter() + seconds

    def client(number: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
        turn = number
        while (begun := time.perf_counter()) < end:
            turn += 1
            connection.request("POST", path, bodies[turn % len(bodies)], HEADERS)
            response = connection.getresponse()
            response.read()
            latencies.append(time.perf_counter() - begun)
            if response.status != 200:
                failures.append(response.status)
        connection.close()

    threads = [threading.Thread(target=client, args=(number,)) for number in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    latencies.sort()
    rate = len(latencies) / seconds
    return Load(rate, latencies[len(latencies) // 2] * 1e3, latencies[len(latencies) * 99 // 100] * 1e3, len(failures))
