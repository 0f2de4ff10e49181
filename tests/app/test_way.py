"""The way through the house: each step leads to the next, each is stored with its reasons."""

import csv
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from tests.app.ways import form, hold, known, new_house, ready, until, walked_out

from retrowalk.app import history, morning, planning, profile, reviewing, screening, walking
from retrowalk.app.house import House
from retrowalk.app.planning import (
    MachineUnfit,
    MayNotWalk,
    NeedsMorning,
    NeedsProfile,
    NeedsProtocol,
    NeedsReadiness,
    NeedsReview,
    NeedsScreening,
    SessionReady,
)
from retrowalk.app.profile import NoWalker
from retrowalk.app.reviewing import NotReviewed
from retrowalk.app.screening import NoScreening, ScreeningShown
from retrowalk.app.virtual import run_virtually
from retrowalk.errors import BadAnswers, Conflict, Missing, NotAllowed, ScreeningNeeded
from retrowalk.live.events import StopReason
from retrowalk.programme import progression
from retrowalk.programme.prescribe import Prescription
from retrowalk.store.codec import decode
from retrowalk.store.models import DecisionRow, OutcomeRow, PrescriptionRow, SessionRow
from retrowalk.treadmill.port import Capability, Treadmill
from retrowalk.treadmill.simulated import SimulatedBelt
from retrowalk.words import (
    AskClinician,
    Clear,
    Decision,
    Hold,
    NextDay,
    NotToday,
    Refer,
    SessionRecord,
    Wrong,
)


