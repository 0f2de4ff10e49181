"""What will be cued, and when, if nothing comes between.

A page that knows these beforehand sounds them on time however late its frames come.
Only what the plan alone decides is foretold: counts, slowing down, the next stretch, the end
of a rest.  Whatever needs the belt seen (a turn, a start) or a hazard is cued when it happens.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import inf

from retrowalk.live.cues import COUNTS, Cue, changes, count_cue
from retrowalk.live.events import StopReason
from retrowalk.live.machine import COUNTDOWN_S, what_follows
from retrowalk.live.states import Countdown, Resting, Session, Slowing, Wait, Waiting, Walking
from retrowalk.live.view import left_s
from retrowalk.words import SessionPlan

HORIZON_S = 15.0  # past the ten seconds, with room for frames five seconds late
JUST_S = 1.0  # a page a little behind has not sounded it yet


@dataclass(frozen=True, slots=True)
class Planned:
    """One cue and its moment in session time."""

    due_s: float
    cue: Cue


def ahead(plan: SessionPlan, session: Session) -> tuple[Planned, ...]:
    """The cues due within the next quarter minute, the earliest first."""
    soon = (session.now_s - JUST_S, session.now_s + HORIZON_S)
    return tuple(one for one in _all(plan, session) if soon[0] < one.due_s <= soon[1])


def change_due_s(plan: SessionPlan, session: Session) -> float:
    """When the plan itself leads on from here; never (infinity) where a hand or the belt must."""
    match session.phase:
        case Countdown(began_s=began_s):
            return began_s + COUNTDOWN_S
        case Walking() | Resting():
            return session.ticked_s + left_s(plan, session)
        case _:
            return inf


def _all(plan: SessionPlan, session: Session) -> Iterator[Planned]:
    due_s = change_due_s(plan, session)
    if due_s == inf:
        return
    whole_s = _whole_s(plan, session)
    for count in COUNTS:
        if count < whole_s:
            yield Planned(due_s - count, count_cue(plan, session, count))
    for cue in changes(plan, session, _then(plan, session, due_s)):
        yield Planned(due_s, cue)


def _whole_s(plan: SessionPlan, session: Session) -> float:
    """A count as long as the stretch itself is not counted: it has only just begun."""
    if isinstance(session.phase, Countdown):
        return COUNTDOWN_S
    return plan.intervals[session.interval_i].duration_s


def _then(plan: SessionPlan, session: Session, due_s: float) -> Session:
    """The session just after the change, as the machine would make it."""
    match session.phase:
        case Countdown() if plan.driven:
            return session  # whether the belt may start is judged then
        case Countdown():
            return replace(session, phase=Walking())
        case Resting():
            after = replace(session, interval_i=session.interval_i + 1, walked_s=0.0)
            return replace(after, phase=Waiting(Wait.REST, due_s))
        case _:
            match what_follows(plan, session.interval_i):
                case StopReason() as reason:
                    return replace(session, phase=Slowing(reason))
                case next_i:
                    return replace(session, interval_i=next_i, walked_s=0.0)
