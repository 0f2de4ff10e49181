"""/about: how to stay safe, and how sure we are."""

from starlette.requests import Request
from starlette.responses import Response

from retrowalk.web.page import page


async def show(request: Request) -> Response:
    return page(request, "about.html")
