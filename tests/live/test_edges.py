"""The live session at its edges: the very moment, the last stretch, all that was foretold."""

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from tests.live.test_machine import broken_walk, play
from tests.live.walks import BACK, CORRIDOR, LIMITS, PLAN, Walk

from retrowalk.errors import BadPlan
from retrowalk.live.ahead import HORIZON_S, JUST_S, ahead
from retrowalk.live.check import LONGEST_S, check
from retrowalk.live.cues import cues
from retrowalk.live.dose import LONGEST_GAP_S, delivered
from retrowalk.live.events import BeltReported, StopReason, StopWanted, Ticked
from retrowalk.live.machine import COUNTDOWN_S, HOLD_S, REST_MPS, RESTS_NEEDED, may_hold
from retrowalk.live.phone import Felt, Phone, stop_wanted
from retrowalk.live.states import (
    Countdown,
    Ended,
    Holding,
    Resting,
    Session,
    Slowing,
    Stopping,
    Wait,
    Waiting,
    Walking,
)
from retrowalk.live.view import UNCONFIRMED_S, left_s, silent, unconfirmed, view
from retrowalk.words import Direction, Interval, IntervalKind

WALK, REST = Interval(BACK, 12, 0.3), Interval(BACK, 12, 0.0, IntervalKind.REST)


def plan_of(*intervals, **limits):
    return replace(PLAN, intervals=intervals, limits=replace(LIMITS, **limits))


# --- a plan --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("plan", "why"),
    [
        (plan_of(), "has nothing to walk"),
        (plan_of(WALK, replace(WALK, direction=Direction.UNCLEAR)),
         "has in stretch 2 no direction"),
        (plan_of(replace(WALK, duration_s=0.0)), "has in stretch 1 a duration of 0.0 s"),
        (plan_of(WALK, WALK, REST), "begins or ends with a rest"),
        (plan_of(WALK, REST, REST, WALK), "has two rests in a row"),
        (plan_of(replace(WALK, duration_s=9000.0)),
         "lasts 9000 s, more than none and at most 7200 s expected"),
        (plan_of(WALK, stray_mps=-1), "has -1 as stray_mps, a number above 0 expected"),
        (plan_of(WALK, silence_s=0.0), "has 0.0 as silence_s, a number above 0 expected"),
        (plan_of(WALK, forward_top_mps=0.0),
         "has 0.0 as forward_top_mps, a number above 0 expected"),
    ],
)  # fmt: skip
def test_a_plan_is_refused_in_a_sentence_that_says_where_and_what_to_do(plan, why) -> None:
    sentence = f"this session plan {why}; make the plan anew from its protocol"
    with pytest.raises(BadPlan, match=f"^{re.escape(sentence)}$"):
        check(plan)


@pytest.mark.parametrize("duration_s", [0.01, 0.5, 1.0, LONGEST_S])
def test_a_plan_may_be_as_short_as_a_step_and_as_long_as_two_hours(duration_s) -> None:
    plan = plan_of(replace(WALK, duration_s=duration_s))
    assert check(plan) is plan


@pytest.mark.parametrize("bend", [0.01, 0.5, 1.0])
def test_small_limits_are_limits(bend) -> None:
    plan = plan_of(WALK, ramp_mps2=bend, stray_mps=bend, silence_s=bend,
                   backward_top_mps=bend, forward_top_mps=bend)  # fmt: skip
    assert check(plan) is plan


# --- what is foretold ------------------------------------------------------------------------


@pytest.mark.parametrize("plan", [PLAN, CORRIDOR], ids=lambda plan: plan.place.value)
def test_whatever_is_foretold_of_a_walk_undisturbed_is_said_in_those_words(plan) -> None:
    walk = Walk(plan).until(Ended, within_s=400)
    said = [
        (after.now_s, cue)
        for _, before, after, _ in walk.log
        for cue in cues(plan, before, after)
    ]  # fmt: skip
    for *_, after, _ in walk.log:
        for one in ahead(plan, after):
            assert any(cue == one.cue and abs(at_s - one.due_s) < 0.5 for at_s, cue in said), one


def test_the_quarter_minute_ends_with_its_last_moment() -> None:
    session = replace(Session(), phase=Walking(), now_s=100.0, ticked_s=100.0)
    plan = plan_of(replace(WALK, duration_s=HORIZON_S), WALK)
    assert ahead(plan, session)[-1].due_s == 100.0 + HORIZON_S
    late = replace(session, now_s=100.0 + HORIZON_S + JUST_S)
    assert ahead(plan, late) == ()


# --- what was delivered ------------------------------------------------------------------------


def test_every_stop_is_told_once_with_its_time_and_the_session_as_it_ended() -> None:
    walk = Walk().until(Walking).for_s(2)
    times = []
    for reason in (StopReason.STUMBLED, StopReason.WALKER):
        times.append((walk.at_s, reason))
        walk.send(StopWanted(walk.at_s, reason))
        walk.until(Waiting).until(Walking)
    result = delivered(PLAN, walk.events)
    assert result.stops == tuple(times)
    assert result.last == walk.session
    assert [point.asked_mps for point in result.track] == [
        after.asked_mps for *_, after, _ in walk.log
    ]


