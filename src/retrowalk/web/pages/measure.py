"""/measure: a recording in, its walking out; the file is thrown away afterwards."""

import asyncio
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from retrowalk.errors import BadRecording
from retrowalk.web.gate import UPLOAD_BYTES
from retrowalk.web.page import house_of, page, units_of
from retrowalk.words import Placement

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
            found = await asyncio.to_thread(_measured, recording, name, Placement(asked))
        except BadRecording as bad:
            return _form(request, placement=asked, problem=str(bad))
    return page(request, "measured.html", name=name, found=found, most_bouts=MOST_BOUTS,
                units=units_of(house_of(request)))  # fmt: skip


def _measured(recording: UploadFile, name: str, placement: Placement) -> list[dict[str, object]]:
    """In a thread: the file under its own name, because readers say it in their sentences."""
    # The gait engine takes seconds to load: this page pays for it, not every start.
    from retrowalk.app import measuring  # noqa: PLC0415

    with TemporaryDirectory(prefix="retrowalk-") as folder:
        file = Path(folder) / (name[-100:].lstrip(".") or "recording")
        with file.open("wb") as kept:
            shutil.copyfileobj(recording.file, kept)
        measured = measuring.measure_file(file, placement=placement)
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
        }
        for number, one in enumerate(measured)
    ]


def _form(request: Request, *, placement: str = UNKNOWN, problem: str = "") -> Response:
    return page(
        request, "measure.html", status=422 if problem else 200, problem=problem,
        placement=placement, placements=PLACEMENTS, most_bytes=UPLOAD_BYTES,
    )  # fmt: skip
