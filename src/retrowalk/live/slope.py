"""The belt's incline: up in small steps under a steady walk, level after a stop, never down.

It is asked for only while the belt runs as the plan wants and was heard to, one change at a time;
a heart that slows the belt also brings it level.
"""

from dataclasses import dataclass, replace
from math import isfinite

from retrowalk.live.events import BeltReported, Event, SetIncline

STEP_RATIO = 0.01  # a change nobody on rails is surprised by
AGAIN_S = 5.0  # incline motors take seconds for one step
DECLINE_RATIO = 0.005  # level belts report half a percent either way
NEARLY = 1e-9


@dataclass(frozen=True, slots=True)
class Slope:
    """What was asked last, when, and what the belt says of itself; None while it does not."""

    asked_ratio: float = 0.0
    asked_s: float = float("-inf")
    heard_ratio: float | None = None


LEVEL = Slope()
Change = tuple[Slope, SetIncline | None]


def notice(slope: Slope, event: Event) -> Slope:
    match event:
        case BeltReported(incline_ratio=float() as ratio) if isfinite(ratio):
            return replace(slope, heard_ratio=ratio)
        case _:
            return slope


def declines(slope: Slope) -> bool:
    """Whether the belt says that it slopes downward: backward that is never walked."""
    return slope.heard_ratio is not None and slope.heard_ratio < -DECLINE_RATIO


def toward(slope: Slope, wanted_ratio: float, now_s: float) -> Change:
    """One small step toward the incline wanted, if the last one has had its time."""
    change = min(max(wanted_ratio - slope.asked_ratio, -STEP_RATIO), STEP_RATIO)
    if abs(change) < NEARLY or now_s - slope.asked_s < AGAIN_S:
        return slope, None
    ratio = max(slope.asked_ratio + change, 0.0)
    return replace(slope, asked_ratio=ratio, asked_s=now_s), SetIncline(ratio)


def levelled(slope: Slope) -> Change:
    """Back to level, once, if it was ever raised: for a belt seen at rest."""
    if slope.asked_ratio <= 0:
        return slope, None
    return replace(slope, asked_ratio=0.0), SetIncline(0.0)