def test_a_belt_at_the_very_speed_of_rest_moves_and_a_gap_of_five_seconds_counts() -> None:
    walk = Walk().until(Walking).for_s(1)
    at_s = walk.at_s
    before = delivered(PLAN, [*walk.events, BeltReported(at_s, REST_MPS)])
    assert before.track[-1].direction is BACK
    for gap_s, known in ((LONGEST_GAP_S, True), (LONGEST_GAP_S + 0.01, False)):
        after = delivered(PLAN, [*walk.events, BeltReported(at_s, 0.3), Ticked(at_s + gap_s)])
        more_s = after.dose.backward_s - before.dose.backward_s
        assert more_s == pytest.approx(gap_s if known else 0.0, abs=1e-6)


def test_a_phone_that_stands_on_a_belt_at_the_speed_of_rest_stops_it() -> None:
    phone = Phone(safety=False, felt=Felt(still_s=9.0), stepped_on=True)
    for belt_mps, why in ((REST_MPS, StopReason.STANDING), (REST_MPS - 1e-6, None)):
        session = replace(Session(), phase=Walking(), heard_mps=belt_mps)
        assert stop_wanted(PLAN, session, phone) is why


# --- what is seen ----------------------------------------------------------------------------


@settings(deadline=None)
@given(broken_walk)
def test_what_is_seen_is_what_is(script) -> None:
    session = play(script).session
    seen = view(PLAN, session)
    assert seen.may_hold is may_hold(PLAN, session)
    assert seen.ended is session.ended
    assert seen.next_in_s == seen.left_s == left_s(PLAN, session) >= 0
    assert (seen.belt_mps, seen.belt_age_s) == (session.heard_mps, session.now_s - session.heard_s)
    assert 0 <= seen.hold_ratio <= 1
    assert 0 <= seen.progress_ratio <= 1
    assert unconfirmed(PLAN, session) in (True, False)


@pytest.mark.parametrize(
    "phase", [Slowing(StopReason.TURN), Stopping(StopReason.TURN, False, 0.0, 0.0),
              Ended(StopReason.WALKER)]
)  # fmt: skip
def test_nothing_is_left_of_what_is_being_ended(phase) -> None:
    assert left_s(PLAN, replace(Session(), phase=phase, walked_s=3.0)) == 0.0


def test_what_is_overdue_has_nothing_left() -> None:
    late = replace(Session(), now_s=99.0, walked_s=99.0)
    for phase in (Countdown(Wait.START, 0.0), Walking(), Resting()):
        assert left_s(PLAN, replace(late, phase=phase)) == 0.0
    begun = replace(late, phase=Countdown(Wait.START, 97.0))
    assert left_s(PLAN, begun) == COUNTDOWN_S - 2.0


def test_the_ring_is_full_and_no_more_when_the_hold_is_longer_than_asked() -> None:
    holding = replace(Session(), phase=Holding(Wait.START, 0.0, 0.0), now_s=1.5 * HOLD_S)
    assert view(PLAN, holding).hold_ratio == 1.0
    assert view(PLAN, replace(holding, now_s=HOLD_S / 4)).hold_ratio == 0.25


def test_progress_counts_what_was_walked_and_never_more_than_the_stretch() -> None:
    second = replace(Session(), phase=Walking(), interval_i=1, walked_s=6.0)
    assert view(PLAN, second).progress_ratio == pytest.approx((12 + 6) / 72)
    assert view(PLAN, replace(second, walked_s=99.0)).progress_ratio == pytest.approx(24 / 72)


@pytest.mark.parametrize(
    ("rests", "since_s", "heard_s", "shouted"),
    [
        (RESTS_NEEDED, 0.0, 99.0, False),  # seen at rest, only not settled
        (RESTS_NEEDED - 1, 0.0, 99.0, True),
        (RESTS_NEEDED, 0.0, 90.0, True),  # a belt unheard is not seen
        (0, 99.0 - UNCONFIRMED_S, 99.0, True),
        (0, 99.01 - UNCONFIRMED_S, 99.0, False),
    ],
)
def test_a_stop_is_shouted_about_when_it_ought_to_have_been_seen(
    rests, since_s, heard_s, shouted
) -> None:
    phase = Stopping(StopReason.WALKER, False, since_s, 999.0, rests)
    session = replace(Session(), phase=phase, now_s=99.0, heard_s=heard_s)
    assert unconfirmed(PLAN, session) is shouted


@pytest.mark.parametrize(("unheard_s", "warned"), [(2.8, False), (2.81, True)])
def test_silence_begins_a_tick_before_three_seconds(unheard_s, warned) -> None:
    session = replace(Session(), now_s=10.0, heard_s=10.0 - unheard_s)
    assert silent(PLAN, session) is warned
    assert silent(CORRIDOR, session) is False
    assert silent(PLAN, replace(session, phase=Ended(StopReason.WALKER))) is False


def test_a_direction_not_walked_in_has_no_dose() -> None:
    walk = Walk(plan_of(WALK)).until(Ended)
    dose = delivered(walk.plan, walk.events).dose
    assert (dose.forward_s, dose.forward_m) == (0.0, 0.0)
    assert 12 <= dose.backward_s <= 18
