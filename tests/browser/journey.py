"""A new walker on a phone, from the first page through four weeks, on a clock that is moved.

The day is moved where the house takes its time (`open_house(now=…)`), by a file in the test's own
folder that only the test's own start of the server reads.  No page, option or variable moves it.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Page, expect
from tests.browser.conftest import REVIEW, Way
from tests.browser.serving import Served, free_port

BEGINS = datetime(2026, 9, 7, 12, tzinfo=UTC)  # a Monday, noon: one day in every zone's calendar
CLOCK = """
import time
from datetime import datetime, timedelta
from pathlib import Path
from retrowalk.cli import serve as serving
file, opened, since = Path({file!r}), serving.open_house, time.monotonic()
def now():
    noon = datetime.fromisoformat({begins!r}) + timedelta(days=int(file.read_text()))
    return noon + timedelta(seconds=time.monotonic() - since)
serving.open_house = lambda *given, **more: opened(*given, now=now, **more)
"""
UP_AND_GO, CHAIR, KNEE = "timed-up-and-go", "chair-stand-30s", "knee-pain-left"
FIRST = {UP_AND_GO: ("13.1", "12.9"), CHAIR: ("9",), KNEE: ("5",)}
LAST = {UP_AND_GO: ("9.9", "10.1"), CHAIR: ("10",), KNEE: ("3",)}
Look = Callable[[str], None]


class Calendar:
    """The server's day, in a file."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.go_to(0)

    def go_to(self, day: int) -> None:
        self.file.write_text(str(day))
        self.day = day

    @property
    def today(self) -> date:
        return (BEGINS + timedelta(days=self.day)).date()


def served_with(calendar: Calendar, folder: Path, *, speed_up: float) -> Served:
    """A server on this calendar, not started yet."""
    first = CLOCK.format(file=str(calendar.file), begins=BEGINS.isoformat())
    return Served(folder, speed_up, free_port(), first=f"exec({first!r}); ")


