"""Installed on a phone: installable by Chromium's own judgement; old numbers are never kept."""

import re

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import until


@pytest.fixture
def settled(ready, opened):
    """A page whose workers are in charge."""
    served = ready(speed_up=4)
    page = opened(served)
    page.goto("/")
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    page.reload()
    until(page, "navigator.serviceWorker.controller !== null")
    return page, served


def test_chromium_finds_nothing_in_the_way_of_installing(settled):
    page, _ = settled
    devtools = page.context.new_cdp_session(page)
    assert page.evaluate("isSecureContext")
    manifest = devtools.send("Page.getAppManifest")
    assert manifest["errors"] == []
    found = devtools.send("Page.getInstallabilityErrors")["installabilityErrors"]
    assert [one["errorId"] for one in found if one["errorId"] != "in-incognito"] == []


def test_without_retrowalk_the_offline_page_says_pull_the_safety_key(settled, axe, shots):
    page, served = settled
    served.kill()
    page.goto("/history")
    expect(page.get_by_role("heading", name="retrowalk cannot be reached")).to_be_visible()
    expect(page.get_by_text("pull the safety key")).to_be_visible()
    for width, height in ((390, 844), (1280, 800)):
        page.set_viewport_size({"width": width, "height": height})
        page.screenshot(path=shots / f"offline-{width}.png")
        assert not axe(page)


def test_only_the_shell_is_kept(settled, way_of):
    page, _ = settled
    way_of(page).go()
    kept = page.evaluate(
        """async () => {
            const names = await caches.keys();
            const all = await Promise.all(names.map(async (n) => (await caches.open(n)).keys()));
            return all.flat().map((request) => new URL(request.url).pathname);
        }"""
    )
    assert "/offline" in kept
    assert all(path == "/offline" or path.startswith("/static/") for path in kept)


def test_no_worker_stands_between_a_live_session_and_its_stop(settled, way_of):
    page, _ = settled
    walker = way_of(page)
    walker.go()
    page.reload()
    script = page.evaluate("navigator.serviceWorker.controller?.scriptURL ?? ''")
    assert script == "" or script.endswith("/worker-session.js")
    walker.tick()
    walker.start()
    expect(page.locator("#stage")).to_have_attribute("data-phase", "walking")
    with page.expect_response("**/stop") as told:
        page.locator("#stop").click()
    assert not told.value.from_service_worker
    expect(page.locator("#headline")).to_have_text(re.compile("Stop"))
