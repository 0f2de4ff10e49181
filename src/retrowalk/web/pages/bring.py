"""/bring: ordinary walks and steps from elsewhere; how far an import is; taking one back."""

import asyncio
import shutil
from functools import partial
from pathlib import Path
from typing import IO

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from retrowalk import present
from retrowalk.app import importing
from retrowalk.app.import_under_way import Importer
from retrowalk.app.importing import Import
from retrowalk.web.gate import IMPORT_BYTES
from retrowalk.web.page import house_of, page, see_other

MOST_SHOWN = 30


async def show(request: Request) -> Response:
    return _page(request)


def _page(request: Request, *, problem: str = "") -> Response:
    last = _importer(request).last
    shown = importing.imports(house_of(request))[:MOST_SHOWN]
    return page(request, "bring.html", status=422 if problem else 200, problem=problem, last=last,
                imports=[(one, _said(one)) for one in shown], said=_said,
                most_bytes=IMPORT_BYTES)  # fmt: skip


async def take(request: Request) -> Response:
    """The file is taken, then read in a thread; the page shows how far."""
    async with request.form(max_files=1, max_fields=3) as form:
        sent = form.get("file")
        if not isinstance(sent, UploadFile) or not sent.filename:
            return _page(request, problem="No file was chosen: choose one first.")
        name = Path(sent.filename.replace("\\", "/")).name
        begin = partial(
            _importer(request).begin, house_of(request), name, partial(_fill, sent.file)
        )
        await asyncio.to_thread(begin)
    return see_other("/bring")


def _fill(sent: IO[bytes], file: Path) -> None:
    with file.open("wb") as out:
        shutil.copyfileobj(sent, out, 1 << 20)


async def far(request: Request) -> Response:
    """How far the import under way is, for the page's script."""
    last = _importer(request).last
    going = last is not None and last.going
    return JSONResponse({"going": going, "percent": last.percent if last else 0})


async def back(request: Request) -> Response:
    importing.take_back(house_of(request), int(request.path_params["import_id"]))
    return see_other("/bring")


def _said(one: Import) -> str:
    was = one.outcome
    return present.brought(was.activities, was.days, was.known, was.own, was.unlikely + was.unread)


def _importer(request: Request) -> Importer:
    if not hasattr(request.app.state, "importer"):
        request.app.state.importer = Importer()
    importer: Importer = request.app.state.importer
    return importer
