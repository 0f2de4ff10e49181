"""A phone's page feels a walk, through a whole short session."""

import numpy as np
from playwright.sync_api import expect

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


def test_a_phone_on_the_back_is_calibrated_felt_kept_and_deleted(serve, opened, way_of):
    page = opened(serve(speed_up=1))
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
    expect(page.locator("#motion-said")).to_contain_text("show how it sits", timeout=20_000)
    page.locator("#motion").screenshot(path="shots/phone-sensor.png")
    page.locator("#motion-calibrate").click()
    expect(page.locator("#motion-said")).to_contain_text("knows how it sits", timeout=20_000)
    expect(page.locator("#phone")).to_contain_text("steps a minute", timeout=20_000)
    expect(page.locator("#phone")).to_contain_text("Backward", timeout=20_000)
    page.screenshot(path="shots/phone-felt.png", full_page=True)
    page.locator("#finish button").click()
    page.locator("#over a").click()
    page.wait_for_url("**/review")
    address = page.url.removesuffix("/review")
    answer = page.request.get(f"{address}/recording/1")
    assert answer.body()[:4] == b"PAR1"
