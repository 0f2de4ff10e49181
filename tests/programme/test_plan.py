"""A session follows its rung, at speeds under the least of four ceilings, never silently faster."""

from dataclasses import replace
from math import inf, nan
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.programme.cases import PRESCRIBED, PROTOCOLS, TEN, THIRTY, WALKER

from retrowalk.errors import BadPlan, NotAllowed, OutsideGuardrail
from retrowalk.live.check import check
from retrowalk.programme.machines import Range
from retrowalk.programme.plan import plan_session
from retrowalk.programme.prescribe import prescribe
from retrowalk.programme.protocols import Protocol
from retrowalk.units import KMH, MPH
from retrowalk.words import (
    BACKWARD_CEILING_MPS,
    FORWARD_CEILING_MPS,
    Clear,
    Direction,
    IntervalKind,
    Place,
    SessionPlan,
    Units,
    Walker,
)

BELT = Range(0.5 * KMH, 16 * KMH, 0.1 * KMH)


def plan(protocol: Protocol = THIRTY, *, stage: int = 2, belt: Range | None = BELT,
         walker: Walker = WALKER, **prescribed: Any) -> SessionPlan:  # fmt: skip
    prescription = replace(PRESCRIBED[protocol.id], **prescribed)
    return plan_session(prescription, protocol, stage=stage, walker=walker, belt=belt)


def test_alternating_thirty_is_thirty_minutes_of_seven_and_seven() -> None:
    session = plan()
    assert (session.duration_s, session.backward_s) == (1800, 840)
    assert (session.protocol, session.stage, session.place) == (THIRTY.id, 2, Place.DRIVEN)
    counted = [(i.direction.value, i.repetition, i.repetitions) for i in session.intervals]
    assert counted[:3] == [("backward", 1, 7), ("forward", 1, 7), ("backward", 2, 7)]
    assert counted[-2:] == [("forward", 7, 7), ("forward", 0, 0)]
    assert session.intervals[-1].kind is IntervalKind.COOL_DOWN


def test_speeds_are_rounded_to_the_belts_step_toward_slower() -> None:
    [speed_mps] = {i.belt_mps for i in plan().intervals}
    assert speed_mps == pytest.approx(1.2 * KMH)  # 0.8 mph is 1.287 km/h
    coarse = Range(1.2 * KMH, 16 * KMH, 0.5 * KMH)
    assert plan(belt=coarse).intervals[0].belt_mps == pytest.approx(1.2 * KMH)
    by_mile = Range(0.5 * MPH, 10 * MPH, 0.1 * MPH)
    assert plan(belt=by_mile).intervals[0].belt_mps == pytest.approx(0.8 * MPH)


def test_rests_stand_still_and_are_not_counted() -> None:
    session = plan(TEN, stage=0)
    rests = [i for i in session.intervals if i.kind is IntervalKind.REST]
    assert len(rests) == 5
    assert {(r.belt_mps, r.repetition, r.direction) for r in rests} == {
        (0.0, 0, Direction.BACKWARD)
    }
    assert session.intervals[0].kind is IntervalKind.WARM_UP
    assert [i.repetition for i in session.intervals if i.kind is IntervalKind.WALK] == [
        1, 2, 3, 4, 5, 6
    ]  # fmt: skip


def test_a_faster_rung_is_a_tenth_faster_backward_only() -> None:
    below, above = (plan(TEN, stage=stage, belt=None).intervals for stage in (3, 4))
    assert above[1].belt_mps == pytest.approx(1.1 * below[1].belt_mps)
    assert above[0].belt_mps == below[0].belt_mps


def test_a_belt_that_cannot_go_so_slowly_is_refused_with_the_nearest_it_can() -> None:
    with pytest.raises(OutsideGuardrail) as refused:
        plan(belt=Range(2.0 * KMH, 16 * KMH, 0.1 * KMH))
    assert str(refused.value) == (
        "The plan asks 0.8 mph (1.29 km/h) backward. Your treadmill’s slowest is 2.0 km/h: that "
        "is the nearest it can, and faster than asked, so retrowalk will not run it. Choose a "
        "treadmill that goes slower, one you set by hand, or a corridor."
    )
    walker = replace(WALKER, units=Units.MPH)
    with pytest.raises(OutsideGuardrail, match=r"asks 0\.5 mph forward.*slowest is 1\.0 mph"):
        plan(belt=Range(1 * MPH, 10 * MPH, 0.1 * MPH), walker=walker,
             backward_mps=1.5 * MPH, backward_top_mps=2 * MPH, forward_mps=0.5 * MPH)  # fmt: skip


