"""Tests taken, kept, taken back; what they say; and who may take them."""

import csv
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.programme.cases import PRESCRIBED

from retrowalk.app import history, outcomes, planning, profile, screening, taking
from retrowalk.app.house import House, open_house
from retrowalk.app.outcomes import Ahead, Judged, TooLittle, Unjudged, Verdict
from retrowalk.errors import BadAnswers, BadOutcome, Missing, NotAllowed, ScreeningNeeded
from retrowalk.store.codec import encode
from retrowalk.store.models import OutcomeRow
from retrowalk.units import CENTIMETRE, FOOT, INCH
from retrowalk.words import AskClinician, Clear, NotToday

START = datetime(2026, 10, 1, 9, tzinfo=UTC)
PROFILE = {
    "goal": "knee", "age": "71", "experience": "never", "aid": "none", "units": "km/h",
    "speed": "usual", "place": "driven", "rails": "yes",
}  # fmt: skip
TUG = "timed-up-and-go"


class Clock:
    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def house(tmp_path: Path, clock: Clock) -> Iterator[House]:
    opened = open_house(tmp_path / "house", now=clock)
    yield opened
    opened.close()


@pytest.fixture
def screened(house: House) -> House:
    screen(house)
    return house


def screen(house: House, **said: str) -> None:
    answers = {q.id: "no" for q in screening.standing_questions()} | {"pressure": "normal"}
    screening.submit_screening(house, answers | said)


Take = Callable[..., int]


@pytest.fixture
def take(screened: House) -> Take:
    """take(outcome, day, value, …) records a test that many days after the start."""

    def record(outcome: str, day: int, *values: str, **more: str) -> int:
        on = (START.date() + timedelta(days=day)).isoformat()
        trials = {f"trial-{i}": value for i, value in enumerate(values, start=1)}
        return taking.record(screened, outcome, {"on": on, "ready": "yes", **trials, **more})

    return record


def problems(house: House, outcome: str, **typed: str) -> dict[str, str]:
    named = {name.replace("trial_", "trial-"): text for name, text in typed.items()}
    with pytest.raises(BadAnswers) as bad:
        taking.record(house, outcome, {"ready": "yes"} | named)
    return bad.value.problems


# --- taking -----------------------------------------------------------------------------------


def test_two_tries_become_their_mean_and_are_kept_with_day_and_hand(screened, take, clock) -> None:
    take(TUG, 0, "12.0", "12,4", by="clinician")
    (kept,) = outcomes.story(screened, TUG).taken
    assert (kept.value, kept.by, kept.on) == (pytest.approx(12.2), "clinician", START.date())
    assert kept.trials == (12.0, 12.4)
    assert kept.first
    assert kept.counts


def test_ten_metres_become_a_speed(screened, take) -> None:
    take("walk-10m-forward", 0, "8", "8")
    assert outcomes.story(screened, "walk-10m-forward").taken[0].value == pytest.approx(1.25)


def test_inches_and_feet_are_understood_from_who_walks_in_miles(screened, take) -> None:
    profile.submit_profile(screened, PROFILE | {"units": "mph"})
    take("sit-and-reach", 0, "-2", "−2", "-2")
    take("six-minute-walk", 0, "1000")
    assert outcomes.story(screened, "sit-and-reach").taken[0].value == pytest.approx(-2 * INCH)
    assert outcomes.story(screened, "six-minute-walk").taken[0].value == pytest.approx(1000 * FOOT)
    profile.submit_profile(screened, PROFILE)
    take("sit-and-reach", 1, "4", "4", "4")
    assert outcomes.story(screened, "sit-and-reach").taken[0].value == pytest.approx(4 * CENTIMETRE)


def test_the_koos_is_scored_from_numbers_brought(screened, take) -> None:
    take("koos-pain", 0, "1 1 1 1 1 1 1 1 1")
    assert outcomes.story(screened, "koos-pain").taken[0].value == 75


