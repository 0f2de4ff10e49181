"""/benefits: what people say walking backward does, and what this walker's tests say of it."""

from starlette.requests import Request
from starlette.responses import Response

from retrowalk.app import benefits, evidence
from retrowalk.web import evidence_words, telling
from retrowalk.web.page import house_of, page


async def show(request: Request) -> Response:
    standing = benefits.standing(house_of(request))
    claims = {one.benefit.id: evidence.behind_benefit(one.benefit.id) for one in standing}
    return page(request, "benefits.html", short=telling.short, standing=standing, claims=claims,
                said=evidence_words)  # fmt: skip
