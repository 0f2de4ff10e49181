"""/take: what can be taken along: a page for the physiotherapist, files for other programs."""

import asyncio
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from starlette.background import BackgroundTask
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from retrowalk.app import backing_up, history
from retrowalk.app.house import House
from retrowalk.errors import BadBackup, MigrationNeeded
from retrowalk.web import forms
from retrowalk.web.page import attached, house_of, page

LONGEST_NAME = 80


async def show(request: Request) -> Response:
    return _page(request)


def _page(
    request: Request, *, status: int = 200, problem: str = "", restored: str = ""
) -> Response:
    return page(request, "take.html", status=422 if problem else status, problem=problem,
                restored=restored, begun=history.begun(house_of(request)))  # fmt: skip


async def report(request: Request) -> Response:
    """The page for the physiotherapist; the name is printed and kept nowhere."""
    # The typesetter takes half a second to load: this button pays for it, not every start.
    from retrowalk.app import reporting  # noqa: PLC0415

    name = forms.first(await forms.typed(request), "name")[:LONGEST_NAME]
    made = await asyncio.to_thread(reporting.report, house_of(request), name=name)
    return attached(made, "application/pdf", "retrowalk-report.pdf")


async def fhir(request: Request) -> Response:
    """Sessions and tests for a health record."""
    from retrowalk.app import telling_fhir  # noqa: PLC0415

    made = await asyncio.to_thread(telling_fhir.bundle, house_of(request))
    return attached(made, "application/fhir+json", "retrowalk-fhir.json")


async def backup(request: Request) -> Response:
    """Everything in one file, made now."""
    house = house_of(request)
    room = TemporaryDirectory(prefix="retrowalk-")
    try:
        file = Path(room.name) / backing_up.name_of(house.now())
        await asyncio.to_thread(backing_up.make, house, file)
    except BaseException:
        room.cleanup()
        raise
    return FileResponse(file, media_type="application/zip", filename=file.name,
                        background=BackgroundTask(room.cleanup))  # fmt: skip


async def restore(request: Request) -> Response:
    """A backup in the place of everything, once the word has been typed."""
    async with request.form(max_files=1, max_fields=5) as form:
        sent, word = form.get("backup"), str(form.get("word") or "")
        if word.strip().lower() != "restore":
            return _page(request, problem="Nothing was changed: type the word restore, and choose "
                         "the file again.")  # fmt: skip
        if not isinstance(sent, UploadFile) or not sent.filename:
            return _page(request, problem="No file was chosen: choose a backup first.")
        try:
            before = await asyncio.to_thread(_restored, house_of(request), sent)
        except (BadBackup, MigrationNeeded) as bad:
            return _page(request, problem=str(bad))
    return _page(request, restored=before.name)


def _restored(house: House, sent: UploadFile) -> Path:
    with TemporaryDirectory(prefix="retrowalk-") as room:
        file = Path(room) / (
            (Path(sent.filename or "").name or "backup.zip")[-80:].lstrip(".") or "b"
        )
        with file.open("wb") as out:
            shutil.copyfileobj(sent.file, out, 1 << 20)
        return backing_up.restore(house, file)
