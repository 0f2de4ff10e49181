"""A clinician's group, and a week with an imported walk, on a phone and on a screen."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect
from tests.app.test_importing import export
from tests.app.walked import a_house
from tests.web.test_group import TABLE

from retrowalk.app import importing
from retrowalk.app.week import week

NOW = datetime.now(UTC)
SIZES = ((390, 844), (1280, 800))


@pytest.fixture
def served(tmp_path, serve):
    """A house with a walk brought on the first two days of last week that asked for one."""
    house = a_house(tmp_path / "house0", at=NOW, protocol="knee-six-weeks")
    asked = [day.on for day in week(house, ahead=-1).days
             if any(one.activity == "Ordinary walking" for one in day.entries)]  # fmt: skip
    for on in asked[:2]:
        at = datetime(on.year, on.month, on.day, 12, tzinfo=UTC)
        importing.bring_in(house, export(tmp_path / f"{on}.xml", at, minutes=35))
    house.close()
    return serve()


def look(page, axe, shots, name: str) -> None:
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        page.screenshot(path=shots / f"{name}-{width}.png", full_page=True)
    page.set_viewport_size({"width": 390, "height": 844})
    assert axe(page) == []


def test_a_group_is_judged_and_an_imported_walk_ticked_off_and_undone(  # one server for both
    served, opened, axe, shots, tmp_path
) -> None:
    page = opened(served)
    page.goto("/group")
    page.get_by_role("button", name="Judge the group").click()
    expect(page.get_by_role("heading", name="could not be judged")).to_be_visible()
    look(page, axe, shots, "group-first")
    (tmp_path / "group.csv").write_text(TABLE)
    page.get_by_label("The test").select_option("timed-up-and-go")
    page.locator("#files").set_input_files(tmp_path / "group.csv")
    page.get_by_role("button", name="Judge the group").click()
    expect(page.get_by_role("heading", name="8 people")).to_be_visible()
    look(page, axe, shots, "group")
    for name, file in (("Picture (SVG)", "retrowalk-group.svg"), ("Table", "retrowalk-group.csv")):
        with page.expect_download() as coming:
            page.get_by_role("link", name=name).click()
        assert coming.value.suggested_filename == file

    page.goto("/week?ahead=-1")
    offer = page.get_by_role("button", name="Yes, tick it off")
    expect(offer).to_have_count(2)
    look(page, axe, shots, "week-offer")
    offer.first.click()
    expect(page.get_by_text("done (35 minutes of walking, from Watch)")).to_be_visible()
    expect(offer).to_have_count(1)
    page.get_by_role("button", name="Undo").click()
    expect(offer).to_have_count(2)
