"""What an installed page needs at fixed addresses: its workers, and the page without a network."""

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from retrowalk.web.page import STATIC, page

SCRIPT = "text/javascript"


async def worker(_: Request) -> Response:
    """From the root, because a worker reaches only below its own address."""
    return FileResponse(STATIC / "worker.js", media_type=SCRIPT)


async def session_worker(_: Request) -> Response:
    return FileResponse(STATIC / "worker-session.js", media_type=SCRIPT)


async def offline(request: Request) -> Response:
    return page(request, "offline.html")
