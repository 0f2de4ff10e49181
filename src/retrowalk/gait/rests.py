"""Between which instants of rest a limb moved, told as soon as nothing later can change it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrowalk.gait.smooth import highest_near
from retrowalk.tables import Floats

Rows = NDArray[np.intp]

NEARBY_S = 0.7  # about half a stride on each side
SHORTEST_SWING_S = 0.12
REST_WITHIN_S = 0.5  # the still instant is looked for this close to the swing
LONGEST_S = 4.0  # between two rests; anything longer is not a stride


@dataclass(frozen=True, slots=True)
class Moving:
    """When a limb counts as moving."""

    above_radps: float  # a resting limb stays below, the slowest swing rises above
    above_ratio: float  # … or below this share of the movement nearby, for fast walkers
    merge_s: float  # a calmer moment within a swing is shorter, a stance is longer


@dataclass(frozen=True, slots=True)
class Heard:
    """A piece of how fast a limb moves: value i is of row `first + i` of its stretch.

    Later rows may still change those from `sure` on.
    """

    rate_radps: Floats
    first: int
    sure: int
    ends: bool

    def at(self, row: int) -> Floats:
        return self.rate_radps[row - self.first :]


class Rests:
    """Runs of movement in one stretch, and the stillest rows before and after each."""

    def __init__(self, moving: Moving, rate_hz: float) -> None:
        self._moving = moving
        self._reach = max(1, round(REST_WITHIN_S * rate_hz))
        self._near = max(1, round(NEARBY_S * rate_hz))
        self._merge, self._short = moving.merge_s * rate_hz, SHORTEST_SWING_S * rate_hz
        self._long = LONGEST_S * rate_hz
        self._runs = np.empty((0, 2), dtype=np.intp)  # [start, stop) of those not yet told
        self._open = False  # the last of them had not stopped
        self._scanned = 0  # rows known to move or not
        self._stopped = 0  # where the last run that was told stopped

    def hear(self, heard: Heard) -> tuple[Rows, Rows]:
        """The rows of rest before and after each run that is over and done with."""
        self._scan(heard)
        first, last = [], []
        told = 0
        for j, (a, b) in enumerate(self._runs.tolist()):
            if not self._closed(j, heard):
                break
            lasting, lost = b - a > self._short, b - a > self._long
            following = self._following(j, heard) if lasting and not lost else b
            if following is None:
                break
            told = j + 1
            if not lasting:
                continue
            low, high = max(self._stopped, a - self._reach), min(following, b + self._reach)
            self._stopped = b
            if lost or a - low < 2 or high - b < 2:
                continue  # this is no swing, or the recording begins or ends within it
            i = low + int(np.argmin(heard.at(low)[: a + 1 - low]))
            k = b + int(np.argmin(heard.at(b)[: high - b]))
            if k - i <= self._long:
                first.append(i)
                last.append(k)
        self._runs = self._runs[told:]
        return np.asarray(first, dtype=np.intp), np.asarray(last, dtype=np.intp)

    @property
    def needed(self) -> int:
        """The first row of which anything may still be asked."""
        start = self._scanned - self._near
        for a, b in self._runs.tolist():
            if b - a <= self._long:
                start = min(start, a)
                break
        return start - self._reach

    def _scan(self, heard: Heard) -> None:
        """Find where movement begins and stops, as far as that is sure."""
        sure = heard.sure if heard.ends else heard.sure - self._near
        if sure > self._scanned:
            self._runs = np.concatenate([self._runs[: len(self._runs) - self._open],
                                         self._moves(heard, sure)])  # fmt: skip
            self._scanned = sure
        start, stop = self._runs[:, 0], self._runs[:, 1]
        apart = start[1:] - stop[:-1] > self._merge
        start = start[np.r_[True, apart][: len(start)]]
        stop = stop[np.r_[apart, True][: len(stop)]]
        self._runs = np.stack([start, stop], axis=1)

    def _moves(self, heard: Heard, sure: int) -> Rows:
        """(r, 2) runs from the rows scanned on, the first one longer if it was open before."""
        near = highest_near(heard.rate_radps, self._near)
        limit = np.maximum(self._moving.above_radps, self._moving.above_ratio * near)
        part = slice(self._scanned - heard.first, sure - heard.first)
        moves = heard.rate_radps[part] > limit[part]
        edge = np.diff(np.concatenate([[self._open], moves]).astype(np.int8))
        start = self._scanned + np.flatnonzero(edge > 0)
        stop = self._scanned + np.flatnonzero(edge < 0)
        if self._open:
            start = np.concatenate([self._runs[-1:, 0], start])
        self._open = bool(moves[-1])
        if self._open:
            stop = np.append(stop, sure)
        return np.stack([start, stop], axis=1)

    def _following(self, j: int, heard: Heard) -> int | None:
        """Where the next run starts, or the stretch ends; None while that may still change."""
        b = int(self._runs[j, 1])
        for k in range(j + 1, len(self._runs)):
            start, stop = self._runs[k].tolist()
            if stop - start > self._short or start >= b + self._reach:
                return int(start)
            if not self._closed(k, heard):
                return None
        if heard.ends:
            return heard.first + len(heard.rate_radps)
        return b + self._reach if self._scanned >= b + self._reach else None

    def _closed(self, j: int, heard: Heard) -> bool:
        if heard.ends or j + 1 < len(self._runs):
            return True
        return not self._open and self._scanned - int(self._runs[j, 1]) > self._merge
