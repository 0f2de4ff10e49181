"""A session looked back on: planned against walked, what a phone felt, and what comes next."""

import asyncio
from contextlib import suppress

from starlette.requests import Request
from starlette.responses import Response

from retrowalk import present
from retrowalk.app import evidence, history, reviewing
from retrowalk.app.house import House
from retrowalk.app.keeping import has_recordings
from retrowalk.app.reviewing import NotReviewed, Summary
from retrowalk.errors import Missing, NotAllowed
from retrowalk.pictures.session import session_picture
from retrowalk.pictures.share import share_picture
from retrowalk.web.page import attached, house_of, page, see_other, units_of
from retrowalk.words import Hold, Progress

WRITTEN_WITHIN_S = 5.0  # what a slow disk may take to take the end of a session


async def written(request: Request) -> Summary:
    """The summary, once it is written down: a session that ended this moment may not be yet.

    Whoever asks how it went just then would be sent back to the treadmill's page.
    """
    house, session_id = house_of(request), str(request.path_params["session_id"])
    seen, running = reviewing.summary(house, session_id), house.lives.get(session_id)
    if seen.status == "live" and running is not None and running.ended:
        with suppress(TimeoutError):
            await asyncio.wait_for(running.settled.wait(), WRITTEN_WITHIN_S)
        seen = reviewing.summary(house, session_id)
    return seen


async def page_of(request: Request, seen: Summary) -> Response:
    units = units_of(house_of(request))
    drawn = tuple(
        session_picture(seen.plan, seen.track, seen.stops, units=units, width=width,
                        prefix=f"session{width}")
        for width in (860, 360)
    )  # fmt: skip
    reviewed = not isinstance(seen.review, NotReviewed)
    return page(
        request, "summary.html", seen=seen, picture=drawn, units=units, reviewed=reviewed,
        stops=[(present.clock(at_s), present.stop_reason(why)) for at_s, why in seen.stops],
        done_ratio=_ratio(seen), kind=_kind(seen),
        claims=evidence.behind_protocol(seen.plan.protocol),
        felt=await asyncio.to_thread(_felt, house_of(request), seen.session_id),
    )  # fmt: skip


async def file(request: Request) -> Response:
    """The session for another program."""
    from retrowalk.app import exporting  # noqa: PLC0415 -- half a second, for this button alone

    form = request.path_params["form"]
    if form not in exporting.FORMATS:
        raise Missing("There is no such file: go back and choose one of those offered.")
    content, media_type, name = await asyncio.to_thread(
        exporting.session_file, house_of(request), request.path_params["session_id"], form
    )
    return attached(content, media_type, name)


async def share(request: Request) -> Response:
    """A picture to show others; with ?day=yes the day is on it."""
    house = house_of(request)
    seen = reviewing.summary(house, request.path_params["session_id"])
    if seen.speed_up != 1:
        raise NotAllowed("This was a demonstration that nobody walked: there is no picture of it.")
    on = history.day_of(house, seen.session_id) if request.query_params.get("day") else None
    drawn = share_picture(seen.delivered, seen.track, units=units_of(house), on=on)
    return attached(drawn.encode(), "image/svg+xml", "retrowalk-walk.svg")


async def recording(request: Request) -> Response:
    """What the phone sent, as a file."""
    from retrowalk.app import felt  # noqa: PLC0415 -- as below

    session_id, number = request.path_params["session_id"], int(request.path_params["number"])
    content = await asyncio.to_thread(felt.content, house_of(request), session_id, number)
    return attached(content, "application/vnd.apache.parquet", f"phone-{number}.parquet")


async def delete_recording(request: Request) -> Response:
    """Everything the phone sent in this session, and what was measured from it."""
    from retrowalk.app import felt  # noqa: PLC0415 -- as below

    session_id = request.path_params["session_id"]
    await asyncio.to_thread(felt.forget, house_of(request), session_id)
    return see_other(f"/session/{session_id}")


def _felt(house: House, session_id: str) -> list[dict[str, object]]:
    """Each recording of the session, measured.  In a thread."""
    if not has_recordings(house, session_id):
        return []
    # The gait engine takes seconds to load: only a session with a phone pays for it.
    from retrowalk.app import felt, measuring  # noqa: PLC0415

    shown: list[dict[str, object]] = []
    for number, one in enumerate(felt.kept(house, session_id)):
        found = felt.again(house, session_id, one.id)
        told: dict[str, object] = {
            "id": one.id, "lasts_s": one.about.lasts_s, "lost": one.about.lost_packets,
            "worn": one.about.placement.value,
        }  # fmt: skip
        if isinstance(found, str):
            shown.append(told | {"warnings": [found], "totals": {}, "picture": ""})
            continue
        picture = measuring.picture_of(found, prefix=f"phone{number}")
        shown.append(told | {
            "warnings": found.warnings, "totals": measuring.totals_of(found), "picture": picture,
        })  # fmt: skip
    return shown


def _ratio(seen: Summary) -> float:
    return seen.delivered.backward_s / seen.planned.backward_s if seen.planned.backward_s else 0.0


def _kind(seen: Summary) -> str:
    """Its dress: going back a step is not a fault, and looks like none."""
    return "yes" if isinstance(seen.decision, Progress | Hold) else "ask"
