"""The phone's network blinks in mid-walk: old numbers look old, Stop gets through."""

import re
import time

import pytest
from playwright.sync_api import expect
from tests.browser.wire import Wire

STALE = re.compile("stale")
UNHEARD = re.compile("Stop has not been heard yet")
STOPPED = re.compile("stopping|waiting")


@pytest.fixture
def walk(ready, opened, way_of):
    """walk(): a page in mid-walk, and the wire it hangs on."""
    wires = []

    def begin():
        served = ready(speed_up=2)
        wires.append(Wire(served.port))
        plain, served.url = served.url, wires[-1].url
        page = opened(served)
        served.url = plain
        walker = way_of(page)
        walker.go()
        walker.tick()
        walker.start()
        expect(page.locator("#stage")).to_have_attribute("data-phase", "walking")
        return page, wires[-1], served

    yield begin
    for wire in wires:
        wire.close()


def seconds_left(page) -> int:
    minutes, _, seconds = page.locator("#left").inner_text().split("\n")[0].partition(":")
    return 60 * int(minutes) + int(seconds)


@pytest.mark.parametrize("how", ["offline", "hanging"])
def test_a_walk_survives_six_seconds_without_a_network(walk, how):
    page, wire, _ = walk()
    before = seconds_left(page)

    def network(*, there: bool) -> None:
        if how == "offline":
            page.context.set_offline(not there)
        else:
            wire.dead = not there

    network(there=False)
    if how == "offline":  # the browser tells the page; what hangs it must notice itself
        wire.kill_old()
    expect(page.locator("#stage")).to_have_class(STALE)
    expect(page.locator("#link")).to_have_text(re.compile(r"Numbers are \d+ s old"))
    expect(page.locator("#belt-age")).to_have_text(re.compile(r"\d+ s old"))
    expect(page.locator("#banner")).to_contain_text("cannot hear retrowalk")
    page.wait_for_timeout(2500)
    network(there=True)
    expect(page.locator("#stage")).not_to_have_class(STALE)
    expect(page.locator("#banner")).to_be_hidden()
    expect(page.locator("#stage")).to_have_attribute("data-phase", "walking")
    assert seconds_left(page) < before - 8  # it went on without us, twice as fast as life
    page.locator("#stop").click()  # and is held by the same page: a new hold is taken
    expect(page.locator("#headline")).to_have_text("Stopped")
    expect(page.locator("#hold")).to_have_attribute("aria-disabled", "false")


def test_stop_keeps_asking_says_so_and_gets_through_when_the_network_is_back(walk, opened):
    page, wire, served = walk()
    watcher = opened(served)
    watcher.goto(page.url.replace(wire.url, served.url))
    expect(watcher.locator("#stage")).to_have_attribute("data-phase", "walking")
    wire.dead = True
    page.locator("#stop").click()
    expect(page.locator("#banner")).to_have_text(UNHEARD)
    expect(page.locator("#said-now")).to_have_text(re.compile("Pull the safety key"))
    page.wait_for_timeout(2500)
    assert watcher.locator("#stage").get_attribute("data-phase") == "walking"
    wire.dead = False
    expect(watcher.locator("#stage")).to_have_attribute("data-phase", STOPPED)
    expect(page.locator("#banner")).not_to_have_text(UNHEARD)


def test_the_second_screens_stop_keeps_asking_too(walk, opened):
    page, wire, served = walk()
    second = opened(served)
    second.goto(page.url.replace(served.url, wire.url) + "/follow")
    expect(second.locator("#stage")).to_have_attribute("data-phase", "walking")
    wire.dead = True
    second.locator("#stop").click()
    expect(second.locator("#banner")).to_have_text(UNHEARD)
    wire.dead = False
    expect(page.locator("#stage")).to_have_attribute("data-phase", STOPPED)
    expect(second.locator("#banner")).not_to_have_text(UNHEARD)


def test_stop_does_not_queue_behind_connections_that_died(walk, notes):
    page, wire, _ = walk()
    wire.kill_old()
    began = time.monotonic()
    with page.expect_response("**/stop") as told:
        page.locator("#stop").dispatch_event("pointerdown")
    assert told.value.status == 204
    notes("stop over dead connections", f"{time.monotonic() - began:.2f} s")
    expect(page.locator("#headline")).to_have_text("Stopped")


def test_with_the_server_dead_the_page_stays_and_goes_on_asking(walk):
    page, _, served = walk()
    address = page.url
    served.kill()
    page.locator("#stop").click()
    expect(page.locator("#banner")).to_have_text(UNHEARD)
    page.wait_for_timeout(3000)
    assert page.url == address
    expect(page.locator("#stop")).to_be_visible()
    expect(page.locator("#banner")).to_have_text(re.compile(r"\(([4-9]|\d\d) s\)"))


def test_a_page_loaded_anew_goes_on_asking_for_the_stop_it_owes(walk):
    page, wire, _ = walk()
    wire.dead = True
    page.locator("#stop").click()
    expect(page.locator("#banner")).to_have_text(UNHEARD)
    wire.dead = False
    wire.kill_old()
    page.evaluate(  # as if the tries before had all been lost
        "sessionStorage.setItem(`retrowalk.stop.${location.pathname}/stop`, String(Date.now()))"
    )
    with page.expect_response("**/stop") as told:
        page.reload()
    assert told.value.status in {204, 303}


def test_no_new_walk_begins_while_a_stop_is_owed(walk):
    page, wire, _ = walk()
    page.locator("#stop").click()
    expect(page.locator("#headline")).to_have_text("Stopped")
    wire.dead = True
    page.locator("#stop").click()
    expect(page.locator("#banner")).to_have_text(UNHEARD)
    hold = page.locator("#hold")
    hold.scroll_into_view_if_needed()
    hold.dispatch_event("pointerdown", {"button": 0, "pointerId": 1})
    assert "pressed" not in (hold.get_attribute("class") or "")


def test_old_numbers_are_looked_at(walk, axe, shots):
    page, wire, _ = walk()
    wire.dead = True
    expect(page.locator("#banner")).to_contain_text("cannot hear retrowalk")
    found = []
    for width, height in ((390, 844), (1280, 800)):
        page.set_viewport_size({"width": width, "height": height})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            page.screenshot(path=shots / f"session-old-{width}-{scheme}.png")
            found += axe(page)
    page.locator("#stop").click()
    expect(page.locator("#banner")).to_have_text(UNHEARD)
    page.screenshot(path=shots / "session-stop-unheard.png")
    assert not found
