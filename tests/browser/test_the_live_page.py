"""Holding, stopping, watching from a second tab; and a page that stops hearing."""

import re

import pytest
from playwright.sync_api import expect

WAITS = re.compile("waiting|holding")
MOVES = re.compile("countdown|starting|walking")
STOPPED = re.compile("stopping|waiting")


def test_a_hold_released_early_starts_nothing(ready, opened, way_of):
    page = opened(ready(speed_up=30))
    walker = way_of(page)
    walker.go()
    walker.tick()
    walker.press(1.2)
    page.wait_for_timeout(2500)
    assert walker.phase() == "waiting"
    expect(page.locator("#belt")).to_have_text("0.0 km/h")


def test_start_waits_until_the_list_is_ticked(ready, opened, way_of):
    page = opened(ready())
    walker = way_of(page)
    walker.go()
    hold = page.locator("#hold")
    expect(hold).to_have_attribute("aria-disabled", "true")
    expect(page.locator("#hold-note")).to_contain_text("Tick all 5 first")
    walker.tick()
    expect(hold).to_have_attribute("aria-disabled", "false")


def test_space_held_starts_and_escape_stops(ready, opened, way_of):
    page = opened(ready(speed_up=4))
    walker = way_of(page)
    walker.go()
    walker.tick()
    page.locator("#hold").focus()
    page.keyboard.down(" ")
    expect(page.locator("#stage")).to_have_attribute("data-phase", MOVES)
    page.keyboard.up(" ")
    expect(page.locator("#stage")).to_have_attribute("data-phase", "walking")
    page.keyboard.press("Escape")
    expect(page.locator("#stage")).to_have_attribute("data-phase", STOPPED)
    expect(page.locator("#headline")).to_have_text("Stopped")


def test_stop_is_one_press_and_the_walk_goes_on_only_with_a_new_hold(ready, opened, way_of):
    page = opened(ready(speed_up=10))
    walker = way_of(page)
    walker.go()
    walker.tick()
    walker.start()
    expect(page.locator("#stage")).to_have_attribute("data-phase", "walking")
    box = page.locator("#stop").bounding_box()
    page.mouse.move(box["x"] + 40, box["y"] + 40)
    page.mouse.down()  # the press itself, not its release, stops
    expect(page.locator("#headline")).to_have_text("Stopped")
    page.mouse.up()
    page.wait_for_timeout(1500)
    assert walker.phase() == "waiting"
    walker.start()
    expect(page.locator("#stage")).to_have_attribute("data-phase", MOVES)


def test_stop_is_a_plain_form_that_needs_no_javascript(ready, opened, way_of):
    served = ready(speed_up=4)
    page = opened(served)
    walker = way_of(page)
    address = walker.go()
    walker.tick()
    walker.start()
    expect(page.locator("#stage")).to_have_attribute("data-phase", "walking")
    plain = opened(served, java_script_enabled=False)
    plain.goto(address)
    assert plain.locator('meta[http-equiv="refresh"]').count() == 1
    plain.get_by_role("button", name="STOP").click()
    expect(plain).to_have_url(address)
    expect(page.locator("#headline")).to_have_text("Stopped")


def test_a_second_tab_may_watch_and_stop_but_not_start(ready, opened, way_of):
    served = ready(speed_up=4)
    first = opened(served)
    walker = way_of(first)
    address = walker.go()
    walker.tick()
    second = opened(served)
    second.goto(address)
    watcher = way_of(second)
    walker.start()
    expect(second.locator("#stage")).to_have_attribute("data-phase", "walking")
    second.locator("#stop").click()
    expect(first.locator("#headline")).to_have_text("Stopped")
    expect(second.locator("#hold-note")).to_contain_text("you may watch and stop")
    expect(second.locator("#hold")).to_have_attribute("aria-disabled", "true")
    refused = second.evaluate(
        """async (where) => {
            const body = new URLSearchParams({ page: "another" });
            const answer = await fetch(where + "/hold",
                { method: "POST", body, headers: { Accept: "application/json" } });
            return [answer.status, (await answer.json()).sentence];
        }""",
        address,
    )
    assert refused[0] == 409
    assert "held by another open page" in refused[1]
    assert watcher.phase() == "waiting"


