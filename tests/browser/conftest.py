"""A real server in a real folder, and the system's Chromium to open it with."""

import json
import math
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from tests.app.ways import form
from tests.browser.serving import ROOT, Served, free_port

from retrowalk.app import planning, profile, screening
from retrowalk.app.house import open_house

SHOTS = ROOT / "shots"
PHONE, SCREEN = (390, 844), (1280, 800)
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

expect.set_options(timeout=90_000)  # a busy machine is no fault; what is timed says so itself


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
    for _ in range(1800):
        if page.evaluate(script, arg):
            return
        page.wait_for_timeout(50)
    pytest.fail(f"waited too long for {script}")


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
def ready(serve: Callable[..., Served], tmp_path: Path) -> Callable[..., Served]:
    """ready(speed_up=…, place=…): one in whose house all was answered and a session is planned."""

    def start(speed_up: float = 1.0, *, lan: bool = False, **about: str) -> Served:
        house = open_house(tmp_path / "house0", speed_up=speed_up)
        screening.submit_screening(house, form(screening.standing_questions()))
        profile.submit_profile(house, PROFILE | about)
        planning.choose_protocol(house, "ten-by-three")
        planning.submit_readiness(house, form(screening.today_questions()) | TODAY)
        house.close()
        return serve(speed_up, lan=lan)

    return start


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
        context.set_default_timeout(90_000)  # a busy machine is no fault
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

    def whole(self) -> str:
        """From the first question to the live page; answers with its address."""
        self.screen()
        self.profile()
        self.choose()
        self.today()
        return self.go()

    def go(self) -> str:
        """To the live page of a planned session; answers with its address."""
        self.page.goto("/")
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
            able.first.wait_for()
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
