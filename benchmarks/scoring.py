"""How right an answer is: one scoring for every engine, ours included."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from benchmarks.recordings import Bout, Foot

Floats = NDArray[np.float64]
Pairs = NDArray[np.int64]
Bools = NDArray[np.bool_]

STRIDE_TOLERANCE_S = 0.2  # both ends of a stride; a quarter of a step beyond the peers' own bias
SHARED_RATIO = 0.5  # two bouts are the same one when each covers half of the other


@dataclass(frozen=True, slots=True)
class Timed:
    """An engine's strides, or its bouts: when they were and how fast."""

    start_s: Floats = field(default_factory=lambda: np.empty(0))
    end_s: Floats = field(default_factory=lambda: np.empty(0))
    speed_mps: Floats = field(default_factory=lambda: np.empty(0))


@dataclass(frozen=True, slots=True)
class Contacts:
    """Initial contacts found in the reference bouts, and how far off the found ones were."""

    found: int = 0
    missed: int = 0
    extra: int = 0
    error_s: Floats = field(default_factory=lambda: np.empty(0))  # engine minus reference

    def __add__(self, other: "Contacts") -> "Contacts":
        return Contacts(
            self.found + other.found,
            self.missed + other.missed,
            self.extra + other.extra,
            np.concatenate([self.error_s, other.error_s]),
        )

    @property
    def recall(self) -> float:
        return self.found / (self.found + self.missed) if self.found + self.missed else np.nan

    @property
    def precision(self) -> float:
        return self.found / (self.found + self.extra) if self.found + self.extra else np.nan

    @property
    def f1(self) -> float:
        every = 2 * self.found + self.missed + self.extra
        return 2 * self.found / every if every else np.nan

    @property
    def median_off_ms(self) -> float:
        return float(np.median(np.abs(self.error_s))) * 1000 if len(self.error_s) else np.nan


def paired(found: Floats, truth: Floats, tolerance_s: float) -> Pairs:
    """(k, 2) rows of (found, truth): as many pairs within tolerance as can be, nearest first."""
    if not len(found) or not len(truth):
        return np.empty((0, 2), dtype=np.int64)
    apart = np.abs(found[:, None] - truth[None, :])
    far = tolerance_s * (len(found) + len(truth) + 1)  # dearer than any set of near pairs
    rows, columns = linear_sum_assignment(np.where(apart <= tolerance_s + 1e-9, apart, far))
    near = apart[rows, columns] <= tolerance_s + 1e-9
    return np.column_stack([rows[near], columns[near]])


def contacts_in_bouts(found: Floats, bouts: tuple[Bout, ...], tolerance_s: float) -> Contacts:
    """Score contacts where the reference walked.

    The reference lists no contact outside its bouts, so there nothing can be called wrong: an
    unmatched contact is extra only between the first and the last contact of a bout.
    """
    truth = np.concatenate([bout.contact_s for bout in bouts])
    pairs = paired(found, truth, tolerance_s)
    left = np.delete(found, pairs[:, 0])
    inside = sum(int(np.sum((left >= b.start_s) & (left <= b.end_s))) for b in bouts)
    error_s = found[pairs[:, 0]] - truth[pairs[:, 1]]
    return Contacts(len(pairs), len(truth) - len(pairs), inside, error_s)


def speed_in_bouts(strides: Timed, bouts: tuple[Bout, ...]) -> Floats:
    """Per reference bout, the mean speed of the strides whose middle lies in it; NaN if none."""
    middle = (strides.start_s + strides.end_s) / 2
    known = np.isfinite(strides.speed_mps)
    means = []
    for bout in bouts:
        inside = known & (middle >= bout.start_s) & (middle <= bout.end_s)
        means.append(float(np.mean(strides.speed_mps[inside])) if inside.any() else np.nan)
    return np.array(means)


def speed_of_matched_bouts(own: Timed, bouts: tuple[Bout, ...]) -> Floats:
    """For each reference bout, the speed of the engine's bout that is the same one; NaN if none."""
    speeds = []
    for bout in bouts:
        shared = np.minimum(own.end_s, bout.end_s) - np.maximum(own.start_s, bout.start_s)
        longest = np.maximum(own.end_s - own.start_s, bout.end_s - bout.start_s)
        same = np.flatnonzero(shared >= SHARED_RATIO * longest)
        speeds.append(float(own.speed_mps[same[np.argmax(shared[same])]]) if len(same) else np.nan)
    return np.array(speeds)


@dataclass(frozen=True, slots=True)
class Strides:
    """Strides found of those the motion capture saw, and how good they were.

    The error columns have one row per reference stride, NaN where it was not found, so that
    engines can be compared on the strides they all found.
    """

    both_contacts: int = 0  # reference strides whose two contacts were found, in one stride or not
    extra: int = 0
    ic_error_s: Floats = field(default_factory=lambda: np.empty(0))
    length_error_m: Floats = field(default_factory=lambda: np.empty(0))

    def __add__(self, other: "Strides") -> "Strides":
        return Strides(
            self.both_contacts + other.both_contacts,
            self.extra + other.extra,
            np.concatenate([self.ic_error_s, other.ic_error_s]),
            np.concatenate([self.length_error_m, other.length_error_m]),
        )

    @property
    def of(self) -> int:
        return len(self.ic_error_s)

    @property
    def found(self) -> int:
        return int(np.isfinite(self.ic_error_s).sum())

    @property
    def ic_bias_ms(self) -> float:
        return float(np.nanmedian(self.ic_error_s)) * 1000 if self.found else np.nan

    @property
    def ic_off_ms(self) -> float:
        return float(np.nanmedian(np.abs(self.ic_error_s))) * 1000 if self.found else np.nan

    @property
    def length_mae_cm(self) -> float:
        known = self.length_error_m[np.isfinite(self.length_error_m)]
        return float(np.mean(np.abs(known))) * 100 if len(known) else np.nan


def strides_of_foot(pre_ic_s: Floats, ic_s: Floats, length_m: Floats, truth: Foot) -> Strides:
    """Match strides by both ends (contact to contact) within STRIDE_TOLERANCE_S.

    Extra are unmatched strides inside the walk the reference covers.
    """
    pairs = paired((pre_ic_s + ic_s) / 2, (truth.pre_ic_s + truth.ic_s) / 2, STRIDE_TOLERANCE_S)
    mine, real = pairs.T
    ends_off = ic_s[mine] - truth.ic_s[real]
    both_off = np.maximum(np.abs(ends_off), np.abs(pre_ic_s[mine] - truth.pre_ic_s[real]))
    good = both_off <= STRIDE_TOLERANCE_S
    mine, real = mine[good], real[good]
    ic_error_s = np.full(len(truth.ic_s), np.nan)
    length_error_m = np.full(len(truth.ic_s), np.nan)
    ic_error_s[real] = ends_off[good]
    length_error_m[real] = length_m[mine] - truth.length_m[real]
    left = np.delete((pre_ic_s + ic_s) / 2, mine)
    inside = (left >= truth.pre_ic_s.min()) & (left <= truth.ic_s.max())
    return Strides(
        _both_contacts(np.union1d(pre_ic_s, ic_s), truth),
        int(inside.sum()),
        ic_error_s,
        length_error_m,
    )


def _both_contacts(contact_s: Floats, truth: Foot) -> int:
    """How many reference strides have a found contact near each end."""
    every = np.union1d(truth.pre_ic_s, truth.ic_s)
    near = every[paired(contact_s, every, STRIDE_TOLERANCE_S)[:, 1]]
    return int((np.isin(truth.pre_ic_s, near) & np.isin(truth.ic_s, near)).sum())
