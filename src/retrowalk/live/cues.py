"""What the walker must hear, because they see neither console nor phone.

`cues` compares a session before and after one event; the same change is never
cued twice, and no cue asks for a turn before the belt has been seen at rest.
"""

from dataclasses import dataclass
from enum import Enum
from math import ceil

from retrowalk.live.by_hand import said_too_fast
from retrowalk.live.events import RESUMABLE
from retrowalk.live.machine import may_move
from retrowalk.live.say import SAFETY_KEY_TEXT
from retrowalk.live.states import (
    Countdown,
    Ended,
    Resting,
    Session,
    Slowing,
    Starting,
    Stopping,
    Wait,
    Waiting,
    Walking,
)
from retrowalk.live.view import View, left_s, silent, unconfirmed, view
from retrowalk.words import Direction, SessionPlan


class CueKind(Enum):
    BACK = "back"
    FORWARD = "forward"
    TURN = "turn"
    STOP = "stop"
    REST = "rest"
    READY = "ready"
    SLOWER = "slower"
    TEN_SECONDS = "ten seconds"
    THREE = "three"
    TWO = "two"
    ONE = "one"
    WARN = "warn"
    END = "end"
    SAFETY_KEY = "safety key"


@dataclass(frozen=True, slots=True)
class Cue:
    """One sound with its words."""

    kind: CueKind
    text: str


COUNTS = {10: CueKind.TEN_SECONDS, 3: CueKind.THREE, 2: CueKind.TWO, 1: CueKind.ONE}
REMIND_S = 5.0  # an unconfirmed stop is shouted again this often


def cues(plan: SessionPlan, before: Session, after: Session) -> tuple[Cue, ...]:
    """What to sound now that `before` has become `after`."""
    return (*_warnings(plan, before, after), *changes(plan, before, after),
            *_counts(plan, before, after))  # fmt: skip


def changes(plan: SessionPlan, before: Session, after: Session) -> tuple[Cue, ...]:
    """What to sound because the phase or the stretch is another one now."""
    same_phase = type(before.phase) is type(after.phase)
    if same_phase and before.interval_i == after.interval_i:
        return ()
    seen = view(plan, after)
    match after.phase:
        case Waiting(Wait.TURN):
            return (Cue(CueKind.TURN, _aloud(seen)),)
        case Waiting():
            return (Cue(CueKind.READY, _aloud(seen)),)
        case Countdown():
            return (Cue(CueKind.READY, seen.headline),)
        case Starting():
            return (Cue(_toward(seen.direction), _aloud(seen)),)
        case Walking() if same_phase or isinstance(before.phase, Countdown):
            return (Cue(_toward(seen.direction), _aloud(seen)),)
        case Slowing(reason) if reason in RESUMABLE:  # not foreseen: why, too
            return (Cue(CueKind.SLOWER, _aloud(seen)),)
        case Slowing():
            return (Cue(CueKind.SLOWER, seen.headline),)
        case Resting():
            return (Cue(CueKind.REST, seen.headline),)
        case Stopping():
            return (Cue(CueKind.STOP, _aloud(seen)),)
        case Ended():
            return (Cue(CueKind.END, _aloud(seen)),)
        case _:
            return ()


def _aloud(seen: View) -> str:
    """Headline and detail in one breath."""
    end = "" if seen.headline.endswith("?") else "."
    return f"{seen.headline}{end} {seen.detail}".strip()


def _toward(direction: Direction) -> CueKind:
    return CueKind.BACK if direction is Direction.BACKWARD else CueKind.FORWARD


def _counts(plan: SessionPlan, before: Session, after: Session) -> tuple[Cue, ...]:
    """10, 3, 2, 1 before a change; only the last of those a long step jumped over."""
    if type(before.phase) is not type(after.phase) or before.interval_i != after.interval_i:
        return ()
    if not isinstance(after.phase, Walking | Resting | Countdown):
        return ()
    was_s, now_s = ceil(left_s(plan, before)), ceil(left_s(plan, after))
    passed = [count for count in COUNTS if now_s <= count < was_s]
    return tuple(count_cue(plan, after, count) for count in passed[-1:])


def count_cue(plan: SessionPlan, after: Session, count: int) -> Cue:
    """The cue for so many seconds left."""
    if count < 10:
        return Cue(COUNTS[count], str(count))
    return Cue(CueKind.TEN_SECONDS, f"In ten seconds: {view(plan, after).next_text}")


def _warnings(plan: SessionPlan, before: Session, after: Session) -> tuple[Cue, ...]:
    match after.phase:
        case Stopping(since_s=since_s) if unconfirmed(plan, after):
            reminders = [(session.now_s - since_s) // REMIND_S for session in (before, after)]
            return (
                (Cue(CueKind.SAFETY_KEY, SAFETY_KEY_TEXT),) if reminders[0] < reminders[1] else ()
            )
        case Walking() if said_too_fast(plan, after) and after.said_mps != before.said_mps:
            return (Cue(CueKind.WARN, view(plan, after).warning),)
        case _ if may_move(after) and silent(plan, after) and not silent(plan, before):
            return (Cue(CueKind.WARN, view(plan, after).warning),)
        case _:
            return ()