@pytest.mark.parametrize(
    ("outcome", "typed", "field", "says"),
    [
        (TUG, {"trial_1": "12"}, "trial-2", "This try is missing"),
        (TUG, {"trial_1": "quick", "trial_2": "12"}, "trial-1", "not a number we can read"),
        (TUG, {"trial_1": "1", "trial_2": "12"}, "trial-1", "a number from 3 s to 120 s"),
        (TUG, {"trial_1": "nan", "trial_2": "12"}, "trial-1", "This cannot be"),
        (TUG, {"trial_1": "1e999", "trial_2": "12"}, "trial-1", "This cannot be"),
        ("walk-10m-forward", {"trial_1": "1", "trial_2": "9"}, "trial-1", "from 3.3 s to 100 s"),
        ("walk-10m-forward", {"trial_1": "0", "trial_2": "9"}, "trial-1", "above 0"),
        ("chair-stand-30s", {"trial_1": "10.5"}, "trial-1", "A whole number"),
        ("mood", {"trial_1": "6.5"}, "trial-1", "between two steps"),
        ("mood", {"trial_1": "11"}, "trial-1", "This cannot be"),
        ("koos-pain", {"trial_1": "1 2"}, "trial-1", "9 answers were expected"),
        (TUG, {"trial_1": "9", "trial_2": "9", "ready": ""}, "ready", "read the safety words"),
        (TUG, {"trial_1": "9", "trial_2": "9", "by": "cat"}, "by", "who measured"),
        (TUG, {"trial_1": "9", "trial_2": "9", "on": "soon"}, "on", "no day we can read"),
        (TUG, {"trial_1": "9", "trial_2": "9", "on": "2026-10-03"}, "on", "still to come"),
        (TUG, {"trial_1": "9", "trial_2": "9", "on": "1999-12-31"}, "on", "too long ago"),
        (TUG, {"stopped": "yes"}, "why", "choose why you stopped"),
        (TUG, {"stopped": "yes", "why": "bored"}, "why", "choose why you stopped"),
    ],
)
def test_what_was_typed_wrong_is_told_field_by_field(
    screened, outcome: str, typed: dict[str, str], field: str, says: str
) -> None:
    found = problems(screened, outcome, **typed)
    assert list(found) == [field]
    assert says in found[field]


def test_a_phone_east_of_here_may_be_a_day_ahead(take) -> None:
    take(TUG, 1, "9", "9")


@pytest.fixture
def travel(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """travel("Asia/Tokyo") takes this computer there, and home again at the end."""

    def to(zone: str) -> None:
        monkeypatch.setenv("TZ", zone)
        time.tzset()

    yield to
    monkeypatch.undo()
    time.tzset()


def test_a_test_belongs_to_the_day_where_the_walker_is(screened, clock, travel) -> None:
    clock.at = datetime(2026, 10, 24, 20, tzinfo=UTC)  # the clocks go back in Europe that night
    given = {"ready": "yes", "trial-1": "12", "trial-2": "12"}
    for zone, day in (("Pacific/Auckland", 25), ("America/Los_Angeles", 24), ("Europe/Berlin", 24)):
        travel(zone)
        taking.record(screened, TUG, given)
        newest = max(outcomes.story(screened, TUG).taken, key=lambda one: one.id)
        assert newest.on == date(2026, 10, day)
    told = [one.on.day for one in outcomes.story(screened, TUG).taken]
    assert told == sorted(told, reverse=True) == [25, 24, 24]


def test_an_hour_more_or_less_moves_no_check_point(screened, take, clock, travel) -> None:
    travel("Europe/Berlin")
    clock.at = datetime(2026, 10, 10, 21, 30, tzinfo=UTC)  # half past eleven, summer time
    begin_programme(screened)
    take(TUG, 9, "12", "12")
    clock.at = datetime(2026, 11, 7, 22, 30, tzinfo=UTC)  # half past eleven, winter time
    four, _ = outcomes.story(screened, TUG).checks
    assert date.fromordinal(four.day) == date(2026, 11, 7) == screened.today


def test_a_name_unknown_is_missing(screened) -> None:
    with pytest.raises(Missing, match="no test of this name"):
        taking.record(screened, "juggling", {})


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.sampled_from(sorted(one.id for one in outcomes.catalogue())),
    st.dictionaries(
        st.sampled_from(["trial-1", "trial-2", "trial-3", "on", "by", "ready", "stopped", "why"]),
        st.one_of(st.text(max_size=30), st.sampled_from(["yes", "9", "me", "other", "-1e400"])),
    ),
)
def test_whatever_is_typed_is_kept_whole_or_refused(screened, outcome, typed) -> None:
    try:
        number = taking.record(screened, outcome, typed)
    except BadAnswers as bad:
        said = list(bad.problems.values())
    except NotAllowed:
        return  # an example before broke a test off with something serious
    else:
        said = ["Kept."]
        kept = next(one for one in outcomes.story(screened, outcome).taken if one.id == number)
        found = outcomes.find(outcome)
        assert not kept.counts or found.lowest <= kept.value <= found.highest
        taking.take_back(screened, number) if kept.stopped not in taking.SERIOUS_STOPS else None
    assert all(text.endswith(".") for text in said)


