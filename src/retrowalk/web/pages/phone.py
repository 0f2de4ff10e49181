"""/phone: how a phone or screen gets in, and which ones are."""

from starlette.requests import Request
from starlette.responses import Response

from retrowalk.app.lan import Lan, certificate_for_android, code_to_scan, profile_for_ios
from retrowalk.app.pairing import Own, Paired, Stranger
from retrowalk.errors import Missing
from retrowalk.web import forms
from retrowalk.web.page import lan_of, page, see_other

APPLE = ("iPhone", "iPad", "iPod")


async def show(request: Request) -> Response:
    lan = lan_of(request)
    if lan is None:
        return page(request, "phone_off.html")
    caller = request.state.caller
    at_home = isinstance(caller, Own)
    return page(
        request, "phone.html", lan=lan, at_home=at_home,
        code=lan.pairing.code().spoken if at_home else "",
        scan=code_to_scan(lan) if at_home else "",
        paired=not isinstance(caller, Stranger),
        devices=() if isinstance(caller, Stranger) else lan.pairing.devices,
        own_id=caller.device.id if isinstance(caller, Paired) else "",
        fingerprint=lan.authority.fingerprint.split(" "),
        apple_first=_apple(request),
    )  # fmt: skip


def _apple(request: Request) -> bool:
    told = request.headers.get("user-agent", "")
    return any(name in told for name in APPLE)


async def certificate(request: Request) -> Response:
    content, kind = certificate_for_android(_lan(request))
    return _download(content, kind, "retrowalk.cer")


async def profile(request: Request) -> Response:
    content, kind = profile_for_ios(_lan(request))
    return _download(content, kind, "retrowalk.mobileconfig")


def _download(content: bytes, kind: str, name: str) -> Response:
    told = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=kind, headers=told)


async def remove(request: Request) -> Response:
    await _lan(request).pairing.remove(forms.first(await forms.typed(request), "device"))
    return see_other("/phone#devices")


def _lan(request: Request) -> Lan:
    if (lan := lan_of(request)) is None:
        raise Missing("Phones are not let in now: start retrowalk with “retrowalk serve --lan”.")
    return lan
