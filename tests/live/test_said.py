"""Every word a walker hears in a session, as it comes, on a belt, by hand and on a floor."""

import re
from dataclasses import replace

import pytest
from tests.live.test_view import heard, kinds
from tests.live.walks import BACK, CORRIDOR, PLAN, Walk

from retrowalk.live.cues import CueKind, changes, cues
from retrowalk.live.events import BeltReported, StopReason, StopWanted
from retrowalk.live.phone import Felt, Phone, phone_warning
from retrowalk.live.say import hold_text
from retrowalk.live.states import (
    Countdown,
    Ended,
    Holding,
    Session,
    Starting,
    Stopping,
    Waiting,
    Walking,
)
from retrowalk.live.view import view
from retrowalk.words import Interval, IntervalKind, Place

BY_HAND = replace(PLAN, place=Place.BY_HAND)
NUMBERS = {CueKind.THREE: "3", CueKind.TWO: "2", CueKind.ONE: "1"}
BELT = """
ready: Face away from the console
back: The belt is starting. Walk backward slowly, hands on the rails.
ten seconds: In ten seconds: turn, then forward
slower: Slowing down
stop: Stopping. Hold the rails: time to turn round.
turn: Turn round: face the console. The belt is at rest. Feet on the side rails.
ready: Face the console
forward: The belt is starting. Walk forward slowly, hands on the rails.
ten seconds: In ten seconds: turn, then backward
slower: Slowing down
stop: Stopping. Hold the rails: time to turn round.
turn: Turn round: face away from the console. The belt is at rest. Feet on the side rails.
ready: Face away from the console
back: The belt is starting. Walk backward slowly, hands on the rails.
ten seconds: In ten seconds: a rest
slower: Slowing down
stop: Stopping. Hold the rails: time to rest.
rest: Rest: stand still
ten seconds: In ten seconds: forward
ready: Ready to go on? Next: walk forward.
ready: Face the console
forward: The belt is starting. Walk forward slowly, hands on the rails.
ten seconds: In ten seconds: cool-down
forward: Walk forward. Cool-down
ten seconds: In ten seconds: the end
slower: Slowing down
stop: Stopping. Hold the rails: the plan is done.
end: Done. Well walked. Step off when you are ready.
"""
STARTING = re.compile(r"The belt is starting\. Walk (\w+) slowly, hands on the rails\.")
STEPS = ("backward. 1 of 2", "forward. 1 of 1", "backward. 2 of 2", "forward.")
# the third stretch asks for more than the limits allow: its ceiling is said
SET_TO = (*(f"{way}. Set the console to {kmh} km/h." for way, kmh in (
    ("backward", 1.0), ("forward", 1.4), ("backward", 1.0), ("forward", 1.4)
)),)  # fmt: skip
SET_BY_HAND = {
    "Walk forward. Cool-down": "Walk forward. Set the console to 0.7 km/h. Cool-down.",
    "The belt is at rest.": "Stop the belt at its console.",
    "Hold the rails:": "Stop the belt at its console, hold the rails:",
}
ON_A_FLOOR = {
    "The belt is at rest. Feet on the side rails.":
        "Stand still. A rail or your buddy within reach.",
    "Hold the rails:": "Come to a stand:",
    "ace the console": "ace the way ahead",
    "Face away from the console": "Your back to the way ahead",
    "face away from the console": "your back to the way ahead",
}  # fmt: skip


def in_words_of(place: dict[str, str], *steps: str) -> str:
    """The same session where nobody asks the belt, or there is none."""
    left = list(steps)
    text = STARTING.sub(lambda _: f"Walk {left.pop(0)}", BELT) if steps else BELT
    for here, there in place.items():
        text = text.replace(here, there)
    return text.strip()


@pytest.mark.parametrize(
    ("plan", "words"),
    [
        (PLAN, in_words_of({})),
        (BY_HAND, in_words_of(SET_BY_HAND, *SET_TO)),
        (CORRIDOR, in_words_of(ON_A_FLOOR, *STEPS)),
    ],
    ids=["driven", "by hand", "corridor"],
)
def test_a_whole_session_is_said_like_this(plan, words) -> None:
    said = [cue for cue, *_ in heard(Walk(plan).until(Ended, within_s=400))]
    assert {cue.text for cue in said if cue.kind in NUMBERS} == {"3", "2", "1"}
    assert all(cue.text == NUMBERS[cue.kind] for cue in said if cue.kind in NUMBERS)
    told = [f"{cue.kind.value}: {cue.text}" for cue in said if cue.kind not in NUMBERS]
    assert "\n".join(told) == words


# --- what is shown beside it -------------------------------------------------------------


def shown(plan, session) -> list[str]:
    seen = view(plan, session)
    return [seen.headline, seen.detail, seen.hold_text]


def test_before_the_first_step() -> None:
    button = "Face away from the console, feet on the side rails. Hold to start"
    walk = Walk()
    assert shown(PLAN, walk.session) == ["Ready when you are", "First: walk backward.", button]
    assert shown(PLAN, walk.until(Holding).session)[2] == button
    assert shown(PLAN, walk.until(Countdown).session) == [
        "Face away from the console", "Hands on the rails. The belt starts after the count.", "",
    ]  # fmt: skip
    walk = Walk(CORRIDOR)
    assert shown(CORRIDOR, walk.session)[2] == "Your back to the way ahead. Hold to start"
    assert shown(CORRIDOR, walk.until(Countdown).session)[1] == "Start walking after the count."
    by_hand = Walk(BY_HAND).until(Countdown).session
    assert shown(BY_HAND, by_hand)[1] == (
        "Hands on the rails. Start the belt at its console after the count. "
        "Set the console to 1.0 km/h."
    )
    assert hold_text(Place.CORRIDOR, PLAN.intervals[1].direction) == (
        "Face the way ahead. Hold to start"
    )


