"""What a page, a voice or a second screen needs to say of a session now."""

from dataclasses import dataclass

from retrowalk.live.events import RESUMABLE, StopReason
from retrowalk.live.machine import COUNTDOWN_S, HOLD_S, REST_MPS, may_hold
from retrowalk.live.states import (
    Countdown,
    Ended,
    Holding,
    Resting,
    Session,
    Slowing,
    Starting,
    Stopping,
    Wait,
    Waiting,
    Walking,
)
from retrowalk.words import Direction, Interval, IntervalKind, SessionPlan

UNCONFIRMED_S = 5.0  # a stop not seen to work by then is shouted about
SAFETY_KEY_TEXT = "The belt is not seen to stop. Pull the safety key now, hold the rails."


@dataclass(frozen=True, slots=True)
class View:
    """A session as people see it.  Speeds and ages are SI; `belt_age_s` is inf when never heard.

    `headline` can be read from two metres; `hold_text` is the Start button's own words and
    the walker's confirmation; `warning` is empty when nothing is wrong.
    """

    phase: str
    direction: Direction
    headline: str
    detail: str
    left_s: float
    next_text: str
    next_in_s: float
    repetition: int
    repetitions: int
    belt_mps: float
    belt_age_s: float
    may_hold: bool
    may_finish: bool
    ended: bool
    hold_text: str
    hold_ratio: float
    progress_ratio: float
    warning: str


def view(plan: SessionPlan, session: Session) -> View:
    """The session at `session.now_s`, in plain words and SI numbers."""
    interval = plan.intervals[session.interval_i]
    headline, detail = _say(plan, session)
    standing = isinstance(session.phase, Waiting | Holding | Resting)
    return View(
        phase=type(session.phase).__name__.lower(),
        direction=interval.direction,
        headline=headline,
        detail=detail,
        left_s=left_s(plan, session),
        next_text=_next_text(plan, session.interval_i),
        next_in_s=left_s(plan, session),
        repetition=interval.repetition,
        repetitions=interval.repetitions,
        belt_mps=session.heard_mps,
        belt_age_s=session.now_s - session.heard_s,
        may_hold=may_hold(plan, session),
        may_finish=standing,
        ended=session.ended,
        hold_text=_hold_text(interval) if session.waits_for_hand else "",
        hold_ratio=_hold_ratio(session),
        progress_ratio=_progress_ratio(plan, session),
        warning=_warning(plan, session),
    )


def left_s(plan: SessionPlan, session: Session) -> float:
    """Time left of what is now: the count-down, or the stretch being walked or rested."""
    match session.phase:
        case Countdown(began_s=began_s):
            return max(COUNTDOWN_S - (session.now_s - began_s), 0.0)
        case Slowing() | Stopping() | Ended():
            return 0.0
        case _:
            return max(plan.intervals[session.interval_i].duration_s - session.walked_s, 0.0)


def _say(plan: SessionPlan, session: Session) -> tuple[str, str]:
    interval = plan.intervals[session.interval_i]
    match session.phase:
        case Waiting(why) | Holding(why):
            return _say_waiting(interval, why)
        case Countdown():
            return f"{_facing(interval)}: hands on the rails", "The belt starts after the count."
        case Starting():
            return "The belt is starting", f"{_walk_text(interval)} slowly, hands on the rails."
        case Walking():
            return _walk_text(interval), _kind_text(interval)
        case Slowing(reason):
            return "Slowing down", f"Keep walking until the belt rests: {reason.value}."
        case Resting():
            return "Rest: stand still", "Feet on the side rails. The belt is at rest."
        case Stopping(reason):
            return "Stopping", f"Hold the rails: {reason.value}."
        case Ended(reason):
            return _say_ended(reason)


def _say_waiting(interval: Interval, why: Wait) -> tuple[str, str]:
    match why:
        case Wait.TURN:
            return (
                f"Turn round: face {_facing_word(interval)}",
                "The belt is at rest. Feet on the rails.",
            )
        case Wait.PAUSE:
            return "Stopped", f"Hold Start to go on {interval.direction.value}, or finish here."
        case Wait.REST:
            return "Ready to go on?", f"Next: walk {interval.direction.value}."
        case Wait.START:
            return "Ready when you are", f"First: walk {interval.direction.value}."


def _say_ended(reason: StopReason) -> tuple[str, str]:
    if reason is StopReason.COMPLETED:
        return "Done. Well walked", "Step off when you are ready."
    return "The session is over", f"Why: {reason.value}."


def _walk_text(interval: Interval) -> str:
    return f"Walk {interval.direction.value}"


def _kind_text(interval: Interval) -> str:
    if interval.kind is IntervalKind.WALK and interval.repetitions:
        return f"{interval.repetition} of {interval.repetitions}"
    return "" if interval.kind is IntervalKind.WALK else interval.kind.value.capitalize()


def _facing_word(interval: Interval) -> str:
    backward = interval.direction is Direction.BACKWARD
    return "away from the console" if backward else "the console"


def _facing(interval: Interval) -> str:
    return f"Face {_facing_word(interval)}"


def _hold_text(interval: Interval) -> str:
    return f"I face {_facing_word(interval)}, feet on the side rails. Hold to start"


def _next_text(plan: SessionPlan, interval_i: int) -> str:
    if interval_i + 1 >= len(plan.intervals):
        return "the end"
    there = plan.intervals[interval_i + 1]
    if there.kind is IntervalKind.REST:
        return "a rest"
    if there.direction is plan.intervals[interval_i].direction:
        return there.kind.value
    turn = plan.intervals[interval_i].kind is not IntervalKind.REST
    return f"{'turn, then ' if turn else ''}{there.direction.value}"


def _hold_ratio(session: Session) -> float:
    match session.phase:
        case Holding(since_s=since_s):
            return min((session.now_s - since_s) / HOLD_S, 1.0)
        case _:
            return 0.0


def _progress_ratio(plan: SessionPlan, session: Session) -> float:
    before_s = sum(i.duration_s for i in plan.intervals[: session.interval_i])
    here_s = min(session.walked_s, plan.intervals[session.interval_i].duration_s)
    return (before_s + here_s) / plan.duration_s


def _warning(plan: SessionPlan, session: Session) -> str:
    if unconfirmed(session):
        return SAFETY_KEY_TEXT
    if plan.driven and not session.ended and silent(plan, session):
        return "The treadmill has not been heard for some seconds. Hold the rails."
    if session.waits_for_hand and plan.driven and session.heard_mps >= REST_MPS:
        return "The belt is not at rest. Wait on the side rails."
    if session.reasons and isinstance(session.phase, Waiting | Holding):
        return f"Stopped before: {session.reasons[-1].value}." if _paused(session) else ""
    return ""


def _paused(session: Session) -> bool:
    phase = session.phase
    return (
        isinstance(phase, Waiting) and phase.why is Wait.PAUSE and session.reasons[-1] in RESUMABLE
    )


def unconfirmed(session: Session) -> bool:
    """Whether a stop has been asked for longer than it should take to be seen."""
    match session.phase:
        case Stopping(since_s=since_s):
            return session.now_s - since_s >= UNCONFIRMED_S
        case _:
            return False


def silent(plan: SessionPlan, session: Session) -> bool:
    """Whether the treadmill has been silent long enough to warn of it."""
    return session.now_s - session.heard_s > plan.limits.warn_silence_s
