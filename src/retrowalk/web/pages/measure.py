"""/measure: a recording in, its walking out."""

from starlette.requests import Request
from starlette.responses import Response

from retrowalk.web.gate import UPLOAD_BYTES
from retrowalk.web.page import page
from retrowalk.words import Placement

NAMES = {Placement.UNKNOWN: "I do not know, or the file says it"}
PLACEMENTS = tuple(
    (p.value, NAMES.get(p, p.value.capitalize())) for p in (Placement.UNKNOWN, *Placement)
)


async def show(request: Request) -> Response:
    return _form(request)


async def answer(request: Request) -> Response:
    return _form(request)


def _form(request: Request, *, placement: str = Placement.UNKNOWN.value,
          problem: str = "", status: int = 200) -> Response:  # fmt: skip
    return page(
        request, "measure.html", status=status, problem=problem, placement=placement,
        placements=dict(PLACEMENTS).items(), most_bytes=UPLOAD_BYTES,
    )  # fmt: skip
