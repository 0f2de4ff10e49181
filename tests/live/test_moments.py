"""The machine's moments: what happens just before, and at, each bound it knows."""

import math
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from tests.live.test_machine import broken_walk, play
from tests.live.walks import AHEAD, BACK, CORRIDOR, LIMITS, PLAN, TICK_S, Walk

from retrowalk.live.dose import delivered
from retrowalk.live.events import (
    BeltReported,
    HoldBeat,
    HoldReleased,
    SpeedSaid,
    StopBelt,
    StopReason,
    StopWanted,
    Ticked,
)
from retrowalk.live.machine import (
    ABANDONED_S,
    BEAT_GAP_S,
    COUNTDOWN_S,
    FRESH_S,
    HOLD_S,
    REST_MPS,
    STAND_S,
    START_WAIT_S,
    advance,
    may_hold,
)
from retrowalk.live.states import (
    Countdown,
    Ended,
    Holding,
    Resting,
    Session,
    Slowing,
    Starting,
    Stopping,
    Wait,
    Waiting,
    Walking,
)
from retrowalk.live.view import view
from retrowalk.words import Interval, IntervalKind, Place

BY_HAND = replace(PLAN, place=Place.BY_HAND)
SHORT_S = 2.0**-10  # of a second; with whole numbers beside it sums stay exact
STRAY_MPS, SILENCE_S = LIMITS.stray_mps, LIMITS.silence_s


def at(phase, **known) -> Session:
    """A session in this phase since second 0, on a belt just heard at rest."""
    return replace(Session(), phase=phase, heard_s=0.0, **known)


def at_rest(at_s: float) -> BeltReported:
    return BeltReported(at_s, 0.0)


# (what, session, plan, event, its moment, phase just before the moment, phase at it)
def moments():
    start = Wait.START
    hold = at(Holding(start, 0.0, HOLD_S))
    yield "a hold", hold, PLAN, HoldBeat, HOLD_S, Holding, Countdown
    beat = at(Holding(start, 0.0, 0.0))
    yield "a lost beat", beat, PLAN, Ticked, BEAT_GAP_S + SHORT_S, Holding, Waiting
    count = at(Countdown(start, 0.0), heard_mps=0.0)
    late = replace(count, heard_s=COUNTDOWN_S)
    yield "a count-down", late, PLAN, Ticked, COUNTDOWN_S, Countdown, Starting
    fresh = replace(count, phase=Countdown(start, -COUNTDOWN_S))
    yield "a report still fresh", fresh, PLAN, Ticked, FRESH_S + SHORT_S, Starting, Stopping
    wait = at(Starting(0.0), trail_mps=1.0)
    heard = replace(wait, heard_s=START_WAIT_S)
    late_s = START_WAIT_S + SHORT_S
    yield "a belt that does not start", heard, PLAN, Ticked, late_s, Starting, Stopping
    silent = at(Walking(), ticked_s=SILENCE_S, asked_mps=0.3, trail_mps=0.3)
    yield "a silent belt", silent, PLAN, Ticked, SILENCE_S + SHORT_S, Walking, Stopping
    left = at(Waiting(start, 0.0))
    yield "a walker gone", left, PLAN, Ticked, ABANDONED_S + SHORT_S, Waiting, Stopping
    stop = at(Stopping(StopReason.WALKER, False, 0.0, 0.0), reasons=(StopReason.WALKER,))
    yield "a stand on a floor", stop, CORRIDOR, Ticked, STAND_S, Stopping, Waiting
    settle = at(Stopping(StopReason.WALKER, False, 0.0, 9.0, rests=1))
    yield "a motor that may begin", settle, PLAN, at_rest, 9.0, Stopping, Waiting
    rest = at(Resting(), interval_i=3, walked_s=0.0)
    end_s = PLAN.intervals[3].duration_s
    rest = replace(rest, walked_s=end_s - 0.5, ticked_s=7.5)
    yield "a rest", rest, PLAN, Ticked, 8.0, Resting, Waiting
    stretch = at(Walking(), walked_s=11.5, ticked_s=2.5, asked_mps=0.3, trail_mps=0.3)
    yield "a stretch", stretch, PLAN, Ticked, 3.0, Walking, Slowing


MOMENTS = {one[0]: one[1:] for one in moments()}


