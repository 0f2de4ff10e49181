"""The session's own words, for a treadmill and for a floor.

Headlines can be read from two metres and heard once; details say what hands and feet do.
"""

from retrowalk.live.by_hand import set_to, too_fast_text
from retrowalk.live.events import StopReason
from retrowalk.live.machine import REST_MPS
from retrowalk.live.states import (
    Countdown,
    Ended,
    Holding,
    Phase,
    Resting,
    Session,
    Slowing,
    Starting,
    Stopping,
    Wait,
    Waiting,
    Walking,
)
from retrowalk.words import Direction, Interval, IntervalKind, Place, SessionPlan

SAFETY_KEY_TEXT = "The belt is not seen to stop. Pull the safety key now, hold the rails."
STAND = {
    Place.DRIVEN: "The belt is at rest. Feet on the side rails.",
    Place.BY_HAND: "Stop the belt at its console. Feet on the side rails.",
    Place.CORRIDOR: "Stand still. A rail or your buddy within reach.",
}
GET_READY = {
    Place.DRIVEN: "Hands on the rails. The belt starts after the count.",
    Place.BY_HAND: "Hands on the rails. Start the belt at its console after the count.",
    Place.CORRIDOR: "Start walking after the count.",
}
STOP_TEXT = {
    Place.DRIVEN: "Hold the rails",
    Place.BY_HAND: "Stop the belt at its console, hold the rails",
    Place.CORRIDOR: "Come to a stand",
}
AFTERWARDS = {
    StopReason.STUMBLED: " Are you steady, and does nothing hurt? If in doubt, finish here.",
    StopReason.HEART: " If you feel unwell, finish here and get help.",
    StopReason.HEART_LOST: " Wet the strap's electrodes, or finish here.",
    StopReason.PHONE_LOST: " Look at the phone first, or choose to walk without it.",
}


def say(plan: SessionPlan, phase: Phase, interval: Interval) -> tuple[str, str]:
    """Headline and detail for this phase, about this interval."""
    way, place = interval.direction.value, plan.place
    match phase:
        case Waiting(why) | Holding(why):
            return _say_waiting(place, interval, why)
        case Countdown():
            ready = (GET_READY[place], set_to(plan, interval))
            return _capital(facing(place, interval.direction)), _sentences(*ready)
        case Starting():
            return "The belt is starting", f"Walk {way} slowly, hands on the rails."
        case Walking():
            return f"Walk {way}", _walking_text(plan, interval)
        case Slowing(reason):
            return "Slowing down", f"Keep walking until you stand: {reason.value}."
        case Resting():
            return "Rest: stand still", STAND[place]
        case Stopping(reason):
            return "Stopping", f"{STOP_TEXT[place]}: {reason.value}."
        case Ended(StopReason.COMPLETED):
            return "Done. Well walked", "Step off when you are ready."
        case Ended(reason):  # pragma: no branch (mypy knows it is the last)
            return "The session is over", f"Why: {reason.value}."


def _walking_text(plan: SessionPlan, interval: Interval) -> str:
    """By hand the console's speed comes first; the page shows the repetition elsewhere too."""
    to = set_to(plan, interval)
    name = repetition_text(interval)
    return to if to and interval.repetitions else _sentences(to, name) if to else name


def _say_waiting(place: Place, interval: Interval, why: Wait) -> tuple[str, str]:
    way = interval.direction.value
    match why:
        case Wait.TURN:
            return f"Turn round: {facing(place, interval.direction)}", STAND[place]
        case Wait.PAUSE:
            return "Stopped", f"Hold Start to go on {way}, or finish here."
        case Wait.REST:
            return "Ready to go on?", f"Next: walk {way}."
        case Wait.START:  # pragma: no branch (mypy knows it is the last)
            return "Ready when you are", f"First: walk {way}."


def facing(place: Place, direction: Direction) -> str:
    """How to stand for this direction: the walker turns, the belt does not."""
    backward = direction is Direction.BACKWARD
    if place is Place.CORRIDOR:
        return "your back to the way ahead" if backward else "face the way ahead"
    return "face away from the console" if backward else "face the console"


def hold_text(place: Place, direction: Direction) -> str:
    """The Start button's words: pressing it confirms them."""
    feet = "" if place is Place.CORRIDOR else ", feet on the side rails"
    return f"{_capital(facing(place, direction))}{feet}. Hold to start"


def repetition_text(interval: Interval) -> str:
    """ "2 of 7" for a counted stretch, the kind's name for a warm-up or cool-down."""
    if interval.kind is not IntervalKind.WALK:
        return str(interval.kind.value.capitalize())
    return f"{interval.repetition} of {interval.repetitions}" if interval.repetitions else ""


def next_text(plan: SessionPlan, interval_i: int) -> str:
    """What comes after this interval, in three words at most."""
    if interval_i + 1 == len(plan.intervals):
        return "the end"
    here, there = plan.intervals[interval_i : interval_i + 2]
    if there.kind is IntervalKind.REST:
        return "a rest"
    if there.direction is here.direction:
        return str(there.kind.value)
    turn = "" if here.kind is IntervalKind.REST else "turn, then "
    return f"{turn}{there.direction.value}"


def warning(plan: SessionPlan, session: Session, *, silent: bool, unconfirmed: bool) -> str:
    """What is wrong now, or nothing.  The safety key is the real emergency stop."""
    if unconfirmed:
        return SAFETY_KEY_TEXT
    if silent:
        return "The treadmill has not been heard for some seconds. Hold the rails."
    if plan.driven and session.waits_for_hand and session.heard_mps >= REST_MPS:
        return "The belt is not at rest. Wait on the side rails."
    match session.phase:
        case Walking() | Slowing() if fast := too_fast_text(plan, session):
            return fast
        case Waiting(Wait.PAUSE) if session.reasons:
            last = session.reasons[-1]
            return f"Stopped because {last.value}.{AFTERWARDS.get(last, '')}"
        case _:
            return ""


def _sentences(*texts: str) -> str:
    return " ".join(text if text.endswith(".") else f"{text}." for text in texts if text)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
