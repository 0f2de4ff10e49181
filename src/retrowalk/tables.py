"""Struct-of-arrays tables: one column is one unit.  NaN means not measurable.

Enum columns are int8 codes, so that a week of strides stays small; the functions
`directions`, `sides` and `kinds` turn a column into words, and `*_CODE` the words into codes:

    directions(gait.strides.direction)  ->  (Direction.FORWARD, Direction.BACKWARD, …)
    gait.strides.direction == DIRECTION_CODE[Direction.BACKWARD]  ->  bool mask
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from retrowalk.words import ContactKind, Direction, Mounting, Placement, Side

Floats = NDArray[np.float64]
Codes = NDArray[np.int8]
Indices = NDArray[np.int64]

DIRECTION_CODE = {Direction.BACKWARD: -1, Direction.UNCLEAR: 0, Direction.FORWARD: 1}
SIDE_CODE = {Side.RIGHT: -1, Side.UNKNOWN: 0, Side.LEFT: 1}  # y points left
KIND_CODE = {ContactKind.INITIAL: 0, ContactKind.FINAL: 1}
_DIRECTIONS = {code: word for word, code in DIRECTION_CODE.items()}
_SIDES = {code: word for word, code in SIDE_CODE.items()}
_KINDS = {code: word for word, code in KIND_CODE.items()}


def directions(codes: Iterable[int]) -> tuple[Direction, ...]:
    """A direction column in words."""
    return tuple(_DIRECTIONS[int(code)] for code in codes)


def sides(codes: Iterable[int]) -> tuple[Side, ...]:
    """A side column in words."""
    return tuple(_SIDES[int(code)] for code in codes)


def kinds(codes: Iterable[int]) -> tuple[ContactKind, ...]:
    """A contact-kind column in words."""
    return tuple(_KINDS[int(code)] for code in codes)


def _floats() -> Floats:
    return np.empty(0)


def _codes() -> Codes:
    return np.empty(0, dtype=np.int8)


def _indices() -> Indices:
    return np.empty(0, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Sensor:
    """What one worn sensor read, in SI and in the body frame when mounting is known.

    `time_s` (n,) rises strictly and may be uneven; `acc_mps2` and `gyr_radps` (n, 3),
    x anterior, y left, z up; at rest acc reads +g on z.  All finite.
    """

    time_s: Floats
    acc_mps2: Floats
    gyr_radps: Floats
    placement: Placement = Placement.UNKNOWN
    mounting: Mounting = Mounting.UNKNOWN

    def __len__(self) -> int:
        return len(self.time_s)


@dataclass(frozen=True, slots=True)
class Recording:
    """One file as read: its sensors on one clock, and what the reader had to assume."""

    source: str
    sensors: tuple[Sensor, ...]
    assumptions: tuple[str, ...] = ()
    derived: bool = False  # computed from motion capture, not worn


@dataclass(frozen=True, slots=True)
class Contacts:
    """When a foot met or left the ground, in order of time."""

    time_s: Floats = field(default_factory=_floats)
    kind: Codes = field(default_factory=_codes)
    side: Codes = field(default_factory=_codes)

    def __len__(self) -> int:
        return len(self.time_s)


@dataclass(frozen=True, slots=True)
class Strides:
    """One foot's initial contact to its next, in order of their starts.

    With both feet seen (or a lower back) left and right strides overlap, one per step.
    `backward_probability` is 0.5 where nothing is known.  `bout_i` is the row of the bout.
    """

    start_s: Floats = field(default_factory=_floats)
    end_s: Floats = field(default_factory=_floats)
    side: Codes = field(default_factory=_codes)
    direction: Codes = field(default_factory=_codes)
    backward_probability: Floats = field(default_factory=_floats)
    stance_s: Floats = field(default_factory=_floats)
    length_m: Floats = field(default_factory=_floats)
    speed_mps: Floats = field(default_factory=_floats)
    bout_i: Indices = field(default_factory=_indices)

    def __len__(self) -> int:
        return len(self.start_s)


@dataclass(frozen=True, slots=True)
class Bouts:
    """Runs of strides in one direction with no long break.

    `end_s` is the last contact, so `n_steps` steps fill the bout; with one foot seen
    the other foot's steps are counted in.
    """

    start_s: Floats = field(default_factory=_floats)
    end_s: Floats = field(default_factory=_floats)
    n_steps: Indices = field(default_factory=_indices)
    n_strides: Indices = field(default_factory=_indices)
    direction: Codes = field(default_factory=_codes)
    cadence_spm: Floats = field(default_factory=_floats)
    length_m: Floats = field(default_factory=_floats)  # mean stride length
    speed_mps: Floats = field(default_factory=_floats)

    def __len__(self) -> int:
        return len(self.start_s)

    def duration_s(self, direction: Direction) -> float:
        """Time in bouts of this direction."""
        chosen = self.direction == DIRECTION_CODE[direction]
        return float(np.sum((self.end_s - self.start_s)[chosen]))


@dataclass(frozen=True, slots=True)
class Steadiness:
    """How even, symmetric and stable each bout was: one row per row of `Bouts`.

    A variation is spread over mean; an asymmetry is left minus right over their mean; `stance`
    and `double_support` are shares of a stride.  `harmonic_*` says how much a trunk's movement
    comes again with each step (higher is more symmetric); `smoothness` is 0 at best and below;
    `divergence` is how fast small differences grow, per stride (lower is more stable).
    `speed_off_mps` is how far the speed of a trunk's bout may well be from the truth.
    """

    stride_time_variation_ratio: Floats = field(default_factory=_floats)
    stride_length_variation_ratio: Floats = field(default_factory=_floats)
    step_time_asymmetry_ratio: Floats = field(default_factory=_floats)
    stance_asymmetry_ratio: Floats = field(default_factory=_floats)
    stance_ratio: Floats = field(default_factory=_floats)
    double_support_ratio: Floats = field(default_factory=_floats)
    harmonic_up_ratio: Floats = field(default_factory=_floats)
    harmonic_ahead_ratio: Floats = field(default_factory=_floats)
    smoothness: Floats = field(default_factory=_floats)
    divergence: Floats = field(default_factory=_floats)
    speed_off_mps: Floats = field(default_factory=_floats)

    def __len__(self) -> int:
        return len(self.stride_time_variation_ratio)


@dataclass(frozen=True, slots=True)
class Gait:
    """What a recording held: its walking, and in plain sentences what could not be known."""

    contacts: Contacts = field(default_factory=Contacts)
    strides: Strides = field(default_factory=Strides)
    bouts: Bouts = field(default_factory=Bouts)
    warnings: tuple[str, ...] = ()
    measured_from: tuple[Placement, ...] = ()  # the sensors used, of those recorded
    duration_s: float = 0.0  # of the recording
    steadiness: Steadiness = field(default_factory=Steadiness)

    def strides_in(self, direction: Direction) -> int:
        """How many strides in this direction."""
        return int(np.count_nonzero(self.strides.direction == DIRECTION_CODE[direction]))

    @property
    def steps(self) -> int:
        return int(self.bouts.n_steps.sum())

    @property
    def forward_s(self) -> float:
        return self.bouts.duration_s(Direction.FORWARD)

    @property
    def backward_s(self) -> float:
        return self.bouts.duration_s(Direction.BACKWARD)

    @property
    def unclear_s(self) -> float:
        return self.bouts.duration_s(Direction.UNCLEAR)
