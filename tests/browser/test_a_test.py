"""A test taken at the page's own clock, and without any script at all."""

import re

from playwright.sync_api import expect


def test_the_clock_writes_the_time_into_the_field(serve, opened, way_of):
    page = opened(serve())
    walker = way_of(page)
    walker.screen()
    page.goto("/tests/single-leg-stance-left")
    start = page.get_by_role("button", name="Start try 1")
    start.click()
    expect(page.locator("#ready")).to_be_focused()  # safety first
    page.locator("#ready").check()
    start.click()
    digits = page.locator(".watch .digits").first
    expect(digits).to_have_text(re.compile(r"[1-9]\.\d"))  # three ticks, and a second
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.locator("#trial-1")).to_be_focused()
    assert float(page.locator("#trial-1").input_value()) >= 1.0
    expect(start).to_be_visible()
    page.locator("#trial-2").fill("0.5")
    page.locator("#trial-3").fill("0.7")
    page.get_by_role("button", name="Keep this result").click()
    expect(page.get_by_role("heading", name="Too little to tell")).to_be_visible()


def test_a_countdown_leaves_the_counting_to_the_walker(serve, opened, way_of):
    page = opened(serve())
    way_of(page).screen()
    page.goto("/tests/chair-stand-30s")
    page.locator("#ready").check()
    page.get_by_role("button", name="Start").click()
    expect(page.locator(".watch .digits")).to_have_text(re.compile(r"2\d"))
    expect(page.locator(".watch [role=status]")).to_have_text("Go")
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.locator("#trial-1")).to_have_value("")


def test_a_countdown_ends_by_itself_and_says_so(serve, opened, way_of):
    page = opened(serve())
    way_of(page).screen()
    page.clock.install()
    page.goto("/tests/chair-stand-30s")
    page.locator("#ready").check()
    page.get_by_role("button", name="Start").click()
    page.clock.run_for(3_000 + 21_000)
    expect(page.locator(".watch [role=status]")).to_have_text("Ten seconds")
    page.clock.run_for(10_000)
    expect(page.locator(".watch [role=status]")).to_contain_text("Time.")
    expect(page.locator("#trial-1")).to_be_focused()
    expect(page.locator("#trial-1")).to_have_value("")  # counting is the walker's


def test_a_clock_never_runs_past_the_tests_longest_time(serve, opened, way_of):
    page = opened(serve())
    way_of(page).screen()
    page.clock.install()
    page.goto("/tests/single-leg-stance-right")
    page.locator("#ready").check()
    page.get_by_role("button", name="Start try 1").click()
    page.clock.run_for(3_000 + 61_000)
    expect(page.locator("#trial-1")).to_have_value("60.0")


def test_without_scripts_a_test_is_a_form(serve, opened, way_of):
    served = serve()
    way_of(opened(served)).screen()
    page = opened(served, java_script_enabled=False)
    page.goto("/tests/timed-up-and-go")
    expect(page.locator(".watch").first).to_be_hidden()
    page.locator("#ready").check()
    page.locator("#trial-1").fill("12")
    page.locator("#trial-2").fill("13")
    page.get_by_role("button", name="Keep this result").click()
    expect(page.get_by_text("12.5 s").first).to_be_visible()


def test_stopping_is_one_press_and_counts_for_nothing(serve, opened, way_of):
    page = opened(serve())
    way_of(page).screen()
    page.goto("/tests/timed-up-and-go")
    page.get_by_label("I was afraid").check()
    page.get_by_role("button", name="Stop the test").click()
    expect(page.get_by_text("Stopped: I was afraid")).to_be_visible()
