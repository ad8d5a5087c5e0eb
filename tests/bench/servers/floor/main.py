"""The floor: a function that reads the body and answers a constant."""

import functions_framework.aio
from starlette.requests import Request
from starlette.responses import Response


@functions_framework.aio.http
async def segment(request: Request) -> Response:
    """Answer the same to everybody."""
    await request.body()
    return Response(b'{"segment_id":1}', media_type="application/json")
