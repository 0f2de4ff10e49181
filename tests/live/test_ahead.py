"""What is foretold comes, at its moment, unless something comes between."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.live.walks import CORRIDOR, PLAN, Walk

from retrowalk.live.ahead import HORIZON_S, JUST_S, ahead, change_due_s
from retrowalk.live.cues import CueKind, cues
from retrowalk.live.events import StopReason, StopWanted
from retrowalk.live.states import (
    Countdown,
    Ended,
    Resting,
    Slowing,
    Starting,
    Stopping,
    Waiting,
    Walking,
)

COUNTED = {CueKind.TEN_SECONDS, CueKind.THREE, CueKind.TWO, CueKind.ONE}


def kinds(plan, session):
    return [one.cue.kind for one in ahead(plan, session)]


@pytest.mark.parametrize("plan", [PLAN, CORRIDOR], ids=lambda plan: plan.place.value)
def test_every_count_that_is_cued_was_foretold_to_the_tick(plan):
    walk = Walk(plan).until(Ended, within_s=400)
    counted = 0
    for _, before, after, _ in walk.log:
        for cue in cues(plan, before, after):
            if cue.kind in COUNTED:
                counted += 1
                foretold = [one for one in ahead(plan, before) if one.cue == cue]
                assert [abs(one.due_s - after.now_s) < 0.21 for one in foretold] == [True]
    assert counted > 20


@given(st.floats(0, 5))
def test_what_is_foretold_does_not_move_while_one_walks_on(wait_s):
    walk = Walk().until(Walking).for_s(wait_s)
    first = {one.cue.kind: one.due_s for one in ahead(PLAN, walk.session)}
    walk.for_s(1)
    for one in ahead(PLAN, walk.session):
        assert one.due_s == pytest.approx(first[one.cue.kind], abs=1e-6)


def test_only_the_next_quarter_minute_is_foretold():
    walk = Walk().until(Walking)
    for session in (after for *_, after, _ in walk.until(Ended).log):
        for one in ahead(PLAN, session):
            assert session.now_s - JUST_S < one.due_s <= session.now_s + HORIZON_S


def test_a_turn_and_a_start_are_never_foretold():
    for *_, after, _ in Walk().until(Ended).log:
        foretold = kinds(PLAN, after)
        assert CueKind.TURN not in foretold
        if isinstance(after.phase, Countdown):
            assert set(foretold) <= COUNTED


def test_on_a_floor_the_first_step_is_foretold():
    walk = Walk(CORRIDOR).until(Countdown)
    assert kinds(CORRIDOR, walk.session)[-1] is CueKind.BACK


def test_slowing_is_foretold_before_a_turn_and_the_end_of_a_rest_before_it_comes():
    assert kinds(PLAN, Walk().until(Walking).session)[-1] is CueKind.SLOWER
    assert kinds(PLAN, Walk().until(Resting).session)[-1] is CueKind.READY


def test_a_stretch_that_follows_in_the_same_direction_is_foretold():
    walk = Walk().until(Resting).until(Walking)
    assert kinds(PLAN, walk.session)[-1] is CueKind.FORWARD


def test_nothing_is_foretold_where_a_hand_or_the_belt_must_lead_on():
    walk = Walk()
    for phase in (Waiting, Starting, Slowing, Stopping, Ended):
        walk.until(phase)
        assert ahead(PLAN, walk.session) == ()
        assert change_due_s(PLAN, walk.session) == float("inf")


def test_a_stop_calls_everything_off():
    walk = Walk().until(Walking).for_s(3)
    assert ahead(PLAN, walk.session)
    walk.send(StopWanted(walk.at_s, StopReason.WALKER))
    assert ahead(PLAN, walk.session) == ()


def test_a_stretch_of_ten_seconds_does_not_begin_with_its_own_count():
    short = replace(PLAN, intervals=tuple(replace(one, duration_s=10.0) for one in PLAN.intervals))
    assert CueKind.TEN_SECONDS not in kinds(short, Walk(short).until(Walking).session)