@pytest.mark.parametrize("what", MOMENTS)
def test_each_bound_of_time_is_kept_to_the_moment(what) -> None:
    session, plan, event, moment_s, before, after = MOMENTS[what]
    early = advance(plan, session, event(moment_s - SHORT_S))[0]
    assert isinstance(early.phase, before)
    assert isinstance(advance(plan, session, event(moment_s))[0].phase, after)


@pytest.mark.parametrize(
    ("session", "bound_mps", "below", "at_it", "above"),
    [
        (at(Walking(), trail_mps=1.0), REST_MPS, Stopping, Walking, Walking),
        (at(Starting(0.0), trail_mps=1.0), REST_MPS, Starting, Walking, Walking),
        (at(Walking(), trail_mps=0.25), 0.25 + STRAY_MPS, Walking, Walking, Stopping),
        (at(Waiting(Wait.START, 0.0)), STRAY_MPS, Waiting, Waiting, Stopping),
        (at(Stopping(StopReason.WALKER, False, 0.0, 0.0, 1)), REST_MPS, Waiting, Stopping,
         Stopping),
    ],
    ids=["stands", "starts", "too fast", "moves unasked", "rests"],
)  # fmt: skip
def test_each_bound_of_speed_is_kept_to_the_last_bit(
    session, bound_mps, below, at_it, above
) -> None:
    speeds = (math.nextafter(bound_mps, 0), bound_mps, math.nextafter(bound_mps, 9))
    for mps, phase in zip(speeds, (below, at_it, above), strict=True):
        assert isinstance(advance(PLAN, session, BeltReported(1.0, mps))[0].phase, phase), mps


def test_a_hold_begins_only_on_a_belt_slower_than_rest_and_freshly_heard() -> None:
    waiting = at(Waiting(Wait.START, 0.0), now_s=FRESH_S)
    assert may_hold(PLAN, waiting)
    assert not may_hold(PLAN, replace(waiting, heard_mps=REST_MPS))
    assert not may_hold(PLAN, replace(waiting, now_s=FRESH_S + SHORT_S))


# --- the hand ------------------------------------------------------------------------------


@pytest.mark.parametrize("held_s", [0.0, 0.25, BEAT_GAP_S])
def test_a_finger_lifted_ends_the_hold_that_moment(held_s) -> None:
    holding = at(Holding(Wait.PAUSE, 0.0, 0.0))
    session, request = advance(PLAN, holding, HoldReleased(held_s))
    assert session.phase == Waiting(Wait.PAUSE, held_s)
    assert request is None


@pytest.mark.parametrize("why", Wait)
def test_a_hold_remembers_what_it_leads_on_from(why) -> None:
    begun = advance(PLAN, at(Waiting(why, 0.0)), HoldBeat(0.0))[0]
    assert begun.phase == Holding(why, 0.0, 0.0)
    full = replace(begun, phase=Holding(why, 0.0, HOLD_S))
    assert advance(PLAN, full, HoldBeat(HOLD_S))[0].phase == Countdown(why, HOLD_S)


def test_ten_minutes_count_from_the_pause_and_not_from_the_beginning() -> None:
    paused = at(Waiting(Wait.PAUSE, 500.0))
    for at_s, phase in ((550.0, Waiting), (500.0 + ABANDONED_S, Waiting), (1100.5, Stopping)):
        assert isinstance(advance(PLAN, paused, Ticked(at_s))[0].phase, phase)


# --- what is asked and known ---------------------------------------------------------------


@settings(deadline=None)
@given(broken_walk)
def test_nothing_is_asked_of_a_belt_nobody_walks_on(script) -> None:
    walk = play(script)
    for _, _, after, request in walk.log:
        if not isinstance(after.phase, Walking | Slowing):
            assert after.asked_mps == 0.0
        match after.phase:
            case Stopping(reason=reason):
                assert after.trail_mps == 0.0
                assert request is None or request == StopBelt(reason)
        assert after.trail_mps >= after.asked_mps


@pytest.mark.parametrize("mps", [-1.0, -0.001, math.inf, -math.inf, math.nan])
def test_a_report_that_is_no_speed_is_not_heard(mps) -> None:
    session = at(Waiting(Wait.START, 0.0))
    after = advance(PLAN, session, BeltReported(2.0, mps))[0]
    assert (after.heard_s, after.heard_mps, after.now_s) == (0.0, 0.0, 2.0)


