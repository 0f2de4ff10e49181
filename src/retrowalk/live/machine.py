"""The live session, as a pure state machine.

`advance` takes what we know and what just happened; it returns what we now
know and what to ask of the belt.  It reads no clock, opens no link and keeps
nothing between calls, so a session replays exactly from its event log.

Four promises, held by tests/live/test_machine.py over arbitrary event orders:

* no request exceeds the limits, or changes speed faster than the ramp;
* once a stop has begun, nothing but stopping is asked until the belt is seen at rest;
* Start is asked once, and only after an unbroken hold of two seconds;
* nobody is asked to turn round while the belt moves.
"""

from dataclasses import replace
from math import isfinite

from retrowalk.live import heart, slope
from retrowalk.live.events import (
    PLANNED,
    RESUMABLE,
    BeltReported,
    Event,
    HoldBeat,
    HoldReleased,
    Request,
    SetSpeed,
    SpeedSaid,
    StartBelt,
    StopBelt,
    StopReason,
    StopWanted,
    Ticked,
)
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
from retrowalk.words import Direction, IntervalKind, SessionPlan

REST_MPS = 0.02  # a belt reported slower than this is standing still (design.md section 4)
RESTS_NEEDED = 2  # belts report nonsense once; twice in a row is believed
LONGEST_TICK_S = 0.5  # a late tick must not buy a bigger step in speed
HOLD_S = 2.0  # long enough that no sleeve, sweat or child starts a belt
BEAT_GAP_S = 0.6  # two beats of a quarter second may be lost, not three
COUNTDOWN_S = 5.0  # time for both hands to reach the rails
START_WAIT_S = 10.0  # motors need up to 5 s to spin up; twice that is a fault
FRESH_S = 3.0  # an older report says nothing of the belt now
ABANDONED_S = 600.0  # belts cool and people leave: ten minutes is over
TRAIL_MPS2 = 0.05  # belts coast: half the ramp before a report counts as too fast
STAND_S = 3.0  # with no belt to hear, what it takes to come to a stand

Step = tuple[Session, Request | None]


def advance(plan: SessionPlan, session: Session, event: Event) -> Step:
    """Take one step of the session.  Hazards are judged before the plan is."""
    session = _notice(plan, session, event)
    session, request = _judge(plan, session, event)
    if isinstance(event, Ticked):
        session = replace(session, ticked_s=max(session.ticked_s, event.at_s))
    return session, request if plan.driven else None


def _notice(plan: SessionPlan, session: Session, event: Event) -> Session:
    """Take in the time, the belt's speed and the heart; a clock that runs back stands still."""
    now_s = max(session.now_s, event.at_s)
    beats = heart.notice(plan.limits, session.heart, event, now_s)
    tilt = slope.notice(session.slope, event)
    session = replace(session, now_s=now_s, heart=beats, slope=tilt)
    match event:
        case BeltReported(belt_mps=mps) if isfinite(mps) and mps >= 0:
            return replace(session, heard_s=session.now_s, heard_mps=mps)
        case _:
            return session


def _judge(plan: SessionPlan, session: Session, event: Event) -> Step:
    match session.phase, event:
        case Ended(), _:
            return session, None
        case _, BeltReported() if not plan.driven:
            return session, None  # nobody's belt, or one the walker sets: theirs to judge
        case Stopping(), _:
            return _keep_stopping(plan, session, session.phase, event)
        case _, StopWanted(reason=reason):
            return _stop(session, reason)
        case _, BeltReported() if _too_fast(plan, session):
            return _stop(session, StopReason.OVERSPEED)
        case Countdown() | Starting() | Walking() | Slowing(), BeltReported() if _declines(
            plan, session
        ):
            return _stop(session, StopReason.DECLINED)
        case Waiting() | Holding() | Countdown() | Resting(), BeltReported():
            return _rest_must_last(plan, session)
        case Walking(), BeltReported() if session.heard_mps < REST_MPS:
            return _stop(session, StopReason.CONSOLE)
        case Starting(), BeltReported() if session.heard_mps >= REST_MPS:
            return replace(session, phase=Walking()), None
        case _, Ticked() if may_move(session) and _silent(plan, session):
            return _stop(session, StopReason.SILENT)
        case Walking(), Ticked() if why := _heart_stops(plan, session):
            return _to(session, Slowing(why)), None  # by the ramp: it is no emergency
        case _:
            return _follow_plan(plan, session, event)