class Journey:
    """The walker's way; `look` is told the name of every page on it."""

    def __init__(self, page: Page, calendar: Calendar, look: Look) -> None:
        self.page, self.calendar, self.look = page, calendar, look
        self.way = Way(page)
        self.seen: list[str] = []

    def show(self, path: str, name: str, heading: str | None = None) -> None:
        self.page.goto(path)
        self.here(name, heading)

    def here(self, name: str, heading: str | None = None) -> None:
        """What is shown now, once it is there; each page is looked at the first time."""
        if heading is not None:
            expect(self.page.get_by_role("heading", name=heading).first).to_be_visible()
        self.page.wait_for_load_state()
        if name not in self.seen:
            self.seen.append(name)
            self.look(name)

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name).click()

    # --- before the first session ------------------------------------------------------------

    def begin(self) -> None:
        self.show("/", "first-page", "Walk backward, carefully")
        self.page.get_by_role("link", name="Begin").click()
        self.here("screening", "First, your health")
        self.way.answer({"pressure": "normal"})
        self.way.send()
        self.here("verdict", "You may walk")
        self.page.get_by_role("link", name="Go on").click()
        self.here("next-about-you", "Next: about you")
        self.show("/profile", "profile")
        self.way.profile()
        self.here("next-protocol", "Next: choose how to begin")
        self.show("/protocols", "protocols", "Choose how to begin")
        self.press("Choose daily minutes")
        self.here("how-are-you", "How are you today?")

    def test(self, results: dict[str, tuple[str, ...]], name: str) -> None:
        """The tests by their forms, as with another clock at hand."""
        self.show("/tests", f"tests-{name}", "Has something changed?")
        for outcome, tries in results.items():
            self.show(f"/tests/{outcome}", f"test-{outcome}")
            given = {f"trial-{i}": value for i, value in enumerate(tries, start=1)}
            ready = self.page.locator("#ready").count() > 0
            self.way.answer(given | ({"ready": "yes"} if ready else {}))
            self.press("Keep this result")
            self.here(f"result-{outcome}-{name}", "Every test")

    # --- days -----------------------------------------------------------------------------------

    def session(self, day: int) -> None:
        """The morning after the last one, today's questions, the walk, how it went."""
        self.calendar.go_to(day)
        self.morning()
        self.show("/today", "today", "How are you today?")
        self.way.today()
        self.here("session-ready", "Today’s session is ready")
        self.press("Go to the treadmill")
        self.page.wait_for_url("**/session/*")
        expect(self.page.locator("#checks")).to_be_visible()
        self.here("treadmill")
        self.tick()
        self.way.walk()
        self.here("walked")
        self.page.get_by_role("link", name="How did it go?").click()
        self.here("review", "How did it go?")
        self.way.answer(REVIEW)
        self.way.send()
        self.here("summary", "Your session")

    def tick(self) -> None:
        """The set-up list; the sound is asked about on the first day, and remembered after."""
        known = self.page.evaluate("localStorage.getItem('retrowalk.heard') === 'yes'")
        if not known:
            self.way.tick()
            return
        with self.page.expect_response("**/prepare"):
            for box in self.page.locator("#checks input[name]").all():
                box.check()

    def morning(self) -> None:
        self.page.goto("/")
        if not self.page.get_by_role("heading", name="How was the morning after?").count():
            return
        self.here("morning-after")
        self.show("/morning", "morning")
        self.way.answer({"pain": "1", "sore": "2"})
        self.press("Keep it")
        self.page.wait_for_url("**/")

    def week(self) -> None:
        """Something ticked off, something moved, something skipped with a reason, a pause."""
        self.show("/week", "week", "Your week")
        self.page.locator('button[value="done"]:visible').first.click()
        self.here("week-done", "Your week")
        self._open_first("How, move or skip")
        self.here("week-open")
        self.page.locator('details[open] button[value="moved"]').first.click()
        expect(self.page.get_by_text(": moved to").first).to_be_visible()
        self._open_first("How, move or skip")
        self.page.locator('details[open] input[name="reason"]').first.fill("My sister visits")
        self.page.locator('details[open] button[value="skipped"]').first.click()
        expect(self.page.get_by_text("(My sister visits)").first).to_be_visible()
        self.here("week-marked")
        self.press("Undo")
        expect(self.page.get_by_text("(My sister visits)")).to_have_count(0)
        self.page.get_by_label("Why, if you like").fill("A cold")
        self.press("Pause the plan")
        self.here("week-paused", "Paused since")
        self.show("/", "paused", "Your plan is paused")
        self.page.goto("/week")
        self.press("Go on with the plan")
        expect(self.page.get_by_role("button", name="Pause the plan")).to_be_visible()

    def _open_first(self, summary: str) -> None:
        self.page.locator("summary", has_text=summary).first.click()

    # --- the end ----------------------------------------------------------------------------------

    def end(self) -> None:
        self.calendar.go_to(28)
        self.morning()
        self.show("/", "weeks-over", "Your 4 weeks are over")
        self.page.get_by_role("link", name="See what changed").click()
        self.here("end-before-tests", "Your 4 weeks are over")
        self.test(LAST, "last")
        expect(self.page.get_by_role("heading", name="Real improvement")).to_be_visible()
        self.show("/end", "end", "What changed")
        self.show("/benefits", "benefits")
        self.show("/history", "history", "What you have walked")
        self.show("/take", "take", "Take it with you")

    def choose(self) -> None:
        self.show("/end", "end", "What changed")
        self.press("Go on gently")
        self.page.wait_for_url("**/")
        self.here("after-the-choice")
        self.show("/week", "week-gently", "Your week")

    def take(self, press: Callable[[], None]) -> bytes:
        """What a press downloads."""
        with self.page.expect_download() as coming:
            press()
        return Path(coming.value.path()).read_bytes()
