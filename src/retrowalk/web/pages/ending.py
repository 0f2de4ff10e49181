"""/end: the weeks are over: what was walked, what the tests say, and how to go on."""

from starlette.requests import Request
from starlette.responses import Response

from retrowalk.app import ending
from retrowalk.app.outcomes import suited
from retrowalk.web import forms, telling
from retrowalk.web.page import house_of, page, see_other, units_of


async def show(request: Request) -> Response:
    house = house_of(request)
    ended = ending.ending(house)
    if ended is None:
        return see_other("/")
    return page(request, "ending.html", ended=ended, units=units_of(house), check=telling.check,
                told=telling.told, suited=suited(house))  # fmt: skip


async def choose(request: Request) -> Response:
    given = await forms.typed(request)
    choice = forms.first(given, "choice")
    ending.choose(house_of(request), choice, by=forms.first(given, "by"))
    return see_other("/")
