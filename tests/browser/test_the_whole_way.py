"""From the first question to the history page, as a new walker goes it on a phone."""

import time

import pytest
from playwright.sync_api import expect


def test_a_new_walker_gets_from_screening_to_history(serve, opened, way_of, notes):
    page = opened(serve(speed_up=120))
    began = time.monotonic()
    page.goto("/")
    page.get_by_role("link", name="Begin").click()
    walker = way_of(page)
    walker.whole()
    walker.tick()
    walker.walk()
    page.get_by_role("link", name="How did it go?").click()
    walker.answer({"pain_before": "1", "pain_during": "2", "pain_after": "1", "effort": "3"})
    walker.send()
    expect(page.get_by_role("heading", name="Your session")).to_be_visible()
    expect(page.get_by_text("Next session:")).to_be_visible()
    page.get_by_role("link", name="See all sessions").click()
    expect(page.get_by_role("heading", name="What you have walked")).to_be_visible()
    notes("full way", f"{time.monotonic() - began:.1f} s")


@pytest.mark.parametrize("answer", ["heart", "falls"])
def test_one_yes_leads_to_a_clinician_and_their_yes_back_to_the_way(serve, opened, way_of, answer):
    page = opened(serve())
    page.goto("/screening")
    way_of(page).answer({"pressure": "normal", answer: "yes"})
    way_of(page).send()
    expect(page.get_by_role("heading", name="Ask a clinician first")).to_be_visible()
    page.goto("/")
    expect(page.get_by_role("link", name="See why, and what to do")).to_be_visible()
    page.goto("/verdict")
    page.locator('input[name="topics"]').check()
    page.get_by_label("Who cleared it").fill("Dr <b>Ortiz</b>")
    page.get_by_role("button", name="Keep this").click()
    expect(page.get_by_role("heading", name="You may walk")).to_be_visible()
    expect(page.get_by_text("Cleared by Dr <b>Ortiz</b>")).to_be_visible()


def test_a_form_sent_empty_puts_one_in_front_of_what_is_missing(serve, opened, way_of):
    page = opened(serve())
    page.goto("/profile")
    page.locator('input[name="age"]').fill("<script>alert(1)</script>")
    way_of(page).send()
    problems = page.locator("#problems")
    expect(problems).to_be_focused()
    assert problems.locator("a").count() == 8
    expect(page.locator('input[name="age"]')).to_have_value("<script>alert(1)</script>")
    problems.locator("a").first.click()
    assert page.url.endswith("#goal")


def test_the_forms_work_without_javascript(serve, opened, way_of):
    page = opened(serve(), java_script_enabled=False)
    walker = way_of(page)
    page.goto("/screening")
    walker.send()
    expect(page.get_by_role("alert")).to_contain_text("answers need another look")
    page.locator('input[value="no"]').first.check()
    expect(page.locator('input[value="no"]').first).to_be_checked()


def test_everything_is_deleted_only_once_the_word_is_typed(serve, opened, way_of):
    page = opened(serve())
    way_of(page).screen()
    page.goto("/history")
    page.get_by_role("button", name="Delete everything").click()
    expect(page.get_by_text("Nothing was deleted")).to_be_visible()
    page.get_by_label("Type the word delete").fill("delete")
    page.get_by_role("button", name="Delete everything").click()
    expect(page.get_by_role("link", name="Begin")).to_be_visible()
