"""What a request brings, written where it cannot be: the rest is asked of a running service, in test_service.py."""

from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request

from tests.helpers.coroutines import finished
from tests.helpers.training_service import form
from training.jobs.commands import FIT
from training.jobs.problem import JobError
from training.jobs.upload import Body, receive


def write(folder: Path, *pieces: bytes, media: str = "text/csv") -> list[str]:
    """Write a body that comes in pieces into a folder."""

    async def send() -> dict[str, Any]:
        return {"type": "http.request", "body": next(coming, b""), "more_body": next(more, False)}

    async def receive_all() -> list[str]:
        request = Request({"type": "http", "headers": [(b"content-type", media.encode())]}, send)
        return await receive(request, Body(request), FIT, folder)

    coming, more = iter(pieces), iter([True] * (len(pieces) - 1))
    written: list[str] = finished(receive_all())
    return written


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_is_told_with_what_to_do(tmp_path):
    (tmp_path / "table.csv").symlink_to("/dev/full")
    with pytest.raises(JobError, match="no room for the table on the training service's disk: send fewer") as refusal:
        write(tmp_path, b"income,visits\n1,2\n")
    assert (refusal.value.status, refusal.value.kind) == (507, "memory")


@pytest.mark.parametrize(
    "pieces",
    [
        (b"P", b"AR1 and more"),
        (b"\xef", b"\xbb\xbf", b'{"income": 1}'),
        (b" ", b"\n", b"[[1, 2]]"),
        (b"income,visits\n1,\xc3",),
        (b"income,visits\n1,\xc3", b"("),
    ],
)
def test_what_is_no_csv_is_refused_however_it_is_cut_into_pieces(tmp_path, pieces):
    with pytest.raises(JobError, match=r"table\.csv: expected CSV in UTF-8, found something else"):
        write(tmp_path, *pieces)
    body, header = form(table=b"".join(pieces))
    with pytest.raises(JobError, match=r"table\.csv: expected CSV in UTF-8, found something else"):
        write(tmp_path, body, media=header["Content-Type"])


def test_csv_is_written_however_it_is_cut_into_pieces(tmp_path):
    table = "\ufeffa,é\n1,😀\n".encode()
    assert write(tmp_path, *(table[place : place + 1] for place in range(len(table)))) == ["table.csv"]
    assert (tmp_path / "table.csv").read_bytes() == table
