"""/measure: a recording in, its walking out, and a closer look; the file is thrown away."""

import asyncio
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from retrowalk import present
from retrowalk.errors import BadInput, BadRecording
from retrowalk.web.gate import UPLOAD_BYTES
from retrowalk.web.page import house_of, oops, page, units_of
from retrowalk.words import Direction, Placement

if TYPE_CHECKING:
    from retrowalk.app.measuring import Measured
    from retrowalk.app.shelf import Shelf
    from retrowalk.pictures.zoom import Span

UNKNOWN = Placement.UNKNOWN.value
PLACEMENTS = (
    (UNKNOWN, "I do not know, or the file says it"),
    *((p.value, p.value.capitalize()) for p in Placement if p is not Placement.UNKNOWN),
)
MOST_PICTURES = 6  # a file of many trials: the rest as tables only
MOST_BOUTS = 40


async def show(request: Request) -> Response:
    return _form(request)


async def answer(request: Request) -> Response:
    async with request.form(max_files=1, max_fields=10) as form:
        recording, asked = form.get("recording"), str(form.get("placement") or UNKNOWN)
        if asked not in dict(PLACEMENTS):
            problem = "The place of the sensor is none we know; choose one of those offered."
            return _form(request, problem=problem)
        if not isinstance(recording, UploadFile) or not recording.filename:
            problem = "No file was chosen; choose a recording first."
            return _form(request, placement=asked, problem=problem)
        name = Path(recording.filename.replace("\\", "/")).name
        try:
            found = await asyncio.to_thread(_measured, request, recording, name, Placement(asked))
        except BadRecording as bad:
            return _form(request, placement=asked, problem=str(bad))
    return page(request, "measured.html", name=name, found=found, most_bouts=MOST_BOUTS,
                units=units_of(house_of(request)))  # fmt: skip


async def closer(request: Request) -> Response:
    """A part of a recording measured a moment ago; `from` and `to` in seconds."""
    from retrowalk.app import measuring  # noqa: PLC0415 -- as below

    number = int(request.path_params["number"])
    one = _shelf(request).take(request.path_params["kept"], number)
    try:
        times = [float(value) if (value := request.query_params.get(name)) else None
                 for name in ("from", "to")]  # fmt: skip
        span = measuring.span_of(one, *times)
    except BadInput as bad:
        return oops(request, 422, str(bad))
    except ValueError:
        return oops(request, 422, "The part to show was not given in seconds; choose it again "
                    "with the buttons below the picture.")  # fmt: skip
    picture = await asyncio.to_thread(measuring.picture_of, one, span=span)
    return page(request, "closer.html", name=one.name, picture=picture, span=span,
                every=measuring.whole_of(one), moves=_moves(one, span), here=request.url.path,
                thinned=bool(one.samples))  # fmt: skip


def _moves(one: "Measured", span: "Span") -> list[tuple[str, str, str, str]]:
    """Sign, word, key and query of every step from here; none where it would lead nowhere."""
    from retrowalk.app import measuring  # noqa: PLC0415 -- as below

    steps = (("+", "closer", "+", 0.0, 2.0), ("\u2212", "farther", "-", 0.0, 0.5),
             ("\u2190", "earlier", "ArrowLeft", -0.5, 1.0),
             ("\u2192", "later", "ArrowRight", 0.5, 1.0))  # fmt: skip
    found = []
    for sign, word, key, by, closer in steps:
        there = measuring.step_from(one, span, by=by, closer=closer)
        if there is not None:
            found.append((sign, word, key, f"from={there.from_s:.3f}&to={there.to_s:.3f}"))
    return found


def _shelf(request: Request) -> "Shelf":
    from retrowalk.app.shelf import Shelf  # noqa: PLC0415 -- as below

    if not hasattr(request.app.state, "shelf"):
        request.app.state.shelf = Shelf()
    shelf: Shelf = request.app.state.shelf
    return shelf


def _measured(
    request: Request, recording: UploadFile, name: str, placement: Placement
) -> list[dict[str, object]]:
    """In a thread: the file under its own name, because readers say it in their sentences."""
    # The gait engine takes seconds to load: this page pays for it, not every start.
    from retrowalk.app import measuring  # noqa: PLC0415

    with TemporaryDirectory(prefix="retrowalk-") as folder:
        file = Path(folder) / (name[-100:].lstrip(".") or "recording")
        with file.open("wb") as written:
            shutil.copyfileobj(recording.file, written)
        measured = measuring.measure_file(file, placement=placement)
    kept = _shelf(request).put(measured)
    return [
        {
            "name": one.name,
            "reader": one.reader,
            "totals": measuring.totals_of(one),
            "bouts": measuring.bouts_of(one),
            "assumptions": one.assumptions,
            "warnings": one.warnings,
            "derived": one.recording.derived,
            "picture": measuring.picture_of(one, prefix=f"recording{number}")
            if number < MOST_PICTURES
            else "",
            "strides": measuring.strides_picture_of(one, prefix=f"strides{number}")
            if number < MOST_PICTURES
            and (one.gait.strides_in(Direction.BACKWARD) or one.gait.strides_in(Direction.FORWARD))
            else "",
            "steady": [
                (row["start_s"], words)
                for row in measuring.steadiness_of(one)[:MOST_BOUTS]
                if (words := present.evenness(row))
            ],
            "closer": f"/measure/{kept}/{number}",
        }
        for number, one in enumerate(measured)
    ]


def _form(request: Request, *, placement: str = UNKNOWN, problem: str = "") -> Response:
    return page(
        request, "measure.html", status=422 if problem else 200, problem=problem,
        placement=placement, placements=PLACEMENTS, most_bytes=UPLOAD_BYTES,
    )  # fmt: skip
