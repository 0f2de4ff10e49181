"""/week: what stands on which day; ticked off, moved, skipped, paused; as a calendar file."""

from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from retrowalk.app import offering, week
from retrowalk.app.week import NoPlan
from retrowalk.errors import BadAnswers
from retrowalk.web import forms
from retrowalk.web.page import house_of, page, see_other

FARTHEST = 7  # weeks back or ahead


async def show(request: Request) -> Response:
    return _page(request)


def _page(request: Request, *, problem: str = "") -> Response:
    ahead = _ahead(request)
    shown = week.week(house_of(request), ahead=ahead)
    if isinstance(shown, NoPlan):
        return see_other("/")
    choices = tuple(shown.today + timedelta(days=i) for i in range(1, 8))
    return page(request, "week.html", status=422 if problem else 200, shown=shown, ahead=ahead,
                problem=problem, choices=choices, farthest=FARTHEST,
                offers=offering.offers(house_of(request), shown))  # fmt: skip


async def mark(request: Request) -> Response:
    given = await forms.typed(request)
    names = ("on", "activity", "did", "to", "reason")
    try:
        week.mark(house_of(request), **{name: forms.first(given, name) for name in names})
    except BadAnswers as bad:
        return _page(request, problem=str(bad))
    return _back(request)


async def undo(request: Request) -> Response:
    week.undo(house_of(request), request.path_params["mark_id"])
    return _back(request)


async def pause(request: Request) -> Response:
    try:
        week.pause(house_of(request), reason=forms.first(await forms.typed(request), "reason"))
    except BadAnswers as bad:
        return _page(request, problem=str(bad))
    return _back(request)


async def resume(request: Request) -> Response:
    week.resume(house_of(request))
    return _back(request)


async def as_calendar(request: Request) -> Response:
    told = {"Content-Disposition": 'attachment; filename="retrowalk.ics"'}
    made = week.as_calendar(house_of(request))
    return Response(made, media_type="text/calendar; charset=utf-8", headers=told)


def _ahead(request: Request) -> int:
    asked = request.query_params.get("ahead", "0")
    whole = asked.removeprefix("-").isdecimal() and len(asked) < FARTHEST
    return max(-FARTHEST, min(int(asked), FARTHEST)) if whole else 0


def _back(request: Request) -> Response:
    ahead = _ahead(request)
    return see_other(f"/week?ahead={ahead}" if ahead else "/week")
