"""A session looked back on: planned against walked, and what comes next."""

from starlette.requests import Request
from starlette.responses import Response

from retrowalk import present
from retrowalk.app.reviewing import NotReviewed, Summary
from retrowalk.pictures.session import session_picture
from retrowalk.web.page import house_of, page, units_of
from retrowalk.words import Hold, Progress


def page_of(request: Request, seen: Summary) -> Response:
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
    )  # fmt: skip


def _ratio(seen: Summary) -> float:
    return seen.delivered.backward_s / seen.planned.backward_s if seen.planned.backward_s else 0.0


def _kind(seen: Summary) -> str:
    """Its dress: going back a step is not a fault, and looks like none."""
    return "yes" if isinstance(seen.decision, Progress | Hold) else "ask"
