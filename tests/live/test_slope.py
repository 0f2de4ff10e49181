"""Inclines of a session: small steps under a steady walk, level after a stop, never down."""

import math
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.live.test_machine import event
from tests.live.walks import BACK, LIMITS, PLAN, Walk, run

from retrowalk.errors import BadPlan
from retrowalk.live import slope
from retrowalk.live.check import check
from retrowalk.live.events import (
    BeltReported,
    SetIncline,
    SetSpeed,
    StopBelt,
    StopReason,
    StopWanted,
)
from retrowalk.live.heart import Eased
from retrowalk.live.slope import AGAIN_S, STEP_RATIO, Slope
from retrowalk.live.states import Countdown, Ended, Stopping, Waiting, Walking
from retrowalk.live.view import view
from retrowalk.words import Interval, IntervalKind, Limits, Place

HILL = replace(
    PLAN,
    intervals=tuple(
        replace(i, duration_s=60, incline_ratio=0 if i.kind is IntervalKind.REST else 0.025)
        for i in PLAN.intervals
    ),
)
FLAT_END = replace(
    PLAN,
    intervals=(
        Interval(BACK, 60, 0.3, incline_ratio=0.02),
        Interval(BACK, 60, 0.3, IntervalKind.COOL_DOWN),
    ),
)


def inclines(walk: Walk) -> list[float]:
    return [r.incline_ratio for r in walk.requests if isinstance(r, SetIncline)]


def test_it_climbs_in_small_steps_no_sooner_than_the_motor_can():
    walk = Walk(HILL).until(Walking).for_s(40)
    assert inclines(walk) == pytest.approx([0.01, 0.02, 0.025])
    at_s = [e.at_s for e, *_, r in walk.log if isinstance(r, SetIncline)]
    assert min(b - a for a, b in pairwise(at_s)) >= AGAIN_S - 1e-9


def test_it_begins_only_when_the_speed_asked_has_been_heard():
    walk = Walk(HILL).until(Walking).for_s(40)
    first = next(i for i, (*_, r) in enumerate(walk.log) if isinstance(r, SetIncline))
    _, before, _, _ = walk.log[first]
    assert before.asked_mps == pytest.approx(0.3)
    assert before.heard_mps == pytest.approx(0.3, abs=LIMITS.stray_mps)
    assert not any(isinstance(r, SetSpeed) for *_, r in walk.log[first : first + 20])


def test_a_belt_not_heard_at_its_speed_is_not_inclined():
    walk = Walk(HILL).until(Walking).for_s(7)
    asked = inclines(walk)
    walk.send(BeltReported(walk.at_s, 0.15))  # it lags; and then it is silent
    walk.for_s(4.5, heard=False)
    assert inclines(walk) == asked == [0.01]
    walk = Walk(HILL).until(Walking).for_s(9)
    assert inclines(walk) == [0.01, 0.02]
    walk.for_s(4.5, heard=False)  # the next would be due after four seconds of silence
    assert isinstance(walk.session.phase, Walking)
    assert inclines(walk) == [0.01, 0.02]


def test_one_stretch_straight_into_a_flat_one_goes_down_again_in_steps():
    walk = Walk(FLAT_END).until(Ended, within_s=300)
    assert inclines(walk) == pytest.approx([0.01, 0.02, 0.01, 0.0])


def test_a_stop_asks_for_level_only_once_the_belt_is_seen_at_rest():
    walk = Walk(HILL).until(Walking).for_s(30)
    walk.send(StopWanted(walk.at_s, StopReason.WALKER))
    stopped = len(walk.log)
    walk.until(Waiting)
    later = [r for *_, r in walk.log[stopped:] if r is not None]
    assert later[-1] == SetIncline(0.0)
    assert all(isinstance(r, StopBelt) for r in later[:-1])
    walk.holds = False
    walk.for_s(20)
    assert inclines(walk)[-2:] == [0.025, 0.0]  # once


def test_a_session_that_ends_inclined_is_level_at_the_end():
    walk = Walk(HILL).until(Ended, within_s=900)
    assert inclines(walk)[-1] == 0.0
    assert isinstance(walk.log[-1][2].phase, Ended)
    assert walk.session.slope.asked_ratio == 0


def test_a_plan_without_inclines_never_asks_for_one():
    assert inclines(Walk().until(Ended)) == []


@pytest.mark.parametrize("place", [Place.BY_HAND, Place.CORRIDOR])
def test_where_no_belt_is_driven_none_is_inclined(place):
    walk = Walk(replace(HILL, place=place)).until(Walking).for_s(40)
    assert set(walk.requests) <= {None}


def test_by_hand_the_incline_is_said_with_the_speed():
    walk = Walk(replace(HILL, place=Place.BY_HAND)).until(Walking)
    assert view(walk.plan, walk.session).detail == "Set the console to 1.0 km/h, incline 2.5 %."