def _follow_plan(plan: SessionPlan, session: Session, event: Event) -> Step:
    match session.phase, event:
        case Waiting(why, since_s), Ticked() if session.now_s - since_s > ABANDONED_S:
            return _stop(session, StopReason.ABANDONED)
        case Waiting(why), HoldBeat() if may_hold(plan, session):
            return _to(session, Holding(why, session.now_s, session.now_s)), None
        case Holding(why), HoldReleased():
            return _to(session, Waiting(why, session.now_s)), None
        case Holding(why, beat_s=beat_s), _ if session.now_s - beat_s > BEAT_GAP_S:
            return _to(session, Waiting(why, session.now_s)), None
        case Holding(why, since_s, beat_s), HoldBeat():
            return _hold_on(session, Holding(why, since_s, session.now_s)), None
        case Countdown(began_s=began_s), Ticked() if session.now_s - began_s >= COUNTDOWN_S:
            return _start(plan, session)
        case Starting(asked_s), Ticked() if session.now_s - asked_s > START_WAIT_S:
            return _stop(session, StopReason.NO_START)
        case Walking(), Ticked(at_s):
            return _walk(plan, session, _tick_s(session, at_s))
        case Walking(), SpeedSaid(belt_mps=mps) if plan.by_hand and isfinite(mps) and mps >= 0:
            return replace(session, said_mps=mps), None
        case Slowing(reason), Ticked(at_s):
            return _slow(plan, session, reason, _tick_s(session, at_s))
        case Resting(), Ticked(at_s):
            return _rest(plan, session, _tick_s(session, at_s))
        case _:
            return session, None


# --- from rest to walking ------------------------------------------------------------


def may_hold(plan: SessionPlan, session: Session) -> bool:
    """Whether a hold counts now: the walker is awaited, the belt freshly seen at rest."""
    calm = heart.allows(plan.limits, session.heart, session.now_s)
    return session.waits_for_hand and calm and (not plan.driven or _seen_at_rest(session))


def _seen_at_rest(session: Session) -> bool:
    return session.heard_mps < REST_MPS and session.now_s - session.heard_s <= FRESH_S


def _hold_on(session: Session, holding: Holding) -> Session:
    if session.now_s - holding.since_s < HOLD_S:
        return _to(session, holding)
    return _to(session, Countdown(holding.why, session.now_s))


def _start(plan: SessionPlan, session: Session) -> Step:
    beats = heart.begun(session.heart, session.now_s, session.interval_i)
    session = replace(session, heart=beats)
    if not plan.driven:
        return _to(session, Walking()), None
    if not _seen_at_rest(session):
        return _stop(session, StopReason.SILENT)
    trail_mps = _top_mps(plan, session)  # belts start at a speed of their own
    session = replace(session, asked_mps=0.0, trail_mps=trail_mps)
    return _to(session, Starting(session.now_s)), StartBelt()


# --- walking -------------------------------------------------------------------------


def _walk(plan: SessionPlan, session: Session, tick_s: float) -> Step:
    interval = plan.intervals[session.interval_i]
    session = replace(session, walked_s=session.walked_s + tick_s)
    if session.walked_s >= interval.duration_s:
        match what_follows(plan, session.interval_i):
            case StopReason() as reason:
                return _slow(plan, _to(session, Slowing(reason)), reason, tick_s)
            case next_i:
                session = replace(session, interval_i=next_i, walked_s=0.0, said_mps=None)
    wanted_mps = _planned_mps(plan, session)
    session = _ease(plan, session, wanted_mps)
    session, request = _ramp(plan, session, min(wanted_mps, heart.top_mps(session.heart)), tick_s)
    return (session, request) if request else _climb(plan, session, wanted_mps)


