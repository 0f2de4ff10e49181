"""/protocols: choose a recipe, its ladder and its source in view."""

from starlette.requests import Request
from starlette.responses import Response

from retrowalk.app import ladders, planning
from retrowalk.pictures.ladder import ladder_picture
from retrowalk.web import forms
from retrowalk.web.page import house_of, page, see_other
from retrowalk.web.way import PROTOCOL, way


async def show(request: Request) -> Response:
    house = house_of(request)
    suggestions = planning.suggestions(house)
    drawn = {
        s.protocol_id: _ladder(i, ladders.rungs(house, s.protocol_id))
        for i, s in enumerate(suggestions)
    }
    sources = {s.protocol_id: ladders.sources(house, s.protocol_id) for s in suggestions}
    recipes = {p.id: p for p in house.protocols}
    return page(request, "protocols.html", suggestions=suggestions, ladders=drawn,
                sources=sources, recipes=recipes, way=way(PROTOCOL))  # fmt: skip


async def choose(request: Request) -> Response:
    given = await forms.typed(request)
    planning.choose_protocol(
        house_of(request), forms.first(given, "protocol"), by=forms.first(given, "by")
    )
    return see_other("/")


def _ladder(number: int, rungs: tuple[ladders.Rung, ...]) -> tuple[str, ...]:
    return tuple(
        ladder_picture(rungs, width=width, prefix=f"ladder{number}w{width}") for width in (860, 360)
    )
