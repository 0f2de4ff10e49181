"""Ordinary walking and other exercise from elsewhere, as every reader of it gives it."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from pathlib import Path

from retrowalk.errors import BadImport
from retrowalk.readers.opening import shown

Progress = Callable[[int, int], None]  # bytes read, bytes there are
WALKING_MPS = 2.2  # a track that does not say what it is counts as walking up to this mean speed
LIKELY_BPM = (25.0, 250.0)
MOST_ACTIVITIES = 100_000  # of one file: twenty-seven a day for ten years


class TooMany(Exception):
    """More of something than a life holds; whoever reads the file refuses it with this."""

    def __init__(self, most: int, things: str) -> None:
        super().__init__(f"it holds more than {most:,} {things}, which no life does")


class Kind(Enum):
    WALK = "walking"
    RUN = "running"
    CYCLE = "cycling"
    SWIM = "swimming"
    OTHER = "other exercise"


@dataclass(frozen=True, slots=True)
class Activity:
    """One walk or other exercise; what the file does not say is None."""

    kind: Kind
    began_at: datetime
    duration_s: float
    distance_m: float | None = None
    steps: int | None = None
    heart_mean_bpm: float | None = None
    heart_top_bpm: float | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    """What was counted all day, on the calendar of where it was walked."""

    on: date
    steps: int | None = None
    heart_rest_bpm: float | None = None


@dataclass(frozen=True, slots=True)
class Brought:
    """All that one file holds; `unread` were there and could not be understood."""

    form: str
    activities: tuple[Activity, ...] = ()
    days: tuple[Day, ...] = ()
    unread: int = 0


def bad(path: Path, found: str, then: str = "export it again") -> BadImport:
    """The one sentence: which file, what is wrong, what to do."""
    said = f"{shown(path)} was not imported: {found}; {then}."
    return BadImport("".join(c if c.isprintable() else " " for c in said))


def likely_bpm(value: float | None) -> float | None:
    """A heart rate a heart can have."""
    if value is None or not math.isfinite(value):
        return None
    return float(value) if LIKELY_BPM[0] <= value <= LIKELY_BPM[1] else None


def unnamed(duration_s: float, distance_m: float | None) -> Kind:
    """What a track without a name is: by its speed."""
    slow = distance_m is not None and duration_s > 0 and distance_m / duration_s <= WALKING_MPS
    return Kind.WALK if slow else Kind.OTHER
