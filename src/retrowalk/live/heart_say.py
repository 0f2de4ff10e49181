"""What is said and shown of the heart, while it matters."""

from dataclasses import dataclass

from retrowalk.live.by_hand import console_speed
from retrowalk.live.cues import Cue, CueKind
from retrowalk.live.heart import Eased, allows, is_above, is_lost, rate_bpm
from retrowalk.live.states import Countdown, Session, Slowing, Starting, Walking
from retrowalk.words import Place, SessionPlan

FASTER_TEXT = "Your heart beats faster than its ceiling."
LOST_TEXT = "Your heart is not heard."


@dataclass(frozen=True, slots=True)
class HeartSeen:
    """The heart as people see it.  `heart_bpm` is 0 and `age_s` infinite where never known.

    `hold_why` says why a hold does not count for the heart's sake; empty mostly.
    """

    heart_bpm: float
    age_s: float
    ceiling_bpm: int | None
    touches: bool
    eased: bool
    hold_why: str


def heart_seen(plan: SessionPlan, session: Session) -> HeartSeen:
    """What was last believed; its age says how much that is worth now."""
    heart, now_s = session.heart, session.now_s
    bpm = rate_bpm(heart, now_s)
    last_bpm = heart.beats[-1][1] if heart.beats else 0
    return HeartSeen(
        heart_bpm=last_bpm if bpm is None else bpm,
        age_s=now_s - heart.known_s,
        ceiling_bpm=plan.limits.heart_ceiling_bpm,
        touches=heart.touches,
        eased=heart.eased is not None,
        hold_why=_hold_why(plan, session) if session.waits_for_hand else "",
    )


def _hold_why(plan: SessionPlan, session: Session) -> str:
    if allows(plan.limits, session.heart, session.now_s):
        return ""
    if is_above(plan.limits, session.heart, session.now_s):
        return "Start waits until your heart is below its ceiling."
    return "Start waits until your heart is heard: put the strap on, its electrodes wet."


def heart_warning(plan: SessionPlan, session: Session) -> str:
    """What is wrong with the heart or its strap now, or nothing.  Without a ceiling nothing is."""
    limits, heart, now_s = plan.limits, session.heart, session.now_s
    if session.ended or limits.heart_ceiling_bpm is None:
        return ""
    if is_above(limits, heart, now_s):
        return f"{FASTER_TEXT} {_what_follows(plan, session)}".strip()
    if not is_lost(heart, now_s) or not (heart.beats or limits.heart_needed):
        return ""
    if limits.heart_needed:
        return f"{LOST_TEXT} {'The belt stops' if plan.driven else 'The walk stops'} without it."
    return f"{LOST_TEXT} The session goes on: mind yourself how you feel."


def _what_follows(plan: SessionPlan, session: Session) -> str:
    if session.waits_for_hand:
        return "Rest until it is below."
    eased = session.heart.eased
    return _slower(plan, eased) if eased and _walks(session) else ""


def _slower(plan: SessionPlan, eased: Eased) -> str:
    match plan.place:
        case Place.DRIVEN:
            return "The belt goes slower."
        case Place.BY_HAND:
            return f"Set the console to {console_speed(eased.belt_mps, plan.units)}."
        case Place.CORRIDOR:  # pragma: no branch (mypy knows it is the last)
            return "Walk slower."


def heart_cues(plan: SessionPlan, before: Session, after: Session) -> tuple[Cue, ...]:
    """Said once each: slower now, not heard any more, may go on."""
    if before.heart.eased is None and after.heart.eased is not None:
        return (Cue(CueKind.SLOWER, heart_warning(plan, after)),)
    if _missed(plan, after) and not _missed(plan, before):
        return (Cue(CueKind.WARN, heart_warning(plan, after)),)
    if _held_back(plan, before) and after.waits_for_hand and _is_calm(plan, after):
        return (Cue(CueKind.READY, "Your heart is calm enough. Hold Start to go on."),)
    return ()


def _missed(plan: SessionPlan, session: Session) -> bool:
    moving = _walks(session) or isinstance(session.phase, Countdown | Starting)
    lost = is_lost(session.heart, session.now_s)
    return moving and lost and bool(heart_warning(plan, session))


def _held_back(plan: SessionPlan, session: Session) -> bool:
    above = is_above(plan.limits, session.heart, session.now_s)
    return session.waits_for_hand and above


def _is_calm(plan: SessionPlan, session: Session) -> bool:
    """Known to be: a heart nobody hears is not called calm."""
    known = rate_bpm(session.heart, session.now_s) is not None
    return known and not is_above(plan.limits, session.heart, session.now_s)


def _walks(session: Session) -> bool:
    return isinstance(session.phase, Walking | Slowing)
