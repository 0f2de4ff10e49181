"""The pictures of a plan, a session, the weeks and a ladder say what they show."""

from dataclasses import replace
from datetime import date
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrowalk.live.dose import TrackPoint
from retrowalk.live.events import StopReason
from retrowalk.pictures.ladder import ladder_picture
from retrowalk.pictures.ribbon import ribbon_picture
from retrowalk.pictures.session import session_picture
from retrowalk.pictures.weeks import weeks_picture
from retrowalk.units import KMH
from retrowalk.words import Direction, Interval, IntervalKind, Limits, SessionPlan, Units

B, F = Direction.BACKWARD, Direction.FORWARD
LIMITS = Limits(backward_top_mps=3.2 * KMH, forward_top_mps=5 * KMH)
PLAN = SessionPlan(
    (
        Interval(F, 60, 0.6, IntervalKind.WARM_UP),
        Interval(B, 120, 0.36, repetition=1, repetitions=2),
        Interval(F, 30, 0.0, IntervalKind.REST),
        Interval(B, 120, 0.36, repetition=2, repetitions=2),
    ),
    LIMITS,
)
SVG = "{http://www.w3.org/2000/svg}"


def track(until_s=330):
    for at_s in range(until_s):
        direction = F if at_s < 60 else B
        yield TrackPoint(
            float(at_s), 0.0 if 180 <= at_s < 210 else 0.36, 0.36, direction, "walking"
        )


def read(markup):
    return ElementTree.fromstring(markup)


def described(markup):
    return read(markup).find(f"{SVG}desc").text


def test_the_ribbon_tells_every_stretch_in_words():
    said = described(ribbon_picture(PLAN))
    assert said.startswith("5 minutes 30 seconds in all: Warm up, forward 1 minute;")
    assert "Stand and rest 30 seconds" in said


def beating(until_s=330, unheard=range(100, 140)):
    for point in track(until_s):
        bpm = None if point.at_s in unheard else 80 + point.at_s / 10
        yield replace(point, heart_bpm=bpm)


def test_a_heart_stands_under_the_belt_broken_where_it_was_not_heard():
    held = replace(PLAN, limits=replace(LIMITS, heart_ceiling_bpm=100))
    markup = session_picture(held, tuple(beating()))
    whole = session_picture(held, tuple(beating(unheard=())))
    assert markup.count("<polyline") == whole.count("<polyline") + 1  # a gap breaks the line
    assert "ceiling 100" in markup
    assert "The heart beat up to 113 a minute, its ceiling was 100" in described(markup)
    bare = session_picture(PLAN, tuple(beating()))
    assert "ceiling" not in bare
    assert "Heart" not in session_picture(PLAN, tuple(track()))


def test_a_session_tells_backward_time_and_numbers_its_stops():
    markup = session_picture(PLAN, tuple(track()), ((185.0, StopReason.WALKER),))
    assert "Backward 3 minutes 59 seconds of 4 minutes planned" in described(markup)
    assert "stop 1 at 3:05: Stop was pressed" in described(markup)
    assert markup.count("<polygon") == 1 + 1  # the stop's octagon and the legend's diamond


def test_a_session_nobody_walked_is_still_a_picture():
    assert "No stops" in described(session_picture(PLAN, ()))


def test_the_speed_axis_is_in_the_walkers_units():
    assert "Belt speed, mph" in session_picture(PLAN, tuple(track()), units=Units.MPH)


def test_a_week_without_walking_keeps_its_place():
    weeks = ((date(2026, 11, 2), 600.0), (date(2026, 11, 9), 0.0), (date(2026, 11, 16), 960.0))
    said = described(weeks_picture(weeks))
    assert said == "week of 2 Nov: 10 minutes; week of 9 Nov: 0 minutes; week of 16 Nov: 16 minutes"


def test_no_weeks_at_all_are_said():
    assert described(weeks_picture(())) == "No sessions yet."


def test_the_ladder_says_where_one_stands():
    assert described(ladder_picture((("bursts", 60.0), ("longer", 120.0)), here=1)).endswith(
        "step 2, longer: 2 minutes. You are at step 2."
    )


@pytest.mark.parametrize("width", [360, 860])
def test_no_picture_leaves_its_frame(width):
    markup = session_picture(PLAN, tuple(track()), width=width)
    for box in read(markup).iter(f"{SVG}rect"):
        if box.get("x") and not box.get("id") and "class" in box.attrib:
            assert float(box.get("x")) + float(box.get("width")) <= width + 1


durations = st.floats(0, 7200)
intervals = st.builds(
    Interval,
    st.sampled_from([B, F]),
    durations,
    st.floats(0, 1.7),
    st.sampled_from(IntervalKind),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(intervals, min_size=1, max_size=20), st.lists(durations, max_size=40))
def test_every_plan_and_track_make_well_formed_svg(planned, times):
    plan = SessionPlan(tuple(planned), LIMITS)
    points = tuple(TrackPoint(t, 0.3, 0.3, B, "walking") for t in sorted(times))
    assert read(ribbon_picture(plan)).tag == f"{SVG}svg"
    assert read(session_picture(plan, points)).tag == f"{SVG}svg"
