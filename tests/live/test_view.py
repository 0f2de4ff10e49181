"""What people see and hear of a session, in every phase."""

from dataclasses import replace

import pytest
from tests.live.walks import CORRIDOR, PLAN, Walk

from retrowalk.live.cues import CueKind, cues
from retrowalk.live.events import BeltReported, StopReason, StopWanted, Ticked
from retrowalk.live.say import SAFETY_KEY_TEXT
from retrowalk.live.states import (
    Countdown,
    Ended,
    Holding,
    Resting,
    Session,
    Slowing,
    Starting,
    Stopping,
    Waiting,
    Walking,
)
from retrowalk.live.view import view
from retrowalk.words import Direction, Place

PHASES = (Waiting, Holding, Countdown, Starting, Walking, Slowing, Resting, Stopping, Ended)
BY_HAND = replace(PLAN, place=Place.BY_HAND)


def heard(walk):
    """All cues of a walk, in order, with the sessions they came between."""
    return [
        (cue, before, after)
        for _, before, after, _ in walk.log
        for cue in cues(walk.plan, before, after)
    ]


def kinds(walk):
    return [cue.kind for cue, *_ in heard(walk)]


@pytest.mark.parametrize("phase", PHASES)
def test_every_phase_has_something_to_say(phase):
    seen = view(PLAN, Walk().until(phase).session)
    assert seen.headline
    assert seen.phase == phase.__name__.lower()
    assert 0 <= seen.progress_ratio <= 1


@pytest.mark.parametrize("plan", [PLAN, BY_HAND, CORRIDOR], ids=lambda p: p.place.value)
def test_words_fit_the_place(plan):
    said = [view(plan, after) for *_, after, _ in Walk(plan).until(Ended, within_s=400).log]
    words = " ".join(f"{v.headline} {v.detail} {v.hold_text}" for v in said)
    assert ("console" in words) is (plan is not CORRIDOR)
    assert ("your back to the way ahead" in words) is (plan is CORRIDOR)
    assert ("Start the belt at its console" in words) is (plan is BY_HAND)


def test_the_button_names_the_facing_it_confirms():
    walk = Walk().until(Waiting)
    assert "away from the console" in view(PLAN, walk.session).hold_text
    walk.until(Slowing).until(Waiting)
    assert "Face the console" in view(PLAN, walk.session).hold_text
    assert view(PLAN, walk.until(Walking).session).hold_text == ""


def test_the_view_counts_down_and_names_what_comes_next():
    walk = Walk().until(Walking).for_s(4)
    seen = view(PLAN, walk.session)
    assert seen.left_s == pytest.approx(8, abs=0.5)
    assert seen.next_text == "turn, then forward"
    assert (seen.repetition, seen.repetitions, seen.detail) == (1, 2, "1 of 2")
    assert (seen.plan_mps, seen.belt_mps) == (0.3, pytest.approx(0.3, abs=0.1))


def test_next_words_of_a_whole_plan():
    sessions = [replace(Session(), interval_i=i) for i in range(6)]
    assert [view(PLAN, s).next_text for s in sessions] == [
        "turn, then forward",
        "turn, then backward",
        "a rest",
        "forward",
        "cool-down",
        "the end",
    ]
    assert view(PLAN, replace(sessions[5], phase=Walking())).detail == "Cool-down"


def test_the_ring_fills_as_start_is_held():
    walk = Walk().until(Holding).for_s(1)
    assert view(PLAN, walk.session).hold_ratio == pytest.approx(0.5, abs=0.15)
    assert view(PLAN, walk.until(Walking).session).hold_ratio == 0


def test_a_finish_is_offered_only_while_standing():
    offered = {phase for phase in PHASES if view(PLAN, Walk().until(phase).session).may_finish}
    assert offered == {Waiting, Holding, Resting}


def test_a_belt_never_heard_has_no_age():
    assert view(PLAN, Session()).belt_age_s == float("inf")


def test_silence_is_warned_of_after_three_seconds():
    walk = Walk().until(Walking).for_s(3.4)
    heard_s = walk.session.heard_s
    while not view(PLAN, walk.session).warning:
        walk.tick(heard=False)
    assert walk.at_s - heard_s == pytest.approx(3, abs=0.3)
    assert kinds(walk).count(CueKind.WARN) == 1


def test_a_belt_that_crept_and_fell_silent_is_warned_of_before_the_start_too():
    walk = Walk(holds=False)
    walk.send(BeltReported(walk.at_s, 0.05))
    walk.for_s(4, heard=False)
    assert kinds(walk).count(CueKind.WARN) == 1


