"""A strap in a real browser: the heart climbs above its ceiling, the belt slows, then stops."""

from itertools import pairwise

from playwright.sync_api import Page, expect
from tests.browser.conftest import PHONE, REVIEW, SCREEN

CEILING = 80  # the virtual heart rests at 70 and climbs above 90 at half of a walk's speed
LASTS_MS = 150_000  # half a minute of a slower belt, on a machine that may be busy


def belt_kmh(page: Page) -> float:
    return float(page.locator("#belt").inner_text().split()[0])


def test_a_heart_above_its_ceiling_slows_the_belt_and_stops_it_with_the_reason(
    serve, opened, way_of, axe
):
    page = opened(serve(strap="virtual"))
    walker = way_of(page)
    walker.screen()
    walker.profile()
    page.goto("/heart")
    assert not axe(page)
    page.locator("#ceiling").fill("500")
    page.get_by_label("Yes").check()
    walker.send()
    expect(page.locator("#ceiling-problem")).to_contain_text("50 to 220")
    page.locator("#ceiling").fill(str(CEILING))
    page.get_by_label("My own").check()
    walker.send()
    page.wait_for_url("**/")
    walker.choose()
    walker.today()
    expect(page.locator(".facts")).to_contain_text(f"at most {CEILING}")
    page.get_by_role("button", name="Go to the treadmill").click()
    expect(page.locator("#heart")).to_have_text(f"Heart 70 · ceiling {CEILING}")
    walker.tick()
    walker.start()
    stage, alarm = expect(page.locator("#stage")), page.locator("#banner")
    stage.to_have_attribute("data-phase", "walking")
    expect(page.locator("#heart")).to_contain_text("slower", timeout=LASTS_MS)
    expect(alarm).to_contain_text("Your heart beats faster than its ceiling. The belt goes slower")
    for size in (PHONE, SCREEN):  # a banner and a line more: still all of it above Stop
        page.set_viewport_size({"width": size[0], "height": size[1]})
        boxes = [page.locator(name).bounding_box() for name in ("#heart", "#three", "#stop-form")]
        assert all(box is not None for box in boxes), size
        for above, below in pairwise(boxes):
            assert above["y"] + above["height"] <= below["y"] + 1, (size, boxes)
        assert not axe(page)
    stage.to_have_attribute("data-phase", "slowing", timeout=LASTS_MS)
    expect(page.locator("#detail")).to_contain_text("your heart beat faster than its ceiling")
    stage.to_have_attribute("data-phase", "waiting", timeout=LASTS_MS)
    expect(page.locator("#detail")).to_contain_text("Stopped because your heart beat faster")
    assert belt_kmh(page) == 0
    page.locator("#finish button").click()
    page.locator("#over a").click()
    page.wait_for_url("**/review")
    walker.answer(REVIEW)
    walker.send()
    expect(page.locator(".facts").first).to_contain_text(f"above your ceiling of {CEILING}")
    expect(page.locator("td", has_text="Your heart beat faster than its ceiling")).to_be_visible()
