"""Four weeks of a new walker on a phone: every page stands, leads on, and is open to all."""

import json

import pytest
from playwright.sync_api import expect
from tests.browser.journey import FIRST, Calendar, Journey, served_with

LOOKED_AT = {"week", "week-open", "week-paused", "morning", "paused", "weeks-over", "end",
             "benefits", "take"}  # fmt: skip # the others are looked at in test_every_page.py


@pytest.fixture
def journey(tmp_path, opened, axe):
    """The walker at the first page, and what axe found on the way."""
    calendar = Calendar(tmp_path / "day")
    served = served_with(calendar, tmp_path / "house", speed_up=120)
    served.start()
    page, found = opened(served, accept_downloads=True), []

    def look(name: str) -> None:
        if name in LOOKED_AT:
            found.extend(f"{name}: {one}" for one in axe(page))
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        found.extend([f"{name}: {wide} px too wide"] if wide > 0 else [])

    yield Journey(page, calendar, look)
    served.kill()
    assert not found


def test_a_new_walker_comes_through_four_weeks(journey) -> None:
    page = journey.page
    journey.begin()
    journey.test(FIRST, "first")
    journey.session(0)
    expect(page.get_by_text("Next session:")).to_be_visible()
    journey.calendar.go_to(1)
    journey.morning()
    journey.week()
    journey.session(2)
    journey.session(25)
    journey.end()
    pdf = journey.take(lambda: page.get_by_role("button", name="Make the page").click())
    assert pdf.startswith(b"%PDF")
    page.goto("/history")
    everything = page.request.get("/export.json").body()
    assert len(json.loads(everything)["sessions"]) == 3
    journey.choose()
    assert set(journey.seen) >= LOOKED_AT
