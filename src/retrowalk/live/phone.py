"""What a phone worn as a sensor means for the session: when to warn, and when to stop.

Only while a belt moves, or is about to, does a phone stop anything.  Its silence stops only a
walker who chose it as a safety link; what it feels stops every belt.
"""

from dataclasses import dataclass, replace

from retrowalk.live.cues import Cue, CueKind
from retrowalk.live.events import StopReason
from retrowalk.live.machine import REST_MPS
from retrowalk.live.states import Countdown, Session, Slowing, Starting, Walking
from retrowalk.words import Place, SessionPlan

WARN_S = 3.0  # as for the belt: reconnecting takes two
LOST_S = 6.0  # nobody is watched for so long: with the warning there are three to look
STANDS_S = 2.0  # no walk, however slow, is so still (gait/alarm.py)
WALKED_S = 3.0  # who has not stepped onto the belt yet stands beside it, on the rails

LOST_TEXT = "The phone is not heard. Hold the rails."


@dataclass(frozen=True, slots=True)
class Felt:
    """What the phone feels.  `silent_s` is real time since it was last heard."""

    silent_s: float = 0.0
    still_s: float = 0.0
    moves_s: float = 0.0
    stumbles: int = 0  # so far


@dataclass(frozen=True, slots=True)
class Phone:
    """A phone as the session knows it.

    `stepped_on`: since the belt began to move the walker has walked; `stumbles` were answered.
    """

    safety: bool
    felt: Felt = Felt()
    stepped_on: bool = False
    stumbles: int = 0


def feel(phone: Phone, session: Session, felt: Felt) -> Phone:
    """Take in what the phone feels in this state of the session."""
    walking = isinstance(session.phase, Walking)
    stepped_on = walking and (phone.stepped_on or felt.moves_s >= WALKED_S)
    return replace(phone, felt=felt, stepped_on=stepped_on)


def answered(phone: Phone) -> Phone:
    """Stumbles up to now are known: none of them stops a second time."""
    return replace(phone, stumbles=phone.felt.stumbles)


def stop_wanted(plan: SessionPlan, session: Session, phone: Phone) -> StopReason | None:
    """Why the phone calls for a stop now; None mostly."""
    moving = isinstance(session.phase, Starting | Walking | Slowing)
    if moving and phone.felt.stumbles > phone.stumbles:
        return StopReason.STUMBLED
    if _on_a_moving_belt(plan, session) and phone.stepped_on and phone.felt.still_s >= STANDS_S:
        return StopReason.STANDING
    begins = isinstance(session.phase, Countdown)
    if (moving or begins) and phone.safety and phone.felt.silent_s >= LOST_S:
        return StopReason.PHONE_LOST
    return None


def _on_a_moving_belt(plan: SessionPlan, session: Session) -> bool:
    """A belt set by hand is believed to move while its stretch is walked."""
    if plan.place is Place.CORRIDOR or not isinstance(session.phase, Walking):
        return False
    return not plan.driven or session.heard_mps >= REST_MPS


def is_lost(phone: Phone) -> bool:
    return phone.felt.silent_s >= WARN_S


def phone_warning(phone: Phone, session: Session) -> str:
    """What is wrong with the phone, or nothing."""
    if session.ended or not is_lost(phone):
        return ""
    told = "The belt stops without it." if phone.safety else "The session goes on without it."
    return f"{LOST_TEXT} {told}"


def phone_cues(before: Phone, after: Phone, session: Session) -> tuple[Cue, ...]:
    """Said once, when the phone is lost on a belt that moves."""
    moving = isinstance(session.phase, Starting | Walking | Slowing)
    if moving and is_lost(after) and not is_lost(before):
        return (Cue(CueKind.WARN, phone_warning(after, session)),)
    return ()
