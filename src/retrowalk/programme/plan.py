"""Today's session, interval by interval, inside every limit."""

from collections import Counter
from dataclasses import replace

from retrowalk.errors import BadPlan, NotAllowed
from retrowalk.programme.machines import Machine, Range, fitted, inclined, machine_of
from retrowalk.programme.prescribe import Prescription, hindrances
from retrowalk.programme.protocols import EASED, Protocol, Stage, Stretch
from retrowalk.words import (
    BACKWARD_CEILING_MPS,
    FORWARD_CEILING_MPS,
    Direction,
    Interval,
    IntervalKind,
    Limits,
    SessionPlan,
    Walker,
)

WALKER_RATIO = 0.75  # backward, of the comfortable forward speed: half of it, raised by half


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
    for reason in hindrances(walker, protocol, by=prescription.by):
        raise NotAllowed(f"{protocol.title} cannot be walked now: {reason.text}")
    machine = machine_of(walker, belt)
    limits = _limits(prescription, walker)
    speeds = {
        Direction.BACKWARD: prescription.backward_mps * rung.speed_ratio,
        Direction.FORWARD: prescription.forward_mps,
    }
    fits = {
        direction: fitted(direction, min(mps, limits.top_mps(direction)), machine, walker.units)
        for direction, mps in speeds.items()
        if any(_walks(s, direction) for s in rung.stretches)
    }
    steep = max(s.incline_ratio for s in rung.stretches)
    _, said_of_incline = inclined(steep, machine) if steep else (0.0, "")
    speeds = {way: fit.belt_mps for way, fit in fits.items()}
    intervals = _intervals(rung.stretches, speeds, machine)
    said = tuple(text for text in (*(f.said for f in fits.values()), said_of_incline) if text)
    return SessionPlan(
        intervals, _within(limits, machine), protocol.id, stage, walker.place, walker.units, said
    )


def _rung(prescription: Prescription, protocol: Protocol, stage: int) -> Stage:
    if prescription.protocol != protocol.id:
        raise BadPlan(
            f"the prescription is for {prescription.protocol}, the protocol is {protocol.id}; "
            "please prescribe anew"
        )
    if not EASED <= stage < len(protocol.ladder):
        raise BadPlan(
            f"{protocol.title} has no stage {stage + 1}; please choose one from 1 to "
            f"{len(protocol.ladder)}"
        )
    return protocol.rung(stage)


def _limits(prescription: Prescription, walker: Walker) -> Limits:
    """The least of three: prescription, walker, product; the machine is the fourth."""
    return Limits(
        backward_top_mps=min(
            prescription.backward_top_mps,
            WALKER_RATIO * walker.comfortable_forward_mps,
            BACKWARD_CEILING_MPS,
        ),
        forward_top_mps=min(
            prescription.forward_top_mps,
            walker.comfortable_forward_mps,
            FORWARD_CEILING_MPS,
        ),
    )


def _within(limits: Limits, machine: Machine) -> Limits:
    if not isinstance(machine, Range):
        return limits
    return replace(
        limits,
        least_mps=machine.min_mps,
        backward_top_mps=min(limits.backward_top_mps, machine.max_mps),
        forward_top_mps=min(limits.forward_top_mps, machine.max_mps),
    )


def _walks(stretch: Stretch, direction: Direction) -> bool:
    return stretch.kind is not IntervalKind.REST and stretch.direction is direction


def _intervals(
    stretches: tuple[Stretch, ...], speeds: dict[Direction, float], machine: Machine
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
                incline_ratio=inclined(stretch.incline_ratio, machine)[0],
            )
        )
    return tuple(intervals)