class Calendar:
    """A clock for the house that the test turns."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 18, 12, tzinfo=UTC)  # a Wednesday

    def __call__(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at


@pytest.fixture
def calendar() -> Calendar:
    return Calendar()


@pytest.fixture
def house(tmp_path: Path, calendar: Calendar) -> Iterator[House]:
    house = new_house(tmp_path, now=calendar)
    yield house
    house.close()


def walk_it(house: House, session_id: str) -> None:
    async def main() -> None:
        await walked_out(house, session_id)

    run_virtually(main())


def stored(house: House) -> dict[str, DecisionRow]:
    with house.store.reading() as rows:
        return {row.kind: row for row in rows.scalars(select(DecisionRow))}


# --- screening -----------------------------------------------------------------------


def test_a_new_house_asks_for_the_screening(house: House) -> None:
    assert planning.next_step(house) == NeedsScreening()
    assert screening.latest(house) == NoScreening()
    assert profile.current_walker(house) == NoWalker()


def test_who_is_well_goes_on_to_the_profile(house: House) -> None:
    verdict = screening.submit_screening(house, form(screening.standing_questions()))
    assert verdict == Clear()
    assert planning.next_step(house) == NeedsProfile()


def test_a_missing_answer_is_refused_and_nothing_stored(house: House) -> None:
    answers = form(screening.standing_questions())
    unanswered = next(iter(answers))
    del answers[unanswered]
    with pytest.raises(BadAnswers) as refused:
        screening.submit_screening(house, answers)
    assert set(refused.value.problems) == {unanswered}
    assert planning.next_step(house) == NeedsScreening()


def test_a_clinician_may_clear_what_the_screening_found(house: House) -> None:
    known(house)
    verdict = screening.submit_screening(house, form(screening.standing_questions(), falls="yes"))
    assert isinstance(verdict, AskClinician)
    assert planning.next_step(house) == MayNotWalk(verdict)
    with pytest.raises(ScreeningNeeded):
        planning.choose_protocol(house, "alternating-thirty")
    screening.record_clearance(house, topics=["falls"], by="Dr Adeyemi", on=date(2026, 11, 17))
    shown = screening.latest(house)
    assert isinstance(shown, ScreeningShown)
    assert isinstance(shown.verdict, Clear)
    assert [clearance.by for clearance in shown.clearances] == ["Dr Adeyemi"]
    assert not isinstance(planning.next_step(house), MayNotWalk)


def test_a_clearance_of_tomorrow_is_refused(house: House) -> None:
    with pytest.raises(BadAnswers):
        screening.record_clearance(house, topics=["falls"], by="Dr A", on=date(2026, 11, 30))


def test_a_screening_counts_for_a_year(house: House, calendar: Calendar) -> None:
    known(house)
    calendar.at += timedelta(days=366)
    assert planning.next_step(house) == NeedsScreening()


# --- profile, protocol, today --------------------------------------------------------


def test_the_profile_leads_to_the_protocols_and_one_of_them_to_today(house: House) -> None:
    screening.submit_screening(house, form(screening.standing_questions()))
    with pytest.raises(ScreeningNeeded):
        planning.suggestions(house)
    walker = profile.submit_profile(house, form(profile.profile_questions(), rails="yes"))
    assert profile.current_walker(house) == walker
    assert planning.next_step(house) == NeedsProtocol()
    suggested = planning.suggestions(house)
    assert {one.protocol_id for one in suggested} >= {"alternating-thirty", "ten-by-three"}
    assert all(one.reasons for one in suggested)
    planning.choose_protocol(house, suggested[0].protocol_id)
    assert planning.next_step(house) == NeedsReadiness()


def test_an_unknown_protocol_is_missing(house: House) -> None:
    known(house)
    with pytest.raises(Missing, match="alternating-thirty"):
        planning.choose_protocol(house, "<script>")


def test_a_protocol_that_is_not_for_this_walker_is_refused(house: House) -> None:
    screening.submit_screening(house, form(screening.standing_questions()))
    profile.submit_profile(house, form(profile.profile_questions(), rails="no"))
    with pytest.raises(NotAllowed, match="rails"):
        planning.choose_protocol(house, "alternating-thirty")


def test_a_profile_that_no_longer_fits_asks_for_another_protocol(house: House) -> None:
    known(house)
    profile.submit_profile(house, form(profile.profile_questions(), rails="no"))
    assert planning.next_step(house) == NeedsProtocol()


def test_todays_answers_lead_to_a_session_or_to_another_day(house: House) -> None:
    known(house)
    with pytest.raises(BadAnswers):
        planning.submit_readiness(house, {})
    verdict = planning.submit_readiness(house, form(screening.today_questions(), unwell="yes"))
    assert isinstance(verdict, NotToday)
    assert planning.next_step(house) == MayNotWalk(verdict)


def test_the_session_waits_unchanged_until_it_is_begun(house: House) -> None:
    known(house)
    session_id = ready(house, None)
    first, again = planning.next_step(house), planning.next_step(house)
    assert isinstance(first, SessionReady)
    assert first == again
    assert first.session_id == session_id
    assert first.plan.protocol == "alternating-thirty"
    assert first.stage_text
    assert first.reasons


def test_a_new_day_asks_todays_questions_again(house: House, calendar: Calendar) -> None:
    known(house)
    session_id = ready(house, None)
    calendar.at += timedelta(days=1)
    assert planning.next_step(house) == NeedsReadiness()
    assert ready(house, None) == session_id  # planned anew, in the same place


def test_a_slower_profile_makes_a_slower_session(house: House) -> None:
    known(house)
    ready(house, None)
    before = planning.next_step(house)
    profile.submit_profile(
        house, form(profile.profile_questions(), rails="yes", speed=["own", "1.6"])
    )
    after = planning.next_step(house)
    assert isinstance(before, SessionReady)
    assert isinstance(after, SessionReady)
    assert after.plan.intervals[0].belt_mps < before.plan.intervals[0].belt_mps
    with house.store.reading() as rows:
        assert len(rows.scalars(select(PrescriptionRow)).all()) == 2


def test_a_treadmill_that_cannot_go_so_slowly_is_said_before_the_start(
    tmp_path: Path, calendar: Calendar
) -> None:
    fast_only = Treadmill(Capability(0.5, 3.0, 0.1, simulated=True), SimulatedBelt)
    house = known(new_house(tmp_path / "other", now=calendar, treadmill=fast_only))
    planning.submit_readiness(house, form(screening.today_questions()))
    step = planning.next_step(house)
    house.close()
    assert isinstance(step, MachineUnfit)
    assert "Your treadmill’s slowest is 1.8 km/h" in step.text


def test_a_plan_made_for_another_treadmill_is_made_anew(tmp_path: Path, calendar: Calendar) -> None:
    folder = tmp_path / "other"
    house = known(new_house(folder, now=calendar))
    fine = ready(house, None)
    house.close()
    coarse = Capability(0.2, 3.0, 0.1, simulated=True)
    house = new_house(folder, now=calendar, treadmill=Treadmill(coarse, SimulatedBelt))
    again = planning.next_step(house)
    assert isinstance(again, SessionReady)
    assert again.session_id == fine
    assert again.plan.intervals[0].belt_mps == pytest.approx(0.3)
    assert "it will run 1.08 km/h, never faster" in again.plan.before_start[0]
    assert planning.next_step(house) == again
    house.close()


def test_every_arrow_is_stored_with_inputs_reasons_and_rule(house: House) -> None:
    known(house)
    session_id = ready(house)
    walk_it(house, session_id)
    reviewing.submit_review(house, session_id, form(reviewing.review_questions()))
    arrows = stored(house)
    assert set(arrows) == {
        "screening", "readiness", "prescription", "plan", "dose", "progression",
    }  # fmt: skip
    for kind, row in arrows.items():
        assert row.rule, kind
        assert json.loads(row.inputs), kind
        assert json.loads(row.answer), kind
        assert isinstance(json.loads(row.reasons), list), kind


# --- afterwards ----------------------------------------------------------------------


def test_after_a_fall_no_session_until_a_clinician_has_said_yes(
    house: House, calendar: Calendar
) -> None:
    known(house)
    session_id = ready(house)
    walk_it(house, session_id)
    reviewing.submit_review(house, session_id, form(reviewing.review_questions(), wrongs=["fall"]))
    step = planning.next_step(house)
    assert isinstance(step, MayNotWalk)
    assert isinstance(step.verdict, AskClinician)
    assert "You fell" in step.verdict.reasons[0].text
    planning.submit_readiness(house, form(screening.today_questions()))
    assert isinstance(planning.next_step(house), MayNotWalk)  # a good day does not clear it
    calendar.at += timedelta(days=1)
    screening.record_clearance(house, topics=["incident"], by="Dr Ortiz", on=house.today)
    assert planning.next_step(house) == NeedsMorning(house.today - timedelta(days=1))
    assert ready(house, None) != session_id


def test_how_the_morning_after_was_is_asked_once_and_may_be_left_open(
    house: House, calendar: Calendar
) -> None:
    known(house)
    walk_it(house, (session_id := ready(house)))
    reviewing.submit_review(house, session_id, form(reviewing.review_questions()))
    assert morning.unasked(house) is None  # that morning has not come
    calendar.at += timedelta(days=1)
    assert planning.next_step(house) == NeedsMorning(house.today - timedelta(days=1))
    assert morning.submit_morning(house, {"pain": "2"}) == NextDay(2, -1)
    assert planning.next_step(house) == NeedsReadiness()
    with pytest.raises(Conflict, match="answered already"):
        morning.submit_morning(house, {"pain": "2"})
    ready(house, None)
    step = planning.next_step(house)
    assert isinstance(step, SessionReady)
    assert [reason.topic for reason in step.reasons] == ["morning"]


def test_a_stored_decision_replays_to_the_same_from_what_was_stored_with_it(
    house: House,
) -> None:
    known(house)
    walk_it(house, (session_id := ready(house)))
    decision = reviewing.submit_review(house, session_id, form(reviewing.review_questions()))
    with house.store.reading() as rows:
        asked = select(DecisionRow).where(DecisionRow.kind == "progression")
        row = rows.scalars(asked).one()
        stored = json.loads(row.inputs)
    again = progression.decide(
        decode(json.dumps(stored["history"]), tuple[SessionRecord, ...]),
        house.protocol("alternating-thirty"),
        decode(json.dumps(stored["prescription"]), Prescription),
        on_day=stored["on_day"],
        kept=stored["kept"],
    )
    assert again == decision == decode(row.answer, Decision)
    assert row.rule == progression.RULE


def test_half_of_the_lowest_step_too_much_needs_a_clinicians_yes(
    house: House, calendar: Calendar
) -> None:
    known(house)
    walk_it(house, (session_id := ready(house)))
    with house.store.writing() as rows:
        rows.get_one(SessionRow, session_id).stage = -1
    decision = reviewing.submit_review(
        house, session_id, form(reviewing.review_questions(), effort="10")
    )
    assert isinstance(decision, Refer)
    assert "First a clinician" in reviewing.summary(house, session_id).next_text
    calendar.at += timedelta(days=1)
    morning.submit_morning(house, form(morning.morning_questions()))
    planning.submit_readiness(house, form(screening.today_questions()))
    step = planning.next_step(house)
    assert isinstance(step, MayNotWalk)
    assert isinstance(step.verdict, AskClinician)
    screening.record_clearance(house, topics=["incident"], by="Dr Ortiz", on=house.today)
    planned = planning.next_step(house)
    assert isinstance(planned, SessionReady)
    assert "Half of the first step" in planned.stage_text


def test_a_slow_backward_walk_without_rails_leads_back_to_the_choice(house: House) -> None:
    known(house, place="corridor")
    ready(house, None)
    profile.submit_profile(house, form(profile.profile_questions(), rails="no", place="corridor"))
    assert not isinstance(planning.next_step(house), NeedsProtocol)
    with house.store.writing() as rows:
        rows.add(OutcomeRow(walker_id=house.walker_id, outcome="backward-walk-3m", on=house.today,
                            at=house.now(), by="me", trials="[5.5]", value=5.5, stopped="",
                            rule="", undone_at=None))  # fmt: skip
    assert planning.next_step(house) == NeedsProtocol()
    first = planning.suggestions(house)[0]
    assert not first.suits
    assert any("firm rail" in reason.text for reason in first.reasons)


def test_a_walked_session_is_reviewed_and_leads_to_the_next(
    house: House, calendar: Calendar
) -> None:
    known(house)
    session_id = ready(house)
    walk_it(house, session_id)
    assert planning.next_step(house) == NeedsReview(session_id)
    shown = reviewing.summary(house, session_id)
    assert shown.review == NotReviewed()
    assert shown.decision == NotReviewed()
    assert shown.stops == ()
    assert shown.status == "done"
    assert shown.delivered.backward_s == pytest.approx(20, abs=8)
    assert max(point.belt_mps for point in shown.track) == pytest.approx(0.39, abs=0.02)
    answers = form(reviewing.review_questions(), wrongs=["stumble"], note="=1+1 <b>")
    decision = reviewing.submit_review(house, session_id, answers)
    assert decision.reasons
    shown = reviewing.summary(house, session_id)
    assert shown.decision == decision
    assert not isinstance(shown.review, NotReviewed)
    assert shown.review.wrongs == {Wrong.STUMBLE}
    assert shown.next_text
    assert planning.next_step(house) == NeedsReadiness()  # asked before each session
    calendar.at += timedelta(days=2)
    assert ready(house, None) != session_id


def test_a_review_is_given_once_and_only_of_what_was_walked(house: House) -> None:
    known(house)
    session_id = ready(house)
    answers = form(reviewing.review_questions())
    with pytest.raises(Conflict, match="not over"):
        reviewing.submit_review(house, session_id, answers)
    with pytest.raises(Missing):
        reviewing.submit_review(house, "nobody's", answers)
    walk_it(house, session_id)
    with pytest.raises(BadAnswers):
        reviewing.submit_review(house, session_id, answers | {"effort": "11"})
    reviewing.submit_review(house, session_id, answers)
    with pytest.raises(Conflict, match="already"):
        reviewing.submit_review(house, session_id, answers)


def test_a_scale_left_open_never_counts_as_a_good_session(house: House) -> None:
    known(house)
    session_id = ready(house)
    walk_it(house, session_id)
    answers = form(reviewing.review_questions(), effort="")
    decision = reviewing.submit_review(house, session_id, answers)
    assert isinstance(decision, Hold)
    review = reviewing.summary(house, session_id).review
    assert not isinstance(review, NotReviewed)
    assert review.unanswered == {"effort"}


def test_the_summary_of_no_session_is_missing(house: House) -> None:
    with pytest.raises(Missing):
        reviewing.summary(house, "nobody's")


# --- history -------------------------------------------------------------------------


@pytest.fixture
def walked(house: House, calendar: Calendar) -> House:
    """Two sessions, two weeks apart; the second stopped by the walker."""
    known(house)
    first = ready(house)
    walk_it(house, first)
    answers = form(reviewing.review_questions(), note="=HYPERLINK(1)")
    reviewing.submit_review(house, first, answers)
    calendar.at += timedelta(days=14)
    second = ready(house)

    async def main() -> None:
        live = walking.begin(house, second)
        await hold(live)
        await until(live, "walking")
        live.stop()
        await until(live, "waiting")
        live.finish()
        await live.settled.wait()

    run_virtually(main())
    return house


def test_history_tells_of_every_session_newest_first(walked: House) -> None:
    second, first = history.sessions(walked)
    assert first.began_at < second.began_at
    assert second.stops == (StopReason.WALKER.value, StopReason.FINISHED.value)
    assert isinstance(first.decision, Hold)
    assert isinstance(second.review, NotReviewed)


def test_weeks_without_a_session_are_weeks_too(walked: House) -> None:
    weeks = history.weekly_minutes(walked)
    assert [week.sessions for week in weeks] == [1, 0, 1]
    assert all(week.starts_on.weekday() == 0 for week in weeks)
    assert weeks[0].backward_s > weeks[2].backward_s > weeks[1].backward_s == 0


def test_no_weeks_before_the_first_session(house: House) -> None:
    assert history.weekly_minutes(house) == ()


def test_everything_can_be_taken_along_as_json(walked: House) -> None:
    def refused(constant: str) -> Any:
        pytest.fail(f"{constant} is no JSON")

    everything = json.loads(history.export_json(walked), parse_constant=refused)
    assert len(everything["sessions"]) == 2
    assert everything["reviews"][0]["body"]["note"] == "=HYPERLINK(1)"
    assert everything["events"][0]["kind"] == "SetUp"  # said before all else
    assert {"screenings", "clearances", "profiles", "decisions"} < set(everything)


def test_everything_can_be_taken_along_as_csv_that_no_spreadsheet_runs(walked: House) -> None:
    lines = list(csv.DictReader(StringIO(history.export_csv(walked).decode())))
    assert [line["status"] for line in lines] == ["done", "done"]
    assert lines[1]["note"] == "'=HYPERLINK(1)"
    assert float(lines[1]["backward_min"]) > 0


def test_deleting_everything_leaves_a_new_house(walked: House) -> None:
    history.delete_everything(walked)
    assert history.sessions(walked) == ()
    assert planning.next_step(walked) == NeedsScreening()
    assert not any(
        b"HYPERLINK" in file.read_bytes() for file in walked.folder.iterdir() if file.is_file()
    )
    known(walked)  # and it can be lived in again
    assert ready(walked)


def test_nothing_is_deleted_while_a_session_runs(house: House) -> None:
    known(house)
    session_id = ready(house)

    async def main() -> None:
        walking.begin(house, session_id)
        with pytest.raises(Conflict, match="finish it first"):
            history.delete_everything(house)
        await walking.shut_down(house)

    run_virtually(main())
