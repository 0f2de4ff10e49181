"""When a heart slows a walk, when it stops it, and what of a strap is believed."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.live.walks import AHEAD, BACK, CEILING, LIMITS, PLAN, Walk, run, speeds

from retrowalk.errors import BadPlan
from retrowalk.live.check import check
from retrowalk.live.cues import CueKind, cues
from retrowalk.live.events import HeartHeard, SetSpeed, StartBelt, StopBelt, StopReason, Ticked
from retrowalk.live.heart import (
    EASE_RATIO,
    EASED_S,
    KEPT,
    LOST_S,
    SUSTAINED_S,
    WARN_S,
    WINDOW_S,
    Heart,
    is_above,
    notice,
    rate_bpm,
)
from retrowalk.live.heart_say import heart_cues, heart_seen, heart_warning
from retrowalk.live.machine import advance, may_hold
from retrowalk.live.states import (
    Countdown,
    Ended,
    Holding,
    Resting,
    Session,
    Slowing,
    Stopping,
    Waiting,
    Walking,
)
from retrowalk.words import Interval, IntervalKind, Limits, Place, SessionPlan

HIGH, CALM = CEILING + 20, CEILING - 20
LONG = SessionPlan(
    (Interval(BACK, 200, 0.3), Interval(BACK, 60, 0.2, IntervalKind.COOL_DOWN),
     Interval(BACK, 60, 0.3), Interval(AHEAD, 60, 0.4)),
    LIMITS,
)  # fmt: skip
NEEDED = replace(LONG, limits=replace(LIMITS, heart_needed=True))
FREE = replace(LONG, limits=replace(LIMITS, heart_ceiling_bpm=None))


def walking(plan: SessionPlan = LONG, bpm: int = CALM) -> Walk:
    """Well under way at the planned speed."""
    walk = Walk(plan)
    walk.heart_bpm = bpm
    return walk.until(Walking).for_s(10)


def eased(plan: SessionPlan = LONG) -> Walk:
    """Just slowed for the heart."""
    walk = walking(plan)
    walk.heart_bpm = HIGH
    while walk.session.heart.eased is None:
        walk.tick()
        assert isinstance(walk.session.phase, Walking)
    return walk


def told(walk: Walk) -> list[tuple[CueKind, str]]:
    """Every cue of the heart and of the session, in order."""
    return [
        (cue.kind, cue.text)
        for _, before, after, _ in walk.log
        for cue in (*heart_cues(walk.plan, before, after), *cues(walk.plan, before, after))
    ]


# --- what is believed ----------------------------------------------------------------------


def test_one_wild_reading_moves_nothing():
    walk = walking()
    for wild in (0, 255, 239, 30):
        walk.send(HeartHeard(walk.at_s, wild))
        walk.for_s(WINDOW_S)
        assert rate_bpm(walk.session.heart, walk.at_s) == CALM
    assert walk.session.heart.eased is None


@pytest.mark.parametrize(("bpm", "contact"), [(0, True), (24, True), (241, True), (255, True),
                                              (65535, True), (90, False)])  # fmt: skip
def test_what_no_heart_does_is_never_believed(bpm, contact):
    heart = notice(LIMITS, Heart(), HeartHeard(1.0, bpm, contact), 1.0)
    assert heart.beats == ()
    assert not heart.touches


def test_two_readings_are_no_rate():
    walk = walking(bpm=0)
    for _ in range(2):
        walk.send(HeartHeard(walk.at_s, CALM))
    assert rate_bpm(walk.session.heart, walk.at_s) is None
    walk.send(HeartHeard(walk.at_s, CALM))
    assert rate_bpm(walk.session.heart, walk.at_s) == CALM


def test_a_jump_is_believed_only_when_it_has_lasted():
    walk = walking()
    walk.heart_bpm = HIGH
    began_s = walk.at_s
    walk.for_s(SUSTAINED_S)
    assert walk.session.heart.eased is None
    while walk.session.heart.eased is None:
        walk.tick()
    assert SUSTAINED_S + 2 <= walk.at_s - began_s <= 12


def test_a_short_jump_is_forgotten():
    walk = walking()
    walk.heart_bpm = HIGH
    walk.for_s(SUSTAINED_S - 1)
    walk.heart_bpm = CALM
    walk.for_s(60)
    assert walk.session.heart.eased is None


def test_a_strap_silent_after_few_high_readings_eases_nothing():
    walk = walking()
    walk.heart_bpm = HIGH
    walk.for_s(5)
    walk.heart_bpm = 0
    walk.for_s(60)
    assert walk.session.heart.eased is None


def test_a_chattering_strap_is_kept_short():
    heart = Heart()
    for _ in range(1000):
        heart = notice(LIMITS, heart, HeartHeard(1.0, 90), 1.0)
    assert len(heart.beats) == KEPT


# --- above the ceiling -----------------------------------------------------------------------


def test_above_the_ceiling_the_belt_goes_to_half_its_speed_by_the_ramp():
    walk = eased().for_s(8)
    assert walk.session.asked_mps == pytest.approx(EASE_RATIO * 0.3)
    assert isinstance(walk.session.phase, Walking)
    [slower] = [text for kind, text in told(walk) if kind is CueKind.SLOWER]
    assert slower == "Your heart beats faster than its ceiling. The belt goes slower."


def test_exactly_the_ceiling_is_not_above_it():
    walk = walking(bpm=CEILING).for_s(60)
    assert walk.session.heart.eased is None


def test_still_above_after_half_a_minute_the_belt_ramps_down_and_stops_with_the_reason():
    walk = eased()
    began_s = walk.at_s
    walk.until(Slowing)
    assert walk.at_s - began_s == pytest.approx(EASED_S, abs=0.5)
    asked = len(walk.requests)
    walk.until(Stopping)
    falling = speeds(walk.requests[asked:])
    assert len(falling) > 4
    walk.holds = False
    walk.until(Waiting)
    assert walk.session.reasons == (StopReason.HEART,)
    assert StopBelt(StopReason.HEART) in walk.requests
    assert any(kind is CueKind.SLOWER and "your heart beat faster" in text
               for kind, text in told(walk))  # fmt: skip


def test_below_again_after_half_a_minute_it_walks_on_at_half_its_speed():
    walk = eased()
    walk.heart_bpm = CALM
    walk.for_s(EASED_S + 60)
    assert isinstance(walk.session.phase, Walking)
    assert walk.session.asked_mps == pytest.approx(EASE_RATIO * 0.3)
    assert walk.session.heart.eased.helped


def test_above_a_second_time_it_stops():
    walk = eased()
    walk.heart_bpm = CALM
    walk.for_s(EASED_S + 10)
    walk.heart_bpm = HIGH
    walk.until(Slowing, within_s=15)
    assert walk.session.phase == Slowing(StopReason.HEART)


def test_a_strap_lost_while_the_belt_is_eased_stops_it_for_that_reason():
    walk = eased()
    walk.heart_bpm = 0
    walk.until(Slowing, within_s=EASED_S + 1)
    assert walk.session.phase == Slowing(StopReason.HEART_LOST)


def test_a_belt_with_nothing_slower_stops_instead():
    plan = replace(LONG, limits=replace(LIMITS, least_mps=0.3))
    walk = walking(plan)
    walk.heart_bpm = HIGH
    walk.until(Slowing, within_s=15)
    assert walk.session.heart.eased is None
    assert walk.session.phase == Slowing(StopReason.HEART)


def test_an_eased_belt_is_never_asked_for_less_than_it_can():
    plan = replace(LONG, limits=replace(LIMITS, least_mps=0.22))
    walk = eased(plan).for_s(8)
    assert walk.session.asked_mps == pytest.approx(0.22)


def test_the_ease_outlasts_a_stretch_walked_straight_into():
    walk = eased()
    walk.heart_bpm = CALM
    while walk.session.interval_i < 2:
        walk.tick()
    walk.for_s(20)
    assert walk.session.asked_mps == pytest.approx(EASE_RATIO * 0.3)


def test_another_stretch_begun_by_hand_has_its_own_speed_again():
    walk = eased()
    walk.heart_bpm = CALM
    while walk.session.interval_i < 3:
        walk.tick()
    walk.until(Walking).for_s(10)
    assert walk.session.heart.eased is None
    assert walk.session.asked_mps == pytest.approx(0.4)


def test_the_same_stretch_begun_again_stays_slow_and_needs_no_second_half_minute():
    walk = eased().until(Waiting, within_s=60)
    walk.heart_bpm = CALM
    walk.until(Walking, within_s=60).for_s(20)
    assert walk.session.asked_mps == pytest.approx(EASE_RATIO * 0.3)
    walk.heart_bpm = HIGH
    walk.until(Slowing, within_s=15)


def test_no_hold_counts_until_the_heart_is_below_its_ceiling():
    walk = eased().until(Waiting, within_s=60).for_s(60)
    assert isinstance(walk.session.phase, Waiting)
    assert heart_seen(walk.plan, walk.session).hold_why.startswith("Start waits until your heart")
    assert "Rest until it is below" in heart_warning(walk.plan, walk.session)
    walk.heart_bpm = CALM
    walk.until(Walking, within_s=30)
    assert (CueKind.READY, "Your heart is calm enough. Hold Start to go on.") in told(walk)


def test_a_strap_taken_off_after_the_stop_lets_the_walker_decide_and_says_no_calm():
    walk = eased().until(Waiting, within_s=60)
    walk.holds, walk.heart_bpm = False, 0
    walk.for_s(WARN_S + 2)
    assert may_hold(walk.plan, walk.session)
    assert "mind yourself how you feel" in heart_warning(walk.plan, walk.session)
    assert not any("calm enough" in text for _, text in told(walk))


def test_without_a_ceiling_a_heart_is_only_shown():
    walk = walking(FREE, bpm=220)
    walk.until(Ended, within_s=700)
    assert walk.session.reasons == (StopReason.COMPLETED,)
    assert heart_seen(FREE, walk.session).heart_bpm == 220
    assert heart_warning(FREE, walk.session) == ""


@pytest.mark.parametrize(
    ("place", "says"),
    [(Place.CORRIDOR, "Walk slower."), (Place.BY_HAND, "Set the console to 0.5 km/h.")],
)
def test_where_nobody_asks_the_belt_the_walker_is_told_to_slow_and_then_to_stop(place, says):
    walk = eased(replace(LONG, place=place))
    assert says in told(walk)[-1][1]
    walk.until(Slowing, within_s=EASED_S + 1).until(Waiting, within_s=30)
    assert walk.session.reasons == (StopReason.HEART,)
    assert set(walk.requests) == {None}


# --- a strap that is lost ----------------------------------------------------------------------


def test_a_lost_strap_is_said_and_stops_nothing():
    walk = walking()
    walk.heart_bpm = 0
    walk.for_s(60)
    assert isinstance(walk.session.phase, Walking)
    assert walk.session.asked_mps == pytest.approx(0.3)
    said = [text for kind, text in told(walk) if kind is CueKind.WARN]
    assert said == ["Your heart is not heard. The session goes on: mind yourself how you feel."]


def test_a_strap_without_skin_is_as_good_as_lost():
    walk = walking()
    walk.contact = False
    walk.for_s(WARN_S + 1)
    assert "not heard" in heart_warning(walk.plan, walk.session)
    assert not heart_seen(walk.plan, walk.session).touches


def test_where_the_heart_must_be_heard_a_lost_strap_warns_then_stops_by_the_ramp():
    walk = walking(NEEDED)
    known_s = walk.session.heart.known_s
    walk.heart_bpm = 0
    while not heart_warning(walk.plan, walk.session):
        walk.tick()
    assert walk.at_s - known_s == pytest.approx(WARN_S, abs=0.3)
    assert heart_warning(walk.plan, walk.session).endswith("The belt stops without it.")
    walk.until(Slowing)
    assert walk.at_s - known_s == pytest.approx(LOST_S, abs=0.3)
    walk.until(Waiting)
    assert walk.session.reasons == (StopReason.HEART_LOST,)
    assert "put the strap on" in heart_seen(walk.plan, walk.session).hold_why
    assert not may_hold(walk.plan, walk.session)


def test_where_the_heart_must_be_heard_nobody_starts_without():
    walk = Walk(NEEDED).for_s(30)
    assert isinstance(walk.session.phase, Waiting)
    walk.heart_bpm = CALM
    walk.until(Walking, within_s=30)


def test_on_a_floor_the_walk_stops_not_the_belt():
    walk = walking(replace(NEEDED, place=Place.CORRIDOR))
    walk.heart_bpm = 0
    walk.for_s(WARN_S + 1)
    assert heart_warning(walk.plan, walk.session).endswith("The walk stops without it.")


@pytest.mark.parametrize("phase", [Waiting, Countdown, Resting, Ended])
def test_no_strap_at_all_is_no_trouble(phase):
    session = Walk(PLAN).until(phase).session
    assert heart_warning(PLAN, session) == ""
    assert heart_seen(PLAN, session).heart_bpm == 0


def test_a_rise_in_the_count_down_is_said_without_a_promise_about_the_belt():
    walk = Walk(LONG)
    walk.heart_bpm = CALM
    walk.until(Countdown)
    for _ in range(4):
        walk.send(HeartHeard(walk.at_s, HIGH))
    for _ in range(3):
        walk.send(HeartHeard(walk.at_s, HIGH))
    assert heart_warning(LONG, walk.session) == "Your heart beats faster than its ceiling."


# --- over anything ---------------------------------------------------------------------------

script = st.lists(
    st.tuples(st.sampled_from([0, 0, 70, CEILING, HIGH, 239, 255]), st.booleans(),
              st.integers(1, 90), st.booleans()),
    max_size=12,
)  # fmt: skip


def played(steps, plan: SessionPlan = LONG) -> Walk:
    walk = Walk(plan)
    for walk.heart_bpm, walk.contact, ticks, walk.holds in steps:
        for _ in range(ticks):
            walk.tick()
    return walk


@settings(max_examples=100, deadline=None)
@given(script)
def test_an_eased_belt_never_goes_above_its_eased_speed_before_another_start(steps):
    walk = played([(CALM, True, 120, True), (HIGH, True, 60, True), *steps])
    top_mps, asked_mps = float("inf"), 0.0
    for _, before, after, request in walk.log:
        if before.heart.eased is None and after.heart.eased is not None:
            top_mps = after.heart.eased.belt_mps
        match request:
            case StartBelt():
                top_mps = after.heart.eased.belt_mps if after.heart.eased else float("inf")
            case SetSpeed(mps):
                assert mps <= max(top_mps, asked_mps) + 1e-9  # at most on the way down
                asked_mps = mps


@settings(max_examples=100, deadline=None)
@given(script)
def test_a_beat_itself_asks_nothing_of_a_belt_and_no_hold_counts_above_the_ceiling(steps):
    for event, before, after, request in played(steps).log:
        if isinstance(event, HeartHeard):
            assert request is None
        if isinstance(before.phase, Waiting) and isinstance(after.phase, Holding):
            assert not is_above(LIMITS, after.heart, after.now_s)


@settings(max_examples=60, deadline=None)
@given(script)
def test_without_a_ceiling_no_heart_changes_a_single_request(steps):
    walk = played(steps, FREE)
    bare = [event for event in walk.events if not isinstance(event, HeartHeard)]
    asked = [request for event, _, _, request in walk.log if not isinstance(event, HeartHeard)]
    assert run(bare, plan=FREE)[1] == asked


@settings(max_examples=60, deadline=None)
@given(script)
def test_it_replays_to_the_same_end(steps):
    walk = played(steps, NEEDED)
    assert run(walk.events, plan=NEEDED) == (walk.session, walk.requests)


@given(st.lists(st.tuples(st.floats(-5, 50), st.integers(-9, 70000), st.booleans()), max_size=60))
def test_any_beats_at_any_time_break_nothing(beats):
    session = Session()
    for at_s, bpm, contact in beats:
        session, request = advance(LONG, session, HeartHeard(at_s, bpm, contact))
        assert request is None
        advance(LONG, session, Ticked(at_s))
    assert heart_seen(LONG, session).age_s >= 0


@pytest.mark.parametrize("limits", [{"heart_ceiling_bpm": 0}, {"least_mps": -1.0}], ids=str)
def test_a_plan_with_a_ceiling_of_nothing_is_refused(limits):
    with pytest.raises(BadPlan, match=next(iter(limits))):
        check(replace(LONG, limits=replace(Limits(0.3, 0.4), **limits)))
