"""A recording as it comes: pushed in pieces of any size, it gives what it gives whole.

    stream = Stream(recording.sensors)      which sensors there will be, and how they are worn
    stream.push(sensors)                    more samples of each
    stream.now                              what the walker does, as if nothing followed
    gait = stream.finish()                  the tables

What is sure is kept as tables; of the samples only the last seconds are, and of a lower back
its movement up and ahead at 25 Hz.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from retrowalk.errors import BadRecording
from retrowalk.gait import direction, speed, strides
from retrowalk.gait.bouts import find_bouts
from retrowalk.gait.choose import FEET, SHANKS, SIDES, THIGHS, chosen, mounted, speaks, unknowns
from retrowalk.gait.clock import Clock
from retrowalk.gait.ears import Ear, LimbEar, ThighEar, TrunkEar
from retrowalk.gait.limb import FOOT, SHANK
from retrowalk.gait.quality import Watch, thinned
from retrowalk.gait.steadiness import steadiness
from retrowalk.tables import KIND_CODE, Floats, Gait, Sensor
from retrowalk.words import ContactKind, Direction, Placement

LISTEN_S = 0.4  # shorter pieces wait for each other: listening has a price of its own
RESTS_S = 3.0  # without a landing for so long, nobody walks: one slow foot lands every 2 s


@dataclass(frozen=True, slots=True)
class Now:
    """What a stream hears at this moment; NaN and unclear where nobody walks."""

    at_s: float = float("nan")  # the last sample
    direction: Direction = Direction.UNCLEAR
    backward_probability: float = 0.5
    cadence_spm: float = float("nan")
    landed_s: float = float("nan")  # the last landing known
    uneven_ratio: float = float("nan")  # spread of the last steps' lengths in time

    @property
    def walking(self) -> bool:
        return self.at_s - self.landed_s < RESTS_S


class Stream:
    """The gait engine, fed as samples come.

    `sensors` say where each is worn and whether its mounting is known.  Where they hold rows
    these help to choose which to measure from; they are not measured.
    Raises BadRecording for what cannot be a recording, then and in `push` and `finish`.
    """

    def __init__(self, sensors: Sequence[Sensor], *, source: str = "stream") -> None:
        if not sensors:
            raise BadRecording(f"{source} holds no sensor; at least one is needed, "
                               "so check the file.")  # fmt: skip
        self._sensors = tuple(_unread(sensor) for sensor in sensors)
        self._watches = tuple(Watch(sensor, source) for sensor in self._sensors)
        seen = tuple(thinned(sensor) for sensor in sensors)
        for watch, sensor in zip(self._watches, seen, strict=True):
            watch.check(sensor)
        self._chosen = chosen(seen)
        self._ears = tuple(_ear(seen[row]) for row in self._chosen)
        self._clocks = tuple(Clock() for _ in self._ears)
        self._waiting: list[list[Sensor]] = [[] for _ in self._ears]
        self._now: Now | None = Now()

    def push(self, sensors: Sequence[Sensor]) -> None:
        """More samples of every sensor, in the order given before; a piece may be empty."""
        if len(sensors) != len(self._watches):
            raise BadRecording(f"a piece of {len(sensors)} sensors was pushed where the stream has "
                               f"{len(self._watches)}; push every sensor's samples.")  # fmt: skip
        sensors = tuple(_in_doubles(sensor) for sensor in sensors)
        for watch, sensor in zip(self._watches, sensors, strict=True):
            watch.hear(sensor)
        for k, row in enumerate(self._chosen):
            waiting = self._waiting[k]
            if len(sensors[row]):
                waiting.append(sensors[row])
            if waiting and waiting[-1].time_s[-1] - waiting[0].time_s[0] >= LISTEN_S:
                self._listen(k, ends=False)
                self._now = None

    @property
    def now(self) -> Now:
        """What the walker does, by what was heard so far; asked for, it is worked out once."""
        if self._now is None:
            self._now = self._moment()
        return self._now

    def finish(self) -> Gait:
        """Everything measured.  Nothing can be pushed after."""
        for k in range(len(self._ears)):
            self._listen(k, ends=True)
        for watch in self._watches:
            watch.finish()
        walk = strides.joined(tuple(ear.walk() for ear in self._ears))
        code, backward = direction.decide(walk.evidence, walk.evidence_s)
        by = walk.evidence_i
        told = replace(walk.strides, direction=code[by], backward_probability=backward[by])
        trunk = self._trunk()
        told = speed.told(told) if trunk else told
        bouts, told = find_bouts(replace(walk, strides=told))
        if trunk:
            steady = steadiness(bouts, told, walk.contacts, trunk.levels)
            steady = replace(steady, speed_off_mps=speed.off_mps(bouts))
        else:
            steady = steadiness(bouts, told, walk.contacts)
        return Gait(
            contacts=walk.contacts,
            strides=told,
            bouts=bouts,
            warnings=self._warnings(),
            measured_from=tuple(self._sensors[row].placement for row in self._chosen),
            duration_s=max(watch.lasts_s for watch in self._watches),
            steadiness=steady,
        )

    def _listen(self, k: int, *, ends: bool) -> None:
        waiting = self._waiting[k]
        if waiting or ends:
            rows = _together(waiting or [self._sensors[self._chosen[k]]])
            for piece, last in self._clocks[k].hear(rows, ends=ends):
                self._ears[k].hear(piece, ends=last)
        self._waiting[k] = []

    def _moment(self) -> Now:
        walk = strides.joined(tuple(ear.lately() for ear in self._ears))
        at_s = max(watch.last_s for watch in self._watches)
        landed_s = walk.contacts.time_s[walk.contacts.kind == KIND_CODE[ContactKind.INITIAL]]
        if not len(landed_s) or at_s - landed_s[-1] >= RESTS_S:
            return Now(at_s)
        way, backward = direction.so_far(walk.evidence, walk.evidence_s)
        step_s = float(np.median(np.diff(landed_s[-5:]))) if len(landed_s) > 1 else float("nan")
        cadence_spm = (60.0 if walk.both_feet else 120.0) / step_s
        return Now(at_s, way, backward, cadence_spm, float(landed_s[-1]), _uneven(landed_s))

    def _trunk(self) -> TrunkEar | None:
        worn = [self._sensors[row].placement for row in self._chosen]
        ear = self._ears[0] if worn and worn[0] is Placement.LOWER_BACK else None
        return ear if isinstance(ear, TrunkEar) else None

    def _warnings(self) -> tuple[str, ...]:
        askew = {row for row, ear in zip(self._chosen, self._ears, strict=True) if ear.askew}
        said = [
            sentence
            for row, watch in enumerate(self._watches)
            for sentence in watch.warnings(askew=row in askew)
        ]
        return (*said, *unknowns([self._sensors[row] for row in self._chosen]))


def _uneven(landed_s: Floats) -> float:
    """How far the last steps lie from their median, as a share of it; NaN of fewer than six.

    Left and right are looked at apart: a limp is not unsteady."""
    lasts_s = np.diff(landed_s[-13:])
    if len(lasts_s) < 6:
        return float("nan")
    off = np.concatenate([np.abs(side - np.median(side)) for side in (lasts_s[::2], lasts_s[1::2])])
    return float(np.median(off) / np.median(lasts_s))


def _ear(sensor: Sensor) -> Ear:
    known, placement = mounted(sensor), sensor.placement
    if placement in FEET + SHANKS:
        shank = placement in SHANKS
        worn = SHANK if shank else FOOT
        return LimbEar(worn, SIDES[placement], known=known, shank=shank)
    if placement in THIGHS and known:
        return ThighEar(SIDES[placement])
    back = placement is Placement.LOWER_BACK
    return TrunkEar(known=back and speaks(sensor), vouched=back and known)


def _unread(sensor: Sensor) -> Sensor:
    none = np.empty((0, 3))
    return replace(sensor, time_s=np.empty(0), acc_mps2=none, gyr_radps=none)


def _in_doubles(sensor: Sensor) -> Sensor:
    """As the engine counts; half as long numbers would round by where a piece begins."""
    columns = sensor.time_s, sensor.acc_mps2, sensor.gyr_radps
    if all(column.dtype == np.float64 for column in columns):
        return sensor
    time_s, acc, gyr = (np.asarray(column, dtype=np.float64) for column in columns)
    return replace(sensor, time_s=time_s, acc_mps2=acc, gyr_radps=gyr)


def _together(parts: list[Sensor]) -> Sensor:
    if len(parts) == 1:
        return parts[0]
    return replace(
        parts[0],
        time_s=np.concatenate([part.time_s for part in parts]),
        acc_mps2=np.concatenate([part.acc_mps2 for part in parts]),
        gyr_radps=np.concatenate([part.gyr_radps for part in parts]),
    )
