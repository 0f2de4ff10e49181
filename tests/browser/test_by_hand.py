"""A treadmill set by hand: its speed is cued, asked for with − and +, and counted."""

import re

import pytest
from playwright.sync_api import expect


def on_the_way(page, walker):
    """Walking, on a treadmill set by hand; answers with the session's address."""
    address = walker.go()
    walker.tick()
    walker.start()
    expect(page.locator("#stage")).to_have_attribute("data-phase", "walking")
    return address


def test_the_console_is_set_and_said_with_large_buttons(ready, opened, way_of):
    page = opened(ready(place="by hand"))
    on_the_way(page, way_of(page))
    said, age = page.locator("#console-said"), page.locator("#belt-age")
    expect(page.locator("#detail")).to_contain_text("Set the console to 2.5 km/h")
    expect(said).to_have_text("2.5 km/h")
    expect(age).to_have_text("as planned")
    for _ in range(3):  # faster than any network answers
        page.locator("#more").click()
    expect(said).to_have_text("2.8 km/h")
    expect(page.locator("#belt")).to_have_text("2.8 km/h")
    expect(age).to_have_text("as you said")
    page.locator("#less").click()  # undone by stepping back
    expect(page.locator("#belt")).to_have_text("2.7 km/h")
    for name in ("#less", "#more", "#stop"):
        box = page.locator(name).bounding_box()
        assert min(box["width"], box["height"]) >= 64


def test_a_console_set_too_fast_is_said_plainly_until_it_is_set_down(ready, opened, way_of):
    page = opened(ready(place="by hand"))
    on_the_way(page, way_of(page))
    for _ in range(25):
        page.locator("#more").click()
    banner = page.locator("#banner")
    expect(banner).to_have_text("That is faster than planned: set the console down to 2.5 km/h.")
    for _ in range(25):
        page.locator("#less").click()
    expect(banner).to_be_hidden()


def test_stop_comes_first_while_a_speed_hangs(ready, opened, way_of):
    page = opened(ready(place="by hand"))
    on_the_way(page, way_of(page))
    page.route(re.compile("/speed$"), lambda _: None)  # never answered
    page.locator("#more").click()
    page.locator("#stop").click()
    expect(page.locator("#headline")).to_have_text(re.compile("Stopp"))
    expect(page.locator("#console")).to_be_hidden()


def test_speed_is_a_plain_form_that_needs_no_javascript(ready, opened, way_of):
    served = ready(place="by hand", units="mph")
    page = opened(served)
    address = on_the_way(page, way_of(page))
    plain = opened(served, java_script_enabled=False)  # a buddy's phone
    plain.goto(address)
    expect(plain.locator("#console-said")).to_have_text("1.6 mph")
    plain.get_by_role("button", name="The console shows more").click()
    expect(plain).to_have_url(address)
    expect(plain.locator("#console-said")).to_have_text("1.7 mph")
    expect(plain.get_by_role("button", name="STOP")).to_be_visible()
    expect(page.locator("#belt")).to_have_text("1.7 mph")  # the walker's page follows
    expect(page.locator("#console-said")).to_have_text("1.7 mph")


@pytest.mark.parametrize("size", [(390, 844), (1280, 800)], ids=["phone", "screen"])
def test_by_hand_everything_fits_above_stop(ready, opened, way_of, shots, size):
    page = opened(ready(place="by hand"), size)
    on_the_way(page, way_of(page))
    page.screenshot(path=shots / f"by-hand-{size[0]}.png")
    stop = page.locator("#stop-form").bounding_box()
    assert stop["y"] + stop["height"] <= size[1] + 1
    for name in ("#left", "#console", "#three"):
        box = page.locator(name).bounding_box()
        assert box["y"] + box["height"] <= stop["y"] + 1, name
    widths = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert widths[0] <= widths[1]
