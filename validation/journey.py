"""Four weeks of a new walker on a phone, every page pictured and asked by axe.

    python -m validation --only journey [sessions walked to their end: minutes]

The server is the real one on the simulated treadmill; its day is moved by the test's own start of
it (tests/browser/journey.py).  Pictures go to shots/journey-…png, to be looked at by a person.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, sync_playwright
from tests.browser.conftest import FLAGS, SHOTS, found_chromium
from tests.browser.journey import FIRST, Calendar, Journey, served_with

from validation.promise import Promise, at_least, at_most

COMMAND = "python -m validation --only journey"
PHONE, SCREEN = (390, 844), (1280, 800)
GRAVE = {"serious", "critical"}
WALKED = (0, 2, 4, 7, 9, 11, 14, 18, 22, 25)  # days; the third week is lazy
LEAST_PAGES = 30


class Viewer:
    """Takes each page's picture in both sizes; counts what axe and the width have against it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.looked, self.found = 0, list[str]()
        SHOTS.mkdir(exist_ok=True)

    def __call__(self, name: str) -> None:
        self.looked += 1
        for width, height in (SCREEN, PHONE):
            self.page.set_viewport_size({"width": width, "height": height})
            path = SHOTS / f"journey-{self.looked:02}-{name}-{width}.png"
            self.page.screenshot(path=path, full_page=not name.startswith("treadmill"))
            wide = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
            self.found += [f"{name} at {width}: {wide} px too wide"] if wide > 0 else []
        seen = Axe().run(self.page).response["violations"]
        self.found += [f"{name}: {one['id']}" for one in seen if one["impact"] in GRAVE]


def promises() -> Iterator[Promise]:
    with TemporaryDirectory() as folder:
        looked, found = walked(Path(folder))
    for one in found:
        print(one, file=sys.stderr)
    yield at_least("plan.journey_pages", looked, LEAST_PAGES, "pages of four weeks", COMMAND)
    yield at_most("plan.journey", len(found), 0, "findings by axe or too wide", COMMAND)


def walked(folder: Path, *, speed_up: float = 120) -> tuple[int, list[str]]:
    """How many pages were looked at, and what was found on them."""
    calendar = Calendar(folder / "day")
    served = served_with(calendar, folder / "house", speed_up=speed_up)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found_chromium(), args=FLAGS)
        try:
            served.start()
            page = chromium.new_page(base_url=served.url, reduced_motion="reduce")
            page.set_default_timeout(60_000)
            page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
            view = Viewer(page)
            _four_weeks(Journey(page, calendar, view))
        finally:
            served.kill()
            chromium.close()
    return view.looked, view.found


def _four_weeks(journey: Journey) -> None:
    journey.begin()
    journey.test(FIRST, "first")
    for day in WALKED:
        journey.session(day)
        if day == 0:
            journey.calendar.go_to(1)
            journey.morning()
            journey.week()
    journey.end()
    journey.choose()


if __name__ == "__main__":
    for promise in promises():
        print(promise.line(), flush=True)
