"""/session/{id}: the live session, its stream of frames, and the walker's presses."""

from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from retrowalk.app import reviewing, walking
from retrowalk.app.reviewing import NotReviewed
from retrowalk.app.setting_up import setup_list
from retrowalk.app.walking import Live
from retrowalk.errors import BadInput, Missing
from retrowalk.web import forms
from retrowalk.web.page import house_of, oops, page, see_other
from retrowalk.web.pages import summary
from retrowalk.web.shown import shown, strip

LONGEST_TOKEN = 64


async def show(request: Request) -> Response:
    """Live while it lives; afterwards its review, then its summary."""
    session_id = _id(request)
    try:
        running = _live(request)
    except Missing:
        return await _over(request, session_id)
    if running.ended:
        return await _over(request, session_id)
    house = house_of(request)
    return page(
        request, "session.html", session_id=session_id, strip=strip(running.plan),
        now=shown(running.frame(), running.plan.units), speed_up=house.speed_up,
        units=running.plan.units, checks=setup_list(running.plan.place),
        treadmill=house.treadmill.name,
    )  # fmt: skip


async def _over(request: Request, session_id: str) -> Response:
    seen = await summary.written(request)
    if seen.status == "planned":
        return see_other("/")
    if seen.status == "done" and isinstance(seen.review, NotReviewed):
        return see_other(f"/session/{session_id}/review")
    return await summary.page_of(request, seen)


async def follow(request: Request) -> Response:
    """A second screen behind the treadmill: very large, read-only but for Stop."""
    session_id = _id(request)
    try:
        running = _live(request)
    except Missing:
        return await _over(request, session_id)
    if running.ended:
        return await _over(request, session_id)
    now = shown(running.frame(), running.plan.units)
    return page(request, "follow.html", session_id=session_id, now=now)


async def begin(request: Request) -> Response:
    walking.begin(house_of(request), _id(request))
    return see_other(f"/session/{_id(request)}")


async def frames(request: Request) -> Response:
    """Server-sent events: one frame each time something changes."""
    token = request.query_params.get("page", "")[:LONGEST_TOKEN]
    stream = _events(_live(request), token)
    return StreamingResponse(stream, media_type="text/event-stream")


async def _events(running: Live, token: str) -> AsyncIterator[str]:
    yield "retry: 500\n\n"  # milliseconds until the browser tries again
    async for frame in running.frames(token):
        now = shown(frame, running.plan.units)
        yield f"event: frame\nid: {frame.seq}\ndata: {now.as_json()}\n\n"


async def prepare(request: Request) -> Response:
    """The set-up list and the sound check, as said on the page."""
    given = await forms.typed(request)
    sound = forms.first(given, "sound")
    said = [name for name, _ in setup_list(_live(request).plan.place) if forms.first(given, name)]
    _live(request).prepare(said, heard=sound == "heard", silent=sound == "silent")
    return Response(status_code=204)


async def hold(request: Request) -> Response:
    _live(request).hold(await _token(request))
    return Response(status_code=204)


async def release(request: Request) -> Response:
    _live(request).release(await _token(request))
    return Response(status_code=204)


async def here(request: Request) -> Response:
    """A page is alive: said every second, because an open stream does not prove it."""
    if token := await _token(request):
        _live(request).seen(token)
    return Response(status_code=204)


async def stop(request: Request) -> Response:
    """Before anything else is read; and never an error because it is already over."""
    try:
        _live(request).stop()
    except Missing:
        reviewing.summary(house_of(request), _id(request))  # Missing if it never was
    return _back(request)


async def speed(request: Request) -> Response:
    """What the console shows, said by whoever stands there; too late is no error."""
    typed = forms.first(await forms.typed(request), "speed")
    try:
        _live(request).say_speed(typed)
    except Missing:
        reviewing.summary(house_of(request), _id(request))  # Missing if it never was
    except BadInput as bad:
        return oops(request, 422, str(bad), back=f"/session/{_id(request)}")
    return _back(request)


async def finish(request: Request) -> Response:
    _live(request).finish()
    return _back(request)


def _back(request: Request) -> Response:
    if "application/json" in request.headers.get("accept", ""):
        return Response(status_code=204)
    return see_other(f"/session/{_id(request)}")


def _live(request: Request) -> Live:
    return walking.live(house_of(request), _id(request))


def _id(request: Request) -> str:
    return str(request.path_params["session_id"])


async def _token(request: Request) -> str:
    return forms.first(await forms.typed(request), "page")[:LONGEST_TOKEN]
