"""What stands before every page: who may ask, how much, and what browsers are told.

* only our own names are answered, so a foreign name that resolves here (DNS rebinding) is not:
  loopback names to this computer, and with `serve --lan` its addresses in the home network;
* from the home network only paired devices come in (`web.doors` says who is asking);
* a POST must come from our own pages, so no other site can press our buttons;
* a body has a greatest size, read off the wire and not believed from its header;
* nothing foreign loads, nothing inline runs, nobody frames us.
"""

from base64 import b64encode
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from retrowalk.app.lan import Lan
from retrowalk.app.pairing import Own, Paired, Stranger
from retrowalk.pictures import draw
from retrowalk.web.doors import (
    Removed,
    caller,
    closed,
    foreign,
    host_of,
    open_to_strangers,
    shown_the_way_in,
    watched,
)
from retrowalk.web.page import oops

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
FORM_BYTES = 1_000_000  # every form of ours is under 20 kB
UPLOAD_BYTES = 200_000_000  # hours of three sensors at 100 Hz
RESTORE_BYTES = 2_000_000_000  # a backup with years of a phone's recordings
IMPORT_BYTES = 2_000_000_000  # ten years of a watch, unpacked
GROUP_BYTES, GROUP_FILES = 20_000_000, 500  # tables of a clinician's group
UPLOADS = {
    "/group": GROUP_BYTES,
    "/measure": UPLOAD_BYTES,
    "/take/restore": RESTORE_BYTES,
    "/bring": IMPORT_BYTES,
}
LARGER = {
    "/take/restore": "retrowalk backup restore",
    "/bring": "retrowalk import file",
    "/group": "retrowalk outcomes group",
}  # what takes them
DRAIN_BYTES = 4_000_000_000  # read and thrown away, so that the browser hears our sentence

PICTURE_STYLE = b64encode(sha256(draw.STYLE.encode()).digest()).decode()
POLICY = "; ".join((
    "default-src 'self'",
    f"style-src 'self' 'sha256-{PICTURE_STYLE}'",  # the one style every picture carries
    "img-src 'self' data:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
))  # fmt: skip
TOLD = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


class TooLarge(Exception):
    """More bytes arrived than this path takes."""


@dataclass(frozen=True, slots=True)
class Gate:
    """ASGI middleware around the whole app."""

    app: ASGIApp
    lan: Lan | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        match scope["type"]:
            case "http":
                await self._page(scope, receive, send)
            case "websocket":
                await self._socket(scope, receive, send)
            case _:
                await self.app(scope, receive, send)

    async def _page(self, scope: Scope, receive: Receive, send: Send) -> None:
        send = _telling(scope, send)
        request = Request(scope, receive)
        if refusal := foreign(scope, self.lan) or _not_ours(request):
            await oops(request, 403, refusal)(scope, receive, send)
            return
        asking = caller(scope, self.lan)
        scope.setdefault("state", {})["caller"] = asking
        if isinstance(asking, Stranger) and not open_to_strangers(scope):
            await shown_the_way_in(request)(scope, receive, send)
            return
        limit = UPLOADS.get(scope["path"], FORM_BYTES)
        if _announced(request.headers) > limit:
            await _drain(receive)
            await too_large(request)(scope, receive, send)
            return
        if isinstance(asking, Paired) and self.lan is not None:
            send = watched(send, self.lan.pairing, asking.device)
        with suppress(Removed):
            await self.app(scope, _counted(receive, limit), send)

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A socket is held to the same rules, and must say where it comes from."""
        headers = Headers(scope=scope)
        own = _from_our_pages(scope, headers) and "origin" in headers
        let_in = isinstance(caller(scope, self.lan), Own | Paired)
        if foreign(scope, self.lan) or not own or not let_in:
            await closed(receive, send)
            return
        await self.app(scope, receive, send)


def too_large(request: Request) -> Response:
    """The 413 page."""
    limit = UPLOADS.get(request.url.path, FORM_BYTES)
    command = LARGER.get(request.url.path, "retrowalk measure")
    sentence = (
        f"What was sent is larger than {limit // 1_000_000} MB, the most this page takes; "
        f"for larger files use “{command}” on the command line."
    )
    return oops(request, 413, sentence, back=request.url.path)


def _not_ours(request: Request) -> str:
    if request.method not in SAFE and not _from_our_pages(request.scope, request.headers):
        return (
            "This was sent from another site, and only retrowalk’s own pages may do so; "
            "open retrowalk itself and press the button there."
        )
    return ""


def _from_our_pages(scope: Scope, headers: Headers) -> bool:
    """By Sec-Fetch-Site where the browser sends it, and by Origin; neither means no browser."""
    if headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        return False
    origin = headers.get("origin", "")
    scheme = "https" if scope["scheme"] in {"https", "wss"} else "http"
    return not origin or origin == f"{scheme}://{host_of(scope)}"


def _announced(headers: Headers) -> int:
    """What the header says; nonsense is left to the counting."""
    said = headers.get("content-length", "")
    return int(said) if said.isascii() and said.isdigit() else 0


def _counted(receive: Receive, limit: int) -> Receive:
    seen = 0

    async def counting() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > limit:
            if message.get("more_body"):
                await _drain(receive)
            raise TooLarge
        return message

    return counting


async def _drain(receive: Receive) -> None:
    seen = 0
    while seen < DRAIN_BYTES:
        message = await receive()
        seen += len(message.get("body", b""))
        if message["type"] == "http.disconnect" or not message.get("more_body"):
            return


def _telling(scope: Scope, send: Send) -> Send:
    kept = scope["path"].startswith("/static/")

    async def told(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in TOLD.items():
                headers[name] = value
            # Health answers stay out of caches; our own files are checked by their ETag.
            headers["Cache-Control"] = "no-cache" if kept else "no-store"
        await send(message)

    return told
