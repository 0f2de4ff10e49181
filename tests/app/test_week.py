"""The week is marked, undone, paused, and taken along as a calendar."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from icalendar import Calendar as Ics
from tests.app.ways import known, new_house

from retrowalk.app import planning, week
from retrowalk.app.house import House
from retrowalk.app.week import NoPlan, WeekShown
from retrowalk.errors import BadAnswers, Conflict, Missing


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = new_house(tmp_path)
    yield made
    made.close()


def shown(house: House, *, ahead: int = 0) -> WeekShown:
    found = week.week(house, ahead=ahead)
    assert isinstance(found, WeekShown)
    return found


def did(house: House, activity: str) -> list[str]:
    return [e.did.value for day in shown(house).days for e in day.entries
            if e.activity == activity and e.did]  # fmt: skip


def test_without_a_protocol_there_is_no_week(house: House) -> None:
    assert week.week(house) == NoPlan()
    assert b"BEGIN:VEVENT" not in week.as_calendar(house)


def test_what_is_ticked_off_can_be_undone_and_is_told_in_a_new_house(house: House) -> None:
    known(house)
    today = house.today.isoformat()
    week.mark(house, on=today, activity="Stretching", did="done")
    assert did(house, "Stretching") == ["done"]
    last = shown(house).last
    assert last is not None
    week.undo(house, last.id)
    assert did(house, "Stretching") == []
    with pytest.raises(Conflict, match="undone already"):
        week.undo(house, last.id)
    with pytest.raises(Missing, match="nothing of that number"):
        week.undo(house, 999)


def test_what_is_skipped_keeps_its_reason(house: House) -> None:
    known(house)
    week.mark(house, on=house.today.isoformat(), activity="Stretching", did="skipped",
              reason="Visitors")  # fmt: skip
    reasons = [e.reason for day in shown(house).days for e in day.entries if e.did]
    assert reasons == ["Visitors"]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"on": "soon"}, "'soon' is no day"),
        ({"on": "2026-13-40"}, "is no day"),
        ({"did": "danced"}, "Choose done, moved or skipped"),
        ({"did": "moved"}, "Say the day to move it to"),
        ({"did": "moved", "to": "2031-01-01"}, "more than eight weeks away"),
        ({"on": "tomorrow"}, "has not come"),
        ({"activity": "backward"}, "ticks itself off"),
        ({"reason": "x" * 201}, "at most 200 letters"),
        ({"activity": "x" * 201}, "at most 200 letters"),
    ],
)
def test_a_mark_that_makes_no_sense_is_refused_with_a_sentence(
    house: House, given: dict[str, str], says: str
) -> None:
    known(house)
    if given.get("on") == "tomorrow":
        given = {"on": (house.today + timedelta(days=1)).isoformat()}
    usual = {"on": house.today.isoformat(), "activity": "Stretching", "did": "done"}
    with pytest.raises(BadAnswers, match=says):
        week.mark(house, **usual | given)


def test_a_paused_plan_plans_nothing_until_the_walker_goes_on(house: House) -> None:
    known(house)
    week.pause(house, reason="A visit")
    assert planning.next_step(house) == planning.Paused(house.today)
    pause = shown(house).pause
    assert pause is not None
    assert pause.reason == "A visit"
    assert b"BEGIN:VEVENT" not in week.as_calendar(house)
    with pytest.raises(Conflict, match="paused already"):
        week.pause(house)
    with pytest.raises(BadAnswers, match="at most 200"):
        week.pause(house, reason="x" * 201)
    week.resume(house)
    assert planning.next_step(house) == planning.NeedsReadiness()
    with pytest.raises(Conflict, match="not paused"):
        week.resume(house)


def test_the_calendar_is_read_back_with_its_reminders(house: House) -> None:
    known(house)
    events = Ics.from_ical(week.as_calendar(house)).walk("VEVENT")
    assert len(events) > 20
    assert len({str(event["UID"]) for event in events}) == len(events)
    sessions = [event for event in events if str(event["SUMMARY"]) == "Alternating thirty"]
    assert len(sessions) >= 9
    assert all(event.walk("VALARM") for event in events)
    assert all(event["DURATION"].dt >= timedelta(minutes=5) for event in sessions)


def test_a_week_moved_across_months_and_years_is_seven_days(house: House) -> None:
    known(house)
    for ahead in (-7, 0, 7):
        days = [day.on for day in shown(house, ahead=ahead).days]
        assert days == [days[0] + timedelta(days=i) for i in range(7)]
        assert days[0].weekday() == 0
