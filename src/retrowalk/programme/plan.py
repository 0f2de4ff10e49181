"""Today's session, interval by interval, inside every limit."""

from collections import Counter
from dataclasses import dataclass
from math import floor, isfinite

from retrowalk.errors import BadPlan, NotAllowed, OutsideGuardrail
from retrowalk.programme import saying
from retrowalk.programme.prescribe import Prescription, hindrances
from retrowalk.programme.protocols import Protocol, Stage, Stretch
from retrowalk.words import (
    BACKWARD_CEILING_MPS,
    FORWARD_CEILING_MPS,
    Direction,
    Interval,
    IntervalKind,
    Limits,
    Place,
    SessionPlan,
    Walker,
)

WALKER_RATIO = 0.75  # backward, of the comfortable forward speed: half of it, raised by half
NEARLY = 1e-6  # of a step: 0.8 mph / 0.1 mph is 7.999…


@dataclass(frozen=True, slots=True)
class Range:
    """What the belt can do: its slowest, its fastest, and the step between speeds."""

    min_mps: float
    max_mps: float
    step_mps: float

    def __post_init__(self) -> None:
        figures = (self.min_mps, self.max_mps, self.step_mps)
        if not (all(map(isfinite, figures)) and 0 < self.min_mps <= self.max_mps
                and self.step_mps > 0):  # fmt: skip
            raise BadPlan(f"{self} is no range a belt can have; please read the treadmill again")

    def slower(self, mps: float) -> float:
        """The nearest speed the belt has at or below this one, which its slowest must be."""
        steps = floor((min(mps, self.max_mps) - self.min_mps) / self.step_mps + NEARLY)
        return min(self.min_mps + max(steps, 0) * self.step_mps, self.max_mps)


@dataclass(frozen=True, slots=True)
class Console:
    """A belt set by hand: its console takes tenths of a unit, and nothing more is known of it."""

    step_mps: float

    def slower(self, mps: float) -> float:
        return max(floor(mps / self.step_mps + NEARLY), 1) * self.step_mps


@dataclass(frozen=True, slots=True)
class AnySpeed:
    """No belt: feet in a corridor."""

    def slower(self, mps: float) -> float:
        return mps


Machine = Range | Console | AnySpeed


def plan_session(
    prescription: Prescription,
    protocol: Protocol,
    *,
    stage: int,
    walker: Walker,
    belt: Range | None = None,
) -> SessionPlan:
    """The session of this rung; raises OutsideGuardrail when the belt cannot go so slowly.

    Speeds are the prescribed ones, under the least of four ceilings and rounded to the
    belt's step toward slower; by hand to a tenth of the walker's unit, which a console takes.
    In a corridor they are guidance.  In neither is `belt` looked at.  NotAllowed where walker
    and place no longer fit the protocol; BadPlan for a rung or protocol that is not there.
    """
    rung = _rung(prescription, protocol, stage)
    for reason in hindrances(walker, protocol):
        raise NotAllowed(f"{protocol.title} cannot be walked now: {reason.text}")
    machine = _machine(walker, belt)
    limits = _limits(prescription, walker, machine)
    speeds = {
        Direction.BACKWARD: prescription.backward_mps * rung.speed_ratio,
        Direction.FORWARD: prescription.forward_mps,
    }
    asked = {
        direction: _asked(direction, mps, limits, machine, walker)
        for direction, mps in speeds.items()
        if any(_walks(s, direction) for s in rung.stretches)
    }
    intervals = _intervals(rung.stretches, asked)
    return SessionPlan(intervals, limits, protocol.id, stage, walker.place, walker.units)


def _machine(walker: Walker, belt: Range | None) -> Machine:
    match walker.place:
        case Place.BY_HAND:
            return Console(saying.MPS_OF[walker.units] / 10)
        case Place.DRIVEN if belt is not None:
            return belt
        case _:
            return AnySpeed()


def _rung(prescription: Prescription, protocol: Protocol, stage: int) -> Stage:
    if prescription.protocol != protocol.id:
        raise BadPlan(
            f"the prescription is for {prescription.protocol}, the protocol is {protocol.id}; "
            "please prescribe anew"
        )
    if not 0 <= stage < len(protocol.ladder):
        raise BadPlan(
            f"{protocol.title} has no stage {stage + 1}; please choose one from 1 to "
            f"{len(protocol.ladder)}"
        )
    return protocol.ladder[stage]


def _limits(prescription: Prescription, walker: Walker, machine: Machine) -> Limits:
    """The least of four: machine, prescription, walker, product."""
    fastest = (machine.max_mps,) if isinstance(machine, Range) else ()
    return Limits(
        backward_top_mps=min(
            prescription.backward_top_mps,
            WALKER_RATIO * walker.comfortable_forward_mps,
            BACKWARD_CEILING_MPS,
            *fastest,
        ),
        forward_top_mps=min(
            prescription.forward_top_mps,
            walker.comfortable_forward_mps,
            FORWARD_CEILING_MPS,
            *fastest,
        ),
    )


def _asked(
    direction: Direction,
    wanted_mps: float,
    limits: Limits,
    machine: Machine,
    walker: Walker,
) -> float:
    mps = min(wanted_mps, limits.top_mps(direction))
    if isinstance(machine, Range) and mps < machine.min_mps * (1 - NEARLY):
        raise OutsideGuardrail(
            f"Your {direction.value} speed is {saying.speed(mps, walker.units)}, and the slowest "
            f"this treadmill can go is {saying.speed(machine.min_mps, walker.units)}: please use "
            "one that goes slower, or walk in a corridor."
        )
    return min(machine.slower(mps), mps)


def _walks(stretch: Stretch, direction: Direction) -> bool:
    return stretch.kind is not IntervalKind.REST and stretch.direction is direction


def _intervals(
    stretches: tuple[Stretch, ...], speeds: dict[Direction, float]
) -> tuple[Interval, ...]:
    """Each stretch at its speed; walking stretches know which of how many they are."""
    totals = Counter(s.direction for s in stretches if s.kind is IntervalKind.WALK)
    so_far: Counter[Direction] = Counter()
    intervals = []
    for stretch in stretches:
        counted = stretch.kind is IntervalKind.WALK
        rest = stretch.kind is IntervalKind.REST
        so_far[stretch.direction] += counted
        intervals.append(
            Interval(
                stretch.direction,
                stretch.duration_s,
                0.0 if rest else speeds[stretch.direction],
                stretch.kind,
                repetition=so_far[stretch.direction] if counted else 0,
                repetitions=totals[stretch.direction] if counted else 0,
            )
        )
    return tuple(intervals)