def _climb(plan: SessionPlan, session: Session, planned_mps: float) -> Step:
    """The incline follows once the speed asked is there; a belt slowed for the heart goes level."""
    there = abs(session.heard_mps - session.asked_mps) <= plan.limits.stray_mps
    if not there or session.now_s - session.heard_s > FRESH_S:
        return session, None
    interval = plan.intervals[session.interval_i]
    wanted_ratio = min(interval.incline_ratio, plan.limits.top_incline_ratio)
    eased = planned_mps - session.asked_mps > REST_MPS
    tilt, request = slope.toward(session.slope, 0.0 if eased else wanted_ratio, session.now_s)
    return replace(session, slope=tilt), request


def what_follows(plan: SessionPlan, interval_i: int) -> int | StopReason:
    """The next interval if one walks straight into it, else why the belt must stop."""
    if interval_i + 1 == len(plan.intervals):
        return StopReason.COMPLETED
    here, there = plan.intervals[interval_i : interval_i + 2]
    if there.kind is IntervalKind.REST:
        return StopReason.REST
    return interval_i + 1 if there.direction is here.direction else StopReason.TURN


def _slow(plan: SessionPlan, session: Session, reason: StopReason, tick_s: float) -> Step:
    session, request = _ramp(plan, session, 0.0, tick_s)
    return (session, request) if session.asked_mps > 0 else _stop(session, reason)


def _ramp(plan: SessionPlan, session: Session, wanted_mps: float, tick_s: float) -> Step:
    # Slowing in a jump throws a backward walker too, so the ramp binds both ways.
    step_mps = plan.limits.ramp_mps2 * tick_s
    change_mps = min(max(wanted_mps - session.asked_mps, -step_mps), step_mps)
    asked_mps = session.asked_mps + change_mps
    trail_mps = max(asked_mps, session.trail_mps - TRAIL_MPS2 * tick_s)
    request = SetSpeed(asked_mps) if asked_mps != session.asked_mps else None
    return replace(session, asked_mps=asked_mps, trail_mps=trail_mps), request


def _rest(plan: SessionPlan, session: Session, tick_s: float) -> Step:
    session = replace(session, walked_s=session.walked_s + tick_s)
    if session.walked_s < plan.intervals[session.interval_i].duration_s:
        return session, None
    session = replace(session, interval_i=session.interval_i + 1, walked_s=0.0)
    return _to(session, Waiting(Wait.REST, session.now_s)), None


# --- hazards -------------------------------------------------------------------------


def _too_fast(plan: SessionPlan, session: Session) -> bool:
    moving = isinstance(session.phase, Starting | Walking | Slowing)
    return moving and session.heard_mps > session.trail_mps + plan.limits.stray_mps


def _declines(plan: SessionPlan, session: Session) -> bool:
    backward = plan.intervals[session.interval_i].direction is Direction.BACKWARD
    return backward and slope.declines(session.slope)


def may_move(session: Session) -> bool:
    """Whether this session set the belt going, or it was last heard to move by itself."""
    ours = isinstance(session.phase, Starting | Walking | Slowing)
    return ours or session.heard_mps >= REST_MPS


def _silent(plan: SessionPlan, session: Session) -> bool:
    return plan.driven and session.now_s - session.heard_s > plan.limits.silence_s


def _rest_must_last(plan: SessionPlan, session: Session) -> Step:
    if session.heard_mps > plan.limits.stray_mps:
        return _stop(session, StopReason.MOVED_UNASKED)
    return session, None


def _heart_stops(plan: SessionPlan, session: Session) -> StopReason | None:
    planned_mps = _planned_mps(plan, session)
    return heart.why_stop(plan.limits, session.heart, session.now_s, session.asked_mps, planned_mps)


def _planned_mps(plan: SessionPlan, session: Session) -> float:
    return min(plan.intervals[session.interval_i].belt_mps, _top_mps(plan, session))


