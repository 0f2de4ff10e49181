"""Every page looked at: in two sizes, light and dark, by axe, and on the scales."""

from itertools import product

import pytest
from playwright.sync_api import Page, expect
from tests.evidence.trials import as_csv, made_up

HEAVIEST_BYTES = 300_000
SIZES = {"390": (390, 844), "1280": (1280, 800)}


class Viewer:
    """Takes each page's picture, asks axe, and remembers what was found."""

    def __init__(self, page: Page, axe, shots) -> None:
        self.page, self.axe, self.shots = page, axe, shots
        self.found: list[str] = []

    def look(self, name: str, *, heading: str = "", full_page: bool = True) -> None:
        if heading:  # a form was sent: wait for what it leads to
            expect(self.page.get_by_role("heading", name=heading)).to_be_visible()
        self.page.wait_for_load_state()
        for label, (width, height) in SIZES.items():
            self.page.set_viewport_size({"width": width, "height": height})
            overflow = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
            if overflow > 0:
                self.found.append(f"{name} at {label}: {overflow} px too wide")
            for scheme in ("light", "dark") if label == "390" else ("light",):
                self.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                dark = "-dark" if scheme == "dark" else ""
                self.page.screenshot(
                    path=self.shots / f"{name}-{label}{dark}.png", full_page=full_page
                )
                if label == "390":
                    self.found += [f"{name} {scheme}: {one}" for one in self.axe(self.page)]
        self.page.emulate_media(color_scheme="light")
        self.page.set_viewport_size({"width": 390, "height": 844})


@pytest.fixture
def viewer(opened, axe, shots, notes):
    made: list[Viewer] = []

    def make(served) -> Viewer:
        made.append(Viewer(opened(served), axe, shots))
        return made[-1]

    yield make
    notes("page findings", f"{sum(len(view.found) for view in made)} by axe or too wide")


def test_the_way_to_a_session(serve, viewer, way_of):
    view = viewer(serve(speed_up=30))
    page, walker = view.page, way_of(view.page)
    page.goto("/")
    view.look("home-first")
    page.goto("/screening")
    view.look("screening")
    walker.send()
    view.look("screening-problems", heading="answers need another look")
    walker.answer({"pressure": "high", "heart": "yes"})
    walker.send()
    view.look("verdict-ask", heading="Ask a clinician first")
    walker.screen()
    view.look("verdict-clear")
    page.goto("/")
    view.look("home-next")
    page.goto("/profile")
    view.look("profile")
    walker.profile()
    page.goto("/protocols")
    view.look("protocols")
    walker.choose()
    page.goto("/today")
    view.look("today")
    walker.answer({"pain": "8", "sleep": "well", "pressure_today-unknown": "yes", "unwell": "yes"})
    walker.send()
    view.look("verdict-not-today", heading="Not today")
    walker.today()
    view.look("home-ready")
    page.goto("/week")
    view.look("week", heading="Your week")
    page.get_by_text("How, move or skip").first.click()
    view.look("week-moving")
    assert not view.found


def test_a_session_and_what_comes_after(ready, viewer, way_of):
    view = viewer(ready(speed_up=60))
    page, walker = view.page, way_of(view.page)
    walker.go()
    expect(page.locator("#checks")).to_be_visible()  # the first frame has come
    view.look("session-ready", full_page=False)
    walker.tick()
    walker.start()
    expect(page.locator("#stage")).to_have_attribute("data-phase", "walking")
    page.locator("#stop").click()
    expect(page.locator("#headline")).to_have_text("Stopped")
    view.look("session-stopped", full_page=False)
    walker.start()
    expect(page.locator("#headline")).to_contain_text("Turn round")
    view.look("session-turn", full_page=False)
    walker.walk()
    view.look("session-over", full_page=False)
    page.get_by_role("link", name="How did it go?").click()
    view.look("review", heading="How did it go?")
    walker.answer({"pain_before": "1", "pain_during": "3", "effort": "4", "wrongs": "stumble"})
    page.locator('[name="note"]').fill("<script>alert(1)</script> The rail was cold.")
    walker.send()
    view.look("summary", heading="Your session")
    expect(page.get_by_text("<script>alert(1)</script>")).to_be_visible()
    page.goto("/history")
    view.look("history")
    page.goto("/")
    view.look("home-again")
    assert not view.found


def test_walking_both_ways(ready, viewer, way_of):
    """At life's pace the two directions stand long enough to be looked at."""
    view = viewer(ready(speed_up=6))
    page, walker = view.page, way_of(view.page)
    walker.go()
    walker.tick()
    walker.start()
    expect(page.locator("#stage")).to_have_attribute("data-phase", "walking")
    page.wait_for_timeout(1500)
    view.look("session-forward", full_page=False)
    expect(page.locator("#headline")).to_contain_text("Turn round")
    walker.start()
    expect(page.locator("#headline")).to_have_text("Walk backward")
    page.wait_for_timeout(900)
    view.look("session-backward", full_page=False)
    page.goto(page.url + "/follow")
    expect(page.locator("#headline")).to_have_text("Walk backward")
    view.look("follow-backward", full_page=False)
    assert not view.found


