"""A walked session as files for other programs see it: a moment a second, laps by direction."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from statistics import fmean

from retrowalk.words import Direction


@dataclass(frozen=True, slots=True)
class Moment:
    """One whole second: where the walker had come to by then, and how."""

    at_s: int
    belt_mps: float
    distance_m: float  # walked up to here, both directions together
    direction: Direction  # unclear while standing
    heart_bpm: float | None = None


@dataclass(frozen=True, slots=True)
class Lap:
    """A stretch in one direction, or standing.  The next begins where it ends."""

    moments: tuple[Moment, ...]
    end: Moment

    @property
    def direction(self) -> Direction:
        return self.moments[0].direction

    @property
    def duration_s(self) -> int:
        return self.end.at_s - self.moments[0].at_s

    @property
    def distance_m(self) -> float:
        return self.end.distance_m - self.moments[0].distance_m


@dataclass(frozen=True, slots=True)
class Walked:
    """One session.  `moments` are a second apart and never empty."""

    began_at: datetime
    title: str
    treadmill: bool
    moments: tuple[Moment, ...]

    def at(self, moment: Moment) -> datetime:
        return self.began_at + timedelta(seconds=moment.at_s)

    @property
    def duration_s(self) -> int:
        return self.moments[-1].at_s - self.moments[0].at_s

    @property
    def distance_m(self) -> float:
        return self.moments[-1].distance_m

    @property
    def laps(self) -> tuple[Lap, ...]:
        return tuple(self._laps())

    def _laps(self) -> Iterator[Lap]:
        runs = [list(run) for _, run in groupby(self.moments, key=lambda m: m.direction)]
        for i, run in enumerate(runs):
            end = runs[i + 1][0] if i + 1 < len(runs) else run[-1]
            yield Lap(tuple(run), end)


def heart(moments: tuple[Moment, ...]) -> tuple[int, int] | None:
    """Mean and top of the heart rate, or nothing if it was not heard."""
    rates = [m.heart_bpm for m in moments if m.heart_bpm is not None]
    return (round(fmean(rates)), round(max(rates))) if rates else None
