"""One frame in words: colours, shapes, ages, and what is worth an alarm."""

import json
from dataclasses import replace
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrowalk.app.beating import HeartSeen
from retrowalk.app.walking import Frame
from retrowalk.live.cues import Cue, CueKind
from retrowalk.live.view import View
from retrowalk.web.shown import shown, strip
from retrowalk.words import Direction, Interval, IntervalKind, Limits, SessionPlan, Units

B, F = Direction.BACKWARD, Direction.FORWARD
WALKING = View(
    phase="walking", direction=B, headline="Walk backward", detail="3 of 7", left_s=101.2,
    next_text="turn, then forward", next_in_s=101.2, repetition=3, repetitions=7, plan_mps=0.36,
    belt_mps=0.36, belt_age_s=0.8, may_hold=False, may_finish=False, ended=False, hold_text="",
    hold_ratio=0.0, progress_ratio=0.4, warning="",
)  # fmt: skip
STANDING = replace(
    WALKING, phase="waiting", headline="Turn round: face the console",
    detail="The belt is at rest.",
    hold_text="Face the console, feet on the side rails. Hold to start", may_hold=True,
)  # fmt: skip


def frame(view, at_s=200.0, **more):
    return Frame(1, at_s, view, (), **more)


def test_walking_backward_is_orange_with_its_chevrons_and_a_whole_clock():
    now = shown(frame(WALKING))
    assert (now.look, now.shape, now.left) == ("backward", "backward", "1:42")
    assert (now.rep_what, now.rep, now.detail) == ("Backward", "3 of 7", "")
    assert (now.belt, now.belt_age) == ("1.3 km/h", "now")


def test_the_two_directions_never_look_alike():
    there, back = shown(frame(replace(WALKING, direction=F))), shown(frame(WALKING))
    assert there.look != back.look
    assert there.shape != back.shape


def test_speeds_are_in_the_walkers_units():
    assert shown(frame(WALKING), Units.MPH).belt == "0.8 mph"


@pytest.mark.parametrize(
    ("phase", "look", "shape"),
    [
        ("countdown", "backward", "backward"),
        ("slowing", "backward", "backward"),
        ("resting", "rest", "rest"),
        ("stopping", "stop", "stop"),
        ("ended", "done", "done"),
    ],
)
def test_every_phase_has_its_dress(phase, look, shape):
    now = shown(frame(replace(WALKING, phase=phase)))
    assert (now.look, now.shape) == (look, shape)


def test_a_turn_has_its_own_shape_and_its_words_on_the_button():
    now = shown(frame(STANDING))
    assert now.shape == "turn"
    assert (now.hold_sure, now.hold_go) == (
        "Face the console, feet on the side rails",
        "Hold to start",
    )
    assert shown(frame(replace(STANDING, headline="Stopped"))).shape == "stand"


def test_a_countdown_shows_one_figure():
    assert shown(frame(replace(WALKING, phase="countdown", left_s=2.1))).left == "3"


def test_a_belt_never_heard_is_no_alarm_in_the_first_moment_only():
    silent = replace(STANDING, belt_age_s=inf, warning="The treadmill has not been heard.")
    assert shown(frame(silent, at_s=0.4)).alarm == ""
    later = shown(frame(silent, at_s=4.0))
    assert later.alarm == "The treadmill has not been heard."
    assert (later.belt, later.belt_age_s) == ("not heard", None)


def test_a_stop_that_is_past_is_told_without_alarm():
    now = shown(frame(replace(STANDING, warning="Stopped because Stop was pressed.")))
    assert now.alarm == ""
    assert now.detail.startswith("Stopped because")


def test_an_unsaved_session_is_an_alarm():
    assert "disk" in shown(frame(WALKING, notice="The disk is full.")).alarm


def test_cues_travel_as_words():
    now = shown(Frame(7, 1.0, WALKING, (Cue(CueKind.TEN_SECONDS, "In ten seconds: a rest"),)))
    assert now.cues == ({"kind": "ten seconds", "text": "In ten seconds: a rest"},)


HEART = HeartSeen(
    heart_bpm=98.4, age_s=0.4, ceiling_bpm=120, touches=True, eased=False, hold_why=""
)


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({}, "Heart 98 · ceiling 120"),
        ({"ceiling_bpm": None}, "Heart 98"),
        ({"eased": True}, "Heart 98 · ceiling 120 · slower"),
        ({"age_s": 3.2}, "Heart 98, 3 s old · ceiling 120"),
        ({"age_s": 9.0}, "Heart not heard, 98 was 9 s old · ceiling 120"),
        ({"age_s": inf, "heart_bpm": 0.0}, "Heart not heard yet · ceiling 120"),
        ({"age_s": inf, "touches": False}, "Heart not heard yet: the strap feels no skin, wet its "
                                           "electrodes · ceiling 120"),
    ],
)  # fmt: skip
def test_the_heart_stands_there_with_its_age_and_ceiling(changed, says):
    assert shown(frame(WALKING, heart=replace(HEART, **changed))).heart == says


def test_without_strap_and_ceiling_there_is_no_heart_to_show():
    assert (shown(frame(WALKING)).heart, shown(frame(WALKING)).hold_why) == ("", "")


def test_why_a_hold_does_not_count_is_said():
    waits = replace(HEART, hold_why="Start waits until your heart is below its ceiling.")
    assert shown(frame(STANDING, heart=waits)).hold_why.startswith("Start waits until your heart")


@given(st.floats(0, allow_nan=False), st.floats(0, 1e6), st.floats(0, 1), st.text())
def test_every_frame_is_strict_json(age_s, left_s, ratio, text):
    view = replace(WALKING, belt_age_s=age_s, left_s=left_s, progress_ratio=ratio, headline=text)
    assert json.loads(shown(frame(view)).as_json())["headline"] == text


def test_the_strip_fills_the_edge_and_shows_rests_as_such():
    plan = SessionPlan(
        (Interval(F, 60, 0.6), Interval(B, 30, 0.3), Interval(B, 30, 0, IntervalKind.REST)),
        Limits(0.8, 1.5),
    )
    pieces = strip(plan)
    assert [p.look for p in pieces] == ["forward", "backward", "rest"]
    assert pieces[-1].x + pieces[-1].width == pytest.approx(998)
