"""/take: what can be taken along: a page for the physiotherapist, files for other programs."""

import asyncio

from starlette.requests import Request
from starlette.responses import Response

from retrowalk.app import history
from retrowalk.web import forms
from retrowalk.web.page import house_of, page

LONGEST_NAME = 80


async def show(request: Request) -> Response:
    return page(request, "take.html", begun=history.begun(house_of(request)))


async def report(request: Request) -> Response:
    """The page for the physiotherapist; the name is printed and kept nowhere."""
    # The typesetter takes half a second to load: this button pays for it, not every start.
    from retrowalk.app import reporting  # noqa: PLC0415

    name = forms.first(await forms.typed(request), "name")[:LONGEST_NAME]
    made = await asyncio.to_thread(reporting.report, house_of(request), name=name)
    return attached(made, "application/pdf", "retrowalk-report.pdf")


def attached(content: bytes, media_type: str, name: str) -> Response:
    """A file to be saved, not shown."""
    told = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=media_type, headers=told)
