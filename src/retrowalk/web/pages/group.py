"""/group: a clinician's group, before against after.  Files come, a page goes; nothing is kept."""

import asyncio
import shutil
from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import TYPE_CHECKING

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from retrowalk import present
from retrowalk.app import outcomes
from retrowalk.app.outcomes import Outcome
from retrowalk.errors import BadInput, Missing
from retrowalk.web.gate import GROUP_FILES
from retrowalk.web.page import house_of, page, units_of
from retrowalk.words import Units

if TYPE_CHECKING:
    from retrowalk.app.grouping import Group


NOTHING: Mapping[str, object] = MappingProxyType({})


async def show(request: Request) -> Response:
    return _page(request)


async def answer(request: Request) -> Response:
    """Judged and shown; the files go with the answer."""
    async with request.form(max_files=GROUP_FILES, max_fields=5) as form:
        chosen = str(form.get("outcome") or "")
        units = Units.MPH if form.get("units") == Units.MPH.value else Units.KMH
        sent = [one for one in form.getlist("files")
                if isinstance(one, UploadFile) and one.filename]  # fmt: skip
        if not sent:
            return _page(request, chosen=chosen, problem="No file was chosen: choose one first.")
        try:
            shown = await asyncio.to_thread(_judged, sent, chosen, units)
        except (BadInput, Missing) as bad:
            return _page(request, chosen=chosen, problem=str(bad))
    return _page(request, chosen=chosen, units=units, shown=shown)


def _judged(sent: list[UploadFile], chosen: str, units: Units) -> dict[str, object]:
    # Its statistics take a second to load: this button pays for it, not every start.
    from retrowalk.app import grouping  # noqa: PLC0415

    with TemporaryDirectory(prefix="retrowalk-") as room:
        files = []
        for number, one in enumerate(sent):
            path = Path(room) / f"{number}.csv"
            with path.open("wb") as out:
                shutil.copyfileobj(one.file, out, 1 << 20)
            files.append((Path((one.filename or "").replace("\\", "/")).name[-80:], path))
        found = grouping.brought(files, chosen, units=units)
    drawn = tuple(_picture(found, units, width) for width in (860, 360))
    return {"found": found, "picture": drawn,
            "lines": grouping.told(found, units),
            "svg": _as_link(drawn[0].encode(), "image/svg+xml"),
            "csv": _as_link(grouping.as_csv(found, units), "text/csv")}  # fmt: skip


def _picture(found: "Group", units: Units, width: int) -> str:
    from retrowalk.pictures.group import group_picture  # noqa: PLC0415

    outcome, change = found.outcome, found.change

    def shown(value: float) -> float:
        return present.measured_in(value, outcome.quantity, units)

    return group_picture(
        [shown(one.gain) for one in found.people],
        (shown(change.mean), shown(change.mean_low), shown(change.mean_high)),
        title=outcome.title, unit=present.measured_unit(outcome.quantity, units), width=width,
        band=shown(outcome.error.mdc) if outcome.error else 0.0, prefix=f"group{width}",
    )  # fmt: skip


def _as_link(content: bytes, media_type: str) -> str:
    """The file inside the page itself, because nothing is kept to be asked for later."""
    return f"data:{media_type};base64,{b64encode(content).decode()}"


def _page(
    request: Request, *, chosen: str = "", problem: str = "", units: Units | None = None,
    shown: Mapping[str, object] = NOTHING,
) -> Response:  # fmt: skip
    units = units or units_of(house_of(request))

    def figure(value: float, outcome: Outcome) -> str:
        return present.measured_number(value, outcome.quantity, units)

    return page(request, "group.html", status=422 if problem else 200, problem=problem,
                chosen=chosen, units=units, catalogue=outcomes.catalogue(), figure=figure,
                **({"found": None} | dict(shown)))  # fmt: skip
