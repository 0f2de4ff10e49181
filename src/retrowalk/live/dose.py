"""What a session delivered, read back from its event log."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from retrowalk.live.events import Event, StopReason
from retrowalk.live.heart import rate_bpm
from retrowalk.live.machine import REST_MPS, advance
from retrowalk.live.states import Session, Slowing, Walking
from retrowalk.words import Direction, Dose, SessionPlan

LONGEST_GAP_S = 5.0  # a belt unheard for longer delivered nothing we know of


@dataclass(frozen=True, slots=True)
class TrackPoint:
    """One moment of a session: what the belt was asked, what it said, which way one walked."""

    at_s: float
    belt_mps: float
    asked_mps: float
    direction: Direction
    phase: str
    said: bool = False  # by hand: `belt_mps` is what the walker said, not what was planned
    heart_bpm: float | None = None


@dataclass(frozen=True, slots=True)
class Delivered:
    dose: Dose
    track: tuple[TrackPoint, ...]
    stops: tuple[tuple[float, StopReason], ...]
    last: Session
    said_m: float = 0.0  # of a belt set by hand: so much of the distance is as the walker said


def delivered(plan: SessionPlan, events: Iterable[Event]) -> Delivered:
    """Replay the log: the dose by direction, the track to draw, every stop with its time."""
    session = Session()
    track: list[TrackPoint] = []
    stops: list[tuple[float, StopReason]] = []
    for event in events:
        known = len(session.reasons)
        session, _ = advance(plan, session, event)
        stops += [(session.now_s, reason) for reason in session.reasons[known:]]
        track.append(_point(plan, session))
    return Delivered(_dose(track), tuple(track), tuple(stops), session, _said_m(track))


def _point(plan: SessionPlan, session: Session) -> TrackPoint:
    belt_mps = _belt_mps(plan, session)
    moving = belt_mps >= REST_MPS if plan.driven else belt_mps > 0
    walking = isinstance(session.phase, Walking | Slowing) and moving
    direction = plan.intervals[session.interval_i].direction if walking else Direction.UNCLEAR
    phase = type(session.phase).__name__.lower()
    said = session.said_mps is not None
    bpm = rate_bpm(session.heart, session.now_s)
    return TrackPoint(session.now_s, belt_mps, session.asked_mps, direction, phase, said, bpm)


def _belt_mps(plan: SessionPlan, session: Session) -> float:
    """As the belt reported; by hand as the walker said, else as planned."""
    if plan.driven:
        return session.heard_mps
    if session.said_mps is None:
        return session.asked_mps
    slowing = isinstance(session.phase, Slowing)
    return min(session.said_mps, session.asked_mps) if slowing else session.said_mps


def _said_m(track: list[TrackPoint]) -> float:
    return sum(
        (there.at_s - here.at_s) * here.belt_mps
        for here, there in pairwise(track)
        if here.said and there.at_s - here.at_s <= LONGEST_GAP_S
        and here.direction is not Direction.UNCLEAR
    )  # fmt: skip


def _dose(track: list[TrackPoint]) -> Dose:
    total = {(way, what): 0.0 for way in Direction for what in "sm"}
    for here, there in pairwise(track):
        gap_s = there.at_s - here.at_s
        if gap_s <= LONGEST_GAP_S:
            total[here.direction, "s"] += gap_s
            total[here.direction, "m"] += gap_s * here.belt_mps
    return Dose(
        backward_s=total[Direction.BACKWARD, "s"],
        forward_s=total[Direction.FORWARD, "s"],
        backward_m=total[Direction.BACKWARD, "m"],
        forward_m=total[Direction.FORWARD, "m"],
    )
