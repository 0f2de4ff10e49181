"""Is this a plan a belt may be driven by?  Asked once, before the session exists."""

from collections.abc import Iterator
from itertools import pairwise
from math import isfinite

from retrowalk.errors import BadPlan
from retrowalk.words import INCLINE_CEILING_RATIO, Direction, Interval, IntervalKind, SessionPlan

LONGEST_S = 2 * 3600.0  # nobody is asked to walk longer than two hours


def check(plan: SessionPlan) -> SessionPlan:
    """The plan itself, or BadPlan with the first thing wrong with it."""
    for problem in _problems(plan):
        raise BadPlan(f"this session plan {problem}; make the plan anew from its protocol")
    return plan


def _problems(plan: SessionPlan) -> Iterator[str]:
    limits = plan.limits
    if not plan.intervals:
        yield "has nothing to walk"
    for number, interval in enumerate(plan.intervals, start=1):
        yield from (f"has in stretch {number} {problem}" for problem in _wrong(interval))
    if not 0 < plan.duration_s <= LONGEST_S:
        yield f"lasts {plan.duration_s:g} s, more than none and at most {LONGEST_S:g} s expected"
    for name in ("backward_top_mps", "forward_top_mps", "ramp_mps2", "stray_mps", "silence_s"):
        value = getattr(limits, name)
        if not (isfinite(value) and value > 0):
            yield f"has {value} as {name}, a number above 0 expected"
    if limits.heart_ceiling_bpm is not None and not limits.heart_ceiling_bpm > 0:
        yield f"has {limits.heart_ceiling_bpm} as heart_ceiling_bpm, a number above 0 expected"
    if not (isfinite(limits.least_mps) and limits.least_mps >= 0):
        yield f"has {limits.least_mps} as least_mps, a number from 0 expected"
    rests = [interval.kind is IntervalKind.REST for interval in plan.intervals]
    if rests[:1] == [True] or rests[-1:] == [True]:
        yield "begins or ends with a rest"
    if any(one and other for one, other in pairwise(rests)):
        yield "has two rests in a row"


def _wrong(interval: Interval) -> Iterator[str]:
    rest = interval.kind is IntervalKind.REST
    if not (isfinite(interval.duration_s) and interval.duration_s > 0):
        yield f"a duration of {interval.duration_s} s"
    if not isfinite(interval.belt_mps) or (interval.belt_mps != 0) is rest or interval.belt_mps < 0:
        yield f"a belt speed of {interval.belt_mps} m/s for a {interval.kind.value}"
    if not 0 <= interval.incline_ratio <= INCLINE_CEILING_RATIO:
        yield f"an incline of {interval.incline_ratio}"
    if not rest and interval.direction is Direction.UNCLEAR:
        yield "no direction"
