"""What a request brings, written where it cannot be: the rest is asked of a running service, in test_service.py."""

import asyncio
from pathlib import Path

import pytest
from starlette.requests import Request

from training.jobs.commands import FIT
from training.jobs.problem import JobError
from training.jobs.upload import Body, receive


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_is_told_with_what_to_do(tmp_path):
    async def send():
        return {"type": "http.request", "body": b"income,visits\n1,2\n"}

    async def write():
        request = Request({"type": "http", "headers": [(b"content-type", b"text/csv")]}, send)
        await receive(request, Body(request), FIT, tmp_path)

    (tmp_path / "table.csv").symlink_to("/dev/full")
    with pytest.raises(JobError, match="no room for the table on the training service's disk: send fewer") as refusal:
        asyncio.run(write())
    assert (refusal.value.status, refusal.value.kind) == (507, "memory")
