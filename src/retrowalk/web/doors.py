"""Who is asking: this computer itself, a paired phone or screen, or a stranger in the house.

A stranger sees how to come in, and may stop a session whose address he knows: a phone that was
removed in mid-walk keeps its Stop.  Everything else waits for the pairing code.
"""

from ipaddress import ip_address
from urllib.parse import quote

from starlette.datastructures import Headers
from starlette.requests import Request, cookie_parser
from starlette.responses import JSONResponse, Response
from starlette.types import Message, Receive, Scope, Send

from retrowalk.app.lan import Lan
from retrowalk.app.pairing import Caller, Device, Own, Paired, Pairing, Stranger
from retrowalk.web.page import page, see_other

LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})
COOKIE, SECURE_COOKIE = "retrowalk", "__Host-retrowalk"  # the second came securely, and only so
COOKIE_LIFE_S = 400 * 24 * 3600  # as long as browsers keep any
OPEN = frozenset({
    "/phone", "/phone/retrowalk.cer", "/phone/retrowalk.mobileconfig", "/pair",
    "/worker.js", "/worker-session.js", "/offline",
})  # fmt: skip
OPEN_BELOW = ("/static/",)
NOT_PAIRED = "This phone or screen is not paired with retrowalk: open retrowalk on it to pair it."


class Removed(Exception):
    """The device an answer was going to has been removed."""


def host_of(scope: Scope) -> str:
    return Headers(scope=scope).get("host", "").lower()


def _name(scope: Scope) -> str:
    host = host_of(scope)
    return host if host.endswith("]") else host.rsplit(":", 1)[0]


def foreign(scope: Scope, lan: Lan | None) -> str:
    """Why this is not answered at all; empty if the name asked for and the asker are ours."""
    name = _name(scope)
    if lan is None:
        known = name in LOOPBACK
    else:
        here = _from_here(scope)
        known = (name in LOOPBACK and here) or (
            name in lan.here.hosts and (here or lan.near(peer_of(scope)))
        )
    if known:
        return ""
    if lan is not None and not _from_here(scope):
        return f"retrowalk answers only in its home network, at {lan.phone_address}; open that."
    return (
        "retrowalk answers only on this computer; "
        "open it as http://127.0.0.1 with the port it printed when it started."
    )


def caller(scope: Scope, lan: Lan | None) -> Caller:
    """By where it comes from *and* the name it uses; else by its cookie."""
    if lan is None or (_from_here(scope) and _name(scope) in LOOPBACK):
        return Own()
    sent = cookie_parser("; ".join(Headers(scope=scope).getlist("cookie")))
    for cookie in (SECURE_COOKIE, COOKIE):
        if (device := lan.pairing.device(sent.get(cookie, ""))) is not None:
            return Paired(device)
    return Stranger()


def open_to_strangers(scope: Scope) -> bool:
    path, method = scope["path"], scope["method"]
    if method == "POST" and path.startswith("/session/") and path.endswith("/stop"):
        return True  # a stop never waits for a code
    return path in OPEN or (method in {"GET", "HEAD"} and path.startswith(OPEN_BELOW))


def shown_the_way_in(request: Request) -> Response:
    """To the pairing page; to a script, a sentence."""
    accepts = request.headers.get("accept", "")
    if "application/json" in accepts or "text/event-stream" in accepts:
        return JSONResponse({"sentence": NOT_PAIRED}, status_code=403)
    if request.headers.get("sec-fetch-site") == "cross-site" and request.method == "GET":
        # From our plain page to our secure one counts as from another site, and then browsers
        # keep strict cookies back.  Asked again by ourselves, it brings them.
        return page(request, "again.html", path=request.url.path)
    wanted = request.url.path if request.method == "GET" else "/"
    return see_other("/pair" if wanted == "/" else f"/pair?next={quote(wanted)}")


def with_cookie(answer: Response, cookie: str, *, secure: bool) -> Response:
    answer.set_cookie(
        SECURE_COOKIE if secure else COOKIE, cookie, max_age=COOKIE_LIFE_S, path="/",
        secure=secure, httponly=True, samesite="strict",
    )  # fmt: skip
    return answer


def watched(send: Send, pairing: Pairing, device: Device) -> Send:
    """Ends a stream once its device has been removed."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.body" and not pairing.knows(device):
            await send({"type": "http.response.body", "body": b"", "more_body": False})
            raise Removed
        await send(message)

    return sending


async def closed(receive: Receive, send: Send) -> None:
    """A socket refused before it was opened."""
    await receive()
    await send({"type": "websocket.close", "code": 1008})


def peer_of(scope: Scope) -> str:
    client = scope.get("client")
    return str(client[0]) if client else ""


def _from_here(scope: Scope) -> bool:
    try:
        return ip_address(peer_of(scope)).is_loopback
    except ValueError:
        return False