# --- order, days, and taking back -------------------------------------------------------------


def test_tests_written_down_out_of_order_stand_by_their_days(screened, take, clock) -> None:
    clock.at = START + timedelta(days=40)
    take(TUG, 35, "9", "9")
    take(TUG, 0, "12", "12")
    told = outcomes.story(screened, TUG)
    assert [one.value for one in told.taken] == [9, 12]
    assert [one.first for one in told.taken] == [False, True]
    assert isinstance(told.change, Judged)
    assert told.change.verdict is Verdict.IMPROVED


def test_a_mistaken_entry_is_taken_back_and_may_come_again(screened, take, clock) -> None:
    take(TUG, 0, "12", "12")
    clock.at = START + timedelta(days=40)
    wrong = take(TUG, 35, "120", "120")
    assert outcomes.story(screened, TUG).change.verdict is Verdict.WORSE
    assert taking.take_back(screened, wrong) == TUG
    told = outcomes.story(screened, TUG)
    assert isinstance(told.change, TooLittle)
    assert [one.undone for one in told.taken] == [True, False]
    (line,) = [one for one in outcomes.overview(screened) if one.outcome.id == TUG]
    assert (line.tests, line.latest and line.latest.value) == (1, 12)
    taking.take_back(screened, wrong, back=False)
    assert outcomes.story(screened, TUG).change.verdict is Verdict.WORSE
    with pytest.raises(Missing):
        taking.take_back(screened, 999)


def test_another_walkers_test_is_not_taken_back(screened, take) -> None:
    number = take(TUG, 0, "12", "12")
    with screened.store.writing() as rows:
        rows.get(OutcomeRow, number).walker_id = other_walker(rows)
    with pytest.raises(Missing):
        taking.take_back(screened, number)


def other_walker(rows) -> int:
    from retrowalk.store.models import WalkerRow  # noqa: PLC0415

    walker = WalkerRow(at=START)
    rows.add(walker)
    rows.flush()
    return walker.id


def test_a_test_broken_off_keeps_its_tries_and_counts_for_nothing(screened, take) -> None:
    take(TUG, 0, "12", stopped="yes", why="other")
    told = outcomes.story(screened, TUG)
    (kept,) = told.taken
    assert (kept.counts, kept.stopped, kept.trials) == (False, "other", (12.0,))
    assert isinstance(told.change, TooLittle)
    assert outcomes.overview(screened)  # and the list can be drawn
    assert kept.id == taking_back_is_allowed(screened, kept.id)


def taking_back_is_allowed(house: House, number: int) -> int:
    taking.take_back(house, number)
    return number


# --- who may --------------------------------------------------------------------------------


def test_nobody_is_tested_unscreened_but_anybody_is_asked(house) -> None:
    with pytest.raises(ScreeningNeeded):
        taking.record(house, TUG, {"ready": "yes", "trial-1": "9", "trial-2": "9"})
    assert taking.record(house, "mood", {"trial-1": "7"})


def test_who_must_ask_a_clinician_is_not_tested_before(house) -> None:
    screen(house, heart="yes")
    with pytest.raises(NotAllowed, match="may not be taken now"):
        taking.record(house, TUG, {"ready": "yes", "trial-1": "9", "trial-2": "9"})


