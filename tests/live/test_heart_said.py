"""Every word said and shown of the heart, and where its figures are kept."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.live.test_heart import CALM, HIGH, LONG, NEEDED, eased, told, walking
from tests.live.test_heart_walked import point
from tests.live.walks import CEILING, Walk

from retrowalk.live.cues import CueKind
from retrowalk.live.dose import LONGEST_GAP_S, delivered
from retrowalk.live.events import StopReason
from retrowalk.live.heart import Eased, Heart, rate_bpm
from retrowalk.live.heart_say import heart_seen, heart_warning
from retrowalk.live.heart_walked import MOVING, heart_walked
from retrowalk.live.states import Countdown, Session, Stopping, Waiting, Walking
from retrowalk.live.view import view
from retrowalk.words import Place

FASTER, UNHEARD = "Your heart beats faster than its ceiling.", "Your heart is not heard."
ABOVE = Heart(beats=((9.0, HIGH),) * 3, known_s=9.0, above_s=8.0)
EASED = replace(ABOVE, eased=Eased(8.0, 0.15, 0))


def session(phase, heart: Heart = ABOVE, now_s: float = 9.0) -> Session:
    return replace(Session(), phase=phase, now_s=now_s, heard_s=now_s, heart=heart)


@pytest.mark.parametrize(
    ("place", "says"),
    [
        (Place.DRIVEN, "The belt goes slower."),
        (Place.BY_HAND, "Set the console to 0.5 km/h."),
        (Place.CORRIDOR, "Walk slower."),
    ],
)
def test_above_the_ceiling_it_says_what_goes_slower_only_while_something_does(place, says) -> None:
    plan = replace(LONG, place=place)
    assert heart_warning(plan, session(Walking(), EASED)) == f"{FASTER} {says}"
    assert heart_warning(plan, session(Walking())) == FASTER
    stopping = Stopping(StopReason.HEART, False, 0.0, 0.0)
    assert heart_warning(plan, session(stopping, EASED)) == FASTER
    waiting = session(Session().phase, EASED)
    assert heart_warning(plan, waiting) == f"{FASTER} Rest until it is below."


def test_a_hold_that_does_not_count_says_what_it_waits_for() -> None:
    waiting = Session().phase
    assert heart_seen(LONG, session(waiting)).hold_why == (
        "Start waits until your heart is below its ceiling."
    )
    assert heart_seen(NEEDED, session(waiting, Heart())).hold_why == (
        "Start waits until your heart is heard: put the strap on, its electrodes wet."
    )
    for calm in (session(waiting, Heart()), session(Walking())):
        assert heart_seen(LONG, calm).hold_why == ""


@pytest.mark.parametrize(
    ("plan", "says"),
    [
        (LONG, "The session goes on: mind yourself how you feel."),
        (NEEDED, "The belt stops without it."),
        (replace(NEEDED, place=Place.CORRIDOR), "The walk stops without it."),
    ],
)
def test_a_strap_lost_says_what_follows(plan, says) -> None:
    lost = session(Walking(), replace(ABOVE, above_s=float("inf")), now_s=20.0)
    assert heart_warning(plan, lost) == f"{UNHEARD} {says}"


def test_what_is_said_of_a_heart_above_and_calm_again_is_said_once_each() -> None:
    walk = eased()
    walk.for_s(40)
    walk.until(Waiting)
    walk.heart_bpm = CALM
    walk.until(Countdown)
    said = [text for kind, text in told(walk) if "heart" in text and kind is not CueKind.STOP]
    assert said == [
        f"{FASTER} The belt goes slower.",
        "Slowing down. Keep walking until you stand: your heart beat faster than its ceiling.",
        "Your heart is calm enough. Hold Start to go on.",
    ]


def test_a_warning_before_the_walk_or_after_it_is_not_said_aloud_as_missed() -> None:
    walk = Walk(NEEDED, holds=False).for_s(30)
    assert heart_warning(NEEDED, walk.session) == f"{UNHEARD} The belt stops without it."
    assert [kind for kind, _ in told(walk) if kind is CueKind.WARN] == []


def test_what_was_planned_is_shown_as_slow_as_the_heart_has_made_it() -> None:
    walk = eased()
    assert view(LONG, walk.session).plan_mps == pytest.approx(0.15)
    assert view(LONG, walking().session).plan_mps == 0.3


def test_the_track_keeps_what_is_known_of_the_heart_at_each_moment() -> None:
    walk = walking(bpm=CEILING - 7)
    track = delivered(LONG, walk.events).track
    known = [rate_bpm(after.heart, after.now_s) for *_, after, _ in walk.log]
    assert [one.heart_bpm for one in track] == known
    assert track[0].heart_bpm is None
    assert track[-1].heart_bpm == CEILING - 7


# --- its figures -----------------------------------------------------------------------------


@pytest.mark.parametrize("phase", MOVING)
def test_the_mean_is_of_time_and_not_of_readings(phase) -> None:
    track = [point(0, 100, phase), point(1, 130, phase), point(4, 90, "resting"), point(9, 80)]
    seen = heart_walked(track, 120)
    assert seen is not None
    assert seen.mean_bpm == pytest.approx((1 * 100 + 3 * 130) / 4)
    assert (seen.top_bpm, seen.known_s, seen.above_s, seen.ceiling_bpm) == (130, 9, 3, 120)


def test_a_gap_counts_for_nothing_and_what_comes_after_it_counts() -> None:
    late_s = LONGEST_GAP_S + 0.01
    track = [point(0, 100), point(late_s, None), point(late_s + 1, 110), point(late_s + 2, 110)]
    seen = heart_walked(track, 90)
    assert seen is not None
    assert (seen.mean_bpm, seen.top_bpm, seen.above_s) == (110, 110, pytest.approx(1))
    whole = heart_walked([point(0, 100), point(LONGEST_GAP_S, 100)], 100)
    assert whole is not None
    assert (whole.known_s, whole.above_s) == (LONGEST_GAP_S, 0)


@given(
    st.lists(st.tuples(st.floats(0.01, 4), st.none() | st.floats(25, 240),
                       st.sampled_from([*MOVING, "resting"])), max_size=20),
    st.none() | st.integers(60, 200),
)  # fmt: skip
def test_the_figures_hang_together(steps, ceiling_bpm) -> None:
    track, at_s = [], 0.0
    for gap_s, bpm, phase in steps:
        track.append(point(at_s, bpm, phase))
        at_s += gap_s
    seen = heart_walked(track, ceiling_bpm)
    if seen is not None:
        known = [one.heart_bpm for one, _ in pairwise(track) if one.heart_bpm is not None]
        assert min(known) - 1e-6 <= seen.mean_bpm <= seen.top_bpm + 1e-6
        assert seen.top_bpm == max(known)
        assert 0 <= seen.above_s <= seen.known_s <= at_s + 1e-6