def test_the_other_pages(serve, viewer, way_of, recording):
    view = viewer(serve())
    page = view.page
    page.goto("/about")
    view.look("about")
    page.goto("/nothing")
    view.look("not-found")
    page.goto("/history")
    view.look("history-empty")
    page.goto("/measure")
    view.look("measure")
    page.get_by_role("button", name="Measure").click()
    view.look("measure-problem", heading="That could not be measured")
    page.set_input_files("#recording", recording)
    page.get_by_role("button", name="Measure").click()
    expect(page.get_by_role("heading", name="What walk.csv holds")).to_be_visible()
    view.look("measured")
    page.get_by_role("link", name="Look closer").first.click()
    expect(page.get_by_role("heading", name="walk.csv, closer")).to_be_visible()
    view.look("closer")
    whole = page.locator("figure svg").get_attribute("data-to-s")
    page.get_by_role("link", name="closer").click()
    expect(page.locator("figure svg")).not_to_have_attribute("data-to-s", whole)
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**from=*")
    drag(page)
    view.look("closer-drawn-over")
    assert not view.found


def test_the_tests(serve, viewer, way_of):
    view = viewer(serve())
    page, walker = view.page, way_of(view.page)
    page.goto("/tests/timed-up-and-go")
    view.look("test-unscreened")
    walker.screen()
    walker.profile()
    page.goto("/tests")
    view.look("tests-first")
    page.goto("/tests/timed-up-and-go")
    view.look("test")
    page.get_by_role("button", name="Keep this result").click()
    view.look("test-problems", heading="things need another look")
    for day, tries in (("2026-10-01", "12.4"), ("2026-10-30", "9.1")):
        page.goto("/tests/timed-up-and-go")
        page.get_by_text("Taken on another day").click()
        walker.answer({"ready": "yes", "trial-1": tries, "trial-2": tries, "on": day, "by": "me"})
        page.get_by_role("button", name="Keep this result").click()
        expect(page.get_by_role("heading", name="Every test")).to_be_visible()
    view.look("test-results", heading="Real improvement")
    page.goto("/benefits")
    view.look("benefits")
    for name in ("knee-pain-left", "chair-stand-30s", "koos-pain", "knee-bend-right"):
        page.goto(f"/tests/{name}")
        view.look(f"test-{name}")
    page.goto("/tests/chair-stand-30s/results")
    view.look("test-results-none")
    page.goto("/tests")
    view.look("tests")
    assert not view.found


def test_a_trial(serve, viewer, tmp_path):
    """A table in, its report out, and taken along; the same without scripts."""
    table = tmp_path / "ours.csv"
    table.write_text(as_csv(made_up(2, missing=(0, 1, 2))))
    view = viewer(serve())
    page = view.page
    page.goto("/trial")
    view.look("trial")
    page.get_by_role("button", name="Analyse").click()
    view.look("trial-problem", heading="That could not be analysed")
    page.set_input_files("#file", table)
    page.get_by_role("button", name="Analyse").click(no_wait_after=True)  # statsmodels is loaded
    expect(page.get_by_role("heading", name="Trial: ours.csv")).to_be_visible()
    view.look("trial-report")
    with page.expect_download() as taken:
        page.get_by_role("button", name="The report").click()
    taken.value.save_as(tmp_path / "trial.html")
    page.goto((tmp_path / "trial.html").as_uri())
    expect(page.get_by_role("heading", name="Trial: ours.csv")).to_be_visible()
    assert not view.found


def drag(page) -> None:
    """Draw over a piece of the picture; the page then shows that piece."""
    page.set_viewport_size({"width": 1280, "height": 800})
    before, box = page.url, page.locator("figure svg").bounding_box()
    page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 80, steps=4)
    page.mouse.up()
    page.wait_for_url(lambda url: url != before)


def test_every_page_weighs_little(ready, opened, way_of, notes):
    served = ready(speed_up=120)
    page = opened(served)
    weight = {"now": 0}

    def weigh(response) -> None:
        if "frames" not in response.url:
            weight["now"] += len(response.body())

    walker = way_of(page)
    address = walker.go()
    heaviest = {}
    page.route("**/frames*", lambda route: route.abort())
    page.on("response", weigh)
    paths = ["/", "/screening", "/profile", "/protocols", "/today", address, "/history", "/measure"]
    paths += ["/tests", "/tests/timed-up-and-go", "/tests/timed-up-and-go/results"]
    for path in [*paths, "/take", "/bring", "/about"]:
        weight["now"] = 0
        page.goto(path)
        page.wait_for_timeout(900)  # the clips come after the page
        heaviest[path] = weight["now"]
    notes("heaviest page", f"{max(heaviest.values()) / 1000:.0f} kB")
    assert max(heaviest.values()) <= HEAVIEST_BYTES


def test_shots_are_of_every_page_and_size(shots):
    """Runs last in this file: what was to be looked at is there."""
    names = ("home-first", "screening", "profile", "protocols", "today", "home-ready", "summary",
             "session-backward", "history", "measure", "about", "tests",
             "test", "test-results")  # fmt: skip
    missing = [f"{n}-{s}.png" for n, s in product(names, SIZES)
               if not (shots / f"{n}-{s}.png").exists()]  # fmt: skip
    assert not missing