def test_a_moving_belt_before_the_start_is_said():
    walk = Walk(holds=False)
    walk.send(BeltReported(0.1, 0.05))
    assert "not at rest" in view(PLAN, walk.session).warning


def test_why_one_stopped_is_said_while_paused():
    walk = Walk().until(Walking).for_s(3)
    walk.send(StopWanted(walk.at_s, StopReason.WALKER))
    assert "Stop was pressed" in view(PLAN, walk.until(Waiting).session).warning


def test_a_stop_that_cannot_be_confirmed_is_shouted_again_and_again():
    walk = Walk().until(Walking).for_s(3)
    walk.send(StopWanted(walk.at_s, StopReason.WALKER))
    for _ in range(100):
        walk.wanted_mps = 0.3
        walk.tick()
    assert view(PLAN, walk.session).warning == SAFETY_KEY_TEXT
    assert kinds(walk).count(CueKind.SAFETY_KEY) == 4  # at 5, 10, 15 and 20 s


def test_a_stop_seen_at_rest_but_not_yet_settled_is_not_shouted():
    walk = Walk().until(Starting)
    walk.send(StopWanted(walk.at_s, StopReason.WALKER))
    walk.belt_mps = 0.0
    walk.until(Waiting)
    assert CueKind.SAFETY_KEY not in kinds(walk)


def test_a_silent_belt_cannot_confirm_a_stop():
    walk = Walk().until(Walking).for_s(3)
    walk.send(StopWanted(walk.at_s, StopReason.WALKER))
    walk.for_s(6, heard=False)
    assert view(PLAN, walk.session).warning == SAFETY_KEY_TEXT


def test_an_ended_session_says_why():
    walk = Walk().until(Walking).for_s(3)
    walk.send(StopWanted(walk.at_s, StopReason.OVERSPEED))
    assert "faster than asked" in view(PLAN, walk.until(Ended).session).detail


def test_the_cues_of_a_whole_session():
    counted = [CueKind.THREE, CueKind.TWO, CueKind.ONE]
    begin = [CueKind.READY, *counted]
    stretch = [CueKind.TEN_SECONDS, *counted]
    halt = [CueKind.SLOWER, CueKind.STOP]
    assert kinds(Walk().until(Ended)) == [
        *(*begin, CueKind.BACK, *stretch, *halt, CueKind.TURN),
        *(*begin, CueKind.FORWARD, *stretch, *halt, CueKind.TURN),
        *(*begin, CueKind.BACK, *stretch, *halt, CueKind.REST, *stretch, CueKind.READY),
        *(*begin, CueKind.FORWARD, *stretch, CueKind.FORWARD, *stretch, *halt, CueKind.END),
    ]


def test_no_cue_asks_for_a_turn_on_a_moving_belt():
    for cue, _, after in heard(Walk().until(Ended)):
        if cue.kind is CueKind.TURN:
            assert after.heard_mps < 0.02


def test_counts_come_within_a_tick_of_their_second():
    walk = Walk().until(Walking)
    counted = {}
    while isinstance(walk.session.phase, Walking):
        before, began = walk.session, len(walk.log)
        walk.tick()
        for _, one, other, _ in walk.log[began:]:
            for cue in cues(PLAN, one, other):
                counted[cue.kind] = view(PLAN, walk.session).left_s
        assert before is not walk.session
    for kind, second in ((CueKind.TEN_SECONDS, 10), (CueKind.THREE, 3), (CueKind.ONE, 1)):
        assert counted[kind] == pytest.approx(second, abs=0.25)


def test_a_long_step_counts_only_the_last_number_it_passed():
    walk = Walk().until(Walking).for_s(8.6)
    jumped = replace(walk.session, walked_s=10.5)
    assert [cue.kind for cue in cues(PLAN, walk.session, jumped)] == [CueKind.TWO]


def test_a_pause_is_cued_as_a_question():
    walk = Walk().until(Walking).for_s(3)
    walk.send(StopWanted(walk.at_s, StopReason.WALKER))
    walk.until(Waiting)
    assert kinds(walk)[-2:] == [CueKind.STOP, CueKind.READY]


def test_going_on_on_a_floor_says_the_direction():
    assert CueKind.BACK in kinds(Walk(CORRIDOR).until(Walking))


def test_a_released_hold_makes_no_sound():
    walk = Walk().until(Holding)
    walk.holds = False
    walk.send(Ticked(walk.at_s + 1))
    assert kinds(walk) == [CueKind.READY]


def test_direction_is_of_the_stretch_to_come():
    assert view(PLAN, Walk().until(Waiting).session).direction is Direction.BACKWARD
