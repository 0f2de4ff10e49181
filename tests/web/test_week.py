"""The week and the morning after, as pages without JavaScript."""

from datetime import UTC, datetime, timedelta

import pytest
from icalendar import Calendar
from tests.app.test_importing import export
from tests.app.ways import form

from retrowalk.app import importing, planning, profile, screening
from retrowalk.app.week import week


@pytest.fixture
def planned(client, healthy, about_me, house):
    client.post("/screening", data=healthy)
    client.post("/profile", data=about_me)
    planning.choose_protocol(house, "ten-by-three")
    return client


def marked(house, did: str, **other: str) -> dict[str, str]:
    return {"on": house.today.isoformat(), "activity": "Stretching", "did": did} | other


def test_without_a_protocol_the_week_leads_to_the_first_page(client):
    assert client.get("/week").headers["location"] == "/"


def test_the_week_says_what_is_today_and_what_rests(planned):
    text = planned.get("/week").text
    assert "Today, " in text
    assert "Walk backward" in text
    assert 'href="/week.ics"' in text
    assert 'href="/week"' in planned.get("/").text


def test_a_tick_a_skip_and_an_undo(planned, house):
    assert planned.post("/week", data=marked(house, "done")).headers["location"] == "/week"
    text = planned.get("/week").text
    assert "Undo: stretching" in text
    assert "done." in text
    undo = text.split('action="/week/undo/')[1].split('"')[0]
    assert planned.post(f"/week/undo/{undo}").status_code == 303
    assert "Undo" not in planned.get("/week").text
    assert planned.post(f"/week/undo/{undo}").status_code == 409
    skipped = marked(house, "skipped", reason="<b>Visitors</b>")
    assert planned.post("/week?ahead=1", data=skipped).headers["location"] == "/week?ahead=1"
    assert "&lt;b&gt;Visitors" in planned.get("/week").text


def test_a_move_to_another_day(planned, house):
    to = (house.today + timedelta(days=1)).isoformat()
    assert planned.post("/week", data=marked(house, "moved", to=to)).status_code == 303
    assert "moved to " in planned.get("/week").text


def test_nonsense_gets_a_sentence(planned, house):
    answer = planned.post("/week", data=marked(house, "moved", to="never"))
    assert answer.status_code == 422
    assert "is no day" in answer.text
    for ahead in ("99999999999", "x", "-3", "--1", ""):
        assert planned.get(f"/week?ahead={ahead}").status_code == 200


def test_a_pause_is_shown_and_ended(planned):
    planned.post("/week/pause", data={"reason": "A visit"})
    assert "Paused since" in planned.get("/week").text
    assert "Your plan is paused" in planned.get("/").text
    assert planned.post("/week/pause", data={"reason": ""}).status_code == 409
    planned.post("/week/resume")
    assert "Paused since" not in planned.get("/week").text
    assert planned.post("/week/pause", data={"reason": "x" * 300}).status_code == 422


def test_the_calendar_is_a_file_other_programs_read(planned):
    answer = planned.get("/week.ics")
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert Calendar.from_ical(answer.content).walk("VEVENT")


def test_the_morning_after_is_asked_only_when_there_was_a_session(planned):
    assert planned.get("/morning").headers["location"] == "/"
    assert planned.post("/morning", data={"pain": "1"}).status_code == 409
    assert planned.post("/morning", data={"pain": "eleven"}).status_code == 422


def test_a_clinicians_protocol_asks_for_a_name(planned, house):
    text = planned.get("/protocols").text
    assert "Name of the doctor or physiotherapist" in text
    given = {"protocol": "stroke-four-weeks"}
    assert planned.post("/protocols", data=given).status_code == 403
    assert planned.post("/protocols", data=given | {"by": "Dr Ortiz"}).status_code == 303
    assert planned.post("/protocols", data=given | {"by": "x" * 99}).status_code == 422
    for protocol in house.protocols:
        assert protocol.title in text


def test_an_imported_walk_is_offered_and_the_walker_ticks_it_off(client, house, tmp_path) -> None:
    screening.submit_screening(house, form(screening.standing_questions()))
    profile.submit_profile(house, form(profile.profile_questions(), rails="yes"))
    planning.choose_protocol(house, "knee-six-weeks")
    days = [day.on for ahead in (-1,) for day in week(house, ahead=ahead).days
            if any(one.activity == "Ordinary walking" for one in day.entries)]  # fmt: skip
    at = datetime(*days[0].timetuple()[:3], 12, tzinfo=UTC)
    importing.bring_in(house, export(tmp_path / "a.xml", at, minutes=35))
    page = client.get("/week?ahead=-1").text
    assert "You brought 35 minutes of walking, from Watch. Was it this?" in page
    said = {"on": days[0].isoformat(), "activity": "Ordinary walking", "did": "done",
            "reason": "35 minutes of walking, from Watch"}  # fmt: skip
    assert client.post("/week?ahead=-1", data=said).status_code == 303
    page = client.get("/week?ahead=-1").text
    assert "done (35 minutes of walking, from Watch)" in page
    assert "Was it this?" not in page
    assert "Undo: ordinary walking" in page
