"""A real server in a real folder, and the system's Chromium to open it with."""

import json
import math
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from secrets import randbelow

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

ROOT = Path(__file__).parents[2]
SHOTS = ROOT / "shots"
PHONE, SCREEN = (390, 844), (1280, 800)
SERVE = "import typer; from retrowalk.cli.serve import serve; typer.run(serve)"
FIND = (  # a test machine may stand in no home network, and is then found by loopback
    "from ipaddress import IPv4Address; from retrowalk.lan import addresses; "
    "addresses.here = lambda: addresses.Here((IPv4Address('192.168.77.7'),), ('attic.local',)); "
)
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
]
HEALTHY = {"pressure": "normal"}
PROFILE = {
    "goal": "knee", "age": "71", "experience": "never", "aid": "none", "units": "km/h",
    "speed": "usual", "place": "driven", "rails": "yes",
}  # fmt: skip
TODAY = {"pain": "1", "sleep": "well", "pressure_today-unknown": "yes"}
WAITS = re.compile("waiting|holding")
REVIEW = {"pain_before": "1", "pain_during": "2", "pain_after": "1", "effort": "3"}

expect.set_options(timeout=20_000)  # a busy machine is no fault; what is timed says so itself


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "browser" in Path(item.path).parts:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="module")  # Playwright runs an event loop; others' tests want none
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found_chromium(), args=FLAGS)
        yield browser
        browser.close()


def found_chromium() -> str:
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next((path for path in map(shutil.which, names) if path), None)
    if found is None:
        pytest.fail("The browser tests need Chromium: install it (apt install chromium).")
    return found


def until(page: Page, script: str, arg: object = None) -> None:
    """Wait for a script to be true.  Playwright's own waiting evaluates what the pages forbid."""
    for _ in range(400):
        if page.evaluate(script, arg):
            return
        page.wait_for_timeout(50)
    pytest.fail(f"waited too long for {script}")


@dataclass
class Served:
    """One `retrowalk serve` in its own folder."""

    folder: Path
    speed_up: float
    port: int
    lan: bool = False
    strap: str = ""
    url: str = ""
    first: str = ""  # what its program does before it serves: a test's own clock, say
    running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        code, more = (FIND + SERVE, ["--lan"]) if self.lan else (self.first + SERVE, [])
        command = [sys.executable, "-c", code, *more, "--folder", str(self.folder), "--port",
                   str(self.port), "--speed-up", str(self.speed_up)]  # fmt: skip
        command += ["--strap", self.strap] if self.strap else []
        path = os.pathsep.join(filter(None, (str(ROOT / "src"), os.environ.get("PYTHONPATH"))))
        self.running = subprocess.Popen(
            command, env=os.environ | {"PYTHONPATH": path}, stdout=subprocess.DEVNULL
        )
        self.url = f"http://127.0.0.1:{self.port}"
        self._answers_within(120)  # two cores shared by a whole test run

    def _answers_within(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            try:
                with closing(urllib.request.urlopen(self.url + "/about", timeout=1)):
                    return
            except OSError:
                time.sleep(0.1)
        pytest.fail("retrowalk serve did not answer in time")

    def kill(self) -> None:
        if self.running is not None:
            self.running.kill()
            self.running.wait(10)


def free_port() -> int:
    """A port that is free, as is the next one: --lan takes both.

    Below those the system lends to whoever connects, or a test's own browser may take it first.
    """
    while True:
        port = 20_000 + 2 * randbelow(6_000)
        if _is_free(port) and _is_free(port + 1):
            return port


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Served]]:
    """serve(speed_up=…) starts one; all are stopped at the end."""
    started: list[Served] = []

    def start(speed_up: float = 1.0, *, lan: bool = False, strap: str = "") -> Served:
        served = Served(tmp_path / f"house{len(started)}", speed_up, free_port(), lan, strap)
        started.append(served)
        served.start()
        return served

    yield start
    for served in started:
        served.kill()


@pytest.fixture
def opened(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """opened(served, size=…, …) is a fresh page; its script errors and blocked loads fail."""
    contexts: list[BrowserContext] = []
    wrong: list[str] = []

    def open_page(served: Served, size: tuple[int, int] = PHONE, **options: object) -> Page:
        width, height = size
        context = chromium.new_context(
            viewport={"width": width, "height": height}, base_url=served.url, **options
        )
        context.set_default_timeout(60_000)  # a busy machine is no fault
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.append(said.text) if _policy(said.text) else None)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not wrong


def _policy(text: str) -> bool:
    return "Content Security Policy" in text