def _ease(plan: SessionPlan, session: Session, planned_mps: float) -> Session:
    eased = heart.ease(
        plan.limits, session.heart, session.now_s,
        interval_i=session.interval_i, planned_mps=planned_mps,
    )  # fmt: skip
    return replace(session, heart=eased)


# --- stopping ------------------------------------------------------------------------


def _stop(session: Session, reason: StopReason) -> Step:
    """Begin a stop.  A belt asked to start and not yet seen moving may still do so."""
    starting = session.phase if isinstance(session.phase, Starting) else None
    settled_s = starting.asked_s + START_WAIT_S if starting else session.now_s
    ends = reason not in RESUMABLE and reason not in PLANNED
    stopping = Stopping(reason, ends, session.now_s, settled_s)
    session = replace(
        session, asked_mps=0.0, trail_mps=0.0, said_mps=None, reasons=_add(session, reason)
    )
    return _to(session, stopping), StopBelt(reason)


def _keep_stopping(plan: SessionPlan, session: Session, stop: Stopping, event: Event) -> Step:
    match event:
        case StopWanted(reason=reason):
            if session.reasons[-1:] != (reason,):  # ten taps on Stop are one reason
                session = replace(session, reasons=_add(session, reason))
            stop = _harder(stop, reason)
            return _to(session, stop), StopBelt(stop.reason)
        case BeltReported():
            return _level(_count_rest(plan, session, stop))
        case Ticked() if not plan.driven and session.now_s - stop.since_s >= STAND_S:
            return _at_rest(plan, session, stop), None
        case Ticked():
            return session, StopBelt(stop.reason)  # a stop is a goal, not a message
        case _:
            return session, None


def _harder(stop: Stopping, reason: StopReason) -> Stopping:
    """The first reason stands, unless it meant to go on and the new one does not."""
    ends = reason not in RESUMABLE and reason not in PLANNED
    if stop.ends or (stop.reason not in PLANNED and not ends):
        return stop
    return replace(stop, reason=reason, ends=ends)


def _count_rest(plan: SessionPlan, session: Session, stop: Stopping) -> Session:
    rests = stop.rests + 1 if session.heard_mps < REST_MPS else 0
    if rests < RESTS_NEEDED or session.now_s < stop.settled_s:
        return _to(session, replace(stop, rests=rests))
    return _at_rest(plan, session, stop)


def _level(session: Session) -> Step:
    """Seen at rest, an inclined belt is made level; before, only stopping is asked."""
    if isinstance(session.phase, Stopping):
        return session, None
    tilt, request = slope.levelled(session.slope)
    return replace(session, slope=tilt), request


def _at_rest(plan: SessionPlan, session: Session, stop: Stopping) -> Session:
    """The belt is seen at rest: end, or wait for the walker's hand."""
    if stop.ends:
        return _to(session, Ended(stop.reason))
    if session.walked_s >= plan.intervals[session.interval_i].duration_s:
        if session.interval_i + 1 == len(plan.intervals):  # stopped in the very last ramp
            return _to(session, Ended(stop.reason))
        session = replace(session, interval_i=session.interval_i + 1, walked_s=0.0)
    if plan.intervals[session.interval_i].kind is IntervalKind.REST:
        return _to(session, Resting())
    why = Wait.TURN if stop.reason is StopReason.TURN else Wait.PAUSE
    return _to(session, Waiting(why, session.now_s))


# --- small words ---------------------------------------------------------------------


def _to(session: Session, phase: Phase) -> Session:
    return replace(session, phase=phase)


def _add(session: Session, reason: StopReason) -> tuple[StopReason, ...]:
    return session.reasons if reason in PLANNED else (*session.reasons, reason)


def _tick_s(session: Session, at_s: float) -> float:
    return min(max(at_s - session.ticked_s, 0.0), LONGEST_TICK_S)


def _top_mps(plan: SessionPlan, session: Session) -> float:
    return plan.limits.top_mps(plan.intervals[session.interval_i].direction)
