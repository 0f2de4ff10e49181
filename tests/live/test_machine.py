"""The four promises over arbitrary event orders, then one test per hazard."""

import math
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.live.walks import CORRIDOR, LIMITS, PLAN, TICK_S, Walk, run, speeds

from retrowalk.live.events import (
    RESUMABLE,
    BeltReported,
    HeartHeard,
    HoldBeat,
    HoldReleased,
    SetSpeed,
    StartBelt,
    StopBelt,
    StopReason,
    StopWanted,
    Ticked,
)
from retrowalk.live.machine import (
    ABANDONED_S,
    BEAT_GAP_S,
    HOLD_S,
    LONGEST_TICK_S,
    REST_MPS,
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
from retrowalk.words import Direction

# --- arbitrary sessions: clocks that stall, jump and run backwards; belts that do as they please

clock = st.one_of(st.floats(-1, 90), st.integers(0, 90).map(float))
event = st.one_of(
    st.builds(Ticked, clock),
    st.builds(BeltReported, clock, st.sampled_from([0.0, 0.0, 0.1, 0.3, 0.7, math.nan, -1.0])),
    st.builds(HoldBeat, clock),
    st.builds(HoldReleased, clock),
    st.builds(StopWanted, clock, st.sampled_from(StopReason)),
    st.builds(HeartHeard, clock, st.sampled_from([0, 70, 119, 121, 180, 255]), st.booleans()),
)
anything = st.lists(event, max_size=40)
# Scripts reach the deep phases that random events never would: each number is one tick of an
# obedient belt, each event breaks in.
broken_walk = st.lists(
    st.one_of(
        st.integers(1, 60),
        st.booleans(),
        event.map(lambda e: ("now", e)),
        st.sampled_from([0, 80, 150]).map(lambda bpm: ("heart", bpm)),
    ),
    max_size=25,
)


def play(script) -> Walk:
    walk = Walk()
    for step in script:
        match step:
            case bool():
                walk.holds = step
            case int():
                for _ in range(step):
                    walk.tick()
            case ("heart", bpm):
                walk.heart_bpm = bpm
            case ("now", event):
                walk.send(replace(event, at_s=walk.at_s + min(max(event.at_s, -1), 8) / 10))
    return walk


@settings(max_examples=150, deadline=None)
@given(broken_walk)
def test_requests_stay_under_the_limits_and_within_the_ramp(script):
    asked_mps = 0.0
    for _, _before, after, request in play(script).log:
        match request:
            case StartBelt() | StopBelt():
                asked_mps = 0.0
            case SetSpeed(mps):
                direction = PLAN.intervals[after.interval_i].direction
                slower = mps < asked_mps
                assert 0 <= mps <= LIMITS.top_mps(direction) or slower
                assert abs(mps - asked_mps) <= LIMITS.ramp_mps2 * LONGEST_TICK_S + 1e-9
                asked_mps = mps


@settings(max_examples=150, deadline=None)
@given(broken_walk)
def test_once_a_stop_has_begun_only_stopping_is_asked_until_the_belt_rests(script):
    stopping = False
    for _, before, after, request in play(script).log:
        if stopping:
            assert request is None or isinstance(request, StopBelt)
        stopping = isinstance(after.phase, Stopping)
        if isinstance(before.phase, Stopping) and not stopping:
            assert after.heard_mps < REST_MPS  # the belt was seen at rest


@settings(max_examples=150, deadline=None)
@given(broken_walk)
def test_start_is_asked_once_and_only_after_an_unbroken_hold(script):
    held_since_s = beat_s = None
    holds_done = 0
    for event, before, after, request in play(script).log:
        match event:
            case HoldBeat():
                if beat_s is None or after.now_s - beat_s > BEAT_GAP_S + 1e-9:
                    held_since_s = after.now_s
                beat_s = after.now_s
                if after.now_s - held_since_s >= HOLD_S and isinstance(after.phase, Countdown):
                    holds_done += isinstance(before.phase, Holding)
            case HoldReleased():
                held_since_s = beat_s = None
        if isinstance(request, StartBelt):
            assert isinstance(before.phase, Countdown)
            assert before.heard_mps < REST_MPS
            holds_done -= 1
        assert holds_done >= 0


@settings(max_examples=150, deadline=None)
@given(broken_walk)
def test_nobody_is_asked_to_turn_on_a_moving_belt(script):
    for _, before, after, _request in play(script).log:
        directions = [PLAN.intervals[s.interval_i].direction for s in (before, after)]
        turned = directions[0] is not directions[1]
        awaits_turn = isinstance(after.phase, Waiting) and after.phase.why is Wait.TURN
        if turned or (awaits_turn and not isinstance(before.phase, Holding | Waiting)):
            assert after.heard_mps < REST_MPS


@given(anything)
def test_events_in_any_order_break_nothing(events):
    session, requests = run(events)
    assert not any(isinstance(r, StartBelt | SetSpeed) for r in requests)
    assert session.now_s >= 0


@settings(deadline=None)
@given(broken_walk)
def test_a_session_replays_to_the_same_end(script):
    walk = play(script)
    assert run(walk.events) == (walk.session, walk.requests)


@settings(deadline=None)
@given(broken_walk)
def test_every_unplanned_stop_is_kept(script):
    for _, before, after, _request in play(script).log:
        assert after.reasons[: len(before.reasons)] == before.reasons
        if isinstance(after.phase, Ended):
            assert after.phase.reason in after.reasons


@given(anything)
def test_on_a_floor_nothing_is_ever_asked_of_a_belt(events):
    assert set(run(events, plan=CORRIDOR)[1]) <= {None}


# --- the ordinary walk --------------------------------------------------------------------


def test_a_whole_session_goes_through_every_phase_in_order():
    walk = Walk().until(Ended)
    start = ["Holding", "Countdown", "Starting", "Walking"]
    halt = ["Slowing", "Stopping"]
    expected = [
        *("Waiting", *start, *halt, "Waiting"),  # backward, turn
        *(*start, *halt, "Waiting"),  # forward, turn
        *(*start, *halt, "Resting", "Waiting"),  # backward, rest
        *(*start, *halt, "Ended"),  # forward straight into the cool-down
    ]
    assert list(walk.phases()) == expected
    assert walk.session.reasons == (StopReason.COMPLETED,)
    assert sum(isinstance(r, StartBelt) for r in walk.requests) == 4


def test_the_belt_is_asked_for_the_least_of_plan_and_limits():
    walk = Walk().until(Ended)
    assert max(speeds(walk.requests)) == pytest.approx(0.4)  # forward
    third = [r for _, b, _, r in walk.log if b.interval_i == 2 and isinstance(r, SetSpeed)]
    assert max(speeds(third)) == LIMITS.top_mps(Direction.BACKWARD)  # though the plan says 0.9


def test_ramp_binds_upward_and_downward():
    asked = [0.0, *speeds(Walk().until(Stopping).requests)]
    changes = [b - a for a, b in pairwise(asked)]
    assert max(changes) == pytest.approx(LIMITS.ramp_mps2 * TICK_S)
    assert min(changes) == pytest.approx(-LIMITS.ramp_mps2 * TICK_S)


def test_a_steady_speed_is_asked_once():
    walk = Walk().until(Walking).for_s(6)
    before = len(speeds(walk.requests))
    walk.for_s(3)
    assert len(speeds(walk.requests)) == before


def test_a_late_tick_buys_no_bigger_step():
    walk = Walk().until(Walking)
    walk.send(BeltReported(walk.at_s + 4, 0.1))
    walk.send(Ticked(walk.at_s + 4))
    first_mps, late_mps = speeds(walk.requests)
    assert late_mps - first_mps == pytest.approx(LIMITS.ramp_mps2 * LONGEST_TICK_S)


def test_the_cool_down_is_walked_into_without_a_stop():
    walk = Walk()
    while walk.session.interval_i < 5:
        walk.tick()
    assert isinstance(walk.session.phase, Walking)


def test_a_rest_lasts_its_time_and_then_waits_for_the_hand():
    walk = Walk().until(Resting)
    walk.holds = False
    began_s = walk.at_s
    walk.until(Waiting)
    assert walk.at_s - began_s == pytest.approx(12, abs=0.5)
    assert walk.session.phase == Waiting(Wait.REST, walk.session.now_s)


def test_on_a_floor_the_session_runs_by_cues_alone():
    walk = Walk(CORRIDOR).until(Ended)
    assert walk.session.reasons == (StopReason.COMPLETED,)
    assert set(walk.requests) == {None}


# --- Start ---------------------------------------------------------------------------------


def test_a_hold_of_less_than_two_seconds_starts_nothing():
    walk = Walk().until(Holding)
    walk.for_s(1.6)
    walk.send(HoldReleased(walk.at_s))
    walk.holds = False
    walk.for_s(20)
    assert isinstance(walk.session.phase, Waiting)
    assert StartBelt() not in walk.requests


def test_a_hold_that_loses_its_beats_starts_nothing():
    walk = Walk().until(Holding)
    walk.holds = False
    walk.for_s(1)
    assert isinstance(walk.session.phase, Waiting)


def test_a_beat_after_a_gap_does_not_complete_the_hold():
    walk = Walk().until(Holding).for_s(1)
    walk.send(HoldBeat(walk.at_s + 2))
    assert isinstance(walk.session.phase, Waiting)


def test_no_hold_counts_before_the_belt_has_been_heard():
    assert not may_hold(PLAN, Session())
    assert run([HoldBeat(0.1)])[0].phase == Waiting(Wait.START, 0.0)


@pytest.mark.parametrize("mps", [0.05, 0.5])
def test_no_hold_counts_on_a_belt_that_is_not_at_rest(mps):
    session, _ = run([BeltReported(0.1, mps), HoldBeat(0.2)])
    assert not isinstance(session.phase, Holding)


def test_no_hold_counts_on_a_stale_report():
    session, _ = run([BeltReported(0.1, 0.0), HoldBeat(5.0)])
    assert isinstance(session.phase, Waiting)


def test_the_count_down_can_be_stopped():
    walk = Walk().until(Countdown)
    walk.send(StopWanted(walk.at_s, StopReason.WALKER))
    walk.holds = False
    walk.for_s(20)
    assert StartBelt() not in walk.requests
    assert isinstance(walk.session.phase, Waiting)


def test_a_belt_gone_silent_in_the_count_down_is_not_started():
    walk = Walk().until(Countdown)
    walk.for_s(10, heard=False)
    assert StartBelt() not in walk.requests
    assert walk.session.reasons == (StopReason.SILENT,)


def test_a_belt_that_does_not_start_is_stopped():
    walk = Walk().until(Starting)
    for _ in range(60):
        walk.wanted_mps = walk.belt_mps = 0.0
        walk.tick()
    assert walk.session.reasons[:1] == (StopReason.NO_START,)


def test_a_stop_during_the_motors_spin_up_waits_until_it_cannot_start_any_more():
    walk = Walk().until(Starting)
    began_s = walk.at_s
    walk.send(StopWanted(walk.at_s, StopReason.WALKER))
    walk.belt_mps = 0.0
    walk.holds = False
    walk.until(Waiting)
    assert walk.at_s - began_s >= START_WAIT_S - 1


# --- hazards -------------------------------------------------------------------------------


def test_silence_stops_the_belt_after_five_seconds():
    walk = Walk().until(Walking).for_s(3)
    heard_s = walk.session.heard_s
    walk.until(Stopping, heard=False)
    assert walk.session.reasons == (StopReason.SILENT,)
    assert walk.at_s - heard_s == pytest.approx(LIMITS.silence_s, abs=0.3)


@pytest.mark.parametrize("phase", [Waiting(Wait.START, 0.0), Countdown(Wait.START, 0.0), Resting()])
def test_a_belt_last_heard_to_creep_is_stopped_when_it_falls_silent(phase):
    walk = Walk(holds=False)
    walk.session = replace(walk.session, phase=phase)
    walk.send(BeltReported(walk.at_s, 0.05))  # within what a belt may stray: not yet a stop
    assert isinstance(walk.session.phase, type(phase))
    heard_s = walk.at_s
    walk.until(Stopping, heard=False)
    assert walk.session.reasons == (StopReason.SILENT,)
    assert walk.at_s - heard_s == pytest.approx(LIMITS.silence_s, abs=0.3)
    assert isinstance(walk.requests[-1], StopBelt)


def test_a_belt_at_rest_may_be_silent_as_some_are():
    walk = Walk(holds=False).for_s(1)
    walk.for_s(20, heard=False)
    assert walk.session.reasons == ()
    assert not any(walk.requests)


def test_a_nonsense_speed_is_silence():
    walk = Walk().until(Walking)
    for tick in range(1, 40):
        walk.send(BeltReported(walk.at_s + tick / 5, math.nan))
        walk.send(Ticked(walk.at_s + tick / 5))
    assert walk.session.reasons == (StopReason.SILENT,)


def test_a_belt_faster_than_asked_is_stopped():
    walk = Walk().until(Walking).for_s(8)
    request = walk.send(BeltReported(walk.at_s, 0.3 + LIMITS.stray_mps + 0.01))
    assert request == StopBelt(StopReason.OVERSPEED)


def test_a_belt_within_the_stray_allowance_is_not_stopped():
    walk = Walk().until(Walking).for_s(8)
    assert walk.send(BeltReported(walk.at_s, 0.3 + LIMITS.stray_mps - 0.01)) is None


def test_a_belt_that_coasts_down_slower_than_asked_is_not_too_fast():
    walk = Walk().until(Slowing).for_s(1)
    assert walk.send(BeltReported(walk.at_s, 0.3)) is None


@pytest.mark.parametrize("phase", [Waiting, Holding, Countdown, Resting])
def test_a_belt_that_moves_unasked_is_stopped(phase):
    walk = Walk().until(phase)
    request = walk.send(BeltReported(walk.at_s, 0.2))
    assert request == StopBelt(StopReason.MOVED_UNASKED)
    walk.holds = False
    walk.wanted_mps = walk.belt_mps = 0.0
    assert walk.until(Ended).session.reasons == (StopReason.MOVED_UNASKED,)


def test_a_belt_stopped_at_its_console_stays_stopped():
    walk = Walk().until(Walking).for_s(3)
    request = walk.send(BeltReported(walk.at_s, 0.0))
    assert request == StopBelt(StopReason.CONSOLE)


def test_nobody_going_on_ends_the_session():
    walk = Walk(holds=False).for_s(ABANDONED_S + 10)
    assert walk.session.phase == Ended(StopReason.ABANDONED)


@pytest.mark.parametrize("reason", sorted(set(StopReason) - RESUMABLE, key=str))
@pytest.mark.parametrize("phase", [Waiting, Countdown, Walking, Slowing, Resting])
def test_a_stop_wanted_stops_in_every_phase(phase, reason):
    walk = Walk().until(phase)
    assert walk.send(StopWanted(walk.at_s, reason)) == StopBelt(reason)


# --- stopping, going on, ending --------------------------------------------------------------


def test_stop_is_asked_again_until_the_belt_rests():
    walk = Walk().until(Walking).for_s(5)
    walk.send(StopWanted(walk.at_s, StopReason.WALKER))
    for _ in range(20):
        walk.wanted_mps = 0.3  # a belt that does not obey
        walk.tick()
    asked = walk.requests[-20:]
    assert asked.count(StopBelt(StopReason.WALKER)) >= 15
    assert isinstance(walk.session.phase, Stopping)


def test_one_report_at_rest_is_not_believed():
    walk = Walk().until(Walking).for_s(5)
    walk.send(StopWanted(walk.at_s, StopReason.WALKER))
    for mps in (0.0, 0.3, 0.0):
        walk.send(BeltReported(walk.at_s, mps))
        assert isinstance(walk.session.phase, Stopping)
    walk.send(BeltReported(walk.at_s, 0.0))
    assert isinstance(walk.session.phase, Waiting)


@pytest.mark.parametrize("reason", sorted(RESUMABLE, key=str))
def test_a_pause_goes_on_where_it_stopped_after_a_new_hold(reason):
    walk = Walk().until(Walking).for_s(6)
    walked_s = walk.session.walked_s
    walk.send(StopWanted(walk.at_s, reason))
    walk.until(Waiting)
    assert walk.session.phase.why is Wait.PAUSE
    assert walk.session.walked_s == walked_s
    walk.until(Walking)
    assert walk.session.interval_i == 0
    assert walk.session.walked_s == pytest.approx(walked_s, abs=0.3)
    assert walk.until(Ended).session.reasons == (reason, StopReason.COMPLETED)


def test_a_pause_needs_a_new_hold():
    walk = Walk().until(Walking).for_s(6)
    walk.send(StopWanted(walk.at_s, StopReason.WALKER))
    walk.holds = False
    walk.for_s(60)
    assert isinstance(walk.session.phase, Waiting)


def test_a_pause_in_a_rest_goes_on_resting():
    walk = Walk().until(Resting).for_s(3)
    walk.send(StopWanted(walk.at_s, StopReason.WALKER))
    walk.until(Resting)
    assert walk.session.walked_s == pytest.approx(3, abs=0.5)


def test_a_stop_while_slowing_for_a_turn_goes_on_with_the_next_stretch():
    walk = Walk().until(Slowing)
    walk.send(StopWanted(walk.at_s, StopReason.WALKER))
    walk.until(Waiting)
    assert (walk.session.interval_i, walk.session.phase.why) == (1, Wait.PAUSE)


def test_a_stop_in_the_last_ramp_ends_the_session():
    walk = Walk()
    while not (walk.session.interval_i == 5 and isinstance(walk.session.phase, Slowing)):
        walk.tick()
    walk.send(StopWanted(walk.at_s, StopReason.WALKER))
    assert walk.until(Ended).session.phase == Ended(StopReason.WALKER)


def test_the_first_reason_is_kept_and_later_ones_are_listed():
    walk = Walk().until(Walking).for_s(5)
    for reason in (StopReason.OVERSPEED, StopReason.WALKER, StopReason.LINK_LOST):
        walk.send(StopWanted(walk.at_s, reason))
    walk.until(Ended)
    assert walk.session.phase == Ended(StopReason.OVERSPEED)
    assert len(walk.session.reasons) == 3


def test_a_fault_while_pausing_ends_the_session():
    walk = Walk().until(Walking).for_s(5)
    walk.send(StopWanted(walk.at_s, StopReason.WALKER))
    walk.send(StopWanted(walk.at_s, StopReason.LINK_LOST))
    assert walk.until(Ended).session.phase == Ended(StopReason.LINK_LOST)


def test_a_second_pause_does_not_replace_the_first():
    walk = Walk().until(Walking).for_s(5)
    walk.send(StopWanted(walk.at_s, StopReason.WALKER))
    walk.send(StopWanted(walk.at_s, StopReason.PAGE_LOST))
    assert walk.session.phase.reason is StopReason.WALKER


def test_ten_taps_on_stop_are_one_reason():
    walk = Walk().until(Walking).for_s(5)
    for _ in range(10):
        assert walk.send(StopWanted(walk.at_s, StopReason.WALKER)) is not None
    assert walk.session.reasons == (StopReason.WALKER,)


def test_holding_start_does_nothing_to_a_stop():
    walk = Walk().until(Walking).for_s(5)
    walk.send(StopWanted(walk.at_s, StopReason.WALKER))
    before = walk.session
    assert walk.send(HoldBeat(walk.at_s)) is None
    assert walk.session.phase == before.phase


def test_an_ended_session_stays_ended():
    walk = Walk().until(Walking).for_s(5)
    walk.send(StopWanted(walk.at_s, StopReason.FINISHED))
    ended = walk.until(Ended).session
    late = [
        HoldBeat(ended.now_s),
        Ticked(ended.now_s),
        BeltReported(ended.now_s, 3.0),
        StopWanted(ended.now_s, StopReason.LINK_LOST),
    ]
    session, requests = run(late, ended)
    assert session.phase == ended.phase
    assert requests == 4 * [None]


def test_a_clock_that_runs_backwards_stands_still():
    session, _ = run([Ticked(9.0), BeltReported(3.0, 0.0)])
    assert (session.now_s, session.heard_s) == (9.0, 9.0)


def test_a_beat_is_worth_nothing_once_walking():
    walk = Walk().until(Walking)
    before = walk.session
    session, request = advance(PLAN, before, HoldBeat(walk.at_s))
    assert (session.phase, request) == (before.phase, None)