def test_a_page_that_hears_nothing_says_so(ready, opened, way_of):
    served = ready()
    page = opened(served)
    way_of(page).go()
    expect(page.locator("#link")).to_have_text("Heard now")
    served.kill()
    expect(page.locator("#banner")).to_contain_text("cannot hear retrowalk")
    expect(page.locator("#stage")).to_have_class(re.compile("stale"))


def test_after_a_crash_the_session_is_shown_interrupted_and_no_belt_starts(ready, opened, way_of):
    served = ready(speed_up=4)
    page = opened(served)
    walker = way_of(page)
    address = walker.go()
    walker.tick()
    walker.start()
    expect(page.locator("#stage")).to_have_attribute("data-phase", "walking")
    page.wait_for_timeout(1500)
    served.kill()
    served.start()
    # the open page finds out by itself
    expect(page.get_by_text("no belt was started again")).to_be_visible()
    page.goto("/")
    expect(page.get_by_role("heading", name="Your session was interrupted")).to_be_visible()
    page.goto(address)
    expect(page.get_by_text("no belt was started again")).to_be_visible()
    assert page.locator("#hold").count() == 0


def test_every_cue_is_told_once_and_in_words(ready, opened, way_of):
    page = opened(ready(speed_up=30))
    page.add_init_script(
        """window.told = [];
        addEventListener("DOMContentLoaded", () => {
            for (const id of ["said", "said-now"]) {
                const at = document.getElementById(id);
                if (at) new MutationObserver(() => told.push(at.textContent))
                    .observe(at, { childList: true });
            }
        });"""
    )
    walker = way_of(page)
    walker.go()
    walker.tick()
    walker.start()
    expect(page.locator("#headline")).to_contain_text("Turn round")
    page.wait_for_timeout(700)
    told = page.evaluate("told")
    assert sum("Turn round" in text for text in told) == 1
    assert sum("The belt is starting" in text for text in told) == 1
    counts = [text for text in told if text in {"3", "2", "1"}]
    assert counts  # two count-downs; a hurried clock may jump over some numbers, never repeat one
    assert all(counts.count(number) <= 2 for number in counts)


def test_countdowns_can_be_silenced_and_stay_so(ready, opened, way_of):
    page = opened(ready())
    way_of(page).go()
    page.get_by_label("Countdowns").uncheck()
    page.reload()
    expect(page.get_by_label("Countdowns")).not_to_be_checked()
    assert page.evaluate("localStorage.getItem('retrowalk.counts')") == "off"


def test_stop_fills_the_foot_and_the_digits_a_fifth_of_the_screen(ready, opened, way_of):
    page = opened(ready(speed_up=4))
    walker = way_of(page)
    walker.go()
    stop = page.locator("#stop").bounding_box()
    assert stop["width"] > 0.9 * 390
    assert stop["height"] >= 96
    assert stop["y"] + stop["height"] <= 844
    walker.tick()
    walker.start()
    expect(page.locator("#stage")).to_have_attribute("data-phase", "walking")
    size = page.locator("#left").evaluate("at => parseFloat(getComputedStyle(at).fontSize)")
    assert size >= 0.2 * 844
    assert page.locator("#stop").bounding_box() == stop
    widths = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert widths[0] <= widths[1]


@pytest.mark.parametrize("press", ["tap", "key"])
def test_a_second_screen_sends_stop_once(ready, opened, way_of, press):
    """A press is also a click and a submit.  Stop is heard at once here, so never asked again."""
    page = opened(ready(speed_up=1), has_touch=True)
    page.add_init_script(
        """window.sent = 0;
        const reaching = window.fetch;
        window.fetch = async (where, how) => {
            if (!String(where).endsWith("/stop")) return reaching(where, how);
            window.sent += 1;
            return new Response(null, { status: 204 });
        };"""
    )
    way_of(page).go()
    page.goto(page.url + "/follow")
    plainly = []
    page.on("request", lambda asked: plainly.append(asked) if "/stop" in asked.url else None)
    stop = page.locator("#stop")
    stop.tap() if press == "tap" else stop.press("Enter")
    page.wait_for_timeout(1500)
    assert page.evaluate("window.sent") == 1
    assert not plainly
