"""A belt the walker sets at its console: what to set, and what was said of it.

What is said is a report: it is counted and judged, and never asked of a belt.
"""

from math import floor

from retrowalk.live.heart import top_mps
from retrowalk.live.states import Session
from retrowalk.units import KMH, MPH
from retrowalk.words import Interval, IntervalKind, SessionPlan, Units

MPS_OF = {Units.KMH: KMH, Units.MPH: MPH}
TENTHS = 10  # consoles show and take tenths of their unit
NEARLY = 1e-6  # of a tenth: 0.8 mph / 0.1 mph is 7.999…
FASTEST_SAID_MPS = 25.0 * KMH  # no treadmill walked on shows more: a slip of the finger


def set_to(plan: SessionPlan, interval: Interval) -> str:
    """ "Set the console to 1.2 km/h.", toward slower; empty where there is nothing to set."""
    if not plan.by_hand or interval.kind is IntervalKind.REST:
        return ""
    steep = f", incline {100 * interval.incline_ratio:.3g} %" if interval.incline_ratio else ""
    return f"Set the console to {console_speed(_planned_mps(plan, interval), plan.units)}{steep}."


def _planned_mps(plan: SessionPlan, interval: Interval) -> float:
    """A plan never outranks its limits, whoever sets the belt."""
    return min(interval.belt_mps, plan.limits.top_mps(interval.direction))


def console_speed(mps: float, units: Units) -> str:
    """As a console shows it, never above `mps`: 1.2 km/h."""
    return f"{floor(mps / MPS_OF[units] * TENTHS + NEARLY) / TENTHS:.1f} {units.value}"


def said_too_fast(plan: SessionPlan, session: Session) -> bool:
    """Whether the console was said to show more than this direction's ceiling."""
    top_mps = plan.limits.top_mps(plan.intervals[session.interval_i].direction)
    return session.said_mps is not None and session.said_mps > top_mps * (1 + NEARLY)


def too_fast_text(plan: SessionPlan, session: Session) -> str:
    """What to do about a console said to run too fast; empty where it does not."""
    if not said_too_fast(plan, session):
        return ""
    planned_mps = _planned_mps(plan, plan.intervals[session.interval_i])
    to = console_speed(min(planned_mps, top_mps(session.heart)), plan.units)
    return f"That is faster than planned: set the console down to {to}."
