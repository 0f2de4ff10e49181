"""/pair: six digits from the serving computer, and a phone or screen is let in."""

from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import Response

from retrowalk.app.pairing import Stranger
from retrowalk.errors import NotAllowed, TooManyTries
from retrowalk.web import forms
from retrowalk.web.doors import peer_of, with_cookie
from retrowalk.web.page import lan_of, page, see_other

LONGEST = 40  # of what is typed as a code
KINDS = (("iPhone", "iPhone"), ("iPad", "iPad"), ("TV", "Television"), ("Android", "Android phone"),
         ("Windows", "Windows computer"), ("Mac", "Mac"), ("Linux", "Linux computer"))  # fmt: skip


async def show(request: Request) -> Response:
    lan, wanted = lan_of(request), _local(request.query_params.get("next", ""))
    if lan is None or not isinstance(request.state.caller, Stranger):
        return see_other(wanted)
    lan.pairing.code()  # a new one stands on the computer when the last has passed
    return page(request, "pair.html", wanted=wanted, name=_kind(request), problem="")


async def answer(request: Request) -> Response:
    lan, given = lan_of(request), await forms.typed(request)
    wanted, name = _local(forms.first(given, "next")), forms.first(given, "name")
    if lan is None or not isinstance(request.state.caller, Stranger):
        return see_other(wanted)
    digits = "".join(forms.first(given, "code")[:LONGEST].split())
    try:
        cookie = await lan.pairing.pair(
            digits, name=name, peer=peer_of(request.scope), at=datetime.now(UTC)
        )
    except NotAllowed as refusal:
        status = 429 if isinstance(refusal, TooManyTries) else 403
        return page(request, "pair.html", status=status, wanted=wanted, name=name,
                    problem=str(refusal))  # fmt: skip
    return with_cookie(see_other(wanted), cookie, secure=request.url.scheme == "https")


def _kind(request: Request) -> str:
    told = request.headers.get("user-agent", "")
    return next((name for sign, name in KINDS if sign in told), "")


def _local(path: str) -> str:
    """A page of ours and nothing else."""
    ours = path.startswith("/") and path[1:2] not in {"/", "\\"} and path.isprintable()
    return path if ours else "/"