def test_what_the_machine_makes_of_a_speed_is_said_before_the_start() -> None:
    said = plan(belt=Range(1.0 * KMH, 16 * KMH, 0.1 * KMH)).before_start
    assert said[0] == (
        "The plan asks 0.8 mph (1.29 km/h) backward. Your treadmill goes in steps of 0.1 km/h "
        "from 1.0 km/h up: it will run 1.2 km/h, never faster."
    )
    by_mile = Range(0.5 * MPH, 10 * MPH, 0.1 * MPH)
    assert plan(belt=by_mile, walker=replace(WALKER, units=Units.MPH)).before_start == ()
    slow = plan(belt=Range(0.5 * KMH, 1.0 * KMH, 0.1 * KMH)).before_start
    assert "Your treadmill’s fastest is 1.0 km/h: it will run that." in slow[0]
    by_hand = plan(walker=replace(WALKER, place=Place.BY_HAND)).before_start
    assert "set it to 1.2 km/h, never faster. If your treadmill cannot go as slowly" in by_hand[0]
    assert plan(walker=replace(WALKER, place=Place.CORRIDOR)).before_start == ()


@given(st.floats(0.3, 3.2), st.floats(0.1, 3.0), st.floats(0.01, 1.0), st.floats(0.0, 12.0))
def test_no_machine_runs_faster_than_asked_or_differs_unsaid(
    kmh: float, least: float, step: float, more: float
) -> None:
    belt = Range(least * KMH, (least + more) * KMH, step * KMH)
    try:
        session = plan(belt=belt, backward_mps=kmh * KMH, backward_top_mps=3.2 * KMH)
    except OutsideGuardrail as refused:
        assert "slowest" in str(refused)  # noqa: PT017 - either answer is right
        return
    wish_mps = min(kmh * KMH, 0.75 * WALKER.comfortable_forward_mps)
    runs = {i.belt_mps for i in session.intervals if i.direction is Direction.BACKWARD} - {0.0}
    assert max(runs) <= wish_mps
    assert belt.min_mps * (1 - 1e-5) <= min(runs) <= belt.max_mps
    told = any("backward" in text for text in session.before_start)
    assert told or min(runs) > 0.99 * wish_mps


def test_a_direction_nobody_walks_is_not_asked_of_the_belt() -> None:
    walks = tuple(s for s in TEN.ladder[0].stretches if s.direction is Direction.BACKWARD)
    only_back = replace(TEN, ladder=(replace(TEN.ladder[0], stretches=walks),))
    session = plan(only_back, stage=0, forward_mps=0.01)
    assert session.intervals[0].belt_mps == pytest.approx(1.2 * KMH)


def test_a_slow_belt_slows_the_session() -> None:
    belt = Range(0.5 * KMH, 1.0 * KMH, 0.3 * KMH)
    session = plan(belt=belt)
    assert session.intervals[0].belt_mps == pytest.approx(0.8 * KMH)  # 0.5 and one step
    assert session.limits.backward_top_mps == session.limits.forward_top_mps == belt.max_mps


@pytest.mark.parametrize("figures", [(0, 1, 0.1), (1, 0.5, 0.1), (0.2, 1, 0), (nan, 1, 0.1),
                                     (0.2, inf, 0.1), (0.2, 1, -0.1)])  # fmt: skip
def test_a_range_no_belt_can_have_is_refused(figures: tuple[float, float, float]) -> None:
    with pytest.raises(BadPlan, match="is no range a belt can have"):
        Range(*figures)


@pytest.mark.parametrize("place", [Place.BY_HAND, Place.CORRIDOR])
def test_by_hand_and_in_a_corridor_the_same_intervals_guide(place: Place) -> None:
    slowest = Range(3 * KMH, 5 * KMH, 1 * KMH)  # of no importance here
    session = plan(walker=replace(WALKER, place=place), belt=slowest)
    assert session.place is place
    assert not session.driven
    assert [i.duration_s for i in session.intervals] == [i.duration_s for i in plan().intervals]
    by_tenths = 1.2 * KMH if place is Place.BY_HAND else 0.8 * MPH  # consoles know 1.2 and 1.3
    assert session.intervals[0].belt_mps == pytest.approx(by_tenths)


@given(st.floats(0.2, 3.2), st.sampled_from(Units))
def test_by_hand_a_console_can_show_the_speed_and_it_is_never_above_the_wish(
    kmh: float, units: Units
) -> None:
    by_hand = replace(WALKER, place=Place.BY_HAND, units=units)
    wish_mps = kmh * KMH
    session = plan(walker=by_hand, backward_mps=wish_mps, backward_top_mps=3.2 * KMH)
    back_mps = min(wish_mps, session.limits.backward_top_mps)
    asked_mps = session.intervals[0].belt_mps
    tenths = 10 * asked_mps / (MPH if units is Units.MPH else KMH)
    assert tenths == pytest.approx(round(tenths))
    assert back_mps - 0.1 * MPH < asked_mps <= back_mps * (1 + 1e-5)
    assert session.units is units


def test_each_of_the_four_ceilings_binds() -> None:
    fast = {
        "backward_mps": 3.0,
        "backward_top_mps": 3.0,
        "forward_mps": 3.0,
        "forward_top_mps": 3.0,
    }
    runner = replace(WALKER, comfortable_forward_mps=2.4)

    def tops(**changed: Any) -> tuple[float, float]:
        limits = plan(**{"walker": runner, **fast, **changed}).limits
        return limits.backward_top_mps, limits.forward_top_mps

    assert tops() == (BACKWARD_CEILING_MPS, FORWARD_CEILING_MPS)
    assert tops(backward_top_mps=0.6, forward_top_mps=0.7) == (0.6, 0.7)
    assert tops(belt=Range(0.1, 0.5, 0.1)) == (0.5, 0.5)
    walker = replace(WALKER, comfortable_forward_mps=1.0)
    assert tops(walker=walker) == (0.75, 1.0)


