"""What one sensor's raw rows need before they are a Sensor: counted as they come, in any pieces."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrowalk.readers.opening import bad
from retrowalk.tables import Floats
from retrowalk.units import DAY

LONGEST_BRIDGE_S = 0.2  # a fifth of a slow stride: a line through it moves no contact far
SHORTEST_S = 0.5
FEWEST_SAMPLES = 10
SLOWEST_HZ = 20.0  # below it swing and stance blur into each other
FASTEST_HZ = 5000.0
LARGEST_ACC_MPS2 = 4000.0  # 400 g: shock sensors end here
LARGEST_GYR_RADPS = 150.0  # 8600 deg/s: no body part turns so fast
LONGEST_RECORDING_S = 31 * DAY
FARTHEST_S = 1e12  # 30 000 years from any epoch
SAID_GAP_S = 1.0  # a break this long is said; the engine never walks across it
MOST_SAID = 5
RATE_ROWS = 100_000  # rows tell what is usual between them as well as a week


class Counts:
    """Rows heard once, in order: what is wrong with them, what is to be mended and how often.

    `refuse` says what cannot be mended, `said` what will be.  `first` and `last` are the first
    and last complete rows, among those with a time that rises.
    """

    def __init__(self) -> None:
        self.n = self.timed = self.kept = 0
        self.first, self.last = -1, -1
        self._repeated = 0
        self._backwards: tuple[int, float, float] | None = None
        self._before_s = np.nan  # the last row with a time
        self._kept_s = np.nan  # the last row kept
        self._known_s = np.nan  # the last complete row, and the first
        self._first_s = np.nan
        self._gaps, self._missing = 0, 0
        self._longest = (0.0, 0.0)  # how long, and where it begins
        self._breaks: list[tuple[int, float, float]] = []
        self._early: list[Floats] = []
        self._early_n = 0
        self._reached = [0.0, 0.0]

    def hear(self, time_s: Floats, acc: Floats, gyr: Floats) -> None:
        """More rows: (n,), (n, 3), (n, 3), in the units of the file but for the time."""
        self.n += len(time_s)
        for k, values in enumerate((acc, gyr)):
            self._reached[k] = max(self._reached[k], _farthest(values))
        timed = known_times(time_s)
        known = complete(acc) & complete(gyr)
        if not timed.all():
            time_s, known = time_s[timed], known[timed]
        if not len(time_s):
            return
        step = np.diff(time_s, prepend=self._before_s)
        if self._backwards is None and (step < 0).any():
            at = int(np.argmax(step < 0))
            before = float(time_s[at - 1]) if at else float(self._before_s)
            self._backwards = (self.timed + at + 1, before, float(time_s[at]))
        self.timed, self._before_s = self.timed + len(time_s), float(time_s[-1])
        repeated = step == 0
        if repeated.any():
            self._repeated += int(repeated.sum())
            time_s, known = time_s[~repeated], known[~repeated]
        if len(time_s):
            self._hear_kept(time_s, known)

    def _hear_kept(self, time_s: Floats, known: NDArray[np.bool_]) -> None:
        rows = np.flatnonzero(known)
        if len(rows) and self.first < 0:
            self.first, self._first_s = self.kept + int(rows[0]), float(time_s[rows[0]])
        if self.first >= 0:
            self._hear_breaks(time_s)
            begun = max(0, self.first - self.kept)
            if self._early_n < RATE_ROWS:
                self._early.append(time_s[begun : begun + RATE_ROWS - self._early_n].copy())
                self._early_n += len(self._early[-1])
        if len(rows):
            self._hear_gaps(time_s, rows)
        self.kept, self._kept_s = self.kept + len(time_s), float(time_s[-1])

    def _hear_breaks(self, time_s: Floats) -> None:
        step = np.diff(time_s, prepend=self._kept_s)
        for at in np.flatnonzero(step > SAID_GAP_S).tolist():
            if len(self._breaks) == MOST_SAID:
                return
            if self.kept + at > self.first:
                before_s = time_s[at - 1] if at else self._kept_s
                self._breaks.append((self.kept + at, float(step[at]), float(before_s)))

    def _hear_gaps(self, time_s: Floats, rows: NDArray[np.intp]) -> None:
        """Runs of incomplete rows between complete ones."""
        before_s = self._known_s if self.last >= 0 else time_s[rows[0]]
        before = self.last if self.last >= 0 else self.kept + int(rows[0])
        left_out = np.diff(rows + self.kept, prepend=before) - 1
        if (left_out > 0).any():
            known_s = np.concatenate(([before_s], time_s[rows]))
            gap_s = np.where(left_out > 0, np.diff(known_s), 0.0)
            self._gaps += int((left_out > 0).sum())
            self._missing += int(left_out[left_out > 0].sum())
            worst = int(np.argmax(gap_s))
            if gap_s[worst] > self._longest[0]:
                self._longest = (float(gap_s[worst]), float(known_s[worst]))
        self.last, self._known_s = self.kept + int(rows[-1]), float(time_s[rows[-1]])

    @property
    def samples(self) -> int:
        """Rows there will be once they are mended."""
        return self.last - self.first + 1 if self.last >= 0 else 0

    def refuse(self, path: Path, *, acc_factor: float = 1.0, gyr_factor: float = 1.0) -> None:
        """Raise BadRecording for what is too short, too slow, too broken or absurd.

        The factors bring what was heard to m/s² and rad/s.
        """
        _refuse_short(path, self.n)
        self._refuse_loud(path, acc_factor, gyr_factor)
        timeless = self.n - self.timed
        if not self.timed or timeless / self.n > 0.01:
            found = f"the time is missing in {timeless} of {self.n} rows"
            raise bad(path, found, "a time in every row", "export the recording again")
        if self._backwards:
            row, before_s, then_s = self._backwards
            found = f"time runs backwards at row {row} ({before_s:.3f} s, then {then_s:.3f} s)"
            then = "split the file there or export it again"
            raise bad(path, found, "times that only rise", then)
        if self._repeated / (self.timed - 1) > 0.5:
            found = f"the same time stands in {self._repeated} of {self.timed} rows"
            raise bad(path, found, "a new time in every row", "export it with finer time stamps")
        if self.last < 0:
            raise bad(path, "no row is complete", "numbers in every column", "export it again")
        if self._longest[0] > LONGEST_BRIDGE_S:
            lasts_s, at_s = self._longest
            found = f"values are missing for {lasts_s:.2f} s from {at_s:.2f} s on"
            most = f"gaps of at most {LONGEST_BRIDGE_S} s"
            raise bad(path, found, most, "cut the file there and measure the parts")
        self._refuse_wrong_clock(path)

    def _refuse_loud(self, path: Path, acc_factor: float, gyr_factor: float) -> None:
        loud = (("acceleration", self._reached[0] * abs(acc_factor), LARGEST_ACC_MPS2, "m/s²"),
                ("angular rate", self._reached[1] * abs(gyr_factor), LARGEST_GYR_RADPS, "rad/s"),
                )  # fmt: skip
        for what, reached, largest, unit in loud:
            if reached > largest:
                found = f"{what} reaches {reached:.3g} {unit}"
                raise bad(path, found, f"at most {largest:.0f}", "check the unit of its columns")

    def _refuse_wrong_clock(self, path: Path) -> None:
        _refuse_short(path, self.samples)
        length_s = self._known_s - self._first_s
        if not SHORTEST_S <= length_s <= LONGEST_RECORDING_S:
            found = f"the recording lasts {length_s:.4g} s"
            expected = f"{SHORTEST_S} s to {LONGEST_RECORDING_S / DAY:.0f} days"
            raise bad(path, found, expected, "check that it is complete and the unit of its time")
        step_s = float(np.median(np.diff(np.concatenate(self._early)[: self.samples])))
        if not 1 / FASTEST_HZ <= step_s <= 1 / SLOWEST_HZ:
            found = f"one sample comes every {step_s:.3g} s"
            expected = f"{SLOWEST_HZ:.0f} to {FASTEST_HZ:.0f} samples a second"
            then = "record at 50 or 100 a second, or check the time column"
            raise bad(path, found, expected, then)

    def said(self) -> tuple[str, ...]:
        """What is mended, a sentence each."""
        said = []
        if self.n > self.timed:
            said.append(f"{self.n - self.timed} rows without a time left out")
        if self._repeated:
            said.append(f"{self._repeated} rows with a repeated time left out")
        if self.kept > self.samples:
            said.append(f"{self.kept - self.samples} incomplete rows at the ends left out")
        if self._gaps:
            share = self._missing / self.samples
            said.append(f"{self._gaps} gaps of up to {self._longest[0]:.2f} s bridged by a line "
                        f"({share:.1%} of rows)")  # fmt: skip
        said += [f"nothing recorded for {gap_s:.1f} s at {at_s:.1f} s"
                 for row, gap_s, at_s in self._breaks if row <= self.last]  # fmt: skip
        return tuple(said)


def known_times(time_s: Floats) -> NDArray[np.bool_]:
    """Which rows have a time at all."""
    return np.asarray(np.abs(time_s) < FARTHEST_S)


def complete(part: Floats) -> NDArray[np.bool_]:
    """Which rows (n,) of (n, 3) are finite, without a second copy of them all."""
    x, y, z = (np.isfinite(part[:, axis]) for axis in range(3))
    return x & y & z


def _refuse_short(path: Path, samples: int) -> None:
    if samples < FEWEST_SAMPLES:
        found = f"only {samples} samples were found"
        raise bad(path, found, f"at least {FEWEST_SAMPLES}", "check that the file is complete")


def _farthest(values: Floats) -> float:
    """The greatest size of a finite value, axis by axis to save memory."""
    reached = 0.0
    for axis in range(3):
        column = values[:, axis]
        finite = np.isfinite(column)
        reached = max(reached, float(column.max(initial=0.0, where=finite)),
                      -float(column.min(initial=0.0, where=finite)))  # fmt: skip
    return reached
