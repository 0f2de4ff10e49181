"""/session/{id}/motion: the socket of a phone worn as a sensor, and going on without it.

Nothing that comes is believed: sizes, numbers, times and pace are bounded, and what is refused
is told in one sentence.  A socket that ends leaves the session to judge the phone's silence.
"""

import asyncio
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.websockets import WebSocket, WebSocketDisconnect

from retrowalk.app import walking
from retrowalk.app.walking import Live
from retrowalk.errors import BadRecording, RetrowalkError
from retrowalk.web.page import house_of, see_other

if TYPE_CHECKING:
    from retrowalk.app.phone import PhoneLink

LONGEST_TOKEN = 64
BURST, PER_S = 60, 8.0  # a page sends four a second, and more at once when it comes back
MOST_REFUSED = 5  # then it is no page of ours
FIRST_S, NEXT_S = 10.0, 60.0  # a socket that says nothing is closed


class _Pace:
    """Lets through what a page of ours may send: a bucket of messages that fills with time."""

    def __init__(self) -> None:
        self._clock = asyncio.get_running_loop().time
        self._left, self._at_s = float(BURST), self._clock()

    def allows(self) -> bool:
        now_s = self._clock()
        self._left = min(BURST, self._left + PER_S * (now_s - self._at_s))
        self._at_s = now_s
        self._left -= 1
        return self._left >= 0


async def listen(socket: WebSocket) -> None:
    """One phone, from its first message to its last."""
    await socket.accept()
    with suppress(WebSocketDisconnect, TimeoutError):
        try:
            running = walking.live(socket.app.state.house, str(socket.path_params["session_id"]))
            link = await _joined(socket, running)
            await _hear(socket, running, link)
        except RetrowalkError as refused:
            await socket.send_json({"refused": str(refused)})
            await socket.close(1008)


async def leave(request: Request) -> Response:
    """The walker goes on without a phone."""
    session_id = str(request.path_params["session_id"])
    walking.live(house_of(request), session_id).sensing.leave()
    if "application/json" in request.headers.get("accept", ""):
        return Response(status_code=204)
    return see_other(f"/session/{session_id}")


async def _joined(socket: WebSocket, running: Live) -> "PhoneLink":
    # The gait engine takes seconds to load: in a thread, because a stop may come.
    phone = await asyncio.to_thread(import_module, "retrowalk.app.phone")
    first = await _message(socket, FIRST_S)
    token, safety = first.get("phone"), first.get("safety")
    if not isinstance(token, str) or not 8 <= len(token) <= LONGEST_TOKEN:
        raise BadRecording("The phone did not say its name; reload its page.")
    made = phone.PhoneLink(token, phone.worn_of(first.get("worn")))
    link = running.sensing.join(made, safety=safety is True)
    await socket.send_json({"next": link.next_number, "calibrated": link.calibrated})
    return link


async def _hear(socket: WebSocket, running: Live, link: "PhoneLink") -> None:
    pace, refused = _Pace(), 0
    while not running.ended:
        message: dict[str, Any] = {}
        try:
            message = await _message(socket, NEXT_S)
            if not pace.allows():
                raise BadRecording(f"The phone sent more than {PER_S:g} messages a second; "
                                   "reload its page.")  # fmt: skip
            await socket.send_json(await _answer(running, link, message))
        except BadRecording as bad:
            refused += 1
            if refused >= MOST_REFUSED:
                raise
            await socket.send_json({"refused": str(bad), "n": _number(message)})
    await socket.send_json({"over": True})
    await socket.close()


def _number(message: dict[str, Any]) -> int | None:
    number = message.get("n")
    return number if isinstance(number, int) and abs(number) < 1 << 53 else None


async def _answer(running: Live, link: "PhoneLink", message: dict[str, Any]) -> dict[str, Any]:
    from retrowalk.app import phone  # noqa: PLC0415 -- loaded by `_joined`

    if "calibrate" in message:
        why = await running.sensing.calibrate(link, phone.read_span(message))
        return {"calibrated": not why, "why": why}
    await running.sensing.take(link, phone.read_packet(message))
    return {"had": message["n"]}


async def _message(socket: WebSocket, within_s: float) -> dict[str, Any]:
    from retrowalk.app import phone  # noqa: PLC0415 -- as above

    event = await asyncio.wait_for(socket.receive(), within_s)
    if event["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(event.get("code") or 1000)
    text = event.get("text")
    if text is None:
        raise BadRecording("The phone sent bytes where text was expected; reload its page.")
    return phone.read_message(text)
