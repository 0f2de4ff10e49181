"""The picture of a session: a PNG drawn by the browser, shared where a phone can, else saved."""

import struct
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect
from tests.app.walked import SORE, a_house, log, put_sessions
from tests.browser.conftest import until

NOW = datetime.now(UTC)
SHARES = """
navigator.canShare = asked => asked.files[0].type === 'image/png';
navigator.share = async asked => {
  window.shared = [asked.files[0].name, Object.keys(asked).join(), asked.files[0].size];
  if (window.unwilling) throw new DOMException('no', window.unwilling);
};
"""


@pytest.fixture
def walked(tmp_path, serve):
    """A server in a house where one session was walked in life's own time."""
    house = a_house(tmp_path / "house0", at=NOW)
    (one,) = put_sessions(house, [NOW - timedelta(hours=1)], events=log(), review=SORE)
    house.close()
    return serve(), f"/session/{one}"


def size(content: bytes) -> tuple[int, int]:
    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    return struct.unpack(">II", content[16:24])


def test_where_nothing_can_share_it_is_saved_as_a_png(walked, opened, axe, shots) -> None:
    served, path = walked
    page = opened(served)
    page.goto(path)
    for name, at in (("Share the picture", "share"), ("With the day on it", "share-day")):
        with page.expect_download() as coming:
            page.get_by_role("link", name=name).click()
        assert coming.value.suggested_filename == "retrowalk-walk.png"
        coming.value.save_as(shots / f"{at}.png")
        content = (shots / f"{at}.png").read_bytes()
        assert size(content) == (1080, 1080)
        assert len(content) > 20_000, "an empty square is smaller"
        for private in (b"tEXt", b"iTXt", b"eXIf", b"tIME"):
            assert private not in content
    expect(page.get_by_role("status").filter(has_text="saved")).to_be_visible()
    assert axe(page) == []
    page.screenshot(path=shots / "summary-share-390.png", full_page=True)


def test_a_phone_is_given_the_file_and_nothing_else(walked, opened) -> None:
    served, path = walked
    page = opened(served)
    page.add_init_script(SHARES)
    page.goto(path)
    page.get_by_role("link", name="Share the picture").click()
    until(page, "window.shared")
    name, given, size = page.evaluate("window.shared")
    assert (name, given) == ("retrowalk-walk.png", "files")
    assert size > 20_000
    page.evaluate("window.shared = null; window.unwilling = 'AbortError'")
    page.get_by_role("link", name="Share the picture").click()
    until(page, "window.shared")
    assert page.locator("#share-said").inner_text() == ""
    page.evaluate("window.unwilling = 'DataError'")
    with page.expect_download():
        page.get_by_role("link", name="Share the picture").click()


def test_without_scripts_the_drawing_itself_is_had(walked, opened) -> None:
    served, path = walked
    page = opened(served, java_script_enabled=False)
    page.goto(path)
    with page.expect_download() as coming:
        page.get_by_role("link", name="Share the picture").click()
    assert coming.value.suggested_filename == "retrowalk-walk.svg"
