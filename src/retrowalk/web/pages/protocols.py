"""/protocols: choose a recipe, its ladder and its source in view; add one of one's own."""

import asyncio
from pathlib import Path

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from retrowalk.app import evidence, ladders, own_protocols, planning
from retrowalk.errors import BadProtocol, Conflict
from retrowalk.pictures.ladder import ladder_picture
from retrowalk.web import evidence_words, forms
from retrowalk.web.page import house_of, page, see_other
from retrowalk.web.way import PROTOCOL, way


async def show(request: Request) -> Response:
    return _page(request)


def _page(request: Request, *, problem: str = "", added: str = "") -> Response:
    house = house_of(request)
    suggestions = planning.suggestions(house)
    drawn = {
        s.protocol_id: _ladder(i, ladders.rungs(house, s.protocol_id))
        for i, s in enumerate(suggestions)
    }
    sources = {s.protocol_id: ladders.sources(house, s.protocol_id) for s in suggestions}
    recipes = {p.id: p for p in house.protocols}
    claims = {s.protocol_id: evidence.behind_protocol(s.protocol_id) for s in suggestions}
    return page(request, "protocols.html", status=422 if problem else 200, suggestions=suggestions,
                ladders=drawn, sources=sources, recipes=recipes, way=way(PROTOCOL),
                broken=house.own.broken, problems=problem.splitlines(), added=added,
                claims=claims, said=evidence_words)  # fmt: skip


async def choose(request: Request) -> Response:
    given = await forms.typed(request)
    planning.choose_protocol(
        house_of(request), forms.first(given, "protocol"), by=forms.first(given, "by")
    )
    return see_other("/")


async def add(request: Request) -> Response:
    """Keep a file somebody wrote, once it has passed the same check as `plan check`."""
    house = house_of(request)
    async with request.form(max_files=1, max_fields=3) as form:
        sent = form.get("file")
        if not isinstance(sent, UploadFile) or not sent.filename:
            return _page(request, problem="No file was chosen: choose a protocol file first.")
        name, content = Path(sent.filename.replace("\\", "/")).name[-80:], await sent.read()
    try:
        added = await asyncio.to_thread(own_protocols.add_bytes, house.folder, name, content)
    except (BadProtocol, Conflict) as bad:
        return _page(request, problem=str(bad))
    return _page(request, added=added.title)


async def remove(request: Request) -> Response:
    name = forms.first(await forms.typed(request), "name")
    own_protocols.remove(house_of(request).folder, name)
    return see_other("/protocols")


def _ladder(number: int, rungs: tuple[ladders.Rung, ...]) -> tuple[str, ...]:
    return tuple(
        ladder_picture(rungs, width=width, prefix=f"ladder{number}w{width}") for width in (860, 360)
    )
