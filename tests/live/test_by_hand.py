"""A belt set by hand: what is said of its console is counted and judged, never asked."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.live.test_machine import event
from tests.live.walks import PLAN, Walk, run

from retrowalk.live.by_hand import MPS_OF, set_to, too_fast_text
from retrowalk.live.cues import CueKind, cues
from retrowalk.live.events import SpeedSaid, StopReason, StopWanted
from retrowalk.live.states import Countdown, Session, Slowing, Waiting, Walking
from retrowalk.live.view import view
from retrowalk.units import KMH
from retrowalk.words import Direction, Interval, IntervalKind, Place, Units

BY_HAND = replace(PLAN, place=Place.BY_HAND)
KMH_PLAN = replace(
    BY_HAND,
    intervals=tuple(
        replace(i, belt_mps=0.0 if i.kind is IntervalKind.REST else 0.8 * KMH)
        for i in PLAN.intervals
    ),
)
SAID = st.one_of(st.none(), st.floats(allow_nan=True))


@given(st.lists(st.tuples(event, SAID), max_size=40), st.sampled_from(Place))
def test_a_said_speed_is_never_asked_of_any_belt(told, place):
    plan = replace(PLAN, place=place)
    quiet = [one for one, _ in told]
    events = []
    for one, mps in told:
        events += [one] if mps is None else [one, SpeedSaid(one.at_s, mps)]
    requests = run(events, plan=plan)[1]
    asked = [request for request in requests if request is not None]
    assert asked == [request for request in run(quiet, plan=plan)[1] if request is not None]
    assert plan.driven or not asked


def test_on_a_belt_we_drive_a_said_speed_changes_nothing():
    spoken, quiet = (Walk().until(Walking) for _ in range(2))
    for _ in range(20):
        assert spoken.send(SpeedSaid(spoken.at_s, 0.9)) is None
        spoken.tick()
        quiet.tick()
    assert replace(spoken.session) == quiet.session


def walking(plan=KMH_PLAN):
    return Walk(plan).until(Walking).for_s(5)


def test_a_said_speed_holds_until_the_next_stretch_or_a_stop():
    walk = walking()
    walk.send(SpeedSaid(walk.at_s, 0.25))
    assert view(BY_HAND, walk.session).said_mps == 0.25
    assert walk.for_s(1).session.said_mps == 0.25
    assert walk.until(Waiting).session.said_mps is None
    walk.until(Walking).send(SpeedSaid(walk.at_s, 0.25))
    walk.send(StopWanted(walk.at_s, StopReason.WALKER))
    assert walk.session.said_mps is None


def test_one_stretch_straight_into_the_next_asks_anew():
    walk = Walk(KMH_PLAN)
    while walk.session.interval_i < 4 or not isinstance(walk.session.phase, Walking):
        walk.tick()
    walk.send(SpeedSaid(walk.at_s, 0.25))
    while walk.session.interval_i == 4:
        assert walk.session.said_mps == 0.25
        walk.tick()
    assert walk.session.said_mps is None
    assert isinstance(walk.session.phase, Walking)


@pytest.mark.parametrize("mps", [math.nan, math.inf, -0.1])
def test_what_is_no_speed_is_not_taken(mps):
    walk = walking()
    walk.send(SpeedSaid(walk.at_s, mps))
    assert walk.session.said_mps is None


def test_nothing_is_taken_before_or_after_walking():
    walk = Walk(KMH_PLAN)
    walk.send(SpeedSaid(0.0, 0.2))
    assert walk.session.said_mps is None
    walk.until(Slowing).send(SpeedSaid(walk.at_s, 0.2))
    assert walk.session.said_mps is None


def test_the_console_speed_is_said_and_shown_in_the_walkers_unit():
    for units, to in ((Units.KMH, "0.8 km/h"), (Units.MPH, "0.4 mph")):
        plan = replace(KMH_PLAN, units=units)  # 0.8 km/h is 0.497 mph: toward slower
        walk = Walk(plan).until(Countdown)
        assert view(plan, walk.session).detail.endswith(f"Set the console to {to}.")
        walk.until(Walking)
        assert view(plan, walk.session).detail == f"Set the console to {to}."
        assert view(plan, walk.session).asks_speed
    *_, before, after, _ = next(entry for entry in walk.log if isinstance(entry[2].phase, Walking))
    (cue,) = cues(plan, before, after)
    assert cue.text == f"Walk backward. Set the console to {to}."


def test_a_warm_up_keeps_its_name_beside_the_speed():
    named = replace(KMH_PLAN.intervals[0], kind=IntervalKind.WARM_UP, repetition=0, repetitions=0)
    plan = replace(KMH_PLAN, intervals=(named,))
    assert view(plan, walking(plan).session).detail == "Set the console to 0.8 km/h. Warm-up."


def test_a_console_above_the_ceiling_is_told_to_go_down_once_aloud_and_as_long_as_it_lasts():
    walk = walking()
    text = "That is faster than planned: set the console down to 0.8 km/h."
    walk.send(SpeedSaid(walk.at_s, 0.31))  # the ceiling is 0.3
    _, before, after, _ = walk.log[-1]
    (cue,) = cues(KMH_PLAN, before, after)
    assert (cue.kind, cue.text) == (CueKind.WARN, text)
    assert view(KMH_PLAN, walk.for_s(2).session).warning == text
    assert not [c for _, b, a, _ in walk.log[-8:] for c in cues(KMH_PLAN, b, a)]
    walk.send(SpeedSaid(walk.at_s, 0.3))
    assert view(KMH_PLAN, walk.session).warning == ""


@given(st.floats(0.05, 3), st.floats(0.05, 3), st.sampled_from(Units), st.floats(0.01, 3))
def test_nobody_is_told_to_set_more_than_the_ceiling_of_their_direction(
    belt_mps, top_mps, units, over_mps
):
    limits = replace(PLAN.limits, backward_top_mps=top_mps)
    walk = Interval(Direction.BACKWARD, 60, belt_mps)
    plan = replace(BY_HAND, intervals=(walk,), limits=limits, units=units)
    session = replace(Session(), phase=Walking(), said_mps=top_mps + over_mps)
    for text in (set_to(plan, walk), too_fast_text(plan, session)):
        shown = float(text.rpartition(" to ")[2].split()[0])
        assert shown * MPS_OF[units] <= min(belt_mps, top_mps) + 1e-6