def test_not_today_is_not_today_for_tests_either(screened, clock) -> None:
    tug = outcomes.find(TUG)
    today = {q.id: "no" for q in screening.today_questions()}
    ill = today | {"pain": "9", "sleep": "well", "pressure_today": "not known", "unwell": "yes"}
    planning.submit_readiness(screened, ill)
    assert isinstance(taking.may_test(screened, tug), NotToday)
    clock.at = START + timedelta(days=1)
    assert isinstance(taking.may_test(screened, tug), Clear)


def test_a_clear_today_lets_the_test_be_taken(screened) -> None:
    well = {q.id: "no" for q in screening.today_questions()}
    planning.submit_readiness(
        screened, well | {"pain": "0", "sleep": "well", "pressure_today": "not known"}
    )
    assert isinstance(taking.may_test(screened, outcomes.find(TUG)), Clear)


def test_a_fall_in_a_test_stops_tests_and_sessions_until_a_clinician_says_yes(
    screened, take, clock
) -> None:
    profile.submit_profile(screened, PROFILE)
    number = take(TUG, 0, stopped="yes", why="fall")
    may = taking.may_test(screened, outcomes.find(TUG))
    assert isinstance(may, AskClinician)
    assert "in your test of 2026-10-01" in may.reasons[0].text
    step = planning.next_step(screened)
    assert isinstance(step, planning.MayNotWalk)
    with pytest.raises(NotAllowed, match="stays on record"):
        taking.take_back(screened, number)
    topic = may.reasons[0].topic
    screening.record_clearance(screened, topics=[topic], by="Dr Ruiz", on=START.date())
    assert isinstance(taking.may_test(screened, outcomes.find(TUG)), Clear)
    assert not isinstance(planning.next_step(screened), planning.MayNotWalk)


# --- what they say ----------------------------------------------------------------------------


def begin_programme(house: House, protocol: str = "knee-six-weeks") -> None:
    """A session of a protocol with checks in week 4 and 6, begun today."""
    from retrowalk.store.models import PrescriptionRow, SessionRow, Status  # noqa: PLC0415

    with house.store.writing() as rows:
        prescribed = PrescriptionRow(
            walker_id=house.walker_id,
            at=house.now(),
            protocol=protocol,
            body=encode(replace(PRESCRIBED["ten-by-three"], protocol=protocol, weeks=6)),
        )
        rows.add(prescribed)
        rows.flush()
        rows.add(
            SessionRow(
                id=f"s{prescribed.id}", walker_id=house.walker_id, prescription_id=prescribed.id,
                protocol=protocol, stage=0, status=Status.DONE.value, plan="{}",
                planned="{}", planned_at=house.now(), began_at=house.now(), ended_at=house.now(),
                delivered="{}", reasons="[]", speed_up=1.0,
            )
        )  # fmt: skip


def test_check_points_stand_four_and_six_weeks_after_the_first_session(
    screened, take, clock
) -> None:
    take(TUG, 0, "12", "12")
    assert outcomes.story(screened, TUG).checks == ()
    clock.at = START + timedelta(days=2)
    begin_programme(screened)
    due = {line.outcome.id: line.due for line in outcomes.overview(screened)}
    assert due[TUG] == date(2026, 10, 31)
    assert due["mood"] is None
    assert outcomes.due_now(screened) == ()
    clock.at = START + timedelta(days=27)
    assert [line.outcome.id for line in outcomes.due_now(screened)] == [TUG]
    clock.at = START + timedelta(days=31)
    take(TUG, 31, "9", "9")
    four, six = outcomes.story(screened, TUG).checks
    assert isinstance(four.found, Judged)
    assert four.found.verdict is Verdict.IMPROVED
    assert six.found == Ahead()


def test_each_protocol_has_its_own_check_points(screened, take, clock) -> None:
    take(TUG, 0, "12", "12")
    for protocol, weeks in (("incline-strength", [4, 8]), ("return-after-a-pause", [2]),
                            ("ten-by-three", [4]), ("of yesterday", [6])):  # fmt: skip
        begin_programme(screened, protocol)
        assert [one.week for one in outcomes.story(screened, TUG).checks] == weeks
        assert outcomes.check_weeks(screened) == tuple(weeks)


