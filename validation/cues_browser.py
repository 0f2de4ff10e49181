"""A session walked in headless Chromium, its frames made late by chance; what the page sounded.

The truth of a clip is its moment on the page's audio clock, taken to the wall clock by the page
(`Date.now()` beside `AudioContext.currentTime`), and from there to session time by this program,
which reads the wall clock beside the session's own.  The page's estimate has no part in that.
"""

import asyncio
import random
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import uvicorn
from playwright.sync_api import Page, sync_playwright
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from retrowalk.app.house import House
from retrowalk.web.app import create_app

FLAGS = ["--headless", "--no-sandbox", "--disable-gpu",
         "--autoplay-policy=no-user-gesture-required"]  # fmt: skip
LONGEST_MS = 180_000
READY = '#hold:not([aria-disabled="true"]):visible, #over:visible'
WATCH = """window.told = [];
document.addEventListener("retrowalk:cue", (event) => told.push(event.detail));"""


@dataclass(frozen=True, slots=True)
class Told:
    kind: str
    at_s: float  # session time at which the loudspeaker had it


@dataclass(slots=True)
class Late:
    """ASGI: every piece of a stream of frames is held back by chance, order kept."""

    app: ASGIApp
    late_s: float

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        late = scope["type"] == "http" and scope["path"].endswith("/frames")
        if not late:
            await self.app(scope, receive, send)
            return
        chance, queue = random.Random(4), asyncio.Queue[tuple[float, Message]]()
        loop = asyncio.get_running_loop()

        async def later(message: Message) -> None:
            await queue.put((loop.time() + chance.uniform(0.0, self.late_s), message))

        async def post() -> None:
            while True:
                at_s, message = await queue.get()
                await asyncio.sleep(max(at_s - loop.time(), 0.0))
                await send(message)

        posting = asyncio.ensure_future(post())
        try:
            await self.app(scope, receive, later)
            while not queue.empty():  # the last frames are late too
                await asyncio.sleep(self.late_s)
            await asyncio.sleep(self.late_s)
        finally:
            posting.cancel()


def heard_in_browser(house: House, session_id: str, *, late_s: float) -> list[Told]:
    """Walk this session in a browser to its end; every foretold clip with its moment."""
    with _served(Late(create_app(house), late_s)) as url, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=_chromium(), args=FLAGS)
        page = chromium.new_page(base_url=url)
        page.add_init_script(WATCH)
        page.goto("/")
        page.locator(f'form[action="/session/{session_id}/begin"] button').click()
        page.wait_for_url("**/session/*")
        began_s = _wall_of_session(house, session_id)
        _walk(page)
        found = page.evaluate("told")
        chromium.close()
    return [
        Told(one["kind"], one["wall_s"] + one["when"] - one["audio_s"] - began_s) for one in found
    ]


def _wall_of_session(house: House, session_id: str) -> float:
    """The wall clock at session time 0; the latest moments read are the nearest to it."""
    drive, found = house.lives[session_id].drive, []
    until_s = time.monotonic() + 2.0
    while time.monotonic() < until_s:
        found.append(time.time() - drive.at_s)
        time.sleep(0.001)
    return min(found)


def _walk(page: Page) -> None:
    """Set up, then hold whenever a hold is asked for."""
    page.locator("#checks").wait_for()
    for box in page.locator('#checks input[type="checkbox"]:not(#no-sound)').all():
        box.check()
    heard = page.locator("#heard-yes")
    if heard.count():
        page.locator("#sound-test").click()
        heard.click()
    while True:
        page.locator(READY).first.wait_for(timeout=LONGEST_MS)
        if page.locator("#over").is_visible():
            return
        box = page.locator("#hold").bounding_box()
        if box is None:
            continue
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 30)
        page.mouse.down()
        page.wait_for_timeout(3500)
        page.mouse.up()


def _chromium() -> str:
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next((path for path in map(shutil.which, names) if path), None)
    if found is None:
        raise FileNotFoundError("Chromium was not found: install it (apt install chromium).")
    return found


@contextmanager
def _served(app: ASGIApp) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(20)
