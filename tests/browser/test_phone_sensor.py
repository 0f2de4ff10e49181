"""A phone's page feels a walk, through a whole short session."""

import numpy as np
import pytest
from playwright.sync_api import expect
from tests.browser.conftest import PHONE, SCREEN
from tests.waiting import until

from retrowalk.gait.simulate import Spell, simulate
from retrowalk.units import DEGREE
from retrowalk.words import Direction, Placement

FEED = """(rows) => {
    let at = 0;
    window.fed = setInterval(() => {
        if (at >= rows.length) return clearInterval(window.fed);
        const [a, r] = rows[at++];
        dispatchEvent(new DeviceMotionEvent("devicemotion", {
            accelerationIncludingGravity: { x: a[0], y: a[1], z: a[2] },
            rotationRate: { alpha: r[0], beta: r[1], gamma: r[2] },
            interval: 20,
        }));
    }, 20);
}"""
AS_THE_SCREEN = np.array([[0.0, -1.0, 0.0], [0.0, 0.0, 1.0], [-1.0, 0.0, 0.0]])  # of the body's


def test_a_phone_on_the_back_is_calibrated_felt_kept_and_deleted(ready, opened, way_of):
    page = opened(ready(speed_up=1))
    walker = way_of(page)
    walker.go()
    walker.tick()
    made = simulate([Spell(Direction.BACKWARD, 60, 0.5, 1.2)], [Placement.LOWER_BACK],
                    np.random.default_rng(4), rate_hz=50)  # fmt: skip
    sensor = made.recording.sensors[0]
    stand = 400  # eight seconds of standing come first
    acc = np.concatenate([np.repeat(sensor.acc_mps2[:50], stand // 50, 0), sensor.acc_mps2])
    gyr = np.concatenate([np.zeros((stand, 3)), sensor.gyr_radps])
    columns = (acc @ AS_THE_SCREEN.T).tolist(), (gyr @ AS_THE_SCREEN.T / DEGREE).tolist()
    rows = [list(row) for row in zip(*columns, strict=True)]
    page.locator("#motion summary").click()
    page.locator("#motion-begin").click()
    expect(page.locator("#motion-said")).to_contain_text("Choose first")
    page.get_by_label("In a belt").check()
    page.evaluate(FEED, rows)
    page.locator("#motion-begin").click()
    expect(page.locator("#motion-said")).to_contain_text("show how it sits")
    page.locator("#motion").screenshot(path="shots/phone-sensor.png")
    page.locator("#motion-calibrate").click()
    expect(page.locator("#motion-said")).to_contain_text("knows how it sits")
    expect(page.locator("#phone")).to_contain_text("steps a minute")
    expect(page.locator("#phone")).to_contain_text("Backward")
    page.screenshot(path="shots/phone-felt.png", full_page=True)
    page.locator("#finish button").click()
    page.locator("#over a").click()
    page.wait_for_url("**/review")
    address = page.url.removesuffix("/review")
    kept = f"{address}/recording/1"  # after the session has ended, by a thread
    until(lambda: page.request.get(kept).status != 404)
    assert page.request.get(kept).body()[:4] == b"PAR1"


@pytest.mark.parametrize("size", [PHONE, SCREEN], ids=["phone", "screen"])
def test_stop_covers_nothing_of_the_phone_while_it_is_walked(ready, opened, way_of, size):
    page = opened(ready(speed_up=1), size)
    walker = way_of(page)
    walker.go()
    walker.tick()
    made = simulate([Spell(Direction.FORWARD, 60, 0.5, 1.2)], [Placement.LOWER_BACK],
                    np.random.default_rng(4), rate_hz=50)  # fmt: skip
    sensor = made.recording.sensors[0]
    rows = [[a, r] for a, r in zip(sensor.acc_mps2.tolist(),
                                   (sensor.gyr_radps / DEGREE).tolist(), strict=True)]  # fmt: skip
    page.locator("#motion summary").click()
    page.get_by_label("In a belt").check()
    page.evaluate(FEED, rows)
    page.locator("#motion-begin").click()
    expect(page.locator("#motion-leave")).to_be_visible()
    walker.start()
    expect(page.locator("#stage")).to_have_attribute("data-phase", "walking")
    expect(page.locator("#phone")).to_contain_text("steps a minute")
    page.evaluate("scrollTo(0, 0)")
    page.screenshot(path=f"shots/phone-walked-{size[0]}.png")
    foot = page.locator("#stop-form").bounding_box()
    for seen in ("#motion-leave button", "#phone", "#three"):
        box = page.locator(seen).bounding_box()
        assert box["y"] + box["height"] <= foot["y"], seen
    left = page.locator("#left").bounding_box()
    assert left["x"] + left["width"] <= size[0]
    page.locator("#stop").click()
    page.locator("#finish button").click()
    page.locator("#over a").click()
    page.wait_for_url("**/review")
    walker.answer({"pain_before": "1", "pain_during": "2", "effort": "3"})
    walker.send()
    expect(page.get_by_role("heading", name="What the phone felt")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.screenshot(path=f"shots/phone-summary-{size[0]}.png", full_page=True)
