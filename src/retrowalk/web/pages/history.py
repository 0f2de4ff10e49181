"""/history: all that was walked; taking it along; deleting it."""

from starlette.requests import Request
from starlette.responses import Response

from retrowalk.app import history, importing
from retrowalk.app.reviewing import NotReviewed
from retrowalk.pictures.weeks import weeks_picture
from retrowalk.web import forms
from retrowalk.web.page import attached, house_of, page, see_other, units_of

CONFIRMED = "delete"
SHOWN = 60  # sessions; a page of ten years is read by nobody
SHOWN_ELSEWHERE = 12
SHOWN_WEEKS = 16  # as many as fit on a screen; the export has all


async def show(request: Request) -> Response:
    return _page(request)


def _page(request: Request, *, typed: str = "", problem: str = "") -> Response:
    house = house_of(request)
    weeks = [(w.starts_on, w.backward_s) for w in history.weekly_minutes(house)][-SHOWN_WEEKS:]
    drawn = tuple(weeks_picture(weeks[-most:], width=width, prefix=f"weeks{width}")
                  for width, most in ((860, SHOWN_WEEKS), (360, 6))) if weeks else ()  # fmt: skip
    elsewhere = importing.activities(house, most=SHOWN_ELSEWHERE)
    return page(
        request, "history.html", elsewhere=elsewhere, steps=importing.steps_lately(house),
        elsewhere_more=importing.counted(house) - len(elsewhere),
        status=422 if problem else 200, units=units_of(house),
        sessions=history.sessions(house, most=SHOWN), begun=history.begun(house),
        weeks=weeks, picture=drawn, unreviewed=NotReviewed(), typed=typed, problem=problem,
    )  # fmt: skip


async def as_json(request: Request) -> Response:
    return attached(history.export_json(house_of(request)), "application/json", "retrowalk.json")


async def as_csv(request: Request) -> Response:
    exported = history.export_csv(house_of(request))
    return attached(exported, "text/csv; charset=utf-8", "retrowalk-sessions.csv")


async def delete(request: Request) -> Response:
    """Only once the word has been typed."""
    typed = forms.first(await forms.typed(request), "word")
    if typed.lower() != CONFIRMED:
        problem = f"Nothing was deleted: type the word {CONFIRMED} to delete everything."
        return _page(request, typed=typed, problem=problem)
    history.delete_everything(house_of(request))
    return see_other("/")