belts = st.one_of(
    st.none(),
    st.builds(lambda low, span, step: Range(low, low + span, step),
              st.floats(0.05, 1), st.floats(0, 4), st.floats(0.01, 0.5)),
)  # fmt: skip


@settings(deadline=None)
@given(st.sampled_from(PROTOCOLS), st.data(), belts, st.floats(0.25, 2.5), st.sampled_from(Place))
def test_no_session_leaves_its_limits_or_goes_faster_than_prescribed(
    protocol: Protocol, draw: st.DataObject, belt: Range | None, comfortable: float, place: Place
) -> None:
    walker = replace(WALKER, comfortable_forward_mps=comfortable, place=place)
    prescription = prescribe(walker, protocol, verdict=Clear())
    stage = draw.draw(st.integers(0, len(protocol.ladder) - 1))
    try:
        session = plan_session(prescription, protocol, stage=stage, walker=walker, belt=belt)
    except OutsideGuardrail:
        assert belt is not None
        assert belt.min_mps > prescription.backward_mps or belt.min_mps > prescription.forward_mps
        return
    check(session)
    ratio = protocol.ladder[stage].speed_ratio
    for interval in session.intervals:
        assert interval.belt_mps <= session.limits.top_mps(interval.direction)
        if interval.direction is Direction.BACKWARD:
            assert interval.belt_mps <= prescription.backward_mps * ratio
        else:
            assert interval.belt_mps <= prescription.forward_mps
    assert session.backward_s == protocol.ladder[stage].backward_s  # rests not counted


@pytest.mark.parametrize("stage", [-2, 7])
def test_a_rung_that_is_not_there_is_refused(stage: int) -> None:
    with pytest.raises(BadPlan, match=f"no stage {stage + 1}; please choose one from 1 to 7"):
        plan(stage=stage)


def test_a_prescription_of_another_protocol_is_refused() -> None:
    with pytest.raises(BadPlan, match="please prescribe anew"):
        plan_session(PRESCRIBED[TEN.id], THIRTY, stage=0, walker=WALKER)


def test_a_walker_who_has_lost_the_rails_is_not_planned_for() -> None:
    with pytest.raises(NotAllowed, match="Alternating thirty cannot be walked now: It needs"):
        plan(walker=replace(WALKER, rails=False))


def uphill(percent: float) -> Protocol:
    stretches = tuple(
        replace(s, incline_ratio=percent / 100) if s.kind is IntervalKind.WALK else s
        for s in TEN.ladder[0].stretches
    )
    return replace(TEN, ladder=(replace(TEN.ladder[0], stretches=stretches),))


def steepest(session: Any) -> float:
    return max(i.incline_ratio for i in session.intervals)


def test_an_incline_is_walked_where_the_machine_can_and_else_said_before_the_start() -> None:
    flat = Range(0.5 * KMH, 16 * KMH, 0.1 * KMH)
    hilly = replace(flat, max_incline_ratio=0.02, incline_step_ratio=0.005)
    session = plan(uphill(2), stage=0, belt=hilly)
    assert steepest(session) == pytest.approx(0.02)
    assert not any("incline" in text for text in session.before_start)
    assert {i.incline_ratio for i in session.intervals if i.kind is IntervalKind.REST} == {0.0}
    session = plan(uphill(3.2), stage=0, belt=hilly)
    assert steepest(session) == pytest.approx(0.02)
    assert session.before_start[-1] == (
        "The plan asks an incline of 3.2 %. Your treadmill will set 2 %, never steeper."
    )
    session = plan(uphill(2), stage=0, belt=flat)
    assert steepest(session) == 0
    assert session.before_start[-1] == (
        "The plan asks an incline of 2 %. Your treadmill cannot set it: it is walked flat."
    )


@pytest.mark.parametrize(
    ("place", "ratio", "says"),
    [(Place.BY_HAND, 0.02, "Set it at the console, or walk flat; never downhill."),
     (Place.CORRIDOR, 0.0, "Here you walk flat.")],
)  # fmt: skip
def test_an_incline_is_for_the_walker_to_set_where_no_belt_is_driven(
    place: Place, ratio: float, says: str
) -> None:
    session = plan(uphill(2), stage=0, walker=replace(WALKER, place=place))
    assert steepest(session) == ratio
    assert session.before_start[-1] == f"The plan asks an incline of 2 %. {says}"


def test_half_of_the_lowest_rung_is_half_its_walking_and_no_faster() -> None:
    half, whole = plan(stage=-1), plan(stage=0)
    assert half.backward_s == whole.backward_s / 2
    assert [i.belt_mps for i in half.intervals] == [i.belt_mps for i in whole.intervals]
