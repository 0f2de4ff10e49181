"""Uneven samples onto an even clock, in stretches without holes, as they come."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from retrowalk.gait.quality import LONGEST_GAP_S, SLOWEST_HZ, usual_step_s
from retrowalk.tables import Floats, Sensor

FASTEST_HZ = 256.0  # above this nothing more is learned of a walk, only time is spent
EVEN_RATIO = 0.01  # of a sample: a reading no further from its place is taken as it stands
SHORTEST_S = 0.5  # less than a swing tells nothing
SLOWEST_CLOCK_HZ = 0.01  # slower ones are as useless
RATE_S = 4.0  # a clock's rate is what is usual at its beginning, over this long
RATE_STEPS = 32  # … and over this many samples at least


@dataclass(frozen=True, slots=True)
class Stretch:
    """Even samples: row i was read at `start_s + (first + i) / rate_hz`.

    `acc`, `gyr` (n, 3) in SI.  `first` is not 0 where this is a later piece of a stretch.
    """

    start_s: float
    rate_hz: float
    acc_mps2: Floats
    gyr_radps: Floats
    first: int = 0

    def __len__(self) -> int:
        return len(self.acc_mps2)

    def at_s(self, row: NDArray[np.intp] | Floats, share: Floats | float = 0.0) -> Floats:
        """The time of a row, or of a `share` of the way from it to the next."""
        whole = (np.asarray(row, dtype=float) + self.first) / self.rate_hz
        return self.start_s + whole + np.asarray(share) / self.rate_hz

    def samples(self, seconds: float) -> int:
        """How many samples fill this time, at least one."""
        return max(1, round(seconds * self.rate_hz))

    def since(self, row: int) -> "Stretch":
        """What follows from a row of the whole stretch on."""
        cut = max(0, row - self.first)
        return Stretch(
            self.start_s,
            self.rate_hz,
            self.acc_mps2[cut:],
            self.gyr_radps[cut:],
            self.first + cut,
        )

    def then(self, more: "Stretch") -> "Stretch":
        """Two pieces that follow each other, as one."""
        if not len(self):
            return more
        acc: Floats = np.concatenate([self.acc_mps2, more.acc_mps2])
        gyr: Floats = np.concatenate([self.gyr_radps, more.gyr_radps])
        return Stretch(self.start_s, self.rate_hz, acc, gyr, self.first)


@dataclass(frozen=True, slots=True)
class _Raw:
    time_s: Floats
    acc_mps2: Floats
    gyr_radps: Floats

    def __len__(self) -> int:
        return len(self.time_s)

    def rows(self, part: slice) -> "_Raw":
        return _Raw(self.time_s[part], self.acc_mps2[part], self.gyr_radps[part])

    def then(self, more: "_Raw") -> "_Raw":
        if not len(self):
            return more
        return _Raw(
            np.concatenate([self.time_s, more.time_s]),
            np.concatenate([self.acc_mps2, more.acc_mps2]),
            np.concatenate([self.gyr_radps, more.gyr_radps]),
        )


_NOTHING = _Raw(np.empty(0), np.empty((0, 3)), np.empty((0, 3)))


class Clock:
    """One sensor's samples as they come, put on an even clock near its own rate.

    It is cut where it was silent too long; lost packets shorter than LONGEST_GAP_S are bridged
    by straight lines.  What comes out does not depend on how the samples were cut going in.
    """

    def __init__(self) -> None:
        self._rest = _NOTHING
        self._own_hz = 0.0
        self._start_s: float | None = None  # of the stretch being heard
        self._next = 0  # its next row

    def hear(self, sensor: Sensor, *, ends: bool = False) -> list[tuple[Stretch, bool]]:
        """The pieces these samples complete, each with whether its stretch ends there."""
        raw = self._rest.then(_Raw(sensor.time_s, sensor.acc_mps2, sensor.gyr_radps))
        if not self._own_hz:
            early = raw.time_s[: _beginning(raw.time_s)]
            if len(raw) < 2 or not (ends or len(early) < len(raw)):
                self._rest = raw
                return []
            # clocks count in ticks: no more is known
            self._own_hz = max(round(1.0 / usual_step_s(early), 2), SLOWEST_CLOCK_HZ)
        longest_s = max(LONGEST_GAP_S, 2.0 / self._own_hz)
        cuts = (np.flatnonzero(np.diff(raw.time_s) > longest_s) + 1).tolist()
        edges = [0, *cuts, len(raw)]
        pieces = []
        for k, (a, b) in enumerate(pairwise(edges)):
            last = ends or k < len(cuts)
            piece = self._even(raw.rows(slice(a, b)), last=last)
            if piece is not None:
                pieces.append((piece, last))
            if last:
                self._start_s, self._next, self._rest = None, 0, _NOTHING
        return pieces

    def _even(self, raw: _Raw, *, last: bool) -> Stretch | None:
        """The rows that lie between readings now; what later ones need is kept."""
        self._rest = raw
        if not len(raw) or self._own_hz < SLOWEST_HZ:
            self._rest = raw.rows(slice(-1, None))
            return None
        start_s = float(raw.time_s[0]) if self._start_s is None else self._start_s
        lasts_s = raw.time_s[-1] - start_s
        if lasts_s < SHORTEST_S:
            return None
        rate_hz = float(self._own_hz / np.ceil(self._own_hz / FASTEST_HZ))
        row = (raw.time_s - start_s) * rate_hz  # where each reading lies among the rows
        stop = int(row[-1] + 1e-6) + 1
        acc, gyr = _between(row, raw, np.arange(self._next, stop))
        piece = Stretch(start_s, rate_hz, acc, gyr, self._next)
        self._start_s, self._next = start_s, max(stop, self._next)
        self._rest = raw.rows(slice(-1, None))
        return piece if len(piece) or last else None


def _beginning(time_s: Floats) -> int:
    """How many samples tell the rate; all there are, while they are too few to tell."""
    if len(time_s) <= RATE_STEPS:
        return len(time_s)
    return max(RATE_STEPS, int(np.searchsorted(time_s, time_s[0] + RATE_S, "right")))


def _between(row: Floats, raw: _Raw, wanted: NDArray[np.intp]) -> tuple[Floats, Floats]:
    """Acceleration and rate at each wanted row: a reading near enough, else a straight line."""
    if not len(wanted):
        return np.empty((0, 3)), np.empty((0, 3))
    first = int(np.searchsorted(row + EVEN_RATIO, wanted[0]))
    here = row[first : first + len(wanted)]
    if len(here) == len(wanted) and np.all(np.abs(here - wanted) <= EVEN_RATIO):
        part = slice(first, first + len(wanted))
        return raw.acc_mps2[part], raw.gyr_radps[part]
    after = np.searchsorted(row + EVEN_RATIO, wanted)
    before = np.maximum(after - 1, 0)
    gap = np.maximum(row[after] - row[before], 1e-12)
    share = np.where(row[after] - wanted <= EVEN_RATIO, 1.0, (wanted - row[before]) / gap)
    as_it_stands = (share >= 1.0)[:, None]
    acc, gyr = (
        np.where(as_it_stands, values[after],
                 values[before] + share[:, None] * (values[after] - values[before]))
        for values in (raw.acc_mps2, raw.gyr_radps)
    )  # fmt: skip
    return acc, gyr


def stretches(sensor: Sensor) -> tuple[Stretch, ...]:
    """The whole sensor on an even clock, cut where it was silent too long."""
    return tuple(piece for piece, _ in Clock().hear(sensor, ends=True) if len(piece))
