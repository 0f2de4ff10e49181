"""Plans a belt may be driven by, and what a session delivered."""

from dataclasses import replace

import pytest
from tests.live.walks import AHEAD, BACK, CORRIDOR, LIMITS, PLAN, Walk

from retrowalk.errors import BadPlan
from retrowalk.live.check import check
from retrowalk.live.dose import delivered
from retrowalk.live.events import BeltReported, SpeedSaid, StopReason, StopWanted, Ticked
from retrowalk.live.states import Ended, Walking
from retrowalk.words import Direction, Interval, IntervalKind, Place

BY_HAND = replace(PLAN, place=Place.BY_HAND)

REST = Interval(BACK, 12, 0.0, IntervalKind.REST)
WALK = Interval(BACK, 12, 0.3)


def plan_of(*intervals, **limits):
    return replace(PLAN, intervals=intervals, limits=replace(LIMITS, **limits))


def test_a_sound_plan_is_its_own_check():
    assert check(PLAN) is PLAN


@pytest.mark.parametrize(
    ("plan", "why"),
    [
        (plan_of(), "nothing to walk"),
        (plan_of(replace(WALK, duration_s=0)), "duration of 0"),
        (plan_of(replace(WALK, duration_s=float("nan"))), "duration of nan"),
        (plan_of(replace(WALK, duration_s=9000.0)), "lasts 9000 s"),
        (plan_of(replace(WALK, belt_mps=-0.1)), "belt speed of -0.1"),
        (plan_of(replace(WALK, belt_mps=0.0)), "belt speed of 0.0 m/s for a walk"),
        (plan_of(replace(WALK, belt_mps=float("inf"))), "belt speed of inf"),
        (plan_of(WALK, replace(REST, belt_mps=0.1), WALK), "belt speed of 0.1 m/s for a rest"),
        (plan_of(replace(WALK, direction=Direction.UNCLEAR)), "no direction"),
        (plan_of(REST, WALK), "begins or ends with a rest"),
        (plan_of(WALK, REST), "begins or ends with a rest"),
        (plan_of(WALK, REST, REST, WALK), "two rests in a row"),
        (plan_of(WALK, ramp_mps2=0.0), "0.0 as ramp_mps2"),
        (plan_of(WALK, backward_top_mps=float("nan")), "nan as backward_top_mps"),
    ],
)
def test_a_plan_no_belt_may_be_driven_by_is_refused_with_its_reason(plan, why):
    with pytest.raises(BadPlan, match=why):
        check(plan)


def test_unclear_direction_gets_the_lower_ceiling():
    assert LIMITS.top_mps(Direction.UNCLEAR) == 0.3


def test_the_dose_is_what_the_belt_reported_by_direction():
    walk = Walk().until(Ended)
    dose = delivered(PLAN, walk.events).dose
    assert dose.backward_s == pytest.approx(24, abs=12)  # two stretches and their ramps
    assert dose.forward_s == pytest.approx(36, abs=12)
    assert dose.backward_m == pytest.approx(24 * 0.3, rel=0.15)
    assert dose.forward_m == pytest.approx(24 * 0.4 + 12 * 0.2, rel=0.15)


def test_a_session_cut_short_keeps_what_was_walked():
    walk = Walk().until(Walking).for_s(6)
    walk.send(StopWanted(walk.at_s, StopReason.LINK_LOST))
    result = delivered(PLAN, walk.events)
    assert result.dose.backward_s == pytest.approx(6, abs=1.2)
    assert result.dose.forward_s == 0
    assert result.stops == ((walk.session.now_s, StopReason.LINK_LOST),)


def test_a_gap_in_the_log_delivers_nothing():
    walk = Walk().until(Walking).for_s(3)
    before = delivered(PLAN, walk.events).dose
    late = [Ticked(walk.at_s + 300), BeltReported(walk.at_s + 300, 0.3)]
    assert delivered(PLAN, [*walk.events, *late]).dose == before


def test_on_a_floor_the_plan_speed_stands_for_the_belt():
    walk = Walk(CORRIDOR).until(Ended, within_s=400)
    dose = delivered(CORRIDOR, walk.events).dose
    assert dose.backward_m == pytest.approx(dose.backward_s * 0.3, rel=0.2)
    assert dose.backward_s > 20


def by_hand_walk(*said_mps):
    """Six seconds at the plan's speed, then three at each speed said; then to the end."""
    walk = Walk(BY_HAND).until(Walking).for_s(6)
    for mps in said_mps:
        walk.send(SpeedSaid(walk.at_s, mps))
        walk.for_s(3)
    return walk


def test_metres_by_hand_count_what_was_said_and_else_the_plan():
    planned = delivered(BY_HAND, by_hand_walk().events)
    said = delivered(BY_HAND, by_hand_walk(0.2).events)
    assert planned.said_m == 0
    assert said.said_m == pytest.approx(3 * 0.2, rel=0.02)
    assert said.dose.backward_m - said.said_m == pytest.approx(planned.dose.backward_m, rel=0.05)


def test_a_speed_stepped_back_counts_as_if_never_said_wrong():
    walk = by_hand_walk(0.4)
    undone = Walk(BY_HAND).until(Walking).for_s(6)
    undone.send(SpeedSaid(undone.at_s, 5.0))
    undone.send(SpeedSaid(undone.at_s, 0.4))
    undone.for_s(3)
    assert delivered(BY_HAND, undone.events).dose == delivered(BY_HAND, walk.events).dose


def test_a_console_said_to_stand_delivers_nothing():
    walk = by_hand_walk(0.0)
    still = delivered(BY_HAND, walk.events)
    assert still.said_m == 0
    assert still.dose == delivered(BY_HAND, by_hand_walk().events).dose


def test_slowing_down_by_hand_counts_no_more_than_was_said():
    walk = by_hand_walk(0.1).until(Ended, within_s=400)
    slowing = [p for p in delivered(BY_HAND, walk.events).track if p.phase == "slowing" and p.said]
    assert slowing
    assert all(point.belt_mps <= min(0.1, point.asked_mps) for point in slowing)


@pytest.mark.parametrize("plan", [PLAN, CORRIDOR], ids=["driven", "corridor"])
def test_nothing_said_counts_where_no_console_is_set(plan):
    walk = Walk(plan).until(Walking).for_s(6)
    walk.send(SpeedSaid(walk.at_s, 0.1))
    walk.for_s(3)
    quiet = [event for event in walk.events if not isinstance(event, SpeedSaid)]
    assert delivered(plan, walk.events).dose == delivered(plan, quiet).dose
    assert delivered(plan, walk.events).said_m == 0


def test_the_track_tells_direction_only_while_walking():
    walk = Walk().until(Ended)
    for point in delivered(PLAN, walk.events).track:
        known = point.direction in (BACK, AHEAD)
        assert known is (point.phase in ("walking", "slowing") and point.belt_mps >= 0.02)


def test_an_empty_log_delivers_nothing():
    assert delivered(PLAN, []).dose.backward_s == 0
