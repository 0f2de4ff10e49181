"""/benefits: what people say walking backward does, and what this walker's tests say of it."""

from starlette.requests import Request
from starlette.responses import Response

from retrowalk.app import benefits
from retrowalk.web import telling
from retrowalk.web.page import house_of, page


async def show(request: Request) -> Response:
    return page(request, "benefits.html", short=telling.short,
                standing=benefits.standing(house_of(request)))  # fmt: skip
