"""After a protocol's weeks: nothing rises, the result is told, and the walker says how to go on."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.app.walked import put_sessions, put_test
from tests.app.ways import form, known, new_house

from retrowalk.app import ending, morning, outcomes, planning, profile, screening, week
from retrowalk.app.course import KEPT, OVER, Course, course
from retrowalk.app.house import House
from retrowalk.app.outcomes import Ahead, Judged, Verdict
from retrowalk.app.planning import Finished, SessionReady
from retrowalk.errors import BadAnswers, BadInput, Conflict, NotAllowed
from retrowalk.words import Hold, Review

START = datetime(2026, 9, 7, 9, tzinfo=UTC)  # a Monday
GOOD = Review(1, 1, 1, 3)
TUG = "timed-up-and-go"


class Calendar:
    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at

    def on(self, day: int) -> None:
        self.at = START + timedelta(days=day)


@pytest.fixture
def calendar() -> Calendar:
    return Calendar()


@pytest.fixture
def house(tmp_path: Path, calendar: Calendar) -> Iterator[House]:
    made = new_house(tmp_path, now=calendar)
    known(made)
    planning.choose_protocol(made, "ten-by-three")
    yield made
    made.close()


@pytest.fixture
def walk(house: House, calendar: Calendar) -> Callable[..., None]:
    """walk(*days): a good session on each, with a good morning after; then it is the next day."""

    def walked(*days: int) -> None:
        for day in days:
            calendar.on(day)
            put_sessions(house, [calendar.at], review=GOOD)
            calendar.on(day + 1)
            morning.submit_morning(house, form(morning.morning_questions()))

    return walked


def ready(house: House) -> SessionReady:
    planning.submit_readiness(house, form(screening.today_questions()))
    step = planning.next_step(house)
    assert isinstance(step, SessionReady), step
    return step


def topics(step: SessionReady) -> list[str]:
    return [reason.topic for reason in step.reasons]


def now_of(house: House) -> Course:
    with house.store.reading() as rows:
        found = course(house, rows)
    assert found is not None
    return found


FOUR_WEEKS = (0, 2, 4, 7, 9, 11, 14, 16, 18, 21, 23, 25)


def test_while_the_weeks_run_there_is_nothing_to_choose(house, walk, calendar) -> None:
    assert ending.ending(house) is None
    walk(0, 2, 4, 7)
    assert "next" in topics(ready(house))
    calendar.on(27)
    assert ending.ending(house) is None
    with pytest.raises(Conflict, match="nothing to choose"):
        ending.choose(house, "gently")


def test_after_the_weeks_the_dose_is_held_until_the_walker_chooses(house, walk, calendar) -> None:
    walk(*FOUR_WEEKS)
    calendar.on(28)
    step = ready(house)
    assert topics(step) == ["kept"]
    assert step.reasons[0].text == OVER
    ended = ending.ending(house)
    assert ended is not None
    assert (ended.title, ended.weeks, ended.sessions) == ("Ten by three", 4, 12)
    assert ended.ended == START.date() + timedelta(days=28)
    assert ended.backward_s > 0


def test_the_result_of_the_last_check_point_is_told(house, walk, calendar) -> None:
    put_test(house, TUG, START.date(), 12)
    put_test(house, "chair-stand-30s", START.date(), 10)
    put_test(house, "mood", START.date() - timedelta(days=300), 5)
    walk(*FOUR_WEEKS)
    calendar.on(28)
    put_test(house, TUG, house.today, 9)
    ended = ending.ending(house)
    assert ended is not None
    told = {line.outcome.id: line.last_check for line in ended.tested}
    assert set(told) == {TUG, "chair-stand-30s"}
    stood, up = told["chair-stand-30s"], told[TUG]
    assert stood is not None
    assert stood.found == Ahead()
    assert up is not None
    assert isinstance(up.found, Judged)
    assert up.found.verdict is Verdict.IMPROVED


def test_days_of_a_pause_are_added_to_the_weeks(house, walk, calendar) -> None:
    walk(0, 2, 4)
    week.pause(house)
    calendar.on(15)
    assert now_of(house).ends == START.date() + timedelta(days=28 + 10)
    week.resume(house)
    calendar.on(37)
    assert ending.ending(house) is None
    calendar.on(38)
    assert ending.ending(house) is not None
    assert now_of(house).checks == ((4, START.date() + timedelta(days=38)),)


def test_gently_means_two_a_week_and_never_a_new_step(house, walk, calendar) -> None:
    walk(*FOUR_WEEKS)
    calendar.on(28)
    ending.choose(house, "gently")
    assert ending.ending(house) is None
    step = ready(house)
    assert topics(step) == ["kept"]
    assert step.reasons[0].text == KEPT
    walk(28, 32, 35, 39, 42)
    shown = week.week(house, ahead=1)
    assert isinstance(shown, week.WeekShown)
    there = [e for day in shown.days for e in day.entries if e.activity == week.BACKWARD]
    assert len(there) == 2
    calendar.on(400)
    assert ending.ending(house) is None  # it has no end of its own
    assert now_of(house).weeks == (12,)


def test_a_profile_filled_in_anew_goes_on_with_the_same_programme(house, walk, calendar) -> None:
    walk(*FOUR_WEEKS)
    calendar.on(28)
    ending.choose(house, "gently")
    before = now_of(house)
    profile.submit_profile(house, form(profile.profile_questions(), rails="yes"))
    ready(house)
    after = now_of(house)
    assert after.prescription.keeps
    assert after.prescription.course == before.prescription.course
    assert len(after.rows) == 2


def test_the_same_weeks_again_count_anew_from_the_step_reached(house, walk, calendar) -> None:
    put_test(house, TUG, START.date(), 12)
    walk(*FOUR_WEEKS)
    calendar.on(28)
    put_test(house, TUG, house.today, 11)
    ending.choose(house, "repeat")
    assert ending.ending(house) is None
    step = ready(house)
    assert "next" in topics(step)  # there may be new steps again
    walk(28, 30)
    (check,) = outcomes.story(house, TUG).checks
    assert check.day == (START.date() + timedelta(days=56)).toordinal()
    first = [one.value for one in outcomes.story(house, TUG).taken if one.first]
    assert first == [11]  # the last check's test, and not the one before all training
    calendar.on(56)
    assert ending.ending(house) is not None


def test_who_stops_is_asked_nothing_more_and_may_begin_again(house, walk, calendar) -> None:
    walk(*FOUR_WEEKS)
    calendar.on(28)
    ending.choose(house, "stop")
    assert ending.ending(house) is None
    assert planning.next_step(house) == Finished(START.date() + timedelta(days=28))
    assert week.week(house) == week.NoPlan()
    assert b"BEGIN:VEVENT" not in week.as_calendar(house)
    with pytest.raises(Conflict, match="nothing to choose"):
        ending.choose(house, "repeat")
    planning.choose_protocol(house, "daily-minutes")
    assert planning.next_step(house) == planning.NeedsReadiness()
    assert isinstance(week.week(house), week.WeekShown)


def test_another_protocol_begins_its_own_weeks(house, walk, calendar) -> None:
    walk(*FOUR_WEEKS)
    calendar.on(28)
    planning.choose_protocol(house, "knee-six-weeks")
    assert ending.ending(house) is None
    now = now_of(house)
    assert (now.began, now.ends, now.weeks, now.looks) == (None, None, (4, 6), 2)


def test_a_word_that_is_no_choice_is_refused(house, walk, calendar) -> None:
    walk(*FOUR_WEEKS)
    calendar.on(28)
    with pytest.raises(BadInput, match="choose repeat, gently or stop"):
        ending.choose(house, "faster")


def test_what_a_clinician_chose_only_a_clinician_chooses_again(house, calendar) -> None:
    planning.choose_protocol(house, "stroke-four-weeks", by="Dr Ruiz")
    put_sessions(house, [calendar.at], review=GOOD)
    calendar.on(28)
    ended = ending.ending(house)
    assert ended is not None
    assert ended.by_clinician
    with pytest.raises(NotAllowed, match="Only a clinician"):
        ending.choose(house, "repeat")
    with pytest.raises(BadAnswers):
        ending.choose(house, "repeat", by="x" * 300)
    assert ending.ending(house) is not None  # nothing was chosen by that
    ending.choose(house, "repeat", by="Dr Ruiz")
    assert now_of(house).prescription.by == "Dr Ruiz"


def test_pain_still_lowers_what_is_kept(house, walk, calendar) -> None:
    walk(*FOUR_WEEKS)
    calendar.on(27)
    put_sessions(house, [calendar.at], review=replace(GOOD, pain_during=7))
    calendar.on(28)
    morning.submit_morning(house, form(morning.morning_questions()))
    step = ready(house)
    assert step.plan.stage < 0
    assert not isinstance(step.reasons, Hold)