def test_the_ceiling_binds_whatever_the_plan_says():
    steep = replace(HILL, limits=replace(LIMITS, top_incline_ratio=0.015))
    assert max(inclines(Walk(steep).until(Walking).for_s(50))) == pytest.approx(0.015)


def test_a_heart_above_its_ceiling_brings_the_belt_level():
    walk = Walk(HILL).until(Walking).for_s(30)
    slower = Eased(walk.at_s, 0.2, walk.session.interval_i)
    walk.session = replace(walk.session, heart=replace(walk.session.heart, eased=slower))
    walk.for_s(20)
    assert inclines(walk) == pytest.approx([0.01, 0.02, 0.025, 0.015, 0.005, 0.0])


@pytest.mark.parametrize("phase", [Countdown, Walking])
def test_backward_on_a_belt_that_says_it_declines_is_stopped(phase):
    walk = Walk().until(phase)
    walk.send(BeltReported(walk.at_s, walk.belt_mps, -0.02))
    assert isinstance(walk.session.phase, Stopping)
    assert walk.session.reasons[-1] is StopReason.DECLINED
    walk.until(Waiting)
    assert "slopes downward" in view(PLAN, walk.session).warning


def test_forward_a_decline_stops_nothing_and_half_a_percent_is_level():
    walk = Walk().until(Walking)
    walk.send(BeltReported(walk.at_s, walk.belt_mps, -0.005))
    assert isinstance(walk.session.phase, Walking)
    while walk.session.interval_i == 0 or not isinstance(walk.session.phase, Walking):
        walk.tick()
    walk.send(BeltReported(walk.at_s, walk.belt_mps, -0.02))
    assert isinstance(walk.session.phase, Walking)


@pytest.mark.parametrize("ratio", [math.nan, math.inf, None])
def test_a_belt_that_does_not_say_its_incline_is_believed_as_before(ratio):
    walk = Walk().until(Walking)
    walk.send(BeltReported(walk.at_s, walk.belt_mps, 0.01))
    walk.send(BeltReported(walk.at_s, walk.belt_mps, ratio))
    assert view(PLAN, walk.session).incline_ratio == 0.01


ratios = st.one_of(st.none(), st.floats(allow_nan=True), st.floats(-0.1, 0.2))
odd = st.one_of(
    event,
    st.builds(BeltReported, st.floats(0, 90), st.sampled_from([0.0, 0.1, 0.3]), ratios),
)
script = st.lists(
    st.one_of(st.integers(1, 200), st.booleans(), odd.map(lambda e: ("now", e))), max_size=15
)


@settings(max_examples=60, deadline=None)
@given(script, st.floats(0, 0.1), st.floats(0, 0.1))
def test_no_request_declines_jumps_or_exceeds_plan_and_ceiling(steps, ratio, top):
    intervals = tuple(
        replace(i, duration_s=60, incline_ratio=0 if i.kind is IntervalKind.REST else ratio)
        for i in PLAN.intervals
    )
    plan = replace(PLAN, intervals=intervals, limits=replace(LIMITS, top_incline_ratio=top))
    walk = Walk(plan)
    for step in steps:
        match step:
            case bool():
                walk.holds = step
            case int():
                for _ in range(step):
                    walk.tick()
            case ("now", one):
                walk.send(replace(one, at_s=walk.at_s))
    asked = 0.0
    for _, before, after, request in walk.log:
        if isinstance(request, SetIncline):
            assert 0 <= request.incline_ratio <= min(ratio, top) + 1e-9
            down_at_rest = isinstance(before.phase, Stopping) and request.incline_ratio == 0
            assert down_at_rest or isinstance(after.phase, Walking)
            assert down_at_rest or abs(request.incline_ratio - asked) <= STEP_RATIO + 1e-9
            assert not isinstance(after.phase, Stopping)
            if not down_at_rest:
                assert after.now_s - after.heard_s <= 3.0
                assert abs(after.heard_mps - after.asked_mps) <= LIMITS.stray_mps
            asked = request.incline_ratio
    assert run(walk.events, plan=plan) == (walk.session, walk.requests)  # the log replays


def test_a_step_smaller_than_any_belt_takes_is_none():
    assert slope.toward(Slope(0.02), 0.02 + 1e-12, 100.0) == (Slope(0.02), None)


@pytest.mark.parametrize("ratio", [-0.01, 0.11, math.nan])
def test_a_plan_that_declines_or_is_too_steep_is_refused(ratio):
    with pytest.raises(BadPlan, match="an incline of"):
        check(replace(PLAN, intervals=(replace(PLAN.intervals[0], incline_ratio=ratio),)))
    assert Limits(1.0, 1.0).top_incline_ratio == 0.1