def test_while_slowing_and_resting_it_says_what_hands_and_feet_do() -> None:
    said = {tuple(shown(PLAN, after)[:2]) for *_, after, _ in Walk().until(Ended).log}
    assert {
        ("Slowing down", "Keep walking until you stand: time to turn round."),
        ("Slowing down", "Keep walking until you stand: time to rest."),
        ("Slowing down", "Keep walking until you stand: the plan is done."),
        ("Rest: stand still", "The belt is at rest. Feet on the side rails."),
        ("Walk backward", "1 of 2"),
        ("Walk forward", ""),
        ("Walk forward", "Cool-down"),
    } <= said


def paused(reason: StopReason) -> Walk:
    walk = Walk().until(Walking).for_s(3)
    walk.send(StopWanted(walk.at_s, reason))
    walk.until(Waiting)
    return walk


@pytest.mark.parametrize(
    ("reason", "more"),
    [
        (StopReason.WALKER, ""),
        (StopReason.STUMBLED,
         " Are you steady, and does nothing hurt? If in doubt, finish here."),
        (StopReason.PHONE_LOST, " Look at the phone first, or choose to walk without it."),
    ],
)  # fmt: skip
def test_a_pause_says_why_and_what_next(reason: StopReason, more: str) -> None:
    walk = paused(reason)
    assert shown(PLAN, walk.session)[:2] == [
        "Stopped", "Hold Start to go on backward, or finish here.",
    ]  # fmt: skip
    assert view(PLAN, walk.session).warning == f"Stopped because {reason.value}.{more}"
    assert heard(walk)[-1][0].text == "Stopped. Hold Start to go on backward, or finish here."


def test_only_a_pause_that_has_a_reason_names_one() -> None:
    ready = replace(Session(), heard_s=0.0)
    assert view(PLAN, ready).warning == ""
    assert view(PLAN, replace(ready, reasons=(StopReason.WALKER,))).warning == ""
    turned = Walk().until(Stopping).until(Waiting).session
    assert view(PLAN, turned).warning == ""


def test_an_end_before_the_plans_says_why() -> None:
    walk = Walk().until(Walking).for_s(3)
    walk.send(StopWanted(walk.at_s, StopReason.LINK_LOST))
    assert shown(PLAN, walk.until(Ended).session)[:2] == [
        "The session is over", "Why: the link to the treadmill dropped.",
    ]  # fmt: skip
    assert heard(walk)[-1][0].text == (
        "The session is over. Why: the link to the treadmill dropped."
    )


@pytest.mark.parametrize(("belt_mps", "warned"), [(0.02, True), (0.5, True), (0.0199, False)])
def test_a_belt_that_moves_before_the_start_is_warned_of(belt_mps: float, warned: bool) -> None:
    walk = Walk(holds=False)
    walk.send(BeltReported(0.1, belt_mps))
    session = replace(walk.session, phase=Session().phase)
    told = "The belt is not at rest. Wait on the side rails." if warned else ""
    assert view(PLAN, session).warning == told
    assert view(CORRIDOR, session).warning == ""


def test_silence_is_said_and_shown_in_the_same_words() -> None:
    walk = Walk().until(Walking).for_s(3.4)
    while not view(PLAN, walk.session).warning:
        walk.tick(heard=False)
    told = "The treadmill has not been heard for some seconds. Hold the rails."
    assert view(PLAN, walk.session).warning == told
    assert heard(walk)[-1][0].text == told
    assert kinds(walk)[-1] is CueKind.WARN


def test_a_lost_phone_says_whether_the_belt_stops_without_it() -> None:
    lost = Felt(silent_s=9)
    begin = "The phone is not heard. Hold the rails."
    assert phone_warning(Phone(True, lost), Session()) == f"{begin} The belt stops without it."
    assert phone_warning(Phone(False, lost), Session()) == (
        f"{begin} The session goes on without it."
    )


def test_a_safety_key_is_named_in_words_when_a_stop_is_not_seen() -> None:
    walk = Walk().until(Walking).for_s(3)
    walk.send(StopWanted(walk.at_s, StopReason.WALKER))
    walk.for_s(6, heard=False)
    (key,) = [cue.text for cue, *_ in heard(walk) if cue.kind is CueKind.SAFETY_KEY]
    assert key == "The belt is not seen to stop. Pull the safety key now, hold the rails."


def test_a_stretch_without_a_count_names_none() -> None:
    one = Interval(BACK, 12, 0.3, repetition=1, repetitions=0)
    warm = Interval(BACK, 12, 0.3, IntervalKind.WARM_UP, repetition=1, repetitions=2)
    plan = replace(PLAN, intervals=(warm, one))
    walking = replace(Session(), phase=Walking())
    assert shown(plan, walking)[:2] == ["Walk backward", "Warm-up"]
    assert shown(plan, replace(walking, interval_i=1))[:2] == ["Walk backward", ""]
    before = replace(Session(), phase=Starting(0.0))
    assert changes(plan, before, walking) == cues(plan, before, walking) == ()