def test_tests_of_an_earlier_year_are_no_baseline_of_this_programme(screened, take, clock) -> None:
    take(TUG, -300, "20", "20")
    clock.at = START + timedelta(days=2)
    begin_programme(screened)
    take(TUG, 1, "12", "12")
    clock.at = START + timedelta(days=31)
    take(TUG, 31, "12", "12")
    told = outcomes.story(screened, TUG)
    assert isinstance(told.change, Judged)
    assert (told.change.baseline, told.change.verdict) == (12, Verdict.WITHIN)
    assert [one.first for one in told.taken] == [False, True, False]


def test_a_protocol_chosen_but_not_begun_has_no_check_points(screened, take) -> None:
    profile.submit_profile(screened, PROFILE)
    planning.choose_protocol(screened, "ten-by-three")
    take(TUG, 0, "12", "12")
    assert outcomes.story(screened, TUG).checks == ()


def test_the_chair_stand_shows_the_rows_of_the_walkers_age(screened) -> None:
    assert outcomes.story(screened, "chair-stand-30s").below[0][1] == ()
    profile.submit_profile(screened, PROFILE)
    ((_, rows),) = outcomes.story(screened, "chair-stand-30s").below
    assert rows == ("men of 70 to 74: fewer than 12", "women of 70 to 74: fewer than 10")


def test_what_suits_goes_by_the_goal(screened) -> None:
    assert TUG in outcomes.suited(screened)
    profile.submit_profile(screened, PROFILE)
    assert "knee-pain-left" in outcomes.suited(screened)
    known = {one.id for one in outcomes.catalogue()}
    assert all(set(names) <= known for names in outcomes.SUITS.values())


def test_without_an_error_there_is_no_verdict(screened, take, clock) -> None:
    take("mood", 0, "3")
    clock.at = START + timedelta(days=40)
    take("mood", 40, "9")
    assert isinstance(outcomes.story(screened, "mood").change, Unjudged)


# --- taking along ----------------------------------------------------------------------------


def test_the_spreadsheet_has_one_line_for_each_test(screened, take) -> None:
    take("sit-and-reach", 0, "-4", "-4", "-4")
    wrong = take(TUG, 0, "12", "12")
    taking.take_back(screened, wrong)
    take("walk-10m-forward", 0, stopped="yes", why="other")
    rows = list(csv.DictReader(StringIO(outcomes.export_csv(screened).decode())))
    assert [row["outcome"] for row in rows] == ["sit-and-reach", TUG, "walk-10m-forward"]
    assert (rows[0]["value"], rows[0]["unit_si"]) == ("-0.04", "m")
    assert (rows[1]["taken_back"], rows[2]["broken_off"], rows[2]["value"]) == ("yes", "other", "")


def test_a_test_the_catalogue_no_longer_has_is_still_taken_along(screened, take) -> None:
    number = take("mood", 0, "5")
    with screened.store.writing() as rows:
        rows.get(OutcomeRow, number).outcome = "juggling"
    (row,) = csv.DictReader(StringIO(outcomes.export_csv(screened).decode()))
    assert (row["title"], row["unit_si"]) == ("juggling", "")


def test_tests_are_in_the_whole_export_and_go_when_everything_goes(screened, take) -> None:
    take("mood", 0, "5")
    assert b'"outcome": "mood"' in history.export_json(screened)
    history.delete_everything(screened)
    assert outcomes.story(screened, "mood").taken == ()


def test_a_file_somebody_wrote_is_read_or_refused(tmp_path) -> None:
    from retrowalk.readers.outcomes import packaged_texts  # noqa: PLC0415

    text = {file.name: file.text for file in packaged_texts()}["mood.toml"]
    file = tmp_path / "mine.toml"
    file.write_text(text)
    assert [one.id for one in outcomes.read(file)] == ["mood"]
    file.write_text(text.replace("quantity", "quality"))
    with pytest.raises(BadOutcome, match=r"mine.toml, line \d+: .*'quantity'"):
        outcomes.read(file)