def test_a_belt_that_does_not_slow_down_when_asked_is_too_fast_after_a_while() -> None:
    plan = replace(PLAN, intervals=(Interval(AHEAD, 20, 0.4),
                                    Interval(AHEAD, 60, 0.1, IntervalKind.COOL_DOWN)))  # fmt: skip
    walk = Walk(plan)
    while walk.session.interval_i == 0:
        walk.tick()
    for _ in range(200):
        walk.belt_mps = walk.wanted_mps = 0.4  # it stays as fast as it was
        walk.tick()
        if isinstance(walk.session.phase, Stopping):
            break
    assert walk.session.reasons == (StopReason.OVERSPEED,)


# --- reasons -------------------------------------------------------------------------------


def test_each_reason_is_kept_once_however_often_it_is_told_in_a_row() -> None:
    walk = Walk().until(Walking).for_s(2)
    told = [StopReason.STUMBLED, *[StopReason.WALKER] * 3, StopReason.PHONE_LOST]
    for reason in told:
        request = walk.send(StopWanted(walk.at_s, reason))
        assert request == StopBelt(walk.session.phase.reason)
    assert walk.session.reasons == (
        StopReason.STUMBLED, StopReason.WALKER, StopReason.PHONE_LOST,
    )  # fmt: skip


def test_a_stop_on_a_floor_takes_as_long_as_it_takes_to_stand() -> None:
    walk = Walk(CORRIDOR).until(Walking).for_s(6)
    walk.send(StopWanted(walk.at_s, StopReason.WALKER))
    begun_s = walk.at_s
    walk.until(Waiting)
    assert walk.at_s - begun_s == pytest.approx(STAND_S, abs=2 * TICK_S)


def test_a_stretch_shorter_than_a_tick_ends_for_the_plans_own_reason() -> None:
    plan = replace(PLAN, intervals=(Interval(BACK, 0.1, 0.3),))
    walk = Walk(plan).until(Ended)
    assert walk.session.phase == Ended(StopReason.COMPLETED)
    assert walk.session.reasons == (StopReason.COMPLETED,)


# --- how long, how far -----------------------------------------------------------------------


@pytest.mark.parametrize("plan", [PLAN, CORRIDOR], ids=lambda plan: plan.place.value)
def test_every_stretch_lasts_as_long_as_the_plan_says(plan) -> None:
    walk = Walk(plan).until(Ended, within_s=400)
    lasted = dict.fromkeys(range(len(plan.intervals)), 0.0)
    ticks = [after for event, _, after, _ in walk.log if isinstance(event, Ticked)]
    for before, after in pairwise(ticks):
        if isinstance(before.phase, Walking | Resting):
            lasted[before.interval_i] += after.now_s - before.now_s
    for interval_i, interval in enumerate(plan.intervals):
        assert lasted[interval_i] == pytest.approx(interval.duration_s, abs=1.5 * TICK_S)


def test_a_belt_slower_than_rest_is_walked_on_by_nobody_while_it_slows() -> None:
    walk = Walk().until(Slowing)
    for mps, way in ((REST_MPS, True), (math.nextafter(REST_MPS, 0), False)):
        point = delivered(PLAN, [*walk.events, BeltReported(walk.at_s, mps)]).track[-1]
        assert point.phase == "slowing"
        assert (point.direction is BACK) is way


def test_on_a_floor_the_first_slow_steps_count() -> None:
    walk = Walk(CORRIDOR).until(Walking)
    point = delivered(CORRIDOR, [*walk.events, Ticked(walk.at_s + 0.05)]).track[-1]
    assert 0 < point.belt_mps < REST_MPS
    assert point.direction is BACK


def test_a_console_said_to_run_faster_counts_as_said_until_it_is_slowed() -> None:
    walk = Walk(BY_HAND).until(Walking).for_s(5)
    walk.send(SpeedSaid(walk.at_s, 0.45))
    seen = view(BY_HAND, walk.session)
    assert (seen.by_hand, seen.asks_speed) == (True, True)
    assert delivered(BY_HAND, walk.events).track[-1].belt_mps == 0.45
    walk.until(Slowing).tick()
    last = delivered(BY_HAND, walk.events).track[-1]
    assert last.belt_mps == last.asked_mps < 0.45
    assert not view(BY_HAND, walk.session).asks_speed
    assert view(PLAN, at(Walking())).asks_speed is view(PLAN, at(Walking())).by_hand is False