class Way:
    """A walker's way through the pages."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def answer(self, given: dict[str, str]) -> None:
        """Fill the form: what is given, else no, else the lowest of a scale."""
        for name in self._radio_names() - given.keys():
            no = self.page.locator(f'input[name="{name}"][value="no"]')
            (no if no.count() else self.page.locator(f'input[name="{name}"]').first).check()
        for name, value in given.items():
            chosen = self.page.locator(f'input[name="{name}"][value="{value}"]')
            if chosen.count():
                chosen.check()
            else:
                self.page.locator(f'[name="{name}"]').fill(value)

    def _radio_names(self) -> set[str]:
        names = self.page.locator('input[type="radio"]').evaluate_all(
            "found => [...new Set(found.map(radio => radio.name))]"
        )
        return set(names)

    def send(self) -> None:
        self.page.locator("main form button.big, main form button.button").first.click()

    def screen(self) -> None:
        self.page.goto("/screening")
        self.answer(HEALTHY)
        self.send()
        expect(self.page.get_by_role("heading", name="You may walk")).to_be_visible()

    def profile(self, **other: str) -> None:
        self.page.goto("/profile")
        self.answer(PROFILE | other)
        self.send()
        self.page.wait_for_url("**/")

    def choose(self, title: str = "ten by three") -> None:
        self.page.goto("/protocols")
        self.page.get_by_role("button", name=f"Choose {title}").click()
        self.page.wait_for_url("**/")

    def today(self) -> None:
        self.page.goto("/today")
        self.answer(TODAY)
        self.send()
        expect(self.page.get_by_role("button", name="Go to the treadmill")).to_be_visible()

    def go(self, **about: str) -> str:
        """Everything up to the live page; answers with its address."""
        self.screen()
        self.profile(**about)
        self.choose()
        self.today()
        self.page.get_by_role("button", name="Go to the treadmill").click()
        self.page.wait_for_url("**/session/*")
        return self.page.url

    def tick(self) -> None:
        for box in self.page.locator("#checks input[name]").all():
            box.check()
        with self.page.expect_response("**/prepare"):
            self.page.locator("#sound-test").click()
            self.page.locator("#heard-yes").click()

    def press(self, seconds: float = 0.0) -> None:
        """Put the finger on Start; with seconds, lift it after them."""
        hold = self.page.locator('#hold:not([aria-disabled="true"])')
        expect(hold).to_be_visible()
        hold.scroll_into_view_if_needed()
        box = hold.bounding_box()
        assert box is not None
        self.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 30)
        self.page.mouse.down()
        if seconds:
            self.page.wait_for_timeout(1000 * seconds)
            self.page.mouse.up()

    def start(self) -> None:
        """Hold until the countdown has begun, then let go; hold again if a hold was not heard.

        A beat that takes a second, as on a machine that is busy, rightly ends a hold.
        """
        for tries_left in (2, 1, 0):
            self.press()
            try:
                begun = expect(self.page.locator("#stage"))
                begun.not_to_have_attribute("data-phase", WAITS, timeout=6000)
            except AssertionError:
                if not tries_left:
                    raise
            else:
                return
            finally:
                self.page.mouse.up()

    def phase(self) -> str:
        return self.page.locator("#stage").get_attribute("data-phase") or ""

    def walk(self) -> None:
        """Hold whenever a hold is asked for, until the session is over."""
        over, hold = self.page.locator("#over"), self.page.locator("#hold")
        able = self.page.locator('#hold:not([aria-disabled="true"]):visible, #over:visible')
        while True:
            able.first.wait_for(timeout=20_000)
            if over.is_visible():
                return
            assert hold.is_visible()
            self.start()


@pytest.fixture
def way_of() -> Callable[[Page], Way]:
    return Way


@pytest.fixture
def axe() -> Callable[[Page], list[str]]:
    """The serious and critical findings of axe on a page."""

    def findings(page: Page) -> list[str]:
        found = Axe().run(page).response["violations"]
        return [f"{v['id']}: {json.dumps([n['target'] for n in v['nodes']])}"
                for v in found if v["impact"] in {"serious", "critical"}]  # fmt: skip

    return findings


@pytest.fixture(scope="session")
def shots() -> Path:
    SHOTS.mkdir(exist_ok=True)
    return SHOTS


@pytest.fixture
def notes(record_property: Callable[[str, object], None]) -> Callable[[str, str], None]:
    """Figures worth reading in the log: `pytest -s`."""

    def note(name: str, figure: str) -> None:
        record_property(name, figure)
        print(f"{name}: {figure}")  # noqa: T201

    return note


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """Thirty seconds of a shank swinging, as a phone logger writes it."""
    file = tmp_path / "walk.csv"
    lines = [
        "time_s,acc_x (m/s2),acc_y (m/s2),acc_z (m/s2),gyr_x (rad/s),gyr_y (rad/s),gyr_z (rad/s)"
    ]
    for i in range(3000):
        t = i / 100
        swing = math.sin(2 * math.pi * 0.9 * t)
        lines.append(f"{t:.2f},{2 * swing:.4f},0.1,{9.81 + swing:.4f},0.01,{3 * swing:.4f},0.02")
    file.write_text("\n".join(lines) + "\n")
    return file
