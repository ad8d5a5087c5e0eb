"""The work that one request can cause: bounded in memory and time, whatever its body holds and whoever sends it."""

import json
import os
import re
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.helpers import service

pytestmark = pytest.mark.slow

MEMORY = 120.0
"""Megabytes above idle that a request may take."""
WAIT = 0.5
"""Seconds of the worker's processor that others wait for at most: several times what was measured."""
PREDICT = "/v1/models/segmenter:predict"
INFER = "/v2/models/segmenter/infer"
NAMES = b',"parameters":{"mode":"name"}}'
UINT8 = {"name": "c", "shape": [2_000_000, 2], "datatype": "UINT8", "parameters": {"binary_data_size": 4_000_000}}
HEAD = json.dumps({"inputs": [UINT8]}).encode()
BINARY = {"Content_Type": "application/octet-stream", "Inference_Header_Content_Length": str(len(HEAD))}


def _list(start: bytes, item: bytes, size: int, end: bytes) -> bytes:
    """Return a body of about `size` bytes: an item again and again."""
    return start + b",".join([item] * (size // (len(item) + 1))) + end


def _tensor(n_rows: int, item: bytes, n_items: int) -> bytes:
    head = b'{"inputs":[{"name":"c","shape":[%d,2],"datatype":"FP64","data":[' % n_rows
    return _list(head, item, n_items * (len(item) + 1), b"]}]}")


def _binary() -> bytes:
    return HEAD + b"2" * 4_000_000


def _fields(count: int) -> bytes:
    return b"{" + b",".join(b'"%d":1' % number for number in range(count)) + b"}"


BODIES = {
    "BigQuery: numbers": ("/", partial(_list, b'{"calls":[', b"[3.125,2]", 6_800_000, b"]}")),
    "BigQuery: numbers in texts": ("/", partial(_list, b'{"calls":[', b'["3","2"]', 7_000_000, b"]}")),
    "BigQuery: nulls": ("/", partial(_list, b'{"calls":[', b"[null,2]", 9_000_000, b"]}")),
    "BigQuery: everything": (
        "/",
        partial(_list, b'{"calls":[', b"[3,2]", 250_000, b'],"userDefinedContext":{"mode":"full"}}'),
    ),
    "BigQuery: empty rows": ("/", partial(_list, b'{"calls":[', b"[]", 10_000_000, b"]}")),
    "BigQuery: one endless row": ("/", partial(_list, b'{"calls":[[', b"[]", 10_000_000, b"]]}")),
    "BigQuery: no rows": ("/", partial(_list, b'{"calls":[', b"1", 10_000_000, b"]}")),
    "KServe: names": (PREDICT, partial(_list, b'{"instances":[', b"[3,2]", 4_000_000, b"]" + NAMES)),
    "KServe: everything": (PREDICT, partial(_list, b'{"instances":[', b'{"x":3,"y":2}', 500_000, b"]}")),
    "KServe: empty objects": (PREDICT, partial(_list, b'{"instances":[', b"{}", 4_000_000, b"]" + NAMES)),
    "OIP: two million customers": (INFER, _binary),
    "OIP: values": (INFER, partial(_tensor, 200_000, b"3.125", 400_000)),
    "OIP: rows": (INFER, partial(_tensor, 200_000, b"[3.5,2]", 200_000)),
    "OIP: texts": (INFER, partial(_tensor, 200_000, b'"text"', 400_000)),
    "OIP: the last value": (INFER, lambda: _tensor(200_000, b"3.125", 400_000).replace(b"3.125]", b"-1e30]")),
    "OIP: outputs": (INFER, partial(_list, b'{"inputs":[],"outputs":[', b'{"name":"confidence"}', 4_000_000, b"]}")),
    "OIP: empty rows": (INFER, partial(_tensor, 200_000, b"[],{}", 200_000)),
    "OIP: nested parameters": (INFER, partial(_list, b'{"inputs":[],"parameters":{"a":[', b"[[]]", 4_000_000, b"]}}")),
    "OIP: inputs": (INFER, partial(_list, b'{"inputs":[', b'{"name":"","shape":[],"datatype":""}', 4_000_000, b"]}")),
    "customers": ("/segment", partial(_list, b'{"customers":[', b'{"x":3,"y":2}', 140_000, b"]}")),
    "customers: empty": ("/segment", partial(_list, b'{"customers":[', b"{}", 1_000_000, b"]}")),
    "a customer of many fields": ("/segment", partial(_fields, 90_000)),
}
"""Where each is sent, and how it is made."""


@pytest.fixture(scope="module")
def fresh(square_file, tmp_path_factory) -> Iterator[tuple[service.Service, float]]:
    """Start a function of its own; return it and its memory when idle."""
    with service.running(square_file, tmp_path_factory.mktemp("work") / "log") as running:
        running.post({"customers": [{"x": 3, "y": 2}] * 600})  # so that numpy is there
        yield running, _memory(_worker(running), "VmRSS")


@pytest.mark.parametrize("name", BODIES)
def test_no_body_takes_much_memory_or_keeps_others_waiting(fresh, name):
    target, idle = fresh
    path, make = BODIES[name]
    worker = _worker(target)
    Path(f"/proc/{worker}/clear_refs").write_text("5")  # begins a new peak
    answered = threading.Event()
    waits: list[float] = []
    neighbour = threading.Thread(target=_ask_again_and_again, args=(target, answered, waits))
    neighbour.start()
    answer = target.post(make(), path, **(BINARY if make is _binary else {}))
    answered.set()
    neighbour.join()
    assert answer.status < 500
    assert _memory(worker, "VmHWM") - idle < MEMORY
    assert max(waits) < WAIT


def _ask_again_and_again(target: service.Service, answered: threading.Event, waits: list[float]) -> None:
    worker = _worker(target)
    while not answered.is_set():
        begun = _worked(worker)
        assert target.send("/health").status == 200
        waits.append(_worked(worker) - begun)


def _worker(target: service.Service) -> str:
    pid = target.process.pid
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0]


def _worked(worker: str) -> float:
    """Return the seconds of processors that the worker has taken: what others wait for, however busy the machine is."""
    user, system = Path(f"/proc/{worker}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def _memory(worker: str, what: str) -> float:
    """Return a line of the worker's status in MB."""
    status = Path(f"/proc/{worker}/status").read_text()
    return int(re.search(rf"{what}:\s+(\d+) kB", status)[1]) / 1000
