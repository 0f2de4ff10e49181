"""What a page, a voice or a second screen needs to know of a session now."""

from dataclasses import dataclass, replace

from retrowalk.live.heart import top_mps
from retrowalk.live.machine import COUNTDOWN_S, HOLD_S, RESTS_NEEDED, may_hold
from retrowalk.live.say import hold_text, next_text, say, warning
from retrowalk.live.states import (
    Countdown,
    Ended,
    Holding,
    Resting,
    Session,
    Slowing,
    Stopping,
    Waiting,
    Walking,
)
from retrowalk.words import Direction, SessionPlan

UNCONFIRMED_S = 5.0  # a stop not seen to work by then is shouted about


@dataclass(frozen=True, slots=True)
class View:
    """A session as people see it.  Speeds and times are SI.

    `headline` can be read from two metres; `hold_text` is the Start button's own words and
    the walker's confirmation; `warning` is empty when nothing is wrong; `plan_mps` is the
    belt speed the plan calls for; `belt_age_s` is infinite while the belt was never heard;
    `said_mps` is what a console set by hand was said to show, asked for while `asks_speed`.
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
    plan_mps: float
    belt_mps: float
    belt_age_s: float
    may_hold: bool
    may_finish: bool
    ended: bool
    hold_text: str
    hold_ratio: float
    progress_ratio: float
    warning: str
    by_hand: bool = False
    said_mps: float | None = None
    asks_speed: bool = False
    incline_ratio: float | None = None  # as the belt reports it


def view(plan: SessionPlan, session: Session) -> View:
    """The session at `session.now_s`, in plain words and SI numbers."""
    interval = plan.intervals[session.interval_i]
    interval = replace(interval, belt_mps=min(interval.belt_mps, top_mps(session.heart)))
    headline, detail = say(plan, session.phase, interval)
    left = left_s(plan, session)
    return View(
        phase=type(session.phase).__name__.lower(),
        direction=interval.direction,
        headline=headline,
        detail=detail,
        left_s=left,
        next_text=next_text(plan, session.interval_i),
        next_in_s=left,
        repetition=interval.repetition,
        repetitions=interval.repetitions,
        plan_mps=interval.belt_mps,
        belt_mps=session.heard_mps,
        belt_age_s=session.now_s - session.heard_s,
        may_hold=may_hold(plan, session),
        may_finish=isinstance(session.phase, Waiting | Holding | Resting),
        ended=session.ended,
        hold_text=hold_text(plan.place, interval.direction) if session.waits_for_hand else "",
        hold_ratio=_hold_ratio(session),
        progress_ratio=_progress_ratio(plan, session),
        warning=warning(
            plan, session, silent=silent(plan, session), unconfirmed=unconfirmed(plan, session)
        ),
        by_hand=plan.by_hand,
        said_mps=session.said_mps,
        incline_ratio=session.slope.heard_ratio,
        asks_speed=plan.by_hand and isinstance(session.phase, Walking),
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


def unconfirmed(plan: SessionPlan, session: Session) -> bool:
    """Whether a stop has been asked for longer than it should take to be seen."""
    match session.phase:
        case Stopping(since_s=since_s, rests=rests):
            unseen = rests < RESTS_NEEDED or silent(plan, session)
            return unseen and session.now_s - since_s >= UNCONFIRMED_S
        case _:
            return False


def silent(plan: SessionPlan, session: Session) -> bool:
    """Whether the treadmill has been silent long enough to warn of it."""
    unheard_s = session.now_s - session.heard_s
    return plan.driven and not session.ended and unheard_s > plan.limits.warn_silence_s
